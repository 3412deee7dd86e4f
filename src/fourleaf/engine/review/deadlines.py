"""By when a step must be decided, and who is asked next when it was not.

Times are counted by calendars that are passed in: staffed hours for replies, business hours for the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol

from fourleaf.engine.review.routes import Candidate
from fourleaf.engine.review.tiers import Tier

__all__ = ["TARGETS", "Calendar", "Escalation", "Target", "due_at", "escalation"]


class Calendar(Protocol):
    """Counts only time that is open. Both methods start at the next opening when `start` is closed."""

    def add_minutes(self, start: datetime, minutes: int) -> datetime:
        """The moment so many open minutes after `start`."""

    def add_days(self, start: datetime, days: int) -> datetime:
        """The same time so many working days after `start`."""


@dataclass(frozen=True)
class Target:
    """How long a decision may take: minutes or working days, by which calendar."""

    calendar: Literal["staffed", "business"]
    minutes: int = 0
    days: int = 0


#: By tier. R4 has no target of its own: the clocks of the crisis plan, or an agreed date, apply.
TARGETS: Final[Mapping[Tier, Target]] = {
    "R0": Target("staffed", minutes=15),
    "R1": Target("business", minutes=240),
    "R2": Target("business", days=1),
    "R3": Target("business", days=2),
}


@dataclass(frozen=True)
class Escalation:
    """Who is asked now. `breaches` counts the targets that were missed; `everybody`: the group was passed through.

    `due` is when the next person is asked.
    """

    asked: tuple[Candidate, ...]
    breaches: int
    everybody: bool
    due: datetime


def due_at(
    tier: Tier,
    start: datetime,
    *,
    staffed: Calendar,
    business: Calendar,
    targets: Mapping[Tier, Target] | None = None,
) -> datetime | None:
    """By when an item submitted at `start` should be decided; None for R4. `targets` of a route replace the usual."""
    target = (TARGETS if targets is None else targets).get(tier)
    if target is None:
        return None
    calendar = staffed if target.calendar == "staffed" else business
    return calendar.add_days(start, target.days) if target.days else calendar.add_minutes(start, target.minutes)


def escalation(
    tier: Tier,
    group: Sequence[Candidate],
    start: datetime,
    at: datetime,
    *,
    staffed: Calendar,
    business: Calendar,
    targets: Mapping[Tier, Target] | None = None,
) -> Escalation | None:
    """Who of a group is asked at a moment: the first, after each missed target the next, at last all of them.

    None for R4, where nobody waits for a turn, and for an empty group.
    """
    due = due_at(tier, start, staffed=staffed, business=business, targets=targets)
    first_place: dict[str, Candidate] = {}
    for candidate in group:
        first_place.setdefault(candidate.person, candidate)
    people = list(first_place.values())
    if due is None or not people:
        return None
    breaches = 0
    while due < at and breaches < len(people):
        following = due_at(tier, due, staffed=staffed, business=business, targets=targets)
        if following is None or following <= due:
            raise ValueError("The calendar does not move forward; it must have open hours.")
        due, breaches = following, breaches + 1
    everybody = breaches >= len(people)
    return Escalation(tuple(people) if everybody else (people[breaches],), breaches, everybody, due)
