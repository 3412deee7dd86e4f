"""Whether it is certain which leaf limits the others, and whether a leaf lies below the border.

The lowest leaf is the limiting one for certain only where Welch's interval of the difference (`precision.welch`, the
survey's own rule for differences) leaves out zero against every other leaf. The same people answer for all leaves, and
whoever scores one high tends to score the others high, so an interval for independent groups is too wide rather than
too narrow: it calls a difference certain too seldom, never too often.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fourleaf.engine.survey.precision import welch
from fourleaf.engine.survey.scoring import Estimate

__all__ = ["Limit", "limit_apart", "limit_of"]


@dataclass(frozen=True)
class Limit:
    """The lowest leaf; `tied` are the others that it cannot be told apart from, the lowest first.

    `below`: a leaf lies below the border, by its points. `below_certain`: by the upper end of an interval as well.
    """

    leaf: str
    tied: tuple[str, ...]
    below: bool
    below_certain: bool

    @property
    def certain(self) -> bool:
        """Whether the lowest leaf is the lowest beyond chance."""
        return not self.tied

    @property
    def leaves(self) -> tuple[str, ...]:
        """The lowest leaf and those that it cannot be told apart from."""
        return (self.leaf, *self.tied)


def _limit(
    points: Mapping[str, float],
    intervals: Mapping[str, tuple[float, float] | None],
    border: float,
    apart: Callable[[str, str], bool],
) -> Limit:
    """``apart(leaf, lowest)``: whether a leaf lies above the lowest for certain."""
    lowest, *others = sorted(points, key=lambda leaf: points[leaf])
    tied = tuple(leaf for leaf in others if not apart(leaf, lowest))
    sure = any(ends[1] < border for leaf in points if (ends := intervals.get(leaf)))
    return Limit(lowest, tied, points[lowest] < border, sure)


def limit_of(
    estimates: Mapping[str, Estimate],
    points: Mapping[str, float],
    intervals: Mapping[str, tuple[float, float] | None],
    *,
    border: float = 50.0,
    level: float = 0.95,
) -> Limit:
    """What can be said of the lowest of these leaves. `points`, `intervals` and `border` are in points of 0 to 100."""

    def apart(leaf: str, lowest: str) -> bool:
        low = welch(estimates[leaf], estimates[lowest], level).low
        return low is not None and low > 0

    return _limit(points, intervals, border, apart)


def limit_apart(
    points: Mapping[str, float], intervals: Mapping[str, tuple[float, float] | None], *, border: float = 50.0
) -> Limit:
    """The same out of rounded points and intervals alone, for groups: certain only where no two intervals touch."""

    def apart(leaf: str, lowest: str) -> bool:
        ends, least = intervals.get(leaf), intervals.get(lowest)
        return ends is not None and least is not None and ends[0] > least[1]

    return _limit(points, intervals, border, apart)
