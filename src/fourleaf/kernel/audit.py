"""Writing and verifying the audit trail.

Each event's hash is SHA-256 over the canonical JSON of its fields and the hash of the event before it, so a changed,
removed or inserted row breaks the chain at a place that `verify` can name. Codes are registered with a label; writing
an unknown code is a programming error.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import F

from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.models import AuditEvent, AuditHead

__all__ = [
    "CODES",
    "GENESIS",
    "Break",
    "Entry",
    "changes_between",
    "declare",
    "record",
    "record_many",
    "verify",
]

GENESIS = "0" * 64
CODES: dict[str, str] = {}


def declare(code: str, label: str) -> str:
    """Register an audit code, e.g. ``declare("kernel.person.added", "Person added")``. Gives the code."""
    if CODES.get(code, label) != label:
        raise ValueError(f"The audit code {code} is declared twice.")
    CODES[code] = label
    return code


def _digest(event: AuditEvent) -> str:
    content = {
        "sequence": event.sequence,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "code": event.code,
        "actor": [event.actor_kind, event.actor_label, event.actor_person_id, event.via],
        "subject": [event.subject_kind, event.subject_id, event.subject_label],
        "data": event.data,
        "previous": event.previous,
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def record(
    actor: Actor, code: str, subject: object, *, label: str | None = None, data: Mapping[str, Any] | None = None
) -> AuditEvent:
    """Append one event; must run inside the transaction of the change that it describes.

    ``subject`` is a model instance, or a pair (kind, id). ``data`` must be JSON; secrets and texts of people do not
    belong in it.
    """
    if isinstance(subject, tuple):
        kind, subject_id = subject
        text = label or str(subject_id)
    else:
        meta = subject._meta  # type: ignore[attr-defined]  # any model instance
        kind, subject_id = f"{meta.app_label}.{meta.model_name}", subject.pk  # type: ignore[attr-defined]
        text = label or str(subject)
    return record_many(actor, [Entry(code, kind, str(subject_id), text, data or {})])[0]


@dataclass(frozen=True, slots=True)
class Entry:
    """One event to be, for `record_many`."""

    code: str
    subject_kind: str
    subject_id: str
    label: str
    data: Mapping[str, Any] = field(default_factory=dict)


def record_many(actor: Actor, entries: Sequence[Entry]) -> list[AuditEvent]:
    """Append many events as one stretch of the chain, with four queries and a bulk insert however many there are.

    The same rules as for `record`; for changes to very many rows at once, such as an import.
    """
    if unknown := {entry.code for entry in entries} - CODES.keys():
        raise KeyError(f"No audit code is called {min(unknown)}.")
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An audit event is recorded in the transaction of its change.")
    if not entries:
        return []
    # Taking the head's row first makes writers wait for each other until commit.
    if not AuditHead.objects.filter(pk=1).update(sequence=F("sequence") + len(entries)):
        AuditHead.objects.get_or_create(pk=1)
        AuditHead.objects.filter(pk=1).update(sequence=F("sequence") + len(entries))
    head = AuditHead.objects.get(pk=1)
    at, previous, first = clock.now(), head.hash, head.sequence - len(entries) + 1
    events = []
    for sequence, entry in enumerate(entries, first):
        event = AuditEvent(
            sequence=sequence,
            at=at,
            code=entry.code,
            actor_kind=actor.kind,
            actor_label=actor.label[:200],
            actor_person_id=actor.person_id,
            via=actor.via,
            subject_kind=entry.subject_kind,
            subject_id=entry.subject_id[:100],
            subject_label=entry.label[:200],
            data=json.loads(json.dumps(dict(entry.data), cls=DjangoJSONEncoder)) if entry.data else {},
            previous=previous,
        )
        event.hash = previous = _digest(event)
        events.append(event)
    AuditEvent.objects.bulk_create(events, batch_size=2000)
    AuditHead.objects.filter(pk=1).update(hash=previous)
    return events


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What differs: field -> [before, after]."""
    return {name: [before.get(name), after[name]] for name in after if before.get(name) != after[name]}


@dataclass(frozen=True)
class Break:
    """A place where the chain does not hold."""

    sequence: int
    at: datetime | None
    reason: str


def verify() -> Iterator[Break | int]:
    """Walk the whole chain; yields a `Break` for each fault and, as an ``int``, the count every 1,000 rows and last."""
    expected, previous, count = 1, GENESIS, 0
    for event in AuditEvent.objects.order_by("sequence").iterator(chunk_size=1000):
        if event.sequence != expected:
            missing = f"{expected}" if event.sequence == expected + 1 else f"{expected} to {event.sequence - 1}"
            yield Break(event.sequence, event.at, f"Event {missing} is missing before this one.")
            previous = event.previous
        if event.previous != previous:
            yield Break(event.sequence, event.at, "The link to the event before it does not fit.")
        if _digest(event) != event.hash:
            yield Break(event.sequence, event.at, "The content was changed after it was written.")
        expected, previous = event.sequence + 1, event.hash
        count += 1
        if count % 1000 == 0:
            yield count
    head = AuditHead.objects.filter(pk=1).first()
    if (head.sequence, head.hash) != (expected - 1, previous) if head else count > 0:
        yield Break(expected - 1, None, "Events at the end are missing, or the head was changed.")
    yield count
