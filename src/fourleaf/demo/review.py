"""Review in the sample organisation: its routes, half a year of judged items, and a queue of today."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from importlib import resources

from django.db import transaction

from fourleaf.demo.review_items import CLASSES, LIVE, PAST, Live, Past
from fourleaf.demo.roles import ROLES
from fourleaf.demo.seed import demo_actor
from fourleaf.engine.alignment.loading import load_plan
from fourleaf.engine.alignment.plan.governance import Stratum as PlannedStratum
from fourleaf.engine.review import CAPS, DEFAULT, Outcome, TrustState, confirm, content_hash, new_state, step
from fourleaf.engine.review.states import Severity
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.models import Brand, Person, Region
from fourleaf.planning.shifting import shifted
from fourleaf.review import services
from fourleaf.review.asking import quietly
from fourleaf.review.models import Decision, Draft, ReviewGroup, ReviewItem, Stratum
from fourleaf.review.services import DraftFields, GroupFields, RouteFields, StepFields
from fourleaf.review.standing import Held, Policies, Ruling, provided
from fourleaf.review.stored import state_to_json
from fourleaf.review.strata import begin_stratum, note_step

__all__ = ["seed_review"]


class _Sample:
    """Belts of the sample's roles on any day of its made-up past, where every policy was acknowledged."""

    def __init__(self, belts: Mapping[int, str]) -> None:
        self._belts = belts

    def held_by(self, person_ids: Collection[int], on: date) -> dict[int, Held]:
        return {one: Held(self._belts.get(one, "none")) for one in person_ids}

    def may(self, person_id: int, right: str, brand_id: int | None, on: date) -> Ruling:
        return Ruling(True)

    def policies(
        self, person_id: int, channel: str, region_id: int | None, brand_id: int | None, language: str, on: date
    ) -> Policies:
        return Policies(("Social media policy",))


def seed_review(say: Callable[[str], None], *, as_of: date) -> None:
    """Routes of the example file, the judged past of its strata, and a queue of today. There already: left alone."""
    if ReviewGroup.objects.exists():
        return
    say("Setting up review: groups, routes, strata and a queue …")
    people = dict(Person.objects.exclude(external_id=None).values_list("external_id", "pk"))
    belts = {people[role.id]: role.belt for role in ROLES if role.id in people}
    loaded = load_plan(resources.files("fourleaf.demo").joinpath("tarnbeck.yaml").read_bytes())
    if loaded.plan is None:
        raise ValueError(f"The example plan cannot be read: {loaded.problems[0]}")
    model = shifted(loaded.plan, (as_of - loaded.plan.as_of).days)
    with transaction.atomic(), quietly(), provided(_Sample(belts)):
        _routes({key or "": pk for key, pk in people.items()})
        for planned in model.strata:
            if planned.id in PAST:
                _past(planned, PAST[planned.id], people, as_of)
        count = _queue(people, clock.now())
        # Policies in legal review are there already where their news was delivered.
        services.follow_policies(actor=demo_actor())
        count += ReviewItem.objects.filter(kind="policy").count()
    say(f"The queue has {count} items of these days; {ReviewItem.objects.count() - count} were judged before.")


def _routes(people: Mapping[str, int]) -> None:
    actor = demo_actor()
    brands = dict(Brand.objects.values_list("code", "pk"))
    north_america = Region.objects.filter(code="NA").values_list("pk", flat=True).first()

    def group(name: str, ids: str, belt: str = "blue", brand: str = "", about: str = "") -> int:
        fields = GroupFields(name, [people[one] for one in ids.split()], belt, brands.get(brand), about)
        return services.save_group(actor=actor, fields=fields).pk

    em = group("Emberlyn approvers", "R14 R17 R07", brand="EM")
    lv = group("Loomvale approvers", "R16 R19 R10", brand="LV")
    # One approver, and on purpose: the sample shows what a group of one does.
    qs = group("Quillstone approvers", "R15", "orange", "QS")
    com = group("Communications", "R12 R05 R09", about="For what goes out under the name of the group.")
    centre = group("Centre of excellence", "R07 R10 R06")
    specialists = group("Specialists", "R56 R57 R48", "none", about="Counsel, data protection, safety.")
    crisis = group("Crisis quorum", "R05 R06 R11 R19 R26 R02 R56", "orange")
    day, hours = 16 * 60, 4 * 60
    for fields in (
        RouteFields("EM", [StepFields(em)], brand_id=brands.get("EM"), about="Everything of Emberlyn."),
        RouteFields("LV", [StepFields(lv)], brand_id=brands.get("LV")),
        RouteFields("QS", [StepFields(qs)], brand_id=brands.get("QS"), answer_minutes=hours),
        RouteFields("Group", [StepFields(com)], about="What no brand says."),
        RouteFields(
            "sensitive",
            [StepFields(centre), StepFields(specialists, fields=("disclosure", "text"), guest=True)],
            tier="R3",
            answer_minutes=day,
        ),
        RouteFields("never-alone", [StepFields(crisis, m=2, distinct_departments=True)], tier="R4"),
        RouteFields(
            "North America: paid partnerships",
            [StepFields(specialists)],
            role="added",
            region_id=north_america,
            flags=("paid_endorsement",),
            always=True,
        ),
    ):
        services.save_route(actor=actor, fields=fields)
    services.set_deputies(actor=actor, person_id=people["R16"], deputy_ids=[people["R19"]])


def _days(first: date, last: date, count: int) -> Iterator[date]:
    """So many working days between two days, as even as they come."""
    span = max((last - first).days, 1)
    for number in range(count):
        day = first + timedelta(days=number * span // count)
        yield day - timedelta(days=max(day.weekday() - 4, 0)) if day.weekday() > 4 else day


def _past(planned: PlannedStratum, past: Past, people: Mapping[str | None, int], as_of: date) -> None:
    """The judged items of a stratum, one after the other, with the walk that they make."""
    brand = Brand.objects.filter(code=planned.brand).first()
    content_class = CLASSES[planned.content_class]
    row = begin_stratum(
        brand.pk if brand else None, content_class, planned.author_group or "", tier=planned.tier or "", on=as_of
    )
    since = planned.since or as_of - timedelta(days=120)
    begin = since - timedelta(days=77) if planned.transitions else since
    state = new_state(begin, cap=CAPS[planned.tier] if planned.tier else "Q3")
    earlier = planned.transitions[0].reviewed or 0 if planned.transitions else 0
    days = [*_days(begin, since, earlier), *_days(since, as_of - timedelta(days=4), planned.reviewed)]
    regions = {region.pk: region for region in Region.objects.all()}
    names = {person.pk: person for person in Person.objects.filter(pk__in=[people[one] for one in
             (*past.authors, *past.reviewers)])}  # fmt: skip
    items, decisions = [], []
    for number, day in enumerate(days):
        if earlier and number == earlier:
            with clock.frozen(datetime.combine(since, time(9), UTC)):
                state = _relaxed(row, state, planned, since)
        author = names[people[past.authors[number % len(past.authors)]]]
        reviewer = names[people[past.reviewers[number % len(past.reviewers)]]]
        severity: Severity = past.defects.get(number, "clean")
        at = datetime.combine(day, time(8 + number % 7, number * 7 % 60), UTC)
        item = _judged(row, past, number, author, regions.get(author.region_id or 0), at, severity, state.level)
        items.append(item)
        decisions.append((item, reviewer, severity, at))
        with clock.frozen(at):
            after = step(state, Outcome(severity, str(reviewer.pk), day, author=str(author.pk)))
            note_step(row, state, after, severity, None)
        state = after
    _keep(row, state, items, decisions, days[-1] if days else as_of)


def _relaxed(row: Stratum, state: TrustState, planned: PlannedStratum, on: date) -> TrustState:
    """The change of level that the plan tells of, confirmed as it was."""
    told = planned.transitions[0]
    lead = Person.objects.filter(external_id=told.confirmed_by).first()
    after = confirm(state, lead.name if lead else "the lead", told.reason or "", on, DEFAULT)
    note_step(row, state, after, "confirmed", None, person_id=lead.pk if lead else None)
    return after


def _judged(
    row: Stratum,
    past: Past,
    number: int,
    author: Person,
    region: Region | None,
    at: datetime,
    severity: str,
    level: str,
) -> ReviewItem:
    content = {"title": past.titles[number % len(past.titles)], "text": f"Answer {number + 1} in this topic."}
    over = at + timedelta(days=30)
    gone = over < clock.now()
    return ReviewItem(
        kind="draft", subject_id="", title=content["title"], author=author, brand_id=row.brand_id,
        region=region, author_group=region.code if region else "", channel=past.channel, language="en",
        content_class=row.content_class, flags=["established_topic"] if row.content_class == "reply" else [],
        state="returned" if severity in ("major", "critical") else "expired" if gone else "approved",
        tier=row.tier or "R1", level=level, stratum=row, content=content, content_hash=content_hash(content),
        submission=1, created_at=at - timedelta(hours=3), submitted_at=at - timedelta(hours=2), due_at=at,
        decided_at=at, expires_at=over, counted=severity, need={},
    )  # fmt: skip


def _keep(
    row: Stratum,
    state: TrustState,
    items: list[ReviewItem],
    decisions: list[tuple[ReviewItem, Person, Severity, datetime]],
    last: date,
) -> None:
    drafts = Draft.objects.bulk_create(
        [
            Draft(
                author=item.author,
                title=item.title,
                text=item.content["text"],
                channel=item.channel,
                brand_id=item.brand_id,
                region_id=item.region_id,
                content_class=item.content_class,
                flags=item.flags,
                created_at=item.created_at,
                changed_at=item.created_at,
            )
            for item in items
        ]
    )
    for item, draft in zip(items, drafts, strict=True):
        item.subject_id = str(draft.pk)
    ReviewItem.objects.bulk_create(items)
    Decision.objects.bulk_create(
        [
            Decision(
                item=item, person=reviewer, name=reviewer.name,
                verdict="returned" if severity in ("major", "critical") else "approved", severity=severity,
                defects={"clean": [], "minor": ["wording"], "major": ["fact"]}.get(severity, []),
                note="" if severity == "clean" else "Mended, and kept as an example.",
                content_hash=item.content_hash, submission=1, at=at,
            )
            for item, reviewer, severity, at in decisions
        ]
    )  # fmt: skip
    row.state, row.level, row.proposed = state_to_json(state), state.level, state.proposal is not None
    row.last_item_on = last
    row.save()


def _queue(people: Mapping[str | None, int], now: datetime) -> int:
    """The items of these days, through the same services that people use."""
    brands = dict(Brand.objects.values_list("code", "pk"))
    regions = dict(Region.objects.values_list("code", "pk"))
    names = dict(Person.objects.filter(pk__in=people.values()).values_list("pk", "name"))

    def actor(role: str) -> Actor:
        pk = people[role]
        rights = frozenset({"review.submit", "review.decide"})
        return Actor(kind="person", label=names[pk], permissions=rights, person_id=pk, via="cli")

    for one in LIVE:
        at = now - timedelta(hours=one.hours)
        with clock.frozen(at):
            fields = DraftFields(
                title=one.title, text=one.text, channel=one.channel, brand_id=brands.get(one.brand),
                region_id=regions.get(one.region), content_class=one.content_class, flags=one.flags,
                disclosure="Advertisement" if "paid_endorsement" in one.flags else "",
            )  # fmt: skip
            draft = services.add_draft(actor=actor(one.author), fields=fields)
            if not one.hours:
                continue
            item = services.submit(actor=actor(one.author), kind="draft", subject_id=str(draft.pk))
        with clock.frozen(min(at + timedelta(minutes=50), now)):
            _act(one, item, actor)
    services.expire_approvals(actor=demo_actor())
    return len(LIVE)


def _act(one: Live, item: ReviewItem, actor: Callable[[str], Actor]) -> None:
    """Verdicts; where chance sent an item out unseen, or asks for two, there is no more to do."""
    for role, verdict in one.acts:
        item.refresh_from_db()
        if item.is_open and item.waiting.filter(person_id=actor(role).person_id or 0).exists():
            services.decide(actor=actor(role), item_id=item.pk, verdict=verdict)
    if one.withdrawn:
        services.withdraw(actor=actor(one.author), item_id=item.pk)
