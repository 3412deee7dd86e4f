"""Targets and escalation, through calendars that are passed in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fourleaf.engine.review.deadlines import TARGETS, due_at, escalation
from fourleaf.engine.review.routes import Candidate


class Open:
    """Open from one hour to another, on so many days of the week from Monday."""

    def __init__(self, first: int, last: int, days: int = 5) -> None:
        self.first, self.last, self.days = first, last, days

    def is_open(self, at: datetime) -> bool:
        return self.first <= at.hour < self.last and at.weekday() < self.days

    def add_minutes(self, start: datetime, minutes: int) -> datetime:
        at = start
        while minutes > 0:
            minutes -= self.is_open(at)
            at += timedelta(minutes=1)
        return at

    def add_days(self, start: datetime, days: int) -> datetime:
        at = start
        while days > 0:
            at += timedelta(days=1)
            days -= at.weekday() < self.days
        return at


class Stopped(Open):
    def add_minutes(self, start: datetime, minutes: int) -> datetime:
        return start


STAFFED, BUSINESS = Open(8, 20, 7), Open(9, 17)
FRIDAY = datetime(2026, 3, 6, 16, 50, tzinfo=UTC)
GROUP = [Candidate("ann", "ann"), Candidate("bob", "bob"), Candidate("ann", "bob", "delegate"), Candidate("cy", "cy")]


@pytest.mark.parametrize(
    ("tier", "due"),
    [
        ("R0", datetime(2026, 3, 6, 17, 5, tzinfo=UTC)),
        ("R1", datetime(2026, 3, 9, 12, 50, tzinfo=UTC)),
        ("R2", datetime(2026, 3, 9, 16, 50, tzinfo=UTC)),
        ("R3", datetime(2026, 3, 10, 16, 50, tzinfo=UTC)),
        ("R4", None),
    ],
)
def test_targets(tier: str, due: datetime | None) -> None:
    assert due_at(tier, FRIDAY, staffed=STAFFED, business=BUSINESS) == due


def test_targets_as_printed() -> None:
    assert [(t.calendar, t.minutes, t.days) for t in TARGETS.values()] == [
        ("staffed", 15, 0),
        ("business", 240, 0),
        ("business", 0, 1),
        ("business", 0, 2),
    ]


@pytest.mark.parametrize(
    ("minutes", "asked", "breaches"),
    [
        (0, ["ann"], 0),
        (15, ["ann"], 0),
        (16, ["bob"], 1),
        (31, ["cy"], 2),
        (46, ["ann", "bob", "cy"], 3),
        (600, ["ann", "bob", "cy"], 3),
    ],
)
def test_the_next_of_the_group_is_asked(minutes: int, asked: list[str], breaches: int) -> None:
    start = FRIDAY.replace(hour=10)
    found = escalation("R0", GROUP, start, start + timedelta(minutes=minutes), staffed=STAFFED, business=BUSINESS)
    assert found is not None
    assert [candidate.person for candidate in found.asked] == asked
    assert (found.breaches, found.everybody) == (breaches, breaches == 3)
    assert found.due == start + timedelta(minutes=15 * (breaches + 1))


def test_closed_hours_do_not_count() -> None:
    monday = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
    found = escalation("R1", GROUP, FRIDAY, monday, staffed=STAFFED, business=BUSINESS)
    assert found is not None
    assert found.breaches == 0


def test_nobody_to_ask() -> None:
    assert escalation("R4", GROUP, FRIDAY, FRIDAY, staffed=STAFFED, business=BUSINESS) is None
    assert escalation("R1", [], FRIDAY, FRIDAY, staffed=STAFFED, business=BUSINESS) is None


def test_a_calendar_that_never_opens() -> None:
    with pytest.raises(ValueError, match="must have open hours"):
        escalation("R0", GROUP, FRIDAY, FRIDAY + timedelta(days=1), staffed=Stopped(0, 0), business=BUSINESS)
