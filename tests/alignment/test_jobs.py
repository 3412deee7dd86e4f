"""When plans are checked: by a job where they are large, daily for all, and in the sample."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fourleaf.alignment import jobs as alignment_jobs
from fourleaf.alignment.models import FindingRecord, PlanCheck
from fourleaf.alignment.selectors import trend
from fourleaf.demo.alignment import seed_alignment
from fourleaf.kernel import clock as time
from fourleaf.kernel import jobs
from fourleaf.kernel.models import Job
from fourleaf.planning.contracts import PlanChanged
from fourleaf.planning.services import archive_plan

pytestmark = pytest.mark.django_db


def test_a_large_plan_is_checked_by_a_job_once(
    sample: Any, put: Callable[..., Any], finding: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alignment_jobs, "SMALL", 10)
    put("programmes", "P07", counterparts=["N2"])
    for _ in range(2):
        alignment_jobs.check_after_change(PlanChanged(sample.pk, 2))
    assert Job.objects.filter(kind="alignment.plan_checked", state="due").count() == 1
    assert finding("A30", "programmes/P07").state == "open"
    while jobs.run_next():
        pass
    assert finding("A30", "programmes/P07").state == "gone"


def test_the_daily_check_takes_all_plans_but_archived_ones(sample: Any, strategist: Any, clock: Any) -> None:
    clock.move(days=3)
    jobs.enqueue("alignment.plans_checked_daily", actor=strategist.actor)
    while jobs.run_next():
        pass
    assert PlanCheck.objects.get(pk=sample.pk).as_of == time.today()
    assert len(trend(strategist.actor, sample.pk)) == 2
    archive_plan(actor=strategist.actor, plan_id=sample.pk)
    clock.move(days=1)
    jobs.enqueue("alignment.plans_checked_daily", actor=strategist.actor)
    while jobs.run_next():
        pass
    assert PlanCheck.objects.get(pk=sample.pk).as_of < time.today()


def test_the_sample_has_owners_a_waiver_and_a_past(sample: Any, strategist: Any, hire: Callable[..., Any]) -> None:
    owner = hire("Gov Lead", external_id="R07").person
    seed_alignment(lambda text: None, as_of=time.today())
    seed_alignment(lambda text: None, as_of=time.today())
    assert FindingRecord.objects.filter(owner=owner).count() == 3
    waived = FindingRecord.objects.get(state="waived")
    assert (waived.rule, waived.object) == ("A57", "roadmap/3.E2")
    days = trend(strategist.actor, sample.pk)
    assert [day.looked_back for day in days] == [True] * 26 + [False]
    assert days[-1].waived == 1
