"""What people read of a trust state, the points of its chart, and the upper bound of the rate."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from engine.review.histories import START, run
from fourleaf.engine.review import (
    DEFAULT,
    TrustState,
    clean_missing,
    explain,
    incident,
    new_state,
    upper_bounds,
    walk,
)

# The bound ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "limit"), [(29, 0.10), (59, 0.05), (119, 0.025)])
def test_exact_bound_without_defects(n: int, limit: float) -> None:
    assert upper_bounds(0, n).exact <= limit < upper_bounds(0, n - 1).exact


@pytest.mark.parametrize(("n", "limit"), [(25, 0.10), (52, 0.05), (106, 0.025)])
def test_wilsons_bound_without_defects(n: int, limit: float) -> None:
    assert upper_bounds(0, n).wilson <= limit < upper_bounds(0, n - 1).wilson


def test_one_of_forty_six() -> None:
    assert upper_bounds(1, 46).exact <= 0.10 < upper_bounds(1, 45).exact
    assert upper_bounds(1, 46).exact == pytest.approx(stats.beta.ppf(0.95, 2, 45))


def test_the_ends_of_the_bound() -> None:
    assert upper_bounds(0, 0).exact == 1.0
    assert upper_bounds(3, 3).exact == 1.0
    assert upper_bounds(2, 9, 0.99).exact > upper_bounds(2, 9).exact
    for low in (0.3, 0.5):
        assert upper_bounds(2, 9, low).wilson == upper_bounds(2, 9, low).exact
    for majors, reviewed in [(-1, 3), (4, 3)]:
        with pytest.raises(ValueError, match="between 0 and the 3"):
            upper_bounds(majors, reviewed)
    for level in (0.0, 1.0):
        with pytest.raises(ValueError, match="between 0 and 1"):
            upper_bounds(1, 3, level)


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1))))
def test_the_exact_bound_is_where_so_few_defects_become_improbable(case: tuple[int, int]) -> None:
    n, majors = case
    assert stats.binom.cdf(majors, n, upper_bounds(majors, n).exact) == pytest.approx(0.05, abs=1e-6)


# What is missing ------------------------------------------------------------------------------------------------------


@given(st.text(alphabet="....mM", max_size=60), st.sampled_from(["Q0", "Q1", "Q2"]))
def test_so_many_clean_items_are_missing_and_not_one_less(marks: str, level: str) -> None:
    state = run(TrustState(level, START), marks)
    missing = clean_missing(state)
    if state.level == "QH":
        assert missing is None
        return
    assert missing is not None
    target = "proposal" if state.level != "QT" else "level"
    if missing:
        assert getattr(run(state, "." * (missing - 1)), target) == getattr(state, target)
        assert getattr(run(state, "." * missing), target) != getattr(state, target)
    else:
        assert state.proposal is not None


def test_nothing_is_missing_where_nothing_can_change() -> None:
    assert clean_missing(TrustState("Q3", START)) is None
    assert clean_missing(TrustState("QH", START)) is None
    assert clean_missing(TrustState("Q1", START, cap="Q1")) is None
    assert clean_missing(TrustState("QT", START, clean_run=2)) == 3


# Sentences ------------------------------------------------------------------------------------------------------------


def test_a_new_stratum() -> None:
    assert explain(new_state(START)) == (
        "Every item is reviewed before it is published (Q0).",
        (
            "The walk stands at 0.00: at -1.33 it speaks for less review (Q1), at 1.71 for more. 27 more clean in a "
            "row would be enough for Q1."
        ),
        "A major defect on the next item moves the walk up by 0.95 and raises no alarm yet.",
    )


def test_what_was_found_and_the_bound() -> None:
    said = explain(run(new_state(START), "." * 45 + "M"))
    assert said[1] == (
        "46 items were reviewed at this level; 45 clean, 1 counts as a major defect. With 95 % confidence at most "
        "9.9 % of such items have a major defect."
    )
    assert said[-1] == "A major defect on the next item raises the alarm: two reviewers for everything (QT)."
    assert "1 item was reviewed" in explain(run(new_state(START), "."))[1]
    assert "2 items were reviewed at this level; 0 clean, 0 count as" in explain(run(new_state(START), "mm"))[1]


def test_a_proposal_names_what_it_waits_for() -> None:
    ready = run(new_state(START), "." * 27)
    assert (
        "Since 1 January 2026 the reviewed items speak for Q1. Still needed: the day 22 January 2026 (or a later one), "
        "a confirmation with a reason."
    ) in explain(ready)
    alone = replace(ready, reviewers=frozenset({"ann"}), incidents=frozenset({"i"}))
    said = " ".join(explain(alone, START + timedelta(days=20)))
    assert "1 more day at this level, 1 more reviewer, the end of the incident, a confirmation with a reason" in said
    assert "Still needed: a confirmation with a reason." in " ".join(explain(ready, START + timedelta(days=21)))
    nobody = " ".join(explain(replace(ready, reviewers=frozenset()), START))
    assert "21 more days at this level, 2 more different reviewers" in nobody


def test_levels_in_words() -> None:
    assert explain(TrustState("Q2", START))[0].startswith("25 % of the items, chosen at random")
    assert explain(TrustState("Q3", START))[0] == (
        "Nothing is reviewed before it is published; 10 % is audited within 24 h (Q3)."
    )
    assert explain(TrustState("Q3", START))[1].startswith("No level has less review")
    assert explain(TrustState("Q1", START, cap="Q1"))[1] == (
        "The risk tier allows no less than Q1, so clean items change nothing. The walk raises an alarm at 1.75."
    )
    assert explain(TrustState("QT", START, clean_run=4, majors=4)) == (
        (
            "Two reviewers see every item and write to its author what they find (QT). "
            "1 clean item in a row leads back to full review (Q0); 1 more major "
            "defect halts publishing."
        ),
    )
    assert explain(TrustState("QH", START)) == (
        "Publishing is halted (QH) until the centre of excellence accepts a remedy.",
    )


def test_the_next_defect() -> None:
    assert explain(TrustState("Q2", START))[-1] == "A major defect on the next item leads back to Q1."


def test_an_incident_and_halted_authors() -> None:
    state = replace(incident(TrustState("Q2", START), "i", 3), halted_authors=frozenset({"kim"}))
    said = explain(state)
    assert "An incident is running, so everything is reviewed; afterwards Q2 counts again." in said
    assert said[-1] == "1 author is halted after a critical defect."
    assert "incident" not in " ".join(explain(incident(new_state(START), "i", 3)))


def test_minor_defects_that_may_add_up() -> None:
    assert "2 minor defects lie within the last 20 items; 1 more would count as a major one." in explain(
        run(new_state(START), "mm")
    )
    assert any("minor" in said for said in explain(run(new_state(START), "m" + "." * 18)))
    assert not any("minor defect lies" in said for said in explain(run(new_state(START), "m" + "." * 19)))


# The chart ------------------------------------------------------------------------------------------------------------


def test_points_of_the_chart() -> None:
    states = [new_state(START)]
    for mark in "..M...M":
        states.append(run(states[-1], mark))
    points = walk(states)
    plan = DEFAULT.plan("Q0")
    assert [point.seen for point in points] == list(range(8))
    assert points[2].s == pytest.approx(-2 * plan.s)
    assert (points[2].c, points[2].reviewed, points[2].lower, points[2].upper) == (0.0, 2, -plan.h_a, plan.h_r)
    assert [point.level for point in points[-2:]] == ["Q0", "QT"]
    assert (points[-1].lower, points[-1].upper) == (None, None)
    assert [point.change is not None for point in points] == [False] * 7 + [True]
    top = walk([TrustState("Q3", START)])[0]
    assert (top.lower, top.upper) == (None, DEFAULT.plan("Q2").h_r)
