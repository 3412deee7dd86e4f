"""From the matcher's answer to rows of the mention store, the same way for imports, re-matching and previews."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from fourleaf.engine.listening import Matcher, QuerySpec, compile_queries
from fourleaf.engine.posts import MATCH_SCHEMA
from fourleaf.listening.models import ListeningQuery

__all__ = ["MATCH_INPUT", "ActiveMatcher", "match_rows", "spec_of"]

#: Columns of a mention that matching and its result need.
MATCH_INPUT = ("id", "text", "author", "platform", "lang", "created_at", "kind", "sentiment", "cluster", "suspected")
_KEPT = ("created_at", "author", "platform", "kind", "lang", "sentiment", "cluster", "suspected")


def spec_of(query: ListeningQuery) -> QuerySpec:
    """A stored query as the engine takes it."""
    return QuerySpec(id=query.pk, name=query.name, query=query.text, role=query.role)  # type: ignore[arg-type]  # one of the three by constraint


def match_rows(rows: pa.RecordBatch, found: pa.RecordBatch, versions: Mapping[int, int]) -> pa.RecordBatch:
    """Rows of MATCH_SCHEMA, one for each (query, mention) of ``found``, the matcher's answer for ``rows``."""
    lists: Any = found.column("queries")
    ends = np.asarray(lists.offsets)
    owners = np.repeat(np.arange(rows.num_rows), np.diff(ends))
    queries = lists.values.slice(int(ends[0]), int(ends[-1] - ends[0]))
    numbers = queries.to_numpy(zero_copy_only=False)
    different, place = np.unique(numbers, return_inverse=True)
    version = np.array([versions[int(number)] for number in different], np.int64)[place]
    taken = pa.array(owners, pa.int64())
    columns = [pa.array(numbers, pa.int64()), pa.array(version, pa.int64()), rows.column("id").take(taken)]
    columns += [rows.column(name).take(taken) for name in _KEPT]
    return pa.RecordBatch.from_arrays(columns, schema=MATCH_SCHEMA)


class ActiveMatcher:
    """The matcher of the active queries, compiled again when one of them has changed."""

    def __init__(self) -> None:
        self._versions: dict[int, int] | None = None
        self._matcher: Matcher | None = None

    def matches(self, rows: pa.RecordBatch) -> pa.RecordBatch:
        """Rows of MATCH_SCHEMA for the queries that are active at this moment."""
        queries: Sequence[ListeningQuery] = list(ListeningQuery.objects.filter(state="active").order_by("pk"))
        versions = {query.pk: query.text_version for query in queries}
        if versions != self._versions:
            self._matcher = compile_queries([spec_of(query) for query in queries]) if queries else None
            self._versions = versions
        if self._matcher is None or not rows.num_rows:
            return _none()
        return match_rows(rows, self._matcher.match(rows, spans=False), versions)


def _none() -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([], field.type) for field in MATCH_SCHEMA], schema=MATCH_SCHEMA)
