"""One Delta table of the store: its shape, its files, and commits that either happen whole or not at all.

The data files are written here with Arrow and committed through delta-rs as explicit add and remove actions. That
gives three things which the ready-made writers do not: a replacement over several partitions in one commit, a delete
whose log entry does not repeat the erased ids as a predicate, and files that are removed again when the commit fails.

Only the time of a post goes into the log's column statistics. Texts, authors and ids never do, so that erasing a
file erases every copy of them.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, Schema, Transaction
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction

from fourleaf.engine.lake.errors import LakeError, LakeInputError, LakeVersionError, explained
from fourleaf.engine.lake.location import Location

__all__ = ["FileWriter", "Files", "Table", "TableSpec", "conform"]

_ROWS_PER_GROUP: Final = 122_880  # what one DuckDB thread takes at a time
_VERSION_PROPERTY: Final = "fourleaf.version"
_EVOLVED_PROPERTY: Final = "fourleaf.evolved"


@dataclass(frozen=True)
class TableSpec:
    """What a table looks like in this release. `partition` is a column of the Delta table, not of its files."""

    name: str
    version: int
    schema: pa.Schema  # of the rows as callers see them
    partition: pa.Field[Any] | None = None
    statistics: tuple[str, ...] = ()  # columns whose bounds the log may know
    plain_columns: tuple[str, ...] = ()  # long texts: no dictionary, no bounds in the files either
    rows_per_file: int = 1_000_000  # after which a new file is begun
    properties: Mapping[str, str] = field(default_factory=dict)  # kept in the table's metadata

    @property
    def stored(self) -> pa.Schema:
        """The schema of the Delta table."""
        if self.partition is None or self.partition.name in self.schema.names:
            return self.schema
        return self.schema.append(self.partition)

    @property
    def in_files(self) -> pa.Schema:
        """The schema inside the data files: Delta keeps the partition's value in the path and the log."""
        if self.partition is None or self.partition.name not in self.schema.names:
            return self.schema
        return self.schema.remove(self.schema.get_field_index(self.partition.name))


@dataclass(frozen=True)
class Files:
    """The live files of one table version; `actions` has path, size_bytes, num_records, partition and bounds."""

    version: int
    table_id: str
    columns: frozenset[str]
    evolved: bool
    actions: pa.Table
    transactions: Mapping[str, int] = field(default_factory=dict)  # of those asked for, the ones that are recorded
    properties: Mapping[str, str] = field(default_factory=dict)

    @property
    def paths(self) -> list[str]:
        return [str(path) for path in self.actions["path"].to_pylist()]

    def since(self, old: Files) -> tuple[pa.Table, pa.Table]:
        """The actions of files that came after `old`, and of files that have gone since."""
        here, there = self.actions["path"], old.actions["path"]
        added = pc.invert(pc.is_in(here, value_set=there.combine_chunks()))
        removed = pc.invert(pc.is_in(there, value_set=here.combine_chunks()))
        return self.actions.filter(added), old.actions.filter(removed)

    @property
    def rows(self) -> int:
        return int(pc.sum(self.actions["num_records"]).as_py() or 0)

    @property
    def bounds(self) -> tuple[dt.datetime, dt.datetime] | None:
        """The earliest and latest created_at, or None when there are no rows or the log does not say."""
        if not self.actions.num_rows or "min.created_at" not in self.actions.column_names:
            return None
        first, last = pc.min(self.actions["min.created_at"]).as_py(), pc.max(self.actions["max.created_at"]).as_py()
        return None if first is None or last is None else (first, last)


def conform(rows: pa.RecordBatch | pa.Table, schema: pa.Schema) -> pa.Table:
    """The rows in the promised column order and types; LakeInputError names the column and row that does not fit.

    A missing nullable column is filled with nulls. Columns that the schema does not know are refused, since
    dropping them silently would lose data.
    """
    table = pa.Table.from_batches([rows]) if isinstance(rows, pa.RecordBatch) else rows
    unknown = [name for name in table.column_names if name not in schema.names]
    if unknown:
        raise LakeInputError(
            f"The rows have a column {unknown[0]!r} that the store does not know. Remove or rename it."
        )
    columns = []
    for wanted in schema:
        if wanted.name not in table.column_names:
            if not wanted.nullable:
                raise LakeInputError(f"The rows lack the column {wanted.name!r}, which every row must have.")
            columns.append(pa.chunked_array([pa.nulls(table.num_rows, wanted.type)]))
            continue
        column = table[wanted.name]
        if column.type != wanted.type:
            try:
                column = column.cast(wanted.type)
            except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
                raise LakeInputError(
                    f"The column {wanted.name!r} is {column.type} and cannot be read as {wanted.type}: {error}"
                ) from error
        if not wanted.nullable and column.null_count:
            row = int(pc.index(column.is_null(), True).as_py())
            raise LakeInputError(f"The column {wanted.name!r} is empty in row {row + 1}; every row must have a value.")
        columns.append(column)
    return pa.table(columns, schema=schema)


def _instant(value: dt.datetime) -> str:
    return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class _Bounds:
    """Rows, smallest and largest value and nulls of the statistics columns of one file."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = columns
        self.rows = 0
        self.low: dict[str, Any] = {}
        self.high: dict[str, Any] = {}
        self.nulls = dict.fromkeys(columns, 0)

    def see(self, rows: pa.Table) -> None:
        self.rows += rows.num_rows
        for name in self.columns:
            bounds = pc.min_max(rows[name])
            low, high = bounds["min"].as_py(), bounds["max"].as_py()
            self.nulls[name] += rows[name].null_count
            if low is not None:
                self.low[name] = min(low, self.low.get(name, low))
                self.high[name] = max(high, self.high.get(name, high))

    def json(self) -> str:
        def plain(values: Mapping[str, Any]) -> dict[str, Any]:
            return {
                name: _instant(value) if isinstance(value, dt.datetime) else value.isoformat()
                if isinstance(value, dt.date) else value
                for name, value in values.items()
            }  # fmt: skip

        return json.dumps(
            {
                "numRecords": self.rows,
                "minValues": plain(self.low),
                "maxValues": plain(self.high),
                "nullCount": self.nulls,
            }
        )


class Table:
    """A Delta table. Methods that write expect that the caller holds the store's lock."""

    def __init__(self, location: Location, spec: TableSpec, now_ms: Callable[[], int]) -> None:
        self.location, self.spec = location, spec
        self.now_ms = now_ms
        self._delta: DeltaTable | None = None
        self._guard = threading.RLock()

    def __repr__(self) -> str:
        return f"Table({self.location.table_uri(self.spec.name)!r})"

    @property
    def uri(self) -> str:
        return self.location.table_uri(self.spec.name)

    # --- reading ------------------------------------------------------------------------------------------

    def refreshed(self) -> DeltaTable | None:
        """The newest version, or None when the table does not exist yet. LakeVersionError when it is too new."""
        with self._guard, explained("read the store", self.uri):
            try:
                if self._delta is None:
                    self._delta = DeltaTable(self.uri, storage_options=self.location.storage_options or None)
                else:
                    self._delta.update_incremental()
            except TableNotFoundError:
                self._delta = None
                return None
            stored = int(self._delta.metadata().configuration.get(_VERSION_PROPERTY, "0"))
            if stored > self.spec.version:
                raise LakeVersionError(
                    f"The store at {self.uri} has table version {stored}; this release knows versions up to "
                    f"{self.spec.version}. Install the newer Fourleaf again, or restore the store from a backup made "
                    "before the upgrade."
                )
            return self._delta

    def files(self, transactions: Sequence[str] = (), *, look: bool = True) -> Files:
        """The files of the newest version; none when the table does not exist yet.

        `look` false skips the look for a newer version: right after `ready` and under the lock there is none.
        """
        with self._guard:
            delta = self.refreshed() if look or self._delta is None else self._delta
            return _NO_FILES if delta is None else self._files_of(delta, transactions)

    def files_at(self, version: int) -> Files | None:
        """The files of an earlier version, or None when the log no longer reaches back to it."""
        if version < 0:
            return None
        try:
            options = self.location.storage_options or None
            return self._files_of(DeltaTable(self.uri, version=version, storage_options=options))
        except (DeltaError, OSError):
            return None

    def _files_of(self, delta: DeltaTable, transactions: Sequence[str] = ()) -> Files:
        with explained("list the files of the store", self.uri):
            actions = pa.table(delta.get_add_actions(flatten=True))
            metadata = delta.metadata()
            columns = frozenset(field.name for field in delta.schema().fields)
            recorded = {name: delta.transaction_version(name) for name in transactions}
        properties = {str(key): str(value) for key, value in metadata.configuration.items()}
        evolved = properties.get(_EVOLVED_PROPERTY) == "yes"
        known = {name: version for name, version in recorded.items() if version is not None}
        return Files(delta.version(), str(metadata.id), columns, evolved, actions, known, properties)

    def absolute(self, path: str) -> str:
        """The address of a file of this table for engines."""
        return f"{self.uri}/{path}"

    def read(self, path: str, columns: Sequence[str] | None = None) -> pa.Table:
        """One data file, or some of its columns (those that it has)."""
        with explained("read the store", self.uri):
            source = pq.ParquetFile(path, filesystem=self.location.filesystem(self.spec.name))
            known = source.schema_arrow.names
            wanted = None if columns is None else [name for name in columns if name in known]
            return source.read(columns=wanted)

    def read_whole(self, path: str, partition_value: object = None) -> pa.Table:
        """One data file with the columns of this release: the partition's value filled in, missing columns null."""
        rows = self.read(path)
        partition = self.spec.partition
        if partition is not None and partition.name in self.spec.schema.names:
            column = pa.repeat(str(partition_value), rows.num_rows).cast(partition.type)
            rows = rows.append_column(partition, column)
        return conform(
            rows.select([name for name in rows.column_names if name in self.spec.schema.names]), self.spec.schema
        )

    # --- making and upgrading -------------------------------------------------------------------------------

    def ready(self) -> DeltaTable:
        """The newest version, made or brought up to this release's columns first where needed."""
        delta = self.refreshed()
        if delta is None:
            delta = self._create()
        stored = int(delta.metadata().configuration.get(_VERSION_PROPERTY, "0"))
        return delta if stored == self.spec.version else self._upgrade(delta)

    def _create(self) -> DeltaTable:
        with explained("create the store", self.uri):
            self._delta = DeltaTable.create(
                self.uri,
                schema=self.spec.stored,
                partition_by=[self.spec.partition.name] if self.spec.partition is not None else None,
                configuration={
                    "delta.dataSkippingStatsColumns": ",".join(self.spec.statistics),
                    _VERSION_PROPERTY: str(self.spec.version),
                    **self.spec.properties,
                },
                storage_options=self.location.storage_options or None,
                raise_if_key_not_exists=False,
            )
        return self._delta

    def _upgrade(self, delta: DeltaTable) -> DeltaTable:
        """Add the nullable columns that this release has and the stored table lacks. Old files stay as they are."""
        with explained("add new columns to the store", self.uri):
            known = {field.name for field in delta.schema().fields}
            wanted = Schema.from_arrow(self.spec.stored)
            missing = [field for field in wanted.fields if field.name not in known]
            if missing:
                delta.alter.add_columns(missing)
            properties = {_VERSION_PROPERTY: str(self.spec.version), _EVOLVED_PROPERTY: "yes"}
            delta.alter.set_table_properties(properties, raise_if_not_exists=False)
            self._delta = None
        upgraded = self.refreshed()
        if upgraded is None:
            raise LakeError(f"The store at {self.uri} vanished while it was being upgraded.")
        return upgraded

    # --- writing ------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def writing(self, what: str, *, data_change: bool = True) -> Iterator[FileWriter]:
        """A writer whose files are deleted again when the block fails, the commit included."""
        writer = FileWriter(self, data_change=data_change)
        with explained(what, self.uri):
            try:
                yield writer
            except BaseException:
                writer.discard()
                raise

    def commit(
        self,
        adds: Sequence[AddAction],
        removes: Sequence[RemoveAction],
        *,
        transactions: Mapping[str, int],
    ) -> int:
        """One atomic version; returns its number. CommitFailedError when another writer got in between."""
        delta = self._delta if self._delta is not None else self.ready()
        properties = CommitProperties(app_transactions=[Transaction(key, value) for key, value in transactions.items()])
        partition = [self.spec.partition.name] if self.spec.partition is not None else None
        before = delta.version()
        try:
            delta.create_write_transaction(
                [*adds, *removes], "append", delta.schema(), partition, commit_properties=properties
            )
        except CommitFailedError:
            raise
        except DeltaError:
            # The answer of an object store may get lost after the commit was made. The transaction tells.
            now = self.refreshed()
            landed = now is not None and now.version() > before and bool(transactions)
            if now is None or not landed or any(now.transaction_version(k) != v for k, v in transactions.items()):
                raise
        if self.location.folder is not None:
            return before + 1  # the lock keeps others out; looking would cost as much as the commit
        now = self.refreshed()
        return now.version() if now is not None else before + 1

    def removal(self, actions: pa.Table, *, data_change: bool = True) -> list[RemoveAction]:
        """Remove actions for rows of `Files.actions`."""
        return [
            RemoveAction(row["path"], data_change, self.now_ms(), row["size_bytes"], self.partition_values(row))
            for row in actions.to_pylist()
        ]

    def partition_values(self, action: Mapping[str, Any]) -> dict[str, str | None]:
        if self.spec.partition is None:
            return {}
        name = self.spec.partition.name
        value = action[f"partition.{name}"]
        return {name: None if value is None else str(value)}


class FileWriter:
    """Writes data files of one table and collects the add actions for the commit."""

    def __init__(self, table: Table, *, data_change: bool = True) -> None:
        self._table = table
        self._data_change = data_change
        self._filesystem = table.location.filesystem(table.spec.name)
        self._begun: list[str] = []
        self.adds: list[AddAction] = []

    def write(self, rows: Iterable[pa.Table], partition_value: object = None) -> int:
        """Write rows of one partition as one or more files; returns how many rows."""
        total = 0
        current: pq.ParquetWriter | None = None
        bounds = _Bounds(self._table.spec.statistics)
        path = ""
        try:
            for part in rows:
                for piece in _pieces(part, self._table.spec.rows_per_file):
                    if current is None:
                        path, current = self._begin(partition_value)
                        bounds = _Bounds(self._table.spec.statistics)
                    current.write_table(piece.select(self._table.spec.in_files.names), row_group_size=_ROWS_PER_GROUP)
                    bounds.see(piece)
                    total += piece.num_rows
                    if bounds.rows >= self._table.spec.rows_per_file:
                        current.close()
                        current = None
                        self._finish(path, bounds, partition_value)
        finally:
            if current is not None:
                current.close()
        if current is not None:
            self._finish(path, bounds, partition_value)
        return total

    def _begin(self, partition_value: object) -> tuple[str, pq.ParquetWriter]:
        spec = self._table.spec
        name = f"part-{uuid.uuid4().hex}.zstd.parquet"
        folder = "" if spec.partition is None else f"{spec.partition.name}={partition_value}/"
        path = folder + name
        if folder and self._table.location.folder is not None:
            self._filesystem.create_dir(folder.rstrip("/"), recursive=True)
        self._begun.append(path)
        dictionary = [field.name for field in spec.in_files if field.name not in spec.plain_columns]
        bounded = [field.name for field in spec.in_files if field.name not in spec.plain_columns]
        writer = pq.ParquetWriter(
            path,
            spec.in_files,
            filesystem=self._filesystem,
            compression="zstd",
            compression_level=3,
            use_dictionary=dictionary,  # type: ignore[arg-type]  # the stubs know only bool
            write_statistics=bounded,
            store_schema=False,
        )
        return path, writer

    def _finish(self, path: str, bounds: _Bounds, partition_value: object) -> None:
        size = self._filesystem.get_file_info(path).size
        partition = self._table.spec.partition
        values = {} if partition is None else {partition.name: str(partition_value)}
        self.adds.append(AddAction(path, size, values, self._table.now_ms(), self._data_change, bounds.json()))

    def discard(self) -> None:
        """Delete what was written; a file that cannot be deleted now is an orphan that compaction clears away."""
        for path in self._begun:
            with contextlib.suppress(OSError):
                self._filesystem.delete_file(path)
        self._begun.clear()
        self.adds.clear()


def _pieces(rows: pa.Table, most: int) -> Iterator[pa.Table]:
    for start in range(0, rows.num_rows, most):
        yield rows.slice(start, most)


_NO_FILES: Final = Files(
    version=-1,
    table_id="",
    columns=frozenset(),
    evolved=False,
    actions=pa.table(
        {
            "path": pa.array([], pa.string()),
            "size_bytes": pa.array([], pa.int64()),
            "num_records": pa.array([], pa.int64()),
        }
    ),
)
