"""Committees, decisions, roles and the centre through their services."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from fourleaf.governance.models import CentreMember, Committee, Decision
from fourleaf.governance.public import body_facts
from fourleaf.governance.role_catalogue import CATALOGUE
from fourleaf.governance.rules_bodies import may_see_request
from fourleaf.governance.selectors.bodies import catalogue_held, decisions_to_review, seats_of
from fourleaf.governance.selectors.centre import answer_times, requests_to_answer, visible_requests
from fourleaf.governance.services.bodies import (
    add_committee,
    archive_committee,
    change_committee,
    change_decision,
    end_role,
    end_seat,
    give_role,
    give_seat,
    note_meeting,
    record_decision,
    restore_committee,
)
from fourleaf.governance.services.centre import (
    answer_request,
    ask_centre,
    change_centre,
    due_day,
    offer_service,
    put_member,
    remove_member,
    reopen_request,
    withdraw_request,
)
from fourleaf.kernel import clock
from fourleaf.kernel.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, TransitionError
from fourleaf.kernel.models import AuditEvent

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


def test_a_committee_has_its_chair_among_its_seats(strategist: Any, member: Any, other_unit: Any) -> None:
    with clock.frozen(NOW):
        made = add_committee(actor=strategist.actor, name="Steering", chair_id=member.person.pk)
        give_seat(actor=strategist.actor, committee_id=made.pk, person_id=other_unit.person.pk, function="Legal")
        with pytest.raises(InvalidError) as fault:
            give_seat(actor=strategist.actor, committee_id=made.pk, person_id=other_unit.person.pk)
        assert "person" in fault.value.fields
        note_meeting(actor=strategist.actor, committee_id=made.pk, held_on=date(2026, 6, 1))
        assert body_facts().committees[0].last_met_on is None
        note_meeting(
            actor=strategist.actor, committee_id=made.pk, held_on=date(2026, 6, 1), minutes_on=date(2026, 6, 3)
        )
        seats = {seat.person_id: seat for seat in seats_of(made)}
        assert set(seats) == {member.person.pk, other_unit.person.pk}
        end_seat(actor=strategist.actor, seat_id=seats[member.person.pk].pk)
        facts = body_facts().committees[0]
        assert (facts.chair_id, facts.last_met_on) == (None, date(2026, 6, 1))
        assert [(seat.person_id, seat.function) for seat in facts.seats] == [(other_unit.person.pk, "Legal")]
        archive_committee(actor=strategist.actor, committee_id=made.pk)
        assert body_facts().committees == ()
        restore_committee(actor=strategist.actor, committee_id=made.pk)
    codes = set(AuditEvent.objects.filter(subject_kind="governance.committee").values_list("code", flat=True))
    assert codes == {
        "governance.committee.added",
        "governance.seat.given",
        "governance.meeting.noted",
        "governance.seat.ended",
        "governance.committee.archived",
        "governance.committee.restored",
    }


def test_a_decision_is_replaced_and_never_lost(strategist: Any) -> None:
    with clock.frozen(NOW):
        first = record_decision(
            actor=strategist.actor, title="One network", reason="Cost.", review_on=date(2026, 6, 15)
        )
        assert decisions_to_review(strategist.actor) == 1
        second = record_decision(actor=strategist.actor, title="Two", reason="Reach.", replaces_id=first.pk)
        assert decisions_to_review(strategist.actor) == 0
        with pytest.raises(InvalidError):
            record_decision(actor=strategist.actor, title="Three", reason="Whim.", replaces_id=first.pk)
        change_decision(actor=strategist.actor, decision_id=second.pk, review_on=date(2026, 9, 1), version=1)
        with pytest.raises(ConflictError):
            change_decision(actor=strategist.actor, decision_id=second.pk, reason="Other.", version=1)
        with pytest.raises(InvalidError) as fault:
            record_decision(
                actor=strategist.actor,
                title="",
                reason="",
                decided_on=date(2026, 6, 16),
                links=[{"label": "x", "url": "javascript:1"}],
            )
        assert set(fault.value.fields) == {"title", "reason", "decided_on", "links"}
    assert Decision.objects.get(pk=first.pk).replaced_by_id == second.pk


def test_the_catalogue_says_who_holds_what_and_where_it_is_missing(
    strategist: Any, member: Any, organisation: Any
) -> None:
    assert len(CATALOGUE) == 20
    with clock.frozen(NOW):
        give_role(actor=strategist.actor, role="strategist", person_id=strategist.person.pk)
        held = give_role(
            actor=strategist.actor, role="brand_lead", person_id=member.person.pk, brand_id=organisation.ember.pk
        )
        with pytest.raises(InvalidError):
            give_role(actor=strategist.actor, role="king", person_id=member.person.pk)
        found = {one.role.code: one for one in catalogue_held(member.actor)}
        assert (found["strategist"].missing, found["brand_lead"].missing) == ((), ("Loom",))
        assert found["sponsor"].lacks
        assert not found["ambassador"].lacks
        end_role(actor=strategist.actor, holding_id=held.pk)
        assert {one.role.code: one for one in catalogue_held(member.actor)}["brand_lead"].missing == ("",)
        assert body_facts().roles == {"strategist": (strategist.person.pk,)}


def test_the_centre_answers_by_the_day_that_it_promises(strategist: Any, member: Any, other_unit: Any) -> None:
    assert due_day(date(2026, 6, 12), 1) == date(2026, 6, 15)  # Friday to Monday
    with clock.frozen(NOW):
        service = offer_service(actor=strategist.actor, name="Coaching", answer_days=2)
        asked = ask_centre(actor=member.actor, service_id=service.pk, subject="Help with a reply")
        assert asked.due_on == date(2026, 6, 17)
        assert requests_to_answer(strategist.actor) == (1, 0)
        for who in (member, other_unit, strategist):
            assert may_see_request(who.actor, asked) == visible_requests(who.actor).filter(pk=asked.pk).exists()
        for missing in (asked.pk, asked.pk + 9):
            with pytest.raises(NotFoundError):
                answer_request(actor=other_unit.actor, request_id=missing, state="done", answer="x")
        with pytest.raises(NotAllowedError):
            answer_request(actor=member.actor, request_id=asked.pk, state="done", answer="x")
    with clock.frozen(datetime(2026, 6, 18, 9, tzinfo=UTC)):  # the day after the promised one
        late = answer_times(member.actor)
        assert (late.in_time, late.promised, late.missed) == (0, 1, 1)
    with clock.frozen(NOW + timedelta(hours=30)):
        answer_request(actor=strategist.actor, request_id=asked.pk, state="answered", answer="Let us talk.")
    with clock.frozen(NOW + timedelta(hours=90)):
        answer_request(actor=strategist.actor, request_id=asked.pk, state="done", answer="We talked.")
        times = answer_times(member.actor)
        assert (times.answered, times.in_time, times.median_hours, times.waiting) == (1, 1, 30.0, 0)
        reopen_request(actor=member.actor, request_id=asked.pk)
        withdraw_request(actor=member.actor, request_id=asked.pk)
        with pytest.raises(TransitionError):
            reopen_request(actor=member.actor, request_id=asked.pk)
        offer_service(actor=strategist.actor, name="Coaching", offered=False, service_id=service.pk)
        with pytest.raises(InvalidError):
            ask_centre(actor=member.actor, service_id=service.pk, subject="Again")


def test_full_time_equivalents_are_the_sum_of_shares(strategist: Any, member: Any) -> None:
    change_centre(actor=strategist.actor, charter="We serve.", lead_id=strategist.person.pk)
    put_member(actor=strategist.actor, person_id=strategist.person.pk, share=Decimal(1))
    put_member(actor=strategist.actor, person_id=member.person.pk, share=Decimal("0.5"), task="Trainer")
    with pytest.raises(InvalidError):
        put_member(actor=strategist.actor, person_id=member.person.pk, share=Decimal("1.5"))
    centre = body_facts().centre
    assert centre is not None
    assert (centre.lead_id, centre.full_time_equivalents) == (strategist.person.pk, 1.5)
    remove_member(actor=strategist.actor, person_id=member.person.pk)
    assert CentreMember.objects.count() == 1
    with pytest.raises(ConflictError):
        change_centre(actor=strategist.actor, charter="Other.", lead_id=None, version=7)


@pytest.mark.parametrize("who", ["member", "analyst"])
def test_readers_change_nothing(who: str, request: pytest.FixtureRequest, strategist: Any) -> None:
    reader = request.getfixturevalue(who)
    made = add_committee(actor=strategist.actor, name="Steering")
    with pytest.raises(NotAllowedError):
        change_committee(actor=reader.actor, committee_id=made.pk, charter="Mine.")
    with pytest.raises(NotFoundError):
        change_committee(actor=reader.actor, committee_id=made.pk + 9, charter="Mine.")
    for act in (
        lambda: add_committee(actor=reader.actor, name="Mine"),
        lambda: record_decision(actor=reader.actor, title="Mine", reason="Mine."),
        lambda: give_role(actor=reader.actor, role="sponsor", person_id=reader.person.pk),
        lambda: change_centre(actor=reader.actor, charter="Mine.", lead_id=None),
        lambda: offer_service(actor=reader.actor, name="Mine"),
        lambda: put_member(actor=reader.actor, person_id=reader.person.pk, share=Decimal(1)),
    ):
        with pytest.raises(NotAllowedError):
            act()
    assert Committee.objects.get().charter == ""
