"""Signing in and out: passwords, limits, second factors, closed accounts, and what the audit trail says of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import hashers
from django.core import mail
from django.core.cache import cache
from django.test import Client

from fourleaf.demo.organisation import MAIL_DOMAIN
from fourleaf.kernel import clock
from fourleaf.kernel.models import Account, ApiToken, AuditEvent, Person
from fourleaf.kernel.services.leaving import end_employment
from fourleaf.web.account.demo import DEMO_DOMAIN
from fourleaf.web.account.devices import device

PASSWORD = "a quiet meadow in june"
Signed = Callable[[Any], Client]


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """Limits of earlier tests are forgotten."""
    cache.clear()


def sign_in(client: Client, email: str, password: str = PASSWORD, **extra: Any) -> Any:
    return client.post("/account/login/", {"login": email, "password": password}, **extra)


def confirm(client: Client) -> None:
    """Give the password once more, as factors and keys ask for it."""
    assert client.post("/account/reauthenticate/", {"password": PASSWORD}).status_code == 302


def codes() -> list[str]:
    return list(AuditEvent.objects.order_by("sequence").values_list("code", flat=True))


def test_a_person_signs_in_and_out_and_both_are_noted(member: Any, stranger: Client) -> None:
    page = stranger.get("/account/login/?next=/people/").content.decode()
    assert "Sign up" not in page
    response = stranger.post(
        "/account/login/", {"login": member.account.email, "password": PASSWORD, "next": "/people/"}
    )
    assert response["Location"] == "/people/"
    assert stranger.get("/people/").status_code == 200
    stranger.post("/account/logout/")
    assert stranger.get("/people/").status_code == 302
    assert codes() == ["kernel.account.signed_in", "kernel.account.signed_out"]
    assert AuditEvent.objects.get(code="kernel.account.signed_in").data == {"methods": ["password"]}


def test_sign_in_does_not_mind_the_case_of_the_email(member: Any, stranger: Client) -> None:
    assert sign_in(stranger, member.account.email.upper()).status_code == 302


def test_a_wrong_password_and_an_unknown_email_look_alike(member: Any, stranger: Client) -> None:
    wrong = sign_in(stranger, member.account.email, "nonsense").content.decode()
    unknown = sign_in(stranger, "nobody@example.org", "nonsense").content.decode()
    sentence = "E-mail and password do not fit together."
    assert sentence in wrong
    assert sentence in unknown
    assert codes() == ["kernel.account.sign_in_failed"]
    assert "nonsense" not in str(AuditEvent.objects.get().data)


def test_ten_thousand_wrong_passwords_are_refused_without_hashing(
    member: Any, stranger: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "1000000/m/ip"}
    hashed: list[int] = []
    real = hashers.MD5PasswordHasher.encode

    def counted(self: Any, *args: Any) -> Any:
        hashed.append(1)
        return real(self, *args)

    monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", counted)
    tries = 120  # the same path each time; the cost of one is measured below, so ten thousand need not run here
    begun = time.perf_counter()
    for number in range(tries):
        response = sign_in(stranger, member.account.email, f"guess {number}")
    each = (time.perf_counter() - begun) / tries
    assert "Too many wrong passwords" in response.content.decode()
    assert len(hashed) <= 5
    assert each < 0.25  # argon2 is not among it; generous for a busy machine
    assert codes().count("kernel.account.sign_in_failed") == 5
    assert codes().count("kernel.account.sign_in_paused") == 1
    # Locked out here, not elsewhere: the owner signs in from another address.
    assert sign_in(Client(), member.account.email, REMOTE_ADDR="10.1.2.3").status_code == 302


def test_the_limit_of_an_address_answers_with_a_calm_page(stranger: Client, db: None, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "3/m/ip"}
    statuses = [sign_in(stranger, f"n{number}@example.org").status_code for number in range(5)]
    assert statuses[-1] == 429
    assert "wait a minute" in sign_in(stranger, "n@example.org").content.decode()


def test_many_addresses_together_are_limited_too(member: Any, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "1000000/m/ip"}
    for number in range(101):
        response = sign_in(
            Client(), member.account.email, "guess", REMOTE_ADDR=f"10.0.{number // 200}.{number % 200 + 1}"
        )
    assert "Too many wrong passwords" in response.content.decode()


def test_closed_accounts_and_leavers_stay_out(member: Any, other_unit: Any, stranger: Client) -> None:
    Account.objects.filter(pk=member.account.pk).update(is_active=False)
    Person.objects.filter(pk=other_unit.person.pk).update(left_on=clock.today() - timedelta(days=1))
    for who in (member, other_unit):
        response = sign_in(stranger, who.account.email)
        assert "/account/inactive/" in response["Location"]
        assert "This account is closed" in stranger.get(response["Location"]).content.decode()
        assert stranger.get("/people/").status_code == 302
    assert "kernel.account.signed_in" not in codes()


def test_a_leavers_sessions_and_tokens_end_with_the_employment(member: Any, admin: Any, client_for: Signed) -> None:
    here, there = Client(), Client()
    sign_in(here, member.account.email)
    sign_in(there, member.account.email)
    confirm(here)
    here.post("/account/settings/tokens/add/", {"name": "x", "scopes": ["kernel.view_people"], "lasts": "30"})
    end_employment(actor=admin.actor, person_id=member.person.pk, left_on=clock.today())
    assert here.get("/people/").status_code == there.get("/people/").status_code == 302
    event = AuditEvent.objects.get(code="kernel.person.left")
    assert (event.data["sessions"], event.data["tokens"]) == (2, 1)


@pytest.mark.parametrize("path", ["signup/", "3rdparty/signup/"])
def test_nobody_signs_up(stranger: Client, db: None, path: str) -> None:
    for answer in (stranger.get(f"/account/{path}"), stranger.post(f"/account/{path}", {"email": "x@example.org"})):
        assert answer.status_code == 403
        assert "Accounts are made by your organisation" in answer.content.decode()
    assert not Account.objects.exists()


def test_nobody_changes_their_sign_in_email_alone(client_for: Signed, member: Any) -> None:
    client = client_for(member)
    client.post("/account/email/", {"action_add": "", "email": "new@example.org"})
    assert client.get("/account/email/")["Location"] == "/account/settings/"
    assert Account.objects.get(pk=member.account.pk).email == member.account.email


def test_a_forgotten_password_is_chosen_anew_by_mail(member: Any, stranger: Client) -> None:
    unknown = stranger.post("/account/password/reset/", {"email": "nobody@example.org"}, follow=True).content.decode()
    known = stranger.post("/account/password/reset/", {"email": member.account.email}, follow=True).content.decode()
    assert unknown.split("<main")[1] == known.split("<main")[1]
    assert len(mail.outbox) == 1
    assert "Hello Mia Member" in mail.outbox[0].body
    path = mail.outbox[0].body.split("http://testserver")[1].split()[0]
    opened = stranger.get(path, follow=True)
    form = opened.request["PATH_INFO"]
    weak = stranger.post(form, {"password1": "short", "password2": "short"}).content.decode()
    assert "at least 12 characters" in weak
    stranger.post(form, {"password1": "seven old lanterns", "password2": "seven old lanterns"})
    assert sign_in(Client(), member.account.email, "seven old lanterns").status_code == 302
    assert "This link no longer works" in Client().get(path, follow=True).content.decode()
    assert "kernel.account.password_changed" in codes()


def test_a_new_password_signs_other_devices_out(member: Any) -> None:
    here, there = Client(), Client()
    sign_in(here, member.account.email)
    sign_in(there, member.account.email)
    data = {"oldpassword": PASSWORD, "password1": "seven old lanterns", "password2": "seven old lanterns"}
    assert here.post("/account/password/change/", data).status_code == 302
    assert here.get("/people/").status_code == 200
    assert there.get("/people/").status_code == 302


def test_sessions_are_listed_and_others_ended(member: Any) -> None:
    here, there, third = Client(), Client(), Client()
    sign_in(here, member.account.email, headers={"user-agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"})
    for client in (there, third):
        sign_in(client, member.account.email, headers={"user-agent": "Mozilla/5.0 (iPhone; Mac OS X) Safari/600"})
    page = here.get("/account/settings/").content.decode()
    assert "Firefox on Linux" in page
    assert page.count("Safari on iPhone") >= 2
    one = page.split('name="session" value="')[1].split('"')[0]
    here.post("/account/settings/sessions/end/", {"session": one})
    assert sorted([there.get("/people/").status_code, third.get("/people/").status_code]) == [200, 302]
    here.post("/account/settings/sessions/end/")
    assert there.get("/people/").status_code == third.get("/people/").status_code == 302
    assert here.get("/people/").status_code == 200
    assert codes().count("kernel.account.sessions_ended") == 2


def test_somebody_elses_session_cannot_be_ended(member: Any, other_unit: Any) -> None:
    mine, theirs = Client(), Client()
    sign_in(mine, member.account.email)
    sign_in(theirs, other_unit.account.email)
    from allauth.usersessions.models import UserSession

    other = UserSession.objects.get(user=other_unit.account)
    assert mine.post("/account/settings/sessions/end/", {"session": other.pk}).status_code == 404
    assert theirs.get("/people/").status_code == 200


def current_code(secret: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))


def test_codes_from_an_app_guard_the_sign_in(
    member: Any, stranger: Client, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    sign_in(stranger, member.account.email)
    assert "/account/reauthenticate/" in stranger.get("/account/2fa/totp/activate/")["Location"]
    confirm(stranger)
    page = stranger.get("/account/2fa/totp/activate/")
    assert 'src="data:image/svg+xml' in page.content.decode()
    secret = page.context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        stranger.post("/account/2fa/totp/activate/", {"code": current_code(secret)})
    done = stranger.get("/account/2fa/recovery-codes/")
    assert "10 of 10 can still be used" in done.content.decode()
    assert "kernel.account.factor_added" in codes()
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored
    stranger.post("/account/logout/")
    asked = sign_in(stranger, member.account.email, follow=True)
    assert "Your account also asks for a second factor" in asked.content.decode()
    assert stranger.get("/people/").status_code == 302
    wrong = stranger.post("/account/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    cache.clear()  # a code works once; the next counter would be half a minute away
    stranger.post("/account/2fa/authenticate/", {"code": current_code(secret)})
    assert stranger.get("/people/").status_code == 200
    assert AuditEvent.objects.filter(code="kernel.account.signed_in").first().data["methods"][-1] == "totp"  # type: ignore[union-attr]


def test_recovery_codes_open_the_door_once(member: Any, stranger: Client) -> None:
    sign_in(stranger, member.account.email)
    confirm(stranger)
    secret = stranger.get("/account/2fa/totp/activate/").context["form"].secret
    stranger.post("/account/2fa/totp/activate/", {"code": current_code(secret)})
    page = stranger.get("/account/2fa/recovery-codes/").content.decode()
    code = page.split('class="codes"><li>')[1].split("<")[0]
    for expected in (200, 302):
        client = Client()
        sign_in(client, member.account.email)
        client.post("/account/2fa/authenticate/", {"code": code})
        assert client.get("/people/").status_code == expected


@pytest.mark.parametrize(
    "url",
    [
        "/account/settings/",
        "/account/password/change/",
        "/account/2fa/totp/activate/",
        "/account/2fa/webauthn/",
        "/account/2fa/webauthn/add/",
        "/account/settings/tokens/add/",
        "/account/logout/",
    ],
)
def test_pages_of_the_account_have_no_inline_script_or_style(member: Any, stranger: Client, url: str) -> None:
    sign_in(stranger, member.account.email)
    assert "Confirm that it is you" in stranger.get("/account/reauthenticate/").content.decode()
    confirm(stranger)
    response = stranger.get(url)
    assert response.status_code == 200
    html = response.content.decode()
    assert "style=" not in html
    assert "onclick" not in html
    for script in html.split("<script")[1:]:
        head = script.split(">")[0]
        assert "src=" in head or 'type="application/json"' in head
    assert "script-src 'self'" in response["Content-Security-Policy"]


def test_a_key_is_shown_once_and_revoked(member: Any, client_for: Signed) -> None:
    client = client_for(member)
    assert "/account/reauthenticate/" in client.get("/account/settings/tokens/add/")["Location"]
    confirm(client)
    data = {"name": "weekly report", "scopes": ["kernel.view_people"], "lasts": "90"}
    page = client.post("/account/settings/tokens/add/", data).content.decode()
    key = page.split('class="copy-text">')[1].split("<")[0]
    settings = client.get("/account/settings/").content.decode()
    assert key not in settings
    assert "weekly report" in settings
    refused = client.post("/account/settings/tokens/add/", {**data, "scopes": ["kernel.grant_roles"]})
    assert refused.status_code == 422
    client.post(f"/account/settings/tokens/{ApiToken.objects.get().pk}/revoke/")
    client.get("/account/settings/")  # shows the message that names it
    assert "weekly report" not in client.get("/account/settings/").content.decode()


def test_settings_are_kept(member: Any, client_for: Signed) -> None:
    client = client_for(member)
    assert client.post("/account/settings/", {"time_zone": "Asia/Tokyo", "theme": "dark"}).status_code == 302
    account = Account.objects.get(pk=member.account.pk)
    assert (account.time_zone, account.theme) == ("Asia/Tokyo", "dark")
    assert client.post("/account/settings/", {"time_zone": "Mars/Olympus"}).status_code == 422


def test_a_new_installation_says_which_command_to_run(stranger: Client, db: None) -> None:
    assert "fourleaf user add" in stranger.get("/account/login/").content.decode()


def test_an_installation_in_use_does_not(stranger: Client, member: Any) -> None:
    assert "fourleaf user add" not in stranger.get("/account/login/").content.decode()


def test_demo_logins_are_there_in_demo_mode_only(stranger: Client, member: Any, settings: Any) -> None:
    assert DEMO_DOMAIN == MAIL_DOMAIN
    Account.objects.filter(pk=member.account.pk).update(email=f"mia@{DEMO_DOMAIN}")
    data = {"email": f"mia@{DEMO_DOMAIN}"}
    assert "choose whom to be" not in stranger.get("/account/login/").content.decode()
    assert stranger.post("/account/demo/", data).status_code == 404
    settings.DEMO = True
    from fourleaf.demo.seed import DEMO_PASSWORD

    shown = stranger.get("/account/login/").content.decode()
    assert "Mia Member" in shown
    assert f"<code>{DEMO_PASSWORD}</code>" in shown
    assert stranger.get("/account/demo/").status_code == 405
    assert stranger.post("/account/demo/", {"email": "nobody@example.org"}).status_code == 404
    assert stranger.post("/account/demo/", data).status_code == 302
    assert stranger.get("/people/").status_code == 200
    csrf = Client(enforce_csrf_checks=True)
    assert csrf.post("/account/demo/", data).status_code == 403


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140 Safari/537.36 Edg/140", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14) Version/18 Safari/605", "Safari on Mac"),
        ("curl/8", "Another browser"),
        ("", "Another browser"),
    ],
)
def test_devices_are_recognised(text: str, words: str) -> None:
    assert device(text) == words


def test_the_samples_password_is_said_where_it_is_asked_for_in_demo_mode_only(
    hire: Any, member: Any, client_for: Signed, settings: Any
) -> None:
    from fourleaf.demo.seed import DEMO_PASSWORD

    sample = hire("Sam Sample")
    sample.account.email = "sam@tarnbeck.example"
    sample.account.save()
    page = "/account/reauthenticate/"
    assert DEMO_PASSWORD not in client_for(sample).get(page).content.decode()
    settings.DEMO = True
    assert DEMO_PASSWORD in client_for(sample).get(page).content.decode()
    assert DEMO_PASSWORD not in client_for(member).get(page).content.decode()
