"""CSV and its relatives, block by block.

Arrow's parser reads a block when its quoting is in order; a block with anything unusual is read record by record
with Python's csv module, which gives the exact line of whatever is wrong. Both ways give the same rows
(`tests/engine/files/test_delimited.py` compares them). Memory is bounded by the block and the largest record.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from fourleaf.engine.files.columnar import Column
from fourleaf.engine.files.columnar import csv as pacsv
from fourleaf.engine.files.errors import FileProblemError, RowError, shorten
from fourleaf.engine.files.raw import RawBatch
from fourleaf.engine.files.records import cut_records
from fourleaf.engine.files.source import Source

__all__ = ["DelimitedReader", "column_names", "header_of"]

_RESTARTS: Final = 3
_QUOTE_HINT: Final = 'Double quotation marks inside a quoted value ("") or close the value before the delimiter.'


class _TooLongError(Exception):
    """The record being read is longer than the limit."""


def header_of(first: str, delimiter: str) -> list[str]:
    """Column names out of the first record; nameless columns are called by their number."""
    return column_names(next(csv.reader([first], delimiter=delimiter), []))


def column_names(names: Sequence[str]) -> list[str]:
    """Names as the product calls the columns: without NUL characters and white space around, or their number."""
    return [name.replace("\0", "").strip() or f"column {number}" for number, name in enumerate(names, 1)]


class DelimitedReader:
    """Rows of a delimiter-separated file.

    `open_source` opens the file from its start (it is called again when a runaway quotation mark has swallowed the
    file). `wanted` are the names of the columns to deliver; `skip` the number of data rows to pass over.
    """

    def __init__(
        self,
        open_source: Callable[[], Source],
        delimiter: str,
        wanted: Sequence[str] | None = None,
        *,
        on_error: Callable[[RowError], None],
        skip: int = 0,
    ) -> None:
        self._open = open_source
        self.source = open_source()
        self.delimiter = delimiter
        self._on_error = on_error
        self._limits = self.source.limits
        # The csv module's own limit is global and smaller than ours.
        csv.field_size_limit(max(csv.field_size_limit(), self._limits.record * 2))
        self._buf = b""
        self._pos = 0
        self._at = 0  # bytes of the file (as UTF-8) before _buf
        self._line = 1  # line number at _pos
        self._taken = 0  # bytes of the record being read
        self._eof = False
        self._restarts = 0
        self._offset = 0
        self._skip = skip
        self._refused: list[int] = []
        self.columns = self._read_header()
        self._wanted = list(wanted) if wanted is not None else list(self.columns)
        self._places = [self.columns.index(name) for name in self._wanted]
        self._plain_names = [f"c{number}" for number in range(len(self.columns))]

    # --- bytes ----------------------------------------------------------------------------------------------

    def _more(self) -> bool:
        """Read another block behind what is left; False at the end of the file."""
        if self._eof:
            return False
        block = self.source.read(self._limits.block)
        if not block:
            self._eof = True
            return False
        self._at += self._pos
        self._buf = self._buf[self._pos :] + block if self._pos < len(self._buf) else block
        self._pos = 0
        return True

    def _take_line(self) -> bytes | None:
        """The next physical line with its end; None at the end of the file."""
        scanned = self._pos
        while True:
            end = self._buf.find(b"\n", scanned)
            if end >= 0 or (self._eof and self._pos < len(self._buf)):
                end = end + 1 if end >= 0 else len(self._buf)
                line = self._buf[self._pos : end]
                self._taken += len(line)
                if self._taken > self._limits.record:
                    raise _TooLongError
                self._pos = end
                self._line += 1
                return line
            left = len(self._buf) - self._pos
            if self._taken + left > self._limits.record:
                raise _TooLongError
            if not self._more() and self._pos >= len(self._buf):
                return None
            scanned = self._pos + left

    def _rewind(self, lines: Sequence[bytes]) -> None:
        """Give back lines that were taken last."""
        if not lines:
            return
        size = sum(map(len, lines))
        if size <= self._pos:
            self._pos -= size
        else:
            given = b"".join(lines)
            self._buf = given + self._buf[self._pos :]
            self._at += self._pos - len(given)
            self._pos = 0
        self._line -= len(lines)

    # --- one record, exactly --------------------------------------------------------------------------------

    def _read_header(self) -> list[str]:
        self._taken = 0
        try:
            first = self._take_line()
            while first is not None and (not first.strip() or first.lower().startswith(b"sep=")):
                first = self._take_line()
            self._rewind([first] if first else [])
            record = self._record()
        except _TooLongError:
            record = None
        if record is None:
            raise FileProblemError(
                self.source.path,
                "The first line, which must name the columns, cannot be read as such.",
                "Is this a table with a header line?",
            )
        names = column_names(record[1])
        if len(names) > self._limits.columns:
            raise FileProblemError(
                self.source.path, f"The first line names {len(names):,} columns; {self._limits.columns:,} are read."
            )
        return names

    def _record(self) -> tuple[int, list[str]] | None:
        """(line, fields) of the next record that can be read; None at the end. Broken ones are reported."""
        while True:
            start, at, taken = self._line, self._at + self._pos, list[bytes]()
            self._taken = 0

            def feed(taken: list[bytes] = taken) -> Iterator[str]:
                while (line := self._take_line()) is not None:
                    taken.append(line)
                    yield line.decode("utf-8", "surrogateescape")

            try:
                fields = next(csv.reader(feed(), delimiter=self.delimiter, strict=True))
            except StopIteration:
                return None
            except _TooLongError:
                self._pass_over(start, at, b"".join(taken))
                continue
            except csv.Error as error:
                repaired = self._repair(start, at, taken, error)
                if repaired is None:
                    continue
                fields = repaired
            if not fields:
                continue
            return start, fields

    def _repair(self, start: int, at: int, taken: list[bytes], error: csv.Error) -> list[str] | None:
        """What to do with a record that is not well quoted: read a single line leniently, or report it."""
        if len(taken) == 1:
            line = taken[0].decode("utf-8", "surrogateescape")
            if not (self._eof and self._pos >= len(self._buf) and "unexpected end" in str(error)):
                try:
                    return next(csv.reader([line], delimiter=self.delimiter))
                except csv.Error:
                    self._refuse(start, "A carriage return stands in the middle of the line.", line, "Quote the value.")
                    return None
        self._rewind(taken[1:])
        first = taken[0].decode("utf-8", "replace")
        self._refuse(start, "A quotation mark opened on this line is not closed properly.", first, _QUOTE_HINT)
        return None

    def _refuse(self, line: int, message: str, value: str = "", hint: str = "") -> None:
        self._offset += 1
        if self._offset > self._skip:
            self._on_error(RowError(line, None, message, shorten(value.strip()), hint))

    def _pass_over(self, start: int, at: int, taken: bytes) -> None:
        """Skip a record that is larger than the limit without holding it."""
        quoted = taken.count(b'"') & 1 == 1
        while True:
            end = _end_of_record(self._buf, self._pos, quoted=quoted)
            if end is not None:
                self._line += self._buf.count(b"\n", self._pos, end)
                self._pos = end
                break
            quoted ^= self._buf.count(b'"', self._pos) & 1 == 1
            self._line += self._buf.count(b"\n", self._pos)
            self._pos = len(self._buf)
            if not self._more():
                if quoted and self._restarts < _RESTARTS:
                    self._restart(start, at)
                    return
                break
        mib = self._limits.record / (1 << 20)
        self._refuse(
            start, f"This row is longer than {mib:g} MiB and was passed over.", taken[:200].decode("utf-8", "replace")
        )

    def _restart(self, start: int, at: int) -> None:
        """A quotation mark ran away with the rest of the file: begin again behind the line it stands on."""
        self._restarts += 1
        self.source.close()
        self.source = self._open()
        self._buf, self._pos, self._at, self._eof = b"", 0, 0, False
        while self._at + len(self._buf) <= at and self._more_dropping():
            pass
        self._pos = at - self._at
        self._line = start
        while (feed := self._buf.find(b"\n", self._pos)) < 0:
            self._pos = len(self._buf)
            if not self._more():
                break
        self._pos, self._line = (feed + 1, start + 1) if feed >= 0 else (len(self._buf), start)
        self._refuse(start, "A quotation mark opened on this line is never closed.", "", _QUOTE_HINT)

    def _more_dropping(self) -> bool:
        self._pos = len(self._buf)
        return self._more()

    # --- batches --------------------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[RawBatch]:
        while True:
            if len(self._buf) - self._pos < self._limits.block and not self._eof:
                while len(self._buf) - self._pos < self._limits.block and self._more():
                    pass
            if self._pos >= len(self._buf):
                if self._more():
                    continue
                return
            batch = self._fast()
            if batch is None:
                batch = self._exact()
            batch = self._without_skipped(batch)
            if len(batch):
                yield batch

    def _without_skipped(self, batch: RawBatch) -> RawBatch:
        """Drop what lies before the row at which the caller resumes. (A block with bad rows drops at its end.)"""
        if batch.offset <= self._skip:
            return RawBatch({}, np.empty(0, np.int64), batch.offset)
        return batch

    def _fast(self) -> RawBatch | None:
        """The next block by Arrow, or None when it must be read exactly."""
        block = self._buf[self._pos :] if self._pos else self._buf
        cut = cut_records(block, ord(self.delimiter), last=self._eof)
        if cut is None or (self._offset < self._skip < self._offset + len(cut.lines)):
            return None
        if b"\0" in block:
            return None
        refused: list[tuple[int | None, int, str]] = []

        def refuse(row: pacsv.InvalidRow) -> str:
            refused.append((row.number, row.actual_columns, row.text))
            return "skip"

        try:
            table = pacsv.read_csv(
                pa.BufferReader(pa.py_buffer(block).slice(0, cut.size)),
                read_options=pacsv.ReadOptions(
                    column_names=self._plain_names, use_threads=False, block_size=cut.size + 1
                ),
                parse_options=pacsv.ParseOptions(
                    delimiter=self.delimiter, newlines_in_values=True, invalid_row_handler=refuse
                ),
                convert_options=pacsv.ConvertOptions(
                    include_columns=[self._plain_names[place] for place in self._places],
                    column_types={name: pa.string() for name in self._plain_names},
                    strings_can_be_null=False,
                ),
            )
        except pa.ArrowInvalid:
            return None
        if table.num_rows + len(refused) != len(cut.lines):
            return None
        lines = cut.lines + self._line
        if refused:
            numbers = [number for number, _, _ in refused]
            if None in numbers:
                return None
            at = np.array(numbers, np.int64) - 1
            if self._offset >= self._skip:
                for place, (_, actual, text) in zip(at.tolist(), refused, strict=True):
                    self._report_ragged(int(lines[place]), actual, text)
            lines = np.delete(lines, at)
        self._pos += cut.size
        self._line += cut.newlines
        self._offset += len(cut.lines)
        columns = {name: _one_array(table.column(number)) for number, name in enumerate(self._wanted)}
        return RawBatch(columns, lines, self._offset)

    def _report_ragged(self, line: int, actual: int, text: str) -> None:
        expected = len(self.columns)
        hint = "Quote values that hold the delimiter." if actual > expected else "Is the line cut off?"
        self._on_error(
            RowError(
                line,
                None,
                f"The row has {actual:,} value{'s' * (actual != 1)}, the first line names {expected:,}.",
                shorten(text.strip()),
                hint,
            )
        )

    def _exact(self) -> RawBatch:
        """About one block, record by record."""
        until = self._at + self._pos + self._limits.block
        rows: list[list[str]] = []
        lines: list[int] = []
        while self._at + self._pos < until:
            record = self._record()
            if record is None:
                break
            line, fields = record
            self._offset += 1
            if self._offset <= self._skip:
                continue
            if len(fields) != len(self.columns):
                self._report_ragged(line, len(fields), self.delimiter.join(fields).encode("utf-8", "replace").decode())
                continue
            values = [fields[place] for place in self._places]
            problem = _unfit(values)
            if problem is not None:
                place, message, hint = problem
                self._on_error(RowError(line, self._wanted[place], message, shorten(values[place]), hint))
                continue
            rows.append(values)
            lines.append(line)
        columns = {
            name: pa.array([row[number] for row in rows], pa.string()) for number, name in enumerate(self._wanted)
        }
        return RawBatch(columns, np.array(lines, np.int64), self._offset)


def _unfit(values: Sequence[str]) -> tuple[int, str, str] | None:
    """(place, message, hint) of the first value with bytes that are no text."""
    for place, value in enumerate(values):
        if "\0" in value:
            return place, "A NUL character (byte 0) stands in the value.", "Remove it, for example with tr -d '\\000'."
        if not value.isascii() and any("\udc80" <= ch <= "\udcff" for ch in value):
            at = next(i for i, ch in enumerate(value) if "\udc80" <= ch <= "\udcff")
            byte = ord(value[at]) - 0xDC00
            return (
                place,
                f"The byte 0x{byte:02X} at character {at + 1} of the value is not UTF-8.",
                "Export the file again as UTF-8.",
            )
    return None


def _one_array(column: Column) -> Column:
    """A column as one array."""
    if column.num_chunks == 1:
        return column.chunk(0)
    combined = column.combine_chunks()
    return combined if isinstance(combined, pa.Array) else pa.concat_arrays(combined.chunks)


def _end_of_record(buf: bytes, pos: int, *, quoted: bool) -> int | None:
    """Position behind the line feed that ends the record, or None when it is not in the buffer."""
    at = pos
    while True:
        if quoted:
            at = buf.find(b'"', at)
            if at < 0:
                return None
            at, quoted = at + 1, False
        feed = buf.find(b"\n", at)
        mark = buf.find(b'"', at, feed if feed >= 0 else len(buf))
        if mark >= 0:
            at, quoted = mark + 1, True
        elif feed >= 0:
            return feed + 1
        else:
            return None
