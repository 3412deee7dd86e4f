"""From any format to the same posts."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fourleaf.engine.files import FileProblemError, Limits, ReadRules, RowErrors, TimeRules, read_posts, sniff
from fourleaf.engine.posts import POST_SCHEMA

ROWS: list[dict[str, Any]] = [
    {
        "id": "1",
        "created_at": "2024-05-01T10:00:00Z",
        "author": "@ann",
        "text": "first, with a comma",
        "likes": "1,234",
    },
    {"id": "2", "created_at": "2024-05-01T11:00:00Z", "author": "ben", "text": 'two\nlines and "marks"', "likes": ""},
    {"id": "3", "created_at": "2024-05-02T12:00:00Z", "author": "", "text": "café 😀", "likes": "0"},
]


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    """Rows in the format that the name says."""
    kind = path.name.removesuffix(".gz").rsplit(".", 1)[1]
    names = list(rows[0])
    if kind in ("csv", "tsv", "psv", "ssv"):
        mark = {"csv": ",", "tsv": "\t", "psv": "|", "ssv": ";"}[kind]
        quoted = [['"' + str(row[name]).replace('"', '""') + '"' for name in names] for row in rows]
        content = "\n".join(mark.join(cells) for cells in [names, *quoted]) + "\n"
    elif kind == "jsonl":
        content = "".join(json.dumps(row) + "\n" for row in rows)
    elif kind == "json":
        content = json.dumps(rows, indent=1, ensure_ascii=False)
    else:
        pq.write_table(pa.Table.from_pylist(rows), path)
        return path
    data = content.encode()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
    return path


def posts(
    path: Path, mapping: dict[str, str] | None = None, errors: RowErrors | None = None, **rules: Any
) -> list[Any]:
    batches = list(read_posts(path, mapping, rules=ReadRules(**rules), on_error=errors))
    for batch in batches:
        batch.posts.validate(full=True)
        assert batch.posts.num_rows == len(batch.rows)
    return [row for batch in batches for row in batch.posts.to_pylist()]


@pytest.mark.parametrize(
    "name", ["a.csv", "a.tsv", "a.psv", "a.ssv", "a.jsonl", "a.json", "a.parquet", "a.csv.gz", "a.jsonl.gz"]
)
def test_every_format_gives_the_same_posts(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, ROWS)
    found = posts(path, require_created_at=True)
    assert [row["text"] for row in found] == [row["text"] for row in ROWS]
    assert [row["author"] for row in found] == ["ann", "ben", None]
    assert [row["likes"] for row in found] == [1234, None, 0]
    assert found[0]["created_at"] == datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert {row["platform"] for row in found} == {"file"}
    assert {row["kind"] for row in found} == {"post"}
    first = next(read_posts(path, rules=ReadRules(require_created_at=True)))
    assert first.posts.schema.equals(POST_SCHEMA)


def test_the_name_does_not_matter(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", ROWS)
    path = path.rename(tmp_path / "a.csv")
    assert sniff(path).format == "jsonl"
    assert len(posts(path)) == 3


def test_facts_of_a_file(tmp_path: Path) -> None:
    facts = sniff(write(tmp_path / "a.ssv", [{"Tweet ID": "1", "Date": "2024-05-01", "Tweet": "x;y", "Colour": "red"}]))
    assert (facts.format, facts.delimiter, facts.encoding, facts.compression) == ("csv", ";", "utf-8", "none")
    assert facts.columns == ["Tweet ID", "Date", "Tweet", "Colour"]
    assert facts.suggested_mapping == {"Tweet": "text", "Tweet ID": "id", "Date": "created_at"}
    assert facts.sample[0]["Tweet"] == "x;y"


def test_a_column_can_be_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [{"what": "hello", "text": "other", "when=": "2024-05-01"}])
    assert posts(path, {"what": "text"})[0]["text"] == "hello"
    assert posts(path, {"when=": "created_at"})[0]["created_at"] == datetime(2024, 5, 1, tzinfo=UTC)
    for mapping, says in [
        ({"whta": "text"}, "Did you mean 'what'"),
        ({"what": "txet"}, "Did you mean text"),
        ({"what": "text", "text": "text"}, "mapped from 2 columns"),
    ]:
        with pytest.raises(FileProblemError, match=says):
            posts(path, mapping)


def test_ids_made_from_content_are_stable(tmp_path: Path) -> None:
    rows = [{"text": "a", "author": "x"}, {"text": "b", "author": "x"}, {"text": "a", "author": "x"}]
    once = [row["id"] for row in posts(write(tmp_path / "a.csv", rows))]
    again = [row["id"] for row in posts(write(tmp_path / "b.jsonl", rows))]
    assert once == again
    assert once[0] == once[2] != once[1]
    assert all(len(made) == 32 for made in once)


def test_kinds_and_parents(tmp_path: Path) -> None:
    rows = [
        {"text": "RT @a: b", "type": "", "in_reply_to": ""},
        {"text": "a", "type": "", "in_reply_to": "17.0"},
        {"text": "a", "type": "Retweet", "in_reply_to": ""},
        {"text": "a", "type": "quoted", "in_reply_to": "3"},
        {"text": "a", "type": "strange", "in_reply_to": ""},
    ]
    warnings: list[str] = []
    path = write(tmp_path / "a.csv", rows)
    found = [row for b in read_posts(path, on_warning=warnings.append) for row in b.posts.to_pylist()]
    assert [row["kind"] for row in found] == ["reshare", "reply", "reshare", "quote", "post"]
    assert [row["parent_id"] for row in found] == [None, "17", None, "3", None]
    assert "'strange'" in warnings[0]


def test_bad_rows_are_named_with_line_column_and_value(tmp_path: Path) -> None:
    rows = [dict(ROWS[0], id=str(number)) for number in range(5)]
    rows[1]["created_at"] = "2024-02-31T00:00:00Z"
    rows[2]["text"] = " "
    rows[3]["created_at"] = "2031-01-01T00:00:00Z"
    errors = RowErrors()
    rules = TimeRules(latest=datetime(2025, 1, 1, tzinfo=UTC))
    assert [row["id"] for row in posts(write(tmp_path / "a.csv", rows), errors=errors, times=rules)] == ["0", "4"]
    named = [(error.line, error.column) for error in errors.ordered]
    assert named == [(3, "created_at"), (4, "text"), (5, "created_at")]
    assert errors.ordered[0].value == "2024-02-31T00:00:00Z"
    assert "line 4, column 'text': The post has no text." in str(errors.ordered[1])


def test_a_count_that_cannot_be_read_is_left_empty_and_the_post_stays(tmp_path: Path) -> None:
    rows = [dict(ROWS[0], id=str(number), likes="3") for number in range(7)]
    rows[1]["likes"] = "notanumber"
    rows[3]["likes"] = "-4"
    rows[4] |= {"likes": "lots", "text": ""}  # left out as a whole: its cell isn't counted
    rows[5]["likes"] = rows[6]["likes"] = "many"
    path = write(tmp_path / "a.csv", rows)
    errors, warnings = RowErrors(), list[str]()
    batches = read_posts(path, on_error=errors, on_warning=warnings.append)
    found = [row for batch in batches for row in batch.posts.to_pylist()]
    assert [row["likes"] for row in found] == [3, None, 3, None, None, None]
    assert [error.line for error in errors.kept] == [6]
    said = (
        f"{path}: 4 cells left empty; the posts are kept: line 3, column 'likes': This is not a count. ('notanumber'); "
        "line 5, column 'likes': A count cannot be negative. ('-4'); line 7, column 'likes': This is not a count. "
        "('many'); and 1 more. Write digits, such as 1204, or leave the cell empty."
    )
    assert warnings == [said]


def test_only_some_errors_are_kept_but_all_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,text\n" + "1\n" * 500, encoding="utf-8")
    errors = RowErrors(keep=10)
    assert posts(path, errors=errors) == []
    assert (errors.total, len(errors.kept)) == (500, 10)


def test_times_can_be_required(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [{"text": "a", "date": "2024-05-01"}, {"text": "b", "date": ""}])
    assert [row["created_at"] is None for row in posts(path)] == [False, True]
    errors = RowErrors()
    assert [row["text"] for row in posts(path, errors=errors, require_created_at=True)] == ["a"]
    assert "no time" in errors.kept[0].message
    with pytest.raises(FileProblemError, match="created_at"):
        posts(write(tmp_path / "b.csv", [{"text": "a"}]), require_created_at=True)


def test_a_column_that_only_sounds_like_times_is_left_aside(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [{"text": "a", "time": "morning"}, {"text": "b", "time": "evening"}])
    warnings: list[str] = []
    assert sum(batch.posts.num_rows for batch in read_posts(path, on_warning=warnings.append)) == 2
    assert "holds no times" in warnings[0]
    with pytest.raises(FileProblemError, match="holds no times"):
        posts(path, {"time": "created_at"})


def test_the_order_of_day_and_month_is_settled_by_the_whole_file(tmp_path: Path) -> None:
    doubtful = [{"text": "a", "date": "03/04/2024"}] * 300
    with pytest.raises(FileProblemError, match="--dates day-first"):
        posts(write(tmp_path / "a.csv", doubtful))
    found = posts(write(tmp_path / "b.csv", [*doubtful, {"text": "z", "date": "04/25/2024"}]))
    assert found[0]["created_at"] == datetime(2024, 3, 4, tzinfo=UTC)
    found = posts(write(tmp_path / "c.csv", [*doubtful, {"text": "z", "date": "25/04/2024"}]))
    assert found[0]["created_at"] == datetime(2024, 4, 3, tzinfo=UTC)


def test_ids_that_a_spreadsheet_rounded_are_noticed(tmp_path: Path) -> None:
    warnings: list[str] = []
    path = write(tmp_path / "a.csv", [{"id": "5.69541E+17", "text": "a"}])
    list(read_posts(path, on_warning=warnings.append))
    assert "rounded by a spreadsheet" in warnings[0]


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.json", "a.parquet"])
def test_reading_goes_on_after_a_row(tmp_path: Path, name: str) -> None:
    rows = [{"id": str(number), "text": f"text {number}"} for number in range(2_000)]
    path = write(tmp_path / name, rows)
    rules = ReadRules(limits=Limits(block=4_096))
    batches = list(read_posts(path, rules=rules))
    assert batches[-1].offset == 2_000
    for offset in {batches[0].offset, 1, 777, 1_999, 2_000}:
        rest = [i for b in read_posts(path, rules=rules, resume_after=offset) for i in b.posts.column("id").to_pylist()]
        assert rest == [row["id"] for row in rows[offset:]]


def test_broken_json_lines_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(
        b'{"id": 1, "text": "one \xc3\xa9\xc3\xa9"}\n\n{"id": 2, "text": }\n[1]\n{"id": 3}\n'
        b'{"id": 4, "text": "x\xff"}\n'
        b'{"id": 5, "text": "\\ud800"}\n{"id": 6, "text": "a\\u0000b"}\n{"id": 7, "text": "end"}'
    )
    errors = RowErrors()
    assert [row["id"] for row in posts(path, errors=errors)] == ["1", "7"]
    assert [error.line for error in errors.kept] == [3, 4, 6, 7, 8, 5]
    words = " ".join(error.message for error in errors.kept)
    for part in ("not a JSON object", "not an object", "0xFF", "surrogate", "NUL", "no text"):
        assert part in words


def test_json_of_both_kinds_reads_numbers_and_nested_values_alike(tmp_path: Path) -> None:
    rows = [
        {"id": 9007199254740993, "text": "a", "user": {"screen_name": "ann", "followers_count": 5}, "likes": 3},
        {"id": "x", "text": "b", "user": {"screen_name": "ben"}, "likes": None},
    ]
    mapping = {"user.screen_name": "author", "user.followers_count": "author_followers"}
    lines, array = (posts(write(tmp_path / name, rows), mapping) for name in ("a.jsonl", "a.json"))
    assert lines == array
    assert lines[0]["id"] == "9007199254740993"
    assert (lines[0]["author"], lines[0]["author_followers"], lines[0]["likes"]) == ("ann", 5, 3)


def test_texts_that_look_like_times_stay_as_they_are(tmp_path: Path) -> None:
    rows = [{"text": "2024-05-01 10:00:00", "id": "007"}, {"text": "2024-05-01T10:00:00Z", "id": "008"}]
    for name in ("a.csv", "a.jsonl"):
        found = posts(write(tmp_path / name, rows))
        assert [(row["text"], row["id"]) for row in found] == [(row["text"], row["id"]) for row in rows]


def test_parquet_with_odd_types(tmp_path: Path) -> None:
    table = pa.table(
        {
            "id": pa.array([1, 2], pa.uint64()),
            "text": pa.array(["a", None]).dictionary_encode(),
            "author": pa.array([b"ann", b"\xff"], pa.binary()),
            "created_at": pa.array([1_714_557_600_000_000_001, None], pa.timestamp("ns")),
            "likes": pa.array([1.0, float("nan")]),
            "tags": pa.array([["x"], []]),
        }
    )
    path = tmp_path / "a.parquet"
    pq.write_table(table, path)
    errors = RowErrors()
    found = posts(path, errors=errors)
    assert [(row["id"], row["author"], row["likes"]) for row in found] == [("1", "ann", 1)]
    assert found[0]["created_at"] == datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert [(error.line, error.message) for error in errors.kept] == [(2, "The post has no text.")]
    with pytest.raises(FileProblemError, match="cannot be a field"):
        posts(path, {"tags": "url"})


@pytest.mark.data
def test_real_posts(real_data: Callable[[str], Path]) -> None:
    path = real_data("us_airline_sentiment/tweets.csv.gz")
    errors = RowErrors()
    found = posts(path, errors=errors, require_created_at=True)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as handle:
        import csv

        expected = list(csv.DictReader(handle))
    assert errors.total == 0
    assert [row["id"] for row in found] == [row["tweet_id"] for row in expected]
    assert [row["text"] for row in found] == [row["text"] for row in expected]
    assert [row["created_at"] for row in found] == [datetime.fromisoformat(row["created_at_utc"]) for row in expected]
