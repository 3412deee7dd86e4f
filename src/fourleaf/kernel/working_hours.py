"""Ordinary working hours of a week: seven lists (Monday first) of ["09:00", "17:00"] pairs in local time.

A day ends at 24:00 at the latest; a shift past midnight is written as two pairs on two days.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["WEEKDAYS", "Hours", "checked", "day_text", "parse_day", "week_minutes"]

Hours = list[list[list[str]]]
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SPAN = re.compile(r"^(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|–|to)\s*(\d{1,2})(?:[:.](\d{2}))?$")


def _minutes(text: str) -> int:
    """Minutes since midnight of "HH:MM"; raises ``ValueError``."""
    match = re.fullmatch(r"(\d{2}):(\d{2})", text)
    if not match or int(match[2]) > 59 or int(match[1]) * 60 + int(match[2]) > 24 * 60:
        raise ValueError(f"“{text}” is not a time of day. Write it like 09:00, up to 24:00.")
    return int(match[1]) * 60 + int(match[2])


def _checked_day(day: Sequence[Sequence[str]], name: str) -> list[list[str]]:
    spans: list[list[str]] = []
    before = -1
    for span in day:
        if len(span) != 2:
            raise ValueError(f"{name}: each stretch needs a beginning and an end, like 09:00-17:00.")
        begins, ends = _minutes(span[0]), _minutes(span[1])
        if ends <= begins:
            raise ValueError(
                f"{name}: {span[0]}-{span[1]} ends before it begins. Write work past midnight as two days."
            )
        if begins < before:
            raise ValueError(f"{name}: {span[0]}-{span[1]} overlaps the stretch before it, or is out of order.")
        spans.append([span[0], span[1]])
        before = ends
    return spans


def checked(hours: Sequence[Sequence[Sequence[str]]]) -> Hours:
    """The same hours, proven to be seven days of sorted stretches that do not overlap; raises ``ValueError``.

    An empty sequence is allowed and means that nobody has stated the hours.
    """
    if not hours:
        return []
    if len(hours) != 7:
        raise ValueError(f"Working hours need seven days, Monday first; {len(hours)} were given.")
    return [_checked_day(day, name) for day, name in zip(hours, WEEKDAYS, strict=True)]


def parse_day(text: str, name: str = "This day") -> list[list[str]]:
    """Stretches from text such as "9-12:30, 13:30-17:00"; nothing, "-" or "closed" is a free day."""
    if text.strip().casefold() in ("", "-", "–", "closed", "free"):
        return []
    spans = []
    for part in re.split(r"[,;]", text):
        match = _SPAN.fullmatch(part.strip())
        if not match:
            raise ValueError(f"{name}: “{part.strip()}” cannot be read. Write stretches like 09:00-12:30, 13:30-17:00.")
        opens, closes = (f"{int(match[at]):02d}:{match[at + 1] or '00'}" for at in (1, 3))
        spans.append([opens, closes])
    return _checked_day(spans, name)


def day_text(day: Sequence[Sequence[str]]) -> str:
    """The text that `parse_day` reads back."""
    return ", ".join(f"{begins}-{ends}" for begins, ends in day)


def week_minutes(hours: Sequence[Sequence[Sequence[str]]]) -> int:
    """Working minutes of the week."""
    return sum(_minutes(ends) - _minutes(begins) for day in hours for begins, ends in day)
