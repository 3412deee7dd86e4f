"""The centre of excellence: charter, members, services, and what others ask of it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from fourleaf.governance.models import Centre, CentreMember, CentreService, RequestState, ServiceRequest
from fourleaf.governance.selectors.centre import get_request_for, get_service_for
from fourleaf.governance.services.checking import LONG, check_texts, known_person, raise_faults
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import InvalidError, NotAllowedError, NotFoundError
from fourleaf.kernel.permissions import require
from fourleaf.kernel.versions import save_at_version

__all__ = [
    "answer_request",
    "ask_centre",
    "change_centre",
    "offer_service",
    "put_member",
    "remove_member",
    "reopen_request",
    "withdraw_request",
]

_EDIT, _SEE = "governance.edit_bodies", "governance.view_bodies"
_SERVE, _SEE_REQUEST = "governance.serve_centre", "governance.view_request"


def change_centre(
    *, actor: Actor, charter: str, lead_id: int | None, hours: str = "", version: int | None = None
) -> Centre:
    """Say what the centre is for, who leads it and when it can be reached. ``version`` 0: there was none."""
    require(actor, _EDIT, seen_by=_SEE)
    values: dict[str, Any] = {"charter": charter, "hours": hours}
    faults: dict[str, list[str]] = {}
    check_texts(faults, values, {"charter": 20_000, "hours": 300}, needed=("charter",))
    known_person(faults, "lead", lead_id)
    raise_faults(faults)
    with transaction.atomic():
        centre, made = Centre.objects.get_or_create(pk=1, defaults={**values, "lead_id": lead_id})
        if not made:
            centre.charter, centre.hours, centre.lead_id = values["charter"], values["hours"], lead_id
            save_at_version(centre, ("charter", "hours", "lead_id"), version=version)
        audit.record(actor, "governance.centre.changed", centre)
    return centre


def put_member(*, actor: Actor, person_id: int, share: Decimal, task: str = "") -> CentreMember:
    """Somebody works in the centre with this share of a full week; replaces what was said about them before."""
    require(actor, _EDIT, seen_by=_SEE)
    faults: dict[str, list[str]] = {}
    known_person(faults, "person", person_id)
    if not Decimal(0) < share <= Decimal(1):
        faults["share"] = ["Give a share of a full week above 0 and at most 1, such as 0.5."]
    if len(task) > 150:
        faults["task"] = ["Write at most 150 characters."]
    raise_faults(faults)
    with transaction.atomic():
        member, _ = CentreMember.objects.update_or_create(
            person_id=person_id, defaults={"share": share.quantize(Decimal("0.01")), "task": task.strip()}
        )
        audit.record(actor, "governance.centre.member", member, data={"share": str(member.share)})
    return member


def remove_member(*, actor: Actor, person_id: int) -> CentreMember:
    """Somebody no longer works in the centre; gives what was there, so that it can be undone."""
    require(actor, _EDIT, seen_by=_SEE)
    member = CentreMember.objects.filter(person_id=person_id).select_related("person").first()
    if member is None:
        raise NotFoundError
    with transaction.atomic():
        audit.record(actor, "governance.centre.member", member, data={"share": "0"})
        CentreMember.objects.filter(pk=member.pk).delete()
    return member


def offer_service(
    *,
    actor: Actor,
    name: str,
    about: str = "",
    answer_days: int = 3,
    offered: bool = True,
    service_id: int | None = None,
    version: int | None = None,
) -> CentreService:
    """Add a service, or change the one with this id. One that is no longer offered keeps its requests."""
    require(actor, _EDIT, seen_by=_SEE)
    known = get_service_for(actor, service_id) if service_id is not None else None
    values: dict[str, Any] = {"name": name, "about": about}
    faults: dict[str, list[str]] = {}
    check_texts(faults, values, {"name": 100, "about": LONG}, needed=("name",))
    if not 1 <= answer_days <= 60:
        faults["answer_days"] = ["Promise an answer within 1 to 60 working days."]
    same = CentreService.objects.filter(name__iexact=values["name"] or "-")
    if (same.exclude(pk=known.pk) if known else same).exists():
        faults["name"] = ["There is a service of this name already."]
    raise_faults(faults)
    values |= {"answer_days": answer_days, "offered": offered}
    with transaction.atomic():
        if known is None:
            known = CentreService.objects.create(**values)
        else:
            for field, value in values.items():
                setattr(known, field, value)
            save_at_version(known, values, version=version)
        audit.record(actor, "governance.centre.service", known, data={"offered": offered, "answer_days": answer_days})
    return known


def due_day(asked: date, working_days: int) -> date:
    """The last of so many working days, Monday to Friday, after the day somebody asked."""
    day = asked
    while working_days:
        day += timedelta(days=1)
        working_days -= day.weekday() < 5
    return day


def ask_centre(*, actor: Actor, service_id: int, subject: str, text: str = "") -> ServiceRequest:
    """Ask for a service that is offered."""
    require(actor, "governance.ask_centre")
    service = get_service_for(actor, service_id)
    values: dict[str, Any] = {"subject": subject, "text": text}
    faults: dict[str, list[str]] = {}
    check_texts(faults, values, {"subject": 150, "text": LONG}, needed=("subject",))
    if not service.offered:
        faults["service_id"] = ["This service is no longer offered. Choose another one."]
    raise_faults(faults)
    now = clock.now()
    with transaction.atomic():
        made = ServiceRequest.objects.create(
            **values,
            service=service,
            asked_by_id=actor.person_id,
            asked_by_name=actor.label[:200],
            asked_at=now,
            due_on=due_day(clock.today(), service.answer_days),
        )
        audit.record(actor, "governance.request.asked", made, data={"service": service.name})
    return made


def answer_request(
    *, actor: Actor, request_id: int, state: str, answer: str, version: int | None = None
) -> ServiceRequest:
    """Answer: take it in work, say that it is done, or decline it. The one who answers owns it."""
    asked = get_request_for(actor, request_id)
    require(actor, _SERVE, asked, seen_by=_SEE_REQUEST)
    if state not in ("answered", "done", "declined"):
        raise InvalidError(fields={"state": ["Choose what becomes of it."]})
    if asked.state != state or state != "answered":
        RequestState.check(asked.state, state)
    values: dict[str, Any] = {"answer": answer}
    faults: dict[str, list[str]] = {}
    check_texts(faults, values, {"answer": LONG}, needed=("answer",))
    raise_faults(faults)
    now = clock.now()
    asked.state, asked.answer, asked.answered_at = state, values["answer"], asked.answered_at or now
    asked.owner_id = actor.person_id or asked.owner_id
    asked.closed_at = now if state in ("done", "declined") else None
    with transaction.atomic():
        fields = ("state", "answer", "answered_at", "owner_id", "closed_at")
        save_at_version(asked, fields, version=version)
        code = "governance.request.closed" if asked.closed_at else "governance.request.answered"
        audit.record(actor, code, asked, data={"state": state})
    return asked


def _own(actor: Actor, request_id: int) -> ServiceRequest:
    asked = get_request_for(actor, request_id)
    is_own = actor.person_id is not None and asked.asked_by_id == actor.person_id
    if not (is_own or actor.may(_SERVE)):
        raise NotAllowedError("Only the one who asked, or the centre, may do this.")
    return asked


def withdraw_request(*, actor: Actor, request_id: int, version: int | None = None) -> ServiceRequest:
    """The one who asked no longer needs it."""
    asked = _own(actor, request_id)
    RequestState.check(asked.state, "withdrawn")
    asked.state, asked.closed_at = "withdrawn", clock.now()
    with transaction.atomic():
        save_at_version(asked, ("state", "closed_at"), version=version)
        audit.record(actor, "governance.request.closed", asked, data={"state": "withdrawn"})
    return asked


def reopen_request(*, actor: Actor, request_id: int, version: int | None = None) -> ServiceRequest:
    """It is not settled after all."""
    asked = _own(actor, request_id)
    RequestState.check(asked.state, "answered")
    asked.state, asked.closed_at = "answered", None
    with transaction.atomic():
        save_at_version(asked, ("state", "closed_at"), version=version)
        audit.record(actor, "governance.request.reopened", asked)
    return asked
