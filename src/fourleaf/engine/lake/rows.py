"""Cutting batches into the shape and the partitions of the store."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from fourleaf.engine.lake.errors import LakeInputError
from fourleaf.engine.lake.table import Files, conform
from fourleaf.engine.posts import MATCH_SCHEMA

__all__ = ["by_author", "by_month", "by_query", "matches_of", "of_query", "queries_of", "with_constant"]


def with_constant(batch: pa.RecordBatch | pa.Table, name: str, value: object) -> pa.Table:
    """The rows with one column set to a constant."""
    table = pa.Table.from_batches([batch]) if isinstance(batch, pa.RecordBatch) else batch
    column = pa.repeat(pa.scalar(value), table.num_rows)
    if name in table.column_names:
        return table.set_column(table.column_names.index(name), name, column)
    return table.append_column(name, column)


def matches_of(batch: pa.RecordBatch | pa.Table, query_id: int | None, query_version: int | None) -> pa.Table:
    table = pa.Table.from_batches([batch]) if isinstance(batch, pa.RecordBatch) else batch
    for name, value in (("query_id", query_id), ("query_version", query_version)):
        if value is None:
            continue
        if name not in table.column_names:
            table = with_constant(table, name, value)
        elif table.num_rows and not pc.all(pc.equal(table[name], value)).as_py():
            raise LakeInputError(f"The rows hold a {name} other than {value}, for which they were handed in.")
    return conform(table, MATCH_SCHEMA)


def by_month(rows: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """Rows of each UTC month, e.g. "2024-03"."""
    months = pc.strftime(rows["created_at"], format="%Y-%m")
    for month in sorted(pc.unique(months).to_pylist()):
        yield month, rows.filter(pc.equal(months, month))


def by_query(rows: pa.Table) -> Iterator[tuple[int, pa.Table]]:
    for query in sorted(pc.unique(rows["query_id"]).to_pylist()):
        yield query, rows.filter(pc.equal(rows["query_id"], query))


def queries_of(actions: pa.Table) -> list[int]:
    return [int(number) for number in actions["partition.query_id"].to_pylist()] if actions.num_rows else []


def of_query(files: Files, query_id: int) -> pa.Table:
    """The file actions of one query."""
    return files.actions.filter(pa.array([number == query_id for number in queries_of(files.actions)], pa.bool_()))


def by_author(rows: pa.Table, author: str | None, platform: str | None) -> pa.ChunkedArray:
    """Which rows are of this author (case and a leading "@" ignored), on this platform if one is given."""
    if author is None:
        return pa.chunked_array([pa.repeat(False, rows.num_rows)])
    same = pc.equal(pc.utf8_lower(rows["author"]), author.strip().removeprefix("@").lower())
    if platform is not None:
        same = pc.and_(same, pc.equal(rows["platform"], platform))
    return pc.fill_null(same, False)
