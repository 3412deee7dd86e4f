"""What an analysis says, and how it is written as JSON (docs/reference/listen-analyse.schema.json)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["Analysis", "QueryResult", "Share"]


@dataclass(frozen=True, slots=True)
class Share:
    """A share of voice with its 95 % Wilson interval; `base` is what it is a share of.

    The interval treats the base as a simple random sample of posts. A post that two brands' queries find counts for
    both.
    """

    value: float
    low: float
    high: float
    base: int


@dataclass(frozen=True, slots=True)
class QueryResult:
    """What was found for one query.

    raw                  matching rows as read
    repeated_ids         of these, rows whose post (platform and id) had been there before
    clusters             groups of near-duplicate texts
    authors              different authors; rows without an author are counted in `without_author`
    share_of_voice       K01 over raw counts of own and competitor queries; None for topics, or when nothing was found
    sentiment            rows by label (negative, neutral, positive)
    net_sentiment        K04: (positive - negative) / (positive + negative); None without either
    net_sentiment_all    K04: (positive - negative) / all
    per_day              rows by local day (ISO dates, ascending); None when the posts have no times
    top_author_share     share of the rows (with an author) by the most active 1 % of the authors
    suspected            rows by authors that look automated; they are in every other count
    """

    name: str
    role: str
    query: str
    raw: int
    repeated_ids: int
    clusters: int
    authors: int
    without_author: int
    share_of_voice: Share | None
    share_of_clusters: Share | None
    share_of_authors: Share | None
    sentiment: dict[str, int]
    net_sentiment: float | None
    net_sentiment_all: float | None
    languages: dict[str, int]
    platforms: dict[str, int]
    kinds: dict[str, int]
    per_day: dict[str, int] | None
    without_time: int
    top_author_share: float | None
    suspected: int

    def as_json(self) -> dict[str, Any]:
        """The query as a JSON object."""
        voice = self.share_of_voice
        return {
            "name": self.name,
            "role": self.role,
            "query": self.query,
            "raw": self.raw,
            "repeated_ids": self.repeated_ids,
            "clusters": self.clusters,
            "authors": self.authors,
            "without_author": self.without_author,
            "share_of_voice": voice.value if voice else None,
            "interval": [voice.low, voice.high] if voice else None,
            "base": voice.base if voice else None,
            "share_of_clusters": _share_json(self.share_of_clusters),
            "share_of_authors": _share_json(self.share_of_authors),
            "sentiment": self.sentiment,
            "net_sentiment": self.net_sentiment,
            "net_sentiment_all": self.net_sentiment_all,
            "languages": self.languages,
            "platforms": self.platforms,
            "kinds": self.kinds,
            "per_day": self.per_day,
            "without_time": self.without_time,
            "top_author_share": self.top_author_share,
            "suspected": self.suspected,
        }


def _share_json(share: Share | None) -> dict[str, Any] | None:
    if share is None:
        return None
    return {"share": share.value, "interval": [share.low, share.high], "base": share.base}


@dataclass(frozen=True, slots=True)
class Analysis:
    """The result over all posts read.

    posts          rows read
    matched        rows that at least one query found
    repeated_ids   rows whose post (platform and id) had been there before (they count in `posts` and `raw`)
    languages, platforms   of the matched rows
    """

    posts: int
    matched: int
    repeated_ids: int
    zone: str
    level: float
    sentiment_model: str | None
    queries: list[QueryResult]
    languages: dict[str, int]
    platforms: dict[str, int]
    warnings: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The analysis as a JSON object."""
        return {
            "posts": self.posts,
            "matched": self.matched,
            "repeated_ids": self.repeated_ids,
            "zone": self.zone,
            "interval_level": self.level,
            "sentiment_model": self.sentiment_model,
            "population": "posts found, never customers",
            "queries": [query.as_json() for query in self.queries],
            "languages": self.languages,
            "platforms": self.platforms,
            "warnings": self.warnings,
        }
