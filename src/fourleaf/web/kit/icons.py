"""Icons: heroicons as inline SVG, silent for screen readers (a word stands beside them, or the control is labelled)."""

from __future__ import annotations

from functools import lru_cache

import heroicons
from django.utils.safestring import SafeString

__all__ = ["STATE_ICONS", "icon"]

#: The icon of each state; a state is never colour alone.
STATE_ICONS = {
    "good": "check-circle",
    "attention": "exclamation-triangle",
    "blocking": "x-circle",
    "information": "information-circle",
    "neutral": "minus-circle",
}


@lru_cache(maxsize=512)
def icon(name: str, size: int = 20, style: str = "") -> SafeString:
    """One icon. ``style`` is outline, solid, mini or micro; by default what is drawn for that size."""
    style = style or ("micro" if size <= 16 else "mini" if size <= 20 else "outline")
    svg = heroicons._render_icon(style, name, size, {"aria-hidden": "true", "focusable": "false"})
    return SafeString(svg)
