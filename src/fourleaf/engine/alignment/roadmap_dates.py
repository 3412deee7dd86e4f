"""When each step of the roadmap is drawn, how much later it may end, and what moves when one moves.

Pure: a roadmap and a day in, dates out. Picture, table, list and calendar all show what stands here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from fourleaf.engine.alignment.plan import RoadmapItem
from fourleaf.engine.alignment.roadmap import Roadmap

__all__ = ["CRITICAL_MEANS", "Days", "Move", "critical", "days_of", "first_known", "moves_between", "slack_weeks"]

_WEEK: Final = 7
_DAY: Final = timedelta(days=1)
#: Steps without any duration are drawn as long as a week.
_SHORTEST: Final = timedelta(days=_WEEK)
#: The one meaning of critical, in the words that are shown.
CRITICAL_MEANS: Final = "No slack at all: each day that it ends later, the last activity of the plan ends later too."


@dataclass(frozen=True, slots=True)
class Days:
    """First and last day of a step; ``guessed`` where nobody gave both, so that they follow from durations."""

    start: date
    end: date
    guessed: bool


@dataclass(frozen=True, slots=True)
class Move:
    """A step that lies on other days than before."""

    key: str
    title: str
    before: Days
    after: Days


def first_known(items: Iterable[RoadmapItem], as_of: date) -> date:
    """The first day that is known of any item, or ``as_of`` where that is earlier."""
    days = [day for item in items for day in (item.started_on, item.planned_start, item.done_on) if day]
    return min([*days, as_of])


def days_of(roadmap: Roadmap, origin: date, as_of: date) -> dict[str, Days]:
    """id -> days: as they were, as they are planned, or worked out from the durations and today.

    origin: first day of the roadmap, from which finished steps without dates are counted.
    """
    forecast = roadmap.forecast(as_of)
    found: dict[str, Days] = {}
    for key in roadmap.earliest:  # everything after what it needs
        start, end = forecast[key]
        needed = [
            found[name].end if roadmap.steps[name].finished else found[name].end + _DAY
            for name in roadmap.steps[key].hard
            if name in found
        ]
        open_ends = [day for day in needed if day > start]
        if open_ends:  # the forecast knows durations; somebody planned a later end
            start, end = max(open_ends), end + (max(open_ends) - start)
        found[key] = _drawn(roadmap, key, origin, as_of, (start, end))
    return {key: found[key] for key in roadmap.steps}


def _drawn(roadmap: Roadmap, key: str, origin: date, as_of: date, forecast: tuple[date, date]) -> Days:
    step, item = roadmap.steps[key], roadmap.steps[key].item
    early = tuple(origin + timedelta(days=round(week * _WEEK)) for week in roadmap.earliest[key])
    begun = (item.started_on or item.planned_start) if item else None
    ended = (item.done_on or item.planned_end) if item and step.finished else item.planned_end if item else None
    length = max(timedelta(days=round(step.weeks * _WEEK)), _SHORTEST)
    if step.finished:
        last = ended or (begun + length if begun else min(early[1], as_of))
        first = begun or min(early[0], last - _SHORTEST)
    else:
        first = begun or forecast[0]
        # The forecast counts to the day on which the next can begin; the last day is the one before it.
        last = ended if ended and ended >= first else max(max(forecast[1], first + length) - _DAY, as_of)
    return Days(first, max(last, first), begun is None or ended is None)


def slack_weeks(roadmap: Roadmap, as_of: date) -> dict[str, float | None]:
    """id -> total slack: weeks it may end later without the last step ending later; None once it is finished.

    The backward pass of the critical path method (Kelley and Walker, 1959) over the forecast.
    """
    return {key: None if days is None else round(days / _WEEK, 1) for key, days in _slack(roadmap, as_of).items()}


def critical(roadmap: Roadmap, as_of: date) -> tuple[str, ...]:
    """Steps with a total slack of 0, in the order in which they can end; see `CRITICAL_MEANS`."""
    forecast = roadmap.forecast(as_of)
    found = [key for key, days in _slack(roadmap, as_of).items() if days is not None and days <= 0]
    return tuple(sorted(found, key=lambda key: (forecast[key][1], key)))


def _slack(roadmap: Roadmap, as_of: date) -> dict[str, int | None]:
    forecast = roadmap.forecast(as_of)
    unfinished = [key for key, step in roadmap.steps.items() if not step.finished]
    whole = max((forecast[key][1] for key in unfinished), default=date.min)
    latest = dict.fromkeys(roadmap.steps, whole)
    # Whatever needs a step has more ancestors than it: so each comes after all that need it.
    for key in sorted(unfinished, key=lambda name: len(roadmap.ancestors(name)), reverse=True):
        # What has begun already only ends after what it needs; its length binds nothing.
        begun = roadmap.steps[key].state == "in_progress"
        length = timedelta() if begun else forecast[key][1] - forecast[key][0]
        for name in roadmap.steps[key].hard:
            if name in latest:
                latest[name] = min(latest[name], latest[key] - length)
    return {
        key: None if step.finished else (latest[key] - forecast[key][1]).days for key, step in roadmap.steps.items()
    }


def moves_between(before: Roadmap, after: Roadmap, origin: date, as_of: date) -> list[Move]:
    """Every step whose first or last day differs, planned and worked out alike, in the order of the new days."""
    old: Mapping[str, Days] = days_of(before, origin, as_of)
    new = days_of(after, origin, as_of)
    moved = [
        Move(key, after.steps[key].title, old[key], days)
        for key, days in new.items()
        if key in old and (old[key].start, old[key].end) != (days.start, days.end)
    ]
    return sorted(moved, key=lambda move: (move.after.start, move.key))
