"""The simulation: the published table within sampling error, and the same counts as the rules item by item."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest

from fourleaf.engine.review import DEFAULT, FAST, Simulated, TrustParameters, effective_escape, escape_curve, simulate
from fourleaf.engine.review.simulation import COUNTED, Tally, tally, tally_stepwise

RUNS = 120
#: rate: reviewed %, majors reaching the public in % of all items, items at Q0/Q1/Q2/Q3/QT in %, first verdict relax.
PUBLISHED = {
    0.0025: (17, 0.22, (1, 6, 25, 68, 0), 1.00),
    0.005: (21, 0.42, (2, 10, 34, 55, 0), 1.00),
    0.01: (29, 0.74, (5, 21, 43, 32, 0), 0.99),
    0.02: (47, 1.08, (17, 40, 35, 8, 1), 0.92),
    0.03: (63, 1.12, (34, 45, 19, 1, 2), 0.77),
    0.05: (82, 0.90, (60, 31, 4, 0, 5), 0.53),
    0.10: (97, 0.27, (76, 5, 0, 0, 18), 0.12),
}


@cache
def simulated(rate: float, preset: str = "default") -> Simulated:
    return simulate(rate, runs=RUNS, seed=11, parameters={"default": DEFAULT, "fast": FAST}[preset])


def close(found: float, error: float | None, published: float, half_a_digit: float) -> bool:
    """Within four standard errors of the difference (400 runs there, fewer here) and the rounding of the table."""
    assert error is not None
    return abs(found - published) <= 4 * error * math.sqrt(1 + RUNS / 400) + half_a_digit


@pytest.mark.parametrize("rate", list(PUBLISHED))
def test_the_published_table(rate: float) -> None:
    reviewed, escaped, levels, first = PUBLISHED[rate]
    found = simulated(rate)
    assert close(found.reviewed, found.reviewed_error, reviewed / 100, 0.005)
    assert close(found.escaped, found.escaped_error, escaped / 100, 0.00005)
    for level, share in zip(COUNTED, levels, strict=True):
        assert close(found.levels[level], found.level_errors[level], share / 100, 0.005), level
    assert found.first_relaxed is not None
    # A printed 1.00 may stand for .995.
    assert close(found.first_relaxed, math.sqrt(max(first * (1 - first), 0.005) / RUNS), first, 0.005)


def test_the_tolerance_is_tight_enough_to_tell_neighbouring_rates_apart() -> None:
    found = simulated(0.02)
    assert not close(found.reviewed, found.reviewed_error, PUBLISHED[0.01][0] / 100, 0.005)
    assert not close(found.reviewed, found.reviewed_error, PUBLISHED[0.03][0] / 100, 0.005)
    assert not close(found.escaped, found.escaped_error, PUBLISHED[0.01][1] / 100, 0.00005)


def test_the_worst_case_of_the_fast_preset() -> None:
    found = simulated(0.05, "fast")
    assert close(found.escaped, found.escaped_error, 0.0196, 0.00005)
    assert found.escaped > simulated(0.05).escaped


@pytest.mark.parametrize("rate", [0.005, 0.05])
def test_shares_add_up(rate: float) -> None:
    found = simulated(rate)
    assert sum(found.levels.values()) == pytest.approx(1.0)
    expected = sum(found.levels[level] * DEFAULT.fraction(level) for level in COUNTED)
    assert found.reviewed == pytest.approx(expected, abs=0.003)


def same(first: Tally, second: Tally) -> bool:
    pairs = [(getattr(first, name), getattr(second, name)) for name in ("reviewed", "escaped", "levels")]
    exact = all(np.array_equal(one, other) for one, other in pairs)
    return exact and np.array_equal(first.first_relaxed, second.first_relaxed, equal_nan=True)


QUICK = TrustParameters(rates=((0.1, 0.5), (0.1, 0.4), (0.05, 0.3)), clean_to_normal=3, majors_to_halt=2)


@pytest.mark.parametrize(
    ("rate", "miss", "parameters"),
    [(0.0, 0.0, DEFAULT), (0.02, 0.0, DEFAULT), (0.06, 0.3, FAST), (0.25, 0.1, QUICK), (1.0, 0.5, QUICK)],
    ids=["none", "default", "fast", "quick", "all"],
)
def test_side_by_side_equals_step_by_step(rate: float, miss: float, parameters: TrustParameters) -> None:
    given = {"items": 700, "runs": 7, "seed": 2, "miss": miss, "parameters": parameters}
    assert same(tally(rate, **given), tally_stepwise(rate, **given))


def test_blocks_do_not_change_the_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = tally(0.05, items=200, runs=9, seed=4)
    monkeypatch.setattr("fourleaf.engine.review.simulation._BLOCK", 7)
    assert same(whole, tally(0.05, items=200, runs=9, seed=4))


def test_a_seed_repeats_and_another_does_not() -> None:
    assert simulate(0.03, items=300, runs=20, seed=1) == simulate(0.03, items=300, runs=20, seed=1)
    assert simulate(0.03, items=300, runs=20, seed=1) != simulate(0.03, items=300, runs=20, seed=2)


def test_reviewers_who_miss_let_through_what_the_formula_says() -> None:
    rate, miss = 0.03, 0.3
    curve = escape_curve([0.021], runs=RUNS, seed=3)
    found = simulate(rate, runs=RUNS, seed=12, miss=miss)
    assert found.escaped_error is not None
    assert abs(found.escaped - effective_escape(rate, miss, curve)) < 4 * found.escaped_error * math.sqrt(2)
    assert found.escaped > simulated(rate).escaped


def test_a_flawless_stratum_reaches_q3_after_so_many_reviews() -> None:
    """27 items at Q0, then 55 and 111 reviews at a half and a quarter."""
    found = tally(0.0, items=1000, runs=50, seed=6)
    assert set(found.levels[:, 0]) == {27}
    assert found.levels[:, 1].mean() == pytest.approx(110, abs=6)
    assert found.levels[:, 2].mean() == pytest.approx(444, abs=22)
    assert found.escaped.sum() == 0
    assert set(found.first_relaxed) == {1.0}


def test_ends() -> None:
    one = simulate(0.02, items=10, runs=1)
    assert (one.reviewed_error, one.escaped_error, one.first_relaxed) == (None, None, None)
    assert one.as_dict()["levels"] == {"Q0": 1.0, "Q1": 0.0, "Q2": 0.0, "Q3": 0.0, "QT": 0.0}
    assert simulate(1.0, items=300, runs=3, miss=1.0).escaped == 1.0
    single = simulate(0.0, items=1, runs=1)
    assert (single.reviewed, single.escaped) == (1.0, 0.0)


def test_the_curve_lies_on_its_points_and_ends() -> None:
    curve = escape_curve([0.02, 0.01], items=300, runs=20)
    assert curve(0.02) == simulate(0.02, items=300, runs=20).escaped
    assert curve(0.015) == pytest.approx((curve(0.01) + curve(0.02)) / 2)
    assert curve(0.0) == 0.0
    for rate in (-0.01, 0.021):
        with pytest.raises(ValueError, match=r"up to 0.02"):
            curve(rate)


@pytest.mark.parametrize(
    "wrong", [{"rate": -0.1}, {"rate": 1.1}, {"miss": -0.1}, {"miss": 1.1}, {"items": 0}, {"runs": 0}], ids=str
)
def test_numbers_that_make_no_sense(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"between 0 and 1|At least one"):
        simulate(**{"rate": 0.1, "items": 5, "runs": 5, **wrong})
