"""What stands before steps of the roadmap, and the baseline of its dates."""

from __future__ import annotations

from datetime import date

from fourleaf.kernel.actors import Actor
from fourleaf.planning import gate as gates
from fourleaf.planning.models import RoadmapBaseline
from fourleaf.planning.selectors.content import stored_model
from fourleaf.planning.selectors.plans import get_plan_for
from fourleaf.planning.steps import start_obstacles

__all__ = ["baseline_dates", "gate", "latest_baseline", "what_stops"]


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
