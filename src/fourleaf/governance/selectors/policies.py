"""Which policies and versions somebody may see, and what is shown of them."""

from __future__ import annotations

from datetime import date

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from fourleaf.engine.policies.force import IN_FORCE_STATES
from fourleaf.governance.models import Policy, PolicyConsultation, PolicyDecision, PolicyText, PolicyVersion
from fourleaf.governance.rules_policies import works_on_policies
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.public import people_who_may

__all__ = [
    "IN_WORK",
    "get_policy_for",
    "get_text_for",
    "get_version_for",
    "listed_policies",
    "other_approvers",
    "overdue_reviews",
    "visible_policies",
    "visible_versions",
    "waiting_for",
]

#: States of a version on its way; one at a time for each policy.
IN_WORK = ("draft", "legal_review", "consultation")


def visible_versions(actor: Actor) -> QuerySet[PolicyVersion]:
    """Twin of `may_see_policies` for versions."""
    if not actor.may("governance.view_policies"):
        return PolicyVersion.objects.none()
    if works_on_policies(actor):
        return PolicyVersion.objects.all()
    seen = Q(state__in=IN_FORCE_STATES, effective_on__isnull=False)
    if actor.person_id is not None:
        mine = PolicyVersion.approvers.through.objects.filter(person_id=actor.person_id)
        seen |= Q(pk__in=mine.values("policyversion_id"))
    return PolicyVersion.objects.filter(seen)


def visible_policies(actor: Actor) -> QuerySet[Policy]:
    """Policies with a version that the actor may see."""
    if not actor.may("governance.view_policies"):
        return Policy.objects.none()
    if works_on_policies(actor):
        return Policy.objects.all()
    return Policy.objects.filter(Exists(visible_versions(actor).filter(policy=OuterRef("pk"))))


def get_policy_for(actor: Actor, policy_id: int) -> Policy:
    """One policy; `NotFoundError` for absent and forbidden alike."""
    policy = visible_policies(actor).select_related("owner").filter(pk=policy_id).first()
    if policy is None:
        raise NotFoundError
    return policy


def get_version_for(actor: Actor, version_id: int) -> PolicyVersion:
    """One version with its policy; `NotFoundError` for absent and forbidden alike."""
    row = visible_versions(actor).select_related("policy", "policy__owner").filter(pk=version_id).first()
    if row is None:
        raise NotFoundError
    return row


def get_text_for(actor: Actor, version_id: int, language: str) -> PolicyText:
    """The text of a version in a language, else in the first one that it has; `NotFoundError` as above."""
    texts = list(PolicyText.objects.filter(version=get_version_for(actor, version_id)).order_by("pk"))
    if not texts:
        raise NotFoundError
    return next((text for text in texts if text.language == language), texts[0])


def _ready() -> Q:
    """Versions that wait for nothing but approval: counsel has agreed, and so have all who must be asked."""
    unanswered = PolicyConsultation.objects.filter(version=OuterRef("pk"), required=True).exclude(state="agreed")
    return Q(state__in=("legal_review", "consultation"), legal_agreed=True) & Q(~Exists(unanswered))


def _standing() -> Case:
    """The state as lists tell it: "approval" for what waits for nothing else."""
    return Case(When(_ready(), then=Value("approval")), default=F("state"))


def other_approvers(person_id: int | None) -> list[int]:
    """Those who may approve, other than this person; by name. One query."""
    return [one for one in people_who_may("governance.approve_policies") if one != person_id]


def listed_policies(actor: Actor) -> QuerySet[Policy]:
    """Policies for a list, with ``shown_*`` of the newest version that is in force (else the newest there is).

    ``shown_id``, ``shown_state``, ``shown_major`` …, ``next_review``, ``in_work_state`` (a newer version on its way).
    """
    # What is in force comes first; subqueries must not be nested, or they would ask about the wrong row.
    first = Case(When(state="in_force", then=0), default=1)
    seen = visible_versions(actor).filter(policy=OuterRef("pk")).annotate(place=first, standing=_standing())
    ordered = seen.order_by("place", "-effective_on", "-major", "-minor", "-patch", "-pk")
    names = {
        "shown_id": "pk", "shown_state": "standing", "shown_major": "major", "shown_minor": "minor",
        "shown_patch": "patch", "next_review": "review_due", "effective_on": "effective_on",
    }  # fmt: skip
    rows = visible_policies(actor).annotate(
        **{name: Subquery(ordered.values(field)[:1]) for name, field in names.items()}
    )
    work = PolicyVersion.objects.filter(policy=OuterRef("pk"), state__in=(*IN_WORK, "approved", "scheduled"))
    work = work.annotate(standing=_standing()).order_by("-pk")
    if works_on_policies(actor):
        rows = rows.annotate(
            in_work_state=Subquery(work.values("standing")[:1]), in_work_id=Subquery(work.values("pk")[:1])
        )
    return rows.select_related("owner")


def overdue_reviews(actor: Actor, on: date | None = None) -> QuerySet[PolicyVersion]:
    """Versions in force whose review is overdue, the longest first."""
    rows = visible_versions(actor).filter(state="in_force", review_due__lt=on or clock.today())
    return rows.select_related("policy").order_by("review_due", "pk")


def waiting_for(actor: Actor) -> QuerySet[PolicyVersion]:
    """Versions that wait for this actor's approval: it names them, or nobody. The legal view waits in the queue, and
    what somebody wrote waits for others, where there are any."""
    asked = Q(pk__in=[])
    if actor.may("governance.approve_policies"):
        given = PolicyDecision.objects.filter(
            version=OuterRef("pk"), step="approval", round=OuterRef("round"), person_id=actor.person_id or 0
        )
        own = Q(author_id=actor.person_id or 0) if other_approvers(actor.person_id) else Q(pk__in=[])
        named = Q(approvers=actor.person_id or 0) | Q(approvers__isnull=True)
        asked |= _ready() & named & Q(~Exists(given)) & ~own
    return visible_versions(actor).filter(asked).distinct()
