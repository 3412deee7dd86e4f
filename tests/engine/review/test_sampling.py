"""The sample: fixed for a key, uniform over items, and not to be had by handing in again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from fourleaf.engine.review import DEFAULT, draw, select

KEY, OTHER = b"a key of 16 byte", b"another 16 bytes"
ITEMS = [f"item-{number}" for number in range(20_000)]


def test_a_known_draw() -> None:
    """Worked out beside the code, by `openssl dgst -sha256 -mac HMAC` on the documented message."""
    assert draw(KEY, "item-1", "review") == (0xA96D7518DAC79372 >> 11) / 2**53


def test_draws_are_uniform_and_independent_between_keys_and_purposes() -> None:
    first = [draw(KEY, item, "review") for item in ITEMS]
    second = [draw(OTHER, item, "review") for item in ITEMS]
    double = [draw(KEY, item, "double") for item in ITEMS]
    again = [draw(KEY, item, "review", 2) for item in ITEMS]
    for series in (first, second, double, again):
        assert min(series) >= 0.0
        assert max(series) < 1.0
        assert stats.kstest(series, "uniform").pvalue > 0.001
    for series in (second, double, again):
        assert abs(stats.pearsonr(first, series).statistic) < 4 / len(ITEMS) ** 0.5


@pytest.mark.parametrize(("level", "share"), [("Q1", 0.5), ("Q2", 0.25), ("Q3", 0.1)])
@pytest.mark.parametrize("key", [KEY, OTHER], ids=["first", "second"])
def test_how_many_are_chosen(level: str, share: float, key: bytes) -> None:
    chosen = sum(select(key, item, level).reviewers > 0 for item in ITEMS)
    assert stats.binomtest(chosen, len(ITEMS), share).pvalue > 0.001


def test_blind_double_review_is_five_per_cent_of_the_reviewed() -> None:
    blind = sum(select(KEY, item, "Q0").blind for item in ITEMS)
    assert stats.binomtest(blind, len(ITEMS), DEFAULT.double_review).pvalue > 0.001
    assert all(select(KEY, item, "Q0").reviewers == 1 + select(KEY, item, "Q0").blind for item in ITEMS[:500])
    assert not any(select(KEY, item, "Q2").blind and not select(KEY, item, "Q2").before for item in ITEMS[:2000])


def test_levels() -> None:
    for item in ITEMS[:300]:
        assert select(KEY, item, "Q0").before
        at_q1, at_q2, at_q3 = (select(KEY, item, level) for level in ("Q1", "Q2", "Q3"))
        assert at_q2.before <= at_q1.before
        assert at_q3.audit <= at_q2.before
        assert not at_q3.before
        assert not at_q1.audit
        assert at_q3.audit_hours == (24 if at_q3.audit else None)
        assert at_q1.audit_hours is None
        assert (at_q3.reviewers > 0) == at_q3.audit
        assert at_q3.publishable
    tight = select(KEY, "x", "QT")
    assert (tight.before, tight.audit, tight.reviewers, tight.blind, tight.publishable) == (True, False, 2, True, True)
    halted = select(KEY, "x", "QH")
    assert (halted.before, halted.audit, halted.reviewers, halted.blind) == (True, False, 1, False)
    assert not halted.publishable


@given(st.text("ab1-", max_size=20), st.integers(1, 6), st.sampled_from(["Q1", "Q2", "Q3"]))
def test_handing_in_again_never_gets_an_item_out_of_review(item: str, submission: int, level: str) -> None:
    before = select(KEY, item, level, submission=submission)
    after = select(KEY, item, level, submission=submission + 1)
    assert (before.reviewers > 0) <= (after.reviewers > 0)
    assert before == select(KEY, item, level, submission=submission)


def test_handing_in_again_draws_again() -> None:
    chosen = sum(select(KEY, item, "Q2", submission=2).before for item in ITEMS)
    assert stats.binomtest(chosen, len(ITEMS), 1 - 0.75**2).pvalue > 0.001


def test_wrong_keys_and_numbers() -> None:
    with pytest.raises(ValueError, match="15 bytes; it needs at least 16"):
        draw(KEY[:15], "x", "review")
    with pytest.raises(ValueError, match="counted from 1"):
        draw(KEY, "x", "review", 0)


def test_no_two_inputs_share_a_message() -> None:
    assert draw(KEY, "1x", "review", 1) != draw(KEY, "x", "review", 11)
