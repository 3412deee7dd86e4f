"""Many at once: jobs are claimed once, the audit chain never forks. Runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest
from django.db import transaction

from at_once import at_once
from fourleaf.kernel import audit, jobs
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.models import AuditEvent, Job

ACTOR = system_actor("test")
pytestmark = pytest.mark.django_db(transaction=True)


def test_each_job_is_run_by_exactly_one_of_four_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "KINDS", {})
    ran: list[int] = []

    @jobs.job("thing done", label="Thing")
    def run(job: jobs.Run) -> None:
        ran.append(job.arguments["n"])

    for n in range(20):
        jobs.enqueue("thing done", {"n": n}, actor=ACTOR)
    assert at_once(*[jobs.run_until_idle] * 4) == [None] * 4
    assert Counter(ran) == Counter(range(20))
    assert set(Job.objects.values_list("state", "attempts")) == {("done", 1)}


def test_the_same_key_queued_at_once_gives_one_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "KINDS", {})
    jobs.job("thing done", label="Thing")(lambda run: None)
    found: list[int] = []

    def put() -> None:
        found.append(jobs.enqueue("thing done", key="k", actor=ACTOR).pk)

    assert at_once(put, put, put, put) == [None] * 4
    assert len(set(found)) == 1
    assert Job.objects.count() == 1


def test_the_audit_chain_does_not_fork() -> None:
    def write(number: int) -> None:
        for step in range(10):
            with transaction.atomic():
                audit.record(ACTOR, "kernel.brand.added", ("kernel.brand", f"{number}-{step}"))

    assert at_once(*(partial(write, number) for number in range(4))) == [None] * 4
    assert list(AuditEvent.objects.order_by("sequence").values_list("sequence", flat=True)) == list(range(1, 41))
    assert [item for item in audit.verify() if isinstance(item, audit.Break)] == []
