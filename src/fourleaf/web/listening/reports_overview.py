"""Where posts come from, which words rose, and whose voice carries: platforms, languages, words, authors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast
from zoneinfo import ZoneInfo

from django.http.response import HttpResponseBase

from fourleaf.kernel.permissions import allowed, require
from fourleaf.listening.contracts import MentionFilter
from fourleaf.listening.models import ListeningQuery
from fourleaf.listening.selectors import visible_to
from fourleaf.listening.selectors.authors import AuthorRow, Order, top_authors
from fourleaf.listening.selectors.reports import mention_counts, mix
from fourleaf.listening.selectors.words import words_that_rose
from fourleaf.listening.store import store_is_empty
from fourleaf.web.kit import charts, numbers
from fourleaf.web.kit.charts import Bar, Chart, Point
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.listening.reports_filters import Asked, asked_of, language_name, mentions_url
from fourleaf.web.listening.reports_voice import footer_of

__all__ = ["overview"]

_ORDERS: dict[str, str] = {
    "reach": "Reach: how many follow",
    "resonance": "Resonance: shares per post",
    "relevance": "Relevance: share of posts on the topic",
    "posts": "Posts on the topic",
}


@dataclass(frozen=True)
class WordLine:
    """A word that rose, with the posts behind it."""

    word: str
    now: int
    before: int
    share_now: str
    share_before: str
    url: str


@dataclass(frozen=True)
class AuthorLine:
    """An author with three ranks; there is no single score."""

    author: AuthorRow
    reach: str
    resonance: str
    relevance: str
    url: str


def overview(request: PageRequest) -> HttpResponseBase:
    """The composition of the posts of one brand's queries, or of all."""
    require(request.actor, "listening.view_reports")
    asked = asked_of(request)
    own = visible_to(request.actor).filter(state="active", role="own")
    if asked.brand is not None:
        own = own.filter(brand_id=asked.brand.pk)
    queries = list(own.order_by("name"))
    chosen = replace(asked.chosen, queries=tuple(query.pk for query in queries))
    drawn = [_per_day(request, asked, queries, chosen), *_mixes(request, asked, chosen)] if queries else []
    if picture := charts.picture(request, *drawn):
        return picture
    words, comparable = _words(request, asked, chosen) if queries else ([], True)
    order = cast("Order", request.GET.get("order") if request.GET.get("order") in _ORDERS else "reach")
    see_authors = allowed(request.actor, "listening.view_authors")
    context = {
        "asked": asked,
        "tabs": asked.tabs("listening:overview"),
        "queries": queries,
        "charts": drawn,
        "words": words,
        "comparable": comparable,
        "see_authors": see_authors,
        "authors": _authors(request, asked, chosen, order) if queries and see_authors else [],
        "orders": [(code, label, _ordered_by(asked, code), code == order) for code, label in _ORDERS.items()],
        "nothing_stored": store_is_empty(),
        "footer": footer_of(request, asked, chosen) if queries else None,
    }
    return page(request, "web/listening/reports/overview.html", context)


def _ordered_by(asked: Asked, code: str) -> str:
    return asked.url("listening:overview", order=code)


def _per_day(request: PageRequest, asked: Asked, queries: list[ListeningQuery], chosen: MentionFilter) -> Chart:
    zone = ZoneInfo(asked.period.zone)
    found = mention_counts(request.actor, asked.period, chosen, grain=asked.grain)
    names = {query.pk: query for query in queries}
    points = [
        Point(start.astimezone(zone).date(), count, series=names[query].name)
        for query, buckets in found.items()
        for start, count in buckets
    ]
    total = sum(point.value or 0 for point in points)
    return charts.line_over_time(
        id="perday",
        title=f"Posts found by {asked.grain}",
        description=f"{numbers.number(int(total))} posts in the whole period, by query of an own brand.",
        points=points,
        unit="posts",
        colours={query.name: query.colour for query in queries},
    )


def _mixes(request: PageRequest, asked: Asked, chosen: MentionFilter) -> list[Chart]:
    found = mix(request.actor, asked.period, chosen)

    def bars(id: str, title: str, items: list[tuple[str, int]]) -> Chart:
        rest = found.total - sum(count for _, count in items[:10])
        shown = items[:10] + ([("all others", rest)] if rest > 0 else [])
        return charts.bars(
            id=id,
            title=title,
            description=f"Of {numbers.number(found.total)} posts found; who the people of a platform are is not known.",
            items=[Bar(name, count / found.total) for name, count in shown] if found.total else [],
            share=True,
            of="posts found",
            first=title,
        )

    languages = [(language_name(code), count) for code, count in found.languages]
    return [bars("platforms", "Platforms", found.platforms), bars("languages", "Languages", languages)]


def _words(request: PageRequest, asked: Asked, chosen: MentionFilter) -> tuple[list[WordLine], bool]:
    """The words, and whether there is a period before to compare with."""
    found = words_that_rose(request.actor, asked.period, chosen, size=20)
    lines = [
        WordLine(
            word.word,
            word.now,
            word.before,
            numbers.percent(word.now / found.posts_now) if found.posts_now else "–",
            numbers.percent(word.before / found.posts_before) if found.posts_before else "–",
            mentions_url(asked.period, replace(chosen, search=word.word)),
        )
        for word in found.words
    ]
    return lines, found.posts_before > 0


def _rank(value: float | None) -> str:
    return "not known" if value is None else f"{round(100 * value)}"


def _authors(request: PageRequest, asked: Asked, chosen: MentionFilter, order: Order) -> list[AuthorLine]:
    found = top_authors(request.actor, asked.period, chosen, order=order, least_posts=2, size=20)
    return [
        AuthorLine(
            author,
            _rank(author.reach_rank),
            _rank(author.resonance_rank),
            _rank(author.relevance_rank),
            mentions_url(asked.period, replace(chosen, author=author.author)),
        )
        for author in found
    ]
