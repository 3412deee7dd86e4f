"""The mention store as this product uses it: one per process, with snapshots that are kept while nothing changed.

Opening a snapshot costs some milliseconds; pages ask for one many times. So a process keeps the last one with its
DuckDB connection, and takes a new one when the store's tables or the corrections laid over them have changed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from django.conf import settings
from django.db.models import Count, Sum

from fourleaf.engine import lake as mention_store
from fourleaf.listening.models import MentionCorrection, OwnAccount

if TYPE_CHECKING:
    import duckdb

    from fourleaf.engine.lake import Lake, Snapshot

__all__ = ["View", "changed", "lake", "reading", "store_is_empty"]

#: Seconds for which a process trusts that another one has not written to the store.
_TRUST_SECONDS = 0.5
_guard = threading.RLock()
_lakes: dict[tuple[str, str], Lake] = {}


@dataclass
class View:
    """A snapshot with corrections laid over it, and the connection that reads it."""

    snapshot: Snapshot
    connection: duckdb.DuckDBPyConnection
    version: tuple[Any, ...]
    looked: float
    #: Results that hold as long as this view does, e.g. counts for a filter.
    kept: dict[Any, Any] = field(default_factory=dict)
    guard: threading.RLock = field(default_factory=threading.RLock)

    #: (platform or "", handle) of our own accounts, read once each time that the view is looked after.
    accounts: list[tuple[str, str]] | None = None

    def own_accounts(self) -> list[tuple[str, str]]:
        """(platform or "" for all, handle) of each own account."""
        if self.accounts is None:
            self.accounts = list(OwnAccount.objects.values_list("platform", "handle"))
        return self.accounts

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of one's own; threads must not share one."""
        return self.connection.cursor()


_views: dict[str, View] = {}


def lake() -> Lake:
    """The store of the present settings."""
    key = (str(settings.LAKE_DIR), settings.TIME_ZONE)
    with _guard:
        if key not in _lakes:
            _lakes[key] = mention_store.Lake(Path(settings.LAKE_DIR), zone=settings.TIME_ZONE)
        return _lakes[key]


def changed() -> None:
    """Tell this process that the store or a correction was written, so that the next read sees it."""
    with _guard:
        for view in _views.values():
            view.looked = float("-inf")


def _corrections_version() -> tuple[int, int]:
    found = MentionCorrection.objects.aggregate(rows=Count("pk"), changes=Sum("version"))
    return found["rows"], found["changes"] or 0


def _corrections() -> pa.Table:
    rows = MentionCorrection.objects.exclude(sentiment=None, relevant=None).values_list(
        "mention_id", "sentiment", "relevant"
    )
    schema = mention_store.CORRECTION_SCHEMA
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    return pa.table(
        [pa.array(column, f.type) for column, f in zip(columns, schema, strict=True)],
        schema=schema,
    )


def _current() -> View:
    key = str(settings.LAKE_DIR)
    with _guard:
        view = _views.get(key)
        now = time.monotonic()
        if view is not None and now - view.looked < _TRUST_SECONDS:
            return view
        snapshot = lake().snapshot()
        version = (
            snapshot.version("mentions"),
            snapshot.version("matches"),
            snapshot.daily_current,
            *_corrections_version(),
        )
        if view is not None and view.version == version:
            view.looked, view.accounts = now, None
            return view
        connection = _connected(snapshot)
        # The old connection is not closed here: a thread may still read from it. It goes with its last cursor.
        _views[key] = View(snapshot, connection, version, now)
        return _views[key]


def _connected(snapshot: Snapshot) -> duckdb.DuckDBPyConnection:
    """A connection whose views have the corrections laid over them, with the column ``relevant`` added.

    Unlike the store's own overlay this one keeps mentions that are not relevant: lists must be able to show them.
    """
    connection = snapshot.connect(threads=settings.DUCKDB_THREADS, memory_limit=f"{settings.DUCKDB_MEMORY_MB}MB")
    corrections = _corrections()
    connection.register("given_corrections", corrections)
    connection.execute("CREATE TABLE corrections AS SELECT * FROM given_corrections")
    connection.unregister("given_corrections")
    for name, key in (("mentions", "id"), ("matches", "mention_id")):
        connection.execute(f"ALTER VIEW {name} RENAME TO stored_{name}")
        columns, joined = "s.*, CAST(NULL AS BOOLEAN) AS relevant", ""
        if corrections.num_rows:
            columns = "s.* REPLACE (coalesce(c.sentiment, s.sentiment) AS sentiment), c.relevant"
            joined = f"LEFT JOIN corrections c ON c.mention_id = s.{key}"
        connection.execute(f"CREATE VIEW {name} AS SELECT {columns} FROM stored_{name} s {joined}")
    return connection


@contextmanager
def reading() -> Iterator[View]:
    """The present view of the store.

    When files vanish under a reader (an erasure or compaction in another process), the error is passed on after the
    view has been dropped, so that asking once more works.
    """
    import duckdb  # a third of a second, when something is read and not at every start

    try:
        yield _current()
    except (mention_store.LakeSnapshotGoneError, duckdb.IOException):
        with _guard:
            _views.pop(str(settings.LAKE_DIR), None)
        raise


def store_is_empty() -> bool:
    """Whether nothing has been collected yet."""
    with reading() as view:
        return view.snapshot.rows("mentions") == 0
