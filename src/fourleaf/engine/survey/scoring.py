"""From answers to scores: reversal, leaf and vein means, points, intervals, and the clover index.

Answers are a float array of persons x items, NaN where nothing was answered. Scores M lie on the scale 1 to 5; points
are 25 (M - 1). A group's score is the mean of its persons' scores, never of pooled items, so that somebody who left
items out counts as much as anybody else.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fourleaf.engine.metrics.intervals import wilson
from fourleaf.engine.survey.instrument import Instrument, Item, SurveyDefaults

__all__ = [
    "Clover", "Estimate", "Share", "clover", "favourable", "keyed", "leaf_means", "mean_interval", "person_means",
    "points", "t_half_width", "vein_means",
]  # fmt: skip

Floats = NDArray[np.float64]
_INDEX_FLOOR: Final = 1.0


@dataclass(frozen=True)
class Estimate:
    """A mean on the scale of the answers with its interval; `sd` has n - 1 below the line."""

    n: int
    mean: float
    sd: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Share:
    """A share of answers with Wilson's interval."""

    n: int
    hits: int
    value: float | None
    low: float
    high: float


@dataclass(frozen=True)
class Clover:
    """The four leaves as one figure. `limiting` is the lowest leaf; `badge` is "three-leaf" when one is below 50.

    Both go by the points alone. `limiting_certain` and `badge_certain` say whether they hold beyond chance (see
    `limits`), `limiting_with` names the leaves that cannot be told apart from the limiting one; None and empty where
    nobody has looked.
    """

    index: float
    arithmetic: float
    limiting: str
    badge: str | None
    limiting_certain: bool | None = None
    limiting_with: tuple[str, ...] = ()
    badge_certain: bool | None = None


def points(mean: ArrayLike, options: int = 5) -> Floats:
    """Scale means as points 0 to 100; for five answers 25 (M - 1)."""
    return (np.asarray(mean, np.float64) - 1.0) * (100.0 / (options - 1))


def keyed(answers: Floats, items: Sequence[Item], options: int = 5) -> Floats:
    """Answers (persons x items) with reversed items turned: x' = options + 1 - x."""
    turned = np.array([item.reverse for item in items], np.bool_)
    return np.where(turned[None, :], options + 1 - answers, answers)


def person_means(values: Floats, needed: int) -> Floats:
    """Mean of each row's answers where at least `needed` are there, else NaN."""
    there = ~np.isnan(values)
    count = there.sum(axis=1)
    total = np.where(there, values, 0.0).sum(axis=1)
    return np.where(count >= needed, total / np.maximum(count, 1), np.nan)


def _places(instrument: Instrument, items: Sequence[Item]) -> list[int]:
    place = {item.id: number for number, item in enumerate(instrument.scored)}
    return [place[item.id] for item in items]


def leaf_means(values: Floats, instrument: Instrument, defaults: SurveyDefaults) -> dict[str, Floats]:
    """Leaf -> score of each person, out of keyed answers to `instrument.scored`."""
    found = {}
    for leaf in instrument.leaves:
        items = instrument.of_leaf(leaf)
        found[leaf] = person_means(values[:, _places(instrument, items)], defaults.needed_in_leaf(len(items)))
    return found


def vein_means(values: Floats, instrument: Instrument, defaults: SurveyDefaults) -> dict[tuple[str, str], Floats]:
    """(leaf, vein) -> score of each person, out of keyed answers to `instrument.scored`."""
    return {
        (leaf, vein): person_means(values[:, _places(instrument, items)], defaults.needed_in_vein(len(items)))
        for leaf in instrument.leaves
        for vein, items in instrument.veins(leaf).items()
    }


def t_half_width(
    sd: ArrayLike, n: ArrayLike, population: ArrayLike | None = None, level: float = 0.95
) -> NDArray[np.float64]:
    """Half width of the interval of a mean: t s/sqrt(n) sqrt(1 - n/N), with N the population if it is known.

    The finite-population factor covers drawing people, not the reasons why others stayed silent. NaN below n = 2.
    """
    from scipy import special  # here, since it takes half a second of every start

    size = np.asarray(n, np.float64)
    safe = np.maximum(size, 2.0)
    part = np.ones_like(size) if population is None else 1.0 - size / np.maximum(np.asarray(population, float), size)
    quantile = special.stdtrit(safe - 1.0, 0.5 + level / 2)
    half = quantile * np.asarray(sd, np.float64) / np.sqrt(safe) * np.sqrt(np.maximum(part, 0.0))
    return np.asarray(np.where(size >= 2, half, np.nan), np.float64)


def mean_interval(values: ArrayLike, population: int | None = None, level: float = 0.95) -> Estimate | None:
    """Mean of the values that are there, with its interval; None when there are none."""
    numbers = np.asarray(values, np.float64)
    numbers = numbers[~np.isnan(numbers)]
    n = len(numbers)
    if n == 0:
        return None
    mean = float(numbers.mean())
    if n == 1:
        return Estimate(1, mean, None, None, None)
    sd = float(numbers.std(ddof=1))
    half = float(t_half_width(sd, n, population, level))
    return Estimate(n, mean, sd, mean - half, mean + half)


def favourable(values: ArrayLike, options: int = 5, level: float = 0.95) -> Share:
    """Share of keyed answers that agree (4 and 5 of five; the upper two of any scale)."""
    numbers = np.asarray(values, np.float64)
    numbers = numbers[~np.isnan(numbers)]
    hits = int((numbers >= options - 1).sum())
    low, high = wilson(hits, len(numbers), level)
    return Share(len(numbers), hits, hits / len(numbers) if len(numbers) else None, low, high)


def clover(leaf_points: Mapping[str, float], weights: Mapping[str, float], three_leaf_below: float = 50.0) -> Clover:
    """The weighted geometric mean of the leaves' points, beside the arithmetic one.

    Geometric, because every leaf is held necessary: strength in one does not make up for another's absence. Points
    below 1 count as 1. With equal lowest leaves the first in order is the limiting one.
    """
    if any(math.isnan(leaf_points[leaf]) for leaf in weights):
        raise ValueError("Every leaf needs its points for the clover index.")
    index = 100.0 * math.prod(
        (max(leaf_points[leaf], _INDEX_FLOOR) / 100.0) ** weight for leaf, weight in weights.items()
    )
    arithmetic = sum(leaf_points[leaf] * weight for leaf, weight in weights.items())
    limiting = min(weights, key=lambda leaf: leaf_points[leaf])
    return Clover(index, arithmetic, limiting, "three-leaf" if leaf_points[limiting] < three_leaf_below else None)
