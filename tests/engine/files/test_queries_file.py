"""Files of queries: everything wrong is found at once, with its line and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from fourleaf.engine.files import FileProblemError
from fourleaf.engine.files.queries import QueryFileErrors, read_queries


def wrong(tmp_path: Path, content: str | bytes) -> list[tuple[int, int, str]]:
    path = tmp_path / "q.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(QueryFileErrors) as caught:
        read_queries(path)
    assert str(path) in str(caught.value)
    return [(error.line, error.column, f"{error.message} {error.hint}") for error in caught.value.errors]


def test_a_good_file(tmp_path: Path) -> None:
    path = tmp_path / "q.yaml"
    path.write_text(
        "# brands\n- name: Ours\n  role: own\n  query: tarnbeck OR beck\n- {name: 123, query: \"'x'\"}\n",
        encoding="utf-8",
    )
    specs, matcher = read_queries(path)
    assert [(spec.id, spec.name, spec.role, spec.query) for spec in specs] == [
        (1, "Ours", "own", "tarnbeck OR beck"),
        (2, "123", "topic", "'x'"),
    ]
    assert hasattr(matcher, "match")


def test_all_errors_at_once(tmp_path: Path) -> None:
    found = wrong(
        tmp_path,
        "- name: A\n  query: (a OR b\n"
        "- nmae: B\n  query: b\n"
        "- name: C\n  role: rival\n  query: c\n"
        "- name: a\n  query: d\n"
        "- name: E\n"
        "- just text\n"
        "- name: F\n  query: [a, b]\n"
        "- name: G\n  name: H\n  query:\n",
    )
    assert [(line, column) for line, column, _ in found][1:] == [
        (3, 3), (6, 9), (9, 10), (10, 3), (11, 3), (13, 10), (15, 3), (16, 9),
    ]  # fmt: skip
    words = [message for _, _, message in found]
    assert found[0][0] == 2
    assert "Did you mean name?" in words[1]
    assert "There is no role 'rival'" in words[2]
    assert "two queries named 'a'" in words[3]
    assert "has no query" in words[4]
    assert "must have a name and a query" in words[5]
    assert "must be a text" in words[6]
    assert "occurs twice" in words[7]
    assert "is empty" in words[8]


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        ("- name: A\n  query: a OR )\n", 2, 12),
        ("- name: A\n  query: 'it''s OR )'\n", 2, 17),
        ("- name: A\n  query: |\n    a OR\n    b )\n", 4, 7),
        ("- name: A\n  query: >-\n    a OR\n    b )\n", 4, 7),
    ],
)
def test_errors_inside_a_query_point_into_the_file(tmp_path: Path, content: str, line: int, column: int) -> None:
    assert wrong(tmp_path, content)[0][:2] == (line, column)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("a: &x [1]\nb: *x\n", "alias *x is not allowed"),
        ("- name: 'open\n", "not YAML"),
        ("- name: a\n\tquery: b\n", "not YAML"),
        ("[" * 500 + "]" * 500, "nested too deeply"),
        ("name: a\nquery: b\n", "must be a list"),
        ("[]", "is empty"),
        ("- !!python/object/apply:os.system ['ls']\n", "must have a name"),
    ],
)
def test_what_is_no_list_of_queries(tmp_path: Path, content: str, says: str) -> None:
    assert says in wrong(tmp_path, content)[0][2]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileProblemError, match="no such file"):
        read_queries(tmp_path / "absent.yaml")
    with pytest.raises(FileProblemError, match="directory"):
        read_queries(tmp_path)
    path = tmp_path / "q.yaml"
    path.write_bytes(b"- name: a\n  query: caf\xe9\n")
    with pytest.raises(FileProblemError, match="line 2: The byte 0xE9"):
        read_queries(path)
    path.write_bytes(b"")
    with pytest.raises(FileProblemError, match="no queries"):
        read_queries(path)
    path.write_bytes(b"#" * (5 << 20))
    with pytest.raises(FileProblemError, match="larger than 4 MiB"):
        read_queries(path)
