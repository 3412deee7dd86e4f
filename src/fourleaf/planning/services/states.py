"""Steps from state to state: roadmap items, programmes, activities, experiments, pilots."""

from __future__ import annotations

from typing import Any

from fourleaf.engine.alignment.roadmap_template import TEMPLATE
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, InvalidError, NotFoundError
from fourleaf.planning.checking import checked
from fourleaf.planning.models import Plan, PlanChange, PlanObject
from fourleaf.planning.pilot_steps import LOCKED_FIELDS
from fourleaf.planning.sections import section_named
from fourleaf.planning.steps import MACHINES, check_again, check_step, stamped, state_of
from fourleaf.planning.store import add_row, change_row, editing, expect_version, remove_row, row_at

__all__ = [
    "change_pilot_state",
    "change_programme_state",
    "change_roadmap_state",
    "change_state",
    "copy_pilot",
    "take_back_state",
]

_CODE = "planning.object.state_changed"


def change_state(
    *,
    actor: Actor,
    plan_id: int,
    section: str,
    key: str,
    state: str,
    version: int | None = None,
    **fields: Any,
) -> PlanObject:
    """Move an object to another state, with fields that belong to the step (``reason``, ``effect``, ``evidence``).

    Raises `TransitionError`, `GateError` with what must come first, `InvalidError`, `ConflictError`.
    """
    if section not in MACHINES:
        raise NotFoundError(f"Objects of “{section}” have no states.")
    if state not in MACHINES[section].states:
        known = ", ".join(MACHINES[section].states)
        raise InvalidError(fields={"state": [f"“{state}” is no state of these; there are: {known}."]})
    with editing(actor, plan_id) as plan:
        row = row_at(plan, section, key)
        if row is None:
            return _of_template(actor, plan, section, key, state, fields)
        expect_version(row, version)
        if state_of(section, row.data) == state and not fields:
            return row
        after = checked(plan, section_named(section), {**row.data, **fields, "state": state})
        check_step(actor, plan, section, row.data, after)
        after = checked(plan, section_named(section), stamped(section, row.data, after, clock.today()))
        return change_row(actor, plan, row, after, version=version, note=f"to {state}", code=_CODE)


def _of_template(actor: Actor, plan: Plan, section: str, key: str, state: str, fields: dict[str, Any]) -> PlanObject:
    """An activity of the template need not be in the plan before something happens to it."""
    if section != "roadmap" or key not in TEMPLATE:
        raise NotFoundError
    where = section_named(section)
    after = checked(plan, where, {"id": key, **fields, "state": state})
    check_step(actor, plan, section, {"id": key}, after)
    return add_row(actor, plan, section, key, checked(plan, where, stamped(section, None, after, clock.today())))


def take_back_state(*, actor: Actor, plan_id: int, change_id: int) -> str:
    """Take back the last step of an object, days that it left behind included; gives the object's id.

    No step of its own: what the machine does not allow forward is allowed back, but what must come first is asked
    again. Raises `ConflictError` once something else happened to the object, and `NotFoundError`.
    """
    with editing(actor, plan_id) as plan:
        change = (
            PlanChange.objects.filter(plan=plan, pk=change_id, section__in=MACHINES).exclude(section="pilots").first()
        )
        if change is None:
            raise NotFoundError
        row = row_at(plan, change.section, change.key)
        if row is None or row.data != change.after:
            raise ConflictError(f"{change.key} was changed again since, so this step stays. Change the state by hand.")
        if change.before is None:
            remove_row(actor, plan, row)
            return change.key
        before = checked(plan, section_named(change.section), change.before)
        check_again(actor, plan, change.section, row.data, before)
        change_row(actor, plan, row, before, note=f"back to {state_of(change.section, before)}", code=_CODE)
        return change.key


def change_roadmap_state(
    *,
    actor: Actor,
    plan_id: int,
    key: str,
    state: str,
    reason: str | None = None,
    evidence: list[str] | None = None,
    version: int | None = None,
) -> PlanObject:
    """planned, in_progress, done or dropped (with a reason). Ready is no step: it is worked out from what is done."""
    if state == "ready":
        raise InvalidError(
            fields={
                "state": ["Ready is worked out: an item is ready when all that it needs is done. Start it instead."]
            }
        )
    given = {"reason": reason, "evidence": evidence}
    fields = {name: value for name, value in given.items() if value is not None}
    return change_state(
        actor=actor, plan_id=plan_id, section="roadmap", key=key, state=state, version=version, **fields
    )


def change_programme_state(
    *, actor: Actor, plan_id: int, key: str, state: str, version: int | None = None
) -> PlanObject:
    """planned, live, paused or ended. Live needs the plan gate, and that nobody who guards it objects."""
    return change_state(actor=actor, plan_id=plan_id, section="programmes", key=key, state=state, version=version)


def change_pilot_state(
    *,
    actor: Actor,
    plan_id: int,
    key: str,
    state: str,
    effect: dict[str, float] | None = None,
    version: int | None = None,
) -> PlanObject:
    """The next step of a pilot; approval locks hypothesis, metric and threshold. Decisions follow the rule."""
    fields: dict[str, Any] = {} if effect is None else {"effect": effect}
    return change_state(actor=actor, plan_id=plan_id, section="pilots", key=key, state=state, version=version, **fields)


_LIFE = ("state", "locked_on", "starts_on", "closed_on", "effect", "decision", "iterations")


def copy_pilot(*, actor: Actor, plan_id: int, key: str, new_key: str, **fields: Any) -> PlanObject:
    """A new draft with the same set-up, where hypothesis, metric and threshold may change (``fields``)."""
    with editing(actor, plan_id) as plan:
        row = row_at(plan, "pilots", key)
        if row is None:
            raise NotFoundError
        if row_at(plan, "pilots", new_key) is not None:
            raise InvalidError(fields={"id": [f"“{new_key}” is taken: another pilot has this id."]})
        if unknown := set(fields) - {*LOCKED_FIELDS, "name", "weeks", "decision_on", "n"}:
            raise InvalidError(f"These are changed on the copy itself: {', '.join(sorted(unknown))}.")
        data = {name: value for name, value in row.data.items() if name not in _LIFE}
        for guardrail in data.get("guardrails", ()):
            guardrail.pop("breached", None)
        stored = checked(plan, section_named("pilots"), {**data, **fields, "id": new_key})
        return add_row(actor, plan, "pilots", new_key, stored)
