"""A consistent view of the store at one moment, and connections that can read it and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fourleaf.engine.lake.errors import LakeInputError
from fourleaf.engine.lake.table import Files, Table
from fourleaf.engine.lake.views import local_day_between, open_connection

__all__ = ["Snapshot", "TableName"]

TableName = Literal["mentions", "matches", "daily"]


@dataclass(frozen=True)
class Snapshot:
    """Versions of the tables that belong together. The files stay readable for the grace period of `compact`."""

    zone: str
    tables: Mapping[str, Table] = field(repr=False)
    state: Mapping[str, Files] = field(repr=False)
    daily_current: bool  # whether the daily table counts exactly the matches of this snapshot

    @property
    def is_local(self) -> bool:
        return self.tables["mentions"].location.folder is not None

    def version(self, table: TableName) -> int:
        """The Delta version, or -1 for a table that does not exist yet."""
        return self.state[table].version

    def rows(self, table: TableName) -> int:
        """How many rows the table has, from the log alone."""
        return self.state[table].rows

    def files(
        self,
        table: TableName,
        *,
        since: dt.datetime | None = None,
        until: dt.datetime | None = None,
        query_ids: Sequence[int] | None = None,
    ) -> list[str]:
        """Addresses of the files that can hold rows with since <= created_at < until and of these queries."""
        actions = self.state[table].actions
        if not actions.num_rows:
            return []
        keep: np.ndarray[Any, Any] = np.ones(actions.num_rows, dtype=bool)
        for bound, column, compare in ((since, "max.created_at", pc.greater_equal), (until, "min.created_at", pc.less)):
            if bound is not None and column in actions.column_names:
                limit = pa.scalar(_utc(bound), pa.timestamp("us", tz="UTC"))
                inside = compare(actions[column].cast(limit.type), limit)
                keep &= inside.fill_null(True).to_numpy(zero_copy_only=False)
        if query_ids is not None and "partition.query_id" in actions.column_names:
            wanted = pa.array(list(query_ids), pa.int64())
            of_these = pc.is_in(actions["partition.query_id"].cast(pa.int64()), wanted)
            keep &= of_these.to_numpy(zero_copy_only=False)
        kept = actions.filter(pa.array(keep))
        return [self.tables[table].absolute(str(path)) for path in kept["path"].to_pylist()]

    def bounds(self) -> tuple[dt.datetime, dt.datetime] | None:
        """The earliest and the latest created_at of mentions and matches, from the log alone; None when empty."""
        found = [files.bounds for name, files in self.state.items() if name != "daily" and files.bounds is not None]
        return (min(first for first, _ in found), max(last for _, last in found)) if found else None

    def local_day(self, column: str) -> str:
        """A DuckDB expression for the local day, in the store's zone, of a created_at column of this snapshot."""
        return local_day_between(column, self.bounds(), self.zone)

    def connect(
        self,
        *,
        since: dt.datetime | None = None,
        until: dt.datetime | None = None,
        query_ids: Sequence[int] | None = None,
        overlay: pa.Table | None = None,
        threads: int | None = None,
        memory_limit: str | None = None,
        temp_directory: str | None = None,
    ) -> duckdb.DuckDBPyConnection:
        """An in-memory DuckDB connection with the views `mentions`, `matches` and `daily`; close it after use.

        With `since` and `until` (instants; the end is exclusive) and `query_ids` the views hold only such rows, and
        only files that can have such rows are opened. In `daily` a key may occur in several rows, so take sum(count).
        `overlay` is a table of CORRECTION_SCHEMA. The macro
        `local_day(t)` gives the day in the store's zone. The connection can read the snapshot's files and nothing
        else: no other file, no extension, no change of settings. Without `temp_directory` nothing spills to disk.
        Fetch results as Arrow, e.g. `connection.sql(...).to_arrow_table()`: DuckDB's Python rows need pytz for times.
        Opening takes some 30 ms, so share one connection through its `cursor()` where several figures are wanted.
        LakeSnapshotGoneError when files were erased meanwhile.
        """
        return open_connection(
            self,
            since=since,
            until=until,
            query_ids=query_ids,
            overlay=overlay,
            threads=threads,
            memory_limit=memory_limit,
            temp_directory=temp_directory,
        )


def _utc(moment: dt.datetime) -> dt.datetime:
    if moment.tzinfo is None:
        raise LakeInputError("A time without a time zone was given; instants carry their zone, e.g. UTC.")
    return moment.astimezone(dt.UTC)
