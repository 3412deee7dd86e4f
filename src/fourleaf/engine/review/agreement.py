"""How well reviewers see: miss rate and agreement from blind double review, and what that lets through.

Two people judge the same item without knowing of each other. What the second finds is a sample of what there was to
find; the share of it that the first overlooked estimates the miss rate, provided both look independently. Defects
that are hard for everybody to see make the estimate too low.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np

from fourleaf.engine.metrics.intervals import wilson
from fourleaf.engine.review.parameters import DEFAULT, TrustParameters
from fourleaf.engine.review.states import Severity

__all__ = ["Agreement", "Kappa", "MissRate", "cohens_kappa", "compare_reviewers", "effective_escape", "miss_rate"]

_SEVERITIES: Final[tuple[Severity, ...]] = ("clean", "minor", "major", "critical")
_DEFECTS: Final = ("major", "critical")


@dataclass(frozen=True)
class MissRate:
    """`missed` of `found` major defects that the second reviewer saw; None where the second saw none."""

    missed: int
    found: int
    rate: float | None
    low: float
    high: float


@dataclass(frozen=True)
class Kappa:
    """Agreement beyond chance: 1 is complete, 0 is chance. None where chance alone would agree on everything."""

    value: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True)
class Agreement:
    """Both measures for one set of doubly reviewed items. `enough`: kappa is as high as wanted; None if unknown."""

    items: int
    miss: MissRate
    kappa: Kappa
    enough: bool | None


def compare_reviewers(
    pairs: Iterable[tuple[Severity, Severity]], parameters: TrustParameters = DEFAULT, level: float = 0.95
) -> Agreement:
    """From pairs (verdict of the regular reviewer, verdict of the blind second one).

    Kappa compares the four severities; the miss rate only asks for major and critical ones.
    """
    table = np.zeros((4, 4))
    for first, second in pairs:
        table[_SEVERITIES.index(first), _SEVERITIES.index(second)] += 1
    seen_by_second = table[:, 2:]
    kappa = cohens_kappa(table.tolist(), level)
    return Agreement(
        items=int(table.sum()),
        miss=miss_rate(int(seen_by_second[:2].sum()), int(seen_by_second.sum()), level),
        kappa=kappa,
        enough=None if kappa.value is None else kappa.value >= parameters.kappa_wanted,
    )


def miss_rate(missed: int, found: int, level: float = 0.95) -> MissRate:
    """Share of the second reviewer's major defects that the first overlooked, with Wilson's interval."""
    low, high = wilson(missed, found, level)
    return MissRate(missed, found, missed / found if found else None, low, high)


def cohens_kappa(table: list[list[float]], level: float = 0.95) -> Kappa:
    """Cohen's kappa of a square table of counts (J. Cohen, Educational and Psychological Measurement 20, 1960).

    The interval uses the large-sample variance of J. Fleiss, J. Cohen and B. Everitt (Psychological Bulletin 72,
    1969) and is cut to [-1, 1].
    """
    counts = np.asarray(table, np.float64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or np.any(counts < 0):
        raise ValueError("Kappa needs a square table of counts, first reviewer by second.")
    n = float(counts.sum())
    if n == 0:
        return Kappa(None, None, None, 0)
    p = counts / n
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    observed, chance = float(np.trace(p)), float(rows @ columns)
    if math.isclose(chance, 1.0):
        return Kappa(None, None, None, int(n))
    kappa = (observed - chance) / (1 - chance)
    # Cell (i, j) weighs with the second's share of i and the first's share of j.
    crossed = columns[:, None] + rows[None, :]
    same = float((np.diag(p) * (1 - np.diag(crossed) * (1 - kappa)) ** 2).sum())
    other = float(((p - np.diag(np.diag(p))) * crossed**2).sum()) * (1 - kappa) ** 2
    rest = (kappa - chance * (1 - kappa)) ** 2
    error = math.sqrt(max(same + other - rest, 0.0) / n) / (1 - chance)
    half = NormalDist().inv_cdf(0.5 + level / 2) * error
    return Kappa(kappa, max(kappa - half, -1.0), min(kappa + half, 1.0), int(n))


def effective_escape(rate: float, miss: float, escaped: Callable[[float], float]) -> float:
    """Share of all items that are majors reaching the public when reviewers overlook the share `miss` of them.

    Of the majors, the part that a reviewer would see behaves as with perfect reviewers at that lower rate; `escaped`
    is that curve (`simulation.escape_curve`). The rest reaches the public at every level. Two reviewers at QT see a
    little more than this says.
    """
    if not (0.0 <= rate <= 1.0 and 0.0 <= miss <= 1.0):
        raise ValueError(f"Rate and miss rate lie between 0 and 1; got {rate} and {miss}.")
    return escaped((1 - miss) * rate) + miss * rate
