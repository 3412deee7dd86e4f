"""Files that cannot be read say in a sentence what is wrong and how to mend it; none of them takes the memory along."""

from __future__ import annotations

import gzip
import io
import os
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest

from fourleaf.engine.files import FileProblemError, Limits, ReadRules, RowErrors, read_posts, sniff


def posts_of(path: Path, **options: object) -> list[str]:
    rules = ReadRules(**options)  # type: ignore[arg-type]  # passed on
    return [text for batch in read_posts(path, rules=rules) for text in batch.posts.column("text").to_pylist()]


def made(tmp_path: Path, content: bytes, name: str = "posts.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty"),
        (b"  \n\n ", "nothing but white space"),
        (b"BZh91AY", "bzip2"),
        (b"\xfd7zXZ\x00\x00", "xz"),
        (b"\x28\xb5\x2f\xfd\x00", "zstd"),
        (b"%PDF-1.7", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1", "old Excel workbook"),
        (b"<?xml version='1.0'?><rss/>", "XML or HTML"),
        (b"<!DOCTYPE html><html>", "XML or HTML"),
        (bytes(range(256)) * 20, "does not look like text"),
        ("id,text\n1,a\n".encode("utf-16-le"), "UTF-16 text without a byte order mark"),
        ("id,text\n".encode("utf-32"), "UTF-32"),
        (b"PAR1 this is none", "Parquet file cannot be read"),
        (b'{\n "data": [ {"text": "a"} ]\n}', "jq -c '.data[]'"),
        (b'[{"text": "a"}, {"text": ', "ends too early"),
        (b'[{"text": "a"} {"text" "b"}]', "is broken"),
        (gzip.compress(b"", mtime=0), "The file is empty"),
        (b"a,b\n1,2\n", "--map"),
    ],
)
def test_what_is_no_file_of_posts(tmp_path: Path, content: bytes, says: str) -> None:
    path = made(tmp_path, content)
    with pytest.raises(FileProblemError) as caught:
        posts_of(path)
    assert says in str(caught.value)
    assert str(path) in str(caught.value)


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(FileProblemError, match="no such file"):
        posts_of(tmp_path / "absent.csv")
    with pytest.raises(FileProblemError, match="a directory"):
        posts_of(tmp_path)
    with pytest.raises(FileProblemError, match="NUL"):
        posts_of(Path("a\0b"))
    with pytest.raises(FileProblemError, match="cannot be opened"):
        posts_of(tmp_path / ("x" * 300))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = made(tmp_path, b"text\na\n")
    path.chmod(0)
    with pytest.raises(FileProblemError, match="not allowed"):
        posts_of(path)


def test_a_packed_file_that_was_cut_off(tmp_path: Path) -> None:
    rows = "".join(f"{number},some text {number * 7919}\n" for number in range(50_000))
    packed = gzip.compress(f"id,text\n{rows}".encode(), mtime=0)
    path = made(tmp_path, packed[: len(packed) // 2], "posts.csv.gz")
    with pytest.raises(FileProblemError, match="cut off"):
        posts_of(path)


def test_a_damaged_packed_file(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(os.urandom(3_000).hex().encode(), mtime=0))
    packed[200:260] = b"\0" * 60
    with pytest.raises(FileProblemError, match="damaged"):
        posts_of(made(tmp_path, bytes(packed), "posts.csv.gz"))


def test_a_bomb_meets_the_limits(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    with gzip.open(path, "wb", compresslevel=9) as handle:
        handle.write(b"id,text\n")
        for _ in range(80):
            handle.write(b"1,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n" * 18_000)
    with pytest.raises(FileProblemError, match="decompression bomb"):
        posts_of(path)
    with pytest.raises(FileProblemError, match="unpacks to more than"):
        posts_of(path, limits=Limits(unpacked=1 << 22))


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_zip_files(tmp_path: Path) -> None:
    one = made(tmp_path, zipped({"posts.csv": b"text\nhello\n", "__MACOSX/._posts.csv": b"x"}), "a.zip")
    assert posts_of(one) == ["hello"]
    assert sniff(one).compression == "zip"
    two = made(tmp_path, zipped({"a.csv": b"text\na\n", "b.csv": b"text\nb\n"}), "b.zip")
    with pytest.raises(FileProblemError, match=r"2 files \(a.csv, b.csv\)"):
        posts_of(two)
    with pytest.raises(FileProblemError, match="holds no file"):
        posts_of(made(tmp_path, zipped({}), "c.zip"))
    with pytest.raises(FileProblemError, match="Office document"):
        posts_of(made(tmp_path, zipped({"[Content_Types].xml": b"<x/>", "xl/a.xml": b"<x/>"}), "d.xlsx"))
    with pytest.raises(FileProblemError, match="damaged"):
        posts_of(made(tmp_path, b"PK\x03\x04rubbish", "e.zip"))


def test_a_header_without_rows_is_a_warning(tmp_path: Path) -> None:
    warnings: list[str] = []
    batches = list(read_posts(made(tmp_path, b"id,text\n"), on_warning=warnings.append))
    assert batches == []
    assert "a header, but no row" in warnings[0]


def test_a_column_name_that_occurs_twice(tmp_path: Path) -> None:
    with pytest.raises(FileProblemError, match="'text', needed for text, occurs 2 times"):
        posts_of(made(tmp_path, b"text,id,text\na,1,b\n"))
    assert posts_of(made(tmp_path, b"text,id,x,x\na,1,b,c\n")) == ["a"]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_cell_of_many_megabytes_is_passed_over_without_holding_it(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"posts.{kind}"
    with path.open("wb") as handle:
        handle.write(b"id,text\n1,before\n" if kind == "csv" else b'{"id":"1","text":"before"}\n')
        handle.write(b'2,"' if kind == "csv" else b'{"id":"2","text":"')
        for _ in range(100):
            handle.write(b"x" * (1 << 20))
        handle.write(b'"\n3,after\n' if kind == "csv" else b'"}\n{"id":"3","text":"after"}\n')
    errors = RowErrors()
    tracemalloc.start()
    texts = [t for batch in read_posts(path, on_error=errors) for t in batch.posts.column("text").to_pylist()]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert texts == ["before", "after"]
    assert errors.total == 1
    assert "longer than 4 MiB" in errors.kept[0].message
    assert peak < 40 << 20


def test_a_value_over_the_limit_of_a_cell_is_a_row_error(tmp_path: Path) -> None:
    errors = RowErrors()
    path = made(tmp_path, b"id,text\n1,short\n2," + b"y" * 2_000_000 + b"\n3,end\n")
    texts = [t for batch in read_posts(path, on_error=errors) for t in batch.posts.column("text").to_pylist()]
    assert texts == ["short", "end"]
    assert (errors.kept[0].line, errors.kept[0].column) == (3, "text")
    assert "longer than 1 MiB" in errors.kept[0].message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    warnings: list[str] = []
    plain = "".join(f"{number},row\n" for number in range(200_000))
    path = made(tmp_path, f"id,text\n{plain}x,café – “naïve”\n".encode(encoding))
    texts = [t for b in read_posts(path, on_warning=warnings.append) for t in b.posts.column("text").to_pylist()]
    assert texts[-1] == "café – “naïve”"
    assert len(texts) == 200_001
    if encoding == "cp1252":
        assert "line 200,002" in warnings[0]
        assert "windows-1252" in warnings[0]
    else:
        assert warnings == []


def test_old_line_ends(tmp_path: Path) -> None:
    assert posts_of(made(tmp_path, b"id,text\r1,a\r2,b\r")) == ["a", "b"]
    assert posts_of(made(tmp_path, b"id,text\r\n1,a\r\n2,b")) == ["a", "b"]


def test_an_encoding_can_be_stated(tmp_path: Path) -> None:
    path = made(tmp_path, "id,text\n1,café\n".encode())
    assert posts_of(path, encoding="windows-1252") == ["cafÃ©"]
    path = made(tmp_path, "id,text\n1,café\n2,fine\n".encode("cp1252"))
    assert posts_of(path, encoding="utf-8") == ["fine"]


def test_damaged_characters_in_arrays_and_utf_16_are_said(tmp_path: Path) -> None:
    warnings: list[str] = []
    good = "é" * 5
    path = made(tmp_path, f'[{{"text": "{good}'.encode() + b'\xff"}]', "a.json")
    texts = [t for b in read_posts(path, on_warning=warnings.append) for t in b.posts.column("text").to_pylist()]
    assert texts == [good + "\ufffd"]
    assert "not UTF-8" in warnings[0]
    path = made(tmp_path, "text\na".encode("utf-16") + b"\x00\xd8" + "b\n".encode("utf-16-le"), "b.csv")
    texts = [t for b in read_posts(path, on_warning=warnings.append) for t in b.posts.column("text").to_pylist()]
    assert texts == ["a\ufffdb"]
    assert "not valid UTF-16" in warnings[1]


def read_all(path: Path) -> tuple[list[dict[str, Any]], RowErrors]:
    errors = RowErrors()
    return [post for batch in read_posts(path, on_error=errors) for post in batch.posts.to_pylist()], errors


@pytest.mark.parametrize("rows", [1, 3000], ids=["a tiny file", "a larger one"])
def test_a_nul_costs_its_row_only_however_small_the_file(tmp_path: Path, rows: int) -> None:
    path = made(tmp_path, b"text\n" + b"a\0b\n" + b"c\n" * rows)
    posts, errors = read_all(path)
    assert len(posts) == rows
    assert [(error.line, error.column) for error in errors.kept] == [(2, "text")]
    assert "NUL" in errors.kept[0].message


def test_a_nul_in_the_header_does_not_hide_its_column(tmp_path: Path) -> None:
    path = made(tmp_path, b"te\0xt,likes\nfine,3\n")
    posts, errors = read_all(path)
    assert [(post["text"], post["likes"]) for post in posts] == [("fine", 3)]
    assert errors.total == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b'text,likes\n,1\n"  \t",1\n\xe2\x80\x83,1\nfine,1\n'),
        ("a.jsonl", b'{"text":""}\n{"text":" "}\n{"text":null}\n{"text":"fine"}\n'),
    ],
    ids=["csv", "json lines"],
)
def test_empty_and_blank_texts_are_faults_like_missing_ones(tmp_path: Path, name: str, content: bytes) -> None:
    posts, errors = read_all(made(tmp_path, content, name))
    assert [post["text"] for post in posts] == ["fine"]
    assert [(error.column, error.message) for error in errors.kept] == [("text", "The post has no text.")] * 3


@pytest.mark.parametrize("columns", ["id,text", "text,id"])
def test_the_sample_goes_on_behind_a_quote_that_is_never_closed(tmp_path: Path, columns: str) -> None:
    broken = '1,"open\n' if columns == "id,text" else '"open,1\n'
    rows = "".join(f"{n},said {n}\n" if columns == "id,text" else f"said {n},{n}\n" for n in range(2, 30))
    path = made(tmp_path, f"{columns}\n{broken}{rows}".encode())
    assert [row["text"] for row in sniff(path).sample] == [f"said {n}" for n in range(2, 30)]
    said: list[str] = []
    errors = RowErrors()
    stored = sum(batch.posts.num_rows for batch in read_posts(path, on_error=errors, on_warning=said.append))
    assert (stored, errors.total, said) == (28, 1, [])
