"""A connection with the three views over generated rows, as a snapshot of the store offers it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import duckdb
import pyarrow as pa
import pytest

from fourleaf.engine.lake.days import local_day_sql
from fourleaf.engine.lake.views import daily_count_sql
from fourleaf.engine.posts import MATCH_SCHEMA, MENTION_SCHEMA

START = dt.datetime(2024, 3, 30, tzinfo=dt.UTC)
ZONE = "Europe/Berlin"


@pytest.fixture(scope="session")
def views() -> Iterator[Callable[..., duckdb.DuckDBPyConnection]]:
    """views(matches, mentions=[]) from dicts; missing fields get plain values. The connection is used again."""
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("SET TimeZone = 'UTC'")
    day = local_day_sql("t", START, START + dt.timedelta(days=400), ZONE)
    connection.execute(f"CREATE MACRO local_day(t) AS {day}")

    def make(matches: list[dict[str, object]], mentions: list[dict[str, object]] = ()) -> duckdb.DuckDBPyConnection:
        blank = {"query_version": 1, "created_at": START, "platform": "forum", "kind": "post", "query_id": 1}
        rows = [{**blank, "mention_id": f"m{n}", **row} for n, row in enumerate(matches)]
        posts = [{**blank, "id": f"m{n}", "text": "", "ingest_id": "a", **row} for n, row in enumerate(mentions)]
        connection.register("matches", pa.Table.from_pylist(rows, schema=MATCH_SCHEMA))
        connection.register("mentions", pa.Table.from_pylist(posts, schema=MENTION_SCHEMA))
        connection.execute(f"CREATE OR REPLACE VIEW daily AS {daily_count_sql('matches', 'local_day(created_at)')}")
        return connection

    yield make
    connection.close()
