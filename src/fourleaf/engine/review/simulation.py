"""What the rules do in the long run: many strata simulated at once, all runs side by side.

Simplified as in the published table: every proposal is confirmed at once, days and numbers of reviewers are not
waited for, there are no minor or critical defects, and a halt is lifted at once (back to QT). An audited item at Q3
has reached the public before anybody looks. `tally_stepwise` runs the rules of `trust` themselves on the same
draws; tests hold both equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fourleaf.engine.review.parameters import DEFAULT, LADDER, TrustParameters
from fourleaf.engine.review.states import Outcome, new_state
from fourleaf.engine.review.trust import confirm, halt_lifted, step

__all__ = ["COUNTED", "Simulated", "Tally", "escape_curve", "simulate", "tally", "tally_stepwise"]

#: Columns of `Tally.levels`.
COUNTED: Final = ("Q0", "Q1", "Q2", "Q3", "QT")
_QT: Final = 4
_DAY: Final = date(2000, 1, 1)  # the simulation knows no days
_BLOCK: Final = 500
_SUPPLY: Final = 1_000_000  # most draws held at once


@dataclass(frozen=True)
class Tally:
    """Counts of each run: items reviewed, majors that reached the public, items by level (runs x 5).

    `first_relaxed`: 1.0 where the first verdict of the run was to relax, 0.0 to tighten, NaN if there was none.
    """

    items: int
    reviewed: NDArray[np.int64]
    escaped: NDArray[np.int64]
    levels: NDArray[np.int64]
    first_relaxed: NDArray[np.float64]


@dataclass(frozen=True)
class Simulated:
    """Shares of all items, 0 to 1, and the standard error of each over the runs (None with a single run).

    `first_relaxed`: share of the runs with a verdict whose first verdict was to relax; None if no run reached one.
    """

    rate: float
    miss: float
    items: int
    runs: int
    reviewed: float
    reviewed_error: float | None
    escaped: float
    escaped_error: float | None
    levels: dict[str, float]
    level_errors: dict[str, float | None]
    first_relaxed: float | None

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {
            "rate": self.rate,
            "miss": self.miss,
            "items": self.items,
            "runs": self.runs,
            "reviewed": self.reviewed,
            "escaped": self.escaped,
            "levels": dict(self.levels),
            "first_relaxed": self.first_relaxed,
            "standard_error": {
                "reviewed": self.reviewed_error,
                "escaped": self.escaped_error,
                "levels": dict(self.level_errors),
            },
        }


def simulate(
    rate: float,
    *,
    items: int = 3_000,
    runs: int = 400,
    seed: int = 1,
    miss: float = 0.0,
    parameters: TrustParameters = DEFAULT,
) -> Simulated:
    """Long-run shares at a true rate of major defects. `miss`: share of majors a reviewer overlooks.

    At QT both reviewers must overlook a defect, independently of each other.
    """
    found = tally(rate, items=items, runs=runs, seed=seed, miss=miss, parameters=parameters)
    reviewed, reviewed_error = _share(found.reviewed, items)
    escaped, escaped_error = _share(found.escaped, items)
    each = {level: _share(found.levels[:, place], items) for place, level in enumerate(COUNTED)}
    decided = found.first_relaxed[~np.isnan(found.first_relaxed)]
    return Simulated(
        rate=rate,
        miss=miss,
        items=items,
        runs=runs,
        reviewed=reviewed,
        reviewed_error=reviewed_error,
        escaped=escaped,
        escaped_error=escaped_error,
        levels={level: share for level, (share, _) in each.items()},
        level_errors={level: error for level, (_, error) in each.items()},
        first_relaxed=float(decided.mean()) if decided.size else None,
    )


def _share(counts: NDArray[np.int64], items: int) -> tuple[float, float | None]:
    shares = counts / items
    error = float(shares.std(ddof=1) / np.sqrt(shares.size)) if shares.size > 1 else None
    return float(shares.mean()), error


def escape_curve(
    rates: Sequence[float], *, items: int = 3_000, runs: int = 400, seed: int = 1, parameters: TrustParameters = DEFAULT
) -> Callable[[float], float]:
    """Share of all items that are majors reaching the public, as a function of the rate, with perfect reviewers.

    Simulated at `rates`, linear between them and from (0, 0); above the last rate a ValueError.
    """
    at = sorted(rates)
    shares = [simulate(rate, items=items, runs=runs, seed=seed, parameters=parameters).escaped for rate in at]

    def escaped(rate: float) -> float:
        if not 0.0 <= rate <= at[-1]:
            raise ValueError(f"The curve was simulated up to {at[-1]}, not for {rate}.")
        return float(np.interp(rate, [0.0, *at], [0.0, *shares]))

    return escaped


def _check(rate: float, miss: float, items: int, runs: int) -> None:
    for name, share in (("The rate of major defects", rate), ("The share that reviewers miss", miss)):
        if not 0.0 <= share <= 1.0:
            raise ValueError(f"{name} lies between 0 and 1, not at {share}.")
    if items < 1 or runs < 1:
        raise ValueError(f"At least one item and one run are needed; got {items} and {runs}.")


def _draws(items: int, runs: int, seed: int) -> Iterator[NDArray[np.float64]]:
    """Uniform draws of one item after another, each 3 x runs: defect, sample, reviewer.

    The stream does not depend on how it is cut into blocks.
    """
    rng = np.random.default_rng(seed)
    block = max(1, min(_BLOCK, _SUPPLY // (3 * runs)))
    for start in range(0, items, block):
        yield from rng.random((min(block, items - start), 3, runs))


def tally(
    rate: float, *, items: int, runs: int, seed: int, miss: float = 0.0, parameters: TrustParameters = DEFAULT
) -> Tally:
    """Counts of each run, all runs in step."""
    _check(rate, miss, items, runs)
    plans = [parameters.plan(level) for level in LADDER]
    s = np.array([plan.s for plan in plans] + [0.0])
    lower = np.array([-plan.h_a for plan in plans[:3]] + [-np.inf, -np.inf])
    upper = np.array([plan.h_r for plan in plans] + [np.inf])
    fraction = np.array([*parameters.fractions, 1.0])
    overlooked = np.array([miss] * 4 + [miss**2])
    level = np.zeros(runs, np.int64)
    walk, cusum = np.zeros(runs), np.zeros(runs)
    run_clean = np.zeros(runs, np.int64)
    reviewed_count, escaped_count = np.zeros(runs, np.int64), np.zeros(runs, np.int64)
    at_level = np.zeros(runs * len(COUNTED), np.int64)
    first = np.full(runs, np.nan)
    own_row = np.arange(runs) * len(COUNTED)
    for defect, sample, reviewer in _draws(items, runs, seed):
        at_level[own_row + level] += 1
        major = defect < rate
        reviewed = sample < fraction[level]
        x = major & reviewed & (reviewer >= overlooked[level])
        reviewed_count += reviewed
        escaped_count += major & ~(x & (level != 3))
        moved = np.where(reviewed, x - s[level], 0.0)
        walk += moved
        cusum = np.maximum(cusum + moved, 0.0)
        tightened = level == _QT
        alarm = x & ((cusum >= upper[level]) | (walk >= upper[level]))
        relax = reviewed & (walk <= lower[level])
        verdict = np.isnan(first) & (alarm | relax)
        first[verdict] = relax[verdict]
        run_clean = np.where(tightened & reviewed & ~x, run_clean + 1, 0)
        normal = run_clean >= parameters.clean_to_normal
        down = x & ~alarm & ~tightened & (level > 0)
        # At most one of these holds for a run, so that their order does not matter.
        # A halt that is lifted at once changes nothing: its last major has ended the clean run already.
        changed = alarm | relax | normal | down
        if changed.any():
            level = np.where(alarm, _QT, np.where(normal, 0, level + relax - down))
            walk[changed] = 0.0
            cusum = np.where(changed, down.astype(np.float64), cusum)
            run_clean[changed] = 0
    return Tally(items, reviewed_count, escaped_count, at_level.reshape(runs, len(COUNTED)), first)


def tally_stepwise(
    rate: float, *, items: int, runs: int, seed: int, miss: float = 0.0, parameters: TrustParameters = DEFAULT
) -> Tally:
    """The same counts by the rules of `trust`, one item of one run after the other. Slow; the check on `tally`."""
    _check(rate, miss, items, runs)
    unguarded = replace(parameters, min_days=0, min_reviewers=0)
    draws = np.concatenate([draw[None] for draw in _draws(items, runs, seed)])
    each = [_one_run(draws[:, :, run].tolist(), rate, miss, unguarded) for run in range(runs)]
    reviewed, escaped, levels, first = zip(*each, strict=True)
    return Tally(items, np.array(reviewed), np.array(escaped), np.array(levels), np.array(first))


def _one_run(
    draws: list[list[float]], rate: float, miss: float, parameters: TrustParameters
) -> tuple[int, int, list[int], float]:
    state = new_state(_DAY)
    reviewed = escaped = 0
    levels = dict.fromkeys(COUNTED, 0)
    first = float("nan")
    for defect, sample, reviewer in draws:
        before = state.level
        levels[before] += 1
        major = defect < rate
        if sample >= parameters.fraction(before):
            escaped += major
            continue
        reviewed += 1
        seen = major and reviewer >= (miss**2 if before == "QT" else miss)
        escaped += major and (not seen or before == "Q3")
        state = step(state, Outcome("major" if seen else "clean", "reviewer", _DAY), parameters)
        if state.proposal is not None:
            state = confirm(state, "simulation", "confirmed at once", _DAY, parameters)
        if state.level == "QH":
            state = halt_lifted(state, "simulation", "accepted at once", _DAY)
        if np.isnan(first) and state.change is not None:
            first = float(state.change.cause == "confirmed")
    return reviewed, escaped, list(levels.values()), first
