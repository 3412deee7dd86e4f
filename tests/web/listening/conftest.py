"""A mention store that fills through the product's own import, at a time that stands still."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from fourleaf.listening.models import ListeningQuery

NOW = datetime(2026, 6, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def place(lake_dir: Path, settings: Any, tmp_path: Path) -> Iterator[None]:
    from fourleaf.kernel import clock

    settings.MEDIA_ROOT = tmp_path / "uploads"
    with clock.frozen(NOW):
        yield


@pytest.fixture
def stock(place: None, db: None) -> Callable[..., None]:
    """``stock(actor, [{"text": "..."}])`` stores posts; one an hour back from noon, unless a row says otherwise."""
    from fourleaf.kernel import jobs
    from fourleaf.listening.services.imports import map_columns, start_import, upload_file

    def fill(actor: Any, rows: Sequence[dict[str, Any]]) -> None:
        whole = [
            {
                "id": f"p{number}",
                "platform": "microblog",
                "author": f"author{number % 7}",
                "created_at": (NOW - timedelta(hours=number + 1)).isoformat(),
                "kind": "post",
                **row,
            }
            for number, row in enumerate(rows)
        ]
        out = io.StringIO()
        writer = csv.DictWriter(out, sorted({name for row in whole for name in row}))
        writer.writeheader()
        writer.writerows(whole)
        upload = upload_file(actor=actor, name="posts.csv", pieces=[out.getvalue().encode()]).import_
        map_columns(actor=actor, import_id=upload.pk)
        start_import(actor=actor, import_id=upload.pk)
        jobs.run_until_idle()
        upload.refresh_from_db()
        assert upload.state == "done", upload.error if hasattr(upload, "error") else upload.state

    return fill


@pytest.fixture
def listen(place: None, db: None) -> Callable[..., ListeningQuery]:
    """``listen(actor, "ember", role="own")`` adds a query and has the stored posts matched."""
    from fourleaf.kernel import jobs
    from fourleaf.listening.services.queries import QueryFields, add_query

    def add(actor: Any, text: str, *, name: str | None = None, **fields: Any) -> ListeningQuery:
        query = add_query(actor=actor, fields=QueryFields(name=name or text, text=text, **fields))
        jobs.run_until_idle()
        query.refresh_from_db()
        return query

    return add


@pytest.fixture
def looked_after_once(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From the call on the store is looked after at the next read and not again, however slow this machine is."""
    from fourleaf.listening import store

    def look() -> None:
        monkeypatch.setattr(store, "_TRUST_SECONDS", 3_600.0)
        store.changed()

    return look
