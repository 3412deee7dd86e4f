"""Plans, the objects in them, their history and the comments on them."""

from fourleaf.planning.models.plans import (
    CalendarToken,
    PhaseTick,
    Plan,
    PlanChange,
    PlanComment,
    PlanObject,
    PlanState,
    RoadmapBaseline,
)

__all__ = [
    "CalendarToken",
    "PhaseTick",
    "Plan",
    "PlanChange",
    "PlanComment",
    "PlanObject",
    "PlanState",
    "RoadmapBaseline",
]
