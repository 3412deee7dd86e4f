"""Dates of the roadmap: moved, with what depends on them, and held against a baseline."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.engine.alignment.roadmap_template import TEMPLATE
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import InvalidError, NotFoundError
from fourleaf.kernel.permissions import require
from fourleaf.planning.checking import checked
from fourleaf.planning.errors import ArchivedError
from fourleaf.planning.models import PhaseTick, Plan, PlanObject, RoadmapBaseline
from fourleaf.planning.phase_exit import exit_criteria
from fourleaf.planning.scheduling import Dates, impossible, pushed
from fourleaf.planning.sections import section_named
from fourleaf.planning.selectors.content import stored_model
from fourleaf.planning.selectors.plans import get_plan_for
from fourleaf.planning.store import add_row, change_row, editing, expect_version, row_at

__all__ = ["answer_criterion", "reschedule_item", "set_baseline"]

_CODE = "planning.roadmap.rescheduled"


def reschedule_item(
    *,
    actor: Actor,
    plan_id: int,
    key: str,
    planned_start: date | None,
    planned_end: date | None,
    move_dependents: bool = False,
    version: int | None = None,
) -> list[PlanObject]:
    """Plan an item for other days; gives all that moved, this one first.

    With ``move_dependents`` what needs it and would begin too early is pushed behind it, durations kept. Raises
    `InvalidError` for an end before the start; days that are merely odd (`scheduling.odd`) the caller asks about.
    """
    with editing(actor, plan_id) as plan:
        model = stored_model(plan)
        if key not in TEMPLATE and row_at(plan, "roadmap", key) is None:
            raise NotFoundError
        dates = (planned_start, planned_end)
        if faults := impossible(model, key, dates):
            raise InvalidError(fields={field: [sentence] for field, sentence in faults})
        moved = [_move(actor, plan, key, dates, version=version)]
        if move_dependents:
            note = f"moved with {key}"
            moved += [_move(actor, plan, name, new, note=note) for name, new in pushed(model, key, dates).items()]
        return moved


def _move(
    actor: Actor, plan: Plan, key: str, dates: Dates, *, version: int | None = None, note: str = ""
) -> PlanObject:
    row = row_at(plan, "roadmap", key)
    data: dict[str, Any] = dict(row.data) if row is not None else {"id": key}
    for name, day in zip(("planned_start", "planned_end"), dates, strict=True):
        data.pop(name, None)
        if day is not None:
            data[name] = day.isoformat()
    stored = checked(plan, section_named("roadmap"), data)
    if row is None:
        return add_row(actor, plan, "roadmap", key, stored)
    expect_version(row, version)
    return row if row.data == stored else change_row(actor, plan, row, stored, note=note, code=_CODE)


def set_baseline(*, actor: Actor, plan_id: int, name: str = "") -> RoadmapBaseline:
    """Keep the planned dates as they are now; older baselines stay, the newest one counts."""
    plan = get_plan_for(actor, plan_id)
    require(actor, "planning.edit_plan", plan, seen_by="planning.view_plan")
    with transaction.atomic():
        now = clock.now()
        baseline = RoadmapBaseline.objects.create(
            plan=plan,
            name=" ".join(name.split())[:120] or f"Baseline of {clock.today()}",
            at=now,
            by=actor.label[:200],
            dates=_dates(stored_model(plan)),
        )
        audit.record(actor, "planning.roadmap.baseline_set", baseline, data={"plan": plan.pk})
        return baseline


def _dates(model: PlanModel) -> dict[str, list[str | None]]:
    return {
        item.id: [day.isoformat() if day else None for day in (item.planned_start, item.planned_end)]
        for item in model.roadmap
        if item.planned_start or item.planned_end
    }


def answer_criterion(*, actor: Actor, plan_id: int, code: str, holds: bool, note: str = "") -> None:
    """Say that a criterion of a phase holds, or take that back. Only what the plan has no facts about is asked.

    Raises `InvalidError` for a criterion that the plan itself answers, or a yes that says nothing of how it is known.
    """
    plan = get_plan_for(actor, plan_id)
    require(actor, "planning.edit_plan", plan, seen_by="planning.view_plan")
    if plan.state == "archived":
        raise ArchivedError(plan.name)
    asked = {one.code for one in exit_criteria(stored_model(plan), clock.today()) if one.by_hand}
    note = " ".join(note.split())[:300]
    if holds and code not in asked:
        raise InvalidError(fields={"code": ["The plan answers this itself, so nobody can by hand."]})
    if holds and not note:
        raise InvalidError(fields={"note": ["Say how you know, so that others can look it up."]})
    with transaction.atomic():
        if holds:
            values = {"at": clock.now(), "by": actor.label[:200], "note": note}
            PhaseTick.objects.update_or_create(plan=plan, code=code, defaults=values)
        else:
            PhaseTick.objects.filter(plan=plan, code=code).delete()
        data = {"code": code, "holds": holds, "note": note}
        audit.record(actor, "planning.phase.ticked", plan, data=data)
