"""Imports as lists and pages show them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery

from fourleaf.engine.files import FileProblemError, read_posts, sniff
from fourleaf.engine.files.columns import FIELDS, suggest_mapping
from fourleaf.engine.files.export import safe_row
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.models import Job
from fourleaf.listening.errors import BadFileError
from fourleaf.listening.models import ListeningQuery, MentionImport
from fourleaf.listening.selectors.queries import visible_to
from fourleaf.listening.store import reading
from fourleaf.listening.uploads import file_of, read_rules

__all__ = [
    "Brought",
    "FilePreview",
    "ImportProgress",
    "brought_by",
    "fault_rows",
    "file_preview",
    "get_import_for",
    "imports_visible_to",
    "names_no_platform",
    "progress_of",
    "waiting_job",
    "with_jobs",
]


def imports_visible_to(actor: Actor) -> QuerySet[MentionImport]:
    """Imports concern the whole store, so they are seen by whoever may import."""
    rows = MentionImport.objects.all()
    return rows if actor.may("listening.import_mentions") else rows.none()


def get_import_for(actor: Actor, import_id: int) -> MentionImport:
    """One import; `NotFoundError` for absent and forbidden alike."""
    try:
        return imports_visible_to(actor).get(pk=import_id)
    except (MentionImport.DoesNotExist, ValueError, OverflowError) as error:
        raise NotFoundError from error


@dataclass(frozen=True)
class FilePreview:
    """What an uploaded file looks like: its columns, what they probably hold, and its first rows."""

    format: str
    columns: list[str]
    #: column -> field, by the columns' names.
    suggested: dict[str, str]
    fields: tuple[str, ...]
    sample: list[dict[str, Any]]


def file_preview(actor: Actor, import_id: int) -> FilePreview:
    """The beginning of an uploaded file, for assigning its columns."""
    upload = get_import_for(actor, import_id)
    path = Path(settings.MEDIA_ROOT) / upload.path
    if not upload.path or not path.exists():
        raise BadFileError(fields={"file": ["The uploaded file is no longer here. Upload it again."]})
    try:
        facts = sniff(path)
    except FileProblemError as error:
        raise BadFileError.of(error, "file") from error
    columns = list(facts.columns)
    return FilePreview(
        facts.format, columns, suggest_mapping(columns), FIELDS, [dict(row) for row in facts.sample[:10]]
    )


@dataclass(frozen=True)
class ImportProgress:
    """How far an import is: bytes of the file read, and what its worker says."""

    done: int
    total: int | None
    note: str
    waiting: bool


def waiting_job(state: str | None, note: str | None) -> bool:
    """Whether nothing is at a job that was handed over: no worker is free, or another one holds the store."""
    return state == "due" or (note or "").startswith("Waiting")


def with_jobs(rows: QuerySet[MentionImport]) -> QuerySet[MentionImport]:
    """The rows with ``job_state`` and ``job_note`` of their present or last job."""
    job = Job.objects.filter(pk=OuterRef("job_id"))
    return rows.annotate(
        job_state=Subquery(job.values("state")[:1]), job_note=Subquery(job.values("progress_note")[:1])
    )


@dataclass(frozen=True)
class Brought:
    """The days (of the reporting zone) of the posts that an import stored, and which queries found how many."""

    first: date
    last: date
    #: Active queries with the posts of this import that they found, the most first.
    found: list[tuple[ListeningQuery, int]]


def brought_by(actor: Actor, import_id: int) -> Brought | None:
    """What an import brought into the store; None when it stored nothing (every post was known, or is gone)."""
    upload = get_import_for(actor, import_id)
    with reading() as view:
        key = ("brought", upload.pk)
        if key not in view.kept:
            cursor = view.cursor()
            mine = [f"import-{upload.pk}/"]
            ends = cursor.execute(
                "SELECT epoch_us(min(created_at)), epoch_us(max(created_at)) FROM mentions "
                "WHERE starts_with(ingest_id, ?)",
                mine,
            ).fetchone()
            counts = cursor.execute(
                "SELECT query_id, count(*) FROM matches WHERE relevant IS DISTINCT FROM false AND mention_id IN "
                "(SELECT id FROM mentions WHERE starts_with(ingest_id, ?)) GROUP BY query_id",
                mine,
            ).fetchall()
            view.kept[key] = (ends, dict(counts))
        ends, counts = view.kept[key]
    if ends is None or ends[0] is None:
        return None
    first, last = (
        datetime.fromtimestamp(micros / 1_000_000, UTC).astimezone(clock.local_zone()).date() for micros in ends
    )
    queries = visible_to(actor).filter(state="active", pk__in=counts)
    return Brought(first, last, sorted(((q, counts[q.pk]) for q in queries), key=lambda item: (-item[1], item[0].name)))


def names_no_platform(upload: MentionImport) -> bool:
    """Whether nothing says where the posts of a file were published, by its first batch; nothing once it is gone."""
    if upload.platform or not upload.path or not file_of(upload).exists():
        return False
    try:
        first = next(iter(read_posts(file_of(upload), upload.mapping, rules=read_rules(upload))), None)
    except FileProblemError as error:
        raise BadFileError.of(error, "file") from error
    return first is not None and set(first.posts.column("platform").unique().to_pylist()) == {"file"}


def progress_of(upload: MentionImport) -> ImportProgress:
    """The progress of an import's present or last job."""
    job = Job.objects.filter(pk=upload.job_id).first() if upload.job_id is not None else None
    if job is None:
        return ImportProgress(0, None, "", waiting=False)
    waiting = waiting_job(job.state, job.progress_note)
    note = "Waiting for a worker." if job.state == "due" and not job.attempts else job.progress_note
    return ImportProgress(job.progress_done, job.progress_total, note, waiting)


def fault_rows(actor: Actor, import_id: int) -> Iterator[str]:
    """The rows that could not be used, as lines of a CSV file."""
    upload = get_import_for(actor, import_id)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["line", "column", "problem", "value", "how to mend it"])
    yield buffer.getvalue()
    for fault in upload.faults.order_by("line", "pk").iterator(chunk_size=1000):
        buffer.seek(0)
        buffer.truncate()
        writer.writerow(safe_row([fault.line, fault.column, fault.message, fault.value, fault.hint]))
        yield buffer.getvalue()
