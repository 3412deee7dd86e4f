"""Committees with seats and meetings, the decision log, and who holds which role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypedDict, Unpack

from django.db import IntegrityError, transaction

from fourleaf.governance.models import Committee, Decision, Meeting, RoleHolding, Seat
from fourleaf.governance.role_catalogue import CATALOGUE
from fourleaf.governance.selectors.bodies import get_committee_for, get_decision_for
from fourleaf.governance.services.checking import (
    LONG,
    check_link,
    check_texts,
    known_brand,
    known_person,
    known_region,
    raise_faults,
    take_over,
)
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, InvalidError, NotFoundError
from fourleaf.kernel.permissions import require
from fourleaf.kernel.versions import save_at_version

__all__ = [
    "CommitteeFields",
    "DecisionFields",
    "add_committee",
    "archive_committee",
    "change_committee",
    "change_decision",
    "end_role",
    "end_seat",
    "give_role",
    "give_seat",
    "note_meeting",
    "record_decision",
    "restore_committee",
]

_EDIT, _SEE = "governance.edit_bodies", "governance.view_bodies"


class CommitteeFields(TypedDict, total=False):
    """What can be said about a committee."""

    name: str
    kind: str
    charter: str
    chair_id: int | None
    sponsor_id: int | None


def _committee_values(values: dict[str, Any], known: Committee | None) -> dict[str, Any]:
    faults: dict[str, list[str]] = {}
    if known is None:
        values = {"name": "", **values}
    check_texts(faults, values, {"name": 150, "charter": LONG}, needed=("name",))
    if "kind" in values and values["kind"] not in Committee.Kind.values:
        faults["kind"] = [f"Choose one of {', '.join(Committee.Kind.labels).lower()}."]
    for field in ("chair", "sponsor"):
        known_person(faults, field, values.get(f"{field}_id"))
    same = Committee.objects.filter(name__iexact=values.get("name") or "-")
    if (same.exclude(pk=known.pk) if known else same).exists():
        faults["name"] = ["There is a committee of this name already."]
    raise_faults(faults)
    return values


def add_committee(*, actor: Actor, **fields: Unpack[CommitteeFields]) -> Committee:
    """Add a committee; ``name`` is required. The chair gets a seat."""
    require(actor, _EDIT, seen_by=_SEE)
    values = _committee_values(dict(fields), None)
    with transaction.atomic():
        made = Committee.objects.create(**values)
        audit.record(actor, "governance.committee.added", made)
        if made.chair_id is not None:
            give_seat(actor=actor, committee_id=made.pk, person_id=made.chair_id)
    return made


def change_committee(
    *, actor: Actor, committee_id: int, version: int | None = None, **fields: Unpack[CommitteeFields]
) -> Committee:
    """Change the given fields of a committee. A new chair who has no seat gets one."""
    known = get_committee_for(actor, committee_id)
    require(actor, _EDIT, seen_by=_SEE)
    values = _committee_values(dict(fields), known)
    changed = take_over(known, values)
    if not changed:
        return known
    with transaction.atomic():
        save_at_version(known, changed, version=version)
        audit.record(actor, "governance.committee.changed", known, data={"fields": changed})
        if "chair_id" in changed and known.chair_id is not None:
            sits = Seat.objects.filter(committee=known, person_id=known.chair_id, until__isnull=True).exists()
            if not sits:
                give_seat(actor=actor, committee_id=known.pk, person_id=known.chair_id)
    return known


def archive_committee(*, actor: Actor, committee_id: int, version: int | None = None) -> Committee:
    """A committee ends; its decisions and meetings stay."""
    known = get_committee_for(actor, committee_id)
    require(actor, _EDIT, seen_by=_SEE)
    if known.archived_at is None:
        known.archived_at = clock.now()
        with transaction.atomic():
            save_at_version(known, ("archived_at",), version=version)
            audit.record(actor, "governance.committee.archived", known)
    return known


def restore_committee(*, actor: Actor, committee_id: int) -> Committee:
    """Undo of `archive_committee`."""
    known = get_committee_for(actor, committee_id)
    require(actor, _EDIT, seen_by=_SEE)
    if known.archived_at is not None:
        known.archived_at = None
        with transaction.atomic():
            save_at_version(known, ("archived_at",), version=None)
            audit.record(actor, "governance.committee.restored", known)
    return known


def give_seat(
    *,
    actor: Actor,
    committee_id: int,
    person_id: int,
    region_id: int | None = None,
    function: str = "",
    since: date | None = None,
) -> Seat:
    """Somebody sits in a committee from a day on (today); nobody has two seats in one."""
    committee = get_committee_for(actor, committee_id)
    require(actor, _EDIT, seen_by=_SEE)
    faults: dict[str, list[str]] = {}
    known_person(faults, "person", person_id)
    known_region(faults, "region_id", region_id)
    if len(function) > 60:
        faults["function"] = ["Write at most 60 characters."]
    raise_faults(faults)
    try:
        with transaction.atomic():
            seat = Seat.objects.create(
                committee=committee,
                person_id=person_id,
                region_id=region_id,
                function=function.strip(),
                since=since or clock.today(),
            )
            audit.record(actor, "governance.seat.given", committee, data={"person": person_id})
    except IntegrityError as error:
        raise InvalidError(fields={"person": ["This person has a seat in this committee already."]}) from error
    return seat


def end_seat(*, actor: Actor, seat_id: int) -> Committee:
    """A seat ends today; gives its committee. The chair is taken off where it was the chair's seat."""
    require(actor, _EDIT, seen_by=_SEE)
    seat = Seat.objects.filter(pk=seat_id).select_related("committee").first()
    if seat is None:
        raise NotFoundError
    committee = get_committee_for(actor, seat.committee_id)
    with transaction.atomic():
        ends = max(clock.today(), seat.since)
        if Seat.objects.filter(pk=seat.pk, until__isnull=True).update(until=ends):
            if committee.chair_id == seat.person_id:
                committee.chair_id = None
                save_at_version(committee, ("chair_id",), version=None)
            audit.record(actor, "governance.seat.ended", committee, data={"person": seat.person_id})
    return committee


def note_meeting(
    *,
    actor: Actor,
    committee_id: int,
    held_on: date,
    topics: str = "",
    minutes_on: date | None = None,
    minutes_link: str = "",
) -> Meeting:
    """Note a meeting, or what is new about one of that day, such as its minutes."""
    committee = get_committee_for(actor, committee_id)
    require(actor, _EDIT, seen_by=_SEE)
    values: dict[str, Any] = {"topics": topics, "minutes_link": minutes_link}
    faults: dict[str, list[str]] = {}
    check_texts(faults, values, {"topics": LONG, "minutes_link": 500})
    check_link(faults, "minutes_link", values["minutes_link"])
    if minutes_on is not None and minutes_on < held_on:
        faults["minutes_on"] = ["Minutes cannot be older than the meeting."]
    if minutes_on is not None and minutes_on > clock.today():
        faults["minutes_on"] = ["This day lies ahead."]
    raise_faults(faults)
    with transaction.atomic():
        meeting, _ = Meeting.objects.update_or_create(
            committee=committee, held_on=held_on, defaults={**values, "minutes_on": minutes_on}
        )
        audit.record(actor, "governance.meeting.noted", committee, data={"held_on": held_on.isoformat()})
    return meeting


class DecisionFields(TypedDict, total=False):
    """What can be said about a decision."""

    title: str
    text: str
    reason: str
    decided_on: date
    committee_id: int | None
    review_on: date | None
    links: Sequence[Mapping[str, str]]
    replaces_id: int | None


def _decision_values(values: dict[str, Any], known: Decision | None) -> dict[str, Any]:
    faults: dict[str, list[str]] = {}
    if known is None:
        values = {"title": "", "reason": "", "decided_on": clock.today(), **values}
    check_texts(faults, values, {"title": 200, "text": LONG, "reason": LONG}, needed=("title", "reason"))
    decided = values.get("decided_on", known.decided_on if known else None)
    review = values.get("review_on", known.review_on if known else None)
    if decided and decided > clock.today():
        faults["decided_on"] = ["This day lies ahead."]
    if decided and review and review < decided:
        faults["review_on"] = ["The day of review lies before the decision."]
    committee_id = values.get("committee_id")
    if committee_id is not None and not Committee.objects.filter(pk=committee_id).exists():
        faults["committee_id"] = ["This committee no longer exists. Choose another one."]
    if "links" in values:
        values["links"] = [{"label": one["label"].strip()[:200], "url": one["url"].strip()} for one in values["links"]]
        for one in values["links"]:
            if not (one["url"].startswith("/") and not one["url"].startswith("//")):
                check_link(faults, "links", one["url"])
    raise_faults(faults)
    return values


def record_decision(*, actor: Actor, **fields: Unpack[DecisionFields]) -> Decision:
    """Write a decision into the log; title and reason are required. ``replaces_id``: an older one that it replaces."""
    require(actor, _EDIT, seen_by=_SEE)
    values: dict[str, Any] = dict(fields)
    older = values.pop("replaces_id", None)
    values = _decision_values(values, None)
    replaced = get_decision_for(actor, older) if older is not None else None
    if replaced is not None and replaced.replaced_by_id is not None:
        raise InvalidError(fields={"replaces_id": ["Another decision has replaced it already."]})
    with transaction.atomic():
        made = Decision.objects.create(**values, recorded_by=actor.label[:200], created_at=clock.now())
        if replaced is not None:
            taken = Decision.objects.filter(pk=replaced.pk, replaced_by__isnull=True).update(replaced_by=made)
            if not taken:
                raise ConflictError("Somebody else replaced that decision a moment ago. Load the page again.")
        audit.record(actor, "governance.decision.recorded", made, data={"replaces": older})
    return made


def change_decision(
    *, actor: Actor, decision_id: int, version: int | None = None, **fields: Unpack[DecisionFields]
) -> Decision:
    """Put the record of a decision right, or move its review; the trail keeps what was there."""
    known = get_decision_for(actor, decision_id)
    require(actor, _EDIT, seen_by=_SEE)
    values: dict[str, Any] = dict(fields)
    values.pop("replaces_id", None)
    values = _decision_values(values, known)
    changed = take_over(known, values)
    if not changed:
        return known
    with transaction.atomic():
        save_at_version(known, changed, version=version)
        audit.record(actor, "governance.decision.changed", known, data={"fields": changed})
    return known


def give_role(
    *,
    actor: Actor,
    role: str,
    person_id: int,
    brand_id: int | None = None,
    region_id: int | None = None,
    since: date | None = None,
) -> RoleHolding:
    """Somebody holds a role of the catalogue from a day on (today). It grants no rights in the product."""
    require(actor, _EDIT, seen_by=_SEE)
    faults: dict[str, list[str]] = {}
    if role not in CATALOGUE:
        faults["role"] = ["Choose a role of the catalogue."]
    known_person(faults, "person", person_id)
    known_region(faults, "region_id", region_id)
    known_brand(faults, "brand_id", brand_id)
    raise_faults(faults)
    held = RoleHolding.objects.filter(role=role, person_id=person_id, until__isnull=True)
    with transaction.atomic():
        if any((one.brand_id, one.region_id) == (brand_id, region_id) for one in held):
            raise InvalidError(fields={"person": ["This person holds the role already."]})
        made = RoleHolding.objects.create(
            role=role, person_id=person_id, brand_id=brand_id, region_id=region_id, since=since or clock.today()
        )
        audit.record(actor, "governance.role.given", made, label=CATALOGUE[role].label, data={"person": person_id})
    return made


def end_role(*, actor: Actor, holding_id: int) -> RoleHolding:
    """Somebody no longer holds a role, from tomorrow on."""
    require(actor, _EDIT, seen_by=_SEE)
    held = RoleHolding.objects.filter(pk=holding_id).first()
    if held is None:
        raise NotFoundError
    ends = max(clock.today(), held.since)
    with transaction.atomic():
        if RoleHolding.objects.filter(pk=held.pk, until__isnull=True).update(until=ends):
            held.until = ends
            label = CATALOGUE[held.role].label if held.role in CATALOGUE else held.role
            audit.record(actor, "governance.role.ended", held, label=label, data={"person": held.person_id})
    return held
