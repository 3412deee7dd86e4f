"""Accounts: made, closed, opened; the link with which somebody chooses a password; settings of one's own.

Nobody signs up: administrators make accounts for people on the list, the command line makes the first one, and company
sign-in makes one when the settings allow it.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import available_timezones

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.urls import reverse

from fourleaf.kernel import audit, clock, mail
from fourleaf.kernel.actors import Actor, system_actor
from fourleaf.kernel.errors import ConflictError, DomainError, InvalidError, NotFoundError
from fourleaf.kernel.models import Account, Person, RoleGrant
from fourleaf.kernel.permissions import require
from fourleaf.kernel.roles import ROLES
from fourleaf.kernel.selectors import get_person_for
from fourleaf.kernel.services.administrators import ensure_administrator_remains, holds_administration
from fourleaf.kernel.services.sessions import drop_sessions

__all__ = [
    "PasswordLink",
    "add_user",
    "change_settings",
    "change_sign_in_email",
    "close_account",
    "make_account",
    "make_account_for_company_sign_in",
    "open_account",
    "send_password_link",
    "unlink_company_sign_in",
]

_GRANT, _SEE = "kernel.grant_roles", "kernel.view_people"
THEMES = ("", "light", "dark")


@dataclass(frozen=True)
class PasswordLink:
    """A link with which the owner chooses a password; shown once to the administrator and sent by mail."""

    account: Account
    address: str


def make_account(*, actor: Actor, person_id: int, email: str | None = None) -> PasswordLink:
    """Make an account for a person and send the link to choose a password. ``email`` defaults to the person's."""
    person = get_person_for(actor, person_id)
    require(actor, _GRANT, person, seen_by=_SEE)
    if person.has_left(clock.today()):
        raise DomainError(f"{person.name} has left. Note the return first, then make an account.")
    with transaction.atomic():
        account = _create(actor, person, email or person.email or "", None)
        return _link(account)


def make_account_for_company_sign_in(*, person: Person) -> Account:
    """An account without a password for somebody whom the company's sign-in service vouches for."""
    with transaction.atomic():
        return _create(system_actor("company sign-in"), person, person.email or "", None)


def _create(
    actor: Actor, person: Person, email: str, password: str | None, *, same_as: Account | None = None
) -> Account:
    email = _clean_email(email, person)
    if password is not None:
        _check_password(password, person)
    try:
        with transaction.atomic():
            account = Account.objects.create_user(
                email, None if same_as else password, person=person, date_joined=clock.now()
            )
            if same_as is not None:
                account.password = same_as.password
                account.save(update_fields=["password"])
    except IntegrityError as error:
        raise ConflictError(f"{person.name} has an account already.") from error
    audit.record(actor, "kernel.account.made", person)
    return account


def _clean_email(email: str, person: Person) -> str:
    email = email.strip().lower()
    if not email:
        raise InvalidError(
            fields={"email": [f"{person.name} has no e-mail yet. Add one first: it is the sign-in name."]}
        )
    try:
        validate_email(email)
    except ValidationError as error:
        raise InvalidError(
            fields={"email": ["This is not an e-mail address. Write it like ann@example.org."]}
        ) from error
    if (
        other := Account.objects.filter(email__iexact=email)
        .exclude(person_id=person.pk or 0)
        .select_related("person")
        .first()
    ):
        raise InvalidError(fields={"email": [f"{other.person.name} signs in with this e-mail already."]})
    return email


def _check_password(password: str, person: Person) -> None:
    try:
        validate_password(password, Account(email=person.email or "", person=person))
    except ValidationError as error:
        raise InvalidError(fields={"password": list(error.messages)}) from error


def send_password_link(*, actor: Actor, person_id: int) -> PasswordLink:
    """Send the owner of an account a link to choose a new password; gives it too, for where mail does not reach."""
    account = _account_of(actor, person_id)
    if not account.is_active:
        raise DomainError("This account is closed. Open it first.")
    with transaction.atomic():
        audit.record(actor, "kernel.account.password_link_sent", account.person)
        return _link(account)


def _link(account: Account) -> PasswordLink:
    # Imported here: the library's forms are heavy and the command line starts often.
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str

    where = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(account), "key": default_token_generator.make_token(account)},
    )
    address = settings.BASE_URL + where
    days = settings.PASSWORD_RESET_TIMEOUT // 86400
    text = (
        f"Hello {account.person.name},\n\n"
        f"an account at Fourleaf waits for you. Your sign-in name is {account.email}.\n"
        f"Choose a password here within {days} days:\n\n{address}\n\n"
        "The link works once. If you did not expect this mail, you need not do anything.\n"
    )
    recipient = account.email
    if not settings.EMAIL_BACKEND.endswith("console.EmailBackend"):  # nobody would receive what is printed to a log
        transaction.on_commit(
            lambda: mail.letter(recipient, "Choose your password for Fourleaf", text).send(fail_silently=True)
        )
    return PasswordLink(account, address)


def close_account(*, actor: Actor, person_id: int) -> Account:
    """Close an account: its sessions end at once. Roles stay. Refused for the last administrator."""
    account = _account_of(actor, person_id)
    if not account.is_active:
        return account
    with transaction.atomic():
        administrates = holds_administration(account.person_id)
        account.is_active = False
        account.save(update_fields=["is_active"])
        sessions = drop_sessions([account.pk])
        audit.record(actor, "kernel.account.closed", account.person, data={"sessions": sessions})
        if administrates:
            ensure_administrator_remains()
    return account


def open_account(*, actor: Actor, person_id: int) -> Account:
    """Undo of `close_account`; a leaver's return has to be noted first."""
    account = _account_of(actor, person_id)
    if account.is_active:
        return account
    if account.person.has_left(clock.today()):
        raise DomainError(f"{account.person.name} has left. Note the return first.")
    with transaction.atomic():
        account.is_active = True
        account.save(update_fields=["is_active"])
        audit.record(actor, "kernel.account.opened", account.person)
    return account


def change_sign_in_email(*, actor: Actor, person_id: int, email: str) -> Account:
    """Change the e-mail that an account signs in with."""
    account = _account_of(actor, person_id)
    email = _clean_email(email, account.person)
    if email == account.email:
        return account
    with transaction.atomic():
        account.email = email
        account.save(update_fields=["email"])
        # The sign-in library would otherwise still accept the address it has noted.
        EmailAddress.objects.filter(user_id=account.pk).delete()
        audit.record(actor, "kernel.account.email_changed", account.person)
    return account


def unlink_company_sign_in(*, actor: Actor, person_id: int) -> int:
    """Forget which identity at the company's sign-in service belongs to the account; the next sign-in links anew."""
    account = _account_of(actor, person_id)
    with transaction.atomic():
        count: int = SocialAccount.objects.filter(user_id=account.pk).delete()[0]
        if count:
            audit.record(actor, "kernel.account.linked", account.person, data={"linked": False})
    return count


def _account_of(actor: Actor, person_id: int) -> Account:
    person = get_person_for(actor, person_id)
    require(actor, _GRANT, person, seen_by=_SEE)
    account = Account.objects.select_related("person").filter(person=person).first()
    if account is None:
        raise NotFoundError(f"{person.name} has no account.")
    return account


def add_user(
    *,
    actor: Actor,
    name: str,
    email: str,
    role: str,
    password: str | None = None,
    same_as: Account | None = None,
) -> PasswordLink | Account:
    """A person with an account and a role in one step, for the command line and the first administrator.

    Somebody on the list with this e-mail is taken; else they are added. Without a password, a link is given (and
    mailed) with which they choose one. ``same_as`` has this password already: its hash is taken over, since hashing
    is slow on purpose and the sample gives sixty logins one public password.
    """
    require(actor, _GRANT)
    if role not in ROLES:
        raise InvalidError(fields={"role": [f"“{role}” is not a role. Choose one of: {', '.join(ROLES)}."]})
    email, name, now = email.strip().lower(), " ".join(name.split()), clock.now()
    with transaction.atomic():
        person = Person.objects.filter(email__iexact=email).first()
        if person is None:
            if not name:
                raise InvalidError(fields={"name": ["A name is needed, since nobody on the list has this e-mail."]})
            person = Person(name=name[:150], email=email, created_at=now, changed_at=now)
            _clean_email(email, person)
            person.save()
            audit.record(actor, "kernel.person.added", person)
        elif person.has_left(clock.today()):
            raise DomainError(f"{person.name} has this e-mail and has left. Note the return first.")
        account = _create(actor, person, email, password, same_as=same_as)
        if role != "member":
            grant, made = RoleGrant.objects.get_or_create(
                person=person,
                role=role,
                brand=None,
                region=None,
                ended_at=None,
                defaults={"granted_at": now, "granted_by": actor.label[:150]},
            )
            if made:
                audit.record(actor, "kernel.role.granted", person, data={"grant": grant.pk, "role": role})
        return account if password is not None else _link(account)


def change_settings(*, actor: Actor, time_zone: str | None = None, theme: str | None = None) -> Account:
    """The actor's own settings: the zone in which times are shown ("" is the region's), and the theme."""
    account = Account.objects.select_related("person").filter(pk=actor.account_id or 0).first()
    if account is None:
        raise NotFoundError
    faults: dict[str, list[str]] = {}
    if time_zone and time_zone not in available_timezones():
        faults["time_zone"] = [f"“{time_zone}” is not a time zone. Choose one from the list."]
    if theme is not None and theme not in THEMES:
        faults["theme"] = ["Choose light, dark or as the device."]
    if faults:
        raise InvalidError(fields=faults)
    if time_zone is not None:
        account.time_zone = time_zone
    if theme is not None:
        account.theme = theme
    account.save(update_fields=["time_zone", "theme"])
    return account
