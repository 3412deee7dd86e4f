"""What other contexts may use of listening. Figures are those that its own pages show, with the same exclusions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from fourleaf.kernel.actors import Actor
from fourleaf.listening.contracts import Grain, MentionFilter, Period, QueryInfo

__all__ = [
    "active_queries",
    "count_mentions",
    "counts_in_windows",
    "net_sentiment",
    "share_of_voice",
]


def active_queries(actor: Actor) -> list[QueryInfo]:
    """The active queries that the actor may see, by name."""
    from fourleaf.listening.selectors.queries import active_queries as rows

    return [
        QueryInfo(q.pk, q.name, q.role, q.brand_id, q.colour, q.text_version, tuple(q.languages)) for q in rows(actor)
    ]


def counts_in_windows(
    actor: Actor,
    query_ids: Sequence[int],
    *,
    until: datetime,
    minutes: int,
    windows: int,
    chosen: MentionFilter | None = None,
) -> dict[int, list[int]]:
    """Mentions of each query in the last ``windows`` stretches of so many minutes that end at ``until``, oldest first.

    For the radar: counts behind an alert. A filter may narrow them, for example to negative ones.
    """
    from fourleaf.kernel.permissions import require
    from fourleaf.listening.selectors.filtering import instant, where
    from fourleaf.listening.store import reading

    require(actor, "listening.view_reports")
    if not query_ids or windows < 1 or minutes < 1:
        return {query: [0] * max(0, windows) for query in query_ids}
    since = until - timedelta(minutes=minutes * windows)
    chosen = replace(chosen or MentionFilter(), queries=tuple(query_ids))
    with reading() as view:
        conditions = where(view, actor, None, chosen, table="matches", code="listening.view_reports")
        conditions.add(f"created_at >= {instant(since)} AND created_at < {instant(until)}")
        start = round(since.timestamp() * 1_000_000)
        rows = view.cursor().execute(
            f"SELECT query_id, (epoch_us(created_at) - {start}) // {minutes * 60_000_000} AS part, count(*) "
            f"FROM matches WHERE {conditions.sql} GROUP BY ALL",
            conditions.values,
        ).fetchall()  # fmt: skip
    result = {query: [0] * windows for query in query_ids}
    for query, part, count in rows:
        result[query][part] = count
    return result


def count_mentions(actor: Actor, period: Period | None, chosen: MentionFilter) -> int:
    """How many mentions fit a filter, each counted once."""
    from fourleaf.listening.selectors.mentions import count_mentions as count

    return count(actor, period, chosen)


def share_of_voice(
    actor: Actor, period: Period, *, brand_id: int | None = None, grain: Grain = "week"
) -> dict[str, tuple[float | None, float, float, int]]:
    """K01 by "raw", "clusters" and "authors": (value or None, low, high, base)."""
    from fourleaf.listening.selectors.reports import share_of_voice as report

    own = report(actor, period, brand_id=brand_id, grain=grain).own
    return {way: (share.value, share.low, share.high, share.base) for way, share in own.items()}


def net_sentiment(
    actor: Actor, period: Period, chosen: MentionFilter | None = None
) -> dict[int, tuple[float | None, float | None, int]]:
    """K04 by query: (net of positive and negative, net of all, posts), re-shares left out."""
    from fourleaf.listening.selectors.reports import sentiment_over_time

    return {
        series.query_id: (series.whole.net, series.whole.net_of_all, series.whole.total)
        for series in sentiment_over_time(actor, period, chosen, grain="month")
    }
