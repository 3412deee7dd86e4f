"""When people post: by hour and week day in their own time zone, by season, growth and campaign.

Profiles are invented from common sense: grills at the weekend, kitchens on working days, tents in the evening and on
Sundays. Everything is a weight for one hour of UTC; the plan turns weights into counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from fourleaf.demo.mentions.chance import Floats, Integers
from fourleaf.demo.mentions.entities import ENTITIES, STREAMS, voice_shares

__all__ = ["HOUR", "SPAN_DAYS", "LocalHours", "cells", "hour_weights", "local_hours", "span_start"]

#: Thirteen months, in days.
SPAN_DAYS: Final = 396
HOUR: Final = 3_600_000_000  # microseconds

_BY_HOUR: Final[dict[str, Floats]] = {
    "grill": np.array(
        [8, 4, 3, 2, 2, 3, 8, 18, 28, 36, 46, 58, 66, 60, 54, 56, 68, 86, 100, 98, 84, 62, 38, 18], dtype=float
    ),
    "kitchen": np.array(
        [4, 2, 2, 2, 3, 8, 26, 58, 84, 98, 92, 62, 46, 66, 94, 100, 82, 52, 34, 28, 26, 30, 24, 10], dtype=float
    ),
    "camping": np.array(
        [7, 4, 3, 2, 3, 6, 16, 32, 40, 42, 46, 48, 52, 48, 46, 50, 58, 70, 84, 98, 100, 86, 50, 20], dtype=float
    ),
}
_BY_DAY: Final[dict[str, Floats]] = {  # Monday first
    "grill": np.array([0.78, 0.72, 0.75, 0.84, 1.15, 1.70, 1.52]),
    "kitchen": np.array([1.26, 1.32, 1.28, 1.22, 1.04, 0.42, 0.34]),
    "camping": np.array([0.92, 0.84, 0.84, 0.92, 1.08, 1.28, 1.46]),
}
_SEASON: Final = {"grill": (0.62, 170), "kitchen": (0.10, 290), "camping": (0.58, 196)}  # depth, day of the peak
_GROWTH: Final = 1.18  # from the first day to the last
# Campaigns: entity, first day as a share of the span, days, factor on the first day (fading evenly to 1).
_CAMPAIGNS: Final = (
    ("EM", 0.42, 12, 1.9),
    ("EM", 0.78, 9, 1.6),
    ("RO", 0.47, 10, 1.8),
    ("KO", 0.36, 8, 1.7),
    ("PY", 0.61, 10, 1.6),
    ("QS", 0.25, 10, 1.8),
    ("GA", 0.66, 9, 1.7),
    ("OV", 0.84, 8, 1.6),
    ("LV", 0.52, 12, 1.8),
    ("FJ", 0.58, 10, 1.7),
    ("TE", 0.40, 8, 1.8),
)


@dataclass(frozen=True, slots=True)
class LocalHours:
    """For each hour of UTC in the span: local hour (0-23), week day (0 is Monday) and day of the year (1-366)."""

    hour: Integers
    weekday: Integers
    day_of_year: Integers


def span_start(until: date) -> datetime:
    """The first instant of the span that ends where ``until`` begins, both at midnight UTC."""
    return datetime.combine(until, time(), UTC) - timedelta(days=SPAN_DAYS)


def local_hours(until: date, time_zone: str) -> LocalHours:
    """The clock of a time zone through the span, summer time included."""
    zone = ZoneInfo(time_zone)
    start = span_start(until)
    stamps = [(start + timedelta(hours=h)).astimezone(zone) for h in range(SPAN_DAYS * 24)]
    return LocalHours(
        hour=np.array([s.hour for s in stamps], dtype=np.int64),
        weekday=np.array([s.weekday() for s in stamps], dtype=np.int64),
        day_of_year=np.array([s.timetuple().tm_yday for s in stamps], dtype=np.int64),
    )


def cells() -> tuple[tuple[int, int], ...]:
    """The columns of the weights: pairs of (index into STREAMS, index into ENTITIES)."""
    index = {entity.code: i for i, entity in enumerate(ENTITIES)}
    return tuple(
        (s, index[code]) for s, stream in enumerate(STREAMS) for code in voice_shares(stream.sector, stream.language)
    )


def hour_weights(until: date, rng: np.random.Generator) -> Floats:
    """Relative expected posts: one row for each hour of the span, one column for each of ``cells()``.

    Each column is scaled so that over the span streams and entities keep their stated shares.
    """
    hours = SPAN_DAYS * 24
    growth = np.linspace(1.0, _GROWTH, hours)
    mood_of_day = np.repeat(np.exp(rng.normal(0.0, 0.10, SPAN_DAYS)), 24)
    clocks = {zone: local_hours(until, zone) for zone in sorted({s.time_zone for s in STREAMS})}
    columns = []
    for s, e in cells():
        stream, entity = STREAMS[s], ENTITIES[e]
        clock = clocks[stream.time_zone]
        depth, peak = _SEASON[stream.sector]
        season = 1.0 + depth * np.cos(2.0 * np.pi * (clock.day_of_year - peak) / 365.25)
        rhythm = _BY_HOUR[stream.sector][clock.hour] * _BY_DAY[stream.sector][clock.weekday]
        column = rhythm * season * growth * mood_of_day * _campaign(entity.code, hours)
        share = stream.weight * voice_shares(stream.sector, stream.language)[entity.code]
        columns.append(column * (share / column.sum()))
    return np.stack(columns, axis=1)


def _campaign(code: str, hours: int) -> Floats:
    factor = np.ones(hours)
    for entity, at, days, height in _CAMPAIGNS:
        if entity == code:
            first = int(at * hours)
            fade = np.linspace(height, 1.0, days * 24)
            factor[first : first + days * 24] *= fade[: hours - first]
    return factor
