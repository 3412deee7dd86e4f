"""What must never happen to a trust state, in any history."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.review.histories import MARKS, START, outcome
from fourleaf.engine.review import (
    DEFAULT,
    FAST,
    LADDER,
    LEVELS,
    NotConfirmedError,
    Outcome,
    TrustParameters,
    TrustState,
    capped,
    confirm,
    halt_lifted,
    idle,
    incident,
    incident_over,
    lead_changed,
    new_state,
    policy_major,
    step,
)
from fourleaf.engine.review.parameters import one_up

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
