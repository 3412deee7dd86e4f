"""Tables of review."""

from __future__ import annotations

from fourleaf.review.models.items import (
    OPEN,
    Decision,
    Draft,
    ItemComment,
    ItemState,
    ItemVersion,
    ReviewItem,
    Waiting,
)
from fourleaf.review.models.links import DecisionLink, Guest
from fourleaf.review.models.routes import Absence, Delegation, Deputy, GroupSeat, ReviewGroup, Route, RouteStep
from fourleaf.review.models.trust import Stratum, TrustStep

__all__ = [
    "OPEN",
    "Absence",
    "Decision",
    "DecisionLink",
    "Delegation",
    "Deputy",
    "Draft",
    "GroupSeat",
    "Guest",
    "ItemComment",
    "ItemState",
    "ItemVersion",
    "ReviewGroup",
    "ReviewItem",
    "Route",
    "RouteStep",
    "Stratum",
    "TrustStep",
    "Waiting",
]
