"""Whether a group is of one mind: within-group agreement, and whether departments differ at all.

r_wg compares the variance of answers with that of a null distribution (L. James, R. Demaree, G. Wolf, Journal of
Applied Psychology 69, 1984); r*_wg(j) is the linear form for several items (M. Lindell, Applied Psychological
Measurement 23, 1999); a_wg compares with the most variance that the mean allows (R. Brown, N. Hauenstein,
Organizational Research Methods 8, 2005). Labels after J. LeBreton and J. Senter, same journal 11, 2008. The choice of
the null distribution decides much, so a slightly skewed one is given beside the even one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fourleaf.engine.survey.instrument import SurveyDefaults

__all__ = [
    "Agreement",
    "Icc",
    "Views",
    "a_wg",
    "agreement",
    "agreement_label",
    "even_null",
    "from_variances",
    "icc",
    "r_wg",
    "views",
]  # fmt: skip

Floats = NDArray[np.float64]
#: How people see something: of one mind, in two camps, all over the scale, or apart without saying how.
Views = Literal["alike", "divided", "scattered", "mixed"]
_ROUNDING: Final = 1e-9
_LABELS: Final = ((0.90, "very strong"), (0.70, "strong"), (0.50, "moderate"), (0.30, "weak"))


@dataclass(frozen=True)
class Agreement:
    """Agreement of one group on the items of one leaf.

    `value` is r*_wg(j) against the even null, never below 0; `raw` the same before it was cut, whose being negative
    sets `bimodal`; `classic` is r_wg(J); `skewed` r*_wg(j) against the slightly skewed null; `a_wg` the mean over
    items. `divided`: agreement is too low for a mean; show the distribution instead. Whether
    people stand in two camps or all over the scale is another question: see `views`.
    """

    n: int
    value: float
    raw: float
    classic: float
    skewed: float
    a_wg: float | None
    label: str
    divided: bool
    bimodal: bool


@dataclass(frozen=True)
class Icc:
    """How much of the variance lies between groups, and how reliable group means are."""

    groups: int
    mean_size: float
    icc1: float
    icc2: float
    comparable: bool


def even_null(options: int = 5) -> float:
    """Variance if every answer were equally likely: (A² - 1)/12, which is 2 for five answers."""
    return (options * options - 1) / 12


def r_wg(answers: ArrayLike, options: int = 5, null: float | None = None) -> float | None:
    """1 - s²/null for one item, as it is (it can be negative); None with fewer than two answers."""
    numbers = np.asarray(answers, np.float64)
    numbers = numbers[~np.isnan(numbers)]
    if len(numbers) < 2:
        return None
    return float(1 - numbers.var(ddof=1) / (even_null(options) if null is None else null))


def a_wg(answers: ArrayLike, options: int = 5) -> float | None:
    """1 - 2 s² / ([(H + L) M - M² - H L] n/(n - 1)) for one item.

    None with fewer than two answers, and where the mean lies so near an end of the scale that the formula's bound is
    not defined: outside (L (n - 1) + H)/n to (H (n - 1) + L)/n.
    """
    numbers = np.asarray(answers, np.float64)
    numbers = numbers[~np.isnan(numbers)]
    n = len(numbers)
    if n < 2:
        return None
    mean, low, high = float(numbers.mean()), 1.0, float(options)
    if not (low * (n - 1) + high) / n - 1e-9 <= mean <= (high * (n - 1) + low) / n + 1e-9:
        return None
    most = ((high + low) * mean - mean * mean - high * low) * n / (n - 1)
    return float(1 - 2 * numbers.var(ddof=1) / most)


def agreement_label(value: float) -> str:
    """none to .30, weak to .50, moderate to .70, strong to .90, very strong above."""
    rounded = round(value, 2)
    return next((word for above, word in _LABELS if rounded > above), "none")


def agreement(values: Floats, options: int = 5, defaults: SurveyDefaults | None = None) -> Agreement | None:
    """Agreement of a group (persons x items, NaN for missing); None when no item has two answers."""
    defaults = defaults or SurveyDefaults()
    there = ~np.isnan(values)
    counts = there.sum(axis=0)
    usable = counts >= 2
    if not usable.any():
        return None
    variances = np.nanvar(values[:, usable], axis=0, ddof=1)
    bounded = [found for place in np.flatnonzero(usable) if (found := a_wg(values[:, place], options)) is not None]
    return from_variances(
        variances,
        int(there.any(axis=1).sum()),
        options,
        defaults,
        a=float(np.mean(bounded)) if bounded else None,
    )


def from_variances(
    variances: Floats, n: int, options: int, defaults: SurveyDefaults, *, a: float | None = None
) -> Agreement:
    """Agreement out of the variances of the items (n - 1 below the line)."""
    items = len(variances)
    share = float(variances.mean()) / even_null(options)
    raw = 1 - share
    top = items * (1 - share)
    classic = max(top, 0.0) / (max(top, 0.0) + share) if share > 0 else 1.0
    value = max(raw, 0.0)
    skewed = max(1 - float(variances.mean()) / defaults.skewed_null, 0.0)
    return Agreement(n, value, raw, classic, skewed, a, agreement_label(value), value < defaults.divided_below, raw < 0)


def views(agreed: bool, spread: tuple[float, float, float] | None, defaults: SurveyDefaults) -> Views:
    """What kind of disagreement it is, out of the shares of people in the lower three eighths of the scale, the middle
    quarter and the upper three eighths (below 2.5, between, from 3.5 on with five answers).

    The rule is Fourleaf's own: "divided" is two camps, at least a quarter of the people on either side and fewer in
    the middle quarter of the scale than an even spread would put there, which is a quarter. Everything else is
    "scattered". Where too few answered to give the shares, it stays "mixed".
    """
    if agreed:
        return "alike"
    if spread is None:
        return "mixed"
    low, middle, high = spread
    camps = min(low, high) >= defaults.camp_share - _ROUNDING and middle < defaults.camp_share - _ROUNDING
    return "divided" if camps else "scattered"


def icc(scores: ArrayLike, groups: ArrayLike, defaults: SurveyDefaults | None = None) -> Icc | None:
    """ICC(1) and ICC(2) from a one-way analysis of variance (P. Bliese, 2000), with the mean group size as k.

    `scores` are persons' scores, `groups` whole numbers; persons without a score or with a negative group are left
    out. None with fewer than two groups, without spare people, or when all scores are equal.
    """
    defaults = defaults or SurveyDefaults()
    numbers, members = np.asarray(scores, np.float64), np.asarray(groups, np.int64)
    kept = ~np.isnan(numbers) & (members >= 0)
    numbers, members = numbers[kept], np.unique(members[kept], return_inverse=True)[1]
    if not len(numbers):
        return None
    sizes = np.bincount(members)
    count, n = len(sizes), len(numbers)
    if count < 2 or n <= count:
        return None
    means = np.bincount(members, numbers) / sizes
    between = float((sizes * (means - numbers.mean()) ** 2).sum() / (count - 1))
    within = float(((numbers - means[members]) ** 2).sum() / (n - count))
    size = n / count
    if between + within < 1e-12:
        return None
    icc1 = (between - within) / (between + (size - 1) * within)
    icc2 = (between - within) / between if between > 1e-12 else 0.0
    return Icc(count, size, icc1, icc2, icc1 >= defaults.icc1 and icc2 >= defaults.icc2)
