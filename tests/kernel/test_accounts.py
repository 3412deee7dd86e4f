"""Accounts, roles and tokens: who may, what is refused, what is written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection

from fourleaf.kernel import clock
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.errors import ConflictError, DomainError, InvalidError, NotAllowedError, NotFoundError
from fourleaf.kernel.models import Account, ApiToken, AuditEvent, Person, RoleGrant
from fourleaf.kernel.selectors import actor_for, get_token_for, grants_by_role
from fourleaf.kernel.services.access import end_role, grant_role, restore_role
from fourleaf.kernel.services.accounts import (
    PasswordLink,
    add_user,
    change_settings,
    change_sign_in_email,
    close_account,
    make_account,
    open_account,
    send_password_link,
)
from fourleaf.kernel.services.people import add_person
from fourleaf.kernel.services.tokens import actor_for_token, available_scopes, make_token, revoke_token


def test_an_account_is_made_with_a_link_by_mail(
    admin: Any, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    person = add_person(actor=admin.actor, name="Nina New", email="nina@example.org")
    with django_capture_on_commit_callbacks(execute=True):
        made = make_account(actor=admin.actor, person_id=person.pk)
    assert made.address in mail.outbox[0].body
    assert not made.account.has_usable_password()
    with pytest.raises(ConflictError, match="has an account already"):
        make_account(actor=admin.actor, person_id=person.pk)


def test_accounts_need_an_email_of_their_own(admin: Any, member: Any) -> None:
    person = add_person(actor=admin.actor, name="Nina New")
    with pytest.raises(InvalidError, match="no e-mail"):
        make_account(actor=admin.actor, person_id=person.pk)
    with pytest.raises(InvalidError, match="Mia Member signs in"):
        make_account(actor=admin.actor, person_id=person.pk, email="mia.member@example.org")
    with pytest.raises(NotFoundError, match="has no account"):
        send_password_link(actor=admin.actor, person_id=person.pk)


def test_only_administrators_make_accounts_and_grant(member: Any, other_unit: Any, hire: Callable[..., Any]) -> None:
    keeper = hire("Petra People", role="people")
    for who in (member, keeper):
        with pytest.raises(NotAllowedError):
            grant_role(actor=who.actor, person_id=who.person.pk, role="admin")
        with pytest.raises(NotAllowedError):
            close_account(actor=who.actor, person_id=other_unit.person.pk)
        with pytest.raises(NotAllowedError):
            change_sign_in_email(actor=who.actor, person_id=other_unit.person.pk, email="x@example.org")
        with pytest.raises(NotAllowedError):
            add_user(actor=who.actor, name="X", email="x@example.org", role="admin")


def test_a_closed_account_can_be_opened_again(admin: Any, member: Any) -> None:
    close_account(actor=admin.actor, person_id=member.person.pk)
    with pytest.raises(DomainError, match="closed"):
        send_password_link(actor=admin.actor, person_id=member.person.pk)
    assert open_account(actor=admin.actor, person_id=member.person.pk).is_active
    codes = set(AuditEvent.objects.values_list("code", flat=True))
    assert {"kernel.account.closed", "kernel.account.opened"} <= codes


def test_a_role_is_granted_once_ended_and_restored(admin: Any, member: Any, organisation: Any) -> None:
    grant = grant_role(actor=admin.actor, person_id=member.person.pk, role="editor", brand_id=organisation.ember.pk)
    again = grant_role(actor=admin.actor, person_id=member.person.pk, role="editor", brand_id=organisation.ember.pk)
    assert again == grant
    actor = actor_for(member.account)
    assert actor.may_for("listening.correct_mentions", "brand", organisation.ember.pk)
    assert not actor.may_for("listening.correct_mentions", "brand", organisation.loom.pk)
    assert not actor.may("listening.correct_mentions")
    end_role(actor=admin.actor, grant_id=grant.pk)
    assert "editor" not in actor_for(member.account).roles
    restore_role(actor=admin.actor, grant_id=grant.pk)
    assert "editor" in actor_for(member.account).roles
    assert [g.person for g in grants_by_role(admin.actor)["editor"]] == [member.person]
    codes = list(AuditEvent.objects.filter(code__startswith="kernel.role").values_list("code", flat=True))
    assert codes == ["kernel.role.restored", "kernel.role.ended", "kernel.role.granted"]


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"role": "king"}, "from the list"),
        ({"role": "member"}, "without a grant"),
        ({"role": "admin", "brand_id": 1}, "whole installation"),
        ({"role": "editor", "brand_id": 1, "region_id": 1}, "everywhere"),
        ({"role": "editor", "brand_id": 999_999}, "no longer exists"),
    ],
)
def test_wrong_grants_are_refused(admin: Any, member: Any, fields: dict[str, Any], part: str) -> None:
    with pytest.raises(InvalidError, match=part):
        grant_role(actor=admin.actor, person_id=member.person.pk, **fields)


def test_somebody_elses_grant_does_not_exist_for_members(admin: Any, member: Any) -> None:
    with pytest.raises(NotFoundError):
        end_role(actor=member.actor, grant_id=RoleGrant.objects.get(person=admin.person).pk)


def test_the_first_administrator_comes_from_the_command_line(db: None) -> None:
    actor = system_actor("command line")
    made = add_user(actor=actor, name="Ada First", email="Ada@Example.org", role="admin")
    assert isinstance(made, PasswordLink)
    assert actor_for(made.account).may("kernel.grant_roles")
    person = Person.objects.create(
        name="On List", email="on@example.org", created_at=clock.now(), changed_at=clock.now()
    )
    account = add_user(actor=actor, name="", email="on@example.org", role="member", password="a long quiet phrase")
    assert isinstance(account, Account)
    assert account.person == person
    with pytest.raises(InvalidError) as caught:
        add_user(actor=actor, name="B", email="b@example.org", role="member", password="short")
    assert caught.value.fields["password"]
    assert not Person.objects.filter(email="b@example.org").exists()


def test_settings_of_ones_own(member: Any) -> None:
    assert change_settings(actor=member.actor, time_zone="Asia/Tokyo", theme="dark").theme == "dark"
    assert actor_for(Account.objects.get(pk=member.account.pk)).time_zone == "Asia/Tokyo"
    with pytest.raises(InvalidError):
        change_settings(actor=member.actor, time_zone="Mars/Olympus")


def test_a_token_does_what_its_scopes_and_its_owner_may(analyst: Any, admin: Any) -> None:
    made = make_token(actor=analyst.actor, name="report", scopes=["listening.view_mentions", "kernel.view_people"])
    actor = actor_for_token(made.key)
    assert actor is not None
    assert actor.permissions == {"listening.view_mentions", "kernel.view_people"}
    assert (actor.via, actor.person_id) == ("api", analyst.person.pk)
    end_role(actor=admin.actor, grant_id=RoleGrant.objects.get(person=analyst.person).pk)
    narrowed = actor_for_token(made.key)
    assert narrowed is not None
    assert narrowed.permissions == {"kernel.view_people"}
    assert ApiToken.objects.get().digest not in made.key


def test_wrong_keys_get_nobody(analyst: Any) -> None:
    made = make_token(actor=analyst.actor, name="report", scopes=["kernel.view_people"])
    wrong = made.key[:-1] + ("A" if made.key[-1] != "A" else "B")
    for raw in ("", "fl_", wrong, made.key.upper(), "fl_aaaaaaaaaa_" + "x" * 43, made.key + "x", "ü" * 40):
        assert actor_for_token(raw) is None
    assert actor_for_token(f" {made.key}\n") is not None


def test_expired_revoked_and_closed_keys_get_nobody(analyst: Any, admin: Any) -> None:
    soon = clock.now() + timedelta(days=2)
    made = make_token(actor=analyst.actor, name="report", scopes=["kernel.view_people"], expires_at=soon)
    with clock.frozen(soon):
        assert actor_for_token(made.key) is None
    close_account(actor=admin.actor, person_id=analyst.person.pk)
    assert actor_for_token(made.key) is None
    open_account(actor=admin.actor, person_id=analyst.person.pk)
    assert actor_for_token(made.key) is not None
    revoke_token(actor=analyst.actor, token_id=made.token.pk)
    assert actor_for_token(made.key) is None


def test_last_use_is_noted_every_five_minutes(analyst: Any) -> None:
    made = make_token(actor=analyst.actor, name="report", scopes=["kernel.view_people"])
    start = clock.now()
    with clock.frozen(start) as time:
        actor_for_token(made.key)
        time.move(minutes=4)
        actor_for_token(made.key)
        assert ApiToken.objects.get().last_used_at == start
        time.move(minutes=2)
        actor_for_token(made.key)
        assert ApiToken.objects.get().last_used_at == start + timedelta(minutes=6)


def test_a_key_costs_two_queries(analyst: Any, query_budget: Callable[[int], Any]) -> None:
    made = make_token(actor=analyst.actor, name="report", scopes=["kernel.view_people"])
    actor_for_token(made.key)
    with query_budget(2):
        assert actor_for_token(made.key) is not None
    assert connection.vendor


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": "", "scopes": ["kernel.view_people"]}, "name"),
        ({"name": "x", "scopes": []}, "scopes"),
        ({"name": "x", "scopes": ["kernel.grant_roles"]}, "scopes"),
    ],
)
def test_wrong_tokens_are_refused(member: Any, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidError) as caught:
        make_token(actor=member.actor, **fields)
    assert caught.value.fields[field]


def test_tokens_make_no_tokens_and_do_not_live_for_ever(member: Any) -> None:
    made = make_token(actor=member.actor, name="x", scopes=["kernel.view_people"])
    actor = actor_for_token(made.key)
    assert actor is not None
    with pytest.raises(DomainError, match="signed in"):
        make_token(actor=actor, name="y", scopes=["kernel.view_people"])
    with pytest.raises(InvalidError, match="a year ahead"):
        make_token(
            actor=member.actor, name="z", scopes=["kernel.view_people"], expires_at=clock.now() + timedelta(days=400)
        )
    assert ("kernel.view_people", "See the list of people") in available_scopes(member.actor)


def test_tokens_of_others_do_not_exist(member: Any, other_unit: Any, admin: Any) -> None:
    made = make_token(actor=other_unit.actor, name="x", scopes=["kernel.view_people"])
    with pytest.raises(NotFoundError):
        get_token_for(member.actor, made.token.pk)
    with pytest.raises(NotFoundError):
        revoke_token(actor=member.actor, token_id=made.token.pk)
    assert revoke_token(actor=admin.actor, token_id=made.token.pk).revoked_at is not None
