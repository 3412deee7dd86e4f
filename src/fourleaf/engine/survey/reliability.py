"""How far the items of a leaf hang together: alpha, omega, and what each item adds.

Cronbach's alpha with Feldt's interval (L. Feldt, Psychometrika 30, 1965); McDonald's omega total from a one-factor
model fitted by minimum residuals (H. Harman and W. Jones, Psychometrika 31, 1966). Alpha is only right when all items
load alike, and neither says that there is one dimension. All figures use complete cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fourleaf.engine.survey.instrument import SurveyDefaults

__all__ = [
    "ItemFit", "Reliability", "alpha_interval", "cronbach_alpha", "label", "minres_loadings", "omega_total",
    "reliability",
]  # fmt: skip

Floats = NDArray[np.float64]
_ROUNDS: Final = 2_000
_CLOSE: Final = 1e-10
_NONE: Final = 1e-12  # a variance below it is none
_LABELS: Final = (
    (0.90, "check redundancy"),
    (0.80, "good"),
    (0.70, "usable"),
    (0.60, "weak"),
)


@dataclass(frozen=True)
class ItemFit:
    """One item beside the rest: its correlation with the sum of the others, and alpha without it."""

    id: str
    item_total: float | None
    alpha_without: float | None


@dataclass(frozen=True)
class Reliability:
    """Reliability of one leaf; figures are None when `note` says why. Intervals are (low, high)."""

    n: int
    alpha: float | None
    alpha_interval: tuple[float, float] | None
    omega: float | None
    omega_interval: tuple[float, float] | None
    label: str | None
    loadings: tuple[float, ...]
    items: tuple[ItemFit, ...]
    note: str = ""


def label(value: float) -> str:
    """The word for a reliability: poor, weak, usable, good, check redundancy."""
    return next((word for least, word in _LABELS if value >= least), "poor")


def cronbach_alpha(values: Floats) -> float | None:
    """k/(k-1) (1 - sum s_i²/s_T²) of complete rows; None when all sums are equal."""
    items = values.shape[1]
    if items < 2 or len(values) < 2:
        return None
    total = float(values.sum(axis=1).var(ddof=1))
    if total < _NONE:
        return None
    return float(items / (items - 1) * (1.0 - values.var(axis=0, ddof=1).sum() / total))


def alpha_interval(alpha: float, n: int, items: int, level: float = 0.95) -> tuple[float, float]:
    """Feldt's interval of alpha, from F with n - 1 and (n - 1)(k - 1) degrees of freedom."""
    from scipy import special  # here, since it takes half a second of every start

    tail = (1 - level) / 2
    first, second = n - 1, (n - 1) * (items - 1)
    high = special.fdtri(first, second, tail)
    low = special.fdtri(first, second, 1 - tail)
    return float(1 - (1 - alpha) * low), float(1 - (1 - alpha) * high)


def minres_loadings(correlations: Floats) -> Floats:
    """Loadings of one factor that leave the least squared residuals off the diagonal.

    `correlations` is (..., k, k) with k >= 3; a stack is fitted at once. Each step solves for one loading with the
    others held, so that the residual never grows. Loadings stay within -1 and 1; the sum of a set is not negative.
    """
    matrices = np.asarray(correlations, np.float64)
    items = matrices.shape[-1]
    if items < 3:
        raise ValueError("One factor needs at least three items.")
    off = matrices * (1.0 - np.eye(items))
    _, vectors = np.linalg.eigh(matrices)
    main = vectors[..., -1]
    loadings = main * np.sqrt(np.maximum((main[..., None, :] @ off @ main[..., :, None])[..., 0, 0], 0.01))[..., None]
    loadings = np.clip(loadings, -1.0, 1.0)
    for _ in range(_ROUNDS):
        before = loadings.copy()
        for place in range(items):
            others = (loadings**2).sum(-1) - loadings[..., place] ** 2
            cross = (off[..., place, :] * loadings).sum(-1)
            loadings[..., place] = np.clip(cross / np.maximum(others, 1e-12), -1.0, 1.0)
        if np.abs(loadings - before).max() < _CLOSE:
            break
    sign = np.where(loadings.sum(-1) < 0, -1.0, 1.0)
    return np.asarray(loadings * sign[..., None], np.float64)


def omega_total(loadings: Floats) -> Floats:
    """(sum of loadings)² / ((sum of loadings)² + sum of (1 - loading²)), over the last axis."""
    common = loadings.sum(-1) ** 2
    return np.asarray(common / (common + (1.0 - loadings**2).sum(-1)), np.float64)


def _omega_interval(values: Floats, omega: float, level: float) -> tuple[float, float] | None:
    """Interval of omega by the delta method, without assuming a normal distribution of answers.

    Each person's influence on a correlation r_ij is z_i z_j - r_ij (z_i² + z_j²)/2 (S. Devlin, R. Gnanadesikan and
    J. Kettenring, Biometrika 62, 1975); omega's slope by each correlation is taken numerically. The interval is made
    on the scale of log(1 - omega), which keeps its upper end below 1.
    """
    n, items = values.shape
    z = (values - values.mean(axis=0)) / values.std(axis=0)
    matrix = z.T @ z / n
    first, second = np.triu_indices(items, 1)
    step = 1e-4
    moved = np.repeat(matrix[None], 2 * len(first), axis=0)
    numbers = np.arange(len(first))
    for offset, change in ((0, step), (len(first), -step)):
        moved[numbers + offset, first, second] += change
        moved[numbers + offset, second, first] += change
    found = omega_total(minres_loadings(moved))
    slope = np.zeros((items, items))
    slope[first, second] = (found[: len(first)] - found[len(first) :]) / (2 * step)
    own = (slope + slope.T) * matrix / 2
    influence = ((z @ slope) * z).sum(axis=1) - (z**2 @ own.sum(axis=1))
    error = float(influence.std(ddof=1) / np.sqrt(n))
    if omega >= 1.0:
        return None
    from scipy import special

    reach = float(special.ndtri(0.5 + level / 2)) * error / (1 - omega)
    return float(1 - (1 - omega) * np.exp(reach)), float(1 - (1 - omega) * np.exp(-reach))


def _item_fits(values: Floats, ids: tuple[str, ...]) -> tuple[ItemFit, ...]:
    """Every item beside the sum of the others, all out of one covariance matrix."""
    covariances = np.asarray(np.cov(values, rowvar=False))
    variances, rows = np.diag(covariances), covariances.sum(axis=1)
    rest = rows.sum() - 2 * rows + variances  # variance of the sum of the others
    others = len(ids) - 1
    fits = []
    for place, code in enumerate(ids):
        if rest[place] < _NONE:
            fits.append(ItemFit(code, None, None))
            continue
        spread = float(np.sqrt(variances[place] * rest[place]))
        correlation = float(rows[place] - variances[place]) / spread if spread > _NONE else None
        inner = float(1 - (variances.sum() - variances[place]) / rest[place])
        fits.append(ItemFit(code, correlation, others / (others - 1) * inner if others > 1 else None))
    return tuple(fits)


def reliability(values: Floats, ids: tuple[str, ...], defaults: SurveyDefaults | None = None) -> Reliability:
    """Reliability of keyed answers (persons x items of one leaf). Rows with a missing answer are left out."""
    defaults = defaults or SurveyDefaults()
    complete = values[~np.isnan(values).any(axis=1)]
    n, items = complete.shape
    if n < defaults.reliability_n:
        note = f"{n} people answered every item; {defaults.reliability_n} are needed to judge reliability."
        return Reliability(n, None, None, None, None, None, (), (), note)
    alpha = cronbach_alpha(complete)
    if alpha is None:
        return Reliability(
            n, None, None, None, None, None, (), (), "All answers are alike, so nothing can be compared."
        )
    fits = _item_fits(complete, ids)
    ends = alpha_interval(alpha, n, items, defaults.level)
    if items < 3 or (complete.std(axis=0) < _NONE).any():
        why = "fewer than three items" if items < 3 else "an item that everybody answered alike"
        return Reliability(n, alpha, ends, None, None, label(alpha), (), fits, f"No one-factor model with {why}.")
    loadings = minres_loadings(np.asarray(np.corrcoef(complete, rowvar=False)))
    omega = float(omega_total(loadings))
    note = "A loading reached 1: one factor does not describe these items well." if loadings.max() > 0.9999 else ""
    if (loadings < 0).any():
        note = f"{note} An item runs against the others; check how it is keyed.".strip()
    rounded = tuple(float(loading) for loading in loadings)
    interval = _omega_interval(complete, omega, defaults.level)
    return Reliability(n, alpha, ends, omega, interval, label(omega), rounded, fits, note)
