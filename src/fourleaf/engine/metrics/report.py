"""What every report prints at its foot, so that a reader knows what the figures were made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from fourleaf.engine.metrics.registry import metric

__all__ = ["ReportFooter", "report_footer"]


@dataclass(frozen=True)
class ReportFooter:
    """Facts about the posts behind a report. Shares are of matches; an empty report has zeros and None."""

    posts: int  # distinct posts
    authors: int  # distinct handles on a platform
    without_author: int
    suspected: int  # posts of accounts that look automated
    top_share: float | None  # share of posts by the busiest hundredth of authors
    platforms: tuple[tuple[str, int, float], ...]  # (platform, matches, share), the largest first
    languages: tuple[tuple[str | None, int, float], ...]


def report_footer(
    connection: duckdb.DuckDBPyConnection,
    *,
    queries: Sequence[int],
    since: dt.datetime,
    until: dt.datetime,
    first: dt.date,
    last: dt.date,
    reshares: bool = True,
    suspected: bool = True,
) -> ReportFooter:
    """The facts for a period, given as instants [since, until) and as the same local days first..last."""
    chosen = {"queries": list(queries), "reshares": reshares, "suspected": suspected}
    facts = metric("author_concentration").run(connection, since=since, until=until, **chosen).to_pylist()[0]

    def mix(key: str, column: str) -> tuple[tuple[str, int, float], ...]:
        rows = metric(key).run(connection, first=first, last=last, **chosen).to_pylist()
        return tuple((row[column], row["posts"], row["share"]) for row in rows)

    return ReportFooter(
        posts=facts["posts"],
        authors=facts["authors"],
        without_author=facts["without_author"],
        suspected=facts["suspected"],
        top_share=facts["top_share"],
        platforms=mix("platform_mix", "platform"),
        languages=mix("language_mix", "lang"),
    )
