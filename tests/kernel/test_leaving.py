"""The end of employment: access goes at once, history stays, it can be undone, the last administrator stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from fourleaf.kernel import clock, jobs
from fourleaf.kernel.errors import DomainError, InvalidError, NotAllowedError
from fourleaf.kernel.models import Account, ApiToken, AuditEvent, Person, RoleGrant
from fourleaf.kernel.rules import may_sign_in
from fourleaf.kernel.services.access import end_role, grant_role
from fourleaf.kernel.services.accounts import close_account
from fourleaf.kernel.services.leaving import end_employment, return_person, undo_end_employment
from fourleaf.kernel.services.people import change_person
from fourleaf.kernel.services.tokens import actor_for_token, make_token


def fresh(who: Any) -> Account:
    return Account.objects.select_related("person").get(pk=who.account.pk)


def test_a_leaver_loses_access_at_once(admin: Any, analyst: Any, client_for: Callable[[Any], Client]) -> None:
    key = make_token(actor=analyst.actor, name="script", scopes=["kernel.view_people"]).key
    assert actor_for_token(key) is not None
    end_employment(actor=admin.actor, person_id=analyst.person.pk, left_on=clock.today())
    assert not may_sign_in(fresh(analyst))
    assert actor_for_token(key) is None
    assert ApiToken.objects.get().revoked_at is not None
    grant = RoleGrant.objects.get(person=analyst.person)
    assert grant.ended_at is not None
    assert AuditEvent.objects.get(code="kernel.person.left").data["grants"] == [grant.pk]


def test_a_planned_leaver_keeps_access_until_the_day_is_over(admin: Any, analyst: Any) -> None:
    last_day = clock.today() + timedelta(days=3)
    end_employment(actor=admin.actor, person_id=analyst.person.pk, left_on=last_day)
    assert may_sign_in(fresh(analyst))
    assert RoleGrant.objects.get(person=analyst.person).ended_at is None
    with clock.frozen(clock.now() + timedelta(days=4, hours=12)):
        assert not may_sign_in(fresh(analyst))
        jobs.enqueue("kernel.leavers_lose_access", actor=admin.actor)
        jobs.run_until_idle()
        assert RoleGrant.objects.get(person=analyst.person).ended_at is not None
        assert not Account.objects.get(pk=analyst.account.pk).is_active
        assert AuditEvent.objects.filter(code="kernel.person.access_closed").count() == 1
        jobs.enqueue("kernel.leavers_lose_access", actor=admin.actor)
        jobs.run_until_idle()
        assert AuditEvent.objects.filter(code="kernel.person.access_closed").count() == 1


def test_undo_gives_account_and_roles_back(admin: Any, analyst: Any) -> None:
    end_employment(actor=admin.actor, person_id=analyst.person.pk, left_on=clock.today())
    undo_end_employment(actor=admin.actor, person_id=analyst.person.pk)
    assert may_sign_in(fresh(analyst))
    assert RoleGrant.objects.get(person=analyst.person).ended_at is None
    with pytest.raises(DomainError, match="nothing to undo"):
        undo_end_employment(actor=admin.actor, person_id=analyst.person.pk)


def test_undo_is_for_the_one_who_did_it_and_for_an_hour(hire: Callable[..., Any], admin: Any, member: Any) -> None:
    keeper, other = hire("Petra People", role="people"), hire("Paul People", role="people")
    end_employment(actor=keeper.actor, person_id=member.person.pk, left_on=clock.today())
    with pytest.raises(DomainError, match="open for an hour"):
        undo_end_employment(actor=other.actor, person_id=member.person.pk)
    with clock.frozen(clock.now() + timedelta(hours=2)), pytest.raises(DomainError, match="open for an hour"):
        undo_end_employment(actor=keeper.actor, person_id=member.person.pk)
    undo_end_employment(actor=keeper.actor, person_id=member.person.pk)
    assert Person.objects.get(pk=member.person.pk).left_on is None


def test_somebody_may_return_and_starts_without_access(admin: Any, analyst: Any) -> None:
    end_employment(actor=admin.actor, person_id=analyst.person.pk, left_on=date(2024, 5, 1))
    returned = return_person(actor=admin.actor, person_id=analyst.person.pk, started_on=date(2026, 2, 1))
    assert (returned.left_on, returned.started_on) == (None, date(2026, 2, 1))
    assert not may_sign_in(fresh(analyst))
    assert RoleGrant.objects.get(person=analyst.person).ended_at is not None


def test_the_last_day_cannot_lie_before_the_first(admin: Any, member: Any) -> None:
    with pytest.raises(InvalidError, match="before the first"):
        end_employment(actor=admin.actor, person_id=member.person.pk, left_on=date(2019, 12, 31))


def test_members_end_nobodys_employment(member: Any, other_unit: Any) -> None:
    with pytest.raises(NotAllowedError):
        end_employment(actor=member.actor, person_id=other_unit.person.pk, left_on=clock.today())


def test_the_last_administrator_stays(admin: Any, member: Any) -> None:
    acts: list[Callable[[], object]] = [
        lambda: end_employment(actor=admin.actor, person_id=admin.person.pk, left_on=clock.today()),
        lambda: end_employment(
            actor=admin.actor, person_id=admin.person.pk, left_on=clock.today() + timedelta(days=30)
        ),
        lambda: close_account(actor=admin.actor, person_id=admin.person.pk),
        lambda: end_role(actor=admin.actor, grant_id=RoleGrant.objects.get(person=admin.person).pk),
    ]
    for act in acts:
        with pytest.raises(DomainError, match="without an administrator"):
            act()
    assert may_sign_in(fresh(admin))
    assert Person.objects.get(pk=admin.person.pk).left_on is None
    grant_role(actor=admin.actor, person_id=member.person.pk, role="admin")
    close_account(actor=admin.actor, person_id=admin.person.pk)
    assert not may_sign_in(fresh(admin))


def test_leavers_have_no_part_in_the_organisation_but_keep_their_reports(admin: Any, member: Any, analyst: Any) -> None:
    change_person(actor=admin.actor, person_id=analyst.person.pk, manager_id=member.person.pk)
    end_employment(actor=admin.actor, person_id=member.person.pk, left_on=clock.today())
    assert Person.objects.get(pk=analyst.person.pk).manager_id == member.person.pk
    with pytest.raises(DomainError, match="has left"), clock.frozen(clock.now() + timedelta(days=1)):
        grant_role(actor=admin.actor, person_id=member.person.pk, role="analyst")
