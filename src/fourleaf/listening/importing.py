"""The way of a file into the mention store, batch by batch.

For each batch: leave out suppressed authors and posts, annotate, append to the store, match against the queries that
are active *after* the append, store the matches, and note in one transaction how far the import is. What is appended
is exactly once (the store skips ids that it has), and so are matches (one row for each query and mention), so a killed
worker loses nothing and doubles nothing: the next one reads on behind the last noted row.

Why matching follows the append: a query that changes meanwhile is matched again over everything stored, under the
store's lock. Either that run sees this batch, or this batch sees the new text.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction

from fourleaf.engine.files import FileProblemError, PostBatch, RowError, read_posts
from fourleaf.engine.lake import LakeBusyError, LakeError
from fourleaf.engine.lake.identity import longer_ids
from fourleaf.engine.listening.annotate import Annotator
from fourleaf.engine.posts import MENTION_SCHEMA
from fourleaf.kernel import audit, clock, jobs
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.errors import DomainError, LeaseLostError
from fourleaf.kernel.jobs import Run
from fourleaf.kernel.models import Job
from fourleaf.listening import clusters, store
from fourleaf.listening.errors import BadFileError, StoreFullError
from fourleaf.listening.leases import Lease, taken
from fourleaf.listening.matching import MATCH_INPUT, ActiveMatcher
from fourleaf.listening.models import ImportFault, MentionImport
from fourleaf.listening.suppression import Suppression
from fourleaf.listening.uploads import file_of, read_rules

if TYPE_CHECKING:
    from fourleaf.engine.lake import AppendResult

__all__ = ["FAULTS_KEPT", "run_import"]

#: Rows of a file that could not be used and are kept for looking at; all are counted.
FAULTS_KEPT = 10_000
_SAVE_EVERY = 60.0
_WARNINGS_KEPT = 20
#: Every batch leaves small files behind; after so many they are merged without waiting for the next round.
_MANY_BATCHES = 8


def run_import(run: Run) -> Mapping[str, Any]:
    """The job: import one file, from where it stopped."""
    upload = MentionImport.objects.get(pk=run.arguments["import_id"])
    if upload.state != "running":
        return {"left": upload.state}
    with taken("import", f"the import of {upload.file_name} (no. {upload.pk})", run) as lease:
        return _Import(run, upload, lease).work()


class _Import:
    """One attempt at one import."""

    def __init__(self, run: Run, upload: MentionImport, lease: Lease) -> None:
        self.run, self.upload, self.lease = run, upload, lease
        self.path = file_of(upload)
        self.begin = upload.resume_after
        #: Usable rows so far; each is either stored by this import or was there before.
        self.good = upload.rows_stored + upload.rows_repeated
        self.resumed = run.attempt > 1 or self.begin > 0
        self.index, self.known = clusters.load()
        self.annotator = Annotator(self.index)
        self.matcher = ActiveMatcher()
        self.faults: list[RowError] = []
        self.faults_total = 0
        self.faults_room = FAULTS_KEPT - upload.faults.count()
        self.batches = 0
        self.saved = time.monotonic()
        self.bytes = (0, upload.size)

    def work(self) -> Mapping[str, Any]:
        try:
            if self.resumed:
                self._recount()
                self._catch_up()
            for batch in self._batches(self.begin, faults=True):
                self._take(batch)
            self._finish()
        except FileProblemError as error:
            raise BadFileError.of(error) from error
        except LakeError as error:
            raise _explained(error) from error
        finally:
            store.changed()
        return {"stored": self.upload.rows_stored, "repeated": self.upload.rows_repeated}

    # --- reading ------------------------------------------------------------------------------------------

    def _batches(self, after: int, *, faults: bool) -> Iterator[PostBatch]:
        def seen(done: int, total: int) -> None:
            self.bytes = (done, total)

        return read_posts(
            self.path,
            self.upload.mapping,
            rules=read_rules(self.upload),
            resume_after=after,
            on_error=self._note_fault if faults else None,
            on_warning=self._note_warning if faults else None,
            on_progress=seen,
        )

    def _note_fault(self, error: RowError) -> None:
        self.faults_total += 1
        if len(self.faults) < self.faults_room:
            self.faults.append(error)

    def _note_warning(self, sentence: str) -> None:
        plain = sentence.replace(str(self.path), self.upload.file_name)
        if plain not in self.upload.warnings and len(self.upload.warnings) < _WARNINGS_KEPT:
            self.upload.warnings = [*self.upload.warnings, plain]

    # --- after a stop -------------------------------------------------------------------------------------

    def _recount(self) -> None:
        """Take the number of stored rows from the store: the last batch may be in it without being noted here."""
        self.upload.rows_stored = _stored_by(self.upload.pk)

    def _catch_up(self) -> None:
        """Give the index of near-duplicates the posts that it saw last time and forgot."""
        after = self.known.get(self.upload.pk, 0)
        if after >= self.begin:
            return
        for batch in self._batches(after, faults=False):
            self.index.add(None, batch.posts.column("text"))
            self._report("Reading on behind the last stored row")
            if batch.offset >= self.begin:
                break

    # --- one batch ----------------------------------------------------------------------------------------

    def _take(self, batch: PostBatch) -> None:
        allowed = Suppression.load().allowed(batch.posts)
        posts = batch.posts if allowed.all() else batch.posts.filter(pa.array(allowed))
        notes = self.annotator.annotate(posts)
        rows = _mentions(posts, notes)
        self._check()
        if rows.num_rows:
            ingest_id = f"import-{self.upload.pk}/{self.begin}-{batch.offset}"
            result = self._patiently(rows, ingest_id)
            stored = self._stored(rows, result)
            if stored.num_rows:
                self._put_matches(stored, ingest_id)
            self.good += rows.num_rows
            self.upload.rows_stored += result.appended
        self.upload.rows_repeated = max(0, self.good - self.upload.rows_stored)
        self.upload.rows_suppressed += batch.posts.num_rows - posts.num_rows
        self.begin = batch.offset
        self.batches += 1
        self._note_down()
        self._report(f"{self.upload.rows_stored:,} posts stored")
        if time.monotonic() - self.saved > _SAVE_EVERY:
            self._save_index()

    def _stored(self, rows: pa.RecordBatch, result: AppendResult) -> pa.RecordBatch:
        """The rows of this batch that this import brought into the store, as they are stored there.

        A post that was there before was matched then; what this file says about it now is not what is stored.
        """
        if result.appended == rows.num_rows and not result.renamed:
            return rows
        if result.appended == 0 and not result.committed_before and not self.resumed:
            return rows.slice(0, 0)
        snapshot = store.lake().snapshot()
        bounds = pc.min_max(rows.column("created_at"))
        connection = snapshot.connect()
        try:
            # The store lengthens an id that another platform's post has.
            connection.register("ids", pa.table({"id": rows.column("id"), "other": longer_ids(rows)}))
            found = connection.sql(
                f"SELECT {', '.join(MATCH_INPUT)} FROM mentions WHERE created_at BETWEEN ? AND ? "
                "AND starts_with(ingest_id, ?) AND id IN (SELECT id FROM ids UNION ALL SELECT other FROM ids)",
                params=[bounds["min"].as_py(), bounds["max"].as_py(), f"import-{self.upload.pk}/"],
            ).to_arrow_table()
        finally:
            connection.close()
        return found.combine_chunks().to_batches()[0] if found.num_rows else rows.slice(0, 0)

    def _patiently(self, rows: pa.RecordBatch, ingest_id: str) -> AppendResult:
        """Append; while a long re-matching holds the store, wait and say so."""
        while True:
            try:
                return store.lake().append(rows, ingest_id=ingest_id)
            except LakeBusyError:
                self._report("Waiting until the store is free")
                self.lease.renew()

    def _put_matches(self, rows: pa.RecordBatch, ingest_id: str) -> None:
        while True:
            found = self.matcher.matches(rows)
            if not found.num_rows:
                return
            try:
                # Matches of an outdated text are left out by the store: whoever replaced them saw these rows.
                store.lake().put_matches(found, ingest_id=ingest_id)
            except LakeBusyError:
                self._report("Waiting until the store is free")
                self.lease.renew()
            else:
                return

    # --- noting down --------------------------------------------------------------------------------------

    def _check(self) -> None:
        self.run.check_lease()
        self.lease.renew()
        if self.run.stop.is_set():
            self._save_index()
            _hand_back(self.run)

    def _report(self, note: str) -> None:
        self.run.progress(*self.bytes, note)

    def _note_down(self, **more: Any) -> None:
        """How far the import is, with the counts and the faulty rows up to there, in one transaction."""
        upload = self.upload
        upload.rows_skipped += self.faults_total
        with transaction.atomic():
            self.run.check_lease()
            self.lease.renew()
            MentionImport.objects.filter(pk=upload.pk).update(
                resume_after=self.begin,
                rows_stored=upload.rows_stored,
                rows_repeated=upload.rows_repeated,
                rows_suppressed=upload.rows_suppressed,
                rows_skipped=upload.rows_skipped,
                warnings=upload.warnings,
                **more,
            )
            ImportFault.objects.bulk_create([_fault(upload, error) for error in self.faults], batch_size=500)
            if more:
                upload.refresh_from_db()
                counts = ("rows_stored", "rows_repeated", "rows_suppressed", "rows_skipped")
                audit.record(
                    self.run.actor,
                    "listening.import.finished",
                    upload,
                    data={name: getattr(upload, name) for name in counts},
                )
        self.faults_room -= len(self.faults)
        self.faults, self.faults_total = [], 0

    def _save_index(self) -> None:
        self.known[self.upload.pk] = self.begin
        self._write_index()

    def _write_index(self) -> None:
        try:
            clusters.save(self.index, self.known)
        except OSError as error:
            raise _explained(error) from error
        self.saved = time.monotonic()

    def _finish(self) -> None:
        self.known.pop(self.upload.pk, None)
        self._write_index()
        path = self.upload.path
        self._note_down(state="done", finished_at=clock.now(), path="", problem="")
        if self.batches > _MANY_BATCHES:
            jobs.enqueue("listening.store_compacted", actor=self.run.actor, key="listening.store_compacted:imported")
        # Posts live in the store from now on; a second copy of them would escape erasure.
        if path:
            with contextlib.suppress(OSError):
                self.path.unlink()


def _mentions(posts: pa.RecordBatch, notes: pa.RecordBatch) -> pa.RecordBatch:
    """Posts and their annotations side by side; the store adds the batch that brought them."""
    columns = {name: posts.column(name) for name in posts.schema.names}
    columns |= {name: notes.column(name) for name in notes.schema.names}
    fields = [field for field in MENTION_SCHEMA if field.name != "ingest_id"]
    return pa.RecordBatch.from_arrays([columns[field.name] for field in fields], schema=pa.schema(fields))


def _fault(upload: MentionImport, error: RowError) -> ImportFault:
    return ImportFault(
        upload=upload,
        line=error.line,
        column=(error.column or "")[:200],
        message=error.message[:500],
        value=error.value[:200],
        hint=error.hint[:500],
    )


def _stored_by(import_id: int) -> int:
    connection = store.lake().snapshot().connect()
    try:
        row = connection.execute(
            "SELECT count(*) FROM mentions WHERE starts_with(ingest_id, ?)", [f"import-{import_id}/"]
        ).fetchone()
    finally:
        connection.close()
    return int(row[0]) if row else 0


def _explained(error: Exception) -> DomainError:
    text = str(error)
    if "full" in text or "No space left" in text:
        return StoreFullError(
            "The disk of the mention store is full. What is stored so far is safe. Free some space, then continue "
            "the import; it goes on where it stopped."
        )
    return DomainError(text)


def _hand_back(run: Run) -> None:
    """The worker is asked to stop: leave the job to the next one right away."""
    Job.objects.filter(pk=run.job_id, state="running", attempts=run.attempt).update(
        state="due", lease_until=None, next_attempt_at=clock.now(), progress_note="Goes on with the next worker."
    )
    raise LeaseLostError


def import_ended(job: Job) -> None:
    """What is done when the job has failed or was cancelled: the import says so and can be continued."""
    state = "cancelled" if job.state == "cancelled" else "failed"
    with transaction.atomic():
        changed = MentionImport.objects.filter(pk=job.arguments["import_id"], job_id=job.pk, state="running").update(
            state=state, problem=job.last_error if state == "failed" else "", finished_at=clock.now()
        )
        if changed and state == "failed":
            upload = MentionImport.objects.get(pk=job.arguments["import_id"])
            audit.record(
                system_actor(job.kind), "listening.import.failed", upload, data={"problem": job.last_error[:500]}
            )
