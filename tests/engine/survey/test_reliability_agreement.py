"""Reliability and agreement beside published packages and the reference's vectors."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourleaf.engine.survey import SurveyDefaults
from fourleaf.engine.survey.agreement import a_wg, agreement, agreement_label, icc, r_wg, views
from fourleaf.engine.survey.precision import difference, early_halves, leader_flag
from fourleaf.engine.survey.reliability import (
    alpha_interval,
    cronbach_alpha,
    label,
    minres_loadings,
    omega_total,
    reliability,
)

with warnings.catch_warnings():  # what the packages say while they are imported is not ours to mend
    warnings.simplefilter("ignore")
    import pingouin
    from statsmodels.multivariate.factor import Factor

SIX = np.array([(4, 5, 4), (3, 3, 4), (5, 5, 5), (2, 3, 2), (4, 4, 3), (1, 2, 2)], float)
IDS = tuple("abcdefgh")


def scale(n: int, seed: int = 3) -> np.ndarray:
    rng = np.random.default_rng(seed)
    strength = np.array([0.5, 0.6, 0.7, 0.8, 0.4, 0.6, 0.7, 0.5])
    return np.clip(np.rint(3 + strength * rng.normal(size=(n, 1)) + 0.7 * rng.normal(size=(n, 8))), 1, 5)


def test_alpha_of_the_reference_and_of_pingouin() -> None:
    assert round(cronbach_alpha(SIX), 4) == 0.9443
    values = scale(120)
    alpha, interval = pingouin.cronbach_alpha(pd.DataFrame(values))
    ours = cronbach_alpha(values)
    assert ours == pytest.approx(alpha)
    assert alpha_interval(ours, 120, 8) == pytest.approx(tuple(interval), abs=0.0006)


def test_loadings_are_those_of_statsmodels() -> None:
    values = scale(300)
    published = Factor(values, n_factor=1, method="pa", smc=True).fit(maxiter=2000, tol=1e-10).loadings.ravel()
    ours = minres_loadings(np.corrcoef(values, rowvar=False))
    assert ours == pytest.approx(np.abs(published), abs=1e-5)


def test_omega_of_known_loadings_and_of_a_stack() -> None:
    loadings = np.array([[0.5, 0.6, 0.7, 0.8], [0.9, 0.4, 0.3, 0.2]])
    matrices = loadings[:, :, None] * loadings[:, None, :]
    matrices[:, np.arange(4), np.arange(4)] = 1.0
    found = minres_loadings(matrices)
    assert found == pytest.approx(loadings, abs=1e-6)
    assert omega_total(found)[0] == pytest.approx(2.6**2 / (2.6**2 + 4 - 1.74))


def test_the_interval_of_omega_covers_what_it_should() -> None:
    true = float(omega_total(minres_loadings(np.corrcoef(scale(200_000, seed=0), rowvar=False))))
    hits = 0
    for seed in range(200):
        interval = reliability(scale(100, seed + 1), IDS).omega_interval
        assert interval is not None
        hits += interval[0] <= true <= interval[1]
    assert 0.89 <= hits / 200 <= 0.99


def test_what_an_item_adds() -> None:
    values = scale(200)
    values[:, 7] = 6 - values[:, 7]  # keyed the wrong way round
    found = reliability(values, IDS)
    worst = found.items[7]
    assert worst.item_total is not None
    assert worst.item_total < 0
    assert worst.alpha_without > found.alpha
    assert worst.alpha_without == pytest.approx(cronbach_alpha(values[:, :7]))
    assert "runs against the others" in found.note
    frame = pd.DataFrame(values)
    for place, item in enumerate(found.items):
        assert item.item_total == pytest.approx(frame[place].corr(frame.drop(columns=place).sum(axis=1)))


def test_thirty_complete_cases_are_needed() -> None:
    values = scale(31)
    values[:2, 0] = np.nan
    assert reliability(values, IDS).omega is None
    assert "29 people" in reliability(values, IDS).note
    assert reliability(scale(30), IDS).omega is not None
    assert "alike" in reliability(np.full((40, 8), 3.0), IDS).note


@pytest.mark.parametrize(
    ("value", "word"),
    [(0.59, "poor"), (0.6, "weak"), (0.7, "usable"), (0.8, "good"), (0.9, "check redundancy")],
)
def test_words_of_reliability(value: float, word: str) -> None:
    assert label(value) == word


def test_r_wg_of_the_reference() -> None:
    assert r_wg([4, 4, 5, 4, 3]) == 0.75


def test_agreement_of_several_items() -> None:
    values = np.array([[4, 4, 5, 4, 3], [4, 4, 5, 4, 3]], float).T
    found = agreement(values)
    assert found is not None
    assert (found.value, found.label, found.divided, found.bimodal) == (0.75, "strong", False, False)
    assert found.classic == pytest.approx(2 * 0.75 / (2 * 0.75 + 0.25))
    assert found.skewed == pytest.approx(1 - 0.5 / 1.34)


def test_two_camps_are_divided_and_bimodal() -> None:
    found = agreement(np.array([[1.0], [1.0], [5.0], [5.0]]))
    assert found is not None
    assert (found.value, found.divided, found.bimodal, found.label) == (0.0, True, True, "none")
    assert found.raw < 0


def test_a_wg_compares_with_the_most_variance_the_mean_allows() -> None:
    assert a_wg([1, 1, 5, 5]) == pytest.approx(-1.0)
    assert a_wg([3, 3, 3, 3]) == 1.0
    assert a_wg([5, 5, 5, 5]) is None
    assert a_wg([4, 4, 5, 4, 3]) == pytest.approx(1 - 2 * 0.5 / ((6 * 4 - 16 - 5) * 5 / 4))


@pytest.mark.parametrize(
    ("value", "word"),
    [(0.3, "none"), (0.31, "weak"), (0.5, "weak"), (0.7, "moderate"), (0.9, "strong"), (1, "very strong")],
)  # fmt: skip
def test_words_of_agreement(value: float, word: str) -> None:
    assert agreement_label(value) == word


def test_icc_is_pingouins() -> None:
    rng = np.random.default_rng(5)
    groups = np.repeat(np.arange(6), 10)
    scores = rng.normal(size=60) + rng.normal(0, 0.6, 6)[groups]
    frame = pd.DataFrame({"group": groups, "rater": np.tile(np.arange(10), 6), "score": scores})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = pingouin.intraclass_corr(frame, targets="group", raters="rater", ratings="score")
    published = table["ICC"].to_numpy()
    found = icc(scores, groups)
    assert found is not None
    assert (found.icc1, found.icc2) == pytest.approx((published[0], published[3]), abs=1e-6)
    assert found.comparable == (found.icc1 >= 0.05 and found.icc2 >= 0.6)


def test_icc_needs_groups_and_people() -> None:
    assert icc([1.0, 2.0], [0, 0]) is None
    assert icc([1.0, 2.0], [0, 1]) is None
    assert icc([np.nan], [0]) is None
    assert icc([3.0] * 6, [0, 0, 0, 1, 1, 1]) is None


def test_welch_and_hedges_are_those_of_the_packages() -> None:
    rng = np.random.default_rng(7)
    first, second = rng.normal(3.6, 0.5, 18), rng.normal(3.0, 0.9, 140)
    found = difference(first, second)
    assert found is not None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = pingouin.ttest(first, second, correction=True)
        effect = pingouin.compute_effsize(first, second, eftype="hedges")
    interval = next(table[name].iloc[0] for name in table.columns if name.startswith("CI95"))
    assert (found.low, found.high) == pytest.approx(tuple(interval), abs=0.006)
    assert found.df == pytest.approx(float(table["dof"].iloc[0]), abs=0.01)
    assert found.g == pytest.approx(effect)
    assert leader_flag(found) == "rosier"
    reverse = difference(second, first)
    assert reverse is not None
    assert leader_flag(reverse) == "gloomier"


def test_a_gap_below_half_a_point_has_no_flag() -> None:
    gap = difference(np.tile([3.3, 3.5], 50), np.tile([3.0, 3.2], 50))
    assert gap is not None
    assert gap.low > 0
    assert leader_flag(gap) is None
    assert leader_flag(gap, SurveyDefaults(gap_flag=0.2)) == "rosier"


def test_early_and_late_halves() -> None:
    assert early_halves(np.array([5, 5, 5])) is None
    found = early_halves(np.array([1, 1, 2, 2, 3, -1]))
    assert found is not None
    assert found.tolist() == [0, 0, 1, 1, 1, -1]


@settings(max_examples=60)
@given(st.lists(st.lists(st.integers(1, 5), min_size=3, max_size=3), min_size=2, max_size=20))
def test_agreement_stays_within_its_bounds(rows) -> None:
    found = agreement(np.array(rows, float))
    assert found is not None
    assert 0 <= found.skewed <= found.value <= 1
    assert 0 <= found.classic <= 1
    assert found.value == max(found.raw, 0)
    assert found.classic >= found.value - 1e-12


@pytest.mark.parametrize(
    ("spread", "kind"),
    [
        ((0.45, 0.10, 0.45), "divided"),
        ((0.25, 0.24, 0.51), "divided"),
        ((0.375, 0.25, 0.375), "scattered"),
        ((0.24, 0.10, 0.66), "scattered"),
        ((0.30, 0.40, 0.30), "scattered"),
        (None, "mixed"),
    ],
)
def test_two_camps_are_told_from_answers_all_over_the_scale(
    spread: tuple[float, float, float] | None, kind: str
) -> None:
    assert views(agreed=False, spread=spread, defaults=SurveyDefaults()) == kind
    assert views(agreed=True, spread=spread, defaults=SurveyDefaults()) == "alike"
