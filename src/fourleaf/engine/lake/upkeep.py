"""Erasing rows for good, and keeping the number of files small.

A deleted row in Delta stays on disk in the file of the earlier version. Erasing therefore rewrites the files that
hold a row, commits the swap, and deletes every file that the newest version does not name. The log holds paths,
counts and bounds of times only, so that nothing of the erased row is left in it; the commit does not repeat the
ids or the author as a predicate either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import pyarrow as pa
import pyarrow.compute as pc

from fourleaf.engine.lake.errors import explained
from fourleaf.engine.lake.rows import Mask, numbers_of, paths_of
from fourleaf.engine.lake.table import Table
from fourleaf.engine.lake.views import bare_connection, quoted

__all__ = ["CompactResult", "EraseResult", "files_with", "merge_small_files", "rows_where", "sweep", "without_rows"]

#: A file below this share of a full one is small; merged files hold at most this much compressed data.
_SMALL: Final = 0.5
_MOST_BYTES: Final = 128 * 1024 * 1024


@dataclass(frozen=True)
class EraseResult:
    """How many rows were erased, and how many files were deleted from the disk (old versions and orphans)."""

    mentions: int
    matches: int
    files_deleted: int


@dataclass(frozen=True)
class CompactResult:
    """How many small files were merged into how many, and how many old files were deleted from the disk."""

    merged: int
    into: int
    files_deleted: int


def rows_where(table: Table, columns: list[str], wanted: Callable[[pa.Table], Mask]) -> pa.Table:
    """The given columns of all rows for which `wanted` is true, read file by file."""
    parts = [table.spec.schema.empty_table().select(columns)]
    for path in table.files().paths:
        rows = table.read(path, columns)
        parts.append(rows.filter(wanted(rows)).cast(parts[0].schema))
    return pa.concat_tables(parts)


def files_with(table: Table, column: str, values: pa.Array[Any]) -> list[str]:
    """The files that hold one of the values; on object storage all files, which only costs time."""
    paths = table.files().paths
    if table.location.folder is None or not paths:
        return paths
    connection = bare_connection(None, None, None)
    try:
        connection.register("wanted", pa.table({"value": values}))
        listed = ", ".join(quoted(table.absolute(path)) for path in paths)
        found = connection.execute(
            f"SELECT DISTINCT filename FROM read_parquet([{listed}], filename = true, hive_partitioning = false) "
            f"WHERE {column} IN (SELECT value FROM wanted)"
        ).fetchall()
    finally:
        connection.close()
    holding = {name for (name,) in found}
    return [path for path in paths if table.absolute(path) in holding]


def without_rows(
    table: Table, columns: list[str], wanted: Callable[[pa.Table], Mask], among_files: Sequence[str] | None = None
) -> tuple[pa.Table, int]:
    """Rewrite the files that hold such rows without them, in one commit; returns the rows and the version now.

    `among_files` says which files can hold such rows at all.
    """
    files = table.files()
    candidates = None if among_files is None else set(among_files)
    removed = [table.spec.schema.empty_table()]
    touched = []
    with table.writing("erase rows") as writer:
        for number, path in enumerate(files.paths):
            if candidates is not None and path not in candidates:
                continue
            hit = wanted(table.read(path, columns))
            if not pc.any(hit).as_py():
                continue
            touched.append(number)
            action = files.actions.slice(number, 1).to_pylist()[0]
            value = next(iter(table.partition_values(action).values()), None)
            rows = table.read_whole(path, value)
            removed.append(rows.filter(hit))
            kept = rows.filter(pc.invert(hit))
            writer.write([kept] if kept.num_rows else [], value)
        if not touched:
            return removed[0], files.version
        version = table.commit(writer.adds, table.removal(files.actions.take(pa.array(touched))), transactions={})
    return pa.concat_tables(removed), version


def merge_small_files(table: Table) -> tuple[int, int]:
    """Merge small files of a partition into sorted larger ones; (merged, into). One commit a merged file.

    The rows stay the same, and the commits say so (`dataChange` false), so that streams over the table skip them.
    """
    merged = into = 0
    for group in list(_groups(table)):
        value = next(iter(table.partition_values(group.slice(0, 1).to_pylist()[0]).values()), None)
        rows = pa.concat_tables([table.read_whole(path, value) for path in paths_of(group)])
        order = "created_at" if "created_at" in rows.column_names else rows.column_names[0]
        with table.writing("merge small files", data_change=False) as writer:
            writer.write([rows.sort_by(order)], value)
            table.commit(writer.adds, table.removal(group, data_change=False), transactions={})
        merged += group.num_rows
        into += len(writer.adds)
    return merged, into


def _groups(table: Table) -> Iterator[pa.Table]:
    """Small files of one partition that together make one file, oldest first."""
    actions = table.files().actions
    most = table.spec.rows_per_file * _SMALL
    small = actions.filter(pa.array([rows < most for rows in numbers_of(actions, "num_records")], pa.bool_()))
    if not small.num_rows:
        return
    names = [name for name in small.column_names if name.startswith("partition.")]
    order: list[tuple[str, Literal["ascending", "descending"]]] = [
        (name, "ascending") for name in [*names, "min.created_at"] if name in small.column_names
    ]
    ranked = small.sort_by(order) if order else small
    start = rows = size = 0
    keys = [tuple(row[name] for name in names) for row in ranked.to_pylist()]
    for at, (count, weight) in enumerate(
        zip(numbers_of(ranked, "num_records"), numbers_of(ranked, "size_bytes"), strict=True)
    ):
        full = rows + count > table.spec.rows_per_file or size + weight > _MOST_BYTES
        if at > start and (keys[at] != keys[start] or full):
            if at - start > 1:
                yield ranked.slice(start, at - start)
            start, rows, size = at, 0, 0
        rows, size = rows + count, size + weight
    if ranked.num_rows - start > 1:
        yield ranked.slice(start)


def sweep(table: Table, *, grace_hours: int) -> int:
    """Delete files that no version younger than the grace period names, and orphans older than it."""
    delta = table.refreshed()
    if delta is None:
        return 0
    with explained("delete old files", table.uri):
        gone = delta.vacuum(
            retention_hours=grace_hours, dry_run=False, enforce_retention_duration=False, full=True
        )  # fmt: skip
    return len(gone)
