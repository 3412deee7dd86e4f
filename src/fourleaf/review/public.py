"""What other contexts may ask review, and do through it."""

from __future__ import annotations

from collections.abc import Collection

from fourleaf.kernel.actors import Actor
from fourleaf.review.contracts import (
    Clearance,
    RouteFact,
    RouteGroupFact,
    StratumFact,
    SubjectFacts,
    TransitionFact,
)
from fourleaf.review.kinds import FixedRoute, SubjectKind, register_kind

__all__ = [
    "Clearance",
    "FixedRoute",
    "SubjectFacts",
    "SubjectKind",
    "clearance",
    "declare_incident",
    "edited",
    "end_incident",
    "register_kind",
    "route_facts",
    "submit",
    "trust_facts",
]


def submit(actor: Actor, kind: str, subject_id: str) -> int:
    """Hand in a subject; gives the number of its item. Raises `RefusedError` with what is missing."""
    from fourleaf.review.services.submitting import submit as service

    return service(actor=actor, kind=kind, subject_id=subject_id).pk


def edited(actor: Actor, kind: str, subject_id: str) -> None:
    """The subject was edited: opens the steps that the edit concerns. For the services of the subject."""
    from fourleaf.review.services.submitting import edited as service

    service(actor=actor, kind=kind, subject_id=subject_id)


def clearance(kind: str, subject_id: str) -> Clearance:
    """Whether a subject may go out, and what is missing."""
    from fourleaf.review.selectors.clearance import clearance as read

    return read(kind, subject_id)


def declare_incident(actor: Actor, number: str, severity: int, brand_ids: Collection[int]) -> None:
    """From SEV 2 on everything of the brands is reviewed until `end_incident`. No brands: all."""
    from fourleaf.review.services.trust import declare_incident as service

    service(actor=actor, number=number, severity=severity, brand_ids=brand_ids)


def end_incident(actor: Actor, number: str) -> None:
    """The incident is over."""
    from fourleaf.review.services.trust import end_incident as service

    service(actor=actor, number=number)


def trust_facts() -> tuple[StratumFact, ...]:
    """All strata with their changes of level. Two queries. For snapshots, not for pages: no permission is asked."""
    from fourleaf.review.models import Stratum, TrustStep
    from fourleaf.review.stored import state_from_json

    changes: dict[int, list[TransitionFact]] = {}
    for row in TrustStep.objects.exclude(cause="").order_by("pk"):
        changes.setdefault(row.stratum_id, []).append(
            TransitionFact(
                row.at.date(),
                row.before,
                row.level,
                row.cause,
                row.evidence,
                row.majors,
                row.reviewers,
                row.reason,
                row.confirmed_by_id,
            )
        )
    found = []
    for one in Stratum.objects.order_by("pk"):
        state = state_from_json(one.state)
        found.append(
            StratumFact(
                id=one.pk,
                brand_id=one.brand_id,
                content_class=one.content_class,
                author_group=one.author_group,
                tier=one.tier,
                level=state.level,
                reviewed=state.reviewed,
                clean=state.clean,
                majors=state.majors,
                since=state.since,
                waits_since=state.proposal.on if state.proposal else None,
                transitions=tuple(changes.get(one.pk, ())),
            )
        )
    return tuple(found)


def route_facts() -> tuple[RouteFact, ...]:
    """All routes in use with their people. Four queries. For snapshots, not for pages: no permission is asked."""
    from fourleaf.review.models import Route

    rows = Route.objects.filter(archived_at__isnull=True).prefetch_related("steps__group__seats").order_by("pk")
    return tuple(
        RouteFact(
            id=row.pk,
            name=row.name,
            role=row.role,
            mode=row.mode,
            brand_id=row.brand_id,
            region_id=row.region_id,
            channel=row.channel,
            content_class=row.content_class,
            tier=row.tier,
            answer_minutes=row.answer_minutes,
            groups=tuple(
                RouteGroupFact(
                    step.group.name,
                    tuple(seat.person_id for seat in step.group.seats.all()),
                    step.m,
                    step.group.belt,
                )
                for step in row.steps.all()
            ),
        )
        for row in rows
    )
