"""The audit trail and background work."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from fourleaf.api.authentication import actor_of
from fourleaf.api.pages import Page, cursor_page
from fourleaf.governance.trail import Taken, take_trail
from fourleaf.kernel import clock
from fourleaf.kernel.audit import CODES
from fourleaf.kernel.models import AuditEvent, Job
from fourleaf.kernel.selectors.work import (
    AuditFilter,
    JobFilter,
    get_job_for,
    list_audit_events,
    list_jobs,
)
from fourleaf.kernel.services.work import cancel_job, retry_job

__all__ = ["router"]

router = Router(tags=["Administration"])
Limit = Annotated[int, Field(ge=1, le=200)]


class AuditOut(Schema):
    """One change.

    Of events about people's work, names of people whose region permits no figures of single people read "withheld", the
    time is the beginning of the day, and ``data`` is empty; ``previous`` and ``hash`` are empty for all. With ``case``
    everything is given.
    """

    sequence: int
    at: datetime
    code: str
    meaning: str
    actor: str
    via: str
    subject_kind: str
    subject_id: str
    subject: str
    data: dict[str, Any]
    previous: str
    hash: str
    withheld: bool = Field(description="Whether names and the time of day are withheld.")


class AuditQuery(Schema):
    """Filters of the audit trail."""

    q: str = Field(
        "",
        max_length=200,
        description="Found in names, subjects and meanings; without a case, of events about people's work in meanings.",
    )
    case: str = Field(
        "",
        max_length=500,
        description="For which case names are needed; needs the right to export the trail, and is noted in it.",
    )
    code: list[str] = Field(default_factory=list)
    first_day: date | None = Field(None, description="In the organisation's reporting zone, included.")
    last_day: date | None = Field(None, description="In the organisation's reporting zone, included.")
    subject_kind: str = ""
    subject_id: str = ""


class JobOut(Schema):
    """A piece of background work."""

    id: int
    kind: str
    state: str
    attempts: int
    progress_done: int
    progress_total: int | None
    progress_note: str
    last_error: str
    result: dict[str, Any] | None
    created_at: datetime
    created_by: str
    started_at: datetime | None
    finished_at: datetime | None


def _event(event: AuditEvent, taken: Taken) -> AuditOut:
    given = taken.given(event)
    at = given.at
    if not isinstance(at, datetime):
        at = datetime.combine(at, time.min, clock.local_zone())
    return AuditOut(
        sequence=event.sequence,
        at=at,
        code=event.code,
        meaning=CODES.get(event.code, event.code),
        actor=given.actor,
        via=event.via,
        subject_kind=event.subject_kind,
        subject_id=given.subject_id,
        subject=given.subject,
        data=dict(given.data),
        previous=taken.seal(event.previous),
        hash=taken.seal(event.hash),
        withheld=given.withheld,
    )


def _job(job: Job) -> JobOut:
    return JobOut(id=job.pk, **{name: getattr(job, name) for name in JobOut.model_fields if name != "id"})


@router.get("/audit", response=Page[AuditOut], summary="Read the audit trail")
def audit_trail(
    request: HttpRequest, filters: Query[AuditQuery], cursor: str | None = None, limit: Limit = 50
) -> Page[AuditOut]:
    """Changes, newest first. Names beside people's work are withheld, as in files of the trail, without a case."""
    wanted = AuditFilter(
        search=filters.q,
        codes=filters.code,
        first_day=filters.first_day,
        last_day=filters.last_day,
        subject_kind=filters.subject_kind,
        subject_id=filters.subject_id,
    )
    actor = actor_of(request)
    asked = filters.model_dump(mode="json", exclude_defaults=True, exclude={"case"})
    taken = take_trail(actor=actor, format="api", case=filters.case, asked=asked)
    rows = taken.narrowed(list_audit_events(actor, wanted), search=filters.q, subject_kind=filters.subject_kind)
    return cursor_page(rows, order=("-sequence",), cursor=cursor, limit=limit, show=lambda row: _event(row, taken))


@router.get("/jobs", response=Page[JobOut], summary="List background work")
def jobs(request: HttpRequest, state: str = "", cursor: str | None = None, limit: Limit = 50) -> Page[JobOut]:
    """Jobs, newest first: all for those who look after them, one's own for everybody."""
    rows = list_jobs(actor_of(request), JobFilter(state=state))
    return cursor_page(rows, order=("-pk",), cursor=cursor, limit=limit, show=_job)


@router.get("/jobs/{job_id}", response=JobOut, summary="One job")
def job(request: HttpRequest, job_id: int) -> JobOut:
    """State and progress of one job."""
    return _job(get_job_for(actor_of(request), job_id))


@router.post("/jobs/{job_id}/retry", response=JobOut, summary="Try a failed job again")
def retry(request: HttpRequest, job_id: int) -> JobOut:
    """Put a failed or cancelled job back into the queue."""
    return _job(retry_job(actor=actor_of(request), job_id=job_id))


@router.post("/jobs/{job_id}/cancel", response=JobOut, summary="Stop a job")
def cancel(request: HttpRequest, job_id: int) -> JobOut:
    """Stop a due job at once, a running one at its next step."""
    return _job(cancel_job(actor=actor_of(request), job_id=job_id))
