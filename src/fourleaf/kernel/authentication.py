"""Signing in: the account backend and the adapters of the sign-in library."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest  # noqa: TID251 - the sign-in library hands requests to its adapters

from fourleaf.kernel import clock, secrets
from fourleaf.kernel.errors import DomainError
from fourleaf.kernel.models import Account

__all__ = ["AccountAdapter", "AccountBackend", "MfaAdapter", "SocialAdapter", "display_name", "may_sign_in"]


def may_sign_in(account: Account) -> bool:
    """Active, and its person has not left. Asked on every request, so that leavers lose access at once."""
    return account.is_active and not account.person.has_left(clock.today())


def display_name(account: Account) -> str:
    """What to call the account's owner."""
    return account.person.name


class AccountBackend(AuthenticationBackend):  # type: ignore[misc]  # the library ships no types
    """Signs in by e-mail; a leaver's session ends with the next request."""

    def user_can_authenticate(self, user: AbstractBaseUser) -> bool:
        return isinstance(user, Account) and may_sign_in(user)

    def get_user(self, user_id: Any) -> Account | None:
        account = Account.objects.select_related("person__region", "person__department").filter(pk=user_id).first()
        return account if account is not None and may_sign_in(account) else None


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library ships no types
    """Accounts are made by the organisation: nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # the library ships no types
    """Company sign-in: only people on the list get in, matched by the verified e-mail that the company's service gives."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # the library ships no types
    """Second-factor secrets are encrypted at rest."""

    def encrypt(self, text: str) -> str:
        return secrets.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return secrets.decrypt(encrypted_text)
        except DomainError:
            return ""
