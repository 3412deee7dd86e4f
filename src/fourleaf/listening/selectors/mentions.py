"""Mentions: pages of a list, counts, what there is to filter by, and one mention with its explanation."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

import pyarrow as pa

from fourleaf.engine.listening import Explanation, Matcher, compile_queries, explain
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import InvalidError, NotAllowedError, NotFoundError
from fourleaf.kernel.permissions import require
from fourleaf.listening.contracts import MentionFilter, Period
from fourleaf.listening.matching import spec_of
from fourleaf.listening.models import ListeningQuery, MentionCorrection, MentionNote
from fourleaf.listening.selectors.filtering import Where, chosen_queries, where
from fourleaf.listening.selectors.queries import visible_to
from fourleaf.listening.store import View, reading

__all__ = [
    "Facets",
    "Mention",
    "MentionDetail",
    "MentionPage",
    "count_mentions",
    "facets",
    "get_mention_for",
    "list_mentions",
    "require_mention",
]

Sort = Literal["newest", "oldest", "reach"]
_CODE = "listening.view_mentions"
_SHOWN = (
    "id, platform, author, author_name, author_followers, created_at, text, url, kind, parent_id, likes, shares, "
    "replies, views, lang, lang_p, sentiment, p_negative, p_neutral, p_positive, sentiment_model, cluster, suspected, "
    "ingest_id, relevant"
)


@dataclass(frozen=True)
class Mention:
    """A stored post as lists show it. The author's fields are None for those who may not see authors."""

    id: str
    platform: str
    author: str | None
    author_name: str | None
    author_followers: int | None
    created_at: datetime
    text: str
    url: str | None
    kind: str
    parent_id: str | None
    likes: int | None
    shares: int | None
    replies: int | None
    views: int | None
    lang: str | None
    lang_p: float | None
    sentiment: str | None
    p_negative: float | None
    p_neutral: float | None
    p_positive: float | None
    sentiment_model: str | None
    cluster: int | None
    suspected: str | None
    ingest_id: str
    relevant: bool | None
    #: Queries (that the actor may see) which found it, ascending.
    queries: tuple[int, ...] = ()
    #: Where their terms stand in the text: (start, end) in characters, end exclusive, in order, without overlaps.
    spans: tuple[tuple[int, int], ...] = ()
    #: Whether a person changed its sentiment.
    corrected: bool = False
    notes: int = 0
    #: Version of the correction, 0 when there is none; services take it back.
    correction_version: int = 0


@dataclass(frozen=True)
class MentionPage:
    """Some mentions, and the keys of the pages around them (None at either end)."""

    mentions: list[Mention]
    after: str | None
    before: str | None


def list_mentions(
    actor: Actor,
    period: Period | None,
    chosen: MentionFilter,
    *,
    sort: Sort = "newest",
    size: int = 50,
    after: str | None = None,
    before: str | None = None,
    known: Mapping[int, ListeningQuery] | None = None,
) -> MentionPage:
    """A page of mentions. Pages are found by key, so that they stay right while new mentions come in.

    ``known`` are all queries that the actor may see, for callers who have read them; they are not read again then.
    """
    require(actor, _CODE)
    backwards = before is not None
    key = _decoded(before if backwards else after, sort)
    with reading() as view:
        found = _page_keys(view, actor, period, chosen, sort, size + 1, key, backwards)
        more = len(found) > size
        found = found[:size]
        if backwards:
            found.reverse()
        mentions = _mentions(view, actor, [row[0] for row in found], [row[1] for row in found], known)
    first = _encoded(sort, found[0]) if found and (more if backwards else key is not None) else None
    last = _encoded(sort, found[-1]) if found and (key is not None if backwards else more) else None
    return MentionPage(mentions, last, first)


# A key row is (id, created_at in microseconds since 1970, followers or -1 when sorted by reach).
_KeyRow = tuple[str, int, int]


def _page_keys(
    view: View,
    actor: Actor,
    period: Period | None,
    chosen: MentionFilter,
    sort: Sort,
    limit: int,
    key: tuple[int, int, str] | None,
    backwards: bool,
) -> list[_KeyRow]:
    """Keys of one page, in the order in which they are met (backwards: from its end)."""
    queries = chosen_queries(actor, chosen.queries, _CODE)
    narrow = queries is not None and sort != "reach" and not chosen.collapse
    table: Literal["mentions", "matches"] = "matches" if narrow else "mentions"
    conditions = where(view, actor, period, chosen, table=table)
    # A mention stands in `matches` once for each query that found it, so that many rows may be one mention.
    wanted = limit * max(1, len(queries or ())) if narrow else limit
    name = "mention_id" if narrow else "id"
    reach = "coalesce(author_followers, -1)" if sort == "reach" else "0"
    columns = f"{name} AS id, created_at, {reach} AS reach"
    source = f"SELECT {columns} FROM {table} WHERE {conditions.sql}"
    if chosen.collapse:
        # The newest of each group of near-duplicates; a mention without a group stands for itself.
        group = "coalesce(CAST(cluster AS VARCHAR), id)"
        newest = "arg_max(struct_pack(id := id, created_at := created_at, reach := reach), (created_at, id))"
        source = (
            f"SELECT unnest(newest) FROM (SELECT {newest} AS newest FROM "
            f"(SELECT {columns}, {group} AS part FROM {table} WHERE {conditions.sql}) GROUP BY part)"
        )
    descending = (sort != "oldest") != backwards
    by = ("reach", "created_at", "id") if sort == "reach" else ("created_at", "id")
    outer = Where(values=list(conditions.values))
    if key is not None:
        sign = "<" if descending else ">"
        bound = {"reach": str(key[0]), "created_at": f"make_timestamptz({key[1]})", "id": "?"}
        outer.add(f"({', '.join(by)}) {sign} ({', '.join(bound[column] for column in by)})", key[2])
        if sort != "reach":
            outer.add(f"created_at {sign}= {bound['created_at']}")
    if sort == "reach":
        outer.parts += _reach_bounds(view, source, conditions.values, key, wanted, descending)
    direction = "DESC" if descending else "ASC"
    order = ", ".join(f"{column} {direction}" for column in by)
    sql = f"SELECT id, epoch_us(created_at), reach FROM ({source}) WHERE {outer.sql} ORDER BY {order} LIMIT {wanted}"
    rows: list[_KeyRow] = view.cursor().execute(sql, outer.values).fetchall()
    seen = dict.fromkeys(row[0] for row in rows)
    if len(seen) == len(rows):
        return rows[:limit]
    first = {row[0]: row for row in reversed(rows)}
    return [first[mention_id] for mention_id in seen][:limit]


def _reach_bounds(
    view: View, source: str, values: Sequence[Any], key: tuple[int, int, str] | None, wanted: int, descending: bool
) -> list[str]:
    """Bounds between which the reach of a page's rows must lie, found by reading one narrow column of numbers,
    so that ids are then compared for few rows instead of all."""
    sign, direction = ("<", "DESC") if descending else (">", "ASC")
    beyond = f"WHERE reach {sign} {key[0]}" if key is not None else ""
    rows = view.cursor().execute(
        f"SELECT reach FROM ({source}) {beyond} ORDER BY reach {direction} LIMIT {wanted}", list(values)
    ).fetchall()  # fmt: skip
    bounds = [f"reach {sign}= {key[0]}"] if key is not None else []
    if len(rows) == wanted:
        bounds.append(f"reach {'>' if descending else '<'}= {rows[-1][0]}")
    return bounds


def _encoded(sort: Sort, row: _KeyRow) -> str:
    parts = [sort, row[2], row[1], row[0]]
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def _decoded(text: str | None, sort: Sort) -> tuple[int, int, str] | None:
    if not text:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        kind, reach, micros, mention_id = json.loads(base64.urlsafe_b64decode(padded.encode()))
        if kind != sort or not isinstance(mention_id, str):
            raise ValueError(kind)
        return int(reach), int(micros), mention_id
    except (ValueError, TypeError) as error:
        raise InvalidError("This page link does not fit the list. Go back to the first page.") from error


def _mentions(
    view: View,
    actor: Actor,
    ids: Sequence[str],
    times: Sequence[int],
    known: Mapping[int, ListeningQuery] | None = None,
) -> list[Mention]:
    """Whole mentions by id, in this order; the times narrow the search to few parts of the store."""
    if not ids:
        return []
    cursor = view.cursor()
    # Exact times as constants let the engine skip nearly all of the wide columns.
    moments = ", ".join(f"make_timestamptz({micros})" for micros in sorted(set(times)))
    span = f"created_at IN ({moments})"
    rows = cursor.sql(
        f"SELECT {_SHOWN} FROM mentions WHERE {span} AND id IN (SELECT unnest(?))", params=[list(ids)]
    ).to_arrow_table()
    matches = cursor.execute(
        f"SELECT mention_id, query_id FROM stored_matches WHERE {span} AND mention_id IN (SELECT unnest(?)) "
        "ORDER BY mention_id, query_id",
        [list(ids)],
    ).fetchall()
    queries = known if known is not None else _visible(actor, {query_id for _, query_id in matches})
    found: dict[str, list[int]] = {}
    for mention_id, query_id in matches:
        if query_id in queries:
            found.setdefault(mention_id, []).append(query_id)
    corrections = {row.mention_id: row for row in MentionCorrection.objects.filter(mention_id__in=ids)}
    notes: dict[str, int] = {}
    for mention_id in MentionNote.objects.filter(mention_id__in=ids).values_list("mention_id", flat=True):
        notes[mention_id] = notes.get(mention_id, 0) + 1
    places = _spans(view, rows, [queries[pk] for pk in sorted({pk for pks in found.values() for pk in pks})])
    hidden = {} if actor.may("listening.view_authors") else {"author": None, "author_name": None}
    by_id = {}
    for row in rows.to_pylist():
        correction = corrections.get(row["id"])
        by_id[row["id"]] = Mention(
            **{**row, **hidden, "created_at": row["created_at"].astimezone(UTC)},
            queries=tuple(found.get(row["id"], ())),
            spans=places.get(row["id"], ()),
            corrected=correction is not None and correction.sentiment is not None,
            notes=notes.get(row["id"], 0),
            correction_version=correction.version if correction else 0,
        )
    return [by_id[mention_id] for mention_id in ids if mention_id in by_id]


def _visible(actor: Actor, ids: set[int]) -> dict[int, ListeningQuery]:
    """Those of these queries that the actor may see."""
    return {query.pk: query for query in visible_to(actor).filter(pk__in=ids)} if ids else {}


def _spans(view: View, rows: pa.Table, queries: Sequence[ListeningQuery]) -> dict[str, tuple[tuple[int, int], ...]]:
    """Where the terms of these queries stand in the texts, merged to places without overlaps."""
    if not queries or not rows.num_rows:
        return {}
    matcher = _matcher(view, queries)
    batch = rows.select(["id", "text", "author", "platform", "lang"]).combine_chunks().to_batches()[0]
    found: Any = zip(batch.column("id").to_pylist(), matcher.match(batch).column("spans").to_pylist(), strict=True)
    return {mention_id: merged([(place["start"], place["end"]) for place in places]) for mention_id, places in found}


def merged(spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Places in order; those that touch or overlap become one."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)


def _matcher(view: View, queries: Sequence[ListeningQuery]) -> Matcher:
    key = ("matcher", *((query.pk, query.text_version) for query in queries))
    if key not in view.kept:
        view.kept[key] = compile_queries([spec_of(query) for query in queries])
    matcher: Matcher = view.kept[key]
    return matcher


def count_mentions(actor: Actor, period: Period | None, chosen: MentionFilter) -> int:
    """How many mentions fit the filter, each counted once."""
    require(actor, _CODE)
    with reading() as view:
        queries = chosen_queries(actor, chosen.queries, _CODE)
        table: Literal["mentions", "matches"] = "mentions" if queries is None else "matches"
        conditions = where(view, actor, period, chosen, table=table)
        counted = "count(*)" if queries is None or len(queries) == 1 else "count(DISTINCT mention_id)"
        if chosen.collapse:
            counted = f"count(DISTINCT coalesce(CAST(cluster AS VARCHAR), {'id' if queries is None else 'mention_id'}))"
        key = ("count", table, counted, conditions.sql, json.dumps(conditions.values))
        if key not in view.kept:
            row = view.cursor().execute(
                f"SELECT {counted} FROM {table} WHERE {conditions.sql}", conditions.values
            ).fetchone()  # fmt: skip
            view.kept[key] = int(row[0]) if row else 0
        return int(view.kept[key])


@dataclass(frozen=True)
class Facets:
    """What there is to filter by, with counts, most frequent first."""

    platforms: list[tuple[str, int]]
    languages: list[tuple[str, int]]
    sentiments: list[tuple[str, int]]
    kinds: list[tuple[str, int]]


def facets(actor: Actor, period: Period | None, chosen: MentionFilter) -> Facets:
    """Counts by platform, language, sentiment and kind of the mentions that fit the filter."""
    require(actor, _CODE)
    with reading() as view:
        conditions = where(view, actor, period, chosen)
        key = ("facets", conditions.sql, json.dumps(conditions.values))
        if key not in view.kept:
            rows = view.cursor().execute(
                "SELECT platform, lang, sentiment, kind, count(*) FROM mentions "
                f"WHERE {conditions.sql} GROUP BY ALL",
                conditions.values,
            ).fetchall()  # fmt: skip
            totals: list[dict[str, int]] = [{}, {}, {}, {}]
            for *values, count in rows:
                for total, value in zip(totals, values, strict=True):
                    total[value or ""] = total.get(value or "", 0) + count
            view.kept[key] = Facets(*(sorted(t.items(), key=lambda item: (-item[1], item[0])) for t in totals))
        result: Facets = view.kept[key]
        return result


@dataclass(frozen=True)
class MentionDetail:
    """One mention with all that is known about it."""

    mention: Mention
    #: (query, why it matches), for each query of the actor's that found it.
    explanations: list[tuple[ListeningQuery, Explanation]]
    #: (token, contribution towards negative, neutral, positive), as the sentiment model weighs them.
    sentiment_reasons: list[tuple[str, tuple[float, float, float]]]
    #: What the model said, whatever people said later.
    model_sentiment: str | None
    correction: MentionCorrection | None
    notes: list[MentionNote] = field(default_factory=list)
    #: Mentions in the same group of near-duplicates, itself included.
    cluster_size: int = 1


def get_mention_for(actor: Actor, mention_id: str) -> MentionDetail:
    """One mention; `NotFoundError` for absent and forbidden alike."""
    at, stored = require_mention(actor, mention_id, _CODE)
    with reading() as view:
        mention = next(iter(_mentions(view, actor, [mention_id], [at])), None)
        if mention is None:
            raise NotFoundError
        size = 1
        if mention.cluster is not None:
            row = view.cursor().execute(
                "SELECT count(*) FROM stored_mentions WHERE cluster = ?", [mention.cluster]
            ).fetchone()  # fmt: skip
            size = int(row[0]) if row else 1
    queries = {query.pk: query for query in visible_to(actor).filter(pk__in=mention.queries)}
    post = {"text": mention.text, "author": stored["author"], "platform": mention.platform, "lang": mention.lang}
    return MentionDetail(
        mention=mention,
        explanations=[(queries[pk], explain(spec_of(queries[pk]), post)) for pk in mention.queries if pk in queries],
        sentiment_reasons=_reasons(mention.text),
        model_sentiment=stored["sentiment"],
        correction=MentionCorrection.objects.filter(mention_id=mention_id).first(),
        notes=list(MentionNote.objects.filter(mention_id=mention_id)),
        cluster_size=size,
    )


def _reasons(text: str) -> list[tuple[str, tuple[float, float, float]]]:
    from fourleaf.engine.listening import sentiment

    return [(token, (negative, neutral, positive)) for token, negative, neutral, positive in sentiment.explain(text)]


def require_mention(actor: Actor, mention_id: str, code: str) -> tuple[int, Mapping[str, Any]]:
    """Time (microseconds since 1970), author and stored sentiment of a mention; `NotFoundError` outside the scope."""
    require(actor, _CODE, seen_by=_CODE)  # an id that may not be seen does not exist
    queries = chosen_queries(actor, (), _CODE)
    with reading() as view:
        scope, table, key = "", "stored_mentions", "id"
        if queries is not None:
            table, key = "stored_matches", "mention_id"
            scope = f" AND query_id IN ({', '.join(map(str, queries)) or 'NULL'})"
        row = view.cursor().execute(
            f"SELECT epoch_us(created_at), author, sentiment FROM {table} WHERE {key} = ?{scope} LIMIT 1", [mention_id]
        ).fetchone()  # fmt: skip
    if row is None:
        raise NotFoundError
    if code != _CODE:
        _may_for(actor, mention_id, code)
    return row[0], {"author": row[1], "sentiment": row[2]}


def _may_for(actor: Actor, mention_id: str, code: str) -> None:
    """Whoever holds a right for some queries only must hold it for one that found this mention."""
    allowed = chosen_queries(actor, (), code)
    if allowed is None:
        return
    listed = ", ".join(map(str, allowed)) or "NULL"
    with reading() as view:
        row = view.cursor().execute(
            f"SELECT 1 FROM stored_matches WHERE mention_id = ? AND query_id IN ({listed})", [mention_id]
        ).fetchone()  # fmt: skip
    if row is None:
        raise NotAllowedError("You may see this mention but not change it; it belongs to another brand or region.")
