"""On which days the posts of a query lie, for pages that would otherwise show an empty stretch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.permissions import require
from fourleaf.listening.contracts import MentionFilter
from fourleaf.listening.selectors.filtering import where
from fourleaf.listening.store import reading

__all__ = ["FoundSpan", "found_span"]

_CODE = "listening.view_reports"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class FoundSpan:
    """The first and the last local day with posts that a filter means, and how many posts these are."""

    first: date
    last: date
    posts: int


def found_span(actor: Actor, chosen: MentionFilter, zone: str) -> FoundSpan | None:
    """Where the posts lie that the chosen queries found, over all time; None when there is none."""
    require(actor, _CODE)
    with reading() as view:
        conditions = where(view, actor, None, chosen, table="matches", code=_CODE)
        row = (
            view.cursor()
            .execute(
                "SELECT min(epoch_us(created_at)), max(epoch_us(created_at)), count(*) FROM matches "
                f"WHERE {conditions.sql}",
                conditions.values,
            )
            .fetchone()
        )
    if row is None or not row[2]:
        return None
    first, last = ((_EPOCH + timedelta(microseconds=int(at))).astimezone(ZoneInfo(zone)).date() for at in row[:2])
    return FoundSpan(first, last, int(row[2]))
