"""Objects of a plan: added, changed, removed, brought back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fourleaf.engine.alignment.roadmap_template import TEMPLATE
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, InvalidError, NotFoundError
from fourleaf.planning.checking import checked
from fourleaf.planning.errors import InUseError
from fourleaf.planning.models import Plan, PlanChange, PlanObject
from fourleaf.planning.sections import SECTIONS, pointers, referring_sections, section_named
from fourleaf.planning.steps import check_step, stamped
from fourleaf.planning.store import add_row, change_row, editing, expect_version, remove_row, row_at

__all__ = ["put_object", "remove_object", "restore_object", "users_of"]

_MOST_NAMED = 5


def put_object(
    *, actor: Actor, plan_id: int, section: str, data: Mapping[str, Any], version: int | None = None
) -> PlanObject:
    """Add the object, or change the one with the same id: ``data`` is the whole object, as in a plan file.

    ``version`` is what the author saw; 0 means that it must be new; None takes whatever is there. Raises
    `PlanContentError` with sentences by field, `ConflictError`, and for changes of state what `check_step` raises.
    """
    where = section_named(section)
    with editing(actor, plan_id) as plan:
        stored = checked(plan, where, data)
        key = str(stored["id"]) if where.many else ""
        row = row_at(plan, section, key)
        if row is None:
            if version:
                raise ConflictError(f"Somebody else removed “{section}/{key}” while you were working on it.")
            check_step(actor, plan, section, None, stored)
            return add_row(actor, plan, section, key, stamped(section, None, stored, clock.today()))
        if version == 0:
            message = f"“{key}” is taken: the {section.replace('_', ' ')} have an object of this id already."
            raise InvalidError(fields={"id": [message]})
        if row.data == stored:
            expect_version(row, version)
            return row
        expect_version(row, version)
        check_step(actor, plan, section, row.data, stored)
        return change_row(actor, plan, row, stamped(section, row.data, stored, clock.today()), version=version)


def remove_object(*, actor: Actor, plan_id: int, section: str, key: str = "", version: int | None = None) -> PlanChange:
    """Take an object out; refused while others refer to it. The change that comes back can be undone.

    Raises `InUseError` that names who refers to it.
    """
    with editing(actor, plan_id) as plan:
        row = row_at(plan, section_named(section).name, key)
        if row is None:
            raise NotFoundError
        if users := users_of(plan, section, key):
            named = ", ".join(users[:_MOST_NAMED]) + (f" and {len(users) - 5} more" if len(users) > 5 else "")
            raise InUseError(f"“{section}/{key}” is still used by {named}. Change these first.", users)
        return remove_row(actor, plan, row, version=version)


def restore_object(*, actor: Actor, plan_id: int, change_id: int) -> PlanObject:
    """Bring back what a change removed, or what was there before it, checked against the plan of today."""
    with editing(actor, plan_id) as plan:
        change = PlanChange.objects.filter(plan=plan, pk=change_id).first()
        if change is None or change.before is None:
            raise NotFoundError("There is nothing to bring back: the object was not there before this change.")
        section = section_named(change.section)
        stored = checked(plan, section, change.before)
        row = row_at(plan, change.section, change.key)
        if row is not None:
            check_step(actor, plan, change.section, row.data, stored)
            return change_row(
                actor, plan, row, stored, note=f"as before change {change.pk}", code="planning.object.restored"
            )
        return add_row(
            actor,
            plan,
            change.section,
            change.key,
            stored,
            position=change.position,
            kind="restored",
            code="planning.object.restored",
        )


def users_of(plan: Plan, section: str, key: str) -> list[str]:
    """Addresses of the fields that name this object and would lead nowhere without it."""
    if section == "roadmap" and key in TEMPLATE:
        return []
    sections = referring_sections(section)
    rows = PlanObject.objects.filter(plan=plan, section__in=sections)
    same = set(PlanObject.objects.filter(plan=plan, key=key).exclude(section=section).values_list("section", flat=True))
    address = f"{section}/{key}"
    found = []
    for row in rows.order_by("section", "position", "pk"):
        if (row.section, row.key) == (section, key):
            continue
        for path, targets, value in pointers(SECTIONS[row.section].part, row.data, str(row)):
            if targets:
                used = value == key and section in targets and not same & set(targets)
            else:
                used = value == address or value.startswith(address + "/")
            if used:
                found.append(path)
    return found
