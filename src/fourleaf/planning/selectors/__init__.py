"""Reads of planning."""

from fourleaf.planning.selectors.content import model_of, snapshot_of
from fourleaf.planning.selectors.plans import (
    comments,
    current_plan,
    get_object_for,
    get_plan_for,
    history,
    objects,
    visible_plans,
)

__all__ = [
    "comments",
    "current_plan",
    "get_object_for",
    "get_plan_for",
    "history",
    "model_of",
    "objects",
    "snapshot_of",
    "visible_plans",
]
