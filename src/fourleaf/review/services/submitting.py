"""Handing in, editing what was handed in, taking back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from fourleaf.engine.review import PRESETS, candidates, content_hash, level_for, select, steps
from fourleaf.engine.review.parameters import Level
from fourleaf.kernel import audit, clock, events
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotAllowedError, TransitionError
from fourleaf.kernel.permissions import allowed, require
from fourleaf.kernel.public import people_by_id, regions
from fourleaf.review.asking import ask_anew
from fourleaf.review.contracts import ItemApproved, ItemExpired, ItemSubmitted, SubjectFacts
from fourleaf.review.errors import RefusedError
from fourleaf.review.keys import sampling_key
from fourleaf.review.kinds import FixedRoute, SubjectKind, fixed_route_of, kind_named
from fourleaf.review.models import Decision, ItemVersion, ReviewItem, Stratum
from fourleaf.review.needs import fixed_need, with_second
from fourleaf.review.practice import handed_in_with_right
from fourleaf.review.routing import (
    Crew,
    FoundRoute,
    Scope,
    calendar_of,
    crew_for,
    deadline_of,
    find_route,
    open_steps,
    tiering_of,
)
from fourleaf.review.selectors.items import get_item_for
from fourleaf.review.services.comments import checked_reason, note_to_author
from fourleaf.review.services.invitations import end_invitations
from fourleaf.review.standing import ruling_on
from fourleaf.review.store import again_on_race, move, save_item
from fourleaf.review.strata import grow_idle, halts, move_stratum, state_of, stratum_for
from fourleaf.review.terms import EXPIRY

__all__ = ["edited", "effective_flags", "expire_approvals", "submit", "withdraw", "worked_out_anew"]

_ALL = (
    "title", "author_id", "brand_id", "region_id", "author_group", "channel", "language", "content_class", "flags",
    "state", "tier", "level", "stratum_id", "route", "need", "content", "content_hash", "submission", "before", "audit",
    "blind", "counts_from", "guests", "answer_minutes", "submitted_at", "due_at", "decided_at", "expires_at",
    "audited_at", "reasons",
)  # fmt: skip


#: What a subject says of itself; the tier and the route follow from it.
_FACTS = (
    "title", "brand_id", "region_id", "channel", "language", "content_class", "flags", "content", "content_hash",
)  # fmt: skip


def group_of(person_id: int) -> str:
    """The author group of a person: the code of their region."""
    person = people_by_id([person_id]).get(person_id)
    region = regions().get(person.region_id or 0) if person else None
    return region.code if region else ""


def item_of(kind: str, subject_id: str, facts: SubjectFacts) -> ReviewItem:
    """The item of a subject; a new one begins as a draft."""
    found = ReviewItem.objects.filter(kind=kind, subject_id=subject_id).first()
    if found is not None:
        return found
    item = ReviewItem(kind=kind, subject_id=subject_id, created_at=clock.now())
    _take(item, facts)
    item.save()
    return item


def _take(item: ReviewItem, facts: SubjectFacts) -> None:
    """Put the facts of a subject onto its item."""
    item.title = facts.title[:150]
    if item.author_id != facts.author_person_id or not item.author_group:
        item.author_group = group_of(facts.author_person_id)
    item.author_id = facts.author_person_id
    item.brand_id, item.region_id = facts.brand_id, facts.region_id
    item.channel, item.language = facts.channel[:40], facts.language[:16]
    item.content_class = facts.content_class[:60]
    item.flags = sorted(effective_flags(facts.flags, item.corrections))
    item.content = dict(facts.content)
    item.content_hash = content_hash(facts.content)


def effective_flags(declared: Collection[str], corrections: Mapping[str, Any]) -> frozenset[str]:
    """What holds for an item: what its author ticked, as those who decide it have corrected it."""
    return (frozenset(declared) | frozenset(corrections.get("on", ()))) - frozenset(corrections.get("off", ()))


@again_on_race
def submit(*, actor: Actor, kind: str, subject_id: str) -> ReviewItem:
    """Hand in a subject: its tier, its stratum's level, the draw and the route are settled now.

    Raises `RefusedError` with sentences that say what is missing: a right, a policy, its acknowledgement, a route.
    """
    subject = kind_named(kind)
    if subject.fixed is not None and actor.kind == "person":
        raise TransitionError(f"{subject.label}: it is handed in, and taken back, on its own page.")
    facts = subject.snapshot(actor, subject_id)
    require(actor, "review.submit")
    if actor.person_id != facts.author_person_id and not allowed(actor, "review.configure"):
        raise NotAllowedError("Only the author hands in an item, or who keeps the routes of review.")
    _check_author(subject, facts)
    item = item_of(kind, subject_id, facts)
    # What goes a way of its own is decided in rounds; a decision counts for its own.
    anew = item.state in ("draft", "expired", "withdrawn") or subject.fixed is not None
    move(item, "submitted")
    _take(item, facts)
    if anew:
        end_invitations(actor, item)
    item.submission += 1
    if anew:
        item.counts_from = item.submission
    item.submitted_at, item.decided_at, item.expires_at, item.audited_at = clock.now(), None, None, None
    stratum = None if subject.fixed is not None else stratum_for(item)
    if stratum is not None:
        grow_idle(actor, stratum)
        _refuse_halted(stratum, facts.author_person_id)
    crew = _settle(item, stratum)
    save_item(item, *_ALL)
    _add_version(actor, item)
    if stratum is not None:
        move_stratum(actor, stratum, lambda state: state, "item", used=True)
    audit.record(
        actor,
        "review.item.submitted",
        item,
        data={
            "kind": kind,
            "tier": item.tier,
            "level": item.level,
            "drawn": item.before,
            "submission": item.submission,
        },
    )
    events.publish(ItemSubmitted(item.pk, kind, subject_id))
    finish_or_ask(actor, item, crew, subject)
    handed_in_with_right(item.author_id, subject.asks_right)
    return item


def _check_author(subject: SubjectKind, facts: SubjectFacts) -> None:
    if not subject.asks_right:
        return
    ruling = ruling_on(
        facts.author_person_id,
        subject.asks_right,
        channel=facts.channel,
        region_id=facts.region_id,
        brand_id=facts.brand_id,
        language=facts.language,
        on=clock.today(),
    )
    if not ruling.allowed:
        raise RefusedError(*ruling.reasons)


def _refuse_halted(stratum: Stratum, author_id: int) -> None:
    if reasons := halts(stratum, author_id):
        raise RefusedError(*reasons)


def _settle_fixed(item: ReviewItem, fixed: FixedRoute | None) -> Crew:
    """A way of its own: no tier, no stratum, no draw, so that nothing can relax it and it is evidence of nothing."""
    if fixed is None:
        raise ValueError(f"The kind {item.kind} has no way of its own.")
    item.tier = item.level = ""
    item.stratum = None
    item.before, item.audit, item.blind, item.guests = True, False, False, True
    item.route, item.need, item.answer_minutes = fixed.name[:300], dict(fixed_need(fixed)), None
    item.reasons = list(fixed.reasons)
    item.due_at = calendar_of(item.region_id).add_days(item.submitted_at or clock.now(), fixed.days)
    return crew_for([item.need])


def _settle(item: ReviewItem, stratum: Stratum | None) -> Crew:
    """Tier, level, draw and route of an item, at submission and after an edit. Gives the people of the route."""
    if stratum is None:
        return _settle_fixed(item, fixed_route_of(item.kind))
    scope = Scope(item.content_class, frozenset(item.flags), item.brand_id, item.region_id, item.channel)
    tiering = tiering_of(scope)
    item.tier = tiering.tier
    item.stratum = stratum
    state = state_of(stratum)
    item.level = level_for(tiering.tier, state.review_level)
    found = find_route(scope, item.tier)
    if found is None:
        raise RefusedError(
            f"There is no route for {item.tier} items of this brand, region and channel, so nobody would look at it. "
            "Whoever keeps the routes of review can add one on the page Routes."
        )
    level: Level = item.level
    drawn = select(
        sampling_key(), str(item.pk), level, submission=item.submission, parameters=PRESETS[stratum.preset]
    )  # fmt: skip
    item.before, item.audit, item.blind = drawn.before, drawn.audit, drawn.blind
    if item.corrections:
        # Where the ticks were wrong once, no draw lets the item out unseen.
        item.before, item.audit = True, False
    item.guests, item.answer_minutes = found.guests, found.answer_minutes
    item.route = found.name[:300]
    crew = crew_for([found.need])
    _take_need(item, found, crew, reviewers=drawn.reviewers)
    start = item.submitted_at or clock.now()
    item.due_at = deadline_of(item.tier, start, calendar_of(item.region_id), item.answer_minutes)
    if item.unseen:
        item.due_at = _audit_due(item)
    item.reasons = list(tiering.sentences)
    return crew


def _take_need(item: ReviewItem, found: FoundRoute, crew: Crew, reviewers: int) -> None:
    if not item.before and not item.audit:
        item.need = dict(found.always) if found.always else {"all_of": []}
        return
    if item.audit:
        # An audit has one verdict, by which it ends; two that are compared are asked before publishing only.
        item.blind = False
        item.need = {**found.always, "then": dict(found.need)} if found.always else dict(found.need)
        return
    item.need = dict(found.need)
    if reviewers < 2:
        return
    item.need = dict(with_second(found.need))
    if item.level != "QT":
        # A double review by chance is left out where no second person could do it; at QT it is a must.
        second = next(step for step in steps(crew.need(item.need)) if step.id == "second")
        able = {one.person for one in candidates(second, crew.facts, clock.today(), str(item.author_id))}
        if len(able) < 2:
            item.need, item.blind = dict(found.need), False


def _audit_due(item: ReviewItem) -> datetime:
    """By when somebody looks at what goes out unseen: by the clock, since the public sees it by the clock."""
    preset = item.stratum.preset if item.stratum is not None else "default"
    return clock.now() + timedelta(hours=PRESETS[preset].audit_hours)


def _add_version(actor: Actor, item: ReviewItem) -> None:
    last = item.versions.order_by("-number").first()
    if last is not None and last.content_hash == item.content_hash:
        return
    ItemVersion.objects.create(
        item=item,
        number=last.number + 1 if last else 1,
        content=item.content,
        content_hash=item.content_hash,
        at=clock.now(),
        by=actor.label[:200],
    )


def finish_or_ask(actor: Actor, item: ReviewItem, crew: Crew, subject: SubjectKind) -> None:
    """Approve an item that needs no more before it goes out, or ask those it waits for."""
    decisions = list(Decision.objects.filter(item=item, undone_at__isnull=True))
    waits = not item.unseen and open_steps(item, crew, decisions, list(item.guest_links.all()))
    if waits or (item.is_open and not item.audit and item.before and not decisions):
        ask_anew([item], crew)
        return
    if item.is_open:
        approve(actor, item, subject)
    ask_anew([item], crew)


def approve(actor: Actor, item: ReviewItem, subject: SubjectKind) -> None:
    """Put an item into the state approved, with its end."""
    move(item, "approved")
    item.decided_at = clock.now()
    item.expires_at = clock.now() + EXPIRY[item.tier] if item.tier else None
    if item.audit:
        item.due_at = _audit_due(item)
    save_item(item, "state", "decided_at", "expires_at", "due_at")
    audit.record(
        actor,
        "review.item.approved",
        item,
        data={"content": item.content_hash, "drawn": item.before, "audit": item.audit, "until": item.expires_at},
    )
    subject.on_approved(actor, item.subject_id)
    events.publish(ItemApproved(item.pk, item.kind, item.subject_id, item.content_hash, item.expires_at))


@again_on_race
def edited(*, actor: Actor, kind: str, subject_id: str) -> ReviewItem | None:
    """The subject was edited: bring its item up to date. Opens exactly the steps whose fields changed.

    An edit draws again, and what was drawn once stays drawn. Gives None while there is no item. Called by the services
    of the subject, in their transaction.
    """
    subject = kind_named(kind)
    item = ReviewItem.objects.filter(kind=kind, subject_id=subject_id).first()
    if item is None:
        return None
    facts = subject.snapshot(actor, subject_id)
    before = (item.content_hash, item.brand_id, item.region_id, item.channel, item.content_class, tuple(item.flags))
    was = item.state
    kept = {name: getattr(item, name) for name in _FACTS}
    old_content: Mapping[str, Any] = dict(item.content)
    _take(item, facts)
    after = (item.content_hash, item.brand_id, item.region_id, item.channel, item.content_class, tuple(item.flags))
    if before == after or was not in ("submitted", "in_review", "approved"):
        # Nobody judges what changed, or nobody has been asked yet: it is noted, and opens nothing.
        if changed := [name for name in _FACTS if getattr(item, name) != kept[name]]:
            save_item(item, *changed)
        return item
    stratum = None if subject.fixed is not None else stratum_for(item)
    if stratum is not None:
        _refuse_halted(stratum, facts.author_person_id)
    crew = worked_out_anew(item, stratum)
    decisions = list(Decision.objects.filter(item=item, undone_at__isnull=True))
    left = open_steps(item, crew, decisions, list(item.guest_links.all()))
    if was == "approved" and (not left or item.unseen):
        item.expires_at = clock.now() + EXPIRY[item.tier]
        item.audited_at = None
        item.due_at = _audit_due(item) if item.audit else item.due_at
    elif was == "approved":
        move(item, "in_review")
        item.decided_at = item.expires_at = None
        subject.on_returned(actor, subject_id)
    save_item(item, *_ALL)
    _add_version(actor, item)
    fields = sorted(name for name in {*old_content, *item.content} if old_content.get(name) != item.content.get(name))
    audit.record(actor, "review.item.edited", item, data={"fields": fields, "opened": [one.step.label for one in left]})
    finish_or_ask(actor, item, crew, subject)
    return item


def worked_out_anew(item: ReviewItem, stratum: Stratum | None) -> Crew:
    """Tier, draw, route and due time of an item that is under review already, as of now. Gives the people."""
    item.submission += 1
    item.submitted_at = clock.now()
    return _settle(item, stratum)


@again_on_race
def withdraw(*, actor: Actor, item_id: int, reason: str = "") -> ReviewItem:
    """Take an item back: its author, who need not say why, or who keeps the routes, with a reason.

    In the second case the reason stands with the item, and its author is told.
    """
    item = get_item_for(actor, item_id)
    own = actor.person_id == item.author_id
    if not own and not allowed(actor, "review.configure"):
        raise NotAllowedError("Only the author takes an item back.")
    reason = "" if own else checked_reason(reason)
    if fixed_route_of(item.kind) is not None:
        # Its own service takes it back, and the queue follows: one way, and one order in which rows are taken.
        raise TransitionError(f"{kind_named(item.kind).label}: it is handed in, and taken back, on its own page.")
    move(item, "withdrawn")
    item.decided_at = item.expires_at = None
    save_item(item, "state", "decided_at", "expires_at")
    audit.record(actor, "review.item.withdrawn", item, data={"own": own})
    end_invitations(actor, item)
    if not own:
        note_to_author(actor, item, f"Withdrew this item in place of its author. {reason}")
    kind_named(item.kind).on_returned(actor, item.subject_id)
    ask_anew([item])
    return item


def expire_approvals(*, actor: Actor, limit: int = 500) -> int:
    """Approvals whose time is over no longer let anything out; gives how many. Each in a transaction of its own."""
    due = ReviewItem.objects.filter(state="approved", expires_at__lte=clock.now()).values_list("pk", flat=True)
    return sum(_expire(actor, pk) for pk in list(due[:limit]))


@again_on_race
def _expire(actor: Actor, item_id: int) -> bool:
    item = ReviewItem.objects.filter(pk=item_id, state="approved", expires_at__lte=clock.now()).first()
    if item is None:
        return False
    move(item, "expired")
    save_item(item, "state")
    audit.record(actor, "review.item.expired", item)
    kind_named(item.kind).on_returned(actor, item.subject_id)
    events.publish(ItemExpired(item.pk, item.kind, item.subject_id))
    ask_anew([item])
    return True
