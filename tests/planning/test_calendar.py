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


def events_of(who: Any, plan: Plan) -> dict[str, Any]:
    events = Calendar.from_ical(feed.calendar_of(who.actor, plan.pk)).walk("VEVENT")
    return {str(event["uid"]).removeprefix(f"plan-{plan.pk}-"): event for event in events}


def test_items_are_events_of_whole_days_with_the_words_of_the_plan(strategist: Any, plan: Plan, put: Put) -> None:
    put("regions", id="NO", name="North", time_zone="Europe/Berlin")
    put("people", id="R7", role="Head of Service", region="NO")
    put("roadmap", id="1.I1", planned_start="2026-06-01", planned_end="2026-06-10", owner="R7")
    put("roadmap", id="OWN", title="Café; lunch, weekly\nwith all", side="internal", phase=1, weeks=1,
        planned_start="2026-07-01", planned_end="2026-07-01")  # fmt: skip
    events = events_of(strategist, plan)
    found = [events["1.I1@fourleaf"], events["OWN@fourleaf"]]
    assert [(str(e["summary"]), e.decoded("dtstart"), e.decoded("dtend"), str(e["status"])) for e in found] == [
        ("1.I1 Steering committee", date(2026, 6, 1), date(2026, 6, 11), "TENTATIVE"),
        ("OWN Café; lunch, weekly\nwith all", date(2026, 7, 1), date(2026, 7, 2), "TENTATIVE"),
    ]
    assert str(found[0]["description"]) == "Phase 1, inside, planned. Owner: Head of Service."


def test_what_nobody_dated_is_worked_out_and_keeps_its_id(strategist: Any, plan: Plan, put: Put) -> None:
    put("roadmap", id="1.I1", planned_start="2030-06-01", planned_end="2030-06-10")
    first = events_of(strategist, plan)
    assert len(first) == 38
    assert first["1.I2@fourleaf"].decoded("dtstart") >= date(2030, 6, 10)  # it needs 1.I1
    assert "worked out" in str(first["1.I2@fourleaf"]["description"])
    put("roadmap", id="1.I1", planned_start="2031-06-01", planned_end="2031-06-10")
    put("roadmap", id="3.E1", state="dropped", reason="Not now")
    later = events_of(strategist, plan)
    assert set(first) - set(later) == {"3.E1@fourleaf"}
    assert later["1.I2@fourleaf"].decoded("dtstart") >= date(2031, 6, 10)


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
