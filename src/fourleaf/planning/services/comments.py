"""Comments on the plan."""

from __future__ import annotations

from django.db import transaction

from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import InvalidError, NotFoundError
from fourleaf.kernel.permissions import require
from fourleaf.planning.models import PlanComment
from fourleaf.planning.sections import section_named
from fourleaf.planning.selectors.plans import get_object_for, get_plan_for

__all__ = ["add_comment", "resolve_comment"]

_MOST = 4000


def add_comment(*, actor: Actor, plan_id: int, section: str, key: str = "", text: str) -> PlanComment:
    """Comment on an object, or without a key on a section."""
    plan = get_plan_for(actor, plan_id)
    require(actor, "planning.comment_plan", plan, seen_by="planning.view_plan")
    text = text.strip()
    if not text:
        raise InvalidError(fields={"text": ["Write something first."]})
    if len(text) > _MOST or "\0" in text:
        raise InvalidError(fields={"text": [f"A comment has {_MOST:,} characters at most, and no NUL among them."]})
    section_named(section)
    if key:
        get_object_for(actor, plan_id, section, key)
    with transaction.atomic():
        comment = PlanComment.objects.create(
            plan=plan,
            section=section,
            key=key,
            author=actor.label[:200],
            author_account_id=actor.account_id,
            text=text,
            at=clock.now(),
        )
        audit.record(
            actor, "planning.comment.added", comment, label=f"{section}/{key}".rstrip("/"), data={"plan": plan.pk}
        )
    return comment


def resolve_comment(*, actor: Actor, plan_id: int, comment_id: int, resolved: bool = True) -> PlanComment:
    """Mark a comment as dealt with, or open it again; by its author or whoever may change the plan."""
    plan = get_plan_for(actor, plan_id)
    comment = PlanComment.objects.filter(plan=plan, pk=comment_id).first()
    if comment is None:
        raise NotFoundError
    own = actor.account_id is not None and comment.author_account_id == actor.account_id
    require(actor, "planning.comment_plan" if own else "planning.edit_plan", plan, seen_by="planning.view_plan")
    with transaction.atomic():
        comment.resolved_at = clock.now() if resolved else None
        comment.resolved_by = actor.label[:200] if resolved else ""
        comment.save(update_fields=["resolved_at", "resolved_by"])
        data = {"plan": plan.pk, "resolved": resolved}
        audit.record(actor, "planning.comment.resolved", comment, label=str(comment.pk), data=data)
    return comment
