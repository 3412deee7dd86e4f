"""Whether it is certain which leaf limits the others, and whether a leaf lies below the border.

The lowest leaf is the limiting one for certain only where Welch's interval of the difference (`precision.welch`, the
survey's own rule for differences) leaves out zero against every other leaf. The same people answer for all leaves, and
whoever scores one high tends to score the others high, so an interval for independent groups is too wide rather than
too narrow: it calls a difference certain too seldom, never too often.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def _limit(points: Mapping[str, float], tied: Sequence[str], highs: Mapping[str, float | None], border: float) -> Limit:
    lowest = min(points, key=lambda leaf: points[leaf])
    sure = [high for leaf in points if (high := highs.get(leaf)) is not None and high < border]
    return Limit(lowest, tuple(tied), points[lowest] < border, bool(sure))


def limit_of(
    estimates: Mapping[str, Estimate],
    points: Mapping[str, float],
    intervals: Mapping[str, tuple[float, float] | None],
    *,
    border: float = 50.0,
    level: float = 0.95,
) -> Limit:
    """What can be said of the lowest of these leaves. `points`, `intervals` and `border` are in points of 0 to 100."""
    lowest = min(points, key=lambda leaf: points[leaf])
    tied = []
    for leaf in sorted((one for one in points if one != lowest), key=lambda one: points[one]):
        apart = welch(estimates[leaf], estimates[lowest], level)
        if apart.low is None or apart.low <= 0:
            tied.append(leaf)
    highs = {leaf: ends[1] if ends else None for leaf, ends in intervals.items()}
    return _limit(points, tied, highs, border)


def limit_apart(
    points: Mapping[str, float], intervals: Mapping[str, tuple[float, float] | None], *, border: float = 50.0
) -> Limit:
    """The same out of rounded points and intervals alone, for groups: certain only where no two intervals touch."""
    lowest = min(points, key=lambda leaf: points[leaf])
    least = intervals.get(lowest)
    tied = []
    for leaf in sorted((one for one in points if one != lowest), key=lambda one: points[one]):
        ends = intervals.get(leaf)
        if least is None or ends is None or ends[0] <= least[1]:
            tied.append(leaf)
    highs = {leaf: ends[1] if ends else None for leaf, ends in intervals.items()}
    return _limit(points, tied, highs, border)
