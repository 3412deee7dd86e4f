"""Pictures of when the posts of a query were written: of the preview, and of what a query has found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from django.conf import settings

from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.listening.contracts import MentionFilter, Period
from fourleaf.listening.models import ListeningQuery
from fourleaf.listening.selectors.preview import Preview
from fourleaf.listening.selectors.reports import last_days, mention_counts
from fourleaf.listening.selectors.spans import found_span
from fourleaf.web.kit.charts import Chart, Point, stacked_bars
from fourleaf.web.kit.numbers import count
from fourleaf.web.kit.times import day
from fourleaf.web.listening.queries_list import DAYS
from fourleaf.web.listening.reports_filters import mentions_url

__all__ = ["Found", "every", "found_of", "grain_of", "preview_chart", "span_words"]

Grain = Literal["day", "week", "month"]
#: Days up to which each has a bar of its own, and days up to which each week has.
_DAYS, _WEEKS = 92, 644


def grain_of(first: date, last: date) -> Grain:
    """The finest grain whose bars can still be told apart."""
    days = (last - first).days + 1
    return "day" if days <= _DAYS else "week" if days <= _WEEKS else "month"


def span_words(first: date, last: date) -> str:
    """``16 to 24 February 2015``, ``28 May to 3 June 2026``, ``30 December 2025 to 2 January 2026``."""
    if first == last:
        return day(last)
    start = day(first)
    if first.year == last.year:
        start = start.removesuffix(f" {first.year}")
        if first.month == last.month:
            start = str(first.day)
    return f"{start} to {day(last)}"


def _start(date_: date, grain: Grain) -> date:
    if grain == "week":
        return date_ - timedelta(days=date_.weekday())
    return date_.replace(day=1) if grain == "month" else date_


def every(counts: Mapping[date, int]) -> tuple[Grain, list[tuple[date, int]]]:
    """Counts by day as bars on a true axis of time: a bar for every day, week or month between the first and the last.

    Stretches without posts keep their place, with 0.
    """
    first, last = min(counts), max(counts)
    grain = grain_of(first, last)
    sums: dict[date, int] = {}
    for number in range((last - first).days + 1):
        sums.setdefault(_start(first + timedelta(days=number), grain), 0)
    for date_, many in counts.items():
        sums[_start(date_, grain)] += many
    return grain, list(sums.items())


def _most(bars: Iterable[tuple[date, int]], grain: Grain) -> str:
    top, many = max(bars, key=lambda bar: bar[1])
    when = {"day": f"on {day(top)}", "week": f"in the week of {day(top)}", "month": f"in {day(top).partition(' ')[2]}"}
    return f"Most {when[grain]}: {many:,}."


def _labelled(chart: Chart, grain: Grain) -> Chart:
    """The chart with labels that stay within the picture, and months without a day."""
    panels = []
    for panel in chart.panels:
        x = panel.spec["encoding"]["x"]
        axis = {**x["axis"], "labelBound": True, "labelOverlap": "greedy"}
        if grain == "month":
            axis["labelExpr"] = "slice(datum.label, indexof(datum.label, ' ') + 1)"
        encoding = {**panel.spec["encoding"], "x": {**x, "axis": axis}}
        panels.append(replace(panel, spec={**panel.spec, "encoding": encoding}))
    return replace(chart, panels=tuple(panels))


def preview_chart(found: Preview) -> Chart | None:
    """Posts that a text finds, by day, or by week or month where the days are many."""
    counts = {date_: hits for date_, hits, _ in found.per_day if hits}
    if not counts:
        return None
    grain, bars = every(counts)
    chart = stacked_bars(
        id="preview-days",
        title=f"Posts found, by {grain}",
        description=f"{span_words(min(counts), max(counts))}. {_most(bars, grain)}",
        points=[Point(date_, float(many), series="Posts found") for date_, many in bars],
        height=120,
    )
    return _labelled(chart, grain)


@dataclass(frozen=True)
class Found:
    """What a query has found, as its page shows it."""

    #: Whether the stored posts have been held against it at all.
    counted: bool
    chart: Chart | None = None
    total: int = 0
    #: Said where the last days hold none, so that others are shown.
    remark: str = ""
    url: str = ""
    link: str = ""


def found_of(actor: Actor, query: ListeningQuery) -> Found:
    """The last days, or where they hold none all days on which the query found posts."""
    if query.matched_version is None:
        return Found(counted=False)
    chosen = MentionFilter(queries=(query.pk,))
    period = last_days(DAYS, settings.TIME_ZONE, clock.today())
    bars = _bars(actor, query, period, "day")
    grain: Grain = "day"
    total, title, remark = sum(many for _, many in bars), f"Mentions, last {DAYS} days", ""
    if not total and (span := found_span(actor, chosen, settings.TIME_ZONE)) is not None:
        period = Period(span.first, span.last, settings.TIME_ZONE)
        grain = grain_of(span.first, span.last)
        bars = _bars(actor, query, period, grain)
        total = span.posts
        title = f"Mentions by {grain}, {span_words(span.first, span.last)}"
        remark = f"None of its posts is of the last {DAYS} days, so all that it found are shown."
    if not total:
        return Found(counted=True)
    chart = stacked_bars(
        id="query-days",
        title=title,
        description=f"{count(total, 'post')} found in these days.",
        points=[Point(date_, float(many), series=query.name) for date_, many in bars],
        note=f"Days as in {settings.TIME_ZONE}. Own accounts and posts marked as not about us are left out.",
        colours={query.name: query.colour},
        height=160,
    )
    link = f"Show the {count(total, 'post')}, {span_words(period.first, period.last)}"
    return Found(True, _labelled(chart, grain), total, remark, mentions_url(period, chosen), link)


def _bars(actor: Actor, query: ListeningQuery, period: Period, grain: Grain) -> Sequence[tuple[date, int]]:
    found = mention_counts(actor, period, MentionFilter(queries=(query.pk,)), grain=grain).get(query.pk, [])
    return [(start.astimezone(clock.local_zone()).date(), many) for start, many in found]
