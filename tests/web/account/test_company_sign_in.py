"""Company sign-in against a provider on loopback: who is let in, who is not, and what they are told."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from fourleaf.kernel import clock
from fourleaf.kernel.company_sign_in import verified_email
from fourleaf.kernel.models import Account, AuditEvent, Person
from fourleaf.kernel.services.accounts import unlink_company_sign_in

# The provider's own libraries announce their future; that is not ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def provider(settings: Any) -> Iterator[Any]:
    """A provider, and ``provider(client, sub, claims)`` which signs somebody in through it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import oidc_provider_mock
    with oidc_provider_mock.run_server_in_thread(port=0) as server:
        issuer = f"http://localhost:{server.server_port}"
        settings.OIDC_SERVER = issuer
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {
                "OAUTH_PKCE_ENABLED": True,
                "APPS": [
                    {
                        "provider_id": "company",
                        "name": "Company sign-in",
                        "client_id": "fourleaf",
                        "secret": "a secret of the test",
                        "settings": {"server_url": issuer, "fetch_userinfo": True, "oauth_pkce_enabled": True},
                    }
                ],
            }
        }

        def sign_in(client: Client, sub: str, **claims: Any) -> Any:
            httpx.put(f"{issuer}/users/{sub}", json=claims).raise_for_status()
            begun = client.post("/account/oidc/company/login/?process=login")
            asked = parse_qs(urlsplit(begun["Location"]).query)
            assert asked["code_challenge_method"] == ["S256"]
            answer = httpx.post(begun["Location"], data={"sub": sub}, follow_redirects=False)
            back = urlsplit(answer.headers["location"])
            return client.get(f"{back.path}?{back.query}", follow=True)

        yield sign_in


def text(response: Any) -> str:
    return str(response.content.decode())


def signed_in(client: Client) -> bool:
    return client.get("/people/").status_code == 200


def test_the_button_is_on_the_sign_in_page(provider: Any, stranger: Client, member: Any) -> None:
    assert "Company sign-in" in text(stranger.get("/account/login/"))
    assert "Go on to Company sign-in" in text(stranger.get("/account/oidc/company/login/"))


def test_an_account_is_found_by_its_verified_email(provider: Any, stranger: Client, member: Any) -> None:
    provider(stranger, "mia-1", email=member.account.email.upper(), email_verified=True)
    assert signed_in(stranger)
    assert SocialAccount.objects.get().user == member.account
    again = Client()
    provider(again, "mia-1", email=member.account.email, email_verified=True)
    assert signed_in(again)
    codes = list(AuditEvent.objects.order_by("sequence").values_list("code", flat=True))
    assert codes == ["kernel.account.linked", "kernel.account.signed_in", "kernel.account.signed_in"]


@pytest.mark.parametrize("verified", [False, None, "false", "yes", 1])
def test_an_unverified_email_is_worth_nothing(provider: Any, stranger: Client, member: Any, verified: Any) -> None:
    claims = {"email": member.account.email} | ({} if verified is None else {"email_verified": verified})
    page = provider(stranger, "evil", **claims)
    assert page.status_code == 403
    assert "did not confirm an e-mail address" in text(page)
    assert not signed_in(stranger)
    assert not SocialAccount.objects.exists()


def test_somebody_who_is_not_on_the_list_is_told_whom_to_ask(provider: Any, stranger: Client, member: Any) -> None:
    page = provider(stranger, "x", email="nobody@example.org", email_verified=True)
    assert "Nobody on the list of people has the e-mail nobody@example.org" in text(page)
    assert Account.objects.count() == 1


def make_person(**fields: Any) -> Person:
    now = clock.now()
    return Person.objects.create(name="Nina New", email="nina@example.org", created_at=now, changed_at=now, **fields)


def test_somebody_on_the_list_gets_an_account_if_the_setting_allows(
    provider: Any, stranger: Client, member: Any, settings: Any
) -> None:
    person = make_person()
    settings.OIDC_MAKE_ACCOUNTS = False
    assert "have no account yet" in text(provider(stranger, "nina", email="nina@example.org", email_verified=True))
    settings.OIDC_MAKE_ACCOUNTS = True
    provider(stranger, "nina", email="nina@example.org", email_verified=True)
    assert signed_in(stranger)
    account = Account.objects.get(person=person)
    assert not account.has_usable_password()
    made = AuditEvent.objects.get(code="kernel.account.made")
    assert made.actor_label == "system: company sign-in"


def test_leavers_and_closed_accounts_stay_out(provider: Any, stranger: Client, member: Any) -> None:
    make_person(left_on=clock.today().replace(year=2020))
    assert "Nobody on the list" in text(provider(stranger, "n", email="nina@example.org", email_verified=True))
    Account.objects.filter(pk=member.account.pk).update(is_active=False)
    page = provider(stranger, "m", email=member.account.email, email_verified=True)
    assert "This account is closed" in text(page)
    assert not signed_in(stranger)
    refused = AuditEvent.objects.get(code="kernel.account.sign_in_refused")
    assert refused.data == {"reason": "closed"}


def test_an_email_that_passed_to_somebody_else_opens_nothing(
    provider: Any, stranger: Client, member: Any, admin: Any
) -> None:
    provider(Client(), "mia-1", email=member.account.email, email_verified=True)
    page = provider(stranger, "mia-2", email=member.account.email, email_verified=True)
    assert "under another identity than before" in text(page)
    assert not signed_in(stranger)
    unlink_company_sign_in(actor=admin.actor, person_id=member.person.pk)
    provider(stranger, "mia-2", email=member.account.email, email_verified=True)
    assert signed_in(stranger)


def test_a_known_identity_with_another_email_opens_nothing(
    provider: Any, stranger: Client, member: Any, other_unit: Any
) -> None:
    provider(Client(), "mia-1", email=member.account.email, email_verified=True)
    page = provider(stranger, "mia-1", email=other_unit.account.email, email_verified=True)
    assert page.status_code == 403
    assert not signed_in(stranger)
    unknown = provider(stranger, "mia-1", email="else@example.org", email_verified=True)
    assert unknown.status_code == 403


def test_the_persons_email_alone_does_not_open_an_account_with_another(
    provider: Any, stranger: Client, member: Any
) -> None:
    Person.objects.filter(pk=member.person.pk).update(email="changed@example.org")
    page = provider(stranger, "evil", email="changed@example.org", email_verified=True)
    assert "signs in with another e-mail" in text(page)
    assert not signed_in(stranger)


def test_somebody_who_is_signed_in_links_nothing(provider: Any, member: Any, client_for: Any) -> None:
    client = client_for(member)
    page = provider(client, "mia-1", email="other@example.org", email_verified=True)
    assert "You are signed in already" in text(page)
    assert client.get("/account/3rdparty/")["Location"] == "/account/settings/"
    assert not SocialAccount.objects.exists()


def test_the_provider_may_say_no(provider: Any, stranger: Client, member: Any) -> None:
    begun = stranger.post("/account/oidc/company/login/?process=login")
    state = parse_qs(urlsplit(begun["Location"]).query)["state"][0]
    page = stranger.get(f"/account/oidc/company/login/callback/?error=access_denied&state={state}", follow=True)
    assert "You went back" in text(page)


def test_a_broken_answer_is_a_calm_page(provider: Any, stranger: Client, member: Any) -> None:
    page = stranger.get("/account/oidc/company/login/callback/?code=x&state=y", follow=True)
    assert "did not answer as it should" in text(page)


@pytest.mark.parametrize(
    ("claims", "email"),
    [
        ({"email": "A@Example.org ", "email_verified": True}, "a@example.org"),
        ({"email": "a@example.org", "email_verified": "true"}, "a@example.org"),
        ({"email": "a@example.org", "email_verified": 1}, None),
        ({"email": "", "email_verified": True}, None),
        ({"email_verified": True}, None),
        ({}, None),
    ],
)
def test_only_a_clear_yes_is_a_verified_email(claims: dict[str, Any], email: str | None) -> None:
    assert verified_email(claims) == email
