"""The two pictures of a pilot, and the sentence of its hypothesis."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourleaf.web.planning.pilots_pictures import curve_of, detectable, interval_of
from fourleaf.web.planning.pilots_shown import hypothesis, parts_of


@pytest.mark.parametrize(
    ("baseline", "n", "points"), [(5, 100, 12.4), (5, 400, 5.2), (20, 1000, 5.2), (40, 400, 9.8), (60, 100, 18.2)]
)
def test_shares_show_what_the_table_says(baseline: float, n: int, points: float) -> None:
    assert detectable("share", baseline, n, None, down=False) == pytest.approx(points, abs=0.11)


def test_a_number_needs_its_deviation() -> None:
    assert detectable("mean", 38, 16, None, down=False) is None
    assert detectable("mean", 38, 16, 10, down=False) == pytest.approx(2.8 * 10 * (2 / 16) ** 0.5, rel=0.01)
    assert detectable("share", 140, 16, None, down=False) is None


def test_the_curve_says_how_many_are_needed() -> None:
    curve = curve_of("share", 41, 10, 100, None)
    assert curve is not None
    assert curve.here is not None
    assert "learning, not proof" in curve.description
    enough = curve_of("share", 41, 10, 800, None)
    assert enough is not None
    assert "enough for proof" in enough.description
    assert curve_of("mean", 41, 10, 100, None) is None
    assert curve_of("share", 41, 0, 100, None) is None


@given(st.floats(1, 99), st.floats(-60, 60).filter(lambda t: abs(t) > 0.5), st.integers(1, 20000))
@settings(max_examples=30, deadline=None)
def test_the_curve_stays_on_its_paper(baseline: float, threshold: float, n: int) -> None:
    curve = curve_of("share", baseline, threshold, n, None)
    if curve is None:
        return
    points = [tuple(map(float, pair.split())) for pair in curve.path[1:].split("L")]
    assert all(46 <= x <= 548 and 13.9 <= y <= 184 for x, y in points)
    assert [y for _, y in points] == sorted(y for _, y in points)


@given(st.floats(-50, 50), st.floats(0, 20), st.floats(0, 20), st.floats(-30, 30).filter(lambda t: abs(t) > 0.1))
@settings(max_examples=40, deadline=None)
def test_the_interval_holds_everything_in_order(point: float, below: float, above: float, threshold: float) -> None:
    drawn = interval_of(point, point - below, point + above, threshold, "points")
    places = [float(drawn.low), float(drawn.point), float(drawn.high)]
    assert places == sorted(places)
    assert all(20 <= float(x) <= 540 for x in (drawn.low, drawn.high, drawn.zero, drawn.threshold))


def test_the_sentence_is_made_and_taken_apart() -> None:
    values = {"action": "reply fast.", "because": "they wait", "baseline": 41, "threshold": 10, "weeks": 10}
    sentence = hypothesis(values, audience="grillers", channel="videos", metric="the share solved")
    assert sentence == (
        "If we reply fast for grillers on videos, the share solved moves from 41 to at least 51 within 10 weeks, "
        "because they wait."
    )
    assert parts_of(sentence) == {"action": "reply fast", "because": "they wait"}
    assert parts_of("Replies help.") == {"action": "", "because": ""}
    assert hypothesis({**values, "because": ""}, audience="a", channel="b", metric="c") == ""
    falls = hypothesis({**values, "threshold": -10}, audience="a", channel="b", metric="c")
    assert "from 41 to at most 31" in falls
