"""Posts as JSON: one object a line, or one array of objects.

Lines go through Arrow's JSON parser when every wanted value in a block has the type that the first rows showed;
otherwise the block is read with Python's json module, line by line. An array is read object by object without
holding more than one block and one object. A column name with dots ("user.screen_name") reaches into nested objects.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from fourleaf.engine.files.columnar import Column
from fourleaf.engine.files.columnar import compute as pc
from fourleaf.engine.files.columnar import json as pajson
from fourleaf.engine.files.errors import FileProblemError, RowError, shorten
from fourleaf.engine.files.raw import RawBatch
from fourleaf.engine.files.source import Source

__all__ = ["JsonArrayReader", "JsonLinesReader", "column_names"]

_SPACE: Final = re.compile(r"[\s,]*")
_ROWS: Final = 20_000
_Strings = Callable[[RowError], None]


def column_names(objects: Sequence[Mapping[str, Any]]) -> list[str]:
    """The keys of some objects in the order of their first occurrence, nested ones with dots (two levels)."""
    names: dict[str, None] = {}
    for item in objects:
        for key, value in item.items():
            if isinstance(value, dict):
                for inner in value:
                    names.setdefault(f"{key}.{inner}")
            else:
                names.setdefault(key)
    return list(names)


def _value(item: Mapping[str, Any], name: str) -> Any:
    """The value of a column in an object; None when it is not there."""
    if name in item or "." not in name:
        return item.get(name)
    found: Any = item
    for key in name.split("."):
        if not isinstance(found, dict):
            return None
        found = found.get(key)
    return found


def _written(value: Any) -> str | None:
    """A JSON value as the string that a table would hold."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    return json.dumps(value, ensure_ascii=False)


class _Rows:
    """Collects objects into batches and reports those that are none."""

    def __init__(self, wanted: Sequence[str], on_error: _Strings, skip: int) -> None:
        self.wanted = wanted
        self.skip = skip
        self.offset = 0
        self._on_error = on_error
        self._rows: list[list[str | None]] = []
        self._lines: list[int] = []

    def refuse(self, line: int, message: str, value: str = "", hint: str = "", column: str | None = None) -> None:
        self.offset += 1
        if self.offset > self.skip:
            self._on_error(RowError(line, column, message, shorten(value.strip()), hint))

    def add(self, line: int, item: Any) -> None:
        if not isinstance(item, dict):
            self.refuse(line, "This is not an object ({…}).", json.dumps(item)[:200])
            return
        values = [_written(_value(item, name)) for name in self.wanted]
        for name, value in zip(self.wanted, values, strict=True):
            if value is None or value.isascii():
                if value is not None and "\0" in value:
                    self.refuse(line, "A NUL character (byte 0) stands in the value.", value, "Remove it.", name)
                    return
            elif any("\ud800" <= ch <= "\udfff" for ch in value):
                self.refuse(line, "The value holds half of a character (a lone surrogate).", value, "", name)
                return
        self.offset += 1
        if self.offset > self.skip:
            self._rows.append(values)
            self._lines.append(line)

    def __len__(self) -> int:
        return len(self._rows)

    def batch(self) -> RawBatch:
        columns = {name: pa.array([row[at] for row in self._rows], pa.string()) for at, name in enumerate(self.wanted)}
        batch = RawBatch(columns, np.array(self._lines, np.int64), self.offset)
        self._rows, self._lines = [], []
        return batch


class JsonLinesReader:
    """Rows of a file with one JSON object a line. Blank lines are passed over."""

    def __init__(
        self,
        source: Source,
        wanted: Sequence[str],
        *,
        types: Mapping[str, pa.DataType] | None = None,
        on_error: _Strings,
        skip: int = 0,
    ) -> None:
        self.source = source
        self._rows = _Rows(wanted, on_error, skip)
        self._types = dict(types or {})
        self._line = 1

    def __iter__(self) -> Iterator[RawBatch]:
        limits = self.source.limits
        left = b""
        while True:
            block = self.source.read(limits.block)
            if not block:
                break
            cut = block.rfind(b"\n") + 1
            if not cut:
                left += block
                if len(left) > limits.record:
                    left = self._pass_over()
                continue
            whole, left = left + block[:cut], block[cut:]
            yield from self._read(whole)
        if left:
            yield from self._read(left)

    def _pass_over(self) -> bytes:
        """Skip a line that is larger than the limit; gives what follows it."""
        mib = self.source.limits.record / (1 << 20)
        self._rows.refuse(self._line, f"This line is longer than {mib:g} MiB and was passed over.")
        while block := self.source.read(self.source.limits.block):
            end = block.find(b"\n") + 1
            if end:
                self._line += 1
                return block[end:]
        return b""

    def _read(self, block: bytes) -> Iterator[RawBatch]:
        batch = self._fast(block)
        if batch is None:
            for number, line in enumerate(block.split(b"\n")):
                self._one(self._line + number, line)
            batch = self._rows.batch()
        self._line += block.count(b"\n")
        if len(batch):
            yield batch

    def _one(self, number: int, line: bytes) -> None:
        if not line or line.isspace():
            return
        try:
            item = json.loads(line)
        except json.JSONDecodeError as error:
            self._rows.refuse(
                number,
                f"This is not a JSON object: {error.msg} at character {error.pos + 1}.",
                line[:200].decode("utf-8", "replace"),
            )
        except UnicodeDecodeError as error:
            self._rows.refuse(
                number,
                f"The byte 0x{line[error.start]:02X} at position {error.start + 1} is not UTF-8.",
                line[:200].decode("utf-8", "replace"),
                "Export the file again as UTF-8.",
            )
        except (RecursionError, ValueError):
            self._rows.refuse(number, "This object is nested too deeply or holds an absurd number.")
        else:
            self._rows.add(number, item)

    def _fast(self, block: bytes) -> RawBatch | None:
        """A block by Arrow; None when a type differs, a line is blank or broken, or rows must be skipped."""
        rows = self._rows
        if not self._types or rows.offset < rows.skip or b"\n\n" in block or b"\n\r\n" in block or b"\\u0000" in block:
            return None
        schema = pa.schema([(name, self._types[name]) for name in rows.wanted])
        try:
            table = pajson.read_json(
                pa.BufferReader(block),
                read_options=pajson.ReadOptions(use_threads=False, block_size=len(block) + 1),
                parse_options=pajson.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
            )
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            return None
        n = block.count(b"\n") + (not block.endswith(b"\n"))
        if table.num_rows != n:
            return None
        columns = {name: _flat(table.column(name)) for name in rows.wanted}
        try:
            for column in columns.values():
                column.validate(full=True)
        except pa.ArrowInvalid:
            return None
        rows.offset += n
        return RawBatch(columns, np.arange(self._line, self._line + n, dtype=np.int64), rows.offset)


def _flat(column: Column) -> Column:
    combined = column.combine_chunks()
    array = combined if isinstance(combined, pa.Array) else pa.concat_arrays(combined.chunks)
    return array if not pa.types.is_integer(array.type) else pc.cast(array, pa.int64())


class JsonArrayReader:
    """Objects of a file that is one JSON array. `line` of a row error is the line on which the object begins."""

    def __init__(
        self,
        source: Source,
        wanted: Sequence[str],
        *,
        on_error: _Strings,
        on_warning: Callable[[str], None] | None = None,
        skip: int = 0,
    ) -> None:
        self.source = source
        self._warn = on_warning or (lambda _sentence: None)
        self._rows = _Rows(wanted, on_error, skip)
        self._text = ""
        self._rest = b""
        self._line = 1
        self._eof = False

    def _more(self) -> bool:
        block = self.source.read(1 << 20)
        if not block:
            self._eof = True
            return False
        block = self._rest + block
        whole = block.decode("utf-8", "replace")
        self._rest = b""
        # A character may be cut at the end of the block: keep its bytes for the next one.
        for back in range(1, min(4, len(block)) + 1):
            if block[-back] >= 0xC0:
                need = 2 + (block[-back] >= 0xE0) + (block[-back] >= 0xF0)
                if need > back:
                    self._rest = block[-back:]
                    whole = block[:-back].decode("utf-8", "replace")
                break
        if "\ufffd" in whole and b"\xef\xbf\xbd" not in block:
            self._warn(f"{self.source.path}: some bytes are not UTF-8; U+FFFD (\ufffd) stands in their place.")
        self._text += whole
        return True

    def _drop(self, at: int) -> None:
        self._line += self._text.count("\n", 0, at)
        self._text = self._text[at:]

    def __iter__(self) -> Iterator[RawBatch]:
        self._more()
        opening = self._text.find("[")
        self._drop(opening + 1)
        decoder = json.JSONDecoder()
        at = 0
        line = self._line
        while True:
            space = _SPACE.match(self._text, at)
            begin = space.end() if space else at
            line += self._text.count("\n", at, begin)
            if begin < len(self._text) and self._text[begin] == "]":
                break
            try:
                item, end = decoder.raw_decode(self._text, begin)
            except json.JSONDecodeError as error:
                self._text, at = self._text[begin:], 0
                self._wait(line, error.msg, error.pos - begin)
                continue
            except (RecursionError, ValueError):
                raise FileProblemError(
                    self.source.path, "The JSON is nested too deeply, or holds an absurd number.", line=line
                ) from None
            self._rows.add(line, item)
            line += self._text.count("\n", begin, end)
            at = end
            if at > 1 << 20:
                self._text, at = self._text[at:], 0
            if len(self._rows) >= _ROWS:
                yield self._rows.batch()
        if len(self._rows):
            yield self._rows.batch()

    def _wait(self, line: int, reason: str, place: int) -> None:
        """The object at the front is not whole: read on, unless it is too large or the file is at its end."""
        if len(self._text) > self.source.limits.record:
            mib = self.source.limits.record / (1 << 20)
            raise FileProblemError(
                self.source.path,
                f"One object of the array is longer than {mib:g} MiB, or the JSON is broken there ({reason}).",
                "Write one object a line (JSON lines); then a bad one can be passed over.",
                line=line,
            )
        if not self._more():
            cut_off = place >= len(self._text.rstrip()) or reason.startswith("Unterminated")
            what = "ends too early" if cut_off else f"is broken ({reason})"
            raise FileProblemError(
                self.source.path,
                f"The JSON array {what}.",
                "Write one object a line (JSON lines); then a bad one can be passed over.",
                line=line,
            )
