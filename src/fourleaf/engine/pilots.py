"""Pilots: how small an effect the numbers can show, what was measured, and what the rule decides.

Shares and effects on shares are from 0 to 1 (0.098 is 9.8 points). The tests of the first team, the score of early
voices and the leader immersion track are here too, since pilots begin with them (domain §9.2 to 9.4).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fourleaf.engine.metrics.intervals import wilson

__all__ = [
    "IMMERSION_STEPS",
    "MOST_ITERATIONS",
    "Effect",
    "Member",
    "TestResult",
    "Verdict",
    "decide",
    "detectable_difference",
    "detectable_share",
    "difference_in_differences",
    "difference_of_shares",
    "early_voice",
    "first_team",
    "immersion_done",
    "needed_for_difference",
    "needed_for_share",
    "own_history",
    "rounded_effect",
    "shows",
]

Outcome = Literal["scale", "iterate", "stop"]
Direction = Literal["up", "down"]
MOST_ITERATIONS: Final = 2

#: The leader immersion track of a narrow-focus beta (S2); done is all six.
IMMERSION_STEPS: Final = (
    "A weekly hour of listening",
    "Twenty customer conversations read",
    "A community manager shadowed",
    "One internal question answered",
    "A first post inside",
    "A first comment in public",
)


@dataclass(frozen=True, slots=True)
class Effect:
    """A measured effect with its interval, in the unit of the metric; ``method`` says how it was worked out."""

    point: float
    low: float
    high: float
    method: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rule decides, and why in a sentence."""

    outcome: Outcome
    sentence: str


# --- how many are needed ---------------------------------------------------------------------------------------------


def _z(alpha: float, power: float) -> tuple[float, float]:
    if not (0 < alpha < 1 and 0 < power < 1):
        raise ValueError(f"alpha and power lie between 0 and 1; got {alpha!r} and {power!r}.")
    normal = NormalDist()
    return normal.inv_cdf(1 - alpha / 2), normal.inv_cdf(power)


def needed_for_share(before: float, after: float, *, alpha: float = 0.05, power: float = 0.8) -> int:
    """Cases per arm that show a change of a share, two-sided: Fleiss' formula without continuity correction.

    Fleiss, Statistical Methods for Rates and Proportions, 1981. Raises ValueError for equal shares or none.
    """
    if not (0 <= before <= 1 and 0 <= after <= 1) or before == after:
        raise ValueError(f"Two different shares between 0 and 1 are needed; got {before!r} and {after!r}.")
    return math.ceil(_cases(before, after, *_z(alpha, power)) - 1e-9)


def _cases(before: float, after: float, z_alpha: float, z_power: float) -> float:
    mean = (before + after) / 2
    spread = z_alpha * math.sqrt(2 * mean * (1 - mean))
    spread += z_power * math.sqrt(before * (1 - before) + after * (1 - after))
    return float((spread / (after - before)) ** 2)


def detectable_share(
    before: float, n: int, *, alpha: float = 0.05, power: float = 0.8, direction: Direction = "up"
) -> float | None:
    """The smallest change of a share that n cases per arm can show, always positive; None when no change is enough."""
    if not 0 <= before <= 1 or n < 1:
        raise ValueError(f"A share between 0 and 1 and at least one case are needed; got {before!r} and {n!r}.")
    z_alpha, z_power = _z(alpha, power)
    room, sign = (1 - before, 1.0) if direction == "up" else (before, -1.0)
    if room <= 0 or _cases(before, before + sign * room, z_alpha, z_power) > n:
        return None
    low, high = 0.0, room
    for _ in range(60):  # the number needed falls as the change grows
        middle = (low + high) / 2
        if middle > 0 and _cases(before, before + sign * middle, z_alpha, z_power) <= n:
            high = middle
        else:
            low = middle
    return high


def rounded_effect(effect: float) -> float:
    """The smallest effect that can be shown, to three significant digits: as it is stored, compared and written."""
    return float(f"{effect:.3g}")


def shows(smallest: float, threshold: float) -> bool:
    """Whether numbers that can show ``smallest`` can show the threshold, whatever their signs."""
    return rounded_effect(abs(smallest)) <= abs(threshold)


def detectable_difference(deviation: float, n: int, *, alpha: float = 0.05, power: float = 0.8) -> float:
    """The smallest difference of two means that n cases per arm can show: 2.8·s·√(2/n) at the usual levels."""
    if deviation < 0 or n < 1:
        raise ValueError(f"A deviation from 0 up and at least one case are needed; got {deviation!r} and {n!r}.")
    return sum(_z(alpha, power)) * deviation * math.sqrt(2 / n)


def needed_for_difference(deviation: float, difference: float, *, alpha: float = 0.05, power: float = 0.8) -> int:
    """Cases per arm that show a difference of two means."""
    if deviation < 0 or difference == 0:
        raise ValueError("A deviation from 0 up and a difference that is not 0 are needed.")
    return max(1, math.ceil(2 * (sum(_z(alpha, power)) * deviation / difference) ** 2 - 1e-9))


# --- what was measured -----------------------------------------------------------------------------------------------


def difference_of_shares(
    before: tuple[float, int],
    after: tuple[float, int],
    *,
    level: float = 0.95,
    method: Literal["newcombe", "unpooled"] = "newcombe",
) -> Effect:
    """Share of the pilot minus share of the comparison, each given as (successes, cases).

    Newcombe's interval of two Wilson intervals (Statistics in Medicine 17, 1998, method 10) stays within -1 and 1 and
    holds for few cases; the unpooled one is the usual normal approximation.
    """
    (x1, n1), (x2, n2) = before, after
    if n1 < 1 or n2 < 1 or not (0 <= x1 <= n1 and 0 <= x2 <= n2):
        raise ValueError("Both arms need cases, and no more successes than cases.")
    p1, p2 = x1 / n1, x2 / n2
    point = p2 - p1
    if method == "unpooled":
        half = NormalDist().inv_cdf(0.5 + level / 2) * math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
        return Effect(point, max(-1.0, point - half), min(1.0, point + half), "difference of two shares, unpooled")
    (l1, u1), (l2, u2) = wilson(x1, n1, level), wilson(x2, n2, level)
    low = point - math.hypot(p2 - l2, u1 - p1)
    high = point + math.hypot(u2 - p2, p1 - l1)
    return Effect(point, low, high, "difference of two shares, Newcombe")


def difference_in_differences(
    pilot_before: ArrayLike,
    pilot_after: ArrayLike,
    comparison_before: ArrayLike,
    comparison_after: ArrayLike,
    *,
    level: float = 0.95,
) -> Effect:
    """(after - before) of the pilot minus that of the comparison, from weekly values of both, same weeks.

    Weeks are the clusters: within each week the two units are subtracted, which takes out what struck both, and the
    weekly differences before and after are compared with Welch's t. Needs two weeks on either side.
    """
    before = _weeks(pilot_before) - _weeks(comparison_before, like=pilot_before)
    after = _weeks(pilot_after) - _weeks(comparison_after, like=pilot_after)
    return _welch(before, after, level, "difference in differences, clustered by week")


def own_history(before: ArrayLike, after: ArrayLike, *, level: float = 0.95) -> Effect:
    """Mean after minus mean before, from weekly values, with Welch's t.

    The weakest comparison: whatever else changed in these weeks is in the effect too.
    """
    return _welch(_weeks(before), _weeks(after), level, "own history, by week")


def _weeks(values: ArrayLike, *, like: ArrayLike | None = None) -> NDArray[np.float64]:
    weeks = np.asarray(values, dtype=np.float64)
    if weeks.ndim != 1 or len(weeks) < 2 or not np.isfinite(weeks).all():
        raise ValueError("At least two weeks with a finite value each are needed before and after.")
    if like is not None and len(weeks) != len(np.asarray(like)):
        raise ValueError("Pilot and comparison need values for the same weeks.")
    return weeks


def _welch(
    before: NDArray[np.float64],
    after: NDArray[np.float64],
    level: float,
    method: str,
) -> Effect:
    from scipy.stats import t

    point = float(after.mean() - before.mean())
    parts = np.array([before.var(ddof=1) / len(before), after.var(ddof=1) / len(after)])
    variance = float(parts.sum())
    if variance <= 0:
        return Effect(point, point, point, method)
    freedom = variance**2 / float(parts[0] ** 2 / (len(before) - 1) + parts[1] ** 2 / (len(after) - 1))
    half = float(t.ppf(0.5 + level / 2, freedom)) * math.sqrt(variance)
    return Effect(point, point - half, point + half, method)


# --- what is decided -------------------------------------------------------------------------------------------------


def decide(
    point: float,
    low: float,
    high: float,
    *,
    threshold: float,
    guardrail_breached: bool = False,
    iterations: int = 0,
    direction: Direction = "up",
) -> Verdict:
    """The decision by rule: a breached guardrail stops; an interval above 0 with at least the threshold scales;
    an interval below the threshold stops; all else is tried again, at most twice.

    ``threshold`` is the smallest effect worth having, given as a size; with ``direction`` down an effect below 0 is
    the wanted one.
    """
    threshold = abs(threshold)
    if direction == "down":
        point, low, high = -point, -high, -low
    if not low <= point <= high:
        raise ValueError("The point lies within its interval.")
    if guardrail_breached:
        return Verdict("stop", "A guardrail was breached.")
    if low > 0 and point >= threshold:
        return Verdict("scale", "The whole interval is better than nothing, and the effect reaches the threshold.")
    if high < threshold:
        return Verdict("stop", "The whole interval lies below the smallest effect worth having.")
    if iterations >= MOST_ITERATIONS:
        return Verdict("stop", "Still inconclusive after two repetitions.")
    return Verdict("iterate", "Inconclusive: the interval allows both too little and enough.")


# --- first people ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TestResult:
    """One test: passed, failed, or None where something is not known; and what was found, in a sentence."""

    __test__ = False  # not a test of pytest

    name: str
    passed: bool | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a first team, as far as the tests need it."""

    department: str | None
    region: str | None
    skills: frozenset[str] = frozenset()


def first_team(
    members: Sequence[Member],
    *,
    main_region: str | None = None,
    leader_volunteered: bool | None = None,
    leader_enthusiasm: float | None = None,
    members_enthusiasm: float | None = None,
    benefit: str | None = None,
    benefit_measure: str | None = None,
    benefit_clear_share: float | None = None,
) -> list[TestResult]:
    """The five characteristics of the first internal team (S2; domain §9.3), and its size. All are needed."""
    size = len(members)
    results = [TestResult("size", 6 <= size <= 12, f"{size} members; 6 to 12 work.")]
    departments = _counts(member.department for member in members)
    largest = max(departments.values(), default=0) / size if size else 0.0
    results.append(
        TestResult(
            "F1",
            len(departments) >= 3 and largest <= 0.5,
            f"{len(departments)} departments, the largest with {largest:.0%}; at least 3, none above 50 %.",
        )
    )
    regions = _counts(member.region for member in members)
    main = main_region or max(regions, key=lambda name: (regions[name], name), default="")
    outside = (size - regions[main]) / size if size else 0.0
    results.append(
        TestResult(
            "F2",
            len(regions) >= 2 and outside >= 0.4,
            f"{len(regions)} sites, {outside:.0%} outside the main one; at least 2, and 40 % outside.",
        )
    )
    held = _counts(skill for member in members for skill in member.skills)
    without = sum(1 for member in members if not any(held[skill] == 1 for skill in member.skills))
    results.append(
        TestResult(
            "F3",
            size > 0 and without == 0,
            f"{without} of {size} members bring no skill that nobody else has; everybody needs one."
            if without
            else "Each member brings one.",
        )
    )
    results.append(_leader(leader_volunteered, leader_enthusiasm, members_enthusiasm))
    results.append(_benefit(benefit, benefit_measure, benefit_clear_share))
    return results


def _counts(values: Iterable[str | None]) -> Counter[str]:
    return Counter(value for value in values if value is not None)


def _leader(volunteered: bool | None, own: float | None, members: float | None) -> TestResult:
    if volunteered is None or own is None or members is None:
        return TestResult("F4", None, "Not known whether the leader volunteered, and how keen leader and members are.")
    passed = volunteered and own >= 4 and members >= 4
    how = "volunteered" if volunteered else "did not volunteer"
    return TestResult("F4", passed, f"The leader {how}; enthusiasm {own:g} and {members:g} of 5, at least 4 each.")


def _benefit(benefit: str | None, measure: str | None, clear: float | None) -> TestResult:
    if not benefit or not measure:
        return TestResult("F5", False, "The benefit is not yet a sentence with a measure.")
    if clear is None:
        return TestResult("F5", None, "The members have not yet rated how clear the benefit is.")
    return TestResult("F5", clear >= 0.8, f"{clear:.0%} of the members find the benefit clear; at least 80 %.")


def early_voice(
    *,
    writes: int | None,
    expertise: int | None,
    judgement: int | None,
    time: int | None,
    listens: int | None,
    time_confirmed: bool = False,
    hours_a_week: float | None = None,
) -> TestResult:
    """Whether somebody speaks early (S3; domain §9.4): time and judgement at least 2, the five at least 10 together,
    and two hours a week that the manager confirmed. A title counts for nothing.
    """
    points = (writes, expertise, judgement, time, listens)
    known = [point for point in points if point is not None]
    if any(not 0 <= point <= 3 for point in known):
        raise ValueError("Each of the five points goes from 0 to 3.")
    if judgement is None or time is None or len(known) < len(points):
        return TestResult("score", None, f"{len(known)} of 5 points are scored.")
    total = sum(known)
    faults = []
    if total < 10:
        faults.append(f"{total} points together, 10 are needed")
    if judgement < 2:
        faults.append(f"{judgement} for judgement, 2 are needed")
    if time < 2:
        faults.append(f"{time} for time, 2 are needed")
    if not time_confirmed or (hours_a_week is not None and hours_a_week < 2):
        faults.append("no two hours a week that the manager confirmed")
    if faults:
        return TestResult("score", False, "; ".join(faults).capitalize() + ".")
    return TestResult("score", True, f"{total} of 15 points, and the time is confirmed.")


def immersion_done(done: int) -> TestResult:
    """Whether the leader immersion track is done: six of six."""
    if not 0 <= done <= len(IMMERSION_STEPS):
        raise ValueError("Between none and six steps are done.")
    missing = len(IMMERSION_STEPS) - done
    return TestResult("immersion", missing == 0, f"{done} of {len(IMMERSION_STEPS)} steps done.")
