"""Files: nothing in them runs, everything is in them."""

from __future__ import annotations

import contextlib
import csv
import io
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from fourleaf.web.kit import export

BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
DANGEROUS = ["=1+1", "+1+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1+1", "\n=1"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_that_might_run_gets_an_apostrophe_in_heads_and_cells(text) -> None:
    assert read_csv(export.csv_response("x", [text], iter([[text]]), UTC)) == [[f"'{text}"], [f"'{text}"]]


@given(
    st.lists(st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0")), min_size=2, max_size=2))
)
def test_every_row_comes_back_and_none_begins_with_a_trigger(rows) -> None:
    back = read_csv(export.csv_response("x", ["a", "b"], iter(rows), UTC))[1:]
    assert len(back) == len(rows)
    for row, given_row in zip(back, rows, strict=True):
        for cell, text in zip(row, given_row, strict=True):
            assert cell in (text, f"'{text}")
            assert not cell.startswith(("=", "@"))


def read_csv(response) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_csv_streams_with_mark_times_and_quotes() -> None:
    rows = [["=HYPERLINK()", AT, 5, None, True], ['a "b", c', date(2026, 1, 2), -0.5, "", False]]
    response = export.csv_response("My list", ["=a", "b", "c", "d", "e"], iter(rows), BERLIN)
    assert response.streaming
    assert response["Content-Disposition"] == 'attachment; filename="my-list.csv"'
    raw = b"".join(response.streaming_content)
    assert raw.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""))) == [
        ["'=a", "b", "c", "d", "e"],
        ["'=HYPERLINK()", "2026-06-15T14:00:00+02:00", "5", "", "yes"],
        ['a "b", c', "2026-01-02", "-0.5", "", "no"],
    ]


def test_csv_takes_rows_only_as_it_is_read() -> None:
    taken = []

    def rows():
        for number in range(3):
            taken.append(number)
            yield [number]

    lines = export.csv_response("x", ["n"], rows(), UTC).streaming_content
    next(iter(lines))
    assert taken == []


def sheet(response):
    with contextlib.closing(response.file_to_stream):
        book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    return [[cell.value for cell in row] for row in book.active.iter_rows()], book


def test_a_workbook_holds_values_not_formulas() -> None:
    rows = [["=1+1", "https://example.org", 7, AT, date(2026, 1, 2), None]]
    values, book = sheet(export.xlsx_response("List", ["text", "link", "n", "at", "on", "none"], iter(rows), BERLIN))
    assert values[0] == ["text", "link", "n", "at", "on", "none"]
    assert values[1] == [
        "'=1+1",
        "https://example.org",
        7,
        datetime.fromisoformat("2026-06-15T14:00"),
        datetime.fromisoformat("2026-01-02"),
        None,
    ]
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)
    assert all(cell.hyperlink is None for row in book.active.iter_rows() for cell in row)


def test_a_workbook_goes_on_on_another_sheet(monkeypatch) -> None:
    monkeypatch.setattr(export, "_SHEET_ROWS", 3)
    _, book = sheet(export.xlsx_response("List", ["n"], ([n] for n in range(7)), UTC))
    assert [[cell.value for cell in s["A"]] for s in book.worksheets] == [["n", 0, 1, 2], ["n", 3, 4, 5], ["n", 6]]


def test_an_empty_workbook_has_its_heading() -> None:
    values, _ = sheet(export.xlsx_response("List", ["a", "b"], iter([]), UTC))
    assert values == [["a", "b"]]
