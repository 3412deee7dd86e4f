"""A trust state in plain words and as points for a chart, and the upper bound of its rate of major defects."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from fourleaf.engine.metrics.intervals import wilson
from fourleaf.engine.review.parameters import DEFAULT, LADDER, Level, Plan, Relaxable, TrustParameters, one_down, one_up
from fourleaf.engine.review.states import Change, TrustState
from fourleaf.engine.review.trust import guards

__all__ = ["FEWEST_FOR_BOUND", "UpperBounds", "WalkPoint", "clean_missing", "explain", "upper_bounds", "walk"]

_ROUNDING: Final = 1e-9
#: With fewer reviewed items the limit of the share of defects says nothing: it is above a quarter without any defect.
FEWEST_FOR_BOUND: Final = 10


@dataclass(frozen=True)
class UpperBounds:
    """One-sided upper limits of the true share of major defects, 0 to 1."""

    exact: float
    wilson: float
    level: float


def upper_bounds(majors: int, reviewed: int, level: float = 0.95) -> UpperBounds:
    """Clopper and Pearson's exact limit (Biometrika 26, 1934) and Wilson's. With nothing reviewed both are 1."""
    from scipy import special  # here, since it takes half a second of every start

    if not 0 <= majors <= reviewed:
        raise ValueError(f"Major defects lie between 0 and the {reviewed} reviewed items, not at {majors}.")
    if not 0.0 < level < 1.0:
        raise ValueError(f"A confidence level lies between 0 and 1, not {level!r}.")
    exact = 1.0 if majors == reviewed else float(special.betaincinv(majors + 1, reviewed - majors, level))
    # A one-sided limit at 95 % is the upper end of the two-sided interval at 90 %.
    return UpperBounds(exact, wilson(majors, reviewed, 2 * level - 1)[1] if level > 0.5 else exact, level)


@dataclass(frozen=True)
class WalkPoint:
    """One state on the chart. `lower` is None where nothing further can be proposed, `upper` where nothing is tested.

    `reviewed` counts within the level, `seen` over all levels. `change` is set where the level has just changed.
    """

    seen: int
    reviewed: int
    level: Level
    s: float
    c: float
    lower: float | None
    upper: float | None
    change: Change | None


def walk(states: Iterable[TrustState], parameters: TrustParameters = DEFAULT) -> tuple[WalkPoint, ...]:
    """The points of a history of states, in their order, with both lines."""
    points = []
    known: Change | None = None
    for state in states:
        plan = parameters.plan(state.rung) if state.rung is not None else None
        further = _further(state)
        points.append(
            WalkPoint(
                state.seen,
                state.reviewed,
                state.level,
                state.s,
                state.c,
                -plan.h_a if plan is not None and further is not None else None,
                plan.h_r if plan is not None else None,
                state.change if state.change is not known else None,
            )
        )
        known = state.change
    return tuple(points)


def _further(state: TrustState) -> Relaxable | None:
    """The level that may be proposed next; None at the end of the ladder, at the cap, at QT and QH."""
    after = one_up(state.rung) if state.rung is not None else None
    return after if after is not None and LADDER.index(after) <= LADDER.index(state.cap) else None


def clean_missing(state: TrustState, parameters: TrustParameters = DEFAULT) -> int | None:
    """Clean items in a row that are still missing: for a proposal, or at QT for the way back to Q0.

    0 when the proposal stands; None where no number of clean items changes the level.
    """
    if state.level == "QT":
        return parameters.clean_to_normal - state.clean_run
    if state.rung is None or _further(state) is None:
        return None
    plan = parameters.plan(state.rung)
    return max(math.ceil((state.s + plan.h_a) / plan.s - _ROUNDING), 0)


def explain(state: TrustState, on: date | None = None, parameters: TrustParameters = DEFAULT) -> tuple[str, ...]:
    """What the state means, what is missing for less review, and what the next defect would do.

    With a day `on` the guards say how many days are missing, without one they give the earliest day.
    """
    sentences = [_what_is_reviewed(state, parameters)]
    if state.incidents and state.rung not in (None, "Q0"):
        sentences.append(f"An incident is running, so everything is reviewed; afterwards {state.level} counts again.")
    if state.reviewed:
        counted = (
            f"{_count(state.reviewed, 'item was', 'items were')} reviewed at this level; {state.clean} clean, "
            f"{_count(state.majors, 'counts', 'count')} as a major defect."
        )
        if state.reviewed < FEWEST_FOR_BOUND:
            counted += " Too few to say how many of such items have one."
        else:
            bound = upper_bounds(state.majors, state.reviewed)
            most = f"{_percent(bound.level)} confidence at most {_percent(bound.exact, 1)}"
            counted += f" With {most} of such items have a major defect."
        sentences.append(counted)
    if state.rung is not None:
        plan = parameters.plan(state.rung)
        sentences += _walk_says(state, plan, on, parameters)
        sentences.append(_next_defect(state, state.rung, plan))
    sentences += _minors(state, parameters)
    if state.halted_authors:
        sentences.append(
            f"{_count(len(state.halted_authors), 'author is', 'authors are')} halted after a critical defect."
        )
    return tuple(sentences)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _percent(share: float, places: int = 0) -> str:
    return f"{100 * share:.{places}f} %"


def _date(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _what_is_reviewed(state: TrustState, parameters: TrustParameters) -> str:
    if state.level == "QH":
        return "Publishing is halted (QH) until the centre of excellence accepts a remedy."
    if state.level == "QT":
        missing = parameters.clean_to_normal - state.clean_run
        left = parameters.majors_to_halt - state.majors
        back = _count(missing, "clean item in a row leads", "clean items in a row lead")
        halt = _count(left, "more major defect halts", "more major defects halt")
        seen = "Two reviewers see every item and write to its author what they find (QT)."
        return f"{seen} {back} back to full review (Q0); {halt} publishing."
    fraction = parameters.fraction(state.level)
    share = _percent(fraction)
    if state.level == "Q3":
        return f"Nothing is reviewed before it is published; {share} is audited within {parameters.audit_hours} h (Q3)."
    if fraction >= 1:
        return f"Every item is reviewed before it is published ({state.level})."
    return f"{share} of the items, chosen at random, are reviewed before they are published ({state.level})."


def _walk_says(state: TrustState, plan: Plan, on: date | None, parameters: TrustParameters) -> list[str]:
    after = _further(state)
    if after is None:
        why = "No level has less review" if state.rung == "Q3" else f"The risk tier allows no less than {state.cap}"
        return [f"{why}, so clean items change nothing. The walk raises an alarm at {plan.h_r:.2f}."]
    if state.proposal is None:
        missing = clean_missing(state, parameters)
        said = f"The walk stands at {state.s:.2f}: at {-plan.h_a:.2f} it speaks for less review ({after}), at "
        return [f"{said}{plan.h_r:.2f} for more. {missing} more clean in a row would be enough for {after}."]
    waits = _waits(state, on, parameters)
    said = f"Since {_date(state.proposal.on)} the reviewed items speak for {after}."
    return [f"{said} Still needed: {', '.join([*waits, 'a confirmation with a reason'])}."]


def _waits(state: TrustState, on: date | None, parameters: TrustParameters) -> list[str]:
    """The guards that are not met, in words."""
    earliest = state.since + timedelta(days=parameters.min_days)
    days, reviewers = guards(state, on or state.since, parameters)
    waits = []
    if on is None:
        waits.append(f"the day {_date(earliest)} (or a later one)")
    elif not days.met:
        waits.append(f"{_count(days.need - days.have, 'more day', 'more days')} at this level")
    if not reviewers.met:
        waits.append(_count(reviewers.need - reviewers.have, "more reviewer", "more different reviewers"))
    if state.incidents:
        waits.append("the end of the incident")
    return waits


def _next_defect(state: TrustState, rung: Relaxable, plan: Plan) -> str:
    if max(state.s, state.c) + 1 - plan.s >= plan.h_r:
        return "A major defect on the next item raises the alarm: two reviewers for everything (QT)."
    if rung != "Q0":
        return f"A major defect on the next item leads back to {one_down(rung)}."
    return f"A major defect on the next item moves the walk up by {1 - plan.s:.2f} and raises no alarm yet."


def _minors(state: TrustState, parameters: TrustParameters) -> list[str]:
    """How many minor defects may yet add up, as the next item would find them."""
    open_ones = [place for place in state.minors if place > state.seen + 1 - parameters.minor_window]
    if not open_ones:
        return []
    left = parameters.minor_per_major - len(open_ones)
    lie = _count(len(open_ones), "minor defect lies", "minor defects lie")
    return [f"{lie} within the last {parameters.minor_window} items; {left} more would count as a major one."]
