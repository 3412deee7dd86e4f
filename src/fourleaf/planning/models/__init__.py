"""Plans, the objects in them, their history and the comments on them."""

from fourleaf.planning.models.plans import Plan, PlanChange, PlanComment, PlanObject, PlanState

__all__ = ["Plan", "PlanChange", "PlanComment", "PlanObject", "PlanState"]
