"""From the bytes of a file to rows: encoding, delimiter, columns, dates. Knows nothing of the database."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from fourleaf.kernel.services.people_import.columns import COLUMNS, ColumnMap, recognise
from fourleaf.kernel.services.people_import.findings import Finding, fault, notice

__all__ = ["MAX_BYTES", "MAX_ROWS", "ParsedFile", "Row", "read_people_file"]

MAX_BYTES = 64 * 1024 * 1024
MAX_ROWS = 250_000
_LIMITS = {"external_id": 64, "name": 150, "email": 254, "title": 150, "department": 100, "region": 100, "brand": 300}
_DELIMITERS = ",;\t|"
_FORMULA = re.compile(r"^[=+@]|^-[^\d\s-]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")
_EMAIL = re.compile(r"[a-z0-9][a-z0-9._%+-]*@[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}")


@dataclass(slots=True)
class Row:
    """One person as the file has it. A text is None where the file has no such column, "" where the cell is empty."""

    line: int
    external_id: str | None = None
    name: str = ""
    email: str | None = None
    department: str | None = None
    region: str | None = None
    manager: str | None = None
    title: str | None = None
    brand: str | None = None
    started_on: date | None = None
    left_on: date | None = None
    faulty: bool = False

    @property
    def key(self) -> str:
        """What the row is called in sentences."""
        return self.external_id or self.email or self.name


@dataclass
class ParsedFile:
    """The rows of a file and what was found on the way. ``columns`` are those that the file has."""

    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    columns: frozenset[str] = frozenset()
    ignored: list[str] = field(default_factory=list)
    encoding: str = "utf-8"
    delimiter: str = ","

    @property
    def unusable(self) -> bool:
        """Whether the file as a whole cannot be read."""
        return any(f.severity == "error" and f.line is None for f in self.findings)


def read_people_file(content: bytes, progress: Callable[[int], None] | None = None) -> ParsedFile:
    """Read a CSV file of people. Never raises on what people upload: everything wrong becomes a finding.

    ``progress`` is called with the count of rows read, every 5,000.
    """
    parsed = ParsedFile()
    text = _decoded(content, parsed)
    if text is None:
        return parsed
    lines = io.StringIO(text, newline="")
    first = lines.readline()
    offset = 0
    if (hint := re.fullmatch(r'"?sep=(.)"?\s*', first)) is not None:  # a line that spreadsheets write and read
        parsed.delimiter, offset = hint[1], 1
    else:
        parsed.delimiter = _delimiter(first)
        lines.seek(0)
    reader = csv.reader(lines, delimiter=parsed.delimiter, strict=True)
    try:
        header = next(reader, None)
        columns = _header(header, parsed, offset + 1)
        if columns is not None:
            _rows(reader, columns, len(header or ()), offset, parsed, progress)
    except csv.Error as error:
        line = reader.line_num + offset
        parsed.findings.append(
            fault(
                None,
                "",
                "",
                f"The file cannot be read beyond line {line}: {error}.",
                "A quotation mark that opens and never closes is the usual reason. Mend that line or export again.",
            )
        )
    return parsed


def _decoded(content: bytes, parsed: ParsedFile) -> str | None:
    if len(content) > MAX_BYTES:
        parsed.findings.append(
            fault(None, "", "", f"The file has {len(content) // 2**20} MB; {MAX_BYTES // 2**20} MB fit.", "Split it.")
        )
        return None
    if not content.strip():
        parsed.findings.append(fault(None, "", "", "The file is empty.", "Export it again, with a line of headings."))
        return None
    if content[:4] == b"PK\x03\x04" or content[:4] == b"\xd0\xcf\x11\xe0":
        parsed.findings.append(
            fault(None, "", "", "This is a spreadsheet, not a CSV file.", "Save it as “CSV UTF-8” and upload that.")
        )
        return None
    parsed.encoding = _encoding(content)
    try:
        text = content.decode(parsed.encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        parsed.findings.append(
            fault(
                None,
                "",
                "",
                f"Line {line} has bytes that are neither UTF-8 nor Windows-1252 text.",
                "Export the file again as UTF-8.",
            )
        )
        return None
    if parsed.encoding == "cp1252":
        parsed.findings.append(
            notice(
                None,
                "",
                "",
                "The file is not UTF-8; it was read as Windows-1252.",
                "Check that names with accents look right below. To be sure, export it as UTF-8.",
            )
        )
    return text.replace("\x00", "") if "\x00" in text else text


def _encoding(content: bytes) -> str:
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # Text in Latin letters as UTF-16 without a mark has a zero in every second byte.
    head = content[:400]
    if len(head) >= 4:
        even, odd = head[::2].count(0) * 2, head[1::2].count(0) * 2
        if odd > len(head) * 0.4 and even < len(head) * 0.1:
            return "utf-16-le"
        if even > len(head) * 0.4 and odd < len(head) * 0.1:
            return "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _delimiter(line: str) -> str:
    """The delimiter under which most headings are known; between equals, the one that occurs most."""

    def known(delimiter: str) -> tuple[int, int]:
        try:
            cells = next(csv.reader([line], delimiter=delimiter))
        except (csv.Error, StopIteration):
            return (0, 0)
        return (len(recognise(cells).positions), len(cells))

    return max(_DELIMITERS, key=known)


def _header(header: list[str] | None, parsed: ParsedFile, line: int) -> ColumnMap | None:
    columns = recognise(header or [])
    if not columns.positions:
        parsed.findings.append(
            fault(
                None,
                "",
                (parsed.delimiter.join(header or []))[:80],
                f"Line {line} has no heading that is known here.",
                f"The first line names the columns, such as {', '.join(COLUMNS)}.",
            )
        )
        return None
    for column, first, second in columns.doubled:
        parsed.findings.append(
            fault(None, column, second, f"Two columns are both the {column}: “{first}” and “{second}”.", "Keep one.")
        )
    if not columns.names:
        parsed.findings.append(fault(None, "name", "", "There is no column with names.", "Add a column “name”."))
    if not {"external_id", "email"} & columns.positions.keys():
        parsed.findings.append(
            fault(
                None,
                "external_id",
                "",
                "There is neither a column “external_id” nor one “email”.",
                "One of them is needed to know the same person again with the next import.",
            )
        )
    parsed.ignored = columns.ignored
    if columns.ignored:
        shown = ", ".join(columns.ignored[:8])
        parsed.findings.append(notice(None, "", shown, f"These columns are not used: {shown}."))
    present = set(columns.positions) & set(COLUMNS)
    parsed.columns = frozenset(present | {"name"})
    return None if parsed.unusable else columns


def _rows(
    reader: Iterator[list[str]],
    columns: ColumnMap,
    width: int,
    offset: int,
    parsed: ParsedFile,
    progress: Callable[[int], None] | None,
) -> None:
    positions = columns.positions
    last = reader.line_num  # type: ignore[attr-defined]  # csv.reader has it, its type is private
    for cells in reader:
        line, last = last + 1 + offset, reader.line_num  # type: ignore[attr-defined]  # as above
        if not any(cell.strip() for cell in cells):
            continue
        if len(parsed.rows) >= MAX_ROWS:
            parsed.findings.append(
                fault(None, "", "", f"The file has more than {MAX_ROWS:,} rows.", "Split it into several files.")
            )
            return
        row = Row(line)
        parsed.rows.append(row)
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            row.faulty = True
            parsed.findings.append(
                fault(
                    line,
                    "",
                    parsed.delimiter.join(cells)[:80],
                    f"This row has {len(cells)} cells, the headings have {width}.",
                    "A delimiter inside a text needs quotation marks around the text.",
                )
            )
            continue
        _fill(row, cells, positions, parsed)
        if progress is not None and len(parsed.rows) % 5000 == 0:
            progress(len(parsed.rows))


def _fill(row: Row, cells: list[str], positions: dict[str, int], parsed: ParsedFile) -> None:
    for column, index in positions.items():
        raw = cells[index]
        text = raw.strip()
        if text and not text.isprintable():
            text = " ".join(_CONTROL.sub(" ", text).split())
        if column in ("started_on", "left_on"):
            _fill_date(row, column, text, parsed)
            continue
        if column in ("first_name", "last_name"):
            if "name" not in positions:
                row.name = f"{row.name} {text}".strip() if column == "last_name" else f"{text} {row.name}".strip()
            continue
        limit = _LIMITS.get(column)
        if limit is not None and len(text) > limit:
            _add(row, parsed, column, text, f"This has {len(text)} characters; {limit} fit.", "Shorten it.")
            continue
        if _FORMULA.match(text) and column != "name":
            parsed.findings.append(
                notice(
                    row.line,
                    column,
                    text,
                    "This begins like a formula of a spreadsheet. It is kept as the text that it is.",
                    "Check that the export did not put it there.",
                )
            )
        setattr(row, column, text)
    if not row.name:
        _add(row, parsed, "name", "", "There is no name.", "Write the person's name, or take the row out.")
    elif _FORMULA.match(row.name):
        # Nobody is called so, and a name stands in every list and letter.
        _add(
            row,
            parsed,
            "name",
            row.name,
            "This begins like a formula of a spreadsheet, which no name does.",
            "Write the person's name, and look where the export took this from.",
        )
    if row.email:
        _check_email(row, parsed)
    if not row.external_id and not row.email and not row.faulty:
        _add(
            row,
            parsed,
            "external_id",
            "",
            f"{row.name} has neither a number nor an e-mail.",
            "One of them is needed to know the person again with the next import.",
        )
    if row.started_on and row.left_on and row.left_on < row.started_on:
        _add(
            row,
            parsed,
            "left_on",
            str(row.left_on),
            f"The last day lies before the first, {row.started_on}.",
            "Correct one.",
        )


def _check_email(row: Row, parsed: ParsedFile) -> None:
    row.email = (row.email or "").lower()
    if _EMAIL.fullmatch(row.email) and ".." not in row.email:  # nearly all; the full check is thirty times slower
        return
    try:
        validate_email(row.email)
    except ValidationError:
        _add(row, parsed, "email", row.email, "This is not an e-mail address.", "Write it like ann@example.org.")
        row.email = None


def _fill_date(row: Row, column: str, text: str, parsed: ParsedFile) -> None:
    if not text:
        return
    try:
        setattr(row, column, _date(text))
    except ValueError as error:
        _add(row, parsed, column, text, str(error), "Write dates as 2026-01-31.")


def _date(text: str) -> date:
    """ISO dates (also at midnight, as spreadsheets export them), 31.01.2026 and 20260131; others are ambiguous."""
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?", text)
    dots = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text)
    run = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text)
    if (found := iso or run) is not None:
        year, month, day = (int(part) for part in found.groups()[:3])
    elif dots is not None:
        day, month, year = (int(part) for part in dots.groups())
    elif re.fullmatch(r"\d{1,2}/\d{1,2}/\d{2,4}", text):
        raise ValueError(f"“{text}” may be read with the day or the month first.")
    else:
        raise ValueError(f"“{text}” is not a date.")
    try:
        found_date = date(year, month, day)
    except ValueError:
        raise ValueError(f"“{text}” is a day that does not exist.") from None
    if not 1900 <= found_date.year <= 2200:
        raise ValueError(f"“{text}” lies outside 1900 to 2200.")
    return found_date


def _add(row: Row, parsed: ParsedFile, column: str, value: str, message: str, mend: str) -> None:
    row.faulty = True
    parsed.findings.append(fault(row.line, column, value, message, mend))
