"""Reading a CSV file of people: encodings, delimiters, headings, dates, and what is said about wrong rows."""

from __future__ import annotations

import codecs
import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourleaf.kernel.services.people_import.columns import recognise
from fourleaf.kernel.services.people_import.reading import MAX_BYTES, ParsedFile, read_people_file

TEXT = "external_id,name,email,title,started_on\n1,Zoë Ångström,zoe@example.org,Köchin,2024-02-29\n"


def errors(parsed: ParsedFile) -> list[str]:
    return [str(finding) for finding in parsed.findings if finding.severity == "error"]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("cp1252"), "cp1252"),
    ],
)
def test_encodings_give_the_same_rows(content: bytes, encoding: str) -> None:
    parsed = read_people_file(content)
    row = parsed.rows[0]
    assert (parsed.encoding, row.name, row.title, row.started_on) == (
        encoding,
        "Zoë Ångström",
        "Köchin",
        date(2024, 2, 29),
    )
    assert errors(parsed) == []
    warned = any("Windows-1252" in finding.message for finding in parsed.findings)
    assert warned == (encoding == "cp1252")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_recognised_by_the_headings(delimiter: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([["Name", "E-Mail"], ["A, B; C|D", "a@example.org"]])
    parsed = read_people_file(out.getvalue().encode())
    assert (parsed.delimiter, parsed.rows[0].name) == (delimiter, "A, B; C|D")


def test_the_line_that_spreadsheets_write_first_is_understood() -> None:
    parsed = read_people_file(b"sep=;\r\nname;email\r\nAnn;bad\r\n")
    assert parsed.delimiter == ";"
    assert parsed.findings[0].line == 3


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Employee ID,Full Name,Work E-mail", {"external_id": 0, "name": 1, "email": 2}),
        ("E-MAIL ADDRESS,Last name,first_name", {"email": 0, "last_name": 1, "first_name": 2}),
        ("title,role,name,id", {"title": 0, "name": 2, "external_id": 3}),
        ("Start Date,Leave date,Reports to,Dept.", {"started_on": 0, "left_on": 1, "manager": 2, "department": 3}),
    ],
)
def test_headings_are_recognised_in_any_order(header: str, expected: dict[str, int]) -> None:
    assert recognise(header.split(",")).positions == expected


def test_two_columns_of_names_become_one() -> None:
    parsed = read_people_file(b"last name,first name,id\nLee,Ann,1\n")
    assert parsed.rows[0].name == "Ann Lee"


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"PK\x03\x04rest", "spreadsheet"),
        (b"colour,shape\nred,round\n", "no heading that is known"),
        (b"email\na@example.org\n", "no column with names"),
        (b"name,title\nAnn,Cook\n", "neither a column"),
        (b'name,email\n"Ann,a@example.org\nBob,b@example.org\n', "beyond line"),
        (b"name,email\nAnn,a@example.org\n\x81\x8d,x\n", "neither UTF-8 nor"),
        (b"name,email,name\nAnn,a@example.org,Bob\n", "Two columns"),
    ],
)
def test_files_that_cannot_be_used_say_why(content: bytes, part: str) -> None:
    parsed = read_people_file(content)
    assert parsed.unusable
    assert part in " ".join(errors(parsed))


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    assert "MB fit" in errors(read_people_file(b"x" * (MAX_BYTES + 1)))[0]


@pytest.mark.parametrize(
    ("row", "part"),
    [
        (",Ann,a@example,,", "not an e-mail address"),
        ("1,,a@example.org,,", "no name"),
        (",Ann,,,", "neither a number nor an e-mail"),
        ("1,Ann,a@example.org,,01/02/2024", "day or the month first"),
        ("1,Ann,a@example.org,,2023-02-29", "does not exist"),
        ("1,Ann,a@example.org,,yesterday", "not a date"),
        ("1,Ann,a@example.org,,0024-01-01", "1900 to 2200"),
        ("1,Ann,a@example.org", "3 cells, the headings have 5"),
        ("1,Ann,a@example.org,,,surplus", "6 cells, the headings have 5"),
        (
            '1,"=HYPERLINK(""https://example.org"")",a@example.org,,',
            "like a formula of a spreadsheet, which no name does",
        ),
        ("1,@cmd,a@example.org,,", "which no name does"),
        (f"1,{'x' * 151},a@example.org,,", "151 characters; 150 fit"),
    ],
)
def test_wrong_rows_name_line_column_and_remedy(row: str, part: str) -> None:
    parsed = read_people_file(f"external_id,name,email,title,started_on\n9,Ok,ok@example.org,,\n\n{row}\n".encode())
    found = [finding for finding in parsed.findings if finding.severity == "error"]
    assert found[0].line == 4
    assert part in found[0].message
    assert found[0].mend
    assert parsed.rows[1].faulty
    assert not parsed.rows[0].faulty


def test_a_row_over_several_lines_is_named_by_its_first() -> None:
    parsed = read_people_file(b'name,email\n"Ann\nLee",a@example.org\nBob,bad\n')
    assert parsed.rows[0].name == "Ann Lee"
    assert parsed.rows[1].line == 4


@pytest.mark.parametrize("text", ["2024-01-31", "31.01.2024", "20240131", "2024-1-31", "2024-01-31 00:00:00"])
def test_dates_in_the_forms_that_exports_have(text: str) -> None:
    parsed = read_people_file(f"name,email,left on\nAnn,a@example.org,{text}\n".encode())
    assert parsed.rows[0].left_on == date(2024, 1, 31)


def test_cells_like_formulas_are_kept_as_text_and_mentioned() -> None:
    parsed = read_people_file(b'name,email,title\nAnn,a@example.org,"=HYPERLINK(""x"")"\nBob,b@example.org,-\n')
    assert parsed.rows[0].title == '=HYPERLINK("x")'
    assert not parsed.rows[0].faulty
    assert [finding.severity for finding in parsed.findings] == ["warning"]


def test_blank_rows_are_no_people_and_unused_columns_are_mentioned() -> None:
    parsed = read_people_file(b"name,email,shoe size\nAnn,a@example.org,40\n,,\n\n")
    assert len(parsed.rows) == 1
    assert parsed.ignored == ["shoe size"]


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_with_a_sentence(content: bytes) -> None:
    parsed = read_people_file(content)
    assert parsed.rows or parsed.findings or parsed.columns
    assert all(finding.message.endswith((".", "?")) for finding in parsed.findings)


_CELL = st.text(st.characters(exclude_characters="\x00\r", exclude_categories=("Cs",)), max_size=30)


@given(st.lists(st.tuples(_CELL, _CELL, _CELL), max_size=6), st.sampled_from([",", ";", "\t"]))
def test_rows_keep_their_cells_and_lines(rows: list[tuple[str, str, str]], delimiter: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(["external_id", "name", "title"])
    writer.writerows(rows)
    parsed = read_people_file(out.getvalue().encode())
    wanted = [row for row in rows if any(cell.strip() for cell in row)]
    assert len(parsed.rows) == len(wanted)
    for row, (number, name, _) in zip(parsed.rows, wanted, strict=True):
        if not row.faulty and name.strip().isprintable() and number.strip().isprintable():
            assert (row.external_id, row.name) == (number.strip(), name.strip())
