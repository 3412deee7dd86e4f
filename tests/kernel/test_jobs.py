"""Due work: once, in order, surviving killed workers, stopping on request."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fourleaf.kernel import clock, jobs
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.errors import DomainError, LeaseLostError
from fourleaf.kernel.models import Job

ACTOR = system_actor("test")
START = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A registry of the test's own."""
    monkeypatch.setattr(jobs, "KINDS", {})
    return


def test_a_job_runs_once_and_keeps_its_result(kinds: None) -> None:
    seen: list[int] = []

    @jobs.job("thing done", label="Thing")
    def run(job: jobs.Run) -> dict[str, Any]:
        seen.append(job.arguments["number"])
        return {"sum": 3}

    jobs.enqueue("thing done", {"number": 7}, actor=ACTOR)
    assert jobs.run_until_idle() == 1
    done = Job.objects.get()
    assert (seen, done.state, done.result, done.attempts) == ([7], "done", {"sum": 3}, 1)


def test_the_same_key_is_queued_once_until_it_has_run(kinds: None) -> None:
    @jobs.job("thing done", label="Thing")
    def run(job: jobs.Run) -> None:
        return None

    first = jobs.enqueue("thing done", key="k", actor=ACTOR)
    assert jobs.enqueue("thing done", key="k", actor=ACTOR).pk == first.pk
    jobs.run_until_idle()
    assert jobs.enqueue("thing done", key="k", actor=ACTOR).pk != first.pk


def test_an_unexpected_fault_is_tried_again_with_a_growing_pause_then_fails(kinds: None) -> None:
    ended: list[str] = []

    @jobs.job("thing done", label="Thing", max_attempts=3, on_end=lambda job: ended.append(job.state))
    def run(job: jobs.Run) -> None:
        raise OSError("the network went away")

    with clock.frozen(START) as time:
        jobs.enqueue("thing done", actor=ACTOR)
        waits = []
        for _ in range(3):
            assert jobs.run_next()
            row = Job.objects.get()
            waits.append((row.next_attempt_at - clock.now()).total_seconds())
            assert not jobs.run_next()
            time.move(hours=1)
        assert waits[:2] == [5, 20]
        assert (row.state, row.last_error) == ("failed", "OSError: the network went away")
    assert ended == ["failed"]


def test_a_broken_rule_is_not_tried_again(kinds: None) -> None:
    @jobs.job("thing done", label="Thing")
    def run(job: jobs.Run) -> None:
        raise DomainError("The file is empty. Choose another.")

    jobs.enqueue("thing done", actor=ACTOR)
    jobs.run_until_idle()
    row = Job.objects.get()
    assert (row.state, row.attempts, row.last_error) == ("failed", 1, "The file is empty. Choose another.")


def test_a_killed_workers_job_is_given_back_and_its_late_writes_are_refused(kinds: None) -> None:
    held: list[jobs.Run] = []

    @jobs.job("thing done", label="Thing")
    def run(job: jobs.Run) -> None:
        held.append(job)
        if job.attempt == 1:
            # The first worker falls silent; meanwhile a second one takes over and finishes.
            time.move(minutes=5)
            assert jobs.recover_expired() == 1
            assert jobs.run_next()
            job.check_lease()

    with clock.frozen(START) as time:
        jobs.enqueue("thing done", actor=ACTOR)
        assert jobs.run_next()
    row = Job.objects.get()
    assert (row.state, row.attempts, len(held)) == ("done", 2, 2)
    with pytest.raises(LeaseLostError):
        held[0].progress(5)


def test_a_killed_worker_on_the_last_attempt_fails_the_job(kinds: None) -> None:
    @jobs.job("thing done", label="Thing", max_attempts=1)
    def run(job: jobs.Run) -> None:
        return None

    with clock.frozen(START) as time:
        jobs.enqueue("thing done", actor=ACTOR)
        assert jobs._claim() is not None
        time.move(minutes=5)
        jobs.recover_expired()
    assert Job.objects.get().state == "failed"


def test_cancelling_stops_at_the_next_progress(kinds: None) -> None:
    @jobs.job("thing done", label="Thing")
    def run(job: jobs.Run) -> None:
        for step in range(10):
            time.move(seconds=2)
            if step == 3:
                Job.objects.update(cancel_requested=True)
            job.progress(step, 10)

    with clock.frozen(START) as time:
        jobs.enqueue("thing done", actor=ACTOR)
        jobs.run_next()
    row = Job.objects.get()
    assert (row.state, row.progress_done) == ("cancelled", 3)


def test_recurring_work_has_exactly_one_next_row(kinds: None) -> None:
    @jobs.job("thing done", label="Thing", every=timedelta(hours=1))
    def run(job: jobs.Run) -> None:
        return None

    with clock.frozen(START) as time:
        for _ in range(3):
            jobs.ensure_recurring()
        assert Job.objects.count() == 1
        jobs.run_until_idle()
        jobs.ensure_recurring()
        waiting = Job.objects.get(state="due")
        assert waiting.next_attempt_at == START + timedelta(hours=1)
        time.move(hours=1)
        assert jobs.run_until_idle() == 1


def test_work_that_recurs_every_minute_leaves_one_finished_row(kinds: None) -> None:
    @jobs.job("thing done", label="Thing", every=timedelta(minutes=1))
    def run(job: jobs.Run) -> None:
        return None

    with clock.frozen(START) as time:
        for _ in range(5):
            jobs.ensure_recurring()
            assert jobs.run_until_idle() == 1
            time.move(minutes=1)
        Job.objects.create(
            kind="thing done", key="every:thing done", state="failed", next_attempt_at=START, created_at=START
        )
        jobs.ensure_recurring()
    assert sorted(Job.objects.values_list("state", flat=True)) == ["done", "due", "failed"]
    assert Job.objects.get(state="done").finished_at == START + timedelta(minutes=4)


def test_a_job_of_an_unknown_kind_waits_for_a_newer_worker(kinds: None) -> None:
    Job.objects.create(kind="from the future", next_attempt_at=START, created_at=START, created_by="x")
    assert jobs.run_until_idle() == 0
    assert Job.objects.get().state == "due"
