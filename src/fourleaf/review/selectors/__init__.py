"""Reads of review."""

from __future__ import annotations

from fourleaf.review.selectors.clearance import clearance, standing_of
from fourleaf.review.selectors.items import (
    QUEUES,
    comments_for,
    get_draft_for,
    get_item_for,
    has_spoken,
    queue_counts,
    queue_of,
    visible_items,
    waiting_soon,
)
from fourleaf.review.selectors.preview import preview
from fourleaf.review.selectors.routes import (
    absences_of,
    delegations_of,
    deputies_of,
    findings_of,
    get_group_for,
    get_route_for,
    visible_groups,
    visible_routes,
)
from fourleaf.review.selectors.trust import agreement_of, get_stratum_for, shown, steps_of, visible_strata

__all__ = [
    "QUEUES", "absences_of", "agreement_of", "clearance", "comments_for", "delegations_of", "deputies_of",
    "findings_of", "get_draft_for", "get_group_for", "get_item_for", "get_route_for", "get_stratum_for",
    "has_spoken", "preview", "queue_counts", "queue_of", "shown", "standing_of", "steps_of", "visible_groups",
    "visible_items", "visible_routes", "visible_strata", "waiting_soon",
]  # fmt: skip
