"""A week of working hours in a time zone, with holidays: adding open minutes and working days, and measuring them.

Hours are local wall-clock times; minutes are elapsed ones. A working stretch over a change of the clock therefore has
the minutes that people really worked, and 09:00 is 09:00 in summer and in winter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

__all__ = ["ALWAYS", "BusinessCalendar"]

#: Longest run of days without an open minute before a calendar is taken to be wrong.
_LONGEST_PAUSE: Final = 370
Week = tuple[tuple[tuple[str, str], ...], ...]


def _minutes(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


@dataclass(frozen=True)
class BusinessCalendar:
    """Open hours of a week: seven days, Monday first, of ("09:00", "17:00") pairs up to 24:00, sorted, not overlapping.

    Raises ValueError for a week that is never open: nothing could ever become due.
    """

    zone: tzinfo
    week: Week
    holidays: frozenset[date] = field(default=frozenset())

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError(f"A week has seven days, Monday first; {len(self.week)} were given.")
        if not any(_minutes(ends) > _minutes(begins) for day in self.week for begins, ends in day):
            raise ValueError("The week is never open. State working hours for one day at least.")

    def add_minutes(self, start: datetime, minutes: int) -> datetime:
        """The moment so many open minutes after `start`; none: the next open moment."""
        if minutes < 0:
            raise ValueError(f"Minutes are counted forward, not by {minutes}.")
        left = timedelta(minutes=minutes)
        for opens, closes in self._spans_from(start):
            begins = max(opens, start)
            if closes - begins >= left:
                return (begins + left).astimezone(start.tzinfo)
            left -= closes - begins
        raise ValueError("The calendar has no open time within a year.")

    def add_days(self, start: datetime, days: int) -> datetime:
        """The same local time so many working days after `start`, moved into the open hours of that day."""
        if days < 0:
            raise ValueError(f"Days are counted forward, not by {days}.")
        opened = self.add_minutes(start, 0)
        local = opened.astimezone(self.zone)
        day = local.date()
        passed = 0
        pause = 0
        while passed < days:
            day += timedelta(days=1)
            pause += 1
            if self.spans(day):
                passed, pause = passed + 1, 0
            if pause > _LONGEST_PAUSE:
                raise ValueError("The calendar has no open day within a year.")
        wanted = self._at(day, local.hour * 60 + local.minute, local.second)
        spans = self.spans(day)
        for opens, closes in spans:
            if wanted <= closes:
                return max(wanted, opens).astimezone(start.tzinfo)
        return spans[-1][1].astimezone(start.tzinfo)

    def minutes_between(self, start: datetime, end: datetime) -> float:
        """Open minutes from `start` to `end`; 0 when `end` is not later."""
        total = timedelta()
        day = start.astimezone(self.zone).date() - timedelta(days=1)
        last = end.astimezone(self.zone).date()
        while day <= last:
            for opens, closes in self.spans(day):
                total += max(min(closes, end) - max(opens, start), timedelta())
            day += timedelta(days=1)
        return total.total_seconds() / 60

    def is_open(self, at: datetime) -> bool:
        """Whether a moment lies in open hours, the opening included and the closing not."""
        return any(opens <= at < closes for opens, closes in self.spans(at.astimezone(self.zone).date()))

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """Open stretches of a local day, in UTC; empty on a holiday."""
        if day in self.holidays:
            return []
        found = []
        for begins, ends in self.week[day.weekday()]:
            opens, closes = self._at(day, _minutes(begins)), self._at(day, _minutes(ends))
            if closes > opens:
                found.append((opens, closes))
        return found

    def _at(self, day: date, minutes: int, seconds: int = 0) -> datetime:
        """A wall-clock time of a day as an instant; 24:00 is midnight of the next day."""
        day += timedelta(days=minutes // (24 * 60))
        hour, minute = divmod(minutes % (24 * 60), 60)
        return datetime.combine(day, time(hour, minute, seconds), self.zone).astimezone(UTC)

    def _spans_from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = start.astimezone(self.zone).date() - timedelta(days=1)
        pause = 0
        while pause <= _LONGEST_PAUSE:
            pause += 1
            for opens, closes in self.spans(day):
                if closes > start or opens >= start:
                    pause = 0
                    yield opens, closes
            day += timedelta(days=1)

    @classmethod
    def of(
        cls, zone: tzinfo, week: Sequence[Sequence[Sequence[str]]], holidays: frozenset[date] = frozenset()
    ) -> BusinessCalendar:
        """From lists as they are stored; without stated hours Monday to Friday from nine to five."""
        stated: Week = tuple(tuple((span[0], span[1]) for span in day) for day in week)
        ordinary: Week = ((("09:00", "17:00"),),) * 5 + ((), ())
        return cls(zone, stated if any(stated) else ordinary, holidays)


#: Around the clock.
ALWAYS: Final = BusinessCalendar(UTC, ((("00:00", "24:00"),),) * 7)
