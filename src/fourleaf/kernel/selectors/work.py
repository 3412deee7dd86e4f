"""Reads of background work and of the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet

from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.models import AuditEvent, Job

__all__ = [
    "AuditFilter",
    "JobFilter",
    "failed_job_count",
    "get_audit_event_for",
    "get_job_for",
    "job_counts",
    "list_audit_events",
    "list_jobs",
    "narrow_audit_events",
    "visible_audit_events",
    "visible_jobs",
]


@dataclass(frozen=True)
class JobFilter:
    """What the list of jobs is narrowed to."""

    state: str = ""
    kind: str = ""
    search: str = ""


def visible_jobs(actor: Actor) -> QuerySet[Job]:
    """Those who look after work see all; everybody sees what they themselves set going."""
    if actor.may("kernel.view_jobs") or actor.may("kernel.manage_jobs"):
        return Job.objects.all()
    if actor.person_id is None:
        return Job.objects.none()
    return Job.objects.filter(created_by_person_id=actor.person_id)


def get_job_for(actor: Actor, job_id: int) -> Job:
    """One job; `NotFoundError` if absent or not visible."""
    found = visible_jobs(actor).filter(pk=job_id).first()
    if found is None:
        raise NotFoundError
    return found


def list_jobs(actor: Actor, wanted: JobFilter | None = None) -> QuerySet[Job]:
    """Jobs, newest first."""
    wanted = wanted or JobFilter()
    rows = visible_jobs(actor)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.search:
        rows = rows.filter(Q(created_by__icontains=wanted.search) | Q(last_error__icontains=wanted.search))
    return rows.order_by("-created_at", "-pk")


def job_counts(actor: Actor) -> dict[str, int]:
    """How many visible jobs are in each state; states without jobs are absent."""
    return dict(visible_jobs(actor).order_by().values_list("state").annotate(n=Count("pk")))


def failed_job_count(actor: Actor) -> int:
    """Failed jobs that this actor could do something about."""
    return visible_jobs(actor).filter(state="failed").count() if actor.may("kernel.manage_jobs") else 0


@dataclass(frozen=True)
class AuditFilter:
    """What the audit trail is narrowed to; days are of the organisation's zone, both ends included."""

    search: str = ""
    codes: Sequence[str] = ()
    area: str = ""
    person_id: int | None = None
    subject_kind: str = ""
    subject_id: str = ""
    via: str = ""
    first_day: date | None = None
    last_day: date | None = None


def visible_audit_events(actor: Actor) -> QuerySet[AuditEvent]:
    """All for those who may read the trail, none for others."""
    return AuditEvent.objects.all() if actor.may("kernel.view_audit") else AuditEvent.objects.none()


def get_audit_event_for(actor: Actor, sequence: int) -> AuditEvent:
    """One event by its number; `NotFoundError` if absent or not visible."""
    found = visible_audit_events(actor).filter(sequence=sequence).first()
    if found is None:
        raise NotFoundError
    return found


def list_audit_events(actor: Actor, wanted: AuditFilter | None = None) -> QuerySet[AuditEvent]:
    """The trail that the actor may see, newest first, narrowed."""
    return narrow_audit_events(visible_audit_events(actor), wanted or AuditFilter()).order_by("-sequence")


def narrow_audit_events(rows: QuerySet[AuditEvent], wanted: AuditFilter) -> QuerySet[AuditEvent]:
    """Fewer of these rows. The search looks at names, subjects and the labels of codes."""
    if wanted.codes:
        rows = rows.filter(code__in=wanted.codes)
    if wanted.area:
        rows = rows.filter(code__startswith=f"{wanted.area}.")
    if wanted.person_id is not None:
        rows = rows.filter(actor_person_id=wanted.person_id)
    if wanted.subject_kind:
        rows = rows.filter(subject_kind=wanted.subject_kind)
    if wanted.subject_id:
        rows = rows.filter(subject_id=wanted.subject_id)
    if wanted.via:
        rows = rows.filter(via=wanted.via)
    zone = clock.local_zone()
    if wanted.first_day:
        rows = rows.filter(at__gte=datetime.combine(wanted.first_day, time.min, zone))
    if wanted.last_day:
        rows = rows.filter(at__lt=datetime.combine(wanted.last_day + timedelta(days=1), time.min, zone))
    if wanted.search:
        folded = wanted.search.casefold()
        meant = [code for code, label in audit.CODES.items() if folded in label.casefold()]
        rows = rows.filter(
            Q(actor_label__icontains=wanted.search) | Q(subject_label__icontains=wanted.search) | Q(code__in=meant)
        )
    return rows
