"""Matches counted by local day: derived, small, and either exact or known to be behind.

The table's last commit records, as a Delta application transaction, up to which version of `matches` it counts. A
reader that finds another version there counts from `matches` instead, so that a crash between the two commits costs
time and never a wrong figure.

Bringing it up to date compares the files of the two versions. New files only: their rows are counted and added. Files
gone (a replaced query, an erasure): the days between the bounds of the files concerned are counted again, query by
query. The counts of one key may lie in several files; readers sum them, and every dozen files they are merged.
"""

from __future__ import annotations

import datetime as dt
import os
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from fourleaf.engine.lake.days import day_start, local_day_sql
from fourleaf.engine.lake.errors import explained
from fourleaf.engine.lake.rows import Mask, queries_of
from fourleaf.engine.lake.shapes import DAILY_SCHEMA, ZONE_PROPERTY
from fourleaf.engine.lake.table import Files, Table, conform
from fourleaf.engine.lake.views import DAILY_KEYS, bare_connection, daily_count_sql, local_date, source_sql

__all__ = ["DailyCounts"]

_MOST_FILES: Final = 12
_Range = tuple[dt.date, dt.date]


class DailyCounts:
    """Keeps the daily table in step with the matches. Methods that write expect the store's lock to be held."""

    def __init__(self, table: Table, matches: Table, zone: str) -> None:
        self.table, self.matches, self.zone = table, matches, zone
        self._counted: Files | None = None  # what this process last brought the table up to
        self._engine: tuple[int, duckdb.DuckDBPyConnection] | None = None

    def files(self, matches: Files) -> Files:
        """The newest daily files, with how far they count."""
        return self.table.files([_mark(matches)])

    def current(self, daily: Files, matches: Files) -> bool:
        """Whether these daily files count exactly these matches, by this zone's days."""
        return (
            daily.properties.get(ZONE_PROPERTY) == self.zone
            and daily.transactions.get(_mark(matches), -1) == matches.version
        )

    def covers(self, matches: Files) -> None:
        """Say that nothing changed up to this version of the matches (a compaction, a vacuum)."""
        self.table.ready()
        self.table.commit([], [], transactions={_mark(matches): matches.version})
        self._counted = matches

    def refresh(self, *, rebuild: bool = False) -> bool:
        """Bring the table up to the newest matches; True when there was something to do."""
        matches = self.matches.files()
        daily = self.files(matches)
        if matches.version < 0 or (not rebuild and self.current(daily, matches)):
            return False
        with explained("count the days", self.table.uri):
            old = None
            if not rebuild and daily.properties.get(ZONE_PROPERTY) == self.zone:
                old = self._files_at(daily.transactions.get(_mark(matches), -1), matches.table_id)
            if old is None:
                self._rebuild(matches)
            else:
                self._catch_up(daily, old, matches)
        return True

    def _files_at(self, version: int, table_id: str) -> Files | None:
        known = self._counted
        if known is not None and (known.version, known.table_id) == (version, table_id):
            return known
        return self.matches.files_at(version)

    def _connection(self) -> duckdb.DuckDBPyConnection:
        """One connection for each process: opening one takes longer than counting a batch. The lock guards its use."""
        if self._engine is None or self._engine[0] != os.getpid():
            self._engine = (os.getpid(), bare_connection(None, None, None))
        return self._engine[1]

    def _rebuild(self, matches: Files) -> None:
        """Count everything. A change of zone is recorded while the table says that it covers nothing."""
        mark = _mark(matches)
        delta = self.table.ready()
        if delta.metadata().configuration.get(ZONE_PROPERTY) != self.zone:
            self.table.commit([], self.table.removal(self.table.files(look=False).actions), transactions={mark: -1})
            delta = self.table.ready()
            delta.alter.set_table_properties({ZONE_PROPERTY: self.zone}, raise_if_not_exists=False)
        replaced = self.table.files().actions
        self._commit(self._count(matches, matches.actions), replaced, matches)

    def _catch_up(self, daily: Files, old: Files, matches: Files) -> None:
        added, removed = matches.since(old)
        if not removed.num_rows and daily.actions.num_rows < _MOST_FILES:
            self._commit(self._count(matches, added), None, matches)
            return
        ranges = self._ranges(added, removed)
        stale = pa.array([number in ranges for number in queries_of(added)], pa.bool_())
        parts = [self._count(matches, added.filter(pc.invert(stale)))]
        parts.append(_without(self._stored(daily), ranges))
        for query, (first, last) in ranges.items():
            of_query = pa.array([number == query for number in queries_of(matches.actions)], pa.bool_())
            within = _overlapping(matches.actions.filter(of_query), first, last, self.zone)
            counted = self._count(matches, within)
            parts.append(counted.filter(_between(counted["day"], first, last)))
        self._commit(self._summed(pa.concat_tables(parts)), daily.actions, matches)

    def _ranges(self, added: pa.Table, removed: pa.Table) -> dict[int, _Range]:
        """For each query that lost files: the local days on which its counts may have changed."""
        lost = set(queries_of(removed))
        ranges: dict[int, _Range] = {}
        for actions in (removed, added):
            for row in actions.to_pylist():
                query = int(row["partition.query_id"])
                if query not in lost:
                    continue
                first, last = (local_date(row[f"{end}.created_at"], self.zone) for end in ("min", "max"))
                low, high = ranges.get(query, (first, last))
                ranges[query] = (min(low, first), max(high, last))
        return ranges

    def _stored(self, daily: Files) -> pa.Table:
        tables = [self.table.read_whole(path) for path in daily.paths]
        return pa.concat_tables([DAILY_SCHEMA.empty_table(), *tables])

    def _count(self, matches: Files, actions: pa.Table) -> pa.Table:
        """Counts over some files of the matches."""
        part = Files(matches.version, matches.table_id, matches.columns, matches.evolved, actions)
        if part.bounds is None:
            return DAILY_SCHEMA.empty_table()
        connection = self._connection()
        paths = [self.matches.absolute(path) for path in part.paths]
        source = source_sql(connection, self.matches, part, paths)
        counting = daily_count_sql(f"({source})", local_day_sql("created_at", *part.bounds, self.zone))
        counted = connection.sql(f"{counting} ORDER BY ALL").to_arrow_table()
        return conform(counted, DAILY_SCHEMA)

    def _commit(self, rows: pa.Table, replaced: pa.Table | None, matches: Files) -> None:
        with self.table.writing("count the days") as writer:
            writer.write([rows] if rows.num_rows else [])
            removes = self.table.removal(replaced) if replaced is not None else []
            self.table.commit(writer.adds, removes, transactions={_mark(matches): matches.version})
        self._counted = matches

    def _summed(self, rows: pa.Table) -> pa.Table:
        connection = self._connection()
        connection.register("counted", rows)
        keys = ", ".join(DAILY_KEYS)
        summed = connection.sql(
            f"SELECT {keys}, CAST(sum(count) AS BIGINT) AS count FROM counted GROUP BY ALL ORDER BY ALL"
        ).to_arrow_table()
        connection.unregister("counted")
        return conform(summed, DAILY_SCHEMA)


def _mark(matches: Files) -> str:
    """The transaction under which a daily commit records how far it counts; another matches table, another name."""
    return f"matches/{matches.table_id}"


def _between(days: pa.ChunkedArray[Any], first: dt.date, last: dt.date) -> Mask:
    """Which days lie in first..last, both included."""
    low, high = pa.scalar(first, pa.date32()), pa.scalar(last, pa.date32())
    return pc.and_(pc.greater_equal(days, low), pc.less_equal(days, high))


def _without(rows: pa.Table, ranges: dict[int, _Range]) -> pa.Table:
    """The rows outside the ranges."""
    for query, (first, last) in ranges.items():
        of_query = pc.equal(rows["query_id"], pa.scalar(query, pa.int64()))
        rows = rows.filter(pc.invert(pc.and_(of_query, _between(rows["day"], first, last))))
    return rows


def _overlapping(actions: pa.Table, first: dt.date, last: dt.date, zone: str) -> pa.Table:
    """The files that can hold rows of these local days."""
    if not actions.num_rows:
        return actions
    kind = pa.timestamp("us", tz="UTC")
    begin = pa.scalar(day_start(first, zone), kind)
    end = pa.scalar(day_start(last + dt.timedelta(days=1), zone), kind)
    reaches = pc.greater_equal(actions["max.created_at"].cast(kind), begin)
    begins = pc.less(actions["min.created_at"].cast(kind), end)
    return actions.filter(pc.and_(reaches, begins))
