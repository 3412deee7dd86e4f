"""The matcher: Arrow in, Arrow out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fourleaf.engine.listening.matching.buffer import FoldedBuffer, Positions
from fourleaf.engine.listening.matching.columns import Columns
from fourleaf.engine.listening.matching.evaluate import Matches, evaluate
from fourleaf.engine.listening.matching.hits import Hits, Searcher
from fourleaf.engine.listening.matching.plan import Plan, QuerySpec, compile_plan
from fourleaf.engine.listening.text_column import as_text_column

__all__ = ["MATCHER_SCHEMA", "Matcher", "compile_queries"]

_SPAN: Final[Any] = pa.struct([("query", pa.int64()), ("start", pa.int32()), ("end", pa.int32())])

#: What `Matcher.match` gives: for each row the ids of the queries that match, ascending, and where their terms stand.
MATCHER_SCHEMA: Final = pa.schema({"queries": pa.list_(pa.int64()), "spans": pa.list_(_SPAN)})

# Pieces of about this many bytes stay in the processor's cache through all steps; found with benchmarks/matching.py.
_PIECE_BYTES: Final = 512 * 1024


def compile_queries(specs: Sequence[QuerySpec]) -> Matcher:
    """Compile a set of queries; raises QueryErrors naming every query that cannot be read."""
    return Matcher(compile_plan(specs))


class Matcher:
    """A compiled set of queries. It keeps no state between batches, so several threads can share one."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._searcher = Searcher(plan)

    def match(self, batch: pa.RecordBatch, *, spans: bool = True) -> pa.RecordBatch:
        """Which queries match each row of a batch with a column `text`; see `MATCHER_SCHEMA`.

        A null text matches nothing. `author`, `platform` and `lang` are read where queries ask for them; without a
        column `lang` the language is detected, for those rows only where it still decides. Spans are code points of
        the original text, end exclusive, ordered by query and place; with ``spans=False`` they are left out (empty
        lists), which is cheaper.
        """
        if "text" not in batch.schema.names:
            raise ValueError(f"The batch has no column «text»; its columns are {', '.join(batch.schema.names)}.")
        texts = as_text_column(batch.column("text"))
        pieces = []
        for start, stop in _pieces(texts):
            columns = Columns(batch.slice(start, stop - start), texts.slice(start, stop - start))
            pieces.append((start, *self._piece(columns, spans)))
        return _assemble(pieces, self._plan.ids, batch.num_rows)

    def _piece(self, columns: Columns, spans: bool) -> tuple[Matches, Positions]:
        buffer, hits = self._searcher.find(columns.texts, columns.authors)

        def lookup(number: int, rows: Positions) -> npt.NDArray[np.bool_]:
            wanted = self._plan.filters[number]
            return columns.has(wanted.name, wanted.values, rows)

        matches = evaluate(self._plan, hits, lookup, support=spans)
        return matches, _spans(buffer, hits, matches) if spans else np.empty((4, 0), np.int64)


def _pieces(texts: Any) -> Iterator[tuple[int, int]]:
    """Ranges of rows of about the same number of bytes."""
    rows = len(texts)
    offsets = np.frombuffer(texts.buffers()[1], np.int64)[texts.offset : texts.offset + rows + 1] if rows else None
    start = 0
    while offsets is not None and start < rows:
        stop = int(np.searchsorted(offsets, offsets[start] + _PIECE_BYTES, side="right")) - 1
        stop = min(max(stop, start + 1), rows)
        yield start, stop
        start = stop


def _spans(buffer: FoldedBuffer, hits: Hits, matches: Matches) -> Positions:
    """Rows, query indexes, starts and ends of the places that support matches; ordered, without repeats."""
    placed = hits.start[matches.support_hit] >= 0
    index, query = matches.support_hit[placed], matches.support_query[placed]
    used, back = np.unique(index, return_inverse=True)
    first, last = hits.start[used], hits.end[used]
    open_ = np.flatnonzero(~hits.settled[used])
    if len(open_):
        first[open_], last[open_] = buffer.original_spans(hits.row[used[open_]], first[open_], last[open_])
    spans = np.stack([hits.row[index], query, first[back], last[back]])
    spans = spans[:, np.lexsort(spans[::-1])]
    if spans.shape[1] > 1:
        fresh = np.concatenate([[True], (spans[:, 1:] != spans[:, :-1]).any(axis=0)])
        spans = spans[:, fresh]
    return spans


def _assemble(pieces: Sequence[tuple[int, Matches, Positions]], ids: Positions, rows: int) -> pa.RecordBatch:
    empty = np.empty(0, np.int64)
    row = np.concatenate([empty, *(matches.row + start for start, matches, _ in pieces)])
    query = np.concatenate([empty, *(matches.query for _, matches, _ in pieces)])
    spans = np.concatenate([np.empty((4, 0), np.int64), *(spans for _, _, spans in pieces)], axis=1)
    span_rows = np.concatenate([empty, *(part[0] + start for start, _, part in pieces)])
    struct = pa.StructArray.from_arrays(
        [
            pa.array(ids[spans[1]] if len(ids) else empty, pa.int64()),
            pa.array(spans[2].astype(np.int32)),
            pa.array(spans[3].astype(np.int32)),
        ],
        fields=list(_SPAN),
    )
    queries = pa.ListArray.from_arrays(_offsets(row, rows), pa.array(ids[query] if len(ids) else empty, pa.int64()))
    return pa.RecordBatch.from_arrays(
        [queries, pa.ListArray.from_arrays(_offsets(span_rows, rows), struct)], schema=MATCHER_SCHEMA
    )


def _offsets(sorted_rows: Positions, rows: int) -> pa.Int32Array:
    counts = np.bincount(sorted_rows, minlength=rows)
    return pa.array(np.concatenate([[0], np.cumsum(counts)]).astype(np.int32), pa.int32())
