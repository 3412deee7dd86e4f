"""A wrong state machine cannot be declared; a right one keeps to its steps."""

from __future__ import annotations

import pytest

from fourleaf.kernel.errors import TransitionError
from fourleaf.kernel.models import JobState
from fourleaf.kernel.states import State, StateMachine


def test_steps_that_are_declared_are_allowed_and_others_are_not() -> None:
    assert JobState.allows("due", "running")
    assert not JobState.allows("done", "due")
    with pytest.raises(TransitionError, match="This is done, so it cannot become due"):
        JobState.check("done", "due")
    assert set(JobState.sources("due")) == {"running", "failed", "cancelled"}


def test_two_initial_states_are_refused() -> None:
    with pytest.raises(TypeError, match="exactly one initial"):

        class Wrong(StateMachine):
            one = State("One", initial=True)
            two = State("Two", initial=True, final=True)
            transitions = {one: {two}}


def test_a_dead_end_that_is_not_final_is_refused() -> None:
    with pytest.raises(TypeError, match="two leads nowhere"):

        class Wrong(StateMachine):
            one = State("One", initial=True)
            two = State("Two")
            transitions = {one: {two}}


def test_an_unreachable_state_is_refused() -> None:
    with pytest.raises(TypeError, match="no path leads to three"):

        class Wrong(StateMachine):
            one = State("One", initial=True)
            two = State("Two", final=True)
            three = State("Three", final=True)
            transitions = {one: {two}}


def test_a_final_state_that_leads_on_is_refused() -> None:
    with pytest.raises(TypeError, match="final state two must not lead"):

        class Wrong(StateMachine):
            one = State("One", initial=True)
            two = State("Two", final=True)
            transitions = {one: {two}, two: {one}}
