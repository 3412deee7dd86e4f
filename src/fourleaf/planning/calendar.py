"""The roadmap as a calendar (RFC 5545), and the signed address it is fetched at.

A calendar program sends no password, so the address itself is the key: it is signed, opens this one thing, counts as
its owner, and is withdrawn by making a new one.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

from django.core.signing import BadSignature, Signer
from django.db import transaction
from icalendar import Calendar, Event

from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.engine.alignment.roadmap import Roadmap, Step
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotAllowedError, NotFoundError
from fourleaf.kernel.models import Account
from fourleaf.kernel.permissions import require
from fourleaf.kernel.rules import may_sign_in
from fourleaf.kernel.selectors import actor_for
from fourleaf.planning.models import CalendarToken, Plan
from fourleaf.planning.selectors.content import stored_model
from fourleaf.planning.selectors.plans import get_plan_for

__all__ = ["actor_for_calendar", "calendar_of", "calendar_token", "roadmap_calendar", "withdraw_calendar"]

_SALT = "fourleaf.planning.calendar"
_DAY = timedelta(days=1)
_STATUS = {"dropped": "CANCELLED", "done": "CONFIRMED", "in_progress": "CONFIRMED"}


def calendar_of(actor: Actor, plan_id: int) -> bytes:
    """The calendar of a plan that the actor may see."""
    return roadmap_calendar(get_plan_for(actor, plan_id))


def roadmap_calendar(plan: Plan) -> bytes:
    """All items of the roadmap that have dates, each as an event of whole days."""
    calendar = Calendar()
    calendar.add("prodid", "-//Fourleaf//Roadmap//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", plan.name)
    calendar.add("x-wr-calname", plan.name)
    for step, first, last in _dated(stored_model(plan)):
        calendar.add_component(_event(plan, step, first, last))
    text: bytes = calendar.to_ical()
    return text


def _dated(model: PlanModel) -> list[tuple[Step, date, date]]:
    """Steps with their first and last day: as it was where that is known, as planned otherwise."""
    found = []
    for step in Roadmap(model.roadmap, whole_template=False).steps.values():
        item = step.item
        if item is None:
            continue
        first = item.started_on or item.planned_start or item.done_on or item.planned_end
        last = item.done_on or item.planned_end or first
        if first is not None and last is not None:
            found.append((step, first, max(first, last)))
    return found


def _event(plan: Plan, step: Step, first: date, last: date) -> Event:
    event = Event()
    event.add("uid", f"plan-{plan.pk}-{step.id}@fourleaf")
    event.add("dtstamp", plan.changed_at)
    event.add("last-modified", plan.changed_at)
    event.add("sequence", plan.content_version)
    event.add("dtstart", first)
    event.add("dtend", last + _DAY)  # the day after, as the standard has it
    event.add("summary", f"{step.id} {step.title}")
    event.add("status", _STATUS.get(step.state, "TENTATIVE"))
    event.add("transp", "TRANSPARENT")
    owner = f" Owner: {step.item.owner}." if step.item is not None and step.item.owner else ""
    event.add("description", f"Phase {step.phase}, {step.side}, {step.state.replace('_', ' ')}.{owner}")
    return event


# --- the address ---------------------------------------------------------------------------------------------------


def calendar_token(*, actor: Actor, renew: bool = False) -> str:
    """The token in the actor's own calendar address; ``renew`` makes a new one, and the old address ends."""
    require(actor, "planning.view_plan")
    if actor.account_id is None:
        raise NotAllowedError("A calendar address belongs to somebody with an account.")
    with transaction.atomic():
        row, made = CalendarToken.objects.get_or_create(account_id=actor.account_id, defaults={"made_at": clock.now()})
        if renew and not made:
            row.nonce, row.made_at = uuid4(), clock.now()
            row.save(update_fields=["nonce", "made_at"])
        if made or renew:
            audit.record(actor, "planning.calendar.opened", row)
    return Signer(salt=_SALT).sign(f"{row.account_id}.{row.nonce.hex}")


def withdraw_calendar(*, actor: Actor) -> None:
    """End the actor's calendar address."""
    if actor.account_id is None:
        return
    with transaction.atomic():
        row = CalendarToken.objects.filter(account_id=actor.account_id).first()
        if row is not None:
            audit.record(actor, "planning.calendar.closed", row)
            row.delete()


def actor_for_calendar(token: str) -> Actor:
    """Whose address it is, with the rights they have today. Raises `NotFoundError` for whatever opens nothing."""
    try:
        account_id, _, nonce = Signer(salt=_SALT).unsign(token[:200]).partition(".")
        row = CalendarToken.objects.filter(account_id=int(account_id), nonce=UUID(nonce)).first()
    except (BadSignature, ValueError):
        raise NotFoundError from None
    account = Account.objects.select_related("person").filter(pk=row.account_id).first() if row is not None else None
    if account is None or not may_sign_in(account):
        raise NotFoundError
    actor = actor_for(account, via="api", scopes=frozenset({"planning.view_plan"}))
    require(actor, "planning.view_plan", seen_by="planning.view_plan")
    return actor
