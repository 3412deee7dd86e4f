"""Who may see, retry and stop background work, and read the audit trail."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import transaction

from fourleaf.kernel import audit, clock, jobs
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.errors import ConflictError, NotAllowedError, NotFoundError, TransitionError
from fourleaf.kernel.models import AuditEvent, Job
from fourleaf.kernel.selectors.work import (
    AuditFilter,
    JobFilter,
    get_audit_event_for,
    get_job_for,
    list_audit_events,
    list_jobs,
)
from fourleaf.kernel.services.work import cancel_job, retry_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    ended: list[str] = []
    monkeypatch.setattr(jobs, "KINDS", {})

    @jobs.job("thing done", label="Thing", max_attempts=1, on_end=lambda job: ended.append(job.state))
    def run(job: jobs.Run) -> None:
        if job.attempt == 1:
            raise OSError("full")

    return ended


def test_a_member_sees_only_their_own_jobs(kinds: list[str], member: Any, admin: Any, strategist: Any) -> None:
    own = jobs.enqueue("thing done", actor=member.actor)
    other = jobs.enqueue("thing done", actor=admin.actor)
    assert [job.pk for job in list_jobs(member.actor)] == [own.pk]
    with pytest.raises(NotFoundError):
        get_job_for(member.actor, other.pk)
    assert {job.pk for job in list_jobs(strategist.actor)} == {own.pk, other.pk}
    assert list(list_jobs(strategist.actor, JobFilter(state="failed"))) == []


def test_an_admin_retries_a_failed_job_and_it_is_audited(kinds: list[str], admin: Any) -> None:
    job = jobs.enqueue("thing done", actor=admin.actor)
    jobs.run_until_idle()
    assert get_job_for(admin.actor, job.pk).state == "failed"
    retry_job(actor=admin.actor, job_id=job.pk)
    jobs.run_until_idle()
    after = get_job_for(admin.actor, job.pk)
    assert (after.state, after.attempts) == ("done", 2)
    event = AuditEvent.objects.get(code="kernel.job.retried")
    assert (event.actor_person_id, event.data["error"]) == (admin.person.pk, "OSError: full")
    with pytest.raises(TransitionError):
        retry_job(actor=admin.actor, job_id=job.pk)


def test_a_strategist_sees_but_may_not_retry(kinds: list[str], strategist: Any, admin: Any, member: Any) -> None:
    job = jobs.enqueue("thing done", actor=admin.actor)
    jobs.run_until_idle()
    with pytest.raises(NotAllowedError, match="Retry and cancel background work"):
        retry_job(actor=strategist.actor, job_id=job.pk)
    with pytest.raises(NotFoundError):
        retry_job(actor=member.actor, job_id=job.pk)


def test_retrying_what_is_queued_again_is_a_conflict(kinds: list[str], admin: Any) -> None:
    job = jobs.enqueue("thing done", key="k", actor=admin.actor)
    jobs.run_until_idle()
    jobs.enqueue("thing done", key="k", actor=admin.actor)
    with pytest.raises(ConflictError, match="already queued"):
        retry_job(actor=admin.actor, job_id=job.pk)


def test_the_owner_cancels_a_due_job_at_once_and_a_running_one_at_its_next_step(kinds: list[str], member: Any) -> None:
    job = jobs.enqueue("thing done", actor=member.actor)
    assert cancel_job(actor=member.actor, job_id=job.pk).state == "cancelled"
    assert kinds == ["cancelled"]
    second = jobs.enqueue("thing done", actor=member.actor)
    Job.objects.filter(pk=second.pk).update(state="running")
    after = cancel_job(actor=member.actor, job_id=second.pk)
    assert (after.state, after.cancel_requested) == ("running", True)


def test_the_trail_is_read_by_those_who_may_and_narrowed(admin: Any, member: Any) -> None:
    robot = system_actor("robot")
    with clock.frozen(datetime(2026, 3, 29, 22, 30, tzinfo=UTC)), transaction.atomic():
        audit.record(robot, "kernel.brand.added", ("kernel.brand", 1), label="Ember")
        audit.record(admin.actor, "kernel.job.retried", ("kernel.job", 9))
    assert not list_audit_events(member.actor).exists()
    with pytest.raises(NotFoundError):
        get_audit_event_for(member.actor, 1)

    def codes(**wanted: Any) -> list[str]:
        return [event.code for event in list_audit_events(admin.actor, AuditFilter(**wanted))]

    assert codes() == ["kernel.job.retried", "kernel.brand.added"]
    assert codes(search="ember") == ["kernel.brand.added"]
    assert codes(search="Job retried") == ["kernel.job.retried"]
    assert codes(person_id=admin.person.pk) == ["kernel.job.retried"]
    assert codes(area="kernel", via="worker") == ["kernel.brand.added"]
    assert codes(first_day=date(2026, 3, 29), last_day=date(2026, 3, 29)) == codes()
    assert codes(first_day=date(2026, 3, 30)) == []


def test_days_of_the_trail_are_the_organisations_days(admin: Any, settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    with clock.frozen(datetime(2026, 3, 29, 22, 30, tzinfo=UTC)), transaction.atomic():
        audit.record(admin.actor, "kernel.brand.added", ("kernel.brand", 1))
    assert list_audit_events(admin.actor, AuditFilter(first_day=date(2026, 3, 30), last_day=date(2026, 3, 30))).exists()
    assert not list_audit_events(admin.actor, AuditFilter(last_day=date(2026, 3, 29))).exists()
