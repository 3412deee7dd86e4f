"""The inventory: what was found, what becomes of it, and the CSV file it may come in.

Pure but for the plan model: each thing found is tied to an objective, kept as an experiment with an end, or stopped.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from fourleaf.engine.alignment.plan import InventoryItem

__all__ = ["COLUMNS", "InventoryRow", "ReadInventory", "open_question", "read_inventory", "text_of"]

#: Columns of the file; only kind and name are needed.
COLUMNS: Final = (
    "id",
    "kind",
    "name",
    "url",
    "official",
    "owner",
    "decision",
    "objective",
    "ends_on",
    "channel",
    "note",
)
_NAMES: Final = {
    "address": "url",
    "link": "url",
    "type": "kind",
    "title": "name",
    "key": "id",
    "ends": "ends_on",
    "end": "ends_on",
    "end_date": "ends_on",
    "remark": "note",
    "notes": "note",
}
LARGEST: Final = 2 << 20
MOST_ROWS: Final = 2_000


@dataclass(frozen=True, slots=True)
class InventoryRow:
    """A row of the file: its line, from 1, and its data for the plan model."""

    line: int
    data: dict[str, Any]


@dataclass(frozen=True)
class ReadInventory:
    """Rows of a file, and sentences (line, sentence) on what cannot be used. Line 0: the file as a whole."""

    rows: list[InventoryRow] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)


def open_question(item: InventoryItem, as_of: date) -> str | None:
    """What is still to be said about a thing found; None when nothing is."""
    match item.decision:
        case "undecided":
            return "Decide: tie it to an objective, keep it as an experiment with an end, or stop it."
        case "keep" | "merge" if item.objective is None:
            return "Say which objective it serves, or keep it as an experiment with an end."
        case "experiment" if item.ends_on is None:
            return "Say until which day the experiment runs."
        case "experiment" if item.ends_on is not None and item.ends_on < as_of:
            return f"The experiment ended on {item.ends_on}: tie it to an objective now, or stop it."
        case _:
            return None


def text_of(content: bytes) -> tuple[str, str]:
    """The text of a file, and a sentence where its encoding was guessed; UTF-8, UTF-16 with its mark, windows-1252."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace"), ""
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        said = f"Line {line} is not UTF-8, so the file was read as windows-1252. Look whether its letters are right."
        return content.decode("windows-1252", errors="replace"), said


def read_inventory(content: bytes, taken: Collection[str] = ()) -> ReadInventory:
    """Rows of a CSV file (comma, semicolon or tab; encoding as `text_of` finds it).

    Rows without an id get V1, V2 and on, beside ``taken``.
    """
    if len(content) > LARGEST:
        return ReadInventory(errors=[(0, f"The file is larger than {LARGEST >> 20} MiB.")])
    text, _ = text_of(content)
    if "\0" in text:
        return ReadInventory(errors=[(0, "The file holds the character NUL, so it is no text.")])
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return _rows(reader, taken)
    except csv.Error as error:
        return ReadInventory(errors=[(reader.line_num, f"This line is not CSV: {error}.")])


def _rows(reader: Any, taken: Collection[str]) -> ReadInventory:
    found = ReadInventory()
    header = [_column(cell) for cell in next(reader, [])]
    for needed in ("kind", "name"):
        if needed not in header:
            known = ", ".join(COLUMNS)
            found.errors.append((1, f"The file has no column {needed}. Columns: {known}."))
    for name in dict.fromkeys(header):
        if name not in COLUMNS:
            found.errors.append((1, f"The column “{name}” is not known. Columns: {', '.join(COLUMNS)}."))
        elif header.count(name) > 1:
            found.errors.append((1, f"The column {name} is there twice."))
    if found.errors:
        return found
    free = _free_ids(set(taken))
    seen: dict[str, int] = {}
    begin = reader.line_num + 1
    for cells in reader:
        line, begin = begin, reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        if len(found.rows) >= MOST_ROWS:
            found.errors.append((line, f"The file has more than {MOST_ROWS:,} rows. Split it."))
            break
        if len(cells) > len(header):
            found.errors.append((line, f"The row has {len(cells)} cells, the header {len(header)}."))
            continue
        data = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if cell.strip()}
        key = data.get("id")
        if key in seen:
            found.errors.append((line, f"The id {key} is already in line {seen[key]}."))
            continue
        for name in ("kind", "decision"):
            if name in data:
                data[name] = data[name].casefold()
        found.rows.append(InventoryRow(line, {"id": key or next(free), **data}))
        if key:
            seen[key] = line
    named = {row.data["id"] for row in found.rows}
    if len(named) < len(found.rows):  # a row further down took the id that one above was given
        return _rows_again(found, named | set(taken))
    return found


def _rows_again(found: ReadInventory, taken: set[str]) -> ReadInventory:
    free, seen = _free_ids(taken), set[str]()
    rows = []
    for row in reversed(found.rows):
        key = row.data["id"]
        rows.append(InventoryRow(row.line, {**row.data, "id": next(free)}) if key in seen else row)
        seen.add(key)
    return ReadInventory(rows[::-1], found.errors)


def _column(cell: str) -> str:
    name = cell.strip().casefold().replace(" ", "_").replace("-", "_")
    return _NAMES.get(name, name)


def _free_ids(taken: set[str]) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        if f"V{number}" not in taken:
            yield f"V{number}"
