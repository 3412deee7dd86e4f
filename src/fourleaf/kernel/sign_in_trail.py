"""Writes the audit trail of signing in and of factors, from the signals of the sign-in library."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as factor_signals
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.core.cache import cache
from django.db import transaction
from django.dispatch import receiver

from fourleaf.kernel import audit
from fourleaf.kernel.actors import Actor, system_actor
from fourleaf.kernel.models import Account

__all__ = ["note_refused", "note_too_many"]

_FACTORS = {"totp": "code from an app", "webauthn": "passkey", "recovery_codes": "recovery codes"}


def _owner(account: Account) -> Actor:
    return Actor(kind="person", label=account.person.name, account_id=account.pk, person_id=account.person_id)


def _note(actor: Actor, code: str, account: Account, **data: Any) -> None:
    with transaction.atomic():
        audit.record(actor, code, account.person, data=data)


@receiver(account_signals.user_logged_in)
def signed_in(request: Any, user: Account, **kwargs: Any) -> None:
    """Notes how somebody signed in; ``sociallogin`` is there when the company's service vouched for them."""
    records = request.session.get("account_authentication_methods") or []
    methods = [record.get("type") or record.get("method") for record in records]
    _note(_owner(user), "kernel.account.signed_in", user, methods=methods)


@receiver(user_login_failed)
def sign_in_failed(credentials: dict[str, Any], **kwargs: Any) -> None:
    """Notes a wrong password, if the account exists: what else was typed may be a password in the wrong field."""
    email = credentials.get("email") or credentials.get("username") or ""
    account = Account.objects.select_related("person").filter(email__iexact=email).first() if email else None
    if account is not None:
        _note(system_actor("sign-in"), "kernel.account.sign_in_failed", account, factor="password")


@receiver(factor_signals.authentication_failed)
def factor_failed(user: Account | None = None, authenticator_type: str = "", **kwargs: Any) -> None:
    """Notes a wrong code or a passkey that did not fit."""
    if user is not None:
        _note(system_actor("sign-in"), "kernel.account.sign_in_failed", user, factor=str(authenticator_type))


@receiver(user_logged_out)
def signed_out(user: Account | None, **kwargs: Any) -> None:
    """Notes that somebody signed out."""
    if isinstance(user, Account):
        _note(_owner(user), "kernel.account.signed_out", user)


@receiver(account_signals.password_changed)
@receiver(account_signals.password_set)
@receiver(account_signals.password_reset)
def password_changed(user: Account, **kwargs: Any) -> None:
    """Notes a new password, whichever way it came."""
    _note(_owner(user), "kernel.account.password_changed", user)


@receiver(factor_signals.authenticator_added)
@receiver(factor_signals.authenticator_reset)
def factor_added(user: Account, authenticator: Any, **kwargs: Any) -> None:
    """Notes a new second factor, also when recovery codes are made anew."""
    _note(_owner(user), "kernel.account.factor_added", user, factor=_FACTORS.get(authenticator.type, "other"))


@receiver(factor_signals.authenticator_removed)
def factor_removed(user: Account, authenticator: Any, **kwargs: Any) -> None:
    """Notes that a second factor was taken away."""
    _note(_owner(user), "kernel.account.factor_removed", user, factor=_FACTORS.get(authenticator.type, "other"))


def note_too_many(email: str) -> None:
    """Notes, once in five minutes and account, that sign-in is paused after too many wrong passwords."""
    account = Account.objects.select_related("person").filter(email__iexact=email).first() if email else None
    if account is not None and cache.add(f"sign-in-paused:{account.pk}", True, timeout=300):
        _note(system_actor("sign-in"), "kernel.account.sign_in_paused", account)


def note_refused(account: Account, reason: str) -> None:
    """Notes that the company's service vouched for somebody who was not let in."""
    _note(system_actor("sign-in"), "kernel.account.sign_in_refused", account, reason=reason)
