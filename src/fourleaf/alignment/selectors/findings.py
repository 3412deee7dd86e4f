"""Findings that somebody may see, by plan, by object, by owner; and the counts of past days."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from fourleaf.alignment.models import CheckDay, FindingEvent, FindingRecord, PlanCheck
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.rules import somewhere
from fourleaf.planning.public import plan_info

__all__ = [
    "due_for",
    "findings_about",
    "findings_visible_to",
    "get_finding_for",
    "held_up_by",
    "history_of",
    "last_check",
    "trend",
]


def findings_visible_to(actor: Actor, plan_id: int | None = None) -> QuerySet[FindingRecord]:
    """All findings (of a plan) for whoever may see findings and plans anywhere; none for others."""
    if not (somewhere(actor, "alignment.view_findings") and somewhere(actor, "planning.view_plan")):
        return FindingRecord.objects.none()
    rows = FindingRecord.objects.select_related("owner")
    return rows if plan_id is None else rows.filter(plan_id=plan_id)


def get_finding_for(actor: Actor, finding_id: int) -> FindingRecord:
    """One finding; `NotFoundError` for absent and forbidden alike."""
    record = findings_visible_to(actor).filter(pk=finding_id).first()
    if record is None:
        raise NotFoundError
    return record


def held_up_by(rows: QuerySet[FindingRecord], address: str) -> QuerySet[FindingRecord]:
    """Those that hold up an address; "" for those that concern the plan as a whole."""
    return rows.filter(held_up__contains=f"\n{address}\n") if address else rows.filter(held_up="")


def findings_about(actor: Actor, plan_id: int, section: str, key: str) -> QuerySet[FindingRecord]:
    """Findings that are there at an object or hold it up, the gravest first."""
    address = f"{section}/{key}" if key else section
    rows = findings_visible_to(actor, plan_id).exclude(state="gone")
    return rows.filter(Q(object=address) | Q(held_up__contains=f"\n{address}\n"))


def history_of(record: FindingRecord) -> QuerySet[FindingEvent]:
    """What happened to a finding, newest first."""
    return record.events.all()


def due_for(actor: Actor, by: date | None = None) -> QuerySet[FindingRecord]:
    """Open findings of the actor's own that are due by a day (today)."""
    if actor.person_id is None:
        return FindingRecord.objects.none()
    rows = findings_visible_to(actor).filter(owner_id=actor.person_id, state="open")
    return rows.filter(due_on__lte=by or clock.today())


def last_check(actor: Actor, plan_id: int) -> PlanCheck | None:
    """The newest check of a plan; `NotFoundError` where the plan is not to be seen."""
    plan_info(actor, plan_id)
    return PlanCheck.objects.filter(pk=plan_id).first()


def trend(actor: Actor, plan_id: int, since: date | None = None) -> list[CheckDay]:
    """The counts of each day on which the plan was checked, oldest first."""
    plan_info(actor, plan_id)
    rows = CheckDay.objects.filter(plan_id=plan_id)
    return list(rows if since is None else rows.filter(day__gte=since))
