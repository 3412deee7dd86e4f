"""The views of a snapshot's connection, written as SQL over the snapshot's file list.

A connection is locked down before it is handed out: it may open the listed files and nothing else, loads and
installs no extension, and refuses changes of settings.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds

from fourleaf.engine.lake.days import day_start, local_day_sql, zone_named
from fourleaf.engine.lake.errors import LakeInputError, LakeSnapshotGoneError

if TYPE_CHECKING:
    from fourleaf.engine.lake.snapshot import Snapshot
    from fourleaf.engine.lake.table import Files, Table

__all__ = [
    "DAILY_KEYS",
    "bare_connection",
    "daily_count_sql",
    "local_date",
    "local_day_between",
    "open_connection",
    "quoted",
    "source_sql",
]

_SQL_TYPES: Final = {
    pa.string(): "VARCHAR",
    pa.int64(): "BIGINT",
    pa.float32(): "FLOAT",
    pa.bool_(): "BOOLEAN",
    pa.date32(): "DATE",
    pa.timestamp("us", tz="UTC"): "TIMESTAMPTZ",
}

#: The key of the daily table, in its order.
DAILY_KEYS: Final = ("query_id", "day", "platform", "lang", "sentiment", "is_reshare", "suspected")


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def _instant(moment: dt.datetime) -> str:
    if moment.tzinfo is None:
        raise LakeInputError("A time without a time zone was given; instants carry their zone, e.g. UTC.")
    return f"make_timestamptz({round(moment.timestamp() * 1_000_000)})"


def daily_count_sql(source: str, local_day: str) -> str:
    """Counts of match rows by the keys of the daily table."""
    return (
        f"SELECT query_id, {local_day} AS day, platform, lang, sentiment, kind = 'reshare' AS is_reshare, "
        f"suspected IS NOT NULL AS suspected, count(*) AS count FROM {source} GROUP BY ALL"
    )


def source_sql(connection: duckdb.DuckDBPyConnection, table: Table, files: Files, paths: Sequence[str]) -> str:
    """A SELECT over data files that has exactly the columns of the table's schema in this release."""
    name = table.spec.name
    schema = table.spec.schema
    columns = ", ".join(schema.names)
    if not paths:
        nulls = ", ".join(f"CAST(NULL AS {_SQL_TYPES[f.type]}) AS {f.name}" for f in schema)
        return f"SELECT {columns} FROM (SELECT {nulls} WHERE false)"
    partition = table.spec.partition
    hive = partition is not None and partition.name in schema.names
    if table.location.folder is None:
        dataset = ds.dataset(
            [path.removeprefix(f"{table.uri}/") for path in paths],
            schema=table.spec.schema,
            format="parquet",
            filesystem=table.location.filesystem(name),
            partitioning=ds.partitioning(pa.schema([partition]), flavor="hive")
            if partition is not None and hive
            else None,
        )
        connection.register(f"{name}_files", dataset)
        return f"SELECT {columns} FROM {name}_files"
    options = "hive_partitioning = false"
    if hive and partition is not None:
        options = f"hive_partitioning = true, hive_types = {{'{partition.name}': {_SQL_TYPES[partition.type]}}}"
    if not files.evolved and files.columns.issuperset(schema.names):
        return f"SELECT {columns} FROM read_parquet([{', '.join(map(quoted, paths))}], {options})"
    # Files written before a column was added lack it: match by name and fill in nulls.
    nulls = ", ".join(f"CAST(NULL AS {_SQL_TYPES[f.type]}) AS {f.name}" for f in schema)
    listed = f"read_parquet([{', '.join(map(quoted, paths))}], union_by_name = true, {options})"
    return f"SELECT {columns} FROM (SELECT {nulls} WHERE false UNION ALL BY NAME SELECT * FROM {listed})"


def _where(since: dt.datetime | None, until: dt.datetime | None, query_ids: Sequence[int] | None) -> str:
    conditions = []
    if since is not None:
        conditions.append(f"created_at >= {_instant(since)}")
    if until is not None:
        conditions.append(f"created_at < {_instant(until)}")
    if query_ids is not None:
        listed = ", ".join(str(int(number)) for number in query_ids) or "NULL"
        conditions.append(f"query_id IN ({listed})")
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def bare_connection(
    threads: int | None, memory_limit: str | None, temp_directory: str | None
) -> duckdb.DuckDBPyConnection:
    """An in-memory connection that never fetches an extension."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "temp_directory": temp_directory or "",
    }
    if threads is not None:
        config["threads"] = threads
    if memory_limit is not None:
        config["memory_limit"] = memory_limit
    connection = duckdb.connect(":memory:", config=config)
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def open_connection(
    snapshot: Snapshot,
    *,
    since: dt.datetime | None,
    until: dt.datetime | None,
    query_ids: Sequence[int] | None,
    overlay: pa.Table | None,
    threads: int | None,
    memory_limit: str | None,
    temp_directory: str | None,
) -> duckdb.DuckDBPyConnection:
    """See Snapshot.connect."""
    mentions = snapshot.files("mentions", since=since, until=until)
    matches = snapshot.files("matches", since=since, until=until, query_ids=query_ids)
    daily = snapshot.files("daily") if snapshot.daily_current else []
    if snapshot.is_local and not all(map(os.path.exists, [*mentions, *matches, *daily])):
        raise LakeSnapshotGoneError(
            "Files of this snapshot are gone: rows were erased, or the grace period of a compaction has passed. "
            "Take a new snapshot."
        )
    connection = bare_connection(threads, memory_limit, temp_directory)
    try:
        if snapshot.is_local:
            allowed = ", ".join(map(quoted, [*mentions, *matches, *daily]))
            connection.execute(f"SET allowed_paths = [{allowed}]")
        connection.execute("SET enable_external_access = false")
        mentions_sql = source_sql(
            connection, snapshot.tables["mentions"], snapshot.state["mentions"], mentions
        ) + _where(since, until, None)
        matches_sql = source_sql(connection, snapshot.tables["matches"], snapshot.state["matches"], matches) + _where(
            since, until, query_ids
        )
        _create_views(connection, snapshot, mentions_sql, matches_sql, since, until, query_ids, overlay, daily)
        connection.execute("SET lock_configuration = true")
    except BaseException:
        connection.close()
        raise
    return connection


def _create_views(
    connection: duckdb.DuckDBPyConnection,
    snapshot: Snapshot,
    mentions_sql: str,
    matches_sql: str,
    since: dt.datetime | None,
    until: dt.datetime | None,
    query_ids: Sequence[int] | None,
    overlay: pa.Table | None,
    daily: list[str],
) -> None:
    local_day = snapshot.local_day("t")
    connection.execute(f"CREATE MACRO local_day(t) AS {local_day}")
    corrected = overlay is not None and overlay.num_rows > 0
    if overlay is not None and corrected:
        from fourleaf.engine.lake.corrections import correct

        mentions_sql, matches_sql = correct(connection, overlay, mentions_sql, matches_sql)
    connection.execute(f"CREATE VIEW mentions AS {mentions_sql}")
    connection.execute(f"CREATE VIEW matches AS {matches_sql}")
    days = _whole_days(since, until, snapshot.zone)
    if not snapshot.daily_current or days is None:
        connection.execute(f"CREATE VIEW daily AS {daily_count_sql('matches', 'local_day(created_at)')}")
        return
    conditions = [f"day {sign} DATE '{day}'" for sign, day in zip((">=", "<"), days, strict=True) if day is not None]
    if query_ids is not None:
        conditions.append(f"query_id IN ({', '.join(str(int(number)) for number in query_ids) or 'NULL'})")
    stored = source_sql(connection, snapshot.tables["daily"], snapshot.state["daily"], daily)
    if conditions:
        stored += f" WHERE {' AND '.join(conditions)}"
    if not corrected:
        connection.execute(f"CREATE VIEW daily AS {stored}")
        return
    # Summed here, so that a key whose rows were all corrected away is not left with a zero.
    keys = ", ".join(DAILY_KEYS)
    connection.execute(
        f"CREATE VIEW daily AS SELECT {keys}, CAST(sum(count) AS BIGINT) AS count "
        f"FROM ({stored} UNION ALL SELECT * FROM corrected_daily) GROUP BY ALL HAVING sum(count) <> 0"
    )


def _whole_days(
    since: dt.datetime | None, until: dt.datetime | None, zone: str
) -> tuple[dt.date | None, dt.date | None] | None:
    """The local days that the range consists of, or None when it cuts a day in two."""
    days: list[dt.date | None] = []
    for moment in (since, until):
        if moment is None:
            days.append(None)
            continue
        day = local_date(moment, zone)
        if day_start(day, zone) != moment.astimezone(dt.UTC):
            return None
        days.append(day)
    return days[0], days[1]


def local_date(moment: dt.datetime, zone: str) -> dt.date:
    """The local day of one instant."""
    return moment.astimezone(zone_named(zone)).date()


def local_day_between(column: str, bounds: tuple[dt.datetime, dt.datetime] | None, zone: str) -> str:
    """`local_day_sql` over bounds that may be absent."""
    first, last = bounds if bounds is not None else (None, None)
    return local_day_sql(column, first, last, zone)
