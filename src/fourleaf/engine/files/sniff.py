"""What a file is, told by its content: format, packing, encoding, delimiter, columns and what they seem to hold."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final, Literal

import pyarrow as pa

from fourleaf.engine.files.columnar import as_strings
from fourleaf.engine.files.columns import suggest_mapping
from fourleaf.engine.files.delimited import column_names as delimited_names
from fourleaf.engine.files.errors import FileProblemError, shorten
from fourleaf.engine.files.jsonposts import _value, column_names
from fourleaf.engine.files.limits import Limits
from fourleaf.engine.files.source import Compression, Encoding, Source

__all__ = ["FORMATS", "FileFacts", "Format", "sniff"]

Format = Literal["csv", "jsonl", "json", "parquet"]
FORMATS: Final[tuple[Format, ...]] = ("csv", "jsonl", "json", "parquet")

_HEAD: Final = 1 << 20
_DELIMITERS: Final = (",", ";", "\t", "|")
#: Stands for "no delimiter": a file with one value a line.
_NO_DELIMITER: Final = "\x1f"
_SAMPLE_ROWS: Final = 200
#: How often the sample begins anew behind a quotation mark that is never closed.
_RUNAWAYS: Final = 20


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What `sniff` found. `delimiter` is None except for "csv"; `suggested_mapping` is column -> field.

    `sample` holds up to 200 rows of the head of the file, column -> value (strings, but for JSON; of Parquet only the
    columns with known names).
    """

    path: Path
    format: Format
    encoding: str
    compression: Compression
    delimiter: str | None
    columns: list[str]
    suggested_mapping: dict[str, str]
    sample: list[dict[str, Any]] = field(repr=False)
    types: dict[str, pa.DataType] = field(default_factory=dict, repr=False)


def sniff(
    path: str | Path,
    *,
    limits: Limits | None = None,
    format: Format | None = None,
    encoding: Encoding | None = None,
    on_warning: Callable[[str], None] | None = None,
) -> FileFacts:
    """Look at the head of a file (1 MiB). `format` and `encoding` override what the content says.

    Raises
        FileProblemError: the file cannot be opened or unpacked, or is none of the formats.
    """
    path = Path(path)
    limits = limits or Limits()
    with Source(path, limits, on_warning=on_warning, encoding=encoding) as source:
        head = source.read(_HEAD)
        whole = len(head) < _HEAD
        found = format or _format_of(path, head)
        if found == "parquet":
            if source.compression != "none":
                raise FileProblemError(path, "This is a packed Parquet file.", "Unpack it; Parquet is packed inside.")
            return _parquet_facts(path, limits)
        facts = _delimited_facts if found == "csv" else _json_facts
        return facts(path, found, head, whole, source)


def _format_of(path: Path, head: bytes) -> Format:
    """The format that the first bytes show."""
    if head.startswith(b"PAR1"):
        return "parquet"
    start = head.lstrip()[:200]
    if not start:
        raise FileProblemError(path, "The file holds nothing but white space.", "Export it again.")
    if start.startswith(b"{"):
        return "jsonl"
    if start.startswith(b"["):
        inner = start[1:].lstrip()[:1]
        if inner in (b"{", b"]", b""):
            return "json"
    lowered = start.lower()
    if lowered.startswith((b"<?xml", b"<!doctype", b"<html", b"<rss", b"<feed")):
        raise FileProblemError(
            path, "This is XML or HTML, not a table of posts.", "Export the posts as CSV, JSON lines or Parquet."
        )
    return "csv"


def _delimited_facts(path: Path, found: Format, head: bytes, whole: bool, source: Source) -> FileFacts:
    text = head.decode("utf-8", "replace").lstrip("\ufeff")
    if not whole:
        text = text[: text.rfind("\n") + 1] or text
    stated = text[:6].lower().startswith("sep=") and text[4:5]
    if stated:
        text = text.split("\n", 1)[-1]
    delimiter = stated or _delimiter_of(text)
    rows = _rows(text, delimiter, _SAMPLE_ROWS + 1)
    columns = delimited_names(rows[0]) if rows else []
    sample = [dict(zip(columns, row, strict=False)) for row in rows[1:] if len(row) == len(columns)]
    return FileFacts(
        path, found, source.encoding, source.compression, delimiter, columns, suggest_mapping(columns), sample
    )


def _rows(text: str, delimiter: str, most: int) -> list[list[str]]:
    """The first records of a text, leniently; blank lines are passed over.

    A record of several lines that does not fit the first one has a quotation mark that is never closed: its line is
    passed over, and the next record begins on the line after it, as the reader does.
    """
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    lines = text.splitlines(keepends=True) if len(text) < 1000 else _lines(text)
    rows: list[list[str]] = []
    begin = at = runaways = 0
    reader = csv.reader(lines, delimiter=delimiter)
    while len(rows) < most:
        here = at
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error:
            at = begin + reader.line_num
            continue
        at = begin + reader.line_num
        if rows and runaways < _RUNAWAYS and _ran_away(row, len(rows[0]), lines, here, at):
            runaways += 1
            begin = at = here + 1
            reader = csv.reader(islice(lines, begin, None), delimiter=delimiter)
        elif row:
            rows.append(row)
    return rows


def _ran_away(row: list[str], width: int, lines: list[str], here: int, at: int) -> bool:
    """Whether the record on the lines from ``here`` to ``at`` began with a quotation mark that is never closed."""
    if at <= here + 1:
        return False
    return len(row) != width or (at >= len(lines) and sum(line.count('"') for line in lines[here:at]) % 2 == 1)


def _lines(text: str) -> list[str]:
    return [line + "\n" for line in text.split("\n")]


def _delimiter_of(text: str) -> str:
    """The delimiter that gives the most columns of the same number in the first records."""
    best, best_score = "", (0.0, 0)
    for delimiter in _DELIMITERS:
        rows = _rows(text, delimiter, 50)
        width = len(rows[0]) if rows else 0
        if width < 2:
            continue
        alike = sum(len(row) == width for row in rows) / len(rows)
        score = (1.0 if alike >= 0.6 else alike, width)
        if score > best_score:
            best, best_score = delimiter, score
    if best:
        return best
    rows = _rows(text, ",", 50)
    widths = Counter(len(row) for row in rows)
    return "," if widths[1] * 2 > len(rows) else _NO_DELIMITER


def _json_facts(path: Path, found: Format, head: bytes, whole: bool, source: Source) -> FileFacts:
    text = head.decode("utf-8", "replace")
    items = _first_lines(text, whole) if found == "jsonl" else _first_items(text)
    if found == "jsonl" and not items:
        try:
            one = json.loads(text)
        except (ValueError, RecursionError):
            one = None
        lists = [key for key, value in one.items() if isinstance(value, list)] if isinstance(one, dict) else []
        hint = (
            f"Take out the list: jq -c '.{lists[0]}[]' FILE." if lists else "Write one object a line (jq -c '.' FILE)."
        )
        raise FileProblemError(path, "This is JSON, but neither one object a line nor one array of objects.", hint)
    columns = column_names(items)
    sample = [{name: _value(item, name) for name in columns} for item in items]
    types = {name: type_ for name in columns if (type_ := _type_of([row[name] for row in sample])) is not None}
    return FileFacts(
        path, found, source.encoding, source.compression, None, columns, suggest_mapping(columns), sample, types
    )


def _first_lines(text: str, whole: bool) -> list[dict[str, Any]]:
    lines = text.split("\n")
    items: list[dict[str, Any]] = []
    for line in lines if whole or len(lines) == 1 else lines[:-1]:
        try:
            item = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(item, dict):
            items.append(item)
        if len(items) >= _SAMPLE_ROWS:
            break
    return items


def _first_items(text: str) -> list[dict[str, Any]]:
    decoder = json.JSONDecoder()
    at = text.find("[") + 1
    items: list[dict[str, Any]] = []
    while len(items) < _SAMPLE_ROWS:
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        try:
            item, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        if isinstance(item, dict):
            items.append(item)
    return items


def _type_of(values: list[Any]) -> pa.DataType | None:
    """The one Arrow type of some JSON values; None when they differ or are nested."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {str} or not kinds:
        return pa.string()
    if kinds == {int}:
        return pa.int64()
    return pa.float64() if kinds == {float} else None


def _parquet_facts(path: Path, limits: Limits) -> FileFacts:
    from fourleaf.engine.files.parquet import open_parquet, plain_column

    file = open_parquet(path, limits)
    columns = list(file.schema_arrow.names)
    sample: list[dict[str, Any]] = []
    wanted = [name for name in columns if name in suggest_mapping(columns)]
    if wanted:
        try:
            for batch in file.iter_batches(batch_size=_SAMPLE_ROWS, columns=wanted, use_threads=False):
                plain = {name: as_strings(plain_column(batch.column(name))) for name in wanted}
                sample = pa.table(plain).to_pylist()
                break
        except (pa.ArrowInvalid, OSError, ValueError, OverflowError) as error:
            raise FileProblemError(
                path, f"The Parquet file is damaged: {shorten(error, 200)}", "Copy or write it again."
            ) from None
    types = {name: file.schema_arrow.field(name).type for name in columns}
    return FileFacts(path, "parquet", "utf-8", "none", None, columns, suggest_mapping(columns), sample, types)
