"""CSV: both ways of reading give what Python's csv module gives, and every broken row is named with its line."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourleaf.engine.files.delimited import DelimitedReader
from fourleaf.engine.files.errors import RowErrors
from fourleaf.engine.files.limits import Limits
from fourleaf.engine.files.source import Source

SMALL = Limits(block=256, record=4096, cell=2048)


def read(
    path: Path, limits: Limits = SMALL, delimiter: str = ",", skip: int = 0
) -> tuple[list[tuple[str, ...]], list[int], RowErrors]:
    errors = RowErrors()
    reader = DelimitedReader(lambda: Source(path, limits), delimiter, on_error=errors, skip=skip)
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    for batch in reader:
        rows += zip(*(batch.columns[name].to_pylist() for name in reader.columns), strict=True)
        lines += batch.lines.tolist()
    reader.source.close()
    return rows, lines, errors


def lines_of(text: str) -> list[int]:
    """The line on which each record begins, by Python's csv module."""
    reader = csv.reader(io.StringIO(text, newline=""))
    begins, before = [], 0
    for row in reader:
        if row:
            begins.append(before + 1)
        before = reader.line_num
    return begins[1:]


CELLS = st.text(st.sampled_from('ab ,;"\n\r\té😀'), max_size=8)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=30),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    block=st.sampled_from([64, 256, 1 << 20]),
)
def test_well_formed_files_read_as_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], end: str, quoting: int, block: int
) -> None:
    if quoting == csv.QUOTE_MINIMAL:  # Python's writer leaves a lone carriage return unquoted
        rows = [(a.replace("\r", ""), b.replace("\r", ""), c.replace("\r", "")) for a, b, c in rows]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=end, quoting=quoting)
    writer.writerow(["one", "two", "three"])
    writer.writerows(rows)
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    path.write_bytes(out.getvalue().encode())
    found, lines, errors = read(path, Limits(block=block, record=4096, cell=2048))
    assert errors.kept == []
    assert found == rows
    # csv counts a lone carriage return as a line end, line feeds alone are counted here.
    if not any("\r" in cell for row in rows for cell in row):
        assert lines == lines_of(out.getvalue())


@settings(max_examples=150, deadline=None)
@given(text=st.text(st.sampled_from('ab,"\n'), max_size=120), block=st.sampled_from([32, 1 << 20]))
def test_any_text_gives_rows_or_errors_for_every_record(
    tmp_path_factory: pytest.TempPathFactory, text: str, block: int
) -> None:
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    path.write_text("one,two\n" + text, encoding="utf-8", newline="")
    found, lines, errors = read(path, Limits(block=block, record=4096, cell=2048))
    assert len(found) == len(lines)
    assert lines == sorted(lines)
    reported = {error.line for error in errors.kept}
    assert not reported & set(lines)
    # No line with something in it is lost silently: it begins a row, or an error, or lies inside a row.
    if '"' not in text:
        full = {number for number, line in enumerate(text.split("\n"), 2) if line}
        assert set(lines) | reported == full


def test_ragged_rows_are_named_and_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,2\n3\n"4\n4",5\n6,7,8\n\n9,10\n', encoding="utf-8")
    for block in (16, 1 << 20):
        rows, lines, errors = read(path, Limits(block=block, record=4096, cell=2048))
        assert rows == [("1", "2"), ("4\n4", "5"), ("9", "10")]
        assert lines == [2, 4, 8]
        assert [error.line for error in errors.kept] == [3, 6]
        assert "1 value, the first line names 2" in errors.kept[0].message
        assert "3 values" in errors.kept[1].message


def test_stray_quotation_marks_inside_values_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,a 5" screen\n2,"b"\n3,say "hi" now\n', encoding="utf-8")
    rows, lines, errors = read(path)
    assert rows == [("1", 'a 5" screen'), ("2", "b"), ("3", 'say "hi" now')]
    assert lines == [2, 3, 4]
    assert errors.total == 0


def test_a_quotation_mark_that_is_never_closed_costs_one_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    body = "".join(f"{number},text\n" for number in range(2_000))
    path.write_text('a,b\n0,"open\n' + body, encoding="utf-8")
    rows, lines, errors = read(path)
    assert len(rows) == 2_000
    assert lines[0] == 3
    assert [error.line for error in errors.kept] == [2]
    assert "never closed" in errors.kept[0].message


def test_a_quotation_mark_closed_in_the_wrong_place_costs_one_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n0,"open\n1,"fine"\n2,"also"\n', encoding="utf-8")
    rows, _, errors = read(path)
    assert rows == [("1", "fine"), ("2", "also")]
    assert [error.line for error in errors.kept] == [2]


@pytest.mark.parametrize("quoted", [True, False])
def test_a_huge_value_is_passed_over(tmp_path: Path, quoted: bool) -> None:
    path = tmp_path / "a.csv"
    huge = ("x" * 50 + ("\n" if quoted else " ")) * 2_000
    cell = f'"{huge}"' if quoted else huge
    path.write_text(f"a,b\n1,before\n2,{cell}\n3,after\n", encoding="utf-8")
    rows, lines, errors = read(path)
    assert rows == [("1", "before"), ("3", "after")]
    assert lines == [2, 4 + (2_000 if quoted else 0)]
    assert [error.line for error in errors.kept] == [3]
    assert "longer than" in errors.kept[0].message


def test_bytes_that_are_no_text_are_located(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("a,b\n1,é\n2,x".encode() + b"\xff\n3,n\0l\n4,fine\n")
    rows, _, errors = read(path)
    assert rows == [("1", "é"), ("4", "fine")]
    assert [(error.line, error.column) for error in errors.kept] == [(3, "b"), (4, "b")]
    assert "0xFF at character 2" in errors.kept[0].message
    assert "NUL" in errors.kept[1].message


def test_going_on_after_some_rows_gives_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    body = "".join(f'{number},"t\n{number}"\n' if number % 7 else f"{number}\n" for number in range(300))
    path.write_text("a,b\n" + body, encoding="utf-8")
    rows, lines, errors = read(path)
    for skip in (0, 1, 7, 8, 100, 299, 300, 1_000):
        rest, rest_lines, rest_errors = read(path, skip=skip)
        dropped = sum(1 for number in range(min(skip, 300)) if number % 7)
        assert rest == rows[dropped:]
        assert rest_lines == lines[dropped:]
        assert rest_errors.total == errors.total - len([n for n in range(min(skip, 300)) if n % 7 == 0])


def test_a_line_that_states_the_delimiter_is_no_header(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sep=;\na;b\n1;2\n", encoding="utf-8")
    rows, lines, _ = read(path, delimiter=";")
    assert (rows, lines) == ([("1", "2")], [3])


def test_names_are_trimmed_and_nameless_columns_numbered(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(" a ,,c\n1,2,3\n", encoding="utf-8")
    reader = DelimitedReader(lambda: Source(path, SMALL), ",", on_error=RowErrors())
    assert reader.columns == ["a", "column 2", "c"]
    reader.source.close()
