"""Reviewers' errors: miss rate, kappa, and what gets through."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourleaf.engine.metrics import wilson
from fourleaf.engine.review import cohens_kappa, compare_reviewers, effective_escape, miss_rate


def test_the_miss_rate_counts_what_only_the_second_saw() -> None:
    pairs = [("clean", "major")] + [("major", "major")] * 6 + [("minor", "critical")] + [("major", "clean")] * 9
    found = compare_reviewers([*pairs, *[("clean", "clean")] * 80])
    assert (found.items, found.miss.missed, found.miss.found, found.miss.rate) == (97, 2, 8, 0.25)
    assert (found.miss.low, found.miss.high) == wilson(2, 8)


def test_without_defects_nothing_is_known() -> None:
    found = compare_reviewers([("clean", "clean")] * 10)
    assert (found.miss.rate, found.miss.low, found.miss.high) == (None, 0.0, 1.0)
    assert (found.kappa.value, found.kappa.n, found.enough) == (None, 10, None)
    nobody = compare_reviewers([])
    assert (nobody.items, nobody.kappa.value, nobody.kappa.n) == (0, None, 0)


def test_kappa_of_a_textbook_table() -> None:
    """20 and 15 of 50 agreed, .7 observed, .5 by chance; the standard error by the formula's two-category form."""
    found = cohens_kappa([[20, 5], [10, 15]])
    assert found.value == pytest.approx(0.4)
    assert found.n == 50
    p = np.array([[20, 5], [10, 15]]) / 50
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    same = sum(p[i, i] * (1 - (rows[i] + columns[i]) * 0.6) ** 2 for i in range(2))
    other = 0.6**2 * sum(p[i, j] * (columns[i] + rows[j]) ** 2 for i in range(2) for j in range(2) if i != j)
    error = ((same + other - (0.4 - 0.5 * 0.6) ** 2) / (50 * 0.5**2)) ** 0.5
    assert found.high == pytest.approx(0.4 + 1.959964 * error)
    assert found.low == pytest.approx(0.4 - 1.959964 * error)


def test_the_interval_of_kappa_covers_the_truth() -> None:
    """5 of 100 intervals may miss; 88 of 100 or fewer hits have a chance below one in 200."""
    rng = np.random.default_rng(8)
    p = np.array([[0.55, 0.10], [0.05, 0.30]])
    chance = p.sum(axis=1) @ p.sum(axis=0)
    truth = (np.trace(p) - chance) / (1 - chance)
    hits = 0
    for _ in range(100):
        found = cohens_kappa(rng.multinomial(400, p.ravel()).reshape(2, 2).tolist())
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= truth <= found.high
    assert hits > 88


def test_whether_kappa_is_high_enough() -> None:
    good = compare_reviewers([("clean", "clean")] * 20 + [("major", "major")] * 20)
    assert (good.kappa.value, good.kappa.low, good.kappa.high, good.enough) == (1.0, 1.0, 1.0, True)
    poor = compare_reviewers([("clean", "major"), ("major", "clean")] * 20)
    assert (poor.kappa.value, poor.kappa.low, poor.enough) == (-1.0, -1.0, False)


@given(st.lists(st.integers(0, 30), min_size=9, max_size=9))
def test_kappa_lies_in_its_interval_and_does_not_ask_who_was_first(cells: list[int]) -> None:
    table = np.array(cells).reshape(3, 3)
    found, turned = cohens_kappa(table.tolist()), cohens_kappa(table.T.tolist())
    if found.value is None or found.low is None or found.high is None or turned.value is None:
        assert turned.value is None
        return
    assert -1.0 <= found.low <= found.value <= found.high <= 1.0
    assert turned.value == pytest.approx(found.value)
    assert turned.low == pytest.approx(found.low)


@pytest.mark.parametrize("table", [[[1, 2]], [[1, -2], [3, 4]], [1, 2]], ids=str)
def test_tables_that_are_none(table: list) -> None:
    with pytest.raises(ValueError, match="square table"):
        cohens_kappa(table)


def test_effective_escape() -> None:
    assert effective_escape(0.02, 0.25, lambda rate: rate / 2) == pytest.approx(0.0075 + 0.005)
    assert effective_escape(0.02, 0.0, lambda rate: rate / 2) == pytest.approx(0.01)
    assert effective_escape(0.02, 1.0, lambda rate: rate / 2) == pytest.approx(0.02)
    for rate, miss in [(-0.1, 0.1), (1.1, 0.1), (0.1, -0.1), (0.1, 1.1)]:
        with pytest.raises(ValueError, match="between 0 and 1"):
            effective_escape(rate, miss, lambda rate: rate)


def test_miss_rate_by_counts() -> None:
    assert miss_rate(0, 30).rate == 0.0
    assert miss_rate(0, 30).high == wilson(0, 30)[1]
    assert miss_rate(3, 30, 0.5).high < miss_rate(3, 30).high
