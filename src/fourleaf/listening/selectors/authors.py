"""Lists of authors, for those who may see them. There is no single score of a person, on purpose.

An author has three separate percentile ranks among the authors that wrote on the topic: reach (followers), resonance
(shares for each post) and relevance (share of their posts that are on the topic, within ninety days). They measure
different things and change from topic to topic.

A rank says something only among enough authors, and a mean or a share only of enough posts. So resonance is ranked
among authors with `LEAST_BASIS` posts on the topic, relevance among those with as many stored posts at all, and no
rank is given where fewer than `LEAST_RANKED` authors could have one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.permissions import require
from fourleaf.listening.contracts import MentionFilter, Period
from fourleaf.listening.selectors.filtering import Where, instant, where
from fourleaf.listening.store import reading

__all__ = ["LEAST_BASIS", "LEAST_RANKED", "AuthorRow", "TopAuthors", "top_authors"]

RELEVANCE_DAYS = 90
#: Posts of an author that a mean or a share is taken of, at least.
LEAST_BASIS = 5
#: Authors among which a percentile is given, at least: of ten, one is a tenth.
LEAST_RANKED = 10
Order = Literal["posts", "reach", "resonance", "relevance"]
_ORDER = {
    "posts": "posts DESC",
    "reach": "reach_rank DESC NULLS LAST",
    "resonance": "resonance_rank DESC NULLS LAST",
    "relevance": "relevance_rank DESC NULLS LAST",
}


@dataclass(frozen=True)
class AuthorRow:
    """One author on one platform. Ranks go from 0 (least) to 1; None where there is too little to rank by."""

    platform: str
    author: str
    author_name: str | None
    #: Posts on the topic within the period.
    posts: int
    followers: int | None
    shares_per_post: float | None
    #: Posts on the topic out of all stored posts of the author within ninety days before the period's end.
    on_topic: int
    of_all: int
    reach_rank: float | None
    resonance_rank: float | None
    relevance_rank: float | None
    #: Why the author looks automated, or None; a mark, not a verdict.
    suspected: str | None
    #: The filter that lists exactly the posts counted in ``posts``.
    chosen: MentionFilter


@dataclass(frozen=True)
class TopAuthors:
    """Authors in the order of one rank, and how many of all found could be given each rank."""

    rows: list[AuthorRow]
    #: "reach", "resonance", "relevance" -> authors with a basis for it.
    rankable: dict[str, int]

    @property
    def not_ranked(self) -> list[str]:
        """The ranks that are given to nobody, since too few authors could have one."""
        return [name for name, authors in self.rankable.items() if authors < LEAST_RANKED]


def top_authors(
    actor: Actor,
    period: Period,
    chosen: MentionFilter,
    *,
    order: Order = "posts",
    least_posts: int = 1,
    size: int = 50,
) -> TopAuthors:
    """Who wrote on the topic of the chosen queries, in the order of one rank."""
    require(actor, "listening.view_reports")
    require(actor, "listening.view_authors")
    ninety = replace(period, first=min(period.first, period.last - timedelta(days=RELEVANCE_DAYS - 1)))
    with reading() as view:
        within = where(view, actor, period, chosen, code="listening.view_reports")
        wide = where(view, actor, ninety, chosen, code="listening.view_reports")
        everything = Where().add(f"created_at >= {instant(ninety.start)} AND created_at < {instant(ninety.end)}")
        sql = f"""
            WITH topic AS (
                SELECT platform, lower(author) AS folded, arg_max(author, created_at) AS author,
                    arg_max(author_name, created_at) AS author_name, count(*) AS posts,
                    max(author_followers) AS followers, avg(shares) AS shares_per_post,
                    count(shares) >= {LEAST_BASIS} AS resonant,
                    arg_max(suspected, created_at) AS suspected
                FROM mentions WHERE author IS NOT NULL AND {within.sql}
                GROUP BY ALL HAVING count(*) >= ?
            ), topical AS (
                SELECT platform, lower(author) AS folded, count(*) AS on_topic
                FROM mentions WHERE author IS NOT NULL AND {wide.sql} GROUP BY ALL
            ), written AS (
                SELECT platform, lower(author) AS folded, count(*) AS of_all
                FROM mentions SEMI JOIN topic ON topic.folded = lower(mentions.author)
                    AND topic.platform = mentions.platform
                WHERE {everything.sql} GROUP BY ALL
            ), ranked AS (
                SELECT topic.*, on_topic, of_all,
                    {_ranked("followers", "followers IS NOT NULL", "reach")},
                    {_ranked("shares_per_post", "resonant", "resonance")},
                    {_ranked("on_topic / of_all", f"of_all >= {LEAST_BASIS}", "relevance")}
                FROM topic JOIN topical USING (platform, folded) JOIN written USING (platform, folded)
            )
            SELECT platform, author, author_name, posts, followers, shares_per_post, on_topic, of_all,
                reach_rank, resonance_rank, relevance_rank, suspected, of_reach, of_resonance, of_relevance
            FROM ranked ORDER BY {_ORDER[order]}, posts DESC, platform, author LIMIT ?
        """
        values = [*within.values, max(1, least_posts), *wide.values, *everything.values, size]
        rows = view.cursor().execute(sql, values).fetchall()
    counts = rows[0][-3:] if rows else (0, 0, 0)
    return TopAuthors(
        [_row(row[:-3], replace(chosen, author=row[1], platforms=(row[0],))) for row in rows],
        dict(zip(("reach", "resonance", "relevance"), counts, strict=True)),
    )


def _ranked(value: str, basis: str, name: str) -> str:
    """SQL of a percentile rank among the authors with a basis for it, and of how many those are."""
    return (
        f"CASE WHEN {basis} AND count_if({basis}) OVER () >= {LEAST_RANKED} THEN percent_rank() OVER "
        f"(PARTITION BY {basis} ORDER BY {value}) END AS {name}_rank, count_if({basis}) OVER () AS of_{name}"
    )


def _row(values: tuple[Any, ...], chosen: MentionFilter) -> AuthorRow:
    return AuthorRow(*values, chosen=chosen)  # type: ignore[misc]  # the columns of the statement above, in order
