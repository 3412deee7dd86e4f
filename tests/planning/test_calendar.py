"""The roadmap as a calendar, and the address that opens it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from icalendar import Calendar

from fourleaf.kernel import clock
from fourleaf.kernel.errors import NotAllowedError, NotFoundError
from fourleaf.kernel.models import RoleGrant
from fourleaf.planning import calendar as feed
from fourleaf.planning.models import Plan, PlanObject

Put = Callable[..., PlanObject]


def test_items_with_dates_are_events_of_whole_days(strategist: Any, plan: Plan, put: Put) -> None:
    put("roadmap", id="1.I1", planned_start="2026-06-01", planned_end="2026-06-10")
    put("roadmap", id="1.I2")
    put("roadmap", id="OWN", title="Café; lunch, weekly\nwith all", side="internal", phase=1, planned_end="2026-07-01")
    events = Calendar.from_ical(feed.calendar_of(strategist.actor, plan.pk)).walk("VEVENT")
    found = [(str(e["summary"]), e.decoded("dtstart"), e.decoded("dtend"), str(e["status"])) for e in events]
    assert found == [
        ("1.I1 Steering committee", date(2026, 6, 1), date(2026, 6, 11), "TENTATIVE"),
        ("OWN Café; lunch, weekly\nwith all", date(2026, 7, 1), date(2026, 7, 2), "TENTATIVE"),
    ]
    assert len({str(e["uid"]) for e in events}) == 2


def test_the_address_opens_the_calendar_and_nothing_else(strategist: Any, member: Any, plan: Plan) -> None:
    token = feed.calendar_token(actor=strategist.actor)
    assert feed.calendar_token(actor=strategist.actor) == token
    actor = feed.actor_for_calendar(token)
    assert (actor.account_id, actor.permissions) == (strategist.account.pk, frozenset({"planning.view_plan"}))
    assert feed.calendar_of(actor, plan.pk).startswith(b"BEGIN:VCALENDAR")
    with pytest.raises(NotAllowedError):
        feed.calendar_token(actor=member.actor)


@pytest.mark.parametrize("token", ["", "x", "1.abc:sig", "a" * 5000, "1.00000000000000000000000000000000:abc"])
def test_what_was_not_made_here_opens_nothing(db: None, token: str) -> None:
    with pytest.raises(NotFoundError):
        feed.actor_for_calendar(token)


def test_an_address_ends_when_it_is_renewed_withdrawn_or_its_owner_goes(strategist: Any, plan: Plan) -> None:
    first = feed.calendar_token(actor=strategist.actor)
    second = feed.calendar_token(actor=strategist.actor, renew=True)
    for ended in (first, second[:-1] + ("A" if second[-1] != "A" else "B")):
        with pytest.raises(NotFoundError):
            feed.actor_for_calendar(ended)
    grants = RoleGrant.objects.filter(person=strategist.person)
    grants.update(ended_at=clock.now())
    with pytest.raises(NotFoundError):
        feed.actor_for_calendar(second)
    grants.update(ended_at=None)
    strategist.person.left_on = date(2020, 1, 2)
    strategist.person.save()
    with pytest.raises(NotFoundError):
        feed.actor_for_calendar(second)
    strategist.person.left_on = None
    strategist.person.save()
    assert feed.actor_for_calendar(second)
    feed.withdraw_calendar(actor=strategist.actor)
    with pytest.raises(NotFoundError):
        feed.actor_for_calendar(second)
