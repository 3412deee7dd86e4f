"""What doctor and the page of the system say about work that nobody does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fourleaf.kernel import clock
from fourleaf.kernel.examination import Finding, examine
from fourleaf.kernel.models import Job

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _still() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


def queued(state: str = "due", **fields: Any) -> Job:
    whole = {"kind": "test.work", "created_at": NOW, "next_attempt_at": NOW, "created_by": "test", **fields}
    return Job.objects.create(state=state, **whole)


def work() -> list[Finding]:
    return [finding for finding in examine() if finding.check == "work"]


def test_work_that_is_due_just_now_or_later_needs_no_worker_yet(lake_dir: Any) -> None:
    queued(next_attempt_at=NOW - timedelta(seconds=2))
    queued(next_attempt_at=NOW + timedelta(hours=1))
    assert [finding.state for finding in work()] == ["ok"]
    # A worker that did something a minute ago may be about to take what waits; without any sign of one, none is there.
    late = queued(next_attempt_at=NOW - timedelta(seconds=20))
    (finding,) = work()
    assert finding.found.startswith("no worker runs: 1 job has waited up to 20 seconds")
    queued("done", attempts=1, started_at=NOW - timedelta(minutes=1), finished_at=NOW - timedelta(minutes=1))
    assert [finding.state for finding in work()] == ["ok"], late


@pytest.mark.parametrize(
    ("minutes", "state", "waited"), [(3, "warning", "3 minutes"), (90, "error", "1 hour")], ids=["a while", "long"]
)
def test_due_work_that_nobody_takes_says_so_and_how_to_mend_it(
    lake_dir: Any, minutes: int, state: str, waited: str
) -> None:
    queued(next_attempt_at=NOW - timedelta(minutes=minutes))
    (finding,) = work()
    assert finding.state == state
    assert finding.found == f"no worker runs: 1 job has waited up to {waited}, and none has ever taken a job"
    assert "fourleaf up" in finding.mend
    assert "fourleaf work" in finding.mend


def test_the_last_sign_of_a_worker_is_said(lake_dir: Any) -> None:
    queued(next_attempt_at=NOW - timedelta(minutes=3))
    queued("done", attempts=1, started_at=NOW - timedelta(days=3), finished_at=NOW - timedelta(days=2))
    queued("cancelled", finished_at=NOW)
    queued("running", attempts=1, started_at=NOW - timedelta(hours=30), lease_until=NOW - timedelta(hours=29))
    (finding,) = work()
    assert finding.found.endswith("the last sign of one was 1 day ago")


def test_a_worker_that_holds_a_lease_is_one_that_does_not_keep_up(lake_dir: Any) -> None:
    queued(next_attempt_at=NOW - timedelta(minutes=3))
    queued("running", attempts=1, started_at=NOW - timedelta(hours=3), lease_until=NOW + timedelta(seconds=60))
    assert [finding.state for finding in work()] == ["ok"]
    queued(next_attempt_at=NOW - timedelta(minutes=30))
    (finding,) = work()
    assert finding.state == "error"
    assert "does not keep up" in finding.mend
