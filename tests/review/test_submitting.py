"""Handing in: who may, the tier, the route and whom it waits for."""

from __future__ import annotations

from typing import Any

import pytest

from fourleaf.kernel.errors import NotAllowedError, NotFoundError
from fourleaf.kernel.models import AuditEvent
from fourleaf.review import services
from fourleaf.review.errors import RefusedError
from fourleaf.review.models import Draft, ReviewItem, Waiting
from fourleaf.review.public import clearance
from fourleaf.review.services import DraftFields, RouteFields, StepFields


def asked(item: ReviewItem) -> dict[str, bool]:
    return {row.person.name: row.asked for row in Waiting.objects.filter(item=item).select_related("person")}


def test_an_item_takes_the_route_of_its_brand_and_asks_the_first_of_the_group(house: Any) -> None:
    item = house.submit()
    assert (item.state, item.tier, item.level, item.route) == ("submitted", "R1", "Q0", "Ember")
    # Ann is in the group, but nobody decides their own item; Lea is asked first.
    assert asked(item) == {"Lea Lead": True, "Sam Second": False}
    # Four business hours after eleven o'clock in Berlin.
    assert item.due_at.isoformat() == "2026-06-15T13:00:00+00:00"
    assert AuditEvent.objects.filter(code="review.item.submitted", subject_id=str(item.pk)).count() == 1


def test_a_claim_goes_to_legal_too(house: Any) -> None:
    item = house.submit(["health_claim"])
    assert (item.tier, item.route) == ("R3", "Claims")
    assert set(asked(item)) == {"Lea Lead", "Sam Second", "Cora Counsel", "Kim Keeper"}
    assert item.reasons[0] == "R3: this item makes a claim on health, safety or the environment."


def test_a_gravest_tier_that_asks_fewer_specialists_is_found(house: Any) -> None:
    from fourleaf.review.selectors import findings_of, visible_routes
    from fourleaf.review.services import RouteFields, StepFields

    def said() -> list[tuple[str, str]]:
        found = findings_of(list(visible_routes(house.keeper.actor)))
        return [(one.route, one.sentence) for one in found if "R4 do not" in one.sentence]

    def add(name: str, group: str, **more: Any) -> None:
        step = StepFields(house.groups[group].pk)
        services.save_route(actor=house.keeper.actor, fields=RouteFields(name, [step], **more))

    # Claims (R3) ask Legal; what is graver goes by the brand's route, without.
    [(route, sentence)] = said()
    assert route == "Ember"
    assert "tier R3 need Legal" in sentence
    assert "an admission, a legal dispute or a personnel case can go out" in sentence
    add("Quorum", "approvers", tier="R4")
    assert [route for route, _ in said()] == ["Quorum"]
    add("Admissions", "legal", tier="R4", role="added", flags=["admission"])
    assert ": a legal dispute or a personnel case can go out" in said()[0][1]
    add("Law", "legal", tier="R4", role="added", flags=["legal_dispute", "personnel_case"])
    assert said() == []


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda house: house.belts.belts.clear(), "needs a belt"),
        (lambda house: house.belts.unacknowledged.add(house.author.person.pk), "not acknowledged"),
        (lambda house: setattr(house.belts, "in_force", False), "No social media policy is in force"),
    ],
    ids=["belt", "acknowledgement", "policy"],
)
def test_whoever_lacks_something_is_told_what(house: Any, spoil: Any, said: str) -> None:
    spoil(house)
    with pytest.raises(RefusedError, match=said):
        house.submit()
    assert ReviewItem.objects.get().state == "draft"
    assert not clearance("draft", str(Draft.objects.get().pk)).cleared


def test_where_no_route_is_nothing_is_handed_in(house: Any) -> None:
    with pytest.raises(RefusedError, match="no route for R1"):
        house.submit(brand_id=house.organisation.loom.pk)


def test_an_overdue_item_goes_on_to_the_next_and_then_to_all(house: Any, time: Any) -> None:
    from fourleaf.kernel import jobs
    from fourleaf.review.asking import ask_anew

    item = house.submit()
    time.move(hours=5)
    jobs.KINDS["review.escalated"].function(_run("review.escalated"))
    assert asked(item) == {"Lea Lead": False, "Sam Second": True}
    time.move(days=2)
    ask_anew([ReviewItem.objects.get(pk=item.pk)])
    assert asked(item) == {"Lea Lead": True, "Sam Second": True}


def _run(kind: str) -> Any:
    from fourleaf.kernel.actors import system_actor
    from fourleaf.kernel.jobs import Run

    return Run(job_id=0, kind=kind, arguments={}, attempt=1, actor=system_actor("test"))


def test_deputies_and_delegates_are_asked(house: Any) -> None:
    from datetime import date

    item = house.submit()
    house.belts.belts[house.outsider.person.pk] = "blue"
    services.set_deputies(actor=house.lead.actor, person_id=house.lead.person.pk, deputy_ids=[house.outsider.person.pk])
    services.note_absence(
        actor=house.lead.actor, person_id=house.lead.person.pk, first=date(2026, 6, 15), last=date(2026, 6, 19)
    )
    assert asked(item) == {"Olga Other": True, "Sam Second": False}
    services.delegate(
        actor=house.second.actor,
        giver_id=house.second.person.pk,
        to_id=house.keeper.person.pk,
        first=date(2026, 6, 15),
        last=date(2026, 6, 16),
    )
    assert set(asked(item)) == {"Olga Other", "Sam Second", "Kim Keeper"}


def test_nobody_speaks_for_others(house: Any) -> None:
    from datetime import date

    with pytest.raises(NotAllowedError, match="for yourself"):
        services.note_absence(
            actor=house.author.actor, person_id=house.lead.person.pk, first=date(2026, 6, 15), last=date(2026, 6, 19)
        )
    draft = services.add_draft(
        actor=house.author.actor, fields=DraftFields(title="T", text="x", brand_id=house.organisation.ember.pk)
    )
    with pytest.raises(NotFoundError):
        services.submit(actor=house.outsider.actor, kind="draft", subject_id=str(draft.pk))
    with pytest.raises(NotAllowedError):
        services.save_group(
            actor=house.author.actor, fields=services.GroupFields("Mine", [house.author.person.pk], "none")
        )


def test_a_lone_guest_is_refused_and_groups_of_one_are_found(house: Any) -> None:
    from fourleaf.kernel.errors import InvalidError
    from fourleaf.review.selectors import findings_of, visible_routes

    legal = house.groups["legal"].pk
    with pytest.raises(InvalidError, match="never decides alone"):
        services.save_route(
            actor=house.keeper.actor,
            fields=services.RouteFields("Agency", [services.StepFields(legal, guest=True)], tier="R2"),
        )
    services.save_group(
        actor=house.keeper.actor,
        group_id=legal,
        fields=services.GroupFields("Legal", [house.counsel.person.pk], "black"),
    )
    found = [one.sentence for one in findings_of(list(visible_routes(house.keeper.actor)))]
    assert any("one approver" in sentence for sentence in found)
    assert any("0 of its 1 members hold one today" in sentence for sentence in found)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda house: house.belts.belts.pop(house.author.person.pk), "needs a belt"),
        (lambda house: house.belts.unacknowledged.add(house.author.person.pk), "not acknowledged"),
        (lambda house: setattr(house.belts, "in_force", False), "No social media policy is in force"),
    ],
    ids=["belt", "acknowledgement", "policy"],
)
def test_what_lapses_after_the_approval_keeps_it_from_going_out(house: Any, spoil: Any, said: str) -> None:
    item = house.submit()
    services.decide(actor=house.lead.actor, item_id=item.pk, verdict=services.Verdict(True))
    assert clearance("draft", item.subject_id).cleared
    spoil(house)
    found = clearance("draft", item.subject_id)
    assert (found.state, found.cleared) == ("approved", False)
    assert found.reasons[0] == "Its author no longer has what publishing asks for."
    assert said in found.reasons[1]


def test_a_group_of_authors_has_a_stratum_of_its_own_from_ten_a_month_on(
    house: Any, time: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fourleaf.review import strata

    def group(**fields: Any) -> str:
        stratum = house.submit(**fields).stratum
        assert stratum is not None
        return str(stratum.author_group)

    monkeypatch.setattr(strata, "LEAST_IN_WINDOW", 3)
    services.save_route(actor=house.keeper.actor, fields=RouteFields("All", [StepFields(house.groups["approvers"].pk)]))
    own = house.submit().author_group
    time.move(days=91)
    # What is older than three months does not count, nor what another brand or class handed in.
    assert [group(), group(), group(brand_id=None), group(content_class="event")] == [""] * 4
    assert own
    assert [group(), group(brand_id=None), group(brand_id=None), group(content_class="event")] == [own, "", own, ""]


def test_each_part_of_a_scope_outweighs_all_that_come_after_it(house: Any) -> None:
    from fourleaf.review.models import Route
    from fourleaf.review.routing import _narrowness

    parts = {"tier": "R1", "brand_id": 7, "content_class": "post", "channel": "H1", "region_id": 7}
    names = list(parts)
    for place, name in enumerate(names):
        less = {other: parts[other] for other in names[place + 1 :]}
        assert _narrowness(Route(**{name: parts[name]})) > _narrowness(Route(**less)), name


def test_lead_times_begin_anew_when_an_item_is_handed_in_again(house: Any, time: Any) -> None:
    def asked(item: ReviewItem) -> list[int]:
        return list(Waiting.objects.filter(item=item, asked=True).values_list("person_id", flat=True))

    item = house.submit()
    assert asked(item) == [house.lead.person.pk]
    services.withdraw(actor=house.author.actor, item_id=item.pk)
    time.move(days=7)
    again = services.submit(actor=house.author.actor, kind="draft", subject_id=item.subject_id)
    assert asked(again) == [house.lead.person.pk]


@pytest.mark.parametrize(
    ("content_class", "flags", "tier"),
    [
        ("reply", ["established_topic"], "R0"),
        ("reply", [], "R1"),
        ("reshare", ["approved_source"], "R0"),
        ("Crisis statement", [], "R4"),
        ("jingle", ["established_topic"], "R1"),
        ("jingle", ["minors"], "R3"),
    ],
)
def test_the_class_of_content_decides_the_tier_and_an_unknown_one_is_a_post(
    content_class: str, flags: list[str], tier: str
) -> None:
    from fourleaf.review.routing import Scope, tiering_of

    assert tiering_of(Scope(content_class, frozenset(flags))).tier == tier
