"""Reads of the centre of excellence and of what is asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from django.db.models import Q, QuerySet

from fourleaf.governance.contracts import CentreFacts
from fourleaf.governance.models import Centre, CentreMember, CentreService, ServiceRequest
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError

__all__ = [
    "AnswerTimes",
    "CentreState",
    "answer_times",
    "centre_facts",
    "centre_state",
    "get_request_for",
    "get_service_for",
    "requests_to_answer",
    "visible_requests",
    "visible_services",
]

_SEE = "governance.view_bodies"


@dataclass(frozen=True)
class CentreState:
    """The centre as its page shows it; ``centre`` is None before anybody has written a charter."""

    centre: Centre | None
    members: tuple[CentreMember, ...]
    services: tuple[CentreService, ...]

    @property
    def full_time_equivalents(self) -> float:
        """The sum of the members' shares of a full week."""
        return float(sum(member.share for member in self.members))


def _present_members() -> QuerySet[CentreMember]:
    today = clock.today()
    here = Q(person__left_on__isnull=True) | Q(person__left_on__gte=today)
    return CentreMember.objects.filter(here).select_related("person__department", "person__region")


def centre_state(actor: Actor) -> CentreState:
    """Charter, members who still work here, and services on offer. Three queries."""
    if not actor.may(_SEE):
        raise NotFoundError
    centre = Centre.objects.select_related("lead").first()
    return CentreState(centre, tuple(_present_members()), tuple(CentreService.objects.filter(offered=True)))


def visible_services(actor: Actor) -> QuerySet[CentreService]:
    """All services, those no longer offered too."""
    return CentreService.objects.all() if actor.may(_SEE) else CentreService.objects.none()


def get_service_for(actor: Actor, service_id: int) -> CentreService:
    """One service; `NotFoundError` if absent or not visible."""
    found = visible_services(actor).filter(pk=service_id).first()
    if found is None:
        raise NotFoundError
    return found


def visible_requests(actor: Actor) -> QuerySet[ServiceRequest]:
    """Twin of `rules_bodies.may_see_request`."""
    rows = ServiceRequest.objects.select_related("service", "asked_by", "owner__region")
    if actor.may("governance.serve_centre"):
        return rows
    return rows.filter(asked_by_id=actor.person_id) if actor.person_id is not None else rows.none()


def get_request_for(actor: Actor, request_id: int) -> ServiceRequest:
    """One request; `NotFoundError` if absent or not visible."""
    found = visible_requests(actor).filter(pk=request_id).first()
    if found is None:
        raise NotFoundError
    return found


def requests_to_answer(actor: Actor) -> tuple[int, int]:
    """(requests without a first answer, those of them that are overdue), for those who serve. One query."""
    if not actor.may("governance.serve_centre"):
        return 0, 0
    due = list(ServiceRequest.objects.filter(state="asked").order_by().values_list("due_on", flat=True))
    return len(due), sum(day < clock.today() for day in due)


@dataclass(frozen=True)
class AnswerTimes:
    """First answers of a window. ``median_hours`` is clock time; ``waiting`` have none yet and are not in it.

    Of the ``waiting``, ``missed`` are beyond the promised day: they count against the promise as late answers do.
    """

    days: int
    answered: int
    in_time: int
    median_hours: float | None
    waiting: int
    missed: int

    @property
    def promised(self) -> int:
        """Requests of which it is known whether the promise was kept."""
        return self.answered + self.missed


def answer_times(actor: Actor, *, days: int = 90) -> AnswerTimes:
    """How quickly the centre answered requests of the last days: of the centre, never of single people. One query."""
    if not actor.may(_SEE):
        raise NotFoundError
    since = clock.now() - timedelta(days=days)
    rows = ServiceRequest.objects.filter(asked_at__gte=since).exclude(state="withdrawn").order_by()
    today = clock.today()
    hours, in_time, waiting, missed = [], 0, 0, 0
    for asked_at, answered_at, due_on in rows.values_list("asked_at", "answered_at", "due_on"):
        if answered_at is None:
            waiting += 1
            missed += due_on < today
            continue
        hours.append((answered_at - asked_at).total_seconds() / 3600)
        in_time += answered_at.date() <= due_on
    return AnswerTimes(days, len(hours), in_time, median(hours) if hours else None, waiting, missed)


def centre_facts() -> CentreFacts | None:
    """The centre for a snapshot; None before there is one. Three queries."""
    centre = Centre.objects.first()
    members = list(_present_members().order_by("person_id"))
    if centre is None and not members:
        return None
    return CentreFacts(
        lead_id=centre.lead_id if centre is not None else None,
        member_ids=tuple(member.person_id for member in members),
        full_time_equivalents=float(sum(member.share for member in members)) if members else None,
        services=tuple(CentreService.objects.filter(offered=True).values_list("name", flat=True)),
    )
