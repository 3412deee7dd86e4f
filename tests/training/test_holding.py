"""Who may what: belts of the database, badges, defects, leavers, many people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from fourleaf.engine.training.ladder import rights_of
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.errors import InvalidError, NotAllowedError, NotFoundError
from fourleaf.kernel.models import AuditEvent, Person
from fourleaf.training import public
from fourleaf.training.models import BeltAward, Module, TrainingDue
from fourleaf.training.services.belts import BeltToSet, grant_badge, grant_earned

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def test_a_belt_set_by_hand_counts_and_is_audited(admin: Any, member: Any) -> None:
    award = public.set_belt(
        actor=admin.actor,
        person_id=member.person.pk,
        belt="orange",
        valid_from=date(2026, 1, 1),
        valid_until=None,
        reason="Certified before.",
    )
    assert award is not None
    assert award.valid_until == date(2026, 12, 31)
    worth = public.belts_of([member.person.pk, admin.person.pk])
    assert (worth[member.person.pk].belt, worth[admin.person.pk].belt) == ("orange", "none")
    assert public.holds(member.person.pk, "author_official")
    refused = public.holds(member.person.pk, "reply")
    assert not refused
    assert refused.reasons == ("“Reply to customers” needs the Green belt.",)
    event = AuditEvent.objects.get(code="training.belt.set")
    assert event.data["belt"] == "orange"
    assert all(isinstance(one, int) for one in audit.verify())


def test_only_who_sets_belts_may_and_only_with_a_reason(strategist: Any, admin: Any, member: Any) -> None:
    wish = {"person_id": member.person.pk, "belt": "white", "valid_from": date(2026, 1, 1)}
    with pytest.raises(NotAllowedError):
        public.set_belt(actor=strategist.actor, reason="Because.", **wish)
    with pytest.raises(InvalidError) as refused:
        public.set_belt(actor=admin.actor, reason=" ", **wish)
    assert "reason" in refused.value.fields
    with pytest.raises(NotFoundError):
        public.set_belt(actor=admin.actor, reason="Because.", **{**wish, "person_id": 10**9})
    assert not BeltAward.objects.exists()


def test_setting_a_lower_belt_ends_the_higher_one(admin: Any, member: Any, give: Callable[..., Any]) -> None:
    give(member, "green")
    give(member, "white")
    assert public.belts_of([member.person.pk])[member.person.pk].held == "white"
    give(member, "none")
    assert public.belts_of([member.person.pk])[member.person.pk].rights == frozenset()
    assert BeltAward.objects.filter(ended_on__isnull=True).count() == 0


def test_who_has_left_holds_nothing(member: Any, give: Callable[..., Any]) -> None:
    give(member, "blue")
    Person.objects.filter(pk=member.person.pk).update(left_on=clock.today() - timedelta(days=1))
    assert public.belts_of([member.person.pk])[member.person.pk].belt == "none"
    assert not public.holds(member.person.pk, "internal_post")


def test_a_brand_with_a_voice_module_asks_for_its_badge(
    member: Any, organisation: Any, give: Callable[..., Any]
) -> None:
    give(member, "orange")
    assert public.holds(member.person.pk, "author_official", brand_id=organisation.ember.pk)
    Module.objects.create(
        code="voice-em", kind="voice", belt="orange", brand=organisation.ember, state="published", title="Ember",
        changed_at=clock.now(), changed_by="the test",
    )  # fmt: skip
    refused = public.holds(member.person.pk, "author_official", brand_id=organisation.ember.pk)
    assert not refused
    assert "badge is missing" in refused.reasons[0]
    assert public.holds(member.person.pk, "submit_draft", brand_id=organisation.ember.pk)
    grant_badge(actor=system_actor("the test"), person_id=member.person.pk, brand_id=organisation.ember.pk)
    assert public.holds(member.person.pk, "author_official", brand_id=organisation.ember.pk)
    assert not public.holds(member.person.pk, "author_official", brand_id=organisation.ember.pk, on=date(2026, 6, 1))


def test_a_critical_defect_suspends_until_the_retest_and_two_cost_a_belt(
    member: Any, strategist: Any, give: Callable[..., Any]
) -> None:
    give(member, "green")
    note = {"actor": strategist.actor, "person_id": member.person.pk, "severity": "critical", "right": "reply"}
    public.note_defect(**note, note="A customer's address stood in the reply.", source=("reply", "7"))
    public.note_defect(**note, note="Noted twice.", source=("reply", "7"))
    worth = public.belts_of([member.person.pk])[member.person.pk]
    assert (worth.belt, worth.rights) == ("green", rights_of("orange"))
    assert worth.suspended == {"reply", "moderate"}
    assert TrainingDue.objects.filter(kind="retest").count() == 1
    public.note_defect(**note, note="Again.", source=("reply", "8"))
    assert public.belts_of([member.person.pk])[member.person.pk].held == "orange"
    assert AuditEvent.objects.filter(code="training.belt.taken").count() == 1


def test_two_who_decide_at_once_give_one_belt(member: Any) -> None:
    actor = system_actor("the test")
    assert grant_earned(actor=actor, person_id=member.person.pk, belt="white") is not None
    assert grant_earned(actor=actor, person_id=member.person.pk, belt="white") is None
    assert BeltAward.objects.count() == 1


def test_many_people_cost_no_more_queries_than_one(hire: Callable[..., Any], query_budget: Any) -> None:
    people = Person.objects.bulk_create(
        [
            Person(name=f"Person {number}", search="", created_at=clock.now(), changed_at=clock.now())
            for number in range(600)
        ]
    )
    public.set_belts(
        actor=system_actor("the test"),
        wishes=[BeltToSet(person.pk, "yellow", date(2026, 1, 1), None, "Seeded.") for person in people],
    )
    with query_budget(14):
        worth = public.belts_of([person.pk for person in people])
    assert {one.belt for one in worth.values()} == {"yellow"}


def test_facts_for_the_snapshot(member: Any, other_unit: Any, give: Callable[..., Any]) -> None:
    give(member, "green")
    facts = public.belt_facts()
    assert facts[member.person.pk].belt == "green"
    assert facts[member.person.pk].counts_until == date(2027, 1, 14)
    assert not facts[other_unit.person.pk].care_role_play


def test_only_the_highest_belt_asks_to_be_renewed(member: Any, mailoutbox: Any) -> None:
    from fourleaf.training.jobs import remind

    soon = clock.today() + timedelta(days=20)
    for belt, until in (("white", soon), ("orange", date(2027, 1, 1))):
        BeltAward.objects.create(
            person=member.person, belt=belt, valid_from=date(2026, 1, 1), valid_until=until, source="earned",
            granted_at=clock.now(), granted_by="the test",
        )  # fmt: skip
    assert remind() == 0
    BeltAward.objects.filter(belt="orange").update(valid_until=soon)
    assert (remind(), remind()) == (1, 0)
    assert mailoutbox[0].subject == "Your Orange belt ends on 5 July 2026"
