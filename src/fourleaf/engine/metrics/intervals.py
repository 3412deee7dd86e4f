"""Confidence intervals of shares, for single numbers and for whole columns.

Wilson's score interval (E. B. Wilson, JASA 22, 1927) keeps its coverage for small n and for shares near 0 and 1,
where the textbook interval p ± z·sqrt(p(1-p)/n) does not. Agresti and Coull, The American Statistician 52, 1998.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["net_share", "net_share_array", "wilson", "wilson_array"]


def _z(level: float) -> float:
    if not 0.0 < level < 1.0:
        raise ValueError(f"A confidence level lies between 0 and 1, not {level!r}.")
    return NormalDist().inv_cdf(0.5 + level / 2)


def wilson(successes: float, n: float, level: float = 0.95) -> tuple[float, float]:
    """Wilson interval of the share successes/n. With n = 0 nothing is known: (0.0, 1.0)."""
    if n < 0 or successes < 0 or successes > n:
        raise ValueError(f"Successes lie between 0 and n; got {successes!r} of {n!r}.")
    low, high = wilson_array(np.array([successes]), np.array([n]), level)
    return float(low[0]), float(high[0])


def wilson_array(
    successes: ArrayLike, n: ArrayLike, level: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Wilson intervals of columns of counts, as (low, high); rows with n = 0 give (0, 1)."""
    z = _z(level)
    hits, total = np.broadcast_arrays(np.asarray(successes, np.float64), np.asarray(n, np.float64))
    if np.any(hits < 0) or np.any(hits > total):
        raise ValueError("Successes lie between 0 and n in every row.")
    some = np.where(total > 0, total, 1.0)
    share = hits / some
    scale = 1.0 + z * z / some
    centre = (share + z * z / (2 * some)) / scale
    half = z / scale * np.sqrt(share * (1 - share) / some + z * z / (4 * some * some))
    low = np.where(hits == 0, 0.0, np.maximum(centre - half, 0.0))  # exact ends, free of rounding
    high = np.where(hits == total, 1.0, np.minimum(centre + half, 1.0))
    return np.where(total > 0, low, 0.0), np.where(total > 0, high, 1.0)


def net_share(positive: float, negative: float, n: float, level: float = 0.95) -> tuple[float, float]:
    """Interval of (positive - negative) / n, where n also counts the neutral. With n = 0: (-1.0, 1.0)."""
    if min(positive, negative) < 0 or positive + negative > n:
        raise ValueError(f"Positive and negative are parts of n; got {positive!r} and {negative!r} of {n!r}.")
    low, high = net_share_array(np.array([positive]), np.array([negative]), np.array([n]), level)
    return float(low[0]), float(high[0])


def net_share_array(
    positive: ArrayLike, negative: ArrayLike, n: ArrayLike, level: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Intervals of the difference of two shares of one multinomial sample, as (low, high).

    z²/2 imaginary answers are added to the positive and to the negative side, which is what Wilson's interval does
    to its centre, and the normal interval is taken over the enlarged sample: with d = (pos - neg)/n and
    s = (pos + neg)/n there, the variance of d is (s - d²)/n. The adjustment keeps the width honest when all answers
    are alike. After Agresti and Coull 1998, and Agresti and Min, Statistics in Medicine 24 (2005), who adjust
    differences of paired shares in the same way.
    """
    z = _z(level)
    plus, minus, total = np.broadcast_arrays(
        np.asarray(positive, np.float64), np.asarray(negative, np.float64), np.asarray(n, np.float64)
    )
    adjusted: NDArray[Any] = total + z * z
    d = (plus - minus) / adjusted
    s = (plus + minus + z * z) / adjusted
    half = z * np.sqrt(np.maximum(s - d * d, 0.0) / adjusted)
    low, high = np.maximum(d - half, -1.0), np.minimum(d + half, 1.0)
    return np.where(total > 0, low, -1.0), np.where(total > 0, high, 1.0)
