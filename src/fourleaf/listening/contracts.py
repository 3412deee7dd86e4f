"""What listening gives to other contexts: plain values, no framework."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

__all__ = ["CountBy", "Grain", "MentionFilter", "Period", "QueryInfo"]

Grain = Literal["hour", "day", "week", "month"]
CountBy = Literal["raw", "clusters", "authors"]


@dataclass(frozen=True)
class Period:
    """Whole days from ``first`` to ``last``, both included, as a zone counts days."""

    first: date
    last: date
    zone: str = "UTC"

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("The period ends before it begins.")

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def start(self) -> datetime:
        """The first instant, in UTC."""
        return _midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The first instant after it, in UTC."""
        return _midnight(self.last + timedelta(days=1), self.zone)

    def before(self) -> Period:
        """The period of the same length right before, to compare with."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1), self.zone)

    def edges(self, grain: Grain) -> list[datetime]:
        """Instants at which buckets begin, in UTC, and last the end: n + 1 edges for n buckets.

        The first and the last week or month are cut to the period. Hours are hours of the UTC clock.
        """
        if grain == "hour":
            hours = int((self.end - self.start) / timedelta(hours=1) + 0.999_999)
            return [self.start + timedelta(hours=n) for n in range(hours)] + [self.end]
        firsts = [self.first + timedelta(days=n) for n in range(self.days)]
        if grain == "week":
            firsts = [day for day in firsts if day == self.first or day.weekday() == 0]
        elif grain == "month":
            firsts = [day for day in firsts if day == self.first or day.day == 1]
        return [_midnight(day, self.zone) for day in firsts] + [self.end]


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


@dataclass(frozen=True)
class MentionFilter:
    """Which mentions are meant. Empty tuples mean "all"; the defaults are those of every list, chart and count."""

    queries: tuple[int, ...] = ()
    platforms: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    sentiments: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    #: In the query language, or plain words when it is not valid there.
    search: str = ""
    #: A handle, with or without @; needs the right to see authors.
    author: str = ""
    relevance: Literal["kept", "relevant", "irrelevant", "all"] = "kept"
    #: What a person has said: "none" nothing yet, "sentiment" how it feels, "some" anything at all.
    review: Literal["", "none", "sentiment", "some"] = ""
    suspected: Literal["include", "exclude", "only"] = "include"
    #: Posts of the organisation's and its staff's own accounts.
    own: Literal["exclude", "include", "only"] = "exclude"
    cluster: int | None = None
    #: The id of a post: those that answer, quote or re-share it.
    answers: str = ""
    #: One mention for each group of near-duplicates.
    collapse: bool = False


@dataclass(frozen=True)
class QueryInfo:
    """A query as other contexts see it."""

    id: int
    name: str
    role: str
    brand_id: int | None
    colour: int
    text_version: int
    languages: tuple[str, ...] = field(default=())
