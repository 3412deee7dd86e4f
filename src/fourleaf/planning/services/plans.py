"""Plans as a whole: made, renamed, made current, archived."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, InvalidError
from fourleaf.kernel.permissions import require
from fourleaf.planning.models import Plan, PlanState
from fourleaf.planning.selectors.plans import get_plan_for

__all__ = ["YEAR", "archive_plan", "change_plan", "create_plan", "new_plan", "reopen_plan", "set_current"]

_EDIT, _SEE = "planning.edit_plan", "planning.view_plan"
#: From the first to the last day of a plan whose last day nobody chose.
YEAR: Final = timedelta(days=364)


def create_plan(*, actor: Actor, name: str, starts_on: date | None = None, ends_on: date | None = None) -> Plan:
    """Add an empty draft; it lasts from today for a year unless said otherwise."""
    require(actor, _EDIT)
    starts_on = starts_on or clock.today()
    ends_on = ends_on or starts_on + YEAR
    with transaction.atomic():
        plan = new_plan(actor, name, starts_on, ends_on)
        audit.record(actor, "planning.plan.created", plan)
    return plan


def new_plan(actor: Actor, name: str, starts_on: date, ends_on: date, **fields: Any) -> Plan:
    """The row of a new draft, inside the transaction of what makes it."""
    now = clock.now()
    values = _checked(None, name, starts_on, ends_on)
    values = {"as_of": clock.today(), **values, **fields}
    return Plan.objects.create(**values, created_at=now, created_by=actor.label[:200], changed_at=now)


def change_plan(
    *,
    actor: Actor,
    plan_id: int,
    name: str | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    version: int | None = None,
) -> Plan:
    """Change name or dates of a plan."""
    plan = _editable(actor, plan_id)
    values = _checked(plan, name or plan.name, starts_on or plan.starts_on, ends_on or plan.ends_on)
    changes = audit.changes_between({field: getattr(plan, field) for field in values}, values)
    with transaction.atomic():
        _save(plan, values, version)
        audit.record(actor, "planning.plan.changed", plan, data=changes)
    return plan


def set_current(*, actor: Actor, plan_id: int, version: int | None = None) -> Plan:
    """Make this the current plan; the one that was current goes into the archive."""
    plan = _editable(actor, plan_id)
    if plan.state == "current":
        return plan
    PlanState.check(plan.state, "current")
    with transaction.atomic():
        for old in Plan.objects.filter(state="current"):
            _save(old, {"state": "archived"}, None)
            audit.record(actor, "planning.plan.archived", old)
        _save(plan, {"state": "current"}, version)
        audit.record(actor, "planning.plan.made_current", plan)
    return plan


def archive_plan(*, actor: Actor, plan_id: int, version: int | None = None) -> Plan:
    """Put a plan away; it can still be read, and be taken out again with `reopen_plan`."""
    return _move(actor, plan_id, "archived", "planning.plan.archived", version)


def reopen_plan(*, actor: Actor, plan_id: int, version: int | None = None) -> Plan:
    """Make a plan a draft again."""
    return _move(actor, plan_id, "draft", "planning.plan.changed", version)


def _move(actor: Actor, plan_id: int, state: str, code: str, version: int | None) -> Plan:
    plan = _editable(actor, plan_id)
    PlanState.check(plan.state, state)
    with transaction.atomic():
        _save(plan, {"state": state}, version)
        audit.record(actor, code, plan, data={"state": state})
    return plan


def _editable(actor: Actor, plan_id: int) -> Plan:
    plan = get_plan_for(actor, plan_id)
    require(actor, _EDIT, plan, seen_by=_SEE)
    return plan


def _save(plan: Plan, values: dict[str, Any], version: int | None) -> None:
    expected = plan.version if version is None else version
    rows = Plan.objects.filter(pk=plan.pk, version=expected)
    if not rows.update(**values, version=F("version") + 1, changed_at=clock.now()):
        raise ConflictError(
            f"Somebody else changed “{plan}” while you were working on it. "
            "Load it again to see what is there now, then make your change once more."
        )
    plan.refresh_from_db()


def _checked(plan: Plan | None, name: str, starts_on: date, ends_on: date) -> dict[str, Any]:
    faults: dict[str, list[str]] = {}
    name = " ".join(name.split())
    if not name:
        faults["name"] = ["Give the plan a name."]
    elif len(name) > 120:
        faults["name"] = [f"The name has {len(name)} characters; 120 are possible."]
    elif Plan.objects.filter(name=name).exclude(pk__in=[plan.pk] if plan else []).exists():
        faults["name"] = [f"Another plan is called “{name}”. Choose another name."]
    if ends_on < starts_on:
        faults["ends_on"] = [f"The plan would end ({ends_on}) before it begins ({starts_on})."]
    if faults:
        raise InvalidError(fields=faults)
    return {"name": name, "starts_on": starts_on, "ends_on": ends_on}
