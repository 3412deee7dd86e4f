"""Files of answers: what is read, and that every mistake is named with its place and its remedy."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pytest

from fourleaf.engine.files import FileProblemError
from fourleaf.engine.survey import STANDARD, AnswerErrors, read_answers, read_people, score
from fourleaf.engine.survey.answers import checked_answers

HEAD = ",".join(["respondent", "department", "leader", "day", *STANDARD.ids])


def row(respondent: str = "a", leader: str = "no", day: str = "2026-05-01", **cells: str) -> str:
    return ",".join(
        [respondent, cells.get("department", "Sales"), leader, day, *(cells.get(item, "3") for item in STANDARD.ids)]
    )


def write(folder: Path, *rows: str, head: str = HEAD) -> Path:
    path = folder / "answers.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def test_what_is_read(tmp_path: Path) -> None:
    table = read_answers(write(tmp_path, row(C1="", C2="Cannot say", C3=" 5 ", C4="4.0"), row("b", "", "")))
    assert table["C1"].to_pylist() == [None, 3]
    assert [table[item][0].as_py() for item in ("C2", "C3", "C4")] == [None, 5, 4]
    assert table["leader"].to_pylist() == [False, None]
    assert table.schema.field("C1").type == pa.int8()
    assert checked_answers(table).equals(table)


def test_other_spellings_of_headings_semicolons_and_gzip(tmp_path: Path) -> None:
    head = HEAD.replace("respondent", "Respondent_ID").replace("C1", "c1")
    text = "\n".join([head, row(), row("b")]).replace(",", ";")
    path = tmp_path / "answers.csv.gz"
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
    assert read_answers(path)["C1"].to_pylist() == [3, 3]


def test_every_error_has_line_column_and_remedy(tmp_path: Path) -> None:
    path = write(tmp_path, row(C1="7"), row("b", C2="yes"), row("a"), row("c", "maybe"), row("d", day="1 May"), "x,y")
    with pytest.raises(AnswerErrors) as caught:
        read_answers(path)
    found = [(error.line, error.column) for error in caught.value.errors]
    assert found == [(2, "C1"), (3, "C2"), (4, "respondent"), (5, "leader"), (6, "day"), (7, None)]
    assert caught.value.total == 6
    words = [str(error) for error in caught.value.errors]
    assert "outside the scale" in words[0]
    assert "whole number from 1 to 5" in words[0]
    assert "not an answer" in words[1]
    assert "stands on line 2 already" in words[2]
    assert "yes or no" in words[3]
    assert "2026-05-31" in words[4]
    assert all(error.hint for error in caught.value.errors)


@pytest.mark.parametrize("value", ["0", "6", "-1", "3.5", "NaN", "five", "1e1", "²", "99999999999999999999"])
def test_values_that_are_no_answers(tmp_path: Path, value: str) -> None:
    with pytest.raises(AnswerErrors, match="column 'T8'"):
        read_answers(write(tmp_path, row(T8=value)))


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (HEAD.replace("department", "departmnt"), "Did you mean department"),
        (HEAD.replace("C1,", "C0,"), "'C0': This column is not known"),
        (HEAD.replace(",W2", ",W1"), "'W1' stands twice"),
        (HEAD.replace(",W2", ",w1"), "both hold W1"),
        (HEAD.replace("leader", "token"), "both hold respondent"),
    ],
    ids=["misspelt", "unknown", "twice", "twice in another case", "two ids"],
)
def test_wrong_headings_are_named(tmp_path: Path, head: str, words: str) -> None:
    with pytest.raises((FileProblemError, AnswerErrors), match=words):
        read_answers(write(tmp_path, row(), head=head))


def test_headings_and_values_are_told_in_one_go(tmp_path: Path) -> None:
    head = HEAD.replace("C1,", "C0,").replace("leader", "leeder")
    path = write(tmp_path, row(C2="7"), row("b", T8="x"), head=head)
    with pytest.raises(AnswerErrors) as caught:
        read_answers(path)
    found = [(error.line, error.column) for error in caught.value.errors]
    assert found == [(1, "leeder"), (1, "C0"), (1, None), (2, "C2"), (3, "T8")]
    assert "no column for C1." in caught.value.errors[2].message


def test_units_are_known_by_code_or_name_and_others_named_with_their_lines(tmp_path: Path) -> None:
    units = {"department": {"mkt": "MKT", "marketing": "MKT", "sal": "SAL", "sales": "SAL"}}
    path = write(tmp_path, row(department="Marketing"), row("b", department="sal"), row("c", department=""))
    table = read_answers(path, units=units, with_lines=True)
    assert (table["department"].to_pylist(), table["line"].to_pylist()) == (["MKT", "SAL", None], [2, 3, 4])
    bad = write(tmp_path, row(department="Marketng"), row("b", department="Sals", C1="9"), row("c", department="Moon"))
    with pytest.raises(AnswerErrors) as caught:
        read_answers(bad, units=units)
    assert [(error.line, error.column) for error in caught.value.errors] == [
        (2, "department"), (3, "C1"), (3, "department"), (4, "department")]  # fmt: skip
    assert "Did you mean MKT?" in str(caught.value.errors[0])


def test_a_missing_item_is_named(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("C1,C2\n3,4\n", encoding="utf-8")
    with pytest.raises(AnswerErrors, match="no column for C3, C4, C5, C6, C7, C8, L1"):
        read_answers(path)


def test_a_file_with_only_headings_has_no_answers(tmp_path: Path) -> None:
    report = score(read_answers(write(tmp_path)))
    assert (report.rows, report.response.published) == (0, False)


def test_people(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("id,name,Department,region\n1,Ann,Sales,DE\n2,Bob,,DE\n", encoding="utf-8")
    assert read_people(path).to_pydict() == {"department": ["Sales", None], "region": ["DE", "DE"]}
    path.write_text("id,department\n1,Sales\n1,Sales\n", encoding="utf-8")
    with pytest.raises(AnswerErrors, match="stands on line 2 already"):
        read_people(path)


def test_an_own_instrument_names_its_own_columns(tmp_path: Path) -> None:
    own = STANDARD.without("W1", "W2")
    with pytest.raises(AnswerErrors, match="'W1': This column is not known"):
        read_answers(write(tmp_path, row()), own)
