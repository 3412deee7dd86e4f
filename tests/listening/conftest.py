"""A store that fills through the product's own import, and queries in one line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from fourleaf.kernel.actors import Actor
    from fourleaf.listening.models import ListeningQuery, MentionImport

START = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
COLUMNS = ("id", "platform", "author", "author_followers", "created_at", "text", "kind", "likes", "shares")


def post(number: int, text: str, **fields: Any) -> dict[str, Any]:
    """A post as a row of a file; one an hour from the first of June."""
    return {
        "id": f"p{number}",
        "platform": "microblog",
        "author": f"author{number % 7}",
        "author_followers": 100 + number,
        "created_at": (START + timedelta(hours=number)).isoformat(),
        "text": text,
        "kind": "post",
        "likes": 0,
        "shares": number % 3,
        **fields,
    }


def as_csv(rows: Sequence[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


@pytest.fixture(autouse=True)
def _own_store(lake_dir: Path, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "uploads"


@pytest.fixture
def run_jobs(db: None) -> Callable[[], int]:
    from fourleaf.kernel import jobs
    from fourleaf.kernel.models import Job

    def run() -> int:
        count = jobs.run_until_idle()
        broken = list(Job.objects.filter(state="due").exclude(last_error="").values_list("kind", "last_error"))
        assert broken == []
        return count

    return run


@pytest.fixture
def collect(run_jobs: Callable[[], int]) -> Callable[..., MentionImport]:
    """``collect(actor, rows)`` imports rows and gives the import when it has ended."""
    from fourleaf.listening.services.imports import map_columns, start_import, upload_file

    def run(actor: Actor, rows: Sequence[dict[str, Any]] | bytes, *, name: str = "posts.csv") -> MentionImport:
        content = rows if isinstance(rows, bytes) else as_csv(rows)
        upload = upload_file(actor=actor, name=name, pieces=[content]).import_
        if upload.state == "uploaded":
            map_columns(actor=actor, import_id=upload.pk)
        start_import(actor=actor, import_id=upload.pk)
        run_jobs()
        upload.refresh_from_db()
        return upload

    return run


@pytest.fixture
def ask(run_jobs: Callable[[], int]) -> Callable[..., ListeningQuery]:
    """``ask(actor, "ember", role="own")`` adds a query and has the stored mentions matched."""
    from fourleaf.listening.services.queries import QueryFields, add_query

    def run(actor: Actor, text: str, *, name: str | None = None, **fields: Any) -> ListeningQuery:
        query = add_query(actor=actor, fields=QueryFields(name=name or text, text=text, **fields))
        run_jobs()
        query.refresh_from_db()
        return query

    return run


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read in batches of about five rows, so that small files have many."""
    from fourleaf.engine.files import Limits, ReadRules
    from fourleaf.listening import importing, uploads

    def rules(upload: MentionImport) -> ReadRules:
        made = uploads.read_rules(upload)
        return ReadRules(made.times, Limits(block=400), made.require_created_at, made.platform)

    monkeypatch.setattr(importing, "read_rules", rules)
