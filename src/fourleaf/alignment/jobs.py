"""When plans are checked: after each change of the plan or of what others know, and every day, since ages move."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from fourleaf.alignment.services.checking import check_plan
from fourleaf.governance.contracts import PolicyAcknowledged, PolicyCameIntoForce, PolicyEnded
from fourleaf.kernel import jobs
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.errors import DomainError
from fourleaf.kernel.events import subscribe
from fourleaf.planning.contracts import PlanChanged
from fourleaf.planning.public import count_objects, current_plan, plans
from fourleaf.review.contracts import TrustChanged
from fourleaf.training.contracts import BeltGranted, BeltRestored, BeltSuspended

__all__: list[str] = []

#: Up to so many objects a plan is checked at once; a larger one by a job.
SMALL: Final = 3_000
_log = logging.getLogger(__name__)


@jobs.job("alignment.plan_checked", label="Plan checked", max_attempts=3)
def plan_checked(run: jobs.Run) -> Mapping[str, Any]:
    """Check one plan as of today."""
    result = check_plan(actor=run.actor, plan_id=run.arguments["plan"])
    return {} if result is None else {"errors": result.counts.errors, "warnings": result.counts.warnings}


@jobs.job("alignment.plans_checked_daily", label="Plans checked as of today", every=timedelta(hours=6))
def plans_checked_daily(run: jobs.Run) -> Mapping[str, Any]:
    """Check every plan that is not archived: review dates pass and waivers end without anybody changing anything."""
    found = plans(run.actor)
    for done, plan in enumerate(found, 1):
        check_plan(actor=run.actor, plan_id=plan.id)
        run.progress(done, len(found))
    return {"plans": len(found)}


@jobs.job("alignment.facts_followed", label="Plan checked where facts changed", every=timedelta(minutes=15))
def facts_followed(run: jobs.Run) -> Mapping[str, Any]:
    """Check the current plan if governance, training or review changed since it was: not all of it is told as news."""
    plan = current_plan(run.actor)
    result = None if plan is None else check_plan(actor=run.actor, plan_id=plan.id)
    return {"checked": 0 if result is None else 1}


def check_after_news(event: object) -> None:
    """Check the current plan by a job; many acknowledgements at once are one check."""
    actor = system_actor("check after news")
    if (plan := current_plan(actor)) is not None:
        jobs.enqueue("alignment.plan_checked", {"plan": plan.id}, actor=actor, key=f"check-plan-{plan.id}")


_NEWS: Final[tuple[type[object], ...]] = (
    PolicyCameIntoForce,
    PolicyEnded,
    PolicyAcknowledged,
    BeltGranted,
    BeltSuspended,
    BeltRestored,
    TrustChanged,
)
for _news in _NEWS:
    subscribe(_news)(check_after_news)


@subscribe(PlanChanged)
def check_after_change(event: PlanChanged) -> None:
    """Check the plan: here and now where that is quick, else by a job."""
    actor = system_actor("check after a change")
    try:
        if count_objects(actor, event.plan_id) <= SMALL:
            check_plan(actor=actor, plan_id=event.plan_id)
            return
    except DomainError as error:
        # A plan that changes all the time or was removed: the job, or the daily check, comes back to it.
        _log.info("The check of plan %s waits: %s", event.plan_id, error)
    jobs.enqueue("alignment.plan_checked", {"plan": event.plan_id}, actor=actor, key=f"check-plan-{event.plan_id}")
