"""Cutting batches into the shape and the partitions of the store, and reading its lists of files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from fourleaf.engine.lake.errors import LakeInputError
from fourleaf.engine.lake.table import Files, conform
from fourleaf.engine.posts import MATCH_SCHEMA

#: A truth value for each row.
Mask: TypeAlias = "pa.ChunkedArray[Any] | pa.BooleanArray"

__all__ = [
    "Mask",
    "among",
    "by_author",
    "by_month",
    "by_query",
    "matches_of",
    "newest_versions",
    "numbers_of",
    "of_query",
    "paths_of",
    "queries_of",
    "with_constant",
]


def with_constant(batch: pa.RecordBatch | pa.Table, name: str, value: str | int) -> pa.Table:
    """The rows with one column set to a constant."""
    table = pa.Table.from_batches([batch]) if isinstance(batch, pa.RecordBatch) else batch
    column = pa.repeat(value, table.num_rows)
    if name in table.column_names:
        return table.set_column(table.column_names.index(name), name, column)
    return table.append_column(name, column)


def matches_of(batch: pa.RecordBatch | pa.Table, query_id: int | None, query_version: int | None) -> pa.Table:
    """Rows of MATCH_SCHEMA, with the query filled in where it is given and the batch leaves it out."""
    table = pa.Table.from_batches([batch]) if isinstance(batch, pa.RecordBatch) else batch
    for name, value in (("query_id", query_id), ("query_version", query_version)):
        if value is None:
            continue
        if name not in table.column_names:
            table = with_constant(table, name, value)
        elif table.num_rows and pc.count_distinct(table[name]).as_py() + (table[name][0].as_py() != value) > 1:
            raise LakeInputError(f"The rows hold a {name} other than {value}, for which they were handed in.")
    return conform(table, MATCH_SCHEMA)


def by_month(rows: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """Rows of each UTC month, e.g. "2024-03"."""
    months = pc.strftime(rows["created_at"], format="%Y-%m")
    for month in sorted(str(name) for name in pc.unique(months).to_pylist()):
        yield month, rows.filter(pc.equal(months, pa.scalar(month)))


def by_query(rows: pa.Table) -> Iterator[tuple[int, pa.Table]]:
    """Rows of each query."""
    for query in sorted(int(number) for number in pc.unique(rows["query_id"]).to_numpy()):
        yield query, rows.filter(pc.equal(rows["query_id"], pa.scalar(query, pa.int64())))


def by_author(rows: pa.Table, author: str | None, platform: str | None) -> Mask:
    """Which rows are of this author (case and a leading "@" ignored), on this platform if one is given."""
    if author is None:
        return pa.chunked_array([pa.repeat(False, rows.num_rows)])
    handle = author.strip().removeprefix("@").lower()
    same = among(pc.utf8_lower(rows["author"]), pa.array([handle]))
    return same if platform is None else pc.and_(same, among(rows["platform"], pa.array([platform])))


def among(column: pa.ChunkedArray[Any], wanted: pa.Array[Any]) -> Mask:
    """Which values are among the wanted; a null never is."""
    return pc.and_(pc.is_in(column, value_set=wanted), column.is_valid())


def paths_of(actions: pa.Table) -> list[str]:
    """The files' paths within their table."""
    return [str(path) for path in actions["path"].to_pylist()]


def numbers_of(actions: pa.Table, column: str) -> list[int]:
    """A count or size of each file."""
    return [int(number or 0) for number in actions[column].to_pylist()]


def queries_of(actions: pa.Table) -> list[int]:
    """The query of each file of the matches."""
    return numbers_of(actions, "partition.query_id") if actions.num_rows else []


def newest_versions(actions: pa.Table) -> dict[int, int]:
    """The newest version of each query of which rows are stored."""
    newest: dict[int, int] = {}
    if actions.num_rows and "max.query_version" in actions.column_names:
        for query, version in zip(queries_of(actions), numbers_of(actions, "max.query_version"), strict=True):
            newest[query] = max(version, newest.get(query, version))
    return newest


def of_query(files: Files, query_id: int) -> pa.Table:
    """The file actions of one query."""
    return files.actions.filter(pa.array([number == query_id for number in queries_of(files.actions)], pa.bool_()))
