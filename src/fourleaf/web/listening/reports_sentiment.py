"""Sentiment over time, by query: counts, both forms of net sentiment with their interval, and the posts behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from django.http.response import HttpResponseBase

from fourleaf.engine.listening import sentiment as model
from fourleaf.kernel.permissions import require
from fourleaf.listening.contracts import MentionFilter
from fourleaf.listening.selectors import visible_to
from fourleaf.listening.selectors.reports import SentimentBucket, SentimentSeries, sentiment_over_time
from fourleaf.listening.store import store_is_empty
from fourleaf.web.kit import charts
from fourleaf.web.kit.charts import Chart, Point
from fourleaf.web.kit.export import csv_response, xlsx_response
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.listening.reports_filters import Asked, asked_of, mentions_url
from fourleaf.web.listening.reports_voice import footer_of

__all__ = ["sentiment"]

#: Amber against blue can be told apart by everybody; the words stand beside them everywhere.
_COLOURS = {"Negative": "attention", "Neutral": "line-strong", "Positive": "information"}
_MOST = 12


@dataclass(frozen=True)
class Line:
    """One query in the table."""

    series: SentimentSeries
    parts: list[tuple[str, int, str]]
    net: str
    net_of_all: str
    interval: str


def sentiment(request: PageRequest) -> HttpResponseBase:
    """K04, for the queries of one brand or all."""
    require(request.actor, "listening.view_reports")
    asked = asked_of(request, one_brand=True, reshares="without")
    queries = asked.narrowed(visible_to(request.actor).filter(state="active"))
    ids = tuple(queries.order_by("role", "name").values_list("pk", flat=True)[:_MOST])
    chosen = replace(asked.chosen, queries=ids)
    found = sentiment_over_time(request.actor, asked.period, chosen, grain=asked.grain) if ids else []
    if request.GET.get("export") in ("csv", "xlsx"):
        return _export(request, asked, found)
    first = next((series for series in found if _is_first(request, series)), found[0] if found else None)
    counts, net = (_counts(asked, first), _net(asked, found)) if first else (None, None)
    if picture := charts.picture(request, *(chart for chart in (counts, net) if chart is not None)):
        return picture
    context = {
        "asked": asked,
        "tabs": asked.tabs("listening:sentiment"),
        "lines": [_line(asked, series) for series in found],
        "first": first,
        "counts": counts,
        "net": net,
        "model": model.MODEL_NAME,
        "counted": _counted(asked),
        "nothing_stored": store_is_empty(),
        "footer": footer_of(request, asked, first.chosen) if first else None,
        "csv_url": asked.url("listening:sentiment", export="csv"),
        "xlsx_url": asked.url("listening:sentiment", export="xlsx"),
    }
    return page(request, "web/listening/reports/sentiment.html", context)


def _counted(asked: Asked) -> str:
    """Which kinds of posts the figures of the page are made of."""
    if asked.with_reshares:
        return "Counted are posts, replies, quotes and re-shares, though a re-share only repeats an opinion."
    return "Counted are posts, replies and quotes. Re-shares only repeat an opinion and are left out."


def _is_first(request: PageRequest, series: SentimentSeries) -> bool:
    return request.GET.get("query") == str(series.query_id)


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{value:+.2f}"


def _line(asked: Asked, series: SentimentSeries) -> Line:
    whole = series.whole
    parts = []
    for label in ("negative", "neutral", "positive"):
        chosen: MentionFilter = replace(series.chosen, sentiments=(label,))
        parts.append((label, getattr(whole, label), mentions_url(asked.period, chosen)))
    low, high = whole.interval
    said = f"{low:+.2f} to {high:+.2f}" if whole.total else ""
    return Line(series, parts, _signed(whole.net), _signed(whole.net_of_all), said)


def _days(asked: Asked, buckets: list[SentimentBucket]) -> list[tuple[SentimentBucket, object]]:
    zone = ZoneInfo(asked.period.zone)
    return [(bucket, bucket.start.astimezone(zone).date()) for bucket in buckets]


def _counts(asked: Asked, series: SentimentSeries) -> Chart:
    zone = ZoneInfo(asked.period.zone)
    points = [
        Point(bucket.start.astimezone(zone).date(), getattr(bucket, label.lower()), series=label)
        for bucket in series.buckets
        for label in _COLOURS
    ]
    return charts.stacked_bars(
        id="counts",
        title=f"{series.name}: posts by sentiment and {asked.grain}",
        description="Counts of posts as the model, or a person who corrected it, judged them.",
        points=points,
        unit="posts",
        colours=_COLOURS,
        note=_counted(asked),
    )


def _net(asked: Asked, found: list[SentimentSeries]) -> Chart:
    zone = ZoneInfo(asked.period.zone)
    points = []
    for series in found:
        if not any(bucket.total >= 5 for bucket in series.buckets):
            continue
        for bucket in series.buckets:
            low, high = bucket.interval if bucket.total >= 5 else (None, None)
            value = bucket.net_of_all if bucket.total >= 5 else None
            points.append(Point(bucket.start.astimezone(zone).date(), value, low, high, series.name, bucket.total))
    return charts.small_multiples(
        id="net",
        title=f"Net sentiment by {asked.grain}",
        description=(
            "(positive - negative) / all posts of a query, from -1 to +1, with its 95 % interval. "
            "A gap means fewer than five posts; queries that never reach five are left out."
        ),
        points=points,
        note="The model errs; a difference smaller than the bands is no difference.",
    )


def _export(request: PageRequest, asked: Asked, found: list[SentimentSeries]) -> HttpResponseBase:
    labels = ["From", "Query", "Negative", "Neutral", "Positive", "Net", "Net of all", "Low", "High"]
    zone = ZoneInfo(asked.period.zone)

    def rows() -> Iterator[list[object]]:
        for series in found:
            for bucket in series.buckets:
                low, high = bucket.interval
                counts = [bucket.negative, bucket.neutral, bucket.positive]
                yield [
                    bucket.start.astimezone(zone).date(),
                    series.name,
                    *counts,
                    bucket.net,
                    bucket.net_of_all,
                    low,
                    high,
                ]

    make = csv_response if request.GET["export"] == "csv" else xlsx_response
    return make("Sentiment", labels, rows(), zone)
