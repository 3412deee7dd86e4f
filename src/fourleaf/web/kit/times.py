"""How times are written: relative for reading, exact (with the zone) on hover, focus and in exports."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fourleaf.kernel import clock

__all__ = ["day", "exact", "moment_html", "relative"]


def _many(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def day(value: date) -> str:
    """A date: ``4 March 2026``."""
    return date_format(value, "j F Y")


def exact(value: datetime) -> str:
    """The instant in the reader's zone, which is said: ``Wed 4 March 2026, 14:05 CET``."""
    local = timezone.localtime(value)
    zone = local.strftime("%Z")
    # Zones without letters of their own ("+03") are clearer with UTC before the offset.
    zone = f"UTC{zone}" if zone[:1] in "+-" else zone
    return f"{date_format(local, 'D j F Y, H:i')} {zone}"


def relative(value: datetime, now: datetime | None = None) -> str:
    """``just now``, ``5 minutes ago``, ``in 2 hours``, ``3 days ago``; beyond thirty days the date."""
    now = now or clock.now()
    gap = now - value
    ahead = gap < timedelta(0)
    seconds = abs(gap.total_seconds())
    if seconds < 45:
        return "in a moment" if ahead else "just now"
    if seconds < 45 * 60:
        words = _many(max(1, round(seconds / 60)), "minute")
    elif seconds < 22 * 3600:
        words = _many(max(1, round(seconds / 3600)), "hour")
    elif seconds < 30 * 86400:
        words = _many(max(1, round(seconds / 86400)), "day")
    else:
        return day(timezone.localtime(value).date())
    return f"in {words}" if ahead else f"{words} ago"


def moment_html(value: datetime | date | None, *, focusable: bool = True) -> SafeString:
    """A ``<time>``: relative, with the exact time on hover and (if ``focusable``) on focus; a dash for nothing."""
    if value is None:
        return SafeString("")
    if not isinstance(value, datetime):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), day(value))
    said = exact(value)
    return format_html(
        '<time class="moment" datetime="{}" data-exact="{}"{}>{}<span class="vh"> ({})</span></time>',
        value.isoformat(),
        said,
        SafeString(' tabindex="0"') if focusable else "",
        relative(value),
        said,
    )
