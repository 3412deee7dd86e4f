"""Intervals: published values, properties, and coverage by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourleaf.engine.metrics import net_share, net_share_array, wilson, wilson_array

counts = st.integers(0, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        (78, 100, 0.689, 0.850),  # the domain reference's vector
        (81, 263, 0.2553, 0.3662),  # Newcombe, Statistics in Medicine 17 (1998), table I, method 3
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_published_values(hits, n, low, high):
    digits = 3 if (hits, n) == (78, 100) else 4
    assert tuple(round(end, digits) for end in wilson(hits, n)) == (low, high)


def test_nothing_seen_means_nothing_known():
    assert wilson(0, 0) == (0.0, 1.0)
    assert net_share(0, 0, 0) == (-1.0, 1.0)


@given(counts, st.sampled_from([0.8, 0.95, 0.99]))
def test_the_share_lies_inside_and_sides_mirror(count, level):
    hits, n = count
    low, high = wilson(hits, n, level)
    assert 0.0 <= low <= high <= 1.0
    if n:
        assert low <= hits / n <= high
        mirrored = wilson(n - hits, n, level)
        assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-12)


@given(st.lists(counts, min_size=1, max_size=8))
def test_columns_give_the_same_as_single_numbers(rows):
    hits, n = (np.array(column) for column in zip(*rows, strict=True))
    low, high = wilson_array(hits, n)
    assert [(a, b) for a, b in zip(low, high, strict=True)] == [wilson(int(h), int(m)) for h, m in rows]


@pytest.mark.parametrize(("hits", "n"), [(-1, 5), (6, 5), (1, -1)])
def test_impossible_counts_are_refused(hits, n):
    with pytest.raises(ValueError, match="between 0 and n"):
        wilson(hits, n)


def test_an_impossible_level_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        wilson(1, 2, 1.0)


parts = st.tuples(st.integers(0, 3000), st.integers(0, 3000), st.integers(0, 3000))


@given(parts)
def test_net_share_lies_inside_and_mirrors(counted):
    positive, _, negative = counted
    n = sum(counted)
    low, high = net_share(positive, negative, n)
    assert -1.0 <= low <= high <= 1.0
    if n:
        assert low - 1e-12 <= (positive - negative) / n <= high + 1e-12
        assert net_share(negative, positive, n) == pytest.approx((-high, -low), abs=1e-12)


def test_net_share_refuses_parts_larger_than_the_whole():
    with pytest.raises(ValueError, match="parts of n"):
        net_share(3, 3, 5)


@pytest.mark.parametrize("shares", [(0.1, 0.8, 0.1), (0.5, 0.3, 0.2), (0.02, 0.97, 0.01), (0.9, 0.05, 0.05)])
@pytest.mark.parametrize("n", [30, 300])
def test_net_share_covers_the_truth_about_as_often_as_it_says(shares, n):
    draws = np.random.default_rng(11).multinomial(n, shares, size=4000)
    low, high = net_share_array(draws[:, 0], draws[:, 2], n)
    covered = np.mean((low <= shares[0] - shares[2]) & (shares[0] - shares[2] <= high))
    assert covered >= 0.93
