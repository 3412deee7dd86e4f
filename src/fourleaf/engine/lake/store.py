"""The mention store: two Delta tables, an index that keeps every row single, and counts by day.

    root/mentions   what was published, one row for each post, by month
    root/matches    which query found which mention, by query
    root/daily      matches counted by local day; derived, can be deleted
    root/index      keys of what is stored; derived, can be deleted

Every batch carries an `ingest_id`. Its commit records the id as a Delta application transaction, so that a batch
which is handed in again after a crash is recognised. A writer that dies before its commit leaves files that no
version knows; `compact` clears them away.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from deltalake.exceptions import CommitFailedError

from fourleaf.engine.lake.daily import DailyCounts
from fourleaf.engine.lake.days import day_start, zone_named
from fourleaf.engine.lake.errors import LakeBusyError, LakeError, LakeInputError, explained
from fourleaf.engine.lake.identity import all_keys, single_ids
from fourleaf.engine.lake.keys import KeyIndex, Keys, empty_keys, keys_of, repeated
from fourleaf.engine.lake.location import ERASING, Location
from fourleaf.engine.lake.rows import (
    among,
    by_author,
    by_month,
    by_query,
    matches_of,
    newest_versions,
    numbers_of,
    of_query,
    paths_of,
    queries_of,
    with_constant,
)
from fourleaf.engine.lake.shapes import DAILY_SCHEMA, MATCHES, MENTIONS, daily_spec
from fourleaf.engine.lake.snapshot import Snapshot
from fourleaf.engine.lake.table import Table, conform
from fourleaf.engine.lake.upkeep import (
    CompactResult,
    EraseResult,
    files_with,
    merge_small_files,
    rows_where,
    sweep,
    without_rows,
)
from fourleaf.engine.lake.views import DAILY_KEYS
from fourleaf.engine.posts import MENTION_SCHEMA

__all__ = ["AppendResult", "Lake", "MatchResult"]

_ATTEMPTS: Final = 5
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class AppendResult:
    """What became of a batch. After a repeat (`committed_before`) nothing was written and `appended` is 0.

    `renamed` rows are stored under another id than they came with, since another platform's post has theirs.
    """

    rows_in: int
    appended: int
    already_there: int
    committed_before: bool
    renamed: int = 0


@dataclass(frozen=True)
class MatchResult:
    """What became of a batch of matches. `outdated` rows were found by an older version of their query."""

    rows_in: int
    written: int
    already_there: int
    outdated: int
    committed_before: bool


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class Lake:
    """The store under `root`: a folder, or an object store's URI with `storage_options` as delta-rs takes them.

    `zone` is the reporting time zone (IANA name) whose local days `daily` counts. `index_dir` is where the key
    index lives; by default beside the tables, and in memory for an object store. `now_ms` gives Unix milliseconds
    for the log. An instance may be used by several threads; any number of processes may open the same root.
    """

    def __init__(
        self,
        root: str | Path,
        storage_options: Mapping[str, str] | None = None,
        *,
        zone: str = "UTC",
        index_dir: str | Path | None = None,
        now_ms: Callable[[], int] = _now_ms,
    ) -> None:
        zone_named(zone)
        self.zone = zone
        self.location = Location(root, storage_options)
        self.mentions = Table(self.location, MENTIONS, now_ms)
        self.matches = Table(self.location, MATCHES, now_ms)
        self.daily_table = Table(self.location, daily_spec(zone), now_ms)
        self._daily = DailyCounts(self.daily_table, self.matches, zone)
        folder = Path(index_dir) if index_dir is not None else None
        if folder is None and self.location.folder is not None:
            folder = self.location.folder / "index"
        self._mention_keys = KeyIndex(folder / "mentions" if folder is not None else None)
        self._match_keys = KeyIndex(folder / "matches" if folder is not None else None)

    def __repr__(self) -> str:
        return f"Lake({self.location.root!r}, zone={self.zone!r})"

    # --- mentions -------------------------------------------------------------------------------------------

    def append(self, batch: pa.RecordBatch | pa.Table, *, ingest_id: str) -> AppendResult:
        """Store the posts of a batch that are not stored yet, exactly once for each `ingest_id`.

        A post is told by its platform and id; one whose id another platform's post has is stored as "platform:id".
        The batch has the columns of MENTION_SCHEMA; the column ingest_id is set here. Of rows that repeat a post
        within the batch the first is kept. LakeInputError names the column and row that do not fit; LakeError says
        why the disk refused. In either case nothing was stored.
        """
        return _until_committed(lambda: self._append(batch, ingest_id))

    def _append(self, batch: pa.RecordBatch | pa.Table, ingest_id: str) -> AppendResult:
        rows = with_constant(batch, "ingest_id", ingest_id)
        rows = conform(rows, MENTION_SCHEMA)
        transaction = f"append/{ingest_id}"
        with self._writing():
            delta = self.mentions.ready()
            if delta.transaction_version(transaction) is not None:
                return AppendResult(rows.num_rows, 0, rows.num_rows, True)
            self._sync_mention_keys()
            rows, fresh, renamed = single_ids(rows, self._mention_keys)
            new = rows.filter(pa.array(fresh)).sort_by("created_at")
            with self.mentions.writing("store the batch") as writer:
                for month, part in by_month(new):
                    writer.write([part], month)
                version = self.mentions.commit(writer.adds, [], transactions={transaction: 1})
            with contextlib.suppress(OSError):  # an index left behind is caught up by the next writer
                self._mention_keys.add(all_keys(new), version=version)
        return AppendResult(rows.num_rows, new.num_rows, rows.num_rows - new.num_rows, False, renamed)

    # --- matches --------------------------------------------------------------------------------------------

    def put_matches(
        self,
        batch: pa.RecordBatch | pa.Table,
        *,
        ingest_id: str,
        query_id: int | None = None,
        query_version: int | None = None,
    ) -> MatchResult:
        """Store which mentions queries found, exactly once for each `ingest_id` and single for (query, mention).

        With `query_id` and `query_version` the batch is of one query and may leave those columns out; without, one
        batch (and one commit) holds the matches of many queries. Rows of a version older than the newest
        stored of their query are left out and counted as `outdated`: match them again.
        """
        return _until_committed(lambda: self._put_matches(batch, ingest_id, query_id, query_version))

    def _put_matches(
        self, batch: pa.RecordBatch | pa.Table, ingest_id: str, query_id: int | None, query_version: int | None
    ) -> MatchResult:
        rows = matches_of(batch, query_id, query_version)
        transaction = f"matches/{'*' if query_id is None else query_id}/{ingest_id}"
        with self._writing():
            delta = self.matches.ready()
            if delta.transaction_version(transaction) is not None:
                return MatchResult(rows.num_rows, 0, rows.num_rows, 0, True)
            self._sync_match_keys()
            stored = newest_versions(self.matches.files(look=False).actions)
            written = outdated = 0
            added: list[Keys] = []
            with self.matches.writing("store the matches") as writer:
                for query, part in by_query(rows):
                    newest = stored.get(query)
                    if newest is None:  # it may have been replaced by nothing
                        newest = delta.transaction_version(f"query/{query}")
                    current = part
                    if newest is not None:
                        current = part.filter(pc.greater_equal(part["query_version"], pa.scalar(newest, pa.int64())))
                        outdated += part.num_rows - current.num_rows
                    keys = keys_of(current["mention_id"], salt=self._salt(query))
                    fresh = ~repeated(keys)
                    fresh &= ~self._match_keys.contains(keys)
                    new = current.filter(pa.array(fresh)).sort_by("created_at")
                    written += writer.write([new], query)
                    added.append(keys[:, fresh])
                version = self.matches.commit(writer.adds, [], transactions={transaction: 1})
            with contextlib.suppress(OSError):
                self._match_keys.add(np.hstack([empty_keys(), *added]), version=version)
            self._refresh_daily()
        return MatchResult(rows.num_rows, written, rows.num_rows - written - outdated, outdated, False)

    def replace_matches(
        self, query_id: int, query_version: int, batches: Iterable[pa.RecordBatch | pa.Table]
    ) -> MatchResult:
        """Swap all matches of one query for those of `batches`, in one commit.

        Readers see either the old rows or the new. The batches are read once and written as they come, so that a
        whole history fits; the store stays locked meanwhile. If `batches` raises, nothing changes.
        """
        with self._writing():
            self.matches.ready()
            self._sync_match_keys()
            epoch = self._match_keys.epochs.get(str(query_id), 0) + 1
            seen = KeyIndex(None)
            seen.start("", [], version=0)
            counts = {"in": 0}

            def fresh_rows() -> Iterator[pa.Table]:
                for batch in batches:
                    rows = matches_of(batch, query_id, query_version)
                    counts["in"] += rows.num_rows
                    keys = keys_of(rows["mention_id"], salt=_salt(epoch, query_id))
                    fresh = ~repeated(keys)
                    fresh &= ~seen.contains(keys)
                    seen.add(keys[:, fresh], version=0)
                    yield rows.filter(pa.array(fresh)).sort_by("created_at")

            with self.matches.writing("replace the matches of a query") as writer:
                written = writer.write(fresh_rows(), query_id)
                old = of_query(self.matches.files(look=False), query_id)
                version = self.matches.commit(
                    writer.adds, self.matches.removal(old), transactions={f"query/{query_id}": query_version}
                )
            self._match_keys.epochs[str(query_id)] = epoch
            with contextlib.suppress(OSError):
                self._match_keys.add(seen.everything(), version=version)
            self._refresh_daily()
        return MatchResult(counts["in"], written, counts["in"] - written, 0, False)

    def drop_query(self, query_id: int) -> int:
        """Remove all matches of a query; returns how many there were. The mentions stay."""
        return _until_committed(lambda: self._drop_query(query_id))

    def _drop_query(self, query_id: int) -> int:
        with self._writing():
            old = of_query(self.matches.files(), query_id)
            if not old.num_rows:
                return 0
            self._sync_match_keys()
            with explained("drop a query", self.matches.uri):
                version = self.matches.commit([], self.matches.removal(old), transactions={})
            self._match_keys.epochs[str(query_id)] = self._match_keys.epochs.get(str(query_id), 0) + 1
            with contextlib.suppress(OSError):
                self._match_keys.covers(version)
            self._refresh_daily()
        return sum(numbers_of(old, "num_records"))

    # --- reading --------------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """The newest versions of the tables that belong together. Needs no lock and never waits for a writer."""
        tables = {"mentions": self.mentions, "matches": self.matches, "daily": self.daily_table}
        matches = self.matches.files()
        mentions = self.mentions.files()  # after the matches, so that every match finds its mention
        daily = self._daily.files(matches)
        state = {"mentions": mentions, "matches": matches, "daily": daily}
        return Snapshot(self.zone, tables, state, self._daily.current(daily, matches))

    def daily(
        self, *, query_ids: Sequence[int] | None = None, first: dt.date | None = None, last: dt.date | None = None
    ) -> pa.Table:
        """Matches counted by local day, as DAILY_SCHEMA, for the days first..last (both included).

        Brings the table up to date first where it is behind (see `refresh_daily`).
        """
        self.refresh_daily()
        since = None if first is None else day_start(first, self.zone)
        until = None if last is None else day_start(last + dt.timedelta(days=1), self.zone)
        connection = self.snapshot().connect(since=since, until=until, query_ids=query_ids)
        try:
            keys = ", ".join(DAILY_KEYS)
            summed = f"SELECT {keys}, CAST(sum(count) AS BIGINT) AS count FROM daily GROUP BY ALL ORDER BY ALL"
            return conform(connection.sql(summed).to_arrow_table(), DAILY_SCHEMA)
        finally:
            connection.close()

    # --- upkeep ---------------------------------------------------------------------------------------------

    def refresh_daily(self, *, rebuild: bool = False) -> bool:
        """Bring the daily counts up to date, or count everything again; True when there was something to do.

        Every write of matches does this by itself. It is needed after a crash between the two, after a change of
        the zone, and never for correctness: while the counts are behind, readers count the matches instead.
        """
        if not rebuild and self.snapshot().daily_current:
            return False
        with self._writing():
            return self._daily.refresh(rebuild=rebuild)

    def erase(
        self,
        *,
        ids: Iterable[str] | None = None,
        author: str | None = None,
        platform: str | None = None,
    ) -> EraseResult:
        """Erase mentions by id, or all of an author (a handle, case ignored; on one platform if given), for good.

        Removes the rows from both tables and the daily counts, their keys from the index, and the bytes from the
        disk: when this returns, no file under the root holds them. Snapshots taken earlier stop working. Repeating
        the call is harmless, and is what to do after a crash in the middle.
        """
        if (ids is None) == (author is None):
            raise LakeInputError("Erase either by ids or by author.")
        wanted: pa.Array[Any] = pa.array(sorted(set(ids or ())), pa.string())
        with self._writing():
            if author is not None:
                found = rows_where(
                    self.mentions, ["id", "author", "platform"], lambda rows: by_author(rows, author, platform)
                )
                wanted = pa.array(sorted({str(key) for key in found["id"].to_pylist()}), pa.string())
            with explained("erase rows", self.location.root):
                self.location.mark(ERASING)
            self.mentions.ready()
            self.matches.ready()
            self._sync_mention_keys()
            self._sync_match_keys()
            self._mention_keys.distrust()
            self._match_keys.distrust()
            # The matches go first: after a crash in between the mention is still there to be found again.
            matches, _ = without_rows(
                self.matches,
                ["mention_id"] if author is None else ["mention_id", "author", "platform"],
                lambda rows: pc.or_(among(rows["mention_id"], wanted), by_author(rows, author, platform)),
                files_with(self.matches, "mention_id", wanted) if author is None else None,
            )
            self._refresh_daily()
            mentions, _ = without_rows(
                self.mentions, ["id"], lambda rows: among(rows["id"], wanted), files_with(self.mentions, "id", wanted)
            )
            deleted = self._sweep_all(0)
            self._forget(mentions, matches)
            self.location.unmark(ERASING)
        return EraseResult(mentions.num_rows, matches.num_rows, deleted)

    def _forget(self, mentions: pa.Table, matches: pa.Table) -> None:
        """Take the keys of erased rows out of the index."""
        with explained("erase rows from the index", self.location.root):
            self._mention_keys.remove(all_keys(mentions), version=self.mentions.files().version)
            gone = [keys_of(part["mention_id"], salt=self._salt(query)) for query, part in by_query(matches)]
            self._match_keys.remove(np.hstack([empty_keys(), *gone]), version=self.matches.files().version)

    def _daily_is_current(self) -> bool:
        matches = self.matches.files()
        return self._daily.current(self._daily.files(matches), matches)

    def _finish_erasing(self) -> None:
        """After a crash during an erasure: what it committed goes from the disk, and the index is built anew."""
        self._mention_keys.distrust()
        self._match_keys.distrust()
        self._sweep_all(0)
        self.location.unmark(ERASING)

    def compact(self, *, grace_hours: int = 24) -> CompactResult:
        """Merge small files, and delete files that no snapshot younger than `grace_hours` can be reading.

        Also clears away what killed writers left. Safe while others read; writers wait.
        """
        with self._writing():
            self.mentions.ready()
            self.matches.ready()
            self._sync_mention_keys()
            self._sync_match_keys()
            self._refresh_daily()
            counted = self._daily_is_current()
            merged, into = merge_small_files(self.mentions)
            more, larger = merge_small_files(self.matches)
            if counted and more:  # the same rows in other files
                self._daily.covers(self.matches.files())
            deleted = self._sweep_all(grace_hours)
            self._mention_keys.covers(self.mentions.files().version)
            self._match_keys.covers(self.matches.files().version)
        return CompactResult(merged + more, into + larger, deleted)

    def _sweep_all(self, grace_hours: int) -> int:
        """Delete old files everywhere; the daily counts follow to the version that a vacuum makes."""
        counted = self._daily_is_current()
        deleted = sweep(self.mentions, grace_hours=grace_hours) + sweep(self.matches, grace_hours=grace_hours)
        if counted:
            self._daily.covers(self.matches.files())
        deleted += sweep(self.daily_table, grace_hours=grace_hours)
        return deleted

    # --- inside ---------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """The writers' lock, with what an interrupted erasure left over finished first."""
        with self.location.lock():
            if self.location.marked(ERASING):
                self._finish_erasing()
            yield

    def _refresh_daily(self) -> None:
        """Count what came; should the disk refuse, the matches are stored all the same and readers count them."""
        with contextlib.suppress(LakeError):
            self._daily.refresh()

    def _salt(self, query_id: int) -> str:
        return _salt(self._match_keys.epochs.get(str(query_id), 0), query_id)

    def _sync_mention_keys(self) -> None:
        def keys(actions: pa.Table) -> Iterator[Keys]:
            for path in paths_of(actions):
                yield all_keys(self.mentions.read(path, ["id", "platform"]))

        _sync(self._mention_keys, self.mentions, keys)

    def _sync_match_keys(self) -> None:
        def keys(actions: pa.Table) -> Iterator[Keys]:
            for path, query in zip(paths_of(actions), queries_of(actions), strict=True):
                yield keys_of(self.matches.read(path, ["mention_id"])["mention_id"], salt=self._salt(query))

        _sync(self._match_keys, self.matches, keys)


def _sync(index: KeyIndex, table: Table, keys: Callable[[pa.Table], Iterator[Keys]]) -> None:
    """Bring the index up to the table: nothing to do, add the files of a writer that died, or rebuild."""
    files = table.files(look=False)
    known = index.load() and index.table_id == files.table_id
    if known and index.version == files.version:
        return
    old = table.files_at(index.version) if known and index.version < files.version else None
    with explained("index what is stored", table.uri):
        if old is not None:
            added, removed = files.since(old)
            if not removed.num_rows:
                parts = list(keys(added))
                index.add(np.hstack([empty_keys(), *parts]), version=files.version)
                return
        index.epochs = {}
        index.start(files.table_id, keys(files.actions), version=files.version)


def _salt(epoch: int, query_id: int) -> str:
    return f"{epoch}:{query_id}:"


def _until_committed(attempt: Callable[[], _Result]) -> _Result:
    """Run again when another writer committed in between; only possible where there is no lock."""
    for number in range(1, _ATTEMPTS + 1):
        try:
            return attempt()
        except CommitFailedError as error:
            if number == _ATTEMPTS:
                raise LakeBusyError(
                    f"Other writers kept committing first ({_ATTEMPTS} attempts). Let one writer at a time work on "
                    "this store."
                ) from error
    raise AssertionError
