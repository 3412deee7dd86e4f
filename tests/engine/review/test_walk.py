"""The walk: when it speaks for less review and for more, and what an item counts."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest

from engine.review.histories import START, at, outcome, run
from fourleaf.engine.review import DEFAULT, Outcome, new_state, policy_major, step
from fourleaf.engine.review.parameters import one_down, one_up

# The walk at Q0 -------------------------------------------------------------------------------------------------------


def test_twenty_six_clean_items_are_not_enough_and_twenty_seven_are() -> None:
    before = run(new_state(START), "." * 26)
    assert (before.level, before.proposal) == ("Q0", None)
    after = run(before, ".")
    assert after.level == "Q0"
    assert after.proposal is not None
    assert (after.proposal.before, after.proposal.after, after.proposal.on) == ("Q0", "Q1", START)


@pytest.mark.parametrize(
    ("marks", "level"),
    [
        ("M...M", "QT"),
        ("M....M", "Q0"),
        ("M" + "." * 11 + "M" + "." * 11 + "M", "QT"),
        ("M" + "." * 11 + "M" + "." * 12 + "M", "Q0"),
        ("M", "Q0"),
        ("MM", "QT"),
    ],
)
def test_when_full_review_tightens(marks: str, level: str) -> None:
    assert run(new_state(START), marks).level == level


@pytest.mark.parametrize("level", ["Q0", "Q1", "Q2"])
def test_with_one_major_defect_the_proposal_comes_later(level: str) -> None:
    """The last column of the table: the walk alone, hence the major first and the state begun after it."""
    plan = DEFAULT.plan(level)
    begun = at(level, s=1 - plan.s, c=1 - plan.s)
    more = plan.items_to_relax(1) - 1
    assert run(begun, "." * (more - 1)).proposal is None
    assert run(begun, "." * more).proposal is not None


@pytest.mark.parametrize(("level", "clean"), [("Q0", 27), ("Q1", 55), ("Q2", 111)])
def test_clean_run_at_every_level(level: str, clean: int) -> None:
    assert run(at(level), "." * (clean - 1)).proposal is None
    proposal = run(at(level), "." * clean).proposal
    assert proposal is not None
    assert proposal.after == one_up(level)


@pytest.mark.parametrize(("level", "window"), [("Q1", 9), ("Q2", 18), ("Q3", 18)])
def test_second_major_within_the_window_tightens_at_once(level: str, window: int) -> None:
    """A first major that left the level unchanged is only possible in the sum, so it is set there."""
    begun = at(level, c=1 - DEFAULT.plan(level).s)
    assert run(begun, "." * (window - 2) + "M").level == "QT"
    assert run(begun, "." * (window - 1) + "M").level == one_down(level)


def test_old_clean_items_cannot_hide_a_fresh_run_of_defects() -> None:
    state = run(new_state(START), "." * 20 + "M" + "...M")
    assert state.level == "QT"
    assert state.change is not None
    assert state.change.cause == "alarm"
    assert (state.change.reviewed, state.change.majors, state.change.reviewers) == (25, 2, 2)


def test_the_walk_is_held_at_its_lower_line_and_a_defect_withdraws_the_proposal() -> None:
    plan = DEFAULT.plan("Q0")
    ready = run(new_state(START), "." * 200)
    assert ready.s == -plan.h_a
    assert ready.c == 0.0
    withdrawn = run(ready, "M")
    assert withdrawn.proposal is None
    assert withdrawn.level == "Q0"
    assert run(withdrawn, "." * 18).proposal is None
    assert run(withdrawn, "." * 19).proposal is not None


def test_the_line_itself_belongs_to_the_alarm() -> None:
    plan = DEFAULT.plan("Q0")
    near = plan.h_r - 1 + plan.s
    start = next(
        one for one in (near, math.nextafter(near, 2), math.nextafter(near, 0)) if one + 1 - plan.s == plan.h_r
    )
    assert run(at("Q0", s=start, c=start), "M").level == "QT"
    assert run(at("Q0", s=start - 1e-9, c=start - 1e-9), "M").level == "Q0"


def test_a_proposal_keeps_its_day() -> None:
    ready = run(new_state(START), "." * 27, day=4)
    later = run(ready, "...", day=9)
    assert later.proposal is not None
    assert later.proposal.on == START + timedelta(days=4)


# One major, three minor, without review -------------------------------------------------------------------------------


@pytest.mark.parametrize(("level", "lower"), [("Q1", "Q0"), ("Q2", "Q1"), ("Q3", "Q2")])
def test_one_major_leads_one_level_down(level: str, lower: str) -> None:
    state = run(at(level), "...M", day=8)
    assert (state.level, state.s, state.c) == (lower, 0.0, 1.0)
    assert (state.reviewed, state.clean, state.majors, state.clean_run, state.reviewers) == (0, 0, 0, 0, frozenset())
    assert state.since == START + timedelta(days=8)
    assert state.change is not None
    assert (state.change.cause, state.change.before, state.change.after) == ("major", level, lower)


def test_the_second_major_after_it_tightens_within_the_window_of_the_new_level() -> None:
    down = run(at("Q1"), "M")
    assert run(down, "....M").level == "QT"
    assert run(down, ".....M").level == "Q0"


def test_three_minor_within_twenty_count_as_one_major() -> None:
    assert run(at("Q2"), "m" + "." * 17 + "mm").level == "Q1"
    assert run(at("Q2"), "m" + "." * 18 + "mm").level == "Q2"
    state = run(at("Q2"), "mm")
    assert (state.majors, state.clean, state.reviewed, state.minors) == (0, 0, 2, (1, 2))
    assert run(state, "m").minors == ()


def test_minor_defects_are_used_up() -> None:
    assert run(new_state(START), "mmmmm").majors == 1
    assert run(new_state(START), "mmmmmm").level == "QT"


def test_minor_defects_are_remembered_over_a_change_of_level() -> None:
    assert run(policy_major(run(at("Q2"), "mm"), START), "m").level == "Q0"


@pytest.mark.parametrize("source", ["complaint", "correction", "takedown"])
@pytest.mark.parametrize("severity", ["minor", "major"])
def test_what_comes_to_light_without_review_counts_as_a_major(source: str, severity: str) -> None:
    state = step(at("Q3"), outcome(severity, source=source))
    assert state.level == "Q2"
    kept = step(new_state(START), outcome(severity, source=source))
    assert (kept.reviewed, kept.majors, kept.clean, kept.reviewers, kept.minors) == (1, 1, 0, frozenset(), ())


def test_everybody_who_reviewed_an_item_is_a_reviewer_of_the_level() -> None:
    both = Outcome("clean", "ann", START, others=frozenset({"bob"}))
    assert step(at("Q0"), both).reviewers == {"ann", "bob"}


def test_an_audited_item_is_a_reviewed_one() -> None:
    state = step(at("Q3"), outcome("clean", source="audit", by="cy"))
    assert (state.reviewed, state.clean, state.reviewers) == (1, 1, {"cy"})


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"severity": "awful"}, "severity is one of"),
        ({"source": "rumour"}, "source is one of"),
        ({"severity": "clean", "source": "complaint"}, "stands for a defect"),
    ],
    ids=["severity", "source", "clean complaint"],
)
def test_outcomes_that_make_no_sense(wrong: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        outcome(**wrong)


def test_states_that_make_no_sense() -> None:
    with pytest.raises(ValueError, match="level is one of"):
        at("Q9")
    with pytest.raises(ValueError, match="furthest level is one of"):
        at("Q0", cap="QT")
    with pytest.raises(ValueError, match="beyond Q1"):
        at("Q2", cap="Q1")
