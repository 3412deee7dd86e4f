"""Looking after background work: try a job again, stop one."""

from __future__ import annotations

from django.db import transaction

from fourleaf.kernel import audit, clock, jobs
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError
from fourleaf.kernel.models import Job, JobState
from fourleaf.kernel.permissions import require
from fourleaf.kernel.selectors.work import get_job_for

__all__ = ["cancel_job", "retry_job"]


def retry_job(*, actor: Actor, job_id: int) -> Job:
    """Put a failed or cancelled job back into the queue with fresh attempts.

    Raises `NotFoundError`, `NotAllowedError`, `TransitionError` (it is not failed or cancelled), or `ConflictError`
    when the same work is already queued again or somebody else was faster.
    """
    found = get_job_for(actor, job_id)
    require(actor, "kernel.manage_jobs", found, seen_by="kernel.view_jobs")
    JobState.check(found.state, "due")
    with transaction.atomic():
        if found.key and Job.objects.filter(key=found.key, state__in=("due", "running")).exists():
            raise ConflictError("The same work is already queued or running, so this one is not needed.")
        changed = Job.objects.filter(pk=found.pk, state=found.state, attempts=found.attempts).update(
            state="due",
            # More attempts are allowed; the number itself only ever grows, since it is the fence.
            max_attempts=found.attempts + max(1, found.max_attempts),
            next_attempt_at=clock.now(),
            cancel_requested=False,
            finished_at=None,
        )
        if not changed:
            raise ConflictError("Somebody else changed this job in the meantime. Look at it again.")
        audit.record(actor, "kernel.job.retried", found, data={"kind": found.kind, "error": found.last_error[:300]})
    found.refresh_from_db()
    return found


def cancel_job(*, actor: Actor, job_id: int) -> Job:
    """Stop a job: a due one at once, a running one at its next step. Its owner may, and who manages jobs.

    Raises `NotFoundError`, `TransitionError` when it has already ended.
    """
    found = get_job_for(actor, job_id)
    if found.created_by_person_id is None or found.created_by_person_id != actor.person_id:
        require(actor, "kernel.manage_jobs", found, seen_by="kernel.view_jobs")
    JobState.check(found.state, "cancelled")
    with transaction.atomic():
        at_once = Job.objects.filter(pk=found.pk, state="due").update(
            state="cancelled", cancel_requested=True, finished_at=clock.now()
        )
        if not at_once and not Job.objects.filter(pk=found.pk, state="running").update(cancel_requested=True):
            raise ConflictError("The job has ended in the meantime.")
        audit.record(actor, "kernel.job.cancelled", found, data={"kind": found.kind})
    found.refresh_from_db()
    if at_once:
        jobs.ended(found.pk)
    return found
