"""Reads of alignment."""

from fourleaf.alignment.selectors.findings import (
    due_for,
    findings_about,
    findings_visible_to,
    get_finding_for,
    held_up_by,
    history_of,
    last_check,
    trend,
)
from fourleaf.alignment.selectors.glance import COLUMNS, Glance, GlanceCell, GlanceRow, glance
from fourleaf.alignment.selectors.waivers import SOON, ShownWaiver, ending_soon, waivers_of

__all__ = [
    "COLUMNS",
    "SOON",
    "Glance",
    "GlanceCell",
    "GlanceRow",
    "ShownWaiver",
    "due_for",
    "ending_soon",
    "findings_about",
    "findings_visible_to",
    "get_finding_for",
    "glance",
    "held_up_by",
    "history_of",
    "last_check",
    "trend",
    "waivers_of",
]
