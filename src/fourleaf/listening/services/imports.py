"""Files of posts: taking them in, assigning their columns, starting, stopping and continuing their import."""

from __future__ import annotations

import errno
import hashlib
import os
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import available_timezones

from django.conf import settings
from django.db import IntegrityError, transaction

from fourleaf.engine.files import FileProblemError, read_posts, sniff
from fourleaf.kernel import audit, clock, jobs
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, InvalidError, TransitionError
from fourleaf.kernel.models import Job
from fourleaf.kernel.permissions import require
from fourleaf.listening.errors import BadFileError, StoreFullError
from fourleaf.listening.models import ImportState, MentionImport
from fourleaf.listening.selectors.imports import get_import_for
from fourleaf.listening.uploads import file_of, read_rules

__all__ = ["Upload", "cancel_import", "map_columns", "start_import", "upload_file"]

_CODE = "listening.import_mentions"


@dataclass(frozen=True)
class Upload:
    """A file that was taken in; ``again`` when its content was known already, and then nothing new was kept."""

    import_: MentionImport
    again: bool


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreFullError(
                "The disk that holds the uploads is full. Nothing was kept of this file. Free some space, "
                "then upload it again."
            ) from error
        raise


def upload_file(*, actor: Actor, name: str, pieces: Iterable[bytes]) -> Upload:
    """Take in a file of posts. A file with the same content as an earlier one gives that one's import."""
    require(actor, _CODE)
    name = os.path.basename(name.replace("\\", "/"))[:255] or "posts"
    path = f"imports/{uuid.uuid4().hex}"
    target = Path(settings.MEDIA_ROOT) / path
    try:
        with _disk():
            target.parent.mkdir(parents=True, exist_ok=True)
            size, digest = _keep(target, pieces)
        known = _known(digest, path)
        if known is not None:
            return Upload(known, again=True)
        _probe(target, name)
        try:
            with transaction.atomic():
                upload = MentionImport.objects.create(
                    file_name=name,
                    size=size,
                    path=path,
                    digest=digest,
                    zone=settings.TIME_ZONE,
                    created_at=clock.now(),
                    created_by=actor.label[:200],
                    created_by_person_id=actor.person_id,
                )
                audit.record(actor, "listening.import.uploaded", upload, data={"size": size, "digest": digest})
        except IntegrityError:
            # The same content came twice at once; the other one's row serves both.
            same = MentionImport.objects.exclude(state="cancelled").get(digest=digest)
            return Upload(same, again=True)
    finally:
        if not MentionImport.objects.filter(path=path).exists():
            target.unlink(missing_ok=True)
    return Upload(upload, again=False)


def _keep(target: Path, pieces: Iterable[bytes]) -> tuple[int, str]:
    size, digest, most = 0, hashlib.sha256(), settings.UPLOAD_LIMIT_MB * 1024 * 1024
    with target.open("xb") as handle:
        for piece in pieces:
            size += len(piece)
            if size > most:
                raise InvalidError(fields={"file": [_too_large()]})
            digest.update(piece)
            handle.write(piece)
    return size, digest.hexdigest()


def _too_large() -> str:
    return (
        f"The file is larger than {settings.UPLOAD_LIMIT_MB:,} MB. Split it, pack it with gzip, or raise "
        "FOURLEAF_UPLOAD_LIMIT_MB."
    )


def _known(digest: str, path: str) -> MentionImport | None:
    """The import of the same content. One that is not done and whose file has gone gets the new copy."""
    known = MentionImport.objects.filter(digest=digest).order_by("-pk").first()
    if known is not None and known.state != "done" and not (known.path and file_of(known).exists()):
        MentionImport.objects.filter(pk=known.pk).update(path=path)
        known.refresh_from_db()
    return known


def _probe(target: Path, name: str) -> None:
    """Refuse at once what is no file of posts at all."""
    try:
        sniff(target)
    except FileProblemError as error:
        raise BadFileError.of(error, "file", name=name) from error


def map_columns(
    *,
    actor: Actor,
    import_id: int,
    mapping: Mapping[str, str] | None = None,
    zone: str | None = None,
    day_first: bool | None = None,
    platform: str = "",
) -> MentionImport:
    """Say which column holds what (column -> field; well-known names need not be given) and how times are meant.

    The beginning of the file is read as a trial; what does not work is said in ``fields``.
    """
    upload = get_import_for(actor, import_id)
    require(actor, _CODE)
    if zone is not None and zone not in available_timezones():
        raise InvalidError(fields={"zone": [f"There is no time zone “{zone}”. Use a name such as Europe/Berlin."]})
    if upload.resume_after:
        raise ConflictError("A part of this file is stored already, so its columns can no longer be changed.")
    if upload.state != "mapped":
        ImportState.check(upload.state, "mapped")
    before = upload.state
    upload.mapping = dict(mapping or {})
    upload.zone = zone or upload.zone
    upload.day_first = day_first
    upload.platform = platform.strip().casefold()[:60]
    try:
        next(iter(read_posts(file_of(upload), upload.mapping, rules=read_rules(upload))), None)
    except FileProblemError as error:
        raise BadFileError.of(error, "mapping") from error
    with transaction.atomic():
        changed = MentionImport.objects.filter(pk=upload.pk, state=before).update(
            mapping=upload.mapping,
            zone=upload.zone,
            day_first=day_first,
            platform=upload.platform,
            state="mapped",
            problem="",
        )
        if not changed:
            raise ConflictError("Somebody else has started or stopped this import in the meantime.")
        upload.refresh_from_db()
        audit.record(actor, "listening.import.mapped", upload, data={"mapping": upload.mapping, "zone": upload.zone})
    return upload


def start_import(*, actor: Actor, import_id: int) -> MentionImport:
    """Start an import, or continue one that failed or was stopped. One that runs or is done stays as it is."""
    upload = get_import_for(actor, import_id)
    require(actor, _CODE)
    if upload.state in ("running", "done"):
        return upload
    ImportState.check(upload.state, "running")
    if not upload.path or not file_of(upload).exists():
        raise TransitionError("The uploaded file is no longer here. Upload it again; what was stored is kept.")
    try:
        with transaction.atomic():
            job = jobs.enqueue(
                "listening.mentions_imported",
                {"import_id": upload.pk},
                actor=actor,
                key=f"listening.mentions_imported:{upload.pk}",
            )
            changed = MentionImport.objects.filter(pk=upload.pk, state=upload.state).update(
                state="running", job_id=job.pk, problem="", finished_at=None
            )
            if changed:
                upload.refresh_from_db()
                audit.record(actor, "listening.import.started", upload, data={"after_row": upload.resume_after})
    except IntegrityError as error:
        raise ConflictError("The same file is being imported already under another entry.") from error
    upload.refresh_from_db()
    return upload


def cancel_import(*, actor: Actor, import_id: int) -> MentionImport:
    """Stop an import. What it has stored stays, and it can be continued."""
    upload = get_import_for(actor, import_id)
    require(actor, _CODE)
    if upload.state == "cancelled":
        return upload
    ImportState.check(upload.state, "cancelled")
    with transaction.atomic():
        job = Job.objects.filter(pk=upload.job_id or 0)
        if upload.state == "running" and job.filter(state="running").update(cancel_requested=True):
            # The worker notices within a second and marks the import itself.
            audit.record(actor, "listening.import.cancelled", upload, data={"rows": upload.rows_read})
            return upload
        job.filter(state="due").update(state="cancelled", finished_at=clock.now())
        MentionImport.objects.filter(pk=upload.pk, state=upload.state).update(
            state="cancelled", finished_at=clock.now()
        )
        upload.refresh_from_db()
        audit.record(actor, "listening.import.cancelled", upload, data={"rows": upload.rows_read})
    return upload
