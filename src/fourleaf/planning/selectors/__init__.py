"""Reads of planning."""

from fourleaf.planning.differences import differences
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
from fourleaf.planning.selectors.roadmap import baseline_dates, gate, latest_baseline, rescheduling, what_stops

__all__ = [
    "baseline_dates",
    "comments",
    "current_plan",
    "differences",
    "gate",
    "get_object_for",
    "get_plan_for",
    "history",
    "latest_baseline",
    "model_of",
    "objects",
    "rescheduling",
    "snapshot_of",
    "visible_plans",
    "what_stops",
]
