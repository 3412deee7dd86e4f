"""Lists as files: CSV streamed, XLSX written row by row, with cells that no spreadsheet runs as a formula."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, tzinfo
from typing import IO, Any, cast

from django.http import FileResponse, StreamingHttpResponse
from django.utils.text import slugify

from fourleaf.engine.files.export import safe_cell

__all__ = ["csv_response", "xlsx_response"]

_SHEET_ROWS = 1_048_575  # the format's limit, less the heading


class _Line:
    """A file-like object that hands each written line back."""

    def write(self, value: str) -> str:
        return value


def _plain(value: object, zone: tzinfo) -> object:
    if isinstance(value, datetime):
        local = value.astimezone(zone) if value.tzinfo else value
        return local.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else value


def csv_response(
    name: str, labels: Sequence[str], rows: Iterable[Sequence[object]], zone: tzinfo
) -> StreamingHttpResponse:
    """CSV in UTF-8 with a byte order mark, so that spreadsheets read it; times in ISO 8601 with their offset."""

    def lines() -> Iterator[str]:
        writer = csv.writer(cast(Any, _Line()))
        yield "\ufeff" + writer.writerow([safe_cell(label) for label in labels])
        for row in rows:
            yield writer.writerow([safe_cell(_plain(value, zone)) for value in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slugify(name) or "list"}.csv"'
    return response


def xlsx_response(name: str, labels: Sequence[str], rows: Iterable[Sequence[object]], zone: tzinfo) -> FileResponse:
    """A workbook; past the format's limit of rows another sheet goes on. Times are in ``zone``, which is noted."""
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - FileResponse closes it
    write_workbook(file, name, labels, rows, zone)
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{slugify(name) or 'list'}.xlsx",
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )


def write_workbook(
    file: IO[bytes], name: str, labels: Sequence[str], rows: Iterable[Sequence[object]], zone: tzinfo
) -> None:
    """Write the workbook row by row, in constant memory."""
    import xlsxwriter

    book = xlsxwriter.Workbook(
        file,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    head = book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    sheet, line = None, 0
    for row in rows:
        if sheet is None or line > _SHEET_ROWS:
            sheet, line = _sheet(book, labels, head), 1
        for column, value in enumerate(row):
            if isinstance(value, datetime):
                local = value.astimezone(zone).replace(tzinfo=None) if value.tzinfo else value
                sheet.write_datetime(line, column, local, moment)
            elif isinstance(value, date):
                sheet.write_datetime(line, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001 - a spreadsheet's date has no zone
            elif isinstance(value, int | float) and not isinstance(value, bool):
                sheet.write_number(line, column, value)
            elif value is not None and value != "":
                # Written as a string, so it cannot be a formula here; the apostrophe protects a copy saved as CSV.
                sheet.write_string(line, column, str(safe_cell(_plain(value, zone)))[:32_767])
        line += 1
    if sheet is None:
        _sheet(book, labels, head)
    book.set_properties({"title": name, "comments": f"Times are in {zone}."})
    book.close()


def _sheet(book: Any, labels: Sequence[str], head: Any) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for column, label in enumerate(labels):
        sheet.write_string(0, column, str(safe_cell(label)), head)
    sheet.set_column(0, len(labels) - 1, 18)
    return sheet
