"""Posts in Parquet files, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from fourleaf.engine.files.columnar import Column
from fourleaf.engine.files.columnar import compute as pc
from fourleaf.engine.files.errors import FileProblemError
from fourleaf.engine.files.limits import Limits
from fourleaf.engine.files.raw import RawBatch

__all__ = ["ParquetReader", "open_parquet", "plain_column"]

_ROWS: Final = 20_000


def open_parquet(path: Path, limits: Limits) -> pq.ParquetFile:
    """A Parquet file, its footer checked.

    Raises
        FileProblemError: damaged, encrypted, or a column chunk would unpack to more than the limit.
    """
    try:
        file = pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        reason = str(error).splitlines()[0][:200]
        raise FileProblemError(path, f"This Parquet file cannot be read: {reason}", "Copy or write it again.") from None
    meta = file.metadata
    unpacked = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups))
    if unpacked > limits.unpacked:
        raise FileProblemError(path, f"The Parquet file unpacks to more than {limits.unpacked:,} bytes.")
    return file


def _readable(type_: pa.DataType) -> bool:
    return not (pa.types.is_nested(type_) or pa.types.is_duration(type_) or pa.types.is_interval(type_))


class ParquetReader:
    """Rows of a Parquet file; `lines` are ordinals of rows."""

    def __init__(self, path: Path, limits: Limits, wanted: Sequence[str], *, skip: int = 0) -> None:
        self.path = path
        self.file = open_parquet(path, limits)
        self._wanted = list(wanted)
        self._skip = skip
        schema = self.file.schema_arrow
        for name in self._wanted:
            type_ = schema.field(name).type
            if not _readable(type_):
                raise FileProblemError(
                    path,
                    f"The column {name!r} has the type {type_}, which cannot be a field of a post.",
                    "Map another column, or write it as a string.",
                )

    def __iter__(self) -> Iterator[RawBatch]:
        offset = 0
        try:
            for batch in self.file.iter_batches(batch_size=_ROWS, columns=self._wanted, use_threads=False):
                start, offset = offset, offset + batch.num_rows
                if offset <= self._skip:
                    continue
                if start < self._skip:
                    batch = batch.slice(self._skip - start)
                    start = self._skip
                columns = {name: plain_column(batch.column(name)) for name in self._wanted}
                yield RawBatch(columns, np.arange(start + 1, offset + 1, dtype=np.int64), offset)
        except (pa.ArrowInvalid, OSError) as error:
            reason = str(error).splitlines()[0][:200]
            raise FileProblemError(
                self.path, f"The Parquet file is damaged: {reason}", "Copy or write it again."
            ) from None


def plain_column(column: Column) -> Column:
    """Strings of any kind as plain strings; bytes that are no UTF-8 stay bytes for the row check."""
    type_ = column.type
    if pa.types.is_dictionary(type_):
        return plain_column(column.cast(type_.value_type))
    if pa.types.is_large_string(type_) or pa.types.is_string_view(type_):
        return column.cast(pa.string())
    if pa.types.is_binary(type_) or pa.types.is_large_binary(type_) or pa.types.is_fixed_size_binary(type_):
        plain = column.cast(pa.binary())
        try:
            return plain.cast(pa.string())
        except pa.ArrowInvalid:
            return pa.array([b.decode("utf-8", "replace") if b is not None else None for b in plain.to_pylist()])
    if pa.types.is_boolean(type_) or pa.types.is_time(type_):
        return pc.cast(column, pa.string())
    return column
