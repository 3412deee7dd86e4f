"""Lists of authors, for those who may see them. There is no single score of a person, on purpose.

An author has three separate percentile ranks among the authors that wrote on the topic: reach (followers), resonance
(shares for each post) and relevance (share of their posts that are on the topic, within ninety days). They measure
different things and change from topic to topic.
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

__all__ = ["AuthorRow", "top_authors"]

RELEVANCE_DAYS = 90
Order = Literal["posts", "reach", "resonance", "relevance"]
_ORDER = {
    "posts": "posts DESC",
    "reach": "reach_rank DESC NULLS LAST",
    "resonance": "resonance_rank DESC NULLS LAST",
    "relevance": "relevance_rank DESC NULLS LAST",
}


@dataclass(frozen=True)
class AuthorRow:
    """One author on one platform. Ranks go from 0 (least) to 1; None where the source gives no numbers."""

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
    relevance_rank: float
    #: Why the author looks automated, or None; a mark, not a verdict.
    suspected: str | None
    #: The filter that lists exactly the posts counted in ``posts``.
    chosen: MentionFilter


def top_authors(
    actor: Actor,
    period: Period,
    chosen: MentionFilter,
    *,
    order: Order = "posts",
    least_posts: int = 1,
    size: int = 50,
) -> list[AuthorRow]:
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
                    CASE WHEN followers IS NOT NULL THEN percent_rank() OVER (
                        PARTITION BY followers IS NULL ORDER BY followers) END AS reach_rank,
                    CASE WHEN shares_per_post IS NOT NULL THEN percent_rank() OVER (
                        PARTITION BY shares_per_post IS NULL ORDER BY shares_per_post) END AS resonance_rank,
                    percent_rank() OVER (ORDER BY on_topic / of_all) AS relevance_rank
                FROM topic JOIN topical USING (platform, folded) JOIN written USING (platform, folded)
            )
            SELECT platform, author, author_name, posts, followers, shares_per_post, on_topic, of_all,
                reach_rank, resonance_rank, relevance_rank, suspected
            FROM ranked ORDER BY {_ORDER[order]}, posts DESC, platform, author LIMIT ?
        """
        values = [*within.values, max(1, least_posts), *wide.values, *everything.values, size]
        rows = view.cursor().execute(sql, values).fetchall()
    return [_row(row, replace(chosen, author=row[1], platforms=(row[0],))) for row in rows]


def _row(values: tuple[Any, ...], chosen: MentionFilter) -> AuthorRow:
    return AuthorRow(*values, chosen=chosen)  # type: ignore[misc]  # the columns of the statement above, in order
