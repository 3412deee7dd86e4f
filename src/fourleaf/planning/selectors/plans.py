"""Which plans somebody may see, and what is in them."""

from __future__ import annotations

from django.db.models import QuerySet

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.rules import somewhere
from fourleaf.planning.models import Plan, PlanChange, PlanComment, PlanObject
from fourleaf.planning.sections import section_named

__all__ = [
    "comments",
    "current_plan",
    "get_object_for",
    "get_plan_for",
    "history",
    "objects",
    "visible_plans",
]


def visible_plans(actor: Actor, *, archived: bool = True) -> QuerySet[Plan]:
    """All plans, the youngest first, for whoever may see plans anywhere; none for others."""
    rows = Plan.objects.all() if somewhere(actor, "planning.view_plan") else Plan.objects.none()
    return rows if archived else rows.exclude(state="archived")


def get_plan_for(actor: Actor, plan_id: int) -> Plan:
    """One plan; `NotFoundError` for absent and forbidden alike."""
    try:
        return visible_plans(actor).get(pk=plan_id)
    except (Plan.DoesNotExist, ValueError, OverflowError) as error:
        raise NotFoundError from error


def current_plan(actor: Actor) -> Plan | None:
    """The plan that is current, if there is one and the actor may see it."""
    return visible_plans(actor).filter(state="current").first()


def objects(actor: Actor, plan_id: int, section: str | None = None) -> QuerySet[PlanObject]:
    """The objects of a plan, or of one of its sections, in their order."""
    rows = PlanObject.objects.filter(plan=get_plan_for(actor, plan_id))
    return rows if section is None else rows.filter(section=section_named(section).name)


def get_object_for(actor: Actor, plan_id: int, section: str, key: str = "") -> PlanObject:
    """One object; `NotFoundError` for absent and forbidden alike."""
    row = objects(actor, plan_id, section).filter(key=key).first()
    if row is None:
        raise NotFoundError
    return row


def history(actor: Actor, plan_id: int, section: str | None = None, key: str | None = None) -> QuerySet[PlanChange]:
    """Changes of a plan, a section or an object, newest first; `differences` shows one field by field."""
    rows = PlanChange.objects.filter(plan=get_plan_for(actor, plan_id))
    if section is not None:
        rows = rows.filter(section=section_named(section).name)
    return rows if key is None else rows.filter(key=key)


def comments(
    actor: Actor, plan_id: int, section: str | None = None, key: str | None = None, *, resolved: bool = True
) -> QuerySet[PlanComment]:
    """Comments on a plan, a section or an object, oldest first."""
    rows = PlanComment.objects.filter(plan=get_plan_for(actor, plan_id))
    if section is not None:
        rows = rows.filter(section=section_named(section).name)
    if key is not None:
        rows = rows.filter(key=key)
    return rows if resolved else rows.filter(resolved_at=None)
