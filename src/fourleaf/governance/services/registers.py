"""Keeping the registers of processing and of consultation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, TypedDict, Unpack

from django.db import IntegrityError, transaction

from fourleaf.governance.models import (
    ConsultationRecord,
    ConsultationRecordState,
    ImpactState,
    ProcessingActivity,
)
from fourleaf.governance.selectors.registers import get_consultation_for, get_processing_for
from fourleaf.governance.services.checking import (
    LONG,
    check_link,
    check_texts,
    known_person,
    known_region,
    raise_faults,
    take_over,
)
from fourleaf.governance.starter_activities import PROCESSING_KINDS, STARTERS, SUBJECTS
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import InvalidError
from fourleaf.kernel.models import Region
from fourleaf.kernel.permissions import require
from fourleaf.kernel.versions import save_at_version

__all__ = [
    "ConsultationFields",
    "ProcessingFields",
    "add_consultation",
    "add_processing",
    "add_starter_processing",
    "answer_consultation",
    "change_consultation",
    "change_processing",
    "reopen_consultation",
]

_EDIT, _SEE = "governance.edit_registers", "governance.view_registers"
_LIMITS = {
    "name": 150, "purpose": LONG, "data_categories": LONG, "people_concerned": LONG, "recipients": LONG,
    "legal_basis": 200, "retention": 200, "safeguards": LONG, "impact_note": LONG,
}  # fmt: skip


class ProcessingFields(TypedDict, total=False):
    """What can be said about a processing activity."""

    name: str
    kind: str
    purpose: str
    data_categories: str
    people_concerned: str
    recipients: str
    legal_basis: str
    retention: str
    safeguards: str
    region_ids: Sequence[int]
    owner_id: int | None
    live: bool
    since: date | None
    ended_on: date | None
    impact_state: str
    impact_note: str
    impact_on: date | None
    review_due: date | None


def add_processing(*, actor: Actor, **fields: Unpack[ProcessingFields]) -> ProcessingActivity:
    """Enter a processing activity; ``name`` and ``kind`` are required."""
    require(actor, _EDIT, seen_by=_SEE)
    values, regions = _processing_values(None, dict(fields))
    now = clock.now()
    with transaction.atomic():
        made = ProcessingActivity.objects.create(**values, created_at=now, changed_at=now, changed_by=actor.label[:200])
        made.regions.set(regions or ())
        audit.record(actor, "governance.processing.added", made, data={"live": made.live})
    return made


def change_processing(
    *, actor: Actor, processing_id: int, version: int | None = None, **fields: Unpack[ProcessingFields]
) -> ProcessingActivity:
    """Change the given fields. Nothing is ever thrown away: what has ended gets an end, and retention is counted."""
    known = get_processing_for(actor, processing_id)
    require(actor, _EDIT, seen_by=_SEE)
    values, regions = _processing_values(known, dict(fields))
    moved = {name: [_plain(getattr(known, name)), _plain(value)] for name, value in values.items()
             if getattr(known, name) != value}  # fmt: skip
    if regions is not None:
        before = set(known.regions.values_list("pk", flat=True))
        if before != set(regions):
            moved["regions"] = [sorted(before), sorted(regions)]
    if not moved:
        return known
    for name, value in values.items():
        setattr(known, name, value)
    known.changed_at, known.changed_by = clock.now(), actor.label[:200]
    with transaction.atomic():
        save_at_version(known, (*values, "changed_at", "changed_by"), version=version)
        if regions is not None:
            known.regions.set(regions)
        audit.record(actor, "governance.processing.changed", known, data={"changes": moved})
    return known


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _processing_values(
    known: ProcessingActivity | None, values: dict[str, Any]
) -> tuple[dict[str, Any], list[int] | None]:
    """Checked values without the regions, and these; None leaves them."""
    faults: dict[str, list[str]] = {}
    if known is None and "name" not in values:
        values["name"] = ""
    check_texts(faults, values, _LIMITS, needed=("name",))
    if "kind" in values and values["kind"] not in PROCESSING_KINDS:
        faults["kind"] = [f"Choose one of {', '.join(PROCESSING_KINDS)}."]
    if "impact_state" in values and values["impact_state"] not in ImpactState.values:
        faults["impact_state"] = [f"Choose one of {', '.join(ImpactState.values)}."]
    known_person(faults, "owner", values.get("owner_id"))
    regions = values.pop("region_ids", None)
    if regions is not None and Region.objects.filter(pk__in=regions).count() != len(set(regions)):
        faults["region_ids"] = ["One of these regions no longer exists."]

    def now(name: str) -> Any:
        return values[name] if name in values else getattr(known, name, None)

    if now("live") and now("since") is None:
        faults["since"] = ["Say since when it runs: a consultation must be older than that."]
    if now("live") and now("ended_on") is not None and now("ended_on") <= clock.today():
        faults["live"] = ["What has ended does not run. Take one of the two away."]
    if now("since") and now("ended_on") and now("ended_on") < now("since"):
        faults["ended_on"] = ["The end lies before the beginning."]
    if now("impact_state") == ImpactState.NOT_NEEDED and not now("impact_note"):
        faults["impact_note"] = ["Say why no assessment is needed."]
    name = values.get("name")
    others = ProcessingActivity.objects.filter(name__iexact=name) if name else ProcessingActivity.objects.none()
    if (others.exclude(pk=known.pk) if known else others).exists():
        faults["name"] = ["There is an entry of this name already."]
    raise_faults(faults)
    return values, list(regions) if regions is not None else None


def add_starter_processing(*, actor: Actor) -> int:
    """Enter the proposed activities that are not there yet, none of them live. Gives how many were new."""
    require(actor, _EDIT, seen_by=_SEE)
    there = set(ProcessingActivity.objects.values_list("name", flat=True))
    fresh = [starter for starter in STARTERS if starter.name not in there]
    with transaction.atomic():
        for starter in fresh:
            add_processing(
                actor=actor,
                name=starter.name,
                kind=starter.kind,
                purpose=starter.purpose,
                data_categories=starter.data_categories,
                people_concerned=starter.people_concerned,
                legal_basis=starter.legal_basis,
                retention=starter.retention,
                safeguards=starter.safeguards,
            )
    return len(fresh)


class ConsultationFields(TypedDict, total=False):
    """What can be said about a consultation."""

    title: str
    region_id: int
    subjects: Sequence[str]
    started_on: date | None
    reference: str
    link: str
    note: str


def add_consultation(*, actor: Actor, **fields: Unpack[ConsultationFields]) -> ConsultationRecord:
    """Record that representatives are asked; title, region and subjects are required."""
    require(actor, _EDIT, seen_by=_SEE)
    values = _consultation_values(None, dict(fields))
    try:
        with transaction.atomic():
            made = ConsultationRecord.objects.create(**values, created_at=clock.now(), recorded_by=actor.label[:200])
            data = {"region": made.region_id, "subjects": list(made.subjects)}
            audit.record(actor, "governance.consultation.added", made, data=data)
    except IntegrityError as error:
        raise InvalidError(fields={"title": ["This region has a consultation of this title already."]}) from error
    return made


def change_consultation(
    *, actor: Actor, consultation_id: int, version: int | None = None, **fields: Unpack[ConsultationFields]
) -> ConsultationRecord:
    """Change what is recorded, but for its outcome."""
    known = get_consultation_for(actor, consultation_id)
    require(actor, _EDIT, seen_by=_SEE)
    values = _consultation_values(known, dict(fields))
    changed = take_over(known, values)
    if not changed:
        return known
    try:
        with transaction.atomic():
            save_at_version(known, changed, version=version)
            audit.record(actor, "governance.consultation.changed", known, data={"fields": changed})
    except IntegrityError as error:
        raise InvalidError(fields={"title": ["This region has a consultation of this title already."]}) from error
    return known


def _consultation_values(known: ConsultationRecord | None, values: dict[str, Any]) -> dict[str, Any]:
    faults: dict[str, list[str]] = {}
    if known is None:
        values = {"title": "", "subjects": [], **values}
        if values.get("region_id") is None:
            faults["region_id"] = ["Choose the region whose representatives are asked."]
    check_texts(faults, values, {"title": 150, "reference": 200, "link": 500, "note": LONG}, needed=("title",))
    check_link(faults, "link", values.get("link", ""))
    if "subjects" in values:
        values["subjects"] = sorted(set(values["subjects"]))
        if not values["subjects"] or not set(values["subjects"]) <= set(SUBJECTS):
            faults["subjects"] = ["Choose what they are asked about."]
    if "region_id" not in faults:
        known_region(faults, "region_id", values.get("region_id"))
    started, recorded = values.get("started_on"), known.recorded_on if known else None
    if started and recorded and started > recorded:
        faults["started_on"] = ["The outcome is older than this day."]
    raise_faults(faults)
    return values


def answer_consultation(
    *,
    actor: Actor,
    consultation_id: int,
    agreed: bool,
    recorded_on: date,
    reference: str,
    note: str = "",
    version: int | None = None,
) -> ConsultationRecord:
    """Record the outcome with its day and the document that proves it."""
    known = get_consultation_for(actor, consultation_id)
    require(actor, _EDIT, seen_by=_SEE)
    state = "agreed" if agreed else "declined"
    ConsultationRecordState.check(known.state, state)
    values: dict[str, Any] = {"reference": reference, "note": note or known.note}
    faults: dict[str, list[str]] = {}
    check_texts(faults, values, {"reference": 200, "note": LONG}, needed=("reference",) if agreed else ())
    if recorded_on > clock.today():
        faults["recorded_on"] = ["This day lies ahead."]
    if known.started_on and recorded_on < known.started_on:
        faults["recorded_on"] = ["They were not asked before that day. Look at the first day again."]
    raise_faults(faults)
    known.state, known.recorded_on, known.recorded_by = state, recorded_on, actor.label[:200]
    known.reference, known.note = values["reference"], values["note"]
    with transaction.atomic():
        fields = ("state", "recorded_on", "recorded_by", "reference", "note")
        save_at_version(known, fields, version=version)
        audit.record(actor, "governance.consultation.answered", known, data={"state": state})
    return known


def reopen_consultation(*, actor: Actor, consultation_id: int, version: int | None = None) -> ConsultationRecord:
    """Ask again: the outcome is taken back, and the trail keeps it."""
    known = get_consultation_for(actor, consultation_id)
    require(actor, _EDIT, seen_by=_SEE)
    ConsultationRecordState.check(known.state, "pending")
    before, known.state, known.recorded_on = known.state, "pending", None
    with transaction.atomic():
        save_at_version(known, ("state", "recorded_on"), version=version)
        audit.record(actor, "governance.consultation.answered", known, data={"state": "pending", "before": before})
    return known
