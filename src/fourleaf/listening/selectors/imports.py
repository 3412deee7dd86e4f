"""Imports as lists and pages show them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from fourleaf.engine.files import FileProblemError, sniff
from fourleaf.engine.files.columns import FIELDS, suggest_mapping
from fourleaf.engine.files.export import safe_row
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.models import Job
from fourleaf.listening.errors import BadFileError
from fourleaf.listening.models import MentionImport

__all__ = [
    "FilePreview",
    "ImportProgress",
    "fault_rows",
    "file_preview",
    "get_import_for",
    "imports_visible_to",
    "progress_of",
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
        raise BadFileError(fields={"file": [f"{error.message} {error.hint}".strip()]}) from error
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


def progress_of(upload: MentionImport) -> ImportProgress:
    """The progress of an import's present or last job."""
    job = Job.objects.filter(pk=upload.job_id).first() if upload.job_id is not None else None
    if job is None:
        return ImportProgress(0, None, "", waiting=False)
    waiting = job.state == "due" or job.progress_note.startswith("Waiting")
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
