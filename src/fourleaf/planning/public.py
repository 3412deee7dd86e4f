"""What other contexts may ask planning: plans as facts, and their content as the plan model and snapshot."""

from __future__ import annotations

from datetime import date

from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.engine.alignment.snapshot import Snapshot
from fourleaf.kernel.actors import Actor
from fourleaf.planning.contracts import PlanInfo

__all__ = ["current_plan", "model_of", "plan_info", "snapshot_of"]


def current_plan(actor: Actor) -> PlanInfo | None:
    """The current plan, if there is one and the actor may see it. One query."""
    from fourleaf.planning.selectors import current_plan as row

    plan = row(actor)
    return None if plan is None else plan.info


def plan_info(actor: Actor, plan_id: int) -> PlanInfo:
    """One plan; `NotFoundError` for absent and forbidden alike. One query."""
    from fourleaf.planning.selectors import get_plan_for

    return get_plan_for(actor, plan_id).info


def model_of(actor: Actor, plan_id: int) -> PlanModel:
    """The content with what the kernel knows; see `selectors.content.model_of`."""
    from fourleaf.planning import selectors

    return selectors.model_of(actor, plan_id)


def snapshot_of(actor: Actor, plan_id: int, as_of: date | None = None) -> Snapshot:
    """What rules see today, or on another day."""
    from fourleaf.planning import selectors

    return selectors.snapshot_of(actor, plan_id, as_of)
