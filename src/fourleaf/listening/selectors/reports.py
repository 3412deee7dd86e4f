"""Share of voice (K01), sentiment (K04), and what the found posts consist of.

Every figure is of posts found, never of customers. Every result carries the filter that it was counted with, so that a
number and the list behind it are the same set: `list_mentions` with that filter shows what was counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from fourleaf.engine.lake.days import local_day_sql
from fourleaf.engine.metrics.intervals import net_share, wilson
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.permissions import require
from fourleaf.listening.contracts import CountBy, Grain, MentionFilter, Period
from fourleaf.listening.models import ListeningQuery
from fourleaf.listening.rules import asymmetries
from fourleaf.listening.selectors.filtering import Where, chosen_queries, where
from fourleaf.listening.selectors.queries import visible_to
from fourleaf.listening.store import View, reading

__all__ = [
    "Contender",
    "Counts",
    "Mix",
    "Population",
    "SentimentBucket",
    "SentimentSeries",
    "Share",
    "ShareBucket",
    "ShareOfVoice",
    "mention_counts",
    "mix",
    "population",
    "sentiment_over_time",
    "share_of_voice",
]

_CODE = "listening.view_reports"
#: An author of one platform; null when the source hides who wrote.
_AUTHOR = "CASE WHEN author IS NOT NULL THEN concat(platform, chr(31), lower(author)) END"
OPINIONS = ("post", "reply", "quote")


@dataclass(frozen=True)
class Counts:
    """Three ways to count the same posts: every post, groups of near-duplicates, and different authors."""

    raw: int = 0
    clusters: int = 0
    authors: int = 0

    def by(self, way: CountBy) -> int:
        """One of the three."""
        return int(getattr(self, way))


@dataclass(frozen=True)
class Share:
    """A share with its 95 % Wilson interval; ``base`` is what it is a share of. None when there is nothing."""

    value: float | None
    low: float
    high: float
    base: int


def _share(part: int, base: int) -> Share:
    low, high = wilson(part, base)
    return Share(part / base if base else None, low, high, base)


@dataclass(frozen=True)
class Contender:
    """Own queries of one brand together, or one competitor query."""

    label: str
    own: bool
    query_ids: tuple[int, ...]
    brand_id: int | None
    colour: int
    counts: Counts
    #: "raw", "clusters" and "authors" -> share of voice.
    shares: dict[CountBy, Share]


@dataclass(frozen=True)
class ShareBucket:
    """One stretch of time: raw counts in the order of the contenders, and the own share."""

    start: datetime
    counts: tuple[int, ...]
    own: Share

    @property
    def shares(self) -> tuple[Share, ...]:
        """The share of each contender, in the same order and of the same base as the own side's."""
        return tuple(_share(min(count, self.own.base), self.own.base) for count in self.counts)


@dataclass(frozen=True)
class ShareOfVoice:
    """K01. A post that two contenders' queries find counts for both; own accounts are left out."""

    period: Period
    chosen: MentionFilter
    contenders: list[Contender]
    own: dict[CountBy, Share]
    buckets: list[ShareBucket]
    #: Reasons to read the figures with care, such as queries that are built differently.
    remarks: list[str]


def _queries(actor: Actor, chosen: MentionFilter) -> list[ListeningQuery]:
    rows = visible_to(actor, _CODE).filter(state="active") if not chosen.queries else visible_to(actor, _CODE)
    if chosen.queries:
        rows = rows.filter(pk__in=chosen.queries)
    return list(rows.order_by("name", "pk"))


def _rows(view: View, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Rows of a statement; the same question on the same view is answered from memory."""
    key = ("rows", sql, repr(list(values)))
    if key not in view.kept:
        view.kept[key] = view.cursor().execute(sql, list(values)).fetchall()
    found: list[tuple[Any, ...]] = view.kept[key]
    return found


def _bucket_sql(period: Period, grain: Grain) -> str:
    """An expression for the number of the bucket of ``created_at``, from 0, as `Period.edges` numbers them."""
    if grain == "hour":
        start = round(period.start.timestamp() * 1_000_000)
        return f"(epoch_us(created_at) - {start}) // 3600000000"
    day = local_day_sql("created_at", period.start, period.end, period.zone)
    number = f"datediff('day', DATE '{period.first}', {day})"
    if grain == "day":
        return number
    firsts = [edge.astimezone(UTC) for edge in period.edges(grain)[1:-1]]
    zone = _local_days(firsts, period)
    cases = " ".join(f"WHEN {number} < {(first - period.first).days} THEN {at}" for at, first in enumerate(zone))
    return f"CASE {cases} ELSE {len(zone)} END" if cases else "0"


def _local_days(edges: Sequence[datetime], period: Period) -> list[date]:
    from zoneinfo import ZoneInfo

    return [edge.astimezone(ZoneInfo(period.zone)).date() for edge in edges]


def share_of_voice(
    actor: Actor,
    period: Period,
    chosen: MentionFilter | None = None,
    *,
    brand_id: int | None = None,
    brandless: bool = False,
    grain: Grain = "week",
) -> ShareOfVoice:
    """K01: B / (B + sum of C_j) over the chosen queries, or all active ones; with a brand, of its own queries.

    Competitor queries of another brand than the given one are left out; those without a brand stand against each.
    With ``brandless`` only queries without a brand count, on both sides. Where markets may have come together, a remark
    says so.
    """
    require(actor, _CODE)
    chosen = chosen or MentionFilter()
    queries = [query for query in _queries(actor, chosen) if query.role in ("own", "competitor")]
    if brand_id is not None:
        queries = [q for q in queries if q.brand_id == brand_id or (q.role == "competitor" and q.brand_id is None)]
    elif brandless:
        queries = [query for query in queries if query.brand_id is None]
    mixed = _mixed_markets(actor, queries, brand_id)
    groups = _contenders(queries)
    chosen = replace(chosen, queries=tuple(query.pk for query in queries))
    with reading() as view:
        conditions = where(view, actor, period, chosen, table="matches", code=_CODE)
        counts = _counts_by_group(view, conditions, [ids for _, _, ids in groups])
        buckets = _bucket_counts(view, conditions, [ids for _, _, ids in groups], period, grain)
        own_ids = tuple(query.pk for query in queries if query.role == "own")
        own = _counts_by_group(view, conditions, [own_ids])[0] if own_ids else Counts()
        own_buckets = _bucket_counts(view, conditions, [own_ids], period, grain) if own_ids else {}
    by_id = {query.pk: query for query in queries}
    rivals = [count for (_, is_own, _), count in zip(groups, counts, strict=True) if not is_own]
    ways: tuple[CountBy, ...] = ("raw", "clusters", "authors")
    bases = {way: own.by(way) + sum(count.by(way) for count in rivals) for way in ways}
    contenders = [
        Contender(
            label,
            is_own,
            ids,
            by_id[ids[0]].brand_id,
            by_id[ids[0]].colour,
            count,
            # Two own brands found in one post would count twice in their sum, so a share never exceeds its base.
            {way: _share(min(count.by(way), bases[way]), bases[way]) for way in ways},
        )
        for (label, is_own, ids), count in zip(groups, counts, strict=True)
    ]
    edges = period.edges(grain)
    series = []
    for number, start in enumerate(edges[:-1]):
        parts = tuple(buckets.get((group, number), 0) for group in range(len(groups)))
        mine = own_buckets.get((0, number), 0)
        others = sum(n for n, (_, is_own, _) in zip(parts, groups, strict=True) if not is_own)
        series.append(ShareBucket(start, parts, _share(mine, mine + others)))
    return ShareOfVoice(
        period,
        chosen,
        contenders,
        {way: _share(own.by(way), bases[way]) for way in ways},
        series,
        mixed + asymmetries(queries) + _staleness(queries),
    )


def _contenders(queries: Sequence[ListeningQuery]) -> list[tuple[str, bool, tuple[int, ...]]]:
    """(label, own, query ids): own queries of a brand go together; a competitor's stand alone."""
    own: dict[object, list[ListeningQuery]] = {}
    for query in queries:
        if query.role == "own":
            own.setdefault(query.brand_id or f"query {query.pk}", []).append(query)
    groups = []
    for members in own.values():
        brand = members[0].brand
        label = brand.name if brand is not None and len(members) > 1 else members[0].name
        groups.append((label, True, tuple(query.pk for query in members)))
    groups += [(query.name, False, (query.pk,)) for query in queries if query.role == "competitor"]
    return groups


def _mixed_markets(actor: Actor, queries: Sequence[ListeningQuery], brand_id: int | None) -> list[str]:
    """Whether own sides of several markets are counted together, or competitors that may belong to another market."""
    if brand_id is None:
        own = {query.brand_id: query.brand.name if query.brand else "" for query in queries if query.role == "own"}
        if len(own) < 2:
            return []
        listed = ", ".join(sorted(name for name in own.values() if name) + ["without a brand"] * (None in own))
        return [f"Own queries of several markets are counted together: {listed}. Choose one for its own share."]
    rivals = [query.name for query in queries if query.role == "competitor" and query.brand_id is None]
    if not rivals or not visible_to(actor, _CODE).filter(state="active", role="own", brand=None).exists():
        return []
    sentence = (
        f"Competitor queries without a brand stand against every brand, here too: {', '.join(rivals)}. "
        "There are own queries without a brand as well, so these may be of another market; "
        "choose a brand in each query to keep markets apart."
    )
    return [sentence]


def _staleness(queries: Sequence[ListeningQuery]) -> list[str]:
    stale = [query.name for query in queries if not query.is_fresh]
    if not stale:
        return []
    return [f"Stored mentions are still being matched with the present text of: {', '.join(stale)}."]


def _grouped(groups: Sequence[tuple[int, ...]]) -> str:
    listed = ", ".join(f"({query}, {number})" for number, ids in enumerate(groups) for query in ids)
    return f"(VALUES {listed}) AS groups(grouped_query, part)"


def _counts_by_group(view: View, conditions: Where, groups: Sequence[tuple[int, ...]]) -> list[Counts]:
    """The three counts of each group of queries; a post that two queries of a group find counts once."""
    if not groups:
        return []
    once = all(len(ids) == 1 for ids in groups)
    rows = _rows(
        view,
        f"SELECT part, {'count(*)' if once else 'count(DISTINCT mention_id)'}, count(DISTINCT cluster) "
        f"+ count(DISTINCT CASE WHEN cluster IS NULL THEN mention_id END), count(DISTINCT {_AUTHOR}) "
        f"FROM matches JOIN {_grouped(groups)} ON grouped_query = query_id WHERE {conditions.sql} GROUP BY part",
        conditions.values,
    )
    found = {part: Counts(raw, clusters, authors) for part, raw, clusters, authors in rows}
    return [found.get(number, Counts()) for number in range(len(groups))]


def _bucket_counts(
    view: View, conditions: Where, groups: Sequence[tuple[int, ...]], period: Period, grain: Grain
) -> dict[tuple[int, int], int]:
    if not groups:
        return {}
    once = all(len(ids) == 1 for ids in groups)
    rows = _rows(
        view,
        f"SELECT part, {_bucket_sql(period, grain)} AS bucket, {'count(*)' if once else 'count(DISTINCT mention_id)'} "
        f"FROM matches JOIN {_grouped(groups)} ON grouped_query = query_id WHERE {conditions.sql} GROUP BY ALL",
        conditions.values,
    )
    return {(part, bucket): count for part, bucket, count in rows}


@dataclass(frozen=True)
class SentimentBucket:
    """Posts by sentiment within one stretch of time, or altogether."""

    start: datetime
    negative: int
    neutral: int
    positive: int

    @property
    def total(self) -> int:
        """All posts."""
        return self.negative + self.neutral + self.positive

    @property
    def net(self) -> float | None:
        """K04: (positive - negative) / (positive + negative); None without either."""
        either = self.positive + self.negative
        return (self.positive - self.negative) / either if either else None

    @property
    def net_of_all(self) -> float | None:
        """K04: (positive - negative) / all."""
        return (self.positive - self.negative) / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of `net_of_all`."""
        return net_share(self.positive, self.negative, self.total)


@dataclass(frozen=True)
class SentimentSeries:
    """One query's sentiment, altogether and over time."""

    query_id: int
    name: str
    colour: int
    whole: SentimentBucket
    buckets: list[SentimentBucket]
    chosen: MentionFilter


def sentiment_over_time(
    actor: Actor, period: Period, chosen: MentionFilter | None = None, *, grain: Grain = "week"
) -> list[SentimentSeries]:
    """K04 for each chosen query, corrections included. Re-shares only repeat an opinion: left out unless asked for."""
    require(actor, _CODE)
    chosen = chosen or MentionFilter()
    if not chosen.kinds:
        chosen = replace(chosen, kinds=OPINIONS)
    queries = _queries(actor, chosen)
    chosen = replace(chosen, queries=tuple(query.pk for query in queries))
    if not queries:
        return []
    with reading() as view:
        conditions = where(view, actor, period, chosen, table="matches", code=_CODE)
        rows = _rows(
            view,
            f"SELECT query_id, {_bucket_sql(period, grain)} AS bucket, sentiment, count(*) FROM matches "
            f"WHERE {conditions.sql} GROUP BY ALL",
            conditions.values,
        )
    counts = {(query, bucket, label): number for query, bucket, label, number in rows}
    starts = period.edges(grain)[:-1]
    result = []
    for query in queries:
        buckets = [
            SentimentBucket(
                start, *(counts.get((query.pk, at, label), 0) for label in ("negative", "neutral", "positive"))
            )
            for at, start in enumerate(starts)
        ]
        whole = SentimentBucket(
            period.start,
            sum(bucket.negative for bucket in buckets),
            sum(bucket.neutral for bucket in buckets),
            sum(bucket.positive for bucket in buckets),
        )
        own = replace(chosen, queries=(query.pk,))
        result.append(SentimentSeries(query.pk, query.name, query.colour, whole, buckets, own))
    return result


def mention_counts(
    actor: Actor, period: Period, chosen: MentionFilter | None = None, *, grain: Grain = "day"
) -> dict[int, list[tuple[datetime, int]]]:
    """Query id -> (start of bucket, mentions), with a bucket for every stretch of the period (K03)."""
    require(actor, _CODE)
    chosen = chosen or MentionFilter()
    queries = _queries(actor, chosen)
    chosen = replace(chosen, queries=tuple(query.pk for query in queries))
    if not queries:
        return {}
    with reading() as view:
        conditions = where(view, actor, period, chosen, table="matches", code=_CODE)
        rows = _rows(
            view,
            f"SELECT query_id, {_bucket_sql(period, grain)} AS bucket, count(*) FROM matches "
            f"WHERE {conditions.sql} GROUP BY ALL",
            conditions.values,
        )
    counts = {(query, bucket): number for query, bucket, number in rows}
    starts = period.edges(grain)[:-1]
    return {q.pk: [(start, counts.get((q.pk, at), 0)) for at, start in enumerate(starts)] for q in queries}


@dataclass(frozen=True)
class Mix:
    """What the posts consist of by one property: (value or "" for not known, posts), most frequent first."""

    platforms: list[tuple[str, int]]
    languages: list[tuple[str, int]]
    kinds: list[tuple[str, int]]
    total: int


@dataclass(frozen=True)
class Population:
    """Who is behind the posts, so that a reader can judge what they stand for."""

    posts: int
    clusters: int
    authors: int
    #: Posts whose author the source hides.
    without_author: int
    #: Share of the posts (with an author) by the most active 1 % of the authors; None without authors.
    top_author_share: float | None
    #: Posts by authors that look automated; they are in every other count.
    suspected: int
    reshares: int
    chosen: MentionFilter


def _base(actor: Actor, view: View, period: Period, chosen: MentionFilter) -> tuple[str, Where]:
    """Each chosen post once. Without chosen queries: those that any active query found."""
    queries = chosen_queries(actor, chosen.queries, _CODE) if chosen.queries else None
    if queries is None:
        queries = tuple(query.pk for query in _queries(actor, chosen))
    chosen = replace(chosen, queries=queries)
    conditions = where(view, actor, period, chosen, table="matches", code=_CODE)
    if not queries:
        conditions.add("false")
    distinct = "DISTINCT ON (mention_id) " if len(queries) != 1 else ""
    columns = "mention_id, platform, lang, kind, author, cluster, suspected"
    return f"(SELECT {distinct}{columns} FROM matches WHERE {conditions.sql})", conditions


def mix(actor: Actor, period: Period, chosen: MentionFilter | None = None) -> Mix:
    """Platforms, languages and kinds of the posts found, each post once."""
    require(actor, _CODE)
    with reading() as view:
        source, conditions = _base(actor, view, period, chosen or MentionFilter())
        rows = _rows(view, f"SELECT platform, lang, kind, count(*) FROM {source} GROUP BY ALL", conditions.values)
    totals: list[dict[str, int]] = [{}, {}, {}]
    for *values, count in rows:
        for total, value in zip(totals, values, strict=True):
            total[value or ""] = total.get(value or "", 0) + count
    parts = [sorted(total.items(), key=lambda item: (-item[1], item[0])) for total in totals]
    return Mix(parts[0], parts[1], parts[2], sum(row[-1] for row in rows))


def population(actor: Actor, period: Period, chosen: MentionFilter | None = None) -> Population:
    """What every report prints beside its figures: authors, concentration, automation, re-shares."""
    require(actor, _CODE)
    chosen = chosen or MentionFilter()
    with reading() as view:
        source, conditions = _base(actor, view, period, chosen)
        whole = _rows(
            view,
            "SELECT count(*), count(DISTINCT cluster) + count_if(cluster IS NULL), count_if(author IS NULL), "
            f"count_if(suspected IS NOT NULL), count_if(kind = 'reshare') FROM {source}",
            conditions.values,
        )[0]
        per_author = _rows(
            view,
            f"SELECT n, count(*) FROM (SELECT count(*) AS n FROM {source} WHERE author IS NOT NULL "
            f"GROUP BY {_AUTHOR}) GROUP BY n ORDER BY n DESC",
            conditions.values,
        )
    posts, clusters, hidden, suspected, reshares = whole
    authors = sum(number for _, number in per_author)
    return Population(
        posts, clusters, authors, hidden, _top_share(per_author, authors), suspected, reshares, chosen
    )  # fmt: skip


def _top_share(per_author: Sequence[tuple[Any, ...]], authors: int) -> float | None:
    """From (posts, number of authors with so many), most first: the share of the top 1 %, at least one author."""
    if not authors:
        return None
    left, taken = max(1, round(authors * 0.01)), 0
    for posts, number in per_author:
        use = min(left, number)
        taken, left = taken + use * posts, left - use
        if not left:
            break
    return float(taken / sum(posts * number for posts, number in per_author))


def last_days(days: int, zone: str, today: date) -> Period:
    """The last whole days up to today, today included."""
    return Period(today - timedelta(days=days - 1), today, zone)
