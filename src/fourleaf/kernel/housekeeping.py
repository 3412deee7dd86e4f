"""The kernel's due work: leavers lose access, uploaded lists are put in place, old uploads are removed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from fourleaf.kernel.jobs import Run, job
from fourleaf.kernel.models import Job
from fourleaf.kernel.services.leaving import close_access_of_leavers
from fourleaf.kernel.services.people_import.stored import (
    QUEUE_NAME,
    put_queued_import_in_place,
    remove_old_uploads,
    settle_ended_import,
)

__all__: list[str] = []


@job("kernel.leavers_lose_access", label="Leavers lose access", every=timedelta(hours=1))
def leavers_lose_access(run: Run) -> Mapping[str, Any]:
    """Close what is still open of people whose last day is over."""
    return {"people": close_access_of_leavers(actor=run.actor)}


def _settle(ended: Job) -> None:
    settle_ended_import(ended.arguments["import"], ended.last_error or ended.progress_note)


@job(QUEUE_NAME, label="People imported", max_attempts=3, on_end=_settle)
def people_imported(run: Run) -> Mapping[str, Any]:
    """Put an uploaded list in place; all or nothing, so running it again after a crash does no harm."""
    return put_queued_import_in_place(run.arguments["import"], progress=run.progress)


@job("kernel.old_uploads_removed", label="Old uploads removed", every=timedelta(hours=6))
def old_uploads_removed(run: Run) -> Mapping[str, Any]:
    """Remove the content of lists that nobody decided on for a day."""
    return {"uploads": remove_old_uploads()}
