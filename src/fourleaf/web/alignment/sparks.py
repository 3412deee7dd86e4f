"""A small line of counts over days, as numbers for an SVG of 120 by 28."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

__all__ = ["Spark", "spark"]

WIDTH, HEIGHT, EDGE = 120.0, 28.0, 3.0


@dataclass(frozen=True)
class Spark:
    """``points`` of a polyline, its end, and what it shows in words."""

    points: str
    x: float
    y: float
    words: str


def spark(counts: Sequence[tuple[date, int]]) -> Spark | None:
    """The line; None for fewer than two days."""
    if len(counts) < 2:
        return None
    first, last = counts[0], counts[-1]
    days = max((last[0] - first[0]).days, 1)
    top = max(count for _, count in counts) or 1
    placed = [
        (
            EDGE + (WIDTH - 2 * EDGE) * (day - first[0]).days / days,
            HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * count / top,
        )
        for day, count in counts
    ]
    words = f"{first[1]} errors on {first[0]:%d %B}, {last[1]} on {last[0]:%d %B}"
    return Spark(
        " ".join(f"{x:.1f},{y:.1f}" for x, y in placed), round(placed[-1][0], 1), round(placed[-1][1], 1), words
    )
