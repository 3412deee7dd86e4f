"""Signing in: the account backend and the adapters of the sign-in library."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponseBase  # noqa: TID251 - the library hands requests to its adapters

from fourleaf.kernel import secrets
from fourleaf.kernel.company_sign_in import admit
from fourleaf.kernel.errors import DomainError
from fourleaf.kernel.models import Account
from fourleaf.kernel.rules import may_sign_in
from fourleaf.kernel.sign_in_trail import note_too_many

__all__ = ["AccountAdapter", "AccountBackend", "MfaAdapter", "SocialAdapter", "display_name", "may_sign_in"]

#: Wrong passwords for one account from everywhere together, against guessing from very many addresses.
_PER_ACCOUNT = {"sign_in_from_everywhere": "100/1h/key"}


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
    """Accounts are made by the organisation: nobody signs up.

    Wrong passwords are counted per account and address before a hash is computed, so that guessing is refused
    cheaply: a locked-out guesser costs two cache look-ups, not an argon2 run, and cannot lock out the owner elsewhere.
    """

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": (
            "Too many wrong passwords for this account from here. Wait five minutes, then try again, "
            "or choose a new password with “Forgot your password?”."
        ),
        "email_password_mismatch": (
            "E-mail and password do not fit together. Check both; capital letters matter in the password."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return f"{_email_in(credentials)}|{self.get_client_ip(request)}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        email = _email_in(credentials)
        try:
            super().pre_authenticate(request, **credentials)
            if not ratelimit.consume(
                request, app="fourleaf", action="sign_in_from_everywhere", config=_PER_ACCOUNT, key=email
            ):
                raise self.validation_error("too_many_login_attempts")
        except Exception:
            note_too_many(email)
            raise

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        if user is not None:
            ratelimit.clear(
                request,
                app="fourleaf",
                action="sign_in_from_everywhere",
                config=_PER_ACCOUNT,
                key=_email_in(credentials),
            )
        return user

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        # The library looks for a table of e-mail addresses that we do not keep.
        from allauth.core import context

        again = self.authenticate(context.request, email=getattr(user, "email", ""), password=password)
        return again is not None and again.pk == user.pk

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponseBase | None:
        """Every way in ends here: password, passkey, company sign-in, new password."""
        if not (isinstance(user, Account) and may_sign_in(user)):
            from allauth.account.internal.stagekit import clear_login

            clear_login(request)
            closed: HttpResponseBase = self.respond_user_inactive(request, user)
            return closed
        response: HttpResponseBase | None = super().pre_login(request, user, **kwargs)
        return response


def _email_in(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email") or credentials.get("username") or "").strip().lower()


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # the library ships no types
    """Company sign-in: only people on the list, matched by the verified e-mail that the company's service gives."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        admit(request, sociallogin)


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # the library ships no types
    """Second-factor secrets are encrypted at rest."""

    def encrypt(self, text: str) -> str:
        return secrets.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return secrets.decrypt(encrypted_text)
        except DomainError:
            return ""
