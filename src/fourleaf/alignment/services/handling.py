"""Who deals with a finding, until when, and what they say about it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F

from fourleaf.alignment.models import FindingEvent, FindingRecord
from fourleaf.alignment.selectors import findings_visible_to, get_finding_for
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, InvalidError
from fourleaf.kernel.models import Person
from fourleaf.kernel.permissions import require

__all__ = ["handle_finding", "handle_findings"]

_LONGEST = 4000
_FACTS = ("owner_id", "due_on")


def handle_finding(
    *,
    actor: Actor,
    finding_id: int,
    owner_id: int | None,
    due_on: date | None,
    explanation: str = "",
    note: str = "",
    version: int | None = None,
) -> FindingRecord:
    """Set owner, due date, explanation (why it is as it is) and note (what is done about it)."""
    record = get_finding_for(actor, finding_id)
    require(actor, "alignment.handle_findings", record, seen_by="alignment.view_findings")
    values = {
        "owner_id": owner_id,
        "due_on": due_on,
        "explanation": explanation.strip(),
        "note": note.strip(),
    }
    _check(values, record)
    changes = audit.changes_between(
        {name: getattr(record, name) for name in _FACTS}, {name: values[name] for name in _FACTS}
    )
    texts = [name for name in ("explanation", "note") if getattr(record, name) != values[name]]
    if not changes and not texts:
        return record
    with transaction.atomic():
        rows = FindingRecord.objects.filter(pk=record.pk, version=record.version if version is None else version)
        if not rows.update(**values, version=F("version") + 1):
            raise ConflictError(
                "This finding has changed since you opened it: somebody edited it or the plan was checked again. "
                "Load it again, then make your change once more."
            )
        record.refresh_from_db()
        FindingEvent.objects.create(
            finding=record, kind="handled", at=clock.now(), by=actor.label[:200], text=_told(record, changes, texts)
        )
        # Texts of people do not belong in the trail; that they changed does.
        audit.record(actor, "alignment.finding.handled", record, data={**changes, "texts": texts})
    return record


def handle_findings(
    *, actor: Actor, finding_ids: Collection[int], owner_id: int | None = None, due_on: date | None = None
) -> int:
    """Give several findings the same owner or due date; what is None stays. Gives how many were changed."""
    require(actor, "alignment.handle_findings", seen_by="alignment.view_findings")
    given = {name: value for name, value in (("owner_id", owner_id), ("due_on", due_on)) if value is not None}
    if not given:
        raise InvalidError("Say who deals with them, or until when.")
    _check(given, None)
    with transaction.atomic():
        records = list(findings_visible_to(actor).filter(pk__in=list(finding_ids)).exclude(state="gone"))
        now = clock.now()
        FindingRecord.objects.filter(pk__in=[r.pk for r in records]).update(**given, version=F("version") + 1)
        events = [
            FindingEvent(finding=r, kind="handled", at=now, by=actor.label[:200], text=_told(r, given, ()))
            for r in FindingRecord.objects.filter(pk__in=[r.pk for r in records]).select_related("owner")
        ]
        FindingEvent.objects.bulk_create(events, batch_size=500)
        shown = {name: str(value) for name, value in given.items()}
        audit.record_many(
            actor,
            [
                audit.Entry("alignment.finding.handled", "alignment.findingrecord", str(r.pk), str(r), shown)
                for r in records
            ],
        )
    return len(records)


def _check(values: dict[str, Any], record: FindingRecord | None) -> None:
    faults: dict[str, list[str]] = {}
    owner, due = values.get("owner_id"), values.get("due_on")
    same_owner = record is not None and record.owner_id == owner
    if owner is not None and not same_owner:
        person = Person.objects.filter(pk=owner).first()
        if person is None or person.has_left(clock.today()):
            faults["owner"] = ["Choose somebody who works here."]
    if due is not None and due < clock.today() and (record is None or record.due_on != due):
        faults["due_on"] = [f"{due} is past. Choose today or a later day."]
    for name in ("explanation", "note"):
        if len(values.get(name, "")) > _LONGEST:
            faults[name] = [f"This has {len(values[name]):,} characters; {_LONGEST:,} are possible."]
    if faults:
        raise InvalidError(fields=faults)


def _told(record: FindingRecord, changes: Collection[str], texts: Collection[str]) -> str:
    said = []
    if "owner_id" in changes:
        said.append(f"Owner: {record.owner.name if record.owner else 'nobody'}.")
    if "due_on" in changes:
        said.append(f"Due: {record.due_on or 'no day'}.")
    said += [f"New {name}." for name in texts]
    return " ".join(said)
