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
from fourleaf.listening.selectors.authors import LEAST_BASIS, LEAST_RANKED, AuthorRow, Order, TopAuthors, top_authors
from fourleaf.listening.selectors.reports import mention_counts, mix
from fourleaf.listening.selectors.words import FALSE_SHARE, LEAST_COMPARED, LEAST_POSTS, RisingWords, words_that_rose
from fourleaf.listening.store import store_is_empty
from fourleaf.web.kit import charts, numbers
from fourleaf.web.kit.charts import Bar, Chart, Point
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.listening.reports_filters import Asked, asked_of, distinct_colours, language_name, mentions_url
from fourleaf.web.listening.reports_voice import footer_of

__all__ = ["overview", "part_looked_at"]

#: How many lines one picture holds before each query gets its own.
_MOST_LINES = 6
_ORDERS: dict[str, str] = {
    "reach": "Reach: how many follow",
    "resonance": "Resonance: shares per post",
    "relevance": "Relevance: share of posts on the topic",
    "posts": "Posts on the topic",
}
_WORDS_RULE = (
    f"A word is named when it stands in {LEAST_POSTS} posts or more of this period, in none before if need be, and its "
    "rise is too great to be chance (Fisher's exact test): of all words named, at most "
    f"{numbers.percent(FALSE_SHARE)} are expected to be there by chance. Re-shares and near-copies count once."
)


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
    if asked.refused:
        return page(
            request, "web/listening/reports/overview.html", {"asked": asked, "tabs": asked.tabs("listening:overview")}
        )
    own = asked.narrowed(visible_to(request.actor).filter(state="active", role="own"))
    queries = list(own.order_by("name"))
    chosen = replace(asked.chosen, queries=tuple(query.pk for query in queries))
    drawn = [_per_day(request, asked, queries, chosen), *_mixes(request, asked, chosen)] if queries else []
    if picture := charts.picture(request, *drawn):
        return picture
    words, words_rule, few_words = _words(request, asked, chosen) if queries else ([], "", "")
    order = cast("Order", request.GET.get("order") if request.GET.get("order") in _ORDERS else "reach")
    see_authors = allowed(request.actor, "listening.view_authors")
    authors, few_authors, alike = _authors(request, asked, chosen, order) if queries and see_authors else ([], "", "")
    context = {
        "asked": asked,
        "tabs": asked.tabs("listening:overview"),
        "queries": queries,
        "charts": drawn,
        "words": words,
        "few_words": few_words,
        "words_rule": words_rule,
        "see_authors": see_authors,
        "authors": authors,
        "few_authors": few_authors,
        "alike": alike,
        "orders": [
            (code, label, _ordered_by(asked, code), code == order)
            for code, label in _ORDERS.items()
            if not (alike and code == "relevance")
        ],
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
    title = f"Posts found by {asked.grain}"
    description = f"{numbers.number(int(total))} posts in the whole period, by query of an own brand."
    if len(queries) > _MOST_LINES:
        # More lines than there are colours cannot be told apart: one small picture each, with its name.
        return charts.small_multiples(
            id="perday",
            title=title,
            description=f"{description} All are drawn on one scale.",
            points=points,
            unit="posts",
            colours=dict.fromkeys((query.name for query in queries), 0),
        )
    return charts.line_over_time(
        id="perday",
        title=title,
        description=description,
        points=points,
        unit="posts",
        colours=distinct_colours((query.name, query.colour) for query in queries),
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


def _words(request: PageRequest, asked: Asked, chosen: MentionFilter) -> tuple[list[WordLine], str, str]:
    """The words, by which rule they are named, and why there can be none ("" where there could be)."""
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
    return lines, f"{_WORDS_RULE} {part_looked_at(found)}".strip(), _too_few_posts(found)


def part_looked_at(found: RisingWords) -> str:
    """Of how many posts the numbers are, where only a random part was looked at; "" where it was all of them."""
    if not found.sampled:
        return ""
    now, before = (
        f"{numbers.number(seen)} of {numbers.number(there)}"
        for seen, there in ((found.posts_now, found.found_now), (found.posts_before, found.found_before))
    )
    return f"Of so many posts a random part was looked at, {now} now and {before} before, and the numbers are of these."


def _too_few_posts(found: RisingWords) -> str:
    if found.comparable:
        return ""
    if not found.posts_before:
        return "Nothing is stored of the period before, so it cannot be said which words rose."
    return (
        f"Words cannot be ranked with fewer than {LEAST_COMPARED} different posts in either period: there are "
        f"{numbers.number(found.posts_now)} in this one and {numbers.number(found.posts_before)} in the one before. "
        "A longer period has more."
    )


def _rank(value: float | None, missing: str) -> str:
    return missing if value is None else f"{round(100 * value)}"


def _authors(
    request: PageRequest, asked: Asked, chosen: MentionFilter, order: Order
) -> tuple[list[AuthorLine], str, str]:
    """The authors, which ranks cannot be given, and why relevance is left out ("" where it tells them apart)."""
    found = top_authors(request.actor, asked.period, chosen, order=order, size=20)
    few = {name: "–" if name in found.not_ranked else "too few posts" for name in found.rankable}
    lines = [
        AuthorLine(
            author,
            _rank(author.reach_rank, few["reach"] if author.followers is not None else "not known"),
            _rank(author.resonance_rank, few["resonance"] if author.shares_per_post is not None else "not known"),
            _rank(author.relevance_rank, few["relevance"]),
            mentions_url(asked.period, replace(chosen, author=author.author)),
        )
        for author in found.rows
    ]
    return lines, _too_few_authors(found) if lines else "", _alike(found)


def _alike(found: TopAuthors) -> str:
    """Why relevance tells these authors not apart; "" where it does, or where there is none to show anyhow."""
    shares = {author.on_topic / author.of_all for author in found.rows if author.relevance_rank is not None}
    if len(shares) != 1 or len(found.rows) < 2:
        return ""
    part = shares.pop()
    what = "all stored posts are" if part == 1 else f"{numbers.percent(part)} of the stored posts are"
    return f"Relevance is left out, since it does not tell these authors apart: of each, {what} on the topic."


def _too_few_authors(found: TopAuthors) -> str:
    """``Resonance cannot be ranked with fewer than 10 authors ...``; "" where every rank is given."""
    basis = {
        "reach": "whose number of followers is known",
        "resonance": f"with {LEAST_BASIS} posts on the topic or more",
        "relevance": f"with {LEAST_BASIS} stored posts or more",
    }
    return " ".join(
        f"{name.capitalize()} cannot be ranked with fewer than {LEAST_RANKED} authors {basis[name]}; "
        f"there {'is' if found.rankable[name] == 1 else 'are'} {numbers.number(found.rankable[name])}."
        for name in found.not_ranked
    )
