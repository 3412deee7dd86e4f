"""How much is reviewed at each level of trust, and when the level changes: the parameters and their constants.

The walk is Wald's sequential probability ratio test (A. Wald, Sequential Analysis, 1947) in the form in which each
reviewed item moves a sum by x - s; the cumulative sum beside it is Page's (E. S. Page, Biometrika 41, 1954).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

__all__ = [
    "DEFAULT", "FAST", "LADDER", "LEVELS", "PRESETS", "Level", "Plan", "Relaxable", "TrustParameters", "one_down",
    "one_up", "stricter",
]  # fmt: skip

Level = Literal["QH", "QT", "Q0", "Q1", "Q2", "Q3"]
Relaxable = Literal["Q0", "Q1", "Q2", "Q3"]

#: The levels on which evidence is gathered, from full review to audit afterwards.
LADDER: Final[tuple[Relaxable, ...]] = ("Q0", "Q1", "Q2", "Q3")
#: All levels, from the strictest. QH: publishing is halted; QT: two reviewers see everything.
LEVELS: Final[tuple[Level, ...]] = ("QH", "QT", *LADDER)


def one_down(level: Relaxable) -> Relaxable:
    """The next stricter level of the ladder; Q0 stays Q0."""
    return LADDER[max(LADDER.index(level) - 1, 0)]


def one_up(level: Relaxable) -> Relaxable | None:
    """The next level with less review; None above Q3."""
    place = LADDER.index(level) + 1
    return LADDER[place] if place < len(LADDER) else None


def stricter(first: Level, second: Level) -> Level:
    """The one of two levels under which more is reviewed."""
    return min(first, second, key=LEVELS.index)


@dataclass(frozen=True)
class Plan:
    """One test: share of major defects `p0` that is good against `p1` that is bad, with both error rates.

    `alpha`: chance of tightening a stratum at p0; `beta`: chance of relaxing one at p1 (before the cumulative sum).
    """

    p0: float
    p1: float
    alpha: float = 0.05
    beta: float = 0.10

    def __post_init__(self) -> None:
        if not 0.0 < self.p0 < self.p1 < 1.0:
            raise ValueError(
                f"The good rate lies below the bad one, both between 0 and 1; got {self.p0} and {self.p1}."
            )
        if self.alpha <= 0.0 or self.beta <= 0.0 or self.alpha + self.beta >= 1.0:
            raise ValueError(f"Error rates are above 0 and together below 1; got {self.alpha} and {self.beta}.")

    @property
    def s(self) -> float:
        """What a clean item moves the walk by, downward; a major one moves it by 1 - s upward."""
        return _constants(self.p0, self.p1, self.alpha, self.beta)[0]

    @property
    def h_a(self) -> float:
        """Distance of the lower line from 0: at or below -h_a the walk says that less review is enough."""
        return _constants(self.p0, self.p1, self.alpha, self.beta)[1]

    @property
    def h_r(self) -> float:
        """Distance of the upper line from 0: at or above it the walk says that more review is needed."""
        return _constants(self.p0, self.p1, self.alpha, self.beta)[2]

    def items_to_relax(self, majors: int = 0) -> int:
        """Reviewed items, the majors among them, after which the walk is at the lower line."""
        return math.ceil((self.h_a + majors) / self.s)

    def tightens_within(self, majors: int) -> int:
        """Most reviewed items, the majors among them, in which so many majors still raise the alarm."""
        return max(math.floor((majors - self.h_r) / self.s), 0)


@lru_cache(maxsize=64)
def _constants(p0: float, p1: float, alpha: float, beta: float) -> tuple[float, float, float]:
    """(s, h_a, h_r), all in units of one major defect."""
    g = math.log(p1 * (1 - p0) / (p0 * (1 - p1)))
    return (
        math.log((1 - p0) / (1 - p1)) / g,
        math.log((1 - alpha) / beta) / g,
        math.log((1 - beta) / alpha) / g,
    )


@dataclass(frozen=True)
class TrustParameters:
    """Every threshold of evidence-based review, in one place. Shares are 0 to 1."""

    rates: tuple[tuple[float, float], ...] = ((0.02, 0.10), (0.01, 0.05), (0.005, 0.025))  # p0, p1 of Q0, Q1, Q2
    alpha: float = 0.05
    beta: float = 0.10
    fractions: tuple[float, float, float, float] = (1.0, 0.50, 0.25, 0.10)  # Q0 to Q2 before, Q3 after publishing
    min_days: int = 21  # at a level, before the next
    min_reviewers: int = 2  # different ones at a level, before the next
    idle_days: int = 90
    double_review: float = 0.05  # share of reviewed items that two see without knowing of each other
    minor_per_major: int = 3
    minor_window: int = 20  # reviewed items within which the minor defects must lie
    clean_to_normal: int = 5  # clean in a row, from QT back to Q0
    majors_to_halt: int = 5  # in QT
    incident_severity: int = 2  # from here on an incident means full review
    audit_hours: int = 24
    kappa_wanted: float = 0.60

    def __post_init__(self) -> None:
        if len(self.rates) != 3:
            raise ValueError(f"Q0, Q1 and Q2 each need a pair of rates; got {len(self.rates)} pairs.")
        if any(not 0.0 < share <= 1.0 for share in self.fractions) or list(self.fractions) != sorted(
            self.fractions, reverse=True
        ):
            raise ValueError(f"Fractions lie above 0, at most at 1, and fall from Q0 to Q3; got {self.fractions}.")
        if min(self.minor_per_major, self.minor_window, self.clean_to_normal, self.majors_to_halt) < 1:
            raise ValueError("Counts of items and defects are at least 1.")
        for level in LADDER:
            self.plan(level)

    def plan(self, level: Relaxable) -> Plan:
        """The test of a level. Q3 is watched by the plan of Q2."""
        p0, p1 = self.rates[min(LADDER.index(level), len(self.rates) - 1)]
        return Plan(p0, p1, self.alpha, self.beta)

    def fraction(self, level: Level) -> float:
        """Share of items reviewed at a level: before publishing up to Q2, afterwards at Q3. 1 at QT and QH."""
        return self.fractions[LADDER.index(level)] if level in LADDER else 1.0


DEFAULT: Final = TrustParameters()
#: For strata with little volume: relaxes sooner, lets more through.
FAST: Final = TrustParameters(rates=((0.03, 0.15), (0.02, 0.10), (0.01, 0.05)))
PRESETS: Final[Mapping[str, TrustParameters]] = {"default": DEFAULT, "fast": FAST}
