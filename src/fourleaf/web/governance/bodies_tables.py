"""Committees, decisions and requests as lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from fourleaf.governance.analytics import person_level_in
from fourleaf.governance.models import Committee, Decision, ServiceRequest
from fourleaf.governance.services.gaps import note_export
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.web.governance.bodies_forms import DecisionFilter, RequestFilter
from fourleaf.web.governance.columns import opening
from fourleaf.web.kit.tables import Column, Empty, State, Table

__all__ = ["COMMITTEES", "DECISIONS", "DECISION_STATES", "REQUESTS", "REQUEST_STATES", "decision_standing"]

DECISION_STATES = {
    "holds": State("good", "Holds"),
    "due": State("attention", "Review is due"),
    "replaced": State("neutral", "Replaced"),
}
REQUEST_STATES = {
    "asked": State("attention", "No answer yet"),
    "overdue": State("blocking", "Overdue"),
    "answered": State("information", "In work"),
    "done": State("good", "Done"),
    "declined": State("neutral", "Declined"),
    "withdrawn": State("neutral", "Taken back"),
}


def search_committees(rows: QuerySet[Committee], text: str) -> QuerySet[Committee]:
    """By name and charter."""
    return rows.filter(Q(name__icontains=text) | Q(charter__icontains=text))


COMMITTEES = Table(
    key="committees",
    name="Committees",
    one="committee",
    many="committees",
    columns=(
        opening("name", "Committee", "governance:committee", side=False),
        Column("kind", "Kind", value="get_kind_display", sort="kind", priority=3),
        Column("chair", "Chair", kind="person", value="chair.name", sort="chair__name"),
        Column("sponsor", "Sponsor", kind="person", value="sponsor.name", sort="sponsor__name", priority=3),
        Column("seat_count", "Seats", kind="number", sort="seat_count"),
        Column("last_met", "Last met, with minutes", kind="date", sort="last_met"),
    ),
    sort="name",
    search=search_committees,
    empty=Empty(
        "No committee yet",
        "A steering committee of at least four functions decides what one department cannot decide for the others.",
        icon="user-group",
        action="Add a committee",
        url_name="governance:add_committee",
        permission="governance.edit_bodies",
    ),
)


def decision_standing(one: Decision) -> str:
    """holds, due or replaced."""
    if one.replaced_by_id is not None:
        return "replaced"
    return "due" if one.review_on is not None and one.review_on <= clock.today() else "holds"


def narrow_decisions(rows: QuerySet[Decision], values: Mapping[str, Any]) -> QuerySet[Decision]:
    """By the values of `DecisionFilter`."""
    if committee := values.get("committee"):
        rows = rows.filter(committee_id=committee)
    standing = values.get("standing")
    if standing == "replaced":
        return rows.filter(replaced_by__isnull=False)
    due = Q(review_on__lte=clock.today())
    if standing == "due":
        return rows.filter(due, replaced_by__isnull=True)
    if standing == "holds":
        return rows.filter(replaced_by__isnull=True).exclude(due)
    return rows


def search_decisions(rows: QuerySet[Decision], text: str) -> QuerySet[Decision]:
    """In what was decided and why."""
    return rows.filter(Q(title__icontains=text) | Q(text__icontains=text) | Q(reason__icontains=text))


def exported(actor: Actor, table: str, file_format: str) -> None:
    """Into the trail."""
    note_export(actor=actor, what="decisions", file_format=file_format)


DECISIONS = Table(
    key="decisions",
    name="Decision log",
    one="decision",
    many="decisions",
    columns=(
        opening("title", "Decision", "governance:decision"),
        Column("standing", "Standing", kind="state", value=decision_standing, states=DECISION_STATES),
        Column("decided_on", "Decided", kind="date", sort="decided_on"),
        Column("committee", "By", value="committee.name", sort="committee__name"),
        Column("review_on", "Look again", kind="date", sort="review_on", priority=3),
        Column("reason", "Why", shown=False, priority=3),
        Column("text", "In full", shown=False, priority=3),
        Column("recorded_by", "Recorded by", sort="recorded_by", shown=False, priority=3),
    ),
    sort="-decided_on",
    filters=DecisionFilter,
    filter=narrow_decisions,
    search=search_decisions,
    empty=Empty(
        "No decision yet",
        "What was decided, when, by whom and why, and when it is looked at again: so that nobody has to remember.",
        icon="scale",
        action="Record a decision",
        url_name="governance:add_decision",
        permission="governance.edit_bodies",
    ),
    exported=exported,
)


def _answers(one: ServiceRequest) -> str:
    """Who answers. With the times beside it the list would say how quickly somebody works, so not in every region."""
    owner = one.owner
    if owner is None:
        return ""
    return owner.name if person_level_in(owner.region) else "The centre"


def _state(one: ServiceRequest) -> str:
    return "overdue" if one.state == "asked" and one.due_on < clock.today() else one.state


def narrow_requests(rows: QuerySet[ServiceRequest], values: Mapping[str, Any]) -> QuerySet[ServiceRequest]:
    """By the values of `RequestFilter`."""
    if state := values.get("state"):
        rows = rows.filter(state=state)
    if service := values.get("service"):
        rows = rows.filter(service_id=service)
    return rows


def search_requests(rows: QuerySet[ServiceRequest], text: str) -> QuerySet[ServiceRequest]:
    """In what was asked and answered."""
    return rows.filter(Q(subject__icontains=text) | Q(text__icontains=text) | Q(answer__icontains=text))


REQUESTS = Table(
    key="requests",
    name="Requests to the centre",
    one="request",
    many="requests",
    columns=(
        opening("subject", "Request", "governance:request"),
        Column("state", "State", kind="state", value=_state, states=REQUEST_STATES, sort="state"),
        Column("service", "Service", value="service.name", sort="service__name"),
        Column("asked_by_name", "Asked by", sort="asked_by_name", priority=3),
        Column("asked_at", "Asked", kind="time", sort="asked_at"),
        Column("due_on", "Answer due", kind="date", sort="due_on"),
        Column(
            "owner",
            "Answers",
            value=_answers,
            priority=3,
            help="Named where the region allows figures of single people.",
        ),
        Column("answered_at", "First answer", kind="time", sort="answered_at", shown=False, priority=3),
        Column("closed_at", "Closed", kind="time", sort="closed_at", shown=False, priority=3),
    ),
    sort="-asked_at",
    filters=RequestFilter,
    filter=narrow_requests,
    search=search_requests,
    empty=Empty(
        "Nothing was asked yet",
        "The centre of excellence is there for others: ask for coaching, a workshop or a second pair of eyes.",
        icon="lifebuoy",
        action="Ask the centre",
        url_name="governance:ask_centre",
        permission="governance.ask_centre",
    ),
)
