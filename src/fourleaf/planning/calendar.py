"""The roadmap as a calendar (RFC 5545), and the signed address it is fetched at.

A calendar program sends no password, so the address itself is the key: it is signed, opens this one thing, counts as
its owner, and is withdrawn by making a new one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID, uuid4

from django.core.signing import BadSignature, Signer
from django.db import transaction
from icalendar import Calendar, Event

from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.engine.alignment.roadmap import Roadmap, Step
from fourleaf.engine.alignment.roadmap_dates import Days, days_of
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotAllowedError, NotFoundError
from fourleaf.kernel.models import Account
from fourleaf.kernel.permissions import require
from fourleaf.kernel.rules import may_sign_in
from fourleaf.kernel.selectors import actor_for
from fourleaf.planning.models import CalendarToken, Plan
from fourleaf.planning.scheduling import origin_of
from fourleaf.planning.selectors.content import model_of
from fourleaf.planning.selectors.plans import get_plan_for

__all__ = ["actor_for_calendar", "calendar_of", "calendar_token", "roadmap_calendar", "withdraw_calendar"]

_SALT = "fourleaf.planning.calendar"
_DAY = timedelta(days=1)
_STATUS = {"dropped": "CANCELLED", "done": "CONFIRMED", "in_progress": "CONFIRMED"}


def calendar_of(actor: Actor, plan_id: int) -> bytes:
    """The calendar of a plan that the actor may see, as of today."""
    plan = get_plan_for(actor, plan_id)
    return roadmap_calendar(plan, model_of(actor, plan_id), clock.today())


def roadmap_calendar(plan: Plan, model: PlanModel, as_of: date) -> bytes:
    """All items of the roadmap on the days that the picture shows, worked out where nobody gave them.

    Events of whole days. Their ids stay the same for the same item of the same plan, whatever changes about it.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Fourleaf//Roadmap//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", plan.name)
    calendar.add("x-wr-calname", plan.name)
    roadmap = Roadmap(model.roadmap)
    posts = {person.id: person.role for person in model.people}
    for key, days in days_of(roadmap, origin_of(model, as_of, plan.starts_on), as_of).items():
        step = roadmap.steps[key]
        if step.state == "dropped" and days.guessed:
            continue  # never planned, and never to be
        calendar.add_component(_event(plan, step, days, posts))
    text: bytes = calendar.to_ical()
    return text


def _event(plan: Plan, step: Step, days: Days, posts: Mapping[str, str]) -> Event:
    event = Event()
    event.add("uid", f"plan-{plan.pk}-{step.id}@fourleaf")
    event.add("dtstamp", plan.changed_at)
    event.add("last-modified", plan.changed_at)
    event.add("sequence", plan.content_version)
    event.add("dtstart", days.start)
    event.add("dtend", days.end + _DAY)  # the day after, as the standard has it
    event.add("summary", f"{step.id} {step.title}")
    event.add("status", _STATUS.get(step.state, "TENTATIVE"))
    event.add("transp", "TRANSPARENT")
    side = {"external": "outside", "internal": "inside", "both": "outside and inside"}[step.side]
    said = [f"Phase {step.phase}, {side}, {step.state.replace('_', ' ')}."]
    if days.guessed:
        said.append("These days are worked out: nobody gave both.")
    if step.item is not None and step.item.owner:
        said.append(f"Owner: {posts.get(step.item.owner, step.item.owner)}.")
    event.add("description", " ".join(said))
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
