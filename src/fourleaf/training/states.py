"""The state machines of training."""

from __future__ import annotations

from fourleaf.kernel.states import State, StateMachine

__all__ = ["AttemptState", "CohortState", "DueState", "ModuleState", "SeatState", "WorkState"]


class ModuleState(StateMachine):
    """What can become of a module."""

    draft = State("In preparation", initial=True)
    published = State("Published")
    retired = State("Retired")

    transitions = {draft: {published, retired}, published: {retired}, retired: {published, draft}}


class AttemptState(StateMachine):
    """What can become of a quiz that was begun."""

    running = State("Begun", initial=True)
    passed = State("Passed", final=True)
    failed = State("Not passed", final=True)

    transitions = {running: {passed, failed}}


class WorkState(StateMachine):
    """What can become of a piece of practical work."""

    submitted = State("Waiting for a trainer", initial=True)
    returned = State("Returned")
    accepted = State("Accepted", final=True)
    failed = State("Not accepted", final=True)
    withdrawn = State("Withdrawn", final=True)

    transitions = {submitted: {accepted, returned, failed, withdrawn}, returned: {submitted, withdrawn}}


class DueState(StateMachine):
    """What can become of something still to be learned."""

    waiting = State("Open", initial=True)
    done = State("Done", final=True)
    void = State("No longer needed")

    # What was void comes back when it applies again: a module was brought back, somebody moved back.
    transitions = {waiting: {done, void}, void: {waiting}}


class CohortState(StateMachine):
    """What can become of a wave."""

    planned = State("Planned", initial=True)
    running = State("Running")
    done = State("Done", final=True)
    dropped = State("Dropped", final=True)

    transitions = {planned: {running, dropped}, running: {done, dropped}}


class SeatState(StateMachine):
    """What can become of a seat in a session."""

    taken = State("Signed up", initial=True)
    given_back = State("Given back")
    attended = State("Was there")
    missed = State("Was not there")

    transitions = {
        taken: {given_back, attended, missed},
        given_back: {taken},
        attended: {missed, taken},
        missed: {attended, taken},
    }
