"""Counts by day for people: periods as rows, queries as columns, never more rows than can be read at a glance."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from rich.text import Text

from fourleaf.cli.output import console, new_table
from fourleaf.engine.files.errors import shorten

if TYPE_CHECKING:
    from rich.table import Table

    from fourleaf.engine.listening.analysis import Analysis, QueryResult

__all__ = ["MOST_ROWS", "Period", "periods_of", "print_days"]

#: Periods printed at most; where there would be more, the next longer period is taken.
MOST_ROWS: Final = 31
_NAME = 20

Period = date


def _week(day: date) -> date:
    return day - timedelta(days=day.weekday())


#: Grain -> the first day of the period that a day lies in.
_GRAINS: Final[dict[str, Callable[[date], date]]] = {
    "day": lambda day: day,
    "week": _week,
    "month": lambda day: day.replace(day=1),
    "year": lambda day: day.replace(month=1, day=1),
}


def periods_of(days: Sequence[date]) -> tuple[str, list[Period | None]]:
    """The grain, and the first days of the periods to print, in order.

    Every period from the first to the last where these are at most `MOST_ROWS`; otherwise those with posts, and None
    where periods without any are left out between two of them.
    """
    grain = next((name for name, start in _GRAINS.items() if len({start(day) for day in days}) <= MOST_ROWS), "year")
    start = _GRAINS[grain]
    held = sorted({start(day) for day in days})
    whole: list[Period | None] = [held[0]]
    broken: list[Period | None] = [held[0]]
    for before, this in pairwise(held):
        between = _between(before, this, start)
        whole += [*between, this]
        broken += [None, this] if between else [this]
    return grain, whole if len(whole) <= MOST_ROWS else broken


def _between(before: date, after: date, start: Callable[[date], date]) -> list[Period]:
    """The periods that lie between two."""
    days = (before + timedelta(days=number) for number in range(1, (after - before).days))
    return sorted({start(day) for day in days} - {before})


def print_days(analysis: Analysis) -> None:
    """Tables on stdout; as many queries beside one another as the width takes."""
    timed = [query for query in analysis.queries if query.per_day is not None]
    days = sorted({date.fromisoformat(day) for query in timed for day in query.per_day or {}})
    if not days:
        return
    out = console()
    grain, periods = periods_of(days)
    said = {"week": "Posts by week (of its Monday)"}.get(grain, f"Posts by {grain}")
    every = "" if grain == "day" else "; --json has every day"
    out.print(f"{said}, days as in {analysis.zone}{every}:")
    for part in _parts(timed, out.width):
        out.print(_table(part, grain, periods))
    for query in timed:
        if query.without_time:
            posts = "1 post" if query.without_time == 1 else f"{query.without_time:,} posts"
            out.print(Text(f"{shorten(query.name, 40)}: {posts} without a time, in no {grain}."))


def _parts(queries: Sequence[QueryResult], width: int) -> Iterator[list[QueryResult]]:
    """Queries that fit beside the column of days."""
    part: list[QueryResult] = []
    left = width - 12
    for query in queries:
        needed = max(len(shorten(query.name, _NAME)), 7) + 3
        if part and needed > left:
            yield part
            part, left = [], width - 12
        part.append(query)
        left -= needed
    yield part


def _table(queries: Sequence[QueryResult], grain: str, periods: Sequence[Period | None]) -> Table:
    table = new_table([(grain.capitalize(), False), *((shorten(query.name, _NAME), True) for query in queries)])
    start = _GRAINS[grain]
    counts: list[dict[date, int]] = []
    for query in queries:
        sums: dict[date, int] = {}
        for written, many in (query.per_day or {}).items():
            first = start(date.fromisoformat(written))
            sums[first] = sums.get(first, 0) + many
        counts.append(sums)
    cut = {"month": 7, "year": 4}.get(grain, 10)
    for period in periods:
        if period is None:
            table.add_row("…", *("" for _ in counts))
        else:
            table.add_row(period.isoformat()[:cut], *(f"{sums.get(period, 0):,}" for sums in counts))
    return table
