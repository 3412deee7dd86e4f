"""Sentiment over time, by query: counts, both forms of net sentiment with their interval, and the posts behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from django.http.response import HttpResponseBase

from fourleaf.engine.listening import sentiment as model
from fourleaf.kernel.permissions import require
from fourleaf.listening.contracts import Grain, MentionFilter
from fourleaf.listening.selectors import visible_to
from fourleaf.listening.selectors.reports import OPINIONS, SentimentBucket, SentimentSeries, sentiment_over_time
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
#: Rows of the table on one page, and how many small pictures are drawn; the export holds everything.
_ROWS, _PICTURES = 50, 12
#: Posts below which no figure is given.
_LEAST = 5
_ROLES = ("own", "competitor", "topic")


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
    if asked.refused:
        return page(
            request, "web/listening/reports/sentiment.html", {"asked": asked, "tabs": asked.tabs("listening:sentiment")}
        )
    queries = asked.narrowed(visible_to(request.actor).filter(state="active"))
    roles = dict(queries.order_by().values_list("pk", "role"))
    chosen = replace(asked.chosen, queries=tuple(roles))
    found = sentiment_over_time(request.actor, asked.period, chosen, grain=asked.grain) if roles else []
    found.sort(key=lambda series: (_ROLES.index(roles[series.query_id]), -series.whole.total, series.name.casefold()))
    if request.GET.get("export") in ("csv", "xlsx"):
        return _export(request, asked, found)
    spoken = any(series.whole.total for series in found)
    first = _shown(request, found) if spoken else None
    counts = _counts(asked, first) if first else None
    net = _net(asked, *_coarse(asked, found)) if first else None
    if picture := charts.picture(request, *(chart for chart in (counts, net) if chart is not None)):
        return picture
    number, pages = _pages(request, len(found))
    context = {
        "asked": asked,
        "tabs": asked.tabs("listening:sentiment"),
        "lines": [_line(asked, series) for series in found[(number - 1) * _ROWS : number * _ROWS]],
        "total": len(found),
        "number": number,
        "pages": pages,
        "first": first,
        "shown_query": request.GET.get("query", "") if first and _is_first(request, first) else "",
        "counts": counts,
        "net": net,
        "model": model.MODEL_NAME,
        "counted": _counted(asked),
        "nothing_stored": store_is_empty(),
        "nothing_found": bool(found) and not spoken,
        "all_time_url": asked.url("listening:sentiment", period="all", first=None, last=None),
        "footer": footer_of(request, asked, _all_kinds(chosen)) if first else None,
        "csv_url": asked.url("listening:sentiment", export="csv"),
        "xlsx_url": asked.url("listening:sentiment", export="xlsx"),
    }
    return page(request, "web/listening/reports/sentiment.html", context)


def _all_kinds(chosen: MentionFilter) -> MentionFilter:
    """The filter that the table's figures were counted with: without a choice of kinds, re-shares are left out."""
    return chosen if chosen.kinds else replace(chosen, kinds=OPINIONS)


def _shown(request: PageRequest, found: list[SentimentSeries]) -> SentimentSeries | None:
    """The query whose counts are drawn large: the one asked for, or else the first of which there are posts."""
    asked_for = next((series for series in found if _is_first(request, series)), None)
    return asked_for or next((series for series in found if series.whole.total), None)


def _pages(request: PageRequest, rows: int) -> tuple[int, int]:
    """The page of the table that is asked for, and how many there are."""
    pages = max(1, -(-rows // _ROWS))
    asked = request.GET.get("page", "")
    return min(max(1, int(asked)), pages) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1, pages


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


def _coarse(asked: Asked, found: list[SentimentSeries]) -> tuple[list[SentimentSeries], Grain]:
    """The series by weeks where most days have too few posts for a figure: a line of gaps would show nothing."""
    most = max(found, key=lambda series: series.whole.total)
    filled = sum(bucket.total >= _LEAST for bucket in most.buckets)
    if asked.grain != "day" or asked.period.days < 14 or 2 * filled > len(most.buckets):
        return found, asked.grain
    zone = ZoneInfo(asked.period.zone)
    return [replace(series, buckets=_weeks(series.buckets, zone)) for series in found], "week"


def _weeks(days: list[SentimentBucket], zone: ZoneInfo) -> list[SentimentBucket]:
    """Days from a Monday to a Sunday together; the first and the last week may be shorter."""
    weeks: list[SentimentBucket] = []
    for day in days:
        if not weeks or day.start.astimezone(zone).weekday() == 0:
            weeks.append(day)
        else:
            sums = {name: getattr(weeks[-1], name) + getattr(day, name) for name in ("negative", "neutral", "positive")}
            weeks[-1] = replace(weeks[-1], **sums)
    return weeks


def _net(asked: Asked, found: list[SentimentSeries], grain: Grain) -> Chart:
    zone = ZoneInfo(asked.period.zone)
    enough = [series for series in found if any(bucket.total >= _LEAST for bucket in series.buckets)]
    # The order of the table, and of the many those of which most is known.
    most = {series.query_id for series in sorted(enough, key=lambda series: -series.whole.total)[:_PICTURES]}
    points = []
    for series in (series for series in enough if series.query_id in most):
        for bucket in series.buckets:
            low, high = bucket.interval if bucket.total >= _LEAST else (None, None)
            value = bucket.net_of_all if bucket.total >= _LEAST else None
            points.append(Point(bucket.start.astimezone(zone).date(), value, low, high, series.name, bucket.total))
    said = (
        "(positive - negative) / all posts of a query, from -1 to +1, with its 95 % interval. "
        "A gap means fewer than five posts."
    )
    if len(enough) < len(found):
        rest = len(found) - len(enough)
        said += f" {rest} {'query that never reaches' if rest == 1 else 'queries that never reach'} five "
        said += f"{'is' if rest == 1 else 'are'} not drawn."
    if len(most) < len(enough):
        said += f" Of the other {len(enough)}, the {len(most)} with the most posts are drawn; the table has them all."
    return charts.small_multiples(
        id="net",
        title=f"Net sentiment by {grain}",
        description=said,
        points=points,
        colours=dict.fromkeys((series.name for series in enough), 0),
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
