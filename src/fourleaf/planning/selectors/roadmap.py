"""What stands before steps of the roadmap, and the baseline of its dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fourleaf.engine.alignment.roadmap_dates import Move
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.planning import gate as gates
from fourleaf.planning.models import RoadmapBaseline
from fourleaf.planning.scheduling import Dates, moves, odd
from fourleaf.planning.selectors.content import stored_model
from fourleaf.planning.selectors.plans import get_plan_for
from fourleaf.planning.steps import start_obstacles

__all__ = ["Rescheduling", "baseline_dates", "gate", "latest_baseline", "rescheduling", "what_stops"]


@dataclass(frozen=True)
class Rescheduling:
    """What would follow from planning an item for other days, before anything is stored.

    moves: every other item that would lie on other days, with old and new ones; odd: (field, sentence) of what the
    author may want to think over.
    """

    moves: list[Move]
    odd: list[tuple[str, str]]


def gate(actor: Actor, plan_id: int) -> list[str]:
    """What the plan gate misses; nothing when it is open."""
    return gates.gate(stored_model(get_plan_for(actor, plan_id)))


def what_stops(actor: Actor, plan_id: int, key: str) -> list[str]:
    """What stands before the start of a roadmap item; nothing when it is ready. Guards are asked when it starts."""
    return start_obstacles(stored_model(get_plan_for(actor, plan_id)), key)


def latest_baseline(actor: Actor, plan_id: int) -> RoadmapBaseline | None:
    """The baseline that counts, if one was set."""
    return RoadmapBaseline.objects.filter(plan=get_plan_for(actor, plan_id)).first()


def baseline_dates(actor: Actor, plan_id: int) -> dict[str, tuple[date | None, date | None]]:
    """id -> planned first and last day in the baseline that counts; nothing when none was set."""
    baseline = latest_baseline(actor, plan_id)
    if baseline is None:
        return {}
    return {
        key: (date.fromisoformat(start) if start else None, date.fromisoformat(end) if end else None)
        for key, (start, end) in baseline.dates.items()
    }


def rescheduling(actor: Actor, plan_id: int, key: str, dates: Dates, *, move_dependents: bool) -> Rescheduling:
    """What would follow; nothing is changed. `NotFoundError` for a plan that cannot be seen."""
    plan = get_plan_for(actor, plan_id)
    model, today = stored_model(plan), clock.today()
    return Rescheduling(
        moves(model, key, dates, today, move_dependents=move_dependents, starts_on=plan.starts_on),
        odd(model, key, dates, today, starts_on=plan.starts_on),
    )
