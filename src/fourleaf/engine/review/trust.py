"""The rules that move a stratum between levels of review. Pure functions: a state in, a state out.

More review comes by itself; less review is only ever proposed, and `confirm` carries it out. Where the rules leave a
choice, the stricter reading was taken: a minor defect ends a clean run in QT, a defect withdraws a proposal, and a
lifted halt leads to QT. The walk is held at its lower line, so that a long clean past cannot pay for new defects.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fourleaf.engine.review.parameters import DEFAULT, LADDER, Level, Relaxable, TrustParameters, one_down, one_up
from fourleaf.engine.review.states import Cause, Change, NotConfirmedError, Outcome, Proposal, TrustState

__all__ = [
    "Guard", "author_cleared", "capped", "confirm", "guards", "halt_lifted", "idle", "incident", "incident_over",
    "lead_changed", "policy_major", "replanned", "step",
]  # fmt: skip


@dataclass(frozen=True)
class Guard:
    """One condition for relaxing beside the walk."""

    name: str
    met: bool
    have: int
    need: int


def step(state: TrustState, outcome: Outcome, parameters: TrustParameters = DEFAULT) -> TrustState:
    """The state after one reviewed item, or one defect that came to light without a review."""
    x, state = _counted(state, outcome, parameters)
    if outcome.severity == "critical":
        return _after_critical(state, outcome, parameters)
    if state.level == "QT":
        return _tightened(state, outcome.on, parameters)
    if state.rung is None:
        return state
    return _walked(state, state.rung, x, outcome.on, parameters)


def _counted(state: TrustState, outcome: Outcome, parameters: TrustParameters) -> tuple[int, TrustState]:
    """x (1 for what counts as a major defect) and the state with the item in its counts."""
    seen = state.seen + 1
    minors = tuple(place for place in state.minors if place > seen - parameters.minor_window)
    x = int(outcome.severity in ("major", "critical") or outcome.unreviewed)
    if outcome.severity == "minor" and not x:
        minors = (*minors, seen)
        if len(minors) >= parameters.minor_per_major:
            x, minors = 1, ()
    clean = outcome.severity == "clean"
    reviewers = state.reviewers if outcome.unreviewed else state.reviewers | {outcome.by} | outcome.others
    return x, replace(
        state,
        seen=seen,
        minors=minors,
        reviewed=state.reviewed + 1,
        clean=state.clean + clean,
        clean_run=state.clean_run + 1 if clean else 0,
        majors=state.majors + x,
        reviewers=reviewers,
    )


def _walked(state: TrustState, rung: Relaxable, x: int, on: date, parameters: TrustParameters) -> TrustState:
    """The walk and the cumulative sum take one item; then the first rule that applies decides."""
    plan = parameters.plan(rung)
    s, c = state.s + x - plan.s, max(0.0, state.c + x - plan.s)
    if x and max(s, c) >= plan.h_r:
        return _moved(state, "QT", on, "alarm")
    if x and rung != "Q0":
        return _moved(state, one_down(rung), on, "major", c=1.0)
    after = one_up(rung)
    proposal = None
    if s <= -plan.h_a:
        s = -plan.h_a
        if after is not None and LADDER.index(after) <= LADDER.index(state.cap):
            proposal = state.proposal or Proposal(rung, after, on)
    return replace(state, s=s, c=c, proposal=proposal)


def _tightened(state: TrustState, on: date, parameters: TrustParameters) -> TrustState:
    if state.majors >= parameters.majors_to_halt:
        return _moved(state, "QH", on, "halt")
    if state.clean_run >= parameters.clean_to_normal:
        return _moved(state, "Q0", on, "clean_run")
    return state


def _after_critical(state: TrustState, outcome: Outcome, parameters: TrustParameters) -> TrustState:
    """The author is halted, the stratum tightened; a stratum that is tightened or halted already stays so."""
    if outcome.author:
        state = replace(state, halted_authors=state.halted_authors | {outcome.author})
    if state.level == "QT":
        return _tightened(state, outcome.on, parameters)
    return _moved(state, "QT", outcome.on, "critical") if state.rung is not None else state


def _moved(
    state: TrustState, level: Level, on: date, cause: Cause, *, c: float = 0.0, by: str = "", reason: str = ""
) -> TrustState:
    """Another level, with the evidence begun anew and the change on record."""
    on = max(on, state.since)
    change = Change(
        on, state.level, level, cause, by, reason, state.reviewed, state.majors, len(state.reviewers)
    )  # fmt: skip
    return _begun(state, on, level=level, c=c, change=change)


def _begun(state: TrustState, on: date, **changes: Any) -> TrustState:
    """The evidence of a level begun anew. Minor defects and what is halted or running stay known."""
    fresh: dict[str, Any] = {"s": 0.0, "c": 0.0, "reviewed": 0, "clean": 0, "majors": 0, "clean_run": 0}
    return replace(state, since=on, reviewers=frozenset(), proposal=None, **(fresh | changes))


def guards(state: TrustState, on: date, parameters: TrustParameters = DEFAULT) -> tuple[Guard, ...]:
    """What else must hold before the level is relaxed: days at it, and different reviewers."""
    days, reviewers = (on - state.since).days, len(state.reviewers)
    return (
        Guard("days", days >= parameters.min_days, days, parameters.min_days),
        Guard("reviewers", reviewers >= parameters.min_reviewers, reviewers, parameters.min_reviewers),
    )


def confirm(state: TrustState, by: str, reason: str, on: date, parameters: TrustParameters = DEFAULT) -> TrustState:
    """Relax by one level as proposed.

    Raises NotConfirmedError when nothing is proposed, a guard is not met, an incident runs, or the reason or the name
    of the person is missing.
    """
    reasons = []
    if state.proposal is None:
        reasons.append("Nothing is proposed: the reviewed items do not yet speak for less review.")
    for guard in guards(state, on, parameters):
        if not guard.met and guard.name == "days":
            reasons.append(f"The level has stood for {guard.have} of {guard.need} days.")
        elif not guard.met:
            reasons.append(f"{guard.have} of {guard.need} different reviewers have taken part at this level.")
    if state.incidents:
        reasons.append("An incident is running; review stays complete until it is over.")
    if not by.strip():
        reasons.append("It must be said who confirms.")
    if not reason.strip():
        reasons.append("A reason is needed; it is stored with the change.")
    if reasons or state.proposal is None:
        raise NotConfirmedError(*reasons)
    return _moved(state, state.proposal.after, on, "confirmed", by=by, reason=reason)


def policy_major(state: TrustState, on: date) -> TrustState:
    """A major version of the policy came into force: one level down."""
    return _lowered(state, on, "policy_major")


def lead_changed(state: TrustState, on: date) -> TrustState:
    """Another person leads the approvals: one level down."""
    return _lowered(state, on, "lead_changed")


def idle(state: TrustState, on: date, *, last_item_on: date, parameters: TrustParameters = DEFAULT) -> TrustState:
    """One level down for every 90 days without an item; the same state before they are over."""
    counted_from = max(last_item_on, state.idle_on or last_item_on)
    if state.rung is None or (on - counted_from).days < parameters.idle_days:
        return state
    return replace(_lowered(state, on, "idle"), idle_on=on)


def _lowered(state: TrustState, on: date, cause: Cause) -> TrustState:
    """One level down; at Q0 the evidence begins anew, so that a proposal resting on the old one falls."""
    if state.rung is None:
        return state
    if state.rung == "Q0":
        return _begun(state, max(on, state.since))
    return _moved(state, one_down(state.rung), on, cause)


def capped(state: TrustState, cap: Relaxable, on: date) -> TrustState:
    """Another risk tier with another furthest level; the level comes down to it where it lies beyond."""
    if state.rung is not None and LADDER.index(state.rung) > LADDER.index(cap):
        return replace(_moved(state, cap, on, "cap"), cap=cap)
    reachable = state.proposal is not None and LADDER.index(state.proposal.after) <= LADDER.index(cap)
    return replace(state, cap=cap, proposal=state.proposal if reachable else None)


def replanned(state: TrustState, on: date) -> TrustState:
    """Other thresholds hold from now on: the level stays, and what was gathered under the old ones no longer counts."""
    return state if state.rung is None else _begun(state, max(on, state.since))


def incident(state: TrustState, number: str, severity: int, parameters: TrustParameters = DEFAULT) -> TrustState:
    """An incident of the brand with its present severity. From SEV 2 on everything is reviewed while it lasts."""
    if severity >= parameters.incident_severity:
        return replace(state, incidents=state.incidents | {number})
    return incident_over(state, number)


def incident_over(state: TrustState, number: str) -> TrustState:
    """The incident is closed. When no other runs, the level counts again."""
    return replace(state, incidents=state.incidents - {number})


def halt_lifted(state: TrustState, by: str, remedy: str, on: date) -> TrustState:
    """The centre of excellence accepted a remedy: from QH to QT. Raises NotConfirmedError."""
    reasons = [] if state.level == "QH" else ["The stratum is not halted."]
    reasons += [] if by.strip() else ["It must be said who accepts the remedy."]
    reasons += [] if remedy.strip() else ["The remedy must be named; it is stored with the change."]
    if reasons:
        raise NotConfirmedError(*reasons)
    return _moved(state, "QT", on, "halt_lifted", by=by, reason=remedy)


def author_cleared(state: TrustState, author: str) -> TrustState:
    """An author who was halted by a critical defect may write again."""
    if author not in state.halted_authors:
        raise NotConfirmedError(f"{author} is not halted here.")
    return replace(state, halted_authors=state.halted_authors - {author})
