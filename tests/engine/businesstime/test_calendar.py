"""Business time: the published vector, changes of the clock, and that adding and measuring agree."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourleaf.engine.businesstime import ALWAYS, BusinessCalendar

BERLIN = ZoneInfo("Europe/Berlin")
NINE_TO_FIVE = [[["09:00", "17:00"]]] * 5 + [[], []]
OFFICE = BusinessCalendar.of(BERLIN, NINE_TO_FIVE)
SPLIT = BusinessCalendar.of(
    ZoneInfo("America/New_York"), [[["08:00", "12:00"], ["13:00", "17:30"]]] * 4 + [[["08:00", "12:00"]], [], []]
)


def at(*parts: int, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime(*parts, tzinfo=zone)  # type: ignore[misc, arg-type]  # parts of a date and time


def test_friday_evening_to_monday_morning() -> None:
    friday, monday = at(2026, 6, 12, 16, 50), at(2026, 6, 15, 9, 20)
    assert OFFICE.minutes_between(friday, monday) == 30
    assert ALWAYS.minutes_between(friday, monday) == 3870
    assert OFFICE.add_minutes(friday, 30) == monday


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (at(2026, 6, 12, 16, 50), 1, at(2026, 6, 15, 16, 50)),
        (at(2026, 6, 13, 12, 0), 1, at(2026, 6, 16, 9, 0)),
        (at(2026, 6, 15, 7, 0), 2, at(2026, 6, 17, 9, 0)),
        (at(2026, 6, 15, 18, 0), 0, at(2026, 6, 16, 9, 0)),
    ],
    ids=["over the weekend", "on a Saturday", "before opening", "after closing"],
)
def test_working_days_keep_the_time_of_day(start: datetime, days: int, expected: datetime) -> None:
    assert OFFICE.add_days(start, days) == expected


def test_a_short_day_ends_when_it_closes() -> None:
    thursday = at(2026, 6, 18, 16, 0, zone=ZoneInfo("America/New_York"))
    assert SPLIT.add_days(thursday, 1) == at(2026, 6, 19, 12, 0, zone=ZoneInfo("America/New_York"))


def test_holidays_are_closed() -> None:
    calendar = BusinessCalendar.of(BERLIN, NINE_TO_FIVE, frozenset({date(2026, 6, 15)}))
    assert calendar.add_minutes(at(2026, 6, 12, 16, 50), 30) == at(2026, 6, 16, 9, 20)
    assert not calendar.is_open(at(2026, 6, 15, 10, 0))


def test_nine_is_nine_on_both_sides_of_a_change_of_the_clock() -> None:
    # The clocks of Berlin went forward on Sunday, 29 March 2026.
    assert OFFICE.add_days(at(2026, 3, 27, 9, 0), 1) == at(2026, 3, 30, 9, 0)
    night = BusinessCalendar.of(BERLIN, [[["00:00", "24:00"]]] * 7)
    assert night.minutes_between(at(2026, 3, 29, 0, 0), at(2026, 3, 30, 0, 0)) == 23 * 60
    assert night.add_minutes(at(2026, 3, 29, 1, 30).astimezone(UTC), 60) == at(2026, 3, 29, 3, 30)


def test_a_week_that_is_never_open_is_refused() -> None:
    with pytest.raises(ValueError, match="never open"):
        BusinessCalendar(BERLIN, ((),) * 7)
    with pytest.raises(ValueError, match="seven days"):
        BusinessCalendar(BERLIN, ((("09:00", "17:00"),),))
    assert BusinessCalendar.of(BERLIN, []).is_open(at(2026, 6, 15, 9, 0))


@settings(max_examples=60)
@given(
    start=st.integers(0, 500_000).map(lambda m: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=m)),
    minutes=st.integers(0, 4000),
    calendar=st.sampled_from([OFFICE, SPLIT, ALWAYS]),
)
def test_what_is_added_is_what_is_measured(start: datetime, minutes: int, calendar: BusinessCalendar) -> None:
    end = calendar.add_minutes(start, minutes)
    assert calendar.minutes_between(start, end) == pytest.approx(minutes)
    assert calendar.add_days(start, 1) > start
    assert calendar.add_minutes(start, minutes + 1) - end >= timedelta(minutes=1)
