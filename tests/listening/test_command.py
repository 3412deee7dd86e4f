"""``fourleaf listen import``: results, exit codes, and the same file again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fourleaf.cli.listen_import import import_files
from fourleaf.listening.models import MentionImport
from fourleaf.listening.services.imports import cancel_import
from listening.conftest import as_csv, post

pytestmark = pytest.mark.django_db(transaction=True)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(import_files, [str(argument) for argument in arguments])


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    path = tmp_path / "posts.csv"
    path.write_bytes(as_csv([post(1, "one"), post(2, "two"), {**post(3, "three"), "created_at": "soon"}]))
    return path


def test_a_file_is_imported_and_known_the_second_time(posts: Path) -> None:
    first = run(posts, "--wait")
    assert first.exit_code == 0, first.output
    assert "2 posts stored" in first.output
    assert "1 row left out" in first.output
    assert "line 4" in first.stderr
    again = run(posts, "--wait", "--json")
    assert again.exit_code == 0
    (facts,) = json.loads(again.stdout)["imports"]
    assert (facts["known_already"], facts["state"], facts["rows_stored"]) == (True, "done", 2)
    assert MentionImport.objects.count() == 1


def test_without_waiting_the_workers_do_it(posts: Path) -> None:
    result = run(posts)
    assert result.exit_code == 0
    assert "Handed to the workers" in result.output
    assert "No worker is running: start “fourleaf up”, or use --wait." in result.output
    assert "Nothing says where" not in result.output
    assert MentionImport.objects.get().state == "running"


def test_what_differs_from_an_analysis_is_said(tmp_path: Path) -> None:
    path = tmp_path / "bare.csv"
    rows = "a,2026-06-01T10:00:00Z,one\na,2026-06-01T10:00:00Z,one\nb,,two\n"
    path.write_text(f"id,created_at,text\n{rows}", encoding="utf-8")
    result = run(path, "--wait")
    assert "1 posts stored, 1 known already, 1 row left out" in result.output
    assert "1 row without a time: left out here" in result.output
    assert "“fourleaf listen analyse” counts every row" in " ".join(result.output.split())
    assert "Nothing says where these posts were published" in result.output
    assert "No worker" not in result.output


def test_a_stopped_import_goes_on_with_the_same_command(posts: Path, admin: Any) -> None:
    run(posts)
    cancel_import(actor=admin.actor, import_id=MentionImport.objects.get().pk)
    result = run(posts, "--wait", "--json")
    (facts,) = json.loads(result.stdout)["imports"]
    assert (facts["known_already"], facts["state"], facts["rows_stored"]) == (False, "done", 2)


@pytest.mark.parametrize(
    ("content", "arguments", "says"),
    [
        (None, (), "no such file"),
        (b"a,b\n1,2\n", (), "--map"),
        (b"when,what\n2026-06-01,hello\n", ("--map", "what=txt"), "Did you mean text"),
        (b"created_at,text\n2026-06-01,hello\n", ("--zone", "Mars/Base"), "no time zone"),
        (b"created_at,text\n2026-06-01,hello\n", ("--map", "text"), "COLUMN=FIELD"),
        (b"created_at,text\n03/04/2026,hello\n", (), "--dates day-first"),
        (b"", (), "empty"),
    ],
)
def test_wrong_use_is_said_in_a_sentence(
    tmp_path: Path, content: bytes | None, arguments: tuple[str, ...], says: str
) -> None:
    path = tmp_path / "a.csv"
    if content is not None:
        path.write_bytes(content)
    result = run(path, *arguments)
    assert result.exit_code == 2, result.output
    assert says.lower() in result.output.lower()
    assert "Traceback" not in result.output
