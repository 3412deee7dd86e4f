"""Times of review in words: what a route or tier gives, and when that is, here and where the item belongs."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format

from fourleaf.engine.review import TARGETS
from fourleaf.engine.review.tiers import Tier

__all__ = ["short_time", "target_of", "there", "working_time"]

_DAY: Final = 8 * 60
_NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def _days(number: int) -> str:
    said = _NUMBERS[number] if number < len(_NUMBERS) else str(number)
    return f"{said} working {'day' if number == 1 else 'days'}"


def working_time(minutes: int) -> str:
    """Business minutes as people say them; whole days of eight hours are named, since calendars differ by region."""
    if minutes < 60:
        return f"{minutes} business {'minute' if minutes == 1 else 'minutes'}"
    hours = f"{minutes / 60:.3g} business {'hour' if minutes == 60 else 'hours'}"
    whole = not minutes % _DAY
    return f"{hours} ({_days(minutes // _DAY)} of eight)" if whole else hours


def target_of(tier: Tier) -> str:
    """The usual time for an answer by tier."""
    target = TARGETS.get(tier)
    if target is None:
        return "as the crisis plan says"
    if target.days:
        return _days(target.days)
    return f"{target.minutes} staffed minutes" if target.calendar == "staffed" else working_time(target.minutes)


def short_time(value: datetime) -> str:
    """The instant in the reader's zone, for narrow places: ``Mon 23 Nov, 12:00 CET``."""
    local = timezone.localtime(value)
    return f"{date_format(local, 'D j M, H:i')} {_zone(local)}"


def there(value: datetime | None, zone: str, name: str) -> str:
    """``Mon 06:00 EST in North America`` where clocks differ from the reader's; else ""."""
    if value is None or not zone:
        return ""
    local, abroad = timezone.localtime(value), value.astimezone(ZoneInfo(zone))
    if local.utcoffset() == abroad.utcoffset():
        return ""
    return f"{abroad:%a %H:%M} {_zone(abroad)} in {name}"


def _zone(local: datetime) -> str:
    said = local.strftime("%Z")
    # Zones without letters of their own ("+03") are clearer with UTC before the offset.
    return f"UTC{said}" if said[:1] in "+-" else said
