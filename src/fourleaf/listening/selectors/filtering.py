"""From a filter to SQL over the mention store: the one place that says which mentions a filter means."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from fourleaf.engine.listening import QueryErrors, QuerySpec, compile_queries
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotAllowedError
from fourleaf.listening.contracts import MentionFilter, Period
from fourleaf.listening.selectors.queries import mention_scope
from fourleaf.listening.store import View
from fourleaf.listening.suppression import folded_handle

if TYPE_CHECKING:
    import duckdb

__all__ = ["Where", "chosen_queries", "instant", "where"]

_SEARCHES_KEPT = 6
_ROWS = 50_000
_ID = {"mentions": "id", "matches": "mention_id"}
Table = Literal["mentions", "matches"]


def instant(moment: datetime) -> str:
    """An instant as a SQL constant, which lets the engine pass over files and row groups."""
    return f"make_timestamptz({round(moment.timestamp() * 1_000_000)})"


@dataclass
class Where:
    """Conditions that must all hold, with their bound values."""

    parts: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, sql: str, *values: Any) -> Where:
        """One more condition."""
        self.parts.append(sql)
        self.values.extend(values)
        return self

    def among(self, column: str, values: Sequence[str]) -> Where:
        """One of the values, when any are given. "" stands for "not known"."""
        if not values:
            return self
        known = [value for value in values if value]
        sql = f"list_contains(?, {column})" if known else "false"
        if len(known) < len(values):
            sql = f"({sql} OR {column} IS NULL)"
        return self.add(sql, *([known] if known else []))

    @property
    def sql(self) -> str:
        """The conditions as an expression."""
        return " AND ".join(self.parts) or "true"


def chosen_queries(actor: Actor, chosen: Iterable[int], code: str) -> tuple[int, ...] | None:
    """The queries that count: the chosen ones within what the actor may see. None means every stored mention."""
    scope = mention_scope(actor, code)
    wanted = tuple(sorted(set(chosen)))
    if scope is None:
        return wanted or None
    return tuple(sorted(set(wanted) & set(scope))) if wanted else scope


def where(
    view: View,
    actor: Actor,
    period: Period | None,
    chosen: MentionFilter,
    *,
    table: Table = "mentions",
    code: str = "listening.view_mentions",
) -> Where:
    """The conditions of a filter on rows of ``mentions`` or ``matches``, within what the actor may see."""
    key = _ID[table]
    result = Where()
    times = ""
    if period is not None:
        times = f"created_at >= {instant(period.start)} AND created_at < {instant(period.end)}"
        result.add(times)
    queries = chosen_queries(actor, chosen.queries, code)
    if queries is not None:
        listed = f"query_id IN ({', '.join(map(str, queries)) or 'NULL'})"
        if table == "mentions":
            within = f"{listed} AND {times}" if times else listed
            listed = f"id IN (SELECT mention_id FROM matches WHERE {within})"
        result.add(listed)
    result.among("platform", chosen.platforms).among("lang", chosen.languages)
    result.among("sentiment", chosen.sentiments).among("kind", chosen.kinds)
    if chosen.relevance != "all":
        verdict = {"kept": "IS DISTINCT FROM false", "relevant": "IS TRUE", "irrelevant": "IS FALSE"}
        result.add(f"relevant {verdict[chosen.relevance]}")
    if chosen.review:
        # The view's own table of corrections holds only those that say something.
        spoken = "SELECT mention_id FROM corrections" + (
            " WHERE sentiment IS NOT NULL" if chosen.review == "sentiment" else ""
        )
        result.add(f"{key} {'NOT ' if chosen.review == 'none' else ''}IN ({spoken})")
    if chosen.suspected != "include":
        result.add(f"suspected IS {'NOT ' if chosen.suspected == 'only' else ''}NULL")
    if chosen.own != "include":
        _own(result, view.own_accounts(), chosen.own == "only")
    if chosen.author:
        if not actor.may("listening.view_authors"):
            raise NotAllowedError("You may not look for authors. An administrator can grant a role that may.")
        result.add("lower(author) = ?", folded_handle(chosen.author))
    if chosen.cluster is not None:
        result.add("cluster = ?", chosen.cluster)
    if chosen.answers:
        # Matches do not say what a post answers.
        answering = (
            "parent_id = ?" if table == "mentions" else f"{key} IN (SELECT id FROM mentions WHERE parent_id = ?)"
        )
        result.add(answering, chosen.answers)
    if chosen.search.strip():
        result.add(f"{key} IN (SELECT id FROM {_found(view, chosen.search.strip())})")
    return result


def _own(result: Where, accounts: Sequence[tuple[str, str]], only: bool) -> None:
    """Posts of our own accounts, or all others; authors that are not known are others."""
    if not accounts:
        if only:
            result.add("false")
        return
    everywhere = [handle for platform, handle in accounts if not platform]
    somewhere = [f"{platform}\x1f{handle}" for platform, handle in accounts if platform]
    parts, values = [], []
    if everywhere:
        parts.append("list_contains(?, lower(author))")
        values.append(everywhere)
    if somewhere:
        parts.append("list_contains(?, concat(lower(platform), chr(31), lower(author)))")
        values.append(somewhere)
    result.add(f"coalesce({' OR '.join(parts)}, false) = {'true' if only else 'false'}", *values)


def _found(view: View, text: str) -> str:
    """The name of a table of the ids of all mentions that fit a search; kept as long as the view."""
    with view.guard:
        searches: dict[str, str] = view.kept.setdefault("searches", {})
        if text in searches:
            searches[text] = searches.pop(text)
            return searches[text]
        cursor = view.cursor()
        if len(searches) >= _SEARCHES_KEPT:
            oldest = next(iter(searches))
            cursor.execute(f"DROP TABLE {searches.pop(oldest)}")
        name = f"found_{uuid.uuid4().hex}"
        ids = pa.table({"id": _matching_ids(cursor, text)})
        cursor.register("given_ids", ids)
        cursor.execute(f"CREATE TABLE {name} AS SELECT id FROM given_ids")
        cursor.unregister("given_ids")
        searches[text] = name
        return name


def _matching_ids(cursor: duckdb.DuckDBPyConnection, text: str) -> Any:
    try:
        matcher = compile_queries([QuerySpec(id=1, name="search", query=text)])
    except QueryErrors:
        # Not a query, so it is taken as words that must stand side by side.
        rows = cursor.sql(
            "SELECT id FROM stored_mentions WHERE contains(lower(text), lower(?))", params=[text]
        ).to_arrow_table()
        return rows["id"]
    reader = cursor.sql("SELECT id, text, author, platform, lang FROM stored_mentions").to_arrow_reader(_ROWS)
    parts = []
    for batch in reader:
        lists: Any = matcher.match(batch, spans=False).column("queries")
        parts.append(batch.column("id").filter(lists.value_lengths().to_numpy(zero_copy_only=False) > 0))
    return pa.chunked_array(parts, pa.string())
