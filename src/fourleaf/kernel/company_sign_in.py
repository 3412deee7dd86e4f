"""Who gets in when the company's sign-in service vouches for somebody.

The rule, at every sign-in:

1. The service must say that it has verified the e-mail. An unverified one is worth nothing: anybody can type it.
2. An open account with this e-mail is it. If the account is linked to another identity of the service, the sign-in is
   refused (an e-mail that went from one person to another must not hand over the account).
3. Else a person on the list with this e-mail, who works here and has no account, gets one, if
   ``FOURLEAF_OIDC_MAKE_ACCOUNTS`` allows it.
4. Everybody else is refused with a sentence that says what to do. Nobody signs up.

The link by the service's subject number never lets anybody in alone: the e-mail has to fit each time, so that pointing
the installation to another service cannot give one person's account to another's number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest  # noqa: TID251 - the sign-in library hands requests to its adapters
from django.shortcuts import render

from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.errors import DomainError
from fourleaf.kernel.models import Account, Person
from fourleaf.kernel.rules import may_sign_in
from fourleaf.kernel.services.accounts import make_account_for_company_sign_in
from fourleaf.kernel.sign_in_trail import note_refused

__all__ = ["admit", "verified_email"]

_SERVICE = system_actor("company sign-in")


def verified_email(claims: Mapping[str, Any]) -> str | None:
    """The e-mail of the claims if the service says that it is verified, else None. Some services write "true"."""
    email = str(claims.get("email") or "").strip().lower()
    verified = claims.get("email_verified")
    return email if email and (verified is True or verified == "true") else None


def admit(request: HttpRequest, sociallogin: Any) -> None:
    """Attach the right account to the sign-in, or answer with a page that says why not."""
    data = sociallogin.account.extra_data or {}
    claims = data.get("userinfo") or data.get("id_token") or {}
    if request.user.is_authenticated:
        _refuse(request, None, "signed in", "You are signed in already. Sign out first to change the person.")
    email = verified_email(claims)
    if email is None:
        _refuse(
            request,
            None,
            "unverified e-mail",
            "The sign-in service did not confirm an e-mail address for you. Ask those who run it to verify your "
            "address, or to pass on the claims “email” and “email_verified”.",
        )
    account = Account.objects.select_related("person").filter(email__iexact=email).first()
    if account is None:
        account = _account_for_person(request, email)
    if not may_sign_in(account):
        _refuse(
            request,
            account,
            "closed",
            "This account is closed. If you think that it should be open, ask your administrator.",
        )
    linked = SocialAccount.objects.filter(user_id=account.pk, provider=sociallogin.account.provider).first()
    if linked is None and sociallogin.account.pk is None:
        with transaction.atomic():
            sociallogin.connect(request, account)
            audit.record(
                system_actor("company sign-in"), "kernel.account.linked", account.person, data={"linked": True}
            )
    elif linked is None or linked.uid != sociallogin.account.uid:
        _refuse(
            request,
            account,
            "another identity",
            "The sign-in service knows this e-mail under another identity than before. "
            "Ask an administrator to unlink company sign-in on your page, if that is right.",
        )


def _account_for_person(request: HttpRequest, email: str) -> Account:
    person = Person.objects.filter(email__iexact=email).first()
    if person is None or person.has_left(clock.today()):
        _refuse(
            request,
            None,
            "not on the list",
            f"Nobody on the list of people has the e-mail {email}. "
            "Ask your administrator or people team to add you, then sign in again.",
        )
    if (existing := Account.objects.filter(person=person).first()) is not None:
        _refuse(
            request,
            existing,
            "another e-mail",
            f"Your account here signs in with another e-mail than {email}. Ask an administrator to change it.",
        )
    if not settings.OIDC_MAKE_ACCOUNTS:
        _refuse(
            request,
            None,
            "no account",
            "You are on the list, but have no account yet. Ask an administrator to make one for you.",
        )
    try:
        return make_account_for_company_sign_in(person=person)
    except DomainError as error:
        _refuse(request, None, "no account", error.message)


def _refuse(request: HttpRequest, account: Account | None, reason: str, sentence: str) -> NoReturn:
    if account is not None:
        note_refused(account, reason)
    page = render(request, "socialaccount/refused.html", {"sentence": sentence}, status=403)
    raise ImmediateHttpResponse(page)
