"""Files become mentions once: repeated files, faulty rows, suppressed authors, stopping, continuing, rights."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fourleaf.kernel import clock, jobs
from fourleaf.kernel.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from fourleaf.kernel.models import AuditEvent, Job
from fourleaf.listening import store
from fourleaf.listening.contracts import MentionFilter
from fourleaf.listening.errors import BadFileError
from fourleaf.listening.models import MentionImport
from fourleaf.listening.selectors.imports import fault_rows, file_preview, get_import_for, imports_visible_to
from fourleaf.listening.selectors.mentions import count_mentions, list_mentions
from fourleaf.listening.selectors.trial import trial_of
from fourleaf.listening.services.imports import cancel_import, map_columns, start_import, upload_file
from fourleaf.listening.services.privacy import erase_mentions
from fourleaf.listening.upkeep import UPLOAD_DAYS
from listening.conftest import as_csv, post

pytestmark = pytest.mark.django_db
ALL = MentionFilter()
ROWS = [post(n, f"post number {n} about grills") for n in range(30)]


def stored_ids() -> list[str]:
    with store.reading() as view:
        return sorted(row[0] for row in view.cursor().execute("SELECT id FROM stored_mentions").fetchall())


def test_every_post_is_stored_whether_a_query_finds_it_or_not(analyst: Any, collect: Any, ask: Any) -> None:
    query = ask(analyst.actor, "ember")
    upload = collect(analyst.actor, [post(1, "ember is warm"), post(2, "something else")])
    assert (upload.state, upload.rows_stored, upload.rows_repeated, upload.rows_skipped) == ("done", 2, 0, 0)
    assert count_mentions(analyst.actor, None, ALL) == 2
    assert count_mentions(analyst.actor, None, MentionFilter(queries=(query.pk,))) == 1


def test_the_same_file_again_is_recognised(analyst: Any, collect: Any) -> None:
    first = collect(analyst.actor, ROWS)
    again = upload_file(actor=analyst.actor, name="other-name.csv", pieces=[as_csv(ROWS)])
    assert again.again
    assert again.import_.pk == first.pk
    assert MentionImport.objects.count() == 1
    assert len(stored_ids()) == 30


def test_posts_that_come_in_another_file_too_are_stored_once(analyst: Any, collect: Any) -> None:
    collect(analyst.actor, ROWS)
    more = collect(analyst.actor, [*ROWS[10:], post(99, "a new one"), post(99, "a new one")])
    assert (more.rows_stored, more.rows_repeated, more.rows_read) == (1, 21, 22)
    assert stored_ids() == sorted({row["id"] for row in ROWS} | {"p99"})


def test_the_same_id_on_two_platforms_is_two_posts(analyst: Any, collect: Any, ask: Any) -> None:
    query = ask(analyst.actor, "ember")
    collect(analyst.actor, [post(1, "ember here")])
    rows = [post(1, "ember there", platform="video"), post(1, "no")]
    upload = upload_file(actor=analyst.actor, name="b.csv", pieces=[as_csv(rows)]).import_
    map_columns(actor=analyst.actor, import_id=upload.pk)
    known = trial_of(analyst.actor, upload.pk).known
    assert (known.new, known.same, known.clashing, known.within) == (1, 0, 1, 0)
    second = collect(analyst.actor, rows)
    assert (second.rows_stored, second.rows_repeated) == (1, 1)
    found = list_mentions(analyst.actor, None, MentionFilter(queries=(query.pk,))).mentions
    assert {mention.id for mention in found} == {"p1", "video:p1"}
    third = collect(analyst.actor, [rows[0], post(2, "more")])
    assert (third.rows_stored, third.rows_repeated) == (1, 1)
    # An erased post stays away under the id that it has in its file.
    erase_mentions(actor=analyst.actor, mention_ids=["video:p1"])
    assert collect(analyst.actor, [rows[0], post(3, "x")]).rows_suppressed == 1
    assert stored_ids() == ["p1", "p2", "p3"]


def test_a_repeated_id_with_other_words_is_matched_by_what_is_stored(analyst: Any, collect: Any, ask: Any) -> None:
    query = ask(analyst.actor, "ember")
    collect(analyst.actor, [post(1, "nothing here"), post(1, "ember here")])
    collect(analyst.actor, [post(1, "ember again"), post(2, "ember too")])
    found = list_mentions(analyst.actor, None, MentionFilter(queries=(query.pk,))).mentions
    assert [mention.id for mention in found] == ["p2"]


def test_faulty_rows_are_counted_named_and_downloadable(analyst: Any, collect: Any) -> None:
    rows = [post(1, "good"), {**post(2, "bad time"), "created_at": "yesterday"}, post(3, "=good")]
    rows.append({**post(4, "bad count"), "likes": "-5"})
    upload = collect(analyst.actor, rows)
    assert upload.state == "done"
    assert upload.rows_stored + upload.rows_skipped == 4
    assert upload.rows_skipped >= 1
    first = upload.faults.first()
    assert first is not None
    assert first.line == 3
    table = "".join(fault_rows(analyst.actor, upload.pk))
    assert table.splitlines()[0].startswith("line,column,problem")
    assert "yesterday" in table


def test_the_uploaded_copy_goes_when_the_posts_are_stored(analyst: Any, collect: Any, settings: Any) -> None:
    upload = collect(analyst.actor, ROWS)
    assert upload.path == ""
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []


def test_a_file_that_holds_no_posts_is_refused_with_a_sentence(analyst: Any, settings: Any) -> None:
    with pytest.raises(BadFileError) as caught:
        upload_file(actor=analyst.actor, name="a.pdf", pieces=[b"%PDF-1.7 and so on"])
    assert "PDF" in caught.value.fields["file"][0]
    assert MentionImport.objects.count() == 0
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []


def test_a_file_that_is_too_large_is_refused(analyst: Any, settings: Any) -> None:
    settings.UPLOAD_LIMIT_MB = 1
    with pytest.raises(InvalidError, match="larger"):
        upload_file(actor=analyst.actor, name="a.csv", pieces=[b"x" * 700_000] * 2)


def test_columns_are_assigned_and_checked(analyst: Any, run_jobs: Any) -> None:
    content = b"when,words,who\n2026-06-01 10:00,the ember,ann\n2026-06-01 11:00,the loom,bob\n"
    upload = upload_file(actor=analyst.actor, name="a.csv", pieces=[content]).import_
    preview = file_preview(analyst.actor, upload.pk)
    assert preview.columns == ["when", "words", "who"]
    with pytest.raises(BadFileError) as caught:
        map_columns(actor=analyst.actor, import_id=upload.pk, mapping={"words": "txt"})
    assert "text" in caught.value.fields["mapping"][0]
    with pytest.raises(InvalidError) as wrong_zone:
        map_columns(actor=analyst.actor, import_id=upload.pk, zone="Mars/Base")
    assert "zone" in wrong_zone.value.fields
    map_columns(
        actor=analyst.actor,
        import_id=upload.pk,
        mapping={"when": "created_at", "words": "text", "who": "author"},
        zone="Europe/Berlin",
    )
    start_import(actor=analyst.actor, import_id=upload.pk)
    run_jobs()
    found = list_mentions(analyst.actor, None, ALL).mentions
    assert [(m.text, m.author, m.created_at.hour) for m in found] == [("the loom", "bob", 9), ("the ember", "ann", 8)]


def test_an_import_can_be_stopped_before_it_runs_and_continued(analyst: Any, run_jobs: Any) -> None:
    upload = upload_file(actor=analyst.actor, name="a.csv", pieces=[as_csv(ROWS)]).import_
    map_columns(actor=analyst.actor, import_id=upload.pk)
    start_import(actor=analyst.actor, import_id=upload.pk)
    assert cancel_import(actor=analyst.actor, import_id=upload.pk).state == "cancelled"
    run_jobs()
    assert MentionImport.objects.get().state == "cancelled"
    start_import(actor=analyst.actor, import_id=upload.pk)
    run_jobs()
    assert MentionImport.objects.get().state == "done"
    assert len(stored_ids()) == 30


def test_a_running_import_stops_when_asked(
    analyst: Any, run_jobs: Any, small_batches: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = upload_file(actor=analyst.actor, name="a.csv", pieces=[as_csv(ROWS)]).import_
    map_columns(actor=analyst.actor, import_id=upload.pk)
    start_import(actor=analyst.actor, import_id=upload.pk)
    original = jobs.Run.progress

    def ask_to_stop(run: jobs.Run, *args: Any, **kwargs: Any) -> None:
        if MentionImport.objects.get().rows_stored >= 10:
            cancel_import(actor=analyst.actor, import_id=upload.pk)
            run._written = None
        original(run, *args, **kwargs)

    monkeypatch.setattr(jobs.Run, "progress", ask_to_stop)
    run_jobs()
    upload.refresh_from_db()
    assert upload.state == "cancelled"
    assert 10 <= upload.rows_stored < 30
    assert len(stored_ids()) == upload.rows_stored
    monkeypatch.setattr(jobs.Run, "progress", original)
    start_import(actor=analyst.actor, import_id=upload.pk)
    run_jobs()
    upload.refresh_from_db()
    assert (upload.state, upload.rows_stored, upload.rows_repeated) == ("done", 30, 0)


def test_a_failed_import_says_why_and_goes_on(
    analyst: Any, run_jobs: Any, small_batches: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fourleaf.engine.lake import Lake, LakeError

    upload = upload_file(actor=analyst.actor, name="a.csv", pieces=[as_csv(ROWS)]).import_
    map_columns(actor=analyst.actor, import_id=upload.pk)
    start_import(actor=analyst.actor, import_id=upload.pk)
    original, calls = Lake.append, []

    def full(lake: Lake, *args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise LakeError("Could not store the batch: the disk that holds it is full.")
        return original(lake, *args, **kwargs)

    monkeypatch.setattr(Lake, "append", full)
    run_jobs()
    upload.refresh_from_db()
    assert upload.state == "failed"
    assert "full" in upload.problem
    assert "continue" in upload.problem
    start_import(actor=analyst.actor, import_id=upload.pk)
    run_jobs()
    upload.refresh_from_db()
    assert (upload.state, upload.rows_stored, upload.rows_repeated) == ("done", 30, 0)
    assert len(stored_ids()) == 30


def test_columns_cannot_change_once_posts_are_stored(
    analyst: Any, run_jobs: Any, small_batches: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = upload_file(actor=analyst.actor, name="a.csv", pieces=[as_csv(ROWS)]).import_
    MentionImport.objects.filter(pk=upload.pk).update(state="failed", resume_after=10)
    with pytest.raises(ConflictError):
        map_columns(actor=analyst.actor, import_id=upload.pk, mapping={})


def test_imports_are_for_those_who_may_import(analyst: Any, member: Any, hire: Any, collect: Any) -> None:
    upload = collect(analyst.actor, ROWS[:3])
    care = hire("Cara Care", role="care")
    for who in (member, care):
        assert list(imports_visible_to(who.actor)) == []
        with pytest.raises(NotFoundError):
            get_import_for(who.actor, upload.pk)
        with pytest.raises(NotFoundError):
            start_import(actor=who.actor, import_id=upload.pk)
        with pytest.raises(NotAllowedError):
            upload_file(actor=who.actor, name="a.csv", pieces=[as_csv(ROWS)])
    assert list(imports_visible_to(analyst.actor)) == [upload]


def test_an_import_is_audited_without_texts(analyst: Any, collect: Any) -> None:
    collect(analyst.actor, [post(1, "a very peculiar sentence")])
    codes = list(AuditEvent.objects.filter(code__startswith="listening.").values_list("code", flat=True))
    assert sorted(codes) == sorted(f"listening.import.{what}" for what in ("uploaded", "mapped", "started", "finished"))
    assert not any("peculiar" in str(event.data) for event in AuditEvent.objects.all())


def test_uploads_that_nobody_imported_go_after_a_while(analyst: Any, settings: Any) -> None:
    upload = upload_file(actor=analyst.actor, name="a.csv", pieces=[as_csv(ROWS)]).import_
    with clock.frozen(clock.now() + timedelta(days=UPLOAD_DAYS + 1)):
        jobs.enqueue("listening.leftover_uploads_removed", actor=analyst.actor)
        jobs.run_until_idle()
    upload.refresh_from_db()
    assert upload.path == ""
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []
    assert Job.objects.get(kind="listening.leftover_uploads_removed").result == {"removed": 1}
