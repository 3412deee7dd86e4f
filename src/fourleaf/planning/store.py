"""How the content of a plan is changed: one writer at a time for each plan, each change with its history and event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import F, Max

from fourleaf.kernel import audit, clock, events
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError
from fourleaf.kernel.permissions import require
from fourleaf.planning.contracts import PlanChanged
from fourleaf.planning.errors import ArchivedError
from fourleaf.planning.models import Plan, PlanChange, PlanObject
from fourleaf.planning.selectors.plans import get_plan_for

__all__ = ["add_row", "change_row", "editing", "expect_version", "next_position", "note_change", "remove_row", "row_at"]


@contextmanager
def editing(actor: Actor, plan_id: int) -> Iterator[Plan]:
    """The plan, held for this transaction: writers of the same plan wait for each other until commit.

    Raises `NotFoundError`, `NotAllowedError`, or `ArchivedError`. Inside, `stored_model` may be
    asked for what was there before, but only before the first change: it remembers by the key of the content, which
    becomes a new one at the end.
    """
    plan = get_plan_for(actor, plan_id)
    require(actor, "planning.edit_plan", plan, seen_by="planning.view_plan")
    with transaction.atomic():
        held = Plan.objects.filter(pk=plan.pk).exclude(state="archived")
        # The update comes first: from here on, what is read is what the change is made on.
        if not held.update(content_version=F("content_version") + 1, changed_at=clock.now()):
            raise ArchivedError(plan.name)
        plan.refresh_from_db()
        plan.as_of = clock.today()  # an import says otherwise
        yield plan
        plan.content_key = uuid4()
        plan.save(update_fields=["content_key", "as_of"])
        events.publish(PlanChanged(plan.pk, plan.content_version))


def row_at(plan: Plan, section: str, key: str) -> PlanObject | None:
    """The object at an address, if it is there."""
    return PlanObject.objects.filter(plan=plan, section=section, key=key).first()


def next_position(plan: Plan, section: str) -> int:
    """The position behind the last object of a section."""
    last = PlanObject.objects.filter(plan=plan, section=section).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def add_row(
    actor: Actor,
    plan: Plan,
    section: str,
    key: str,
    data: Mapping[str, Any],
    *,
    position: int | None = None,
    kind: str = "added",
    code: str = "planning.object.added",
) -> PlanObject:
    """Store a new object, with its history and event."""
    row = PlanObject.objects.create(
        plan=plan,
        section=section,
        key=key,
        position=next_position(plan, section) if position is None else position,
        data=dict(data),
        changed_at=clock.now(),
        changed_by=actor.label[:200],
        changed_by_account_id=actor.account_id,
    )
    note_change(actor, plan, row, kind=kind, before=None, after=row.data)
    audit.record(actor, code, row, data={"plan": plan.pk})
    return row


def change_row(
    actor: Actor,
    plan: Plan,
    row: PlanObject,
    data: Mapping[str, Any],
    *,
    version: int | None = None,
    note: str = "",
    code: str = "planning.object.changed",
) -> PlanObject:
    """Store the changed data on top of ``version``; raises `ConflictError` if the object has moved on."""
    expect_version(row, version)
    before, row.data = row.data, dict(data)
    row.version, row.changed_at = row.version + 1, clock.now()
    row.changed_by, row.changed_by_account_id = actor.label[:200], actor.account_id
    row.save(update_fields=["data", "version", "changed_at", "changed_by", "changed_by_account"])
    note_change(actor, plan, row, kind="changed", before=before, after=row.data, note=note)
    fields = sorted(name for name in before.keys() | row.data.keys() if before.get(name) != row.data.get(name))
    audit.record(actor, code, row, data={"plan": plan.pk, "fields": fields})
    return row


def remove_row(actor: Actor, plan: Plan, row: PlanObject, *, version: int | None = None) -> PlanChange:
    """Take the object out; gives the change, from which it can be brought back."""
    expect_version(row, version)
    change = note_change(actor, plan, row, kind="removed", before=row.data, after=None)
    audit.record(actor, "planning.object.removed", row, data={"plan": plan.pk})
    row.delete()
    return change


def expect_version(row: PlanObject, version: int | None) -> None:
    """Raise `ConflictError` unless the object is still at this version; None asks for nothing."""
    if version is not None and version != row.version:
        raise ConflictError(
            f"Somebody else changed “{row}” while you were working on it. "
            "Load it again to see what is there now, then make your change once more."
        )


def note_change(
    actor: Actor,
    plan: Plan,
    row: PlanObject,
    *,
    kind: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    note: str = "",
) -> PlanChange:
    """Append to the history of the plan."""
    return PlanChange.objects.create(
        plan=plan,
        section=row.section,
        key=row.key,
        kind=kind,
        at=clock.now(),
        by=actor.label[:200],
        by_account_id=actor.account_id,
        content_version=plan.content_version,
        before=before,
        after=after,
        position=row.position,
        note=note[:300],
    )
