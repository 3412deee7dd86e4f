"""A worker that is killed in the middle of an import loses nothing and doubles nothing."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from fourleaf.engine.listening.duplicates import ClusterIndex
from fourleaf.kernel import clock, jobs
from fourleaf.kernel.models import Job
from fourleaf.listening import store
from fourleaf.listening.models import MentionImport, StoreLease
from fourleaf.listening.services.imports import map_columns, start_import, upload_file
from listening.conftest import as_csv, post

pytestmark = pytest.mark.django_db(transaction=True)


def _words(seed: int) -> str:
    return " ".join(
        random.Random(seed).choices([a + b for a in "bdfgklmnprst" for b in ("alo", "uri", "enu", "iso")], k=12)
    )


#: Copies lie ten rows apart and so in different batches: a forgotten index of clusters would show.
ROWS = [post(n, f"{'ember' if n % 2 else 'house same'} {_words(n % 10)}") for n in range(60)]
ROWS[41] = {**ROWS[41], "created_at": "never"}

_WORKER = """
import os, signal, sys
import django
django.setup()
from fourleaf.engine.files import Limits, ReadRules
from fourleaf.kernel import jobs
from fourleaf.listening import importing, uploads

def rules(upload):
    made = uploads.read_rules(upload)
    return ReadRules(made.times, Limits(block=400), made.require_created_at, made.platform)

importing.read_rules = rules
point, at = sys.argv[1], int(sys.argv[2])
calls = 0

def deadly(original):
    def call(*args, **kwargs):
        global calls
        calls += 1
        if calls == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*args, **kwargs)
    return call

setattr(importing._Import, point, deadly(getattr(importing._Import, point)))
jobs.run_until_idle()
"""


def _database_url() -> str:
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    return f"postgres://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}/{given['NAME']}"


def _environment(folder: Path, settings: Any) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FOURLEAF_", "DATABASE_URL"))}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "fourleaf.config.settings",
        "FOURLEAF_DATA_DIR": str(folder),
        "FOURLEAF_SECRET_KEY": settings.SECRET_KEY,
        "FOURLEAF_ENCRYPTION_KEYS": ",".join(settings.ENCRYPTION_KEYS),
        "DATABASE_URL": _database_url(),
    }


@pytest.mark.parametrize(
    ("point", "at"),
    [("_patiently", 3), ("_put_matches", 3), ("_note_down", 4), ("_write_index", 1)],
    ids=["before the store", "between store and matches", "before it is noted", "at the very end"],
)
def test_kill_nine(
    point: str, at: int, tmp_path: Path, settings: Any, admin: Any, ask: Any, small_batches: Any
) -> None:
    query = ask(admin.actor, "ember")
    upload = upload_file(actor=admin.actor, name="a.csv", pieces=[as_csv(ROWS)]).import_
    map_columns(actor=admin.actor, import_id=upload.pk)
    start_import(actor=admin.actor, import_id=upload.pk)
    done = subprocess.run(
        [sys.executable, "-c", _WORKER, point, str(at)],
        env=_environment(tmp_path, settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == -9, done.stderr
    store.changed()
    upload.refresh_from_db()
    assert upload.state == "running"
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        assert jobs.recover_expired() == 1
        jobs.run_until_idle()
    upload.refresh_from_db()
    assert upload.state == "done", Job.objects.get(pk=upload.job_id).last_error
    good = [row for row in ROWS if row["created_at"] != "never"]
    assert (upload.rows_stored, upload.rows_repeated, upload.rows_skipped) == (len(good), 0, 1)
    assert upload.faults.count() == 1
    with store.reading() as view:
        cursor = view.cursor()
        stored = dict(cursor.execute("SELECT id, cluster FROM stored_mentions").fetchall())
        rows = cursor.execute("SELECT count(*) FROM stored_mentions").fetchone()
        matched = cursor.execute("SELECT mention_id FROM stored_matches WHERE query_id = ?", [query.pk]).fetchall()
    assert rows == (len(good),)
    assert sorted(one for (one,) in matched) == sorted(row["id"] for row in good if "ember" in row["text"])
    whole = ClusterIndex().add(None, [row["text"] for row in good])
    assert stored == {row["id"]: int(cluster) for row, cluster in zip(good, whole, strict=True)}
    assert StoreLease.objects.get(name="import").until is None


def test_two_imports_at_once_take_turns(admin: Any, small_batches: Any, ask: Any) -> None:
    query = ask(admin.actor, "ember")
    uploads = []
    for number, rows in enumerate((ROWS[:40], [*ROWS[20:41], *ROWS[42:]])):
        upload = upload_file(actor=admin.actor, name=f"{number}.csv", pieces=[as_csv(rows)]).import_
        map_columns(actor=admin.actor, import_id=upload.pk)
        start_import(actor=admin.actor, import_id=upload.pk)
        uploads.append(upload)
    notes: set[str] = set()
    original = jobs.Run.progress

    def listening(run: jobs.Run, done: int, total: int | None = None, note: str = "") -> None:
        notes.add(note)
        original(run, done, total, note)

    errors: list[BaseException] = []

    def work() -> None:
        try:
            jobs.run_until_idle()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs.Run, "progress", listening)
        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert errors == []
    assert set(MentionImport.objects.values_list("state", flat=True)) == {"done"}
    assert sum(MentionImport.objects.values_list("rows_stored", flat=True)) == 59
    assert sum(MentionImport.objects.values_list("rows_repeated", flat=True)) == 20
    assert any(note.startswith("Waiting until the import of") for note in notes)
    store.changed()
    with store.reading() as view:
        cursor = view.cursor()
        counts = cursor.execute("SELECT count(*), count(DISTINCT id) FROM stored_mentions").fetchone()
        matched = cursor.execute("SELECT count(*) FROM stored_matches WHERE query_id = ?", [query.pk]).fetchone()
    assert counts == (59, 59)
    assert matched == (sum("ember" in row["text"] for row in ROWS if row["created_at"] != "never"),)


def test_a_query_that_changes_during_an_import_ends_up_matched_everywhere(
    admin: Any, small_batches: Any, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the moment at which the text changes: before, between or after a batch's append and its matches."""
    from fourleaf.listening import importing
    from fourleaf.listening.services.queries import QueryFields, change_query

    query = ask(admin.actor, "ember")
    upload = upload_file(actor=admin.actor, name="a.csv", pieces=[as_csv(ROWS)]).import_
    map_columns(actor=admin.actor, import_id=upload.pk)
    start_import(actor=admin.actor, import_id=upload.pk)
    changes = {2: "same", 3: "grill", 4: "ember OR house"}
    calls = 0
    original = importing._Import._put_matches

    def changing(work: Any, rows: Any, ingest_id: str) -> None:
        nonlocal calls
        calls += 1
        if calls in changes:
            change_query(actor=admin.actor, query_id=query.pk, fields=QueryFields(name="ember", text=changes[calls]))
            if calls == 3:
                jobs.run_next()
        original(work, rows, ingest_id)

    monkeypatch.setattr(importing._Import, "_put_matches", changing)
    jobs.run_until_idle()
    query.refresh_from_db()
    assert query.is_fresh
    assert query.text == "ember OR house"
    store.changed()
    with store.reading() as view:
        found = view.cursor().execute(
            "SELECT mention_id, query_version FROM stored_matches WHERE query_id = ?", [query.pk]
        ).fetchall()  # fmt: skip
    assert {version for _, version in found} == {4}
    assert len(found) == len({one for one, _ in found}) == 59
