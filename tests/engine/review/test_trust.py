"""The trust state: published vectors, every transition, and what must never happen in any history."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourleaf.engine.review import (
    DEFAULT,
    FAST,
    LADDER,
    LEVELS,
    NotConfirmedError,
    Outcome,
    Plan,
    TrustParameters,
    TrustState,
    author_cleared,
    capped,
    clean_missing,
    confirm,
    guards,
    halt_lifted,
    idle,
    incident,
    incident_over,
    lead_changed,
    new_state,
    policy_major,
    step,
)
from fourleaf.engine.review.parameters import one_down, one_up, stricter

START = date(2026, 1, 1)
MARKS = {".": "clean", "m": "minor", "M": "major", "C": "critical"}


def outcome(severity: str = "clean", day: int = 0, by: str = "ann", **more: str) -> Outcome:
    return Outcome(severity, by, START + timedelta(days=day), **more)


def run(state: TrustState, marks: str, day: int = 0, parameters: TrustParameters = DEFAULT) -> TrustState:
    """A history written as ``..M.m``; two reviewers take turns."""
    for place, mark in enumerate(marks):
        state = step(state, outcome(MARKS[mark], day, "ann" if place % 2 else "bob"), parameters)
    return state


def at(level: str, **more: object) -> TrustState:
    return TrustState(level=level, since=START, **more)


# Constants ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "s", "h_a", "h_r", "clean", "one_major", "two_in", "three_in"),
    [
        ("Q0", 0.0503, 1.3285, 1.7056, 27, 47, 5, 25),
        ("Q1", 0.0250, 1.3639, 1.7510, 55, 95, 9, 49),
        ("Q2", 0.0125, 1.3814, 1.7735, 111, 192, 18, 98),
        ("Q3", 0.0125, 1.3814, 1.7735, 111, 192, 18, 98),
    ],
)
def test_constants_of_the_levels(
    level: str, s: float, h_a: float, h_r: float, clean: int, one_major: int, two_in: int, three_in: int
) -> None:
    plan = DEFAULT.plan(level)
    assert (round(plan.s, 4), round(plan.h_a, 4), round(plan.h_r, 4)) == (s, h_a, h_r)
    assert (plan.items_to_relax(), plan.items_to_relax(1)) == (clean, one_major)
    assert (plan.tightens_within(2), plan.tightens_within(3)) == (two_in, three_in)
    assert plan.tightens_within(1) == 0


def test_clean_runs_of_the_fast_preset() -> None:
    assert [FAST.plan(level).items_to_relax() for level in LADDER] == [18, 27, 55, 55]


def test_fractions() -> None:
    assert [DEFAULT.fraction(level) for level in LEVELS] == [1.0, 1.0, 1.0, 0.5, 0.25, 0.1]


def test_defaults() -> None:
    assert (DEFAULT.min_days, DEFAULT.min_reviewers, DEFAULT.idle_days) == (21, 2, 90)
    assert (DEFAULT.double_review, DEFAULT.minor_per_major, DEFAULT.minor_window) == (0.05, 3, 20)
    assert (DEFAULT.clean_to_normal, DEFAULT.majors_to_halt, DEFAULT.incident_severity) == (5, 5, 2)
    assert (DEFAULT.audit_hours, DEFAULT.kappa_wanted, DEFAULT.alpha, DEFAULT.beta) == (24, 0.6, 0.05, 0.1)


@pytest.mark.parametrize(
    ("p0", "p1", "alpha", "beta"),
    [
        (0.1, 0.1, 0.05, 0.1),
        (0.0, 0.1, 0.05, 0.1),
        (0.1, 1.0, 0.05, 0.1),
        (0.1, 0.2, 0.0, 0.1),
        (0.1, 0.2, 0.1, 0.0),
        (0.1, 0.2, 0.5, 0.5),
    ],
)
def test_a_plan_that_tests_nothing_is_refused(p0: float, p1: float, alpha: float, beta: float) -> None:
    with pytest.raises(ValueError, match="got"):
        Plan(p0, p1, alpha, beta)


@pytest.mark.parametrize(
    "wrong",
    [
        {"fractions": (1.0, 0.5, 0.6, 0.1)},
        {"fractions": (1.0, 0.5, 0.25, 0.0)},
        {"fractions": (1.1, 0.5, 0.25, 0.1)},
        {"rates": ((0.02, 0.1), (0.01, 0.05))},
        {"rates": ((0.02, 0.1), (0.01, 0.05), (0.1, 0.05))},
        {"minor_per_major": 0},
        {"minor_window": 0},
        {"clean_to_normal": 0},
        {"majors_to_halt": 0},
    ],
    ids=lambda wrong: str(wrong),
)
def test_parameters_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w+ .+\."):
        TrustParameters(**wrong)


def test_the_ladder() -> None:
    assert [one_down(level) for level in LADDER] == ["Q0", "Q0", "Q1", "Q2"]
    assert [one_up(level) for level in LADDER] == ["Q1", "Q2", "Q3", None]
    assert stricter("Q2", "QT") == "QT"
    assert stricter("Q1", "Q3") == "Q1"


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


# QT, QH, critical -----------------------------------------------------------------------------------------------------


def test_five_clean_in_a_row_lead_back_to_full_review() -> None:
    assert run(at("QT"), "....").level == "QT"
    assert run(at("QT"), "....M....").level == "QT"
    assert run(at("QT"), "....m....").level == "QT"
    back = run(at("QT"), "..M.....", day=3)
    assert (back.level, back.s, back.c, back.majors, back.since) == ("Q0", 0.0, 0.0, 0, START + timedelta(days=3))
    assert back.change is not None
    assert back.change.cause == "clean_run"


def test_five_majors_in_tightened_review_halt() -> None:
    assert run(at("QT"), "MM.M.M").level == "QT"
    halted = run(at("QT"), "MM.M.MM")
    assert halted.level == "QH"
    assert halted.change is not None
    assert halted.change.cause == "halt"
    still = run(halted, "." * 50)
    assert still.level == "QH"
    assert still.proposal is None


@pytest.mark.parametrize("level", LADDER)
def test_a_critical_defect_tightens_and_halts_its_author(level: str) -> None:
    state = step(at(level), outcome("critical", author="kim"))
    assert (state.level, state.halted_authors) == ("QT", {"kim"})
    assert state.change is not None
    assert state.change.cause == "critical"
    assert author_cleared(state, "kim").halted_authors == frozenset()
    with pytest.raises(NotConfirmedError, match="lee is not halted"):
        author_cleared(state, "lee")


def test_a_critical_defect_without_a_known_author() -> None:
    assert step(at("Q1"), outcome("critical")).halted_authors == frozenset()


def test_critical_defects_while_tightened_count_toward_the_halt() -> None:
    state = at("QT")
    for number in range(4):
        state = step(state, outcome("critical", author=f"a{number}"))
        assert state.level == "QT"
    state = step(state, outcome("critical", author="a4"))
    assert state.level == "QH"
    assert len(state.halted_authors) == 5
    assert step(state, outcome("critical")).level == "QH"


def test_a_halt_is_lifted_by_somebody_for_a_remedy() -> None:
    state = halt_lifted(at("QH", majors=5), "lead", "two-hour workshop", START + timedelta(days=2))
    assert (state.level, state.majors) == ("QT", 0)
    assert state.change is not None
    assert (state.change.cause, state.change.by, state.change.reason) == ("halt_lifted", "lead", "two-hour workshop")
    with pytest.raises(NotConfirmedError) as refused:
        halt_lifted(at("Q0"), " ", "", START)
    assert len(refused.value.reasons) == 3


# Confirming -----------------------------------------------------------------------------------------------------------


def test_relaxing_needs_days_reviewers_a_person_and_a_reason() -> None:
    ready = run(new_state(START), "." * 30)
    day = START + timedelta(days=21)
    relaxed = confirm(ready, "lead", "clean quarter", day)
    assert (relaxed.level, relaxed.since, relaxed.s, relaxed.c, relaxed.proposal) == ("Q1", day, 0.0, 0.0, None)
    assert (relaxed.reviewed, relaxed.reviewers) == (0, frozenset())
    assert relaxed.change is not None
    assert (relaxed.change.by, relaxed.change.reason, relaxed.change.cause) == ("lead", "clean quarter", "confirmed")
    assert (relaxed.change.before, relaxed.change.after, relaxed.change.on) == ("Q0", "Q1", day)
    for state, by, reason, on, said in [
        (ready, "lead", "x", day - timedelta(days=1), "20 of 21 days"),
        (replace(ready, reviewers=frozenset({"ann"})), "lead", "x", day, "1 of 2 different reviewers"),
        (ready, " ", "x", day, "who confirms"),
        (ready, "lead", " ", day, "reason is needed"),
        (replace(ready, proposal=None), "lead", "x", day, "Nothing is proposed"),
        (incident(ready, "i1", 2), "lead", "x", day, "incident is running"),
    ]:
        with pytest.raises(NotConfirmedError) as refused:
            confirm(state, by, reason, on)
        assert len(refused.value.reasons) == 1
        assert said in str(refused.value)


def test_guards() -> None:
    state = replace(new_state(START), reviewers=frozenset({"ann"}))
    days, reviewers = guards(state, START + timedelta(days=21))
    assert (days.name, days.met, days.have, days.need) == ("days", True, 21, 21)
    assert (reviewers.name, reviewers.met, reviewers.have, reviewers.need) == ("reviewers", False, 1, 2)


def test_no_proposal_beyond_the_cap_and_none_above_q3() -> None:
    assert run(at("Q1", cap="Q1"), "." * 300).proposal is None
    top = run(at("Q3"), "." * 300)
    assert top.proposal is None
    assert top.s == -DEFAULT.plan("Q3").h_a
    assert clean_missing(top) is None


# Other events ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", [policy_major, lead_changed], ids=["policy", "lead"])
def test_what_was_learned_before_counts_less(event: object) -> None:
    day = START + timedelta(days=30)
    for level, lower in [("Q1", "Q0"), ("Q2", "Q1"), ("Q3", "Q2")]:
        state = event(run(at(level), "."), day)
        assert (state.level, state.since, state.s, state.c) == (lower, day, 0.0, 0.0)
        assert state.change.cause == event.__name__
    for level in ("QT", "QH"):
        assert event(at(level), day) == at(level)
    restarted = event(run(new_state(START), "." * 27), day)
    assert (restarted.level, restarted.proposal, restarted.s, restarted.since) == ("Q0", None, 0.0, day)


def test_ninety_idle_days() -> None:
    state = at("Q2")
    assert idle(state, START + timedelta(days=89), last_item_on=START) == state
    first = idle(state, START + timedelta(days=90), last_item_on=START)
    assert first.level == "Q1"
    assert first.change is not None
    assert first.change.cause == "idle"
    assert idle(first, START + timedelta(days=179), last_item_on=START) == first
    assert idle(first, START + timedelta(days=180), last_item_on=START).level == "Q0"
    assert idle(at("QT"), START + timedelta(days=400), last_item_on=START) == at("QT")


def test_during_an_incident_everything_is_reviewed() -> None:
    state = incident(at("Q2"), "i1", 2)
    assert (state.level, state.review_level) == ("Q2", "Q0")
    both = incident(state, "i2", 4)
    assert incident_over(both, "i1").review_level == "Q0"
    assert incident_over(incident_over(both, "i1"), "i2").review_level == "Q2"
    assert incident(state, "i1", 1).review_level == "Q2"
    assert incident(at("Q2"), "i3", 1).incidents == frozenset()
    assert incident(at("QT"), "i1", 3).review_level == "QT"
    assert incident(at("QH"), "i1", 3).review_level == "QH"


def test_a_stricter_cap_takes_the_level_along() -> None:
    day = START + timedelta(days=5)
    lowered = capped(at("Q3"), "Q1", day)
    assert (lowered.level, lowered.cap, lowered.since) == ("Q1", "Q1", day)
    assert lowered.change is not None
    assert lowered.change.cause == "cap"
    ready = run(at("Q1"), "." * 55)
    assert capped(ready, "Q1", day) == replace(ready, cap="Q1", proposal=None)
    assert capped(ready, "Q2", day).proposal == ready.proposal
    assert capped(at("QT"), "Q1", day).level == "QT"


# Any history ----------------------------------------------------------------------------------------------------------

EVENTS = st.one_of(
    st.tuples(
        st.just("item"),
        st.sampled_from(["clean"] * 30 + ["minor", "minor", "major", "critical"]),
        st.sampled_from(["review"] * 8 + ["audit", "complaint"]),
        st.sampled_from(["ann", "bob", "cy"]),
        st.integers(1, 40),
    ),
    st.tuples(
        st.sampled_from(["confirm"] * 6 + ["policy", "lead", "idle", "incident", "over", "lift", "cap"]),
        st.integers(0, 3),
    ),
)
PARAMETERS = st.sampled_from([DEFAULT, FAST])


def happen(state: TrustState, event: tuple, on: date, parameters: TrustParameters) -> TrustState:
    """One event; a refusal leaves the state as it is."""
    name = event[0]
    if name == "item":
        _, severity, source, by, times = event
        if source == "complaint" and severity == "clean":
            severity = "major"
        for _ in range(times if severity == "clean" else 1):
            state = step(state, Outcome(severity, by, on, author="kim", source=source), parameters)
        return state
    number = event[1]
    try:
        match name:
            case "confirm":
                return confirm(state, "lead", "reason", on, parameters)
            case "policy":
                return policy_major(state, on)
            case "lead":
                return lead_changed(state, on)
            case "idle":
                return idle(state, on, last_item_on=on - timedelta(days=80 + number * 10), parameters=parameters)
            case "incident":
                return incident(state, "i", number, parameters)
            case "over":
                return incident_over(state, "i")
            case "lift":
                return halt_lifted(state, "lead", "remedy", on)
            case _:
                return capped(state, LADDER[number], on)
    except NotConfirmedError:
        return state


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), EVENTS), max_size=40), PARAMETERS, st.sampled_from(LADDER))
def test_what_holds_in_every_history(history: list, parameters: TrustParameters, cap: str) -> None:
    state, on = new_state(START, cap=cap), START
    for days, event in history:
        before, on = state, on + timedelta(days=days)
        state = happen(before, event, on, parameters)
        assert state == happen(before, event, on, parameters)
        assert state.c >= 0.0
        assert state.c >= state.s
        if state.rung is None:
            assert (state.s, state.c, state.proposal) == (0.0, 0.0, None)
        else:
            plan = parameters.plan(state.rung)
            assert -plan.h_a <= state.s < plan.h_r
            assert state.c < plan.h_r
            assert LADDER.index(state.rung) <= LADDER.index(state.cap)
            assert (state.proposal is not None) <= (state.s == -plan.h_a)
        assert state.clean + state.majors <= state.reviewed <= state.seen
        assert before.since <= state.since
        assert all(state.seen - parameters.minor_window < place for place in state.minors) or event[0] == "item"
        assert len(state.minors) < parameters.minor_per_major
        if before.rung is not None and LEVELS.index(state.level) > LEVELS.index(before.level):
            assert event[0] == "confirm"
            assert state.level == one_up(before.rung)
            assert (on - before.since).days >= 21
            assert len(before.reviewers) >= 2
            assert not before.incidents
            assert state.change is not None
            assert (state.change.by, state.change.reason) == ("lead", "reason")


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=".....mMC", max_size=120))
def test_without_confirming_a_stratum_never_leaves_full_review(marks: str) -> None:
    state = new_state(START)
    for place, mark in enumerate(marks):
        state = step(state, outcome(MARKS[mark], place, f"r{place}"))
        assert state.level in ("Q0", "QT", "QH")
