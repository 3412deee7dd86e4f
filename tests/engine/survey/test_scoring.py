"""Scores: the reference's vectors, reversal, who counts, intervals, and questionnaires of one's own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from fourleaf.engine.survey import STANDARD, InstrumentError, Item, SurveyDefaults
from fourleaf.engine.survey.scoring import (
    clover,
    favourable,
    keyed,
    leaf_means,
    mean_interval,
    person_means,
    points,
    t_half_width,
    vein_means,
)

DEFAULTS = SurveyDefaults()


def test_reference_vectors() -> None:
    reverse = STANDARD.edited("C3", reverse=True).of_leaf("culture")[2]
    assert keyed(np.array([[2.0]]), [reverse])[0, 0] == 4
    assert float(points(3.4)) == pytest.approx(60.0)
    leaf_points = {"culture": 58.0, "leadership": 46.0, "governance": 52.0, "technology": 63.0}
    found = clover(leaf_points, STANDARD.weights)
    assert round(found.index, 2) == 53.84
    assert round(found.arithmetic, 1) == 54.2
    assert (found.limiting, found.badge) == ("leadership", "three-leaf")


def test_no_badge_when_every_leaf_reaches_fifty_and_a_floor_for_zero() -> None:
    leaves = dict.fromkeys(STANDARD.leaves, 50.0)
    assert clover(leaves, STANDARD.weights).badge is None
    assert clover({**leaves, "culture": 0.0}, STANDARD.weights).index == pytest.approx(
        100 * 0.01 ** (0.8 / 3) * 0.5 ** (1 - 0.8 / 3)
    )


def test_the_questionnaire_is_whole() -> None:
    assert [len(STANDARD.of_leaf(leaf)) for leaf in STANDARD.leaves] == [8, 8, 8, 8]
    assert [item.id for item in STANDARD.scored if item.reverse] == ["C3", "C6", "L2", "L8", "G3", "G8", "T3", "T8"]
    assert [item.id for item in STANDARD.unscored] == ["W1", "W2"]
    assert all(len(STANDARD.veins(leaf)) == 3 for leaf in STANDARD.leaves)
    german = [item.text_in("de") for item in STANDARD.items]
    assert len(set(german)) == 34
    assert not set(german) & {item.text for item in STANDARD.items}
    assert sum(STANDARD.weights.values()) == pytest.approx(1)


def test_a_leaf_needs_six_of_eight_answers_and_a_vein_two() -> None:
    six, five = [3.0] * 6 + [np.nan] * 2, [3.0] * 5 + [np.nan] * 3
    rows = np.array([six * 4, five * 4])
    found = leaf_means(rows, STANDARD, DEFAULTS)["culture"]
    assert found[0] == 3
    assert np.isnan(found[1])
    veins = vein_means(rows, STANDARD, DEFAULTS)
    assert np.isnan(veins["culture", "collaboration"]).all()
    assert veins["culture", "openness"].tolist() == [3, 3]


@pytest.mark.parametrize(("items", "needed"), [(8, 6), (4, 3), (6, 5), (2, 2), (10, 8), (12, 9)])
def test_other_lengths_need_the_same_part(items: int, needed: int) -> None:
    assert DEFAULTS.needed_in_leaf(items) == needed


def test_own_items_and_edited_copies() -> None:
    own = STANDARD.without("C3").extended(Item("C9", "culture", "openness", False, {"en": "We show drafts."}))
    assert [item.id for item in own.of_leaf("culture")] == ["C1", "C2", "C4", "C5", "C6", "C7", "C8", "C9"]
    edited = STANDARD.edited("C1", text="We talk about drafts.")
    assert edited.items[0].text == "We talk about drafts."
    assert edited.items[0].text_in("de") == STANDARD.items[0].text_in("de")
    assert STANDARD.items[0].text != edited.items[0].text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda: STANDARD.extended(Item("c1", "culture", None, False, {"en": "Again."})), "stands twice"),
        (lambda: STANDARD.extended(Item("X1", "soil", None, False, {"en": "Earth."})), "no weight"),
        (lambda: STANDARD.extended(Item("X1", None, None, False, {"en": " "})), "no text"),
        (lambda: STANDARD.edited("W1", reverse=True), "not scored"),
        (lambda: STANDARD.edited("C99"), "no item 'C99'"),
        (lambda: STANDARD.without(*[item.id for item in STANDARD.of_leaf("culture")]), "fewer than two items"),
    ],
    ids=["twice", "unknown leaf", "no text", "reversed unscored", "edit unknown", "empty leaf"],
)
def test_a_questionnaire_that_cannot_be_scored_is_refused(change, words) -> None:
    with pytest.raises(InstrumentError, match=words):
        change()


@pytest.mark.parametrize(
    ("n", "population", "normal", "student"),
    [
        (9, 12, 0.29, 0.346),
        (21, 30, 0.21, 0.224),
        (40, 60, 0.16, 0.166),
        (120, 200, 0.10, 0.103),
        (1050, 1850, 0.04, 0.036),
    ],
)
def test_the_reference_table_of_intervals(n: int, population: int, normal: float, student: float) -> None:
    """The table was made with 1.96 instead of t; the formula above it, and ours, use t, which is wider for small n."""
    half = float(t_half_width(0.9, n, population))
    assert half == pytest.approx(student, abs=0.0005)
    assert half * 1.959964 / float(stats.t.ppf(0.975, n - 1)) == pytest.approx(normal, abs=0.005)


def test_the_interval_is_students_and_vanishes_when_everybody_answered() -> None:
    values = np.array([3.0, 4.0, 2.5, 5.0, np.nan, 3.5])
    known = values[~np.isnan(values)]
    found = mean_interval(values)
    published = stats.ttest_1samp(known, 0).confidence_interval()
    assert found is not None
    assert (found.low, found.high) == pytest.approx((published.low, published.high))
    everybody = mean_interval(values, population=5)
    assert everybody is not None
    assert everybody.low == everybody.high == pytest.approx(known.mean())
    assert mean_interval([np.nan]) is None
    one = mean_interval([4.0])
    assert one is not None
    assert (one.n, one.low) == (1, None)


def test_favourable_share_is_of_four_and_five() -> None:
    share = favourable([5, 4, 3, 2, 1, np.nan])
    assert (share.n, share.hits, share.value) == (5, 2, 0.4)
    assert share.low < 0.4 < share.high


@given(
    st.lists(
        st.lists(st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, np.nan]), min_size=8, max_size=8), min_size=1, max_size=8
    )
)
def test_a_persons_mean_is_the_mean_of_what_was_answered(rows) -> None:
    values = np.array(rows)
    for row, mean in zip(values, person_means(values, 6), strict=True):
        known = [answer for answer in row if answer == answer]
        assert np.isnan(mean) if len(known) < 6 else mean == pytest.approx(sum(known) / len(known))


@given(st.lists(st.floats(0, 100), min_size=4, max_size=4))
def test_the_index_lies_between_the_lowest_leaf_and_the_arithmetic_mean(values) -> None:
    found = clover(dict(zip(STANDARD.leaves, values, strict=True)), STANDARD.weights)
    assert max(min(values), 1.0) - 1e-9 <= found.index <= max(found.arithmetic, 1.0) + 1.0
    assert min(values) == dict(zip(STANDARD.leaves, values, strict=True))[found.limiting]
