"""Keys for the API: made (shown once), verified, revoked.

A key reads ``fl_<prefix>_<secret>``: the prefix finds the row, SHA-256 of the whole key is compared in constant time.
A plain hash is enough, since the secret has 256 bits of chance and cannot be guessed from its digest.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import DomainError, InvalidError
from fourleaf.kernel.models import Account, ApiToken
from fourleaf.kernel.permissions import PERMISSIONS, require
from fourleaf.kernel.rules import may_sign_in
from fourleaf.kernel.selectors import actor_for, get_token_for

__all__ = ["MadeToken", "actor_for_token", "available_scopes", "make_token", "revoke_token"]

#: The longest that a key may live; keys that live for ever are the ones that leak.
LONGEST = timedelta(days=366)
MOST_PER_PERSON = 20
_USED_EVERY = timedelta(minutes=5)
_KEY = re.compile(r"fl_([a-z0-9]{10})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True)
class MadeToken:
    """A new token with its key, which is never shown again."""

    token: ApiToken
    key: str


def available_scopes(actor: Actor) -> list[tuple[str, str]]:
    """(code, label) of what the actor may hand to a token: the permissions that their own roles carry."""
    held = actor.permissions | {item[0] for item in actor.scoped}
    return sorted((code, PERMISSIONS[code].label) for code in held if code in PERMISSIONS)


def make_token(*, actor: Actor, name: str, scopes: Collection[str], expires_at: datetime | None = None) -> MadeToken:
    """Make a key for the actor's own use. ``scopes`` must be among `available_scopes`; it can do nothing else.

    Without ``expires_at`` it lives `LONGEST`.
    """
    if actor.person_id is None or actor.via != "web":
        raise DomainError("A token is made by a person who is signed in, not by another token or a machine.")
    now = clock.now()
    name = " ".join(name.split())
    expires_at = expires_at or now + LONGEST
    faults: dict[str, list[str]] = {}
    if not 1 <= len(name) <= 100:
        faults["name"] = ["Name what the token is for, in 1 to 100 characters."]
    if not scopes:
        faults["scopes"] = ["Choose at least one thing that the token may do."]
    elif beyond := set(scopes) - {code for code, _ in available_scopes(actor)}:
        faults["scopes"] = [f"You may not do this yourself, so a token of yours may not either: {min(beyond)}."]
    if not now < expires_at <= now + LONGEST:
        faults["expires_at"] = ["Choose a day from tomorrow on, at most a year ahead."]
    if faults:
        raise InvalidError(fields=faults)
    live = ApiToken.objects.filter(person_id=actor.person_id, revoked_at__isnull=True, expires_at__gt=now)
    if live.count() >= MOST_PER_PERSON:
        raise DomainError(f"You have {MOST_PER_PERSON} tokens. Revoke one that is no longer used first.")
    return _made(actor, actor.person_id, name, scopes, now, expires_at)


def _made(
    actor: Actor, person_id: int, name: str, scopes: Collection[str], now: datetime, expires_at: datetime
) -> MadeToken:
    for _ in range(3):
        prefix = "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(10))
        key = f"fl_{prefix}_{secrets.token_urlsafe(32)}"
        try:
            with transaction.atomic():
                token = ApiToken.objects.create(
                    person_id=person_id,
                    name=name,
                    prefix=prefix,
                    digest=_digest(key),
                    scopes=sorted(scopes),
                    created_at=now,
                    expires_at=expires_at,
                )
                data = {"token": token.pk, "name": name, "scopes": sorted(scopes), "expires_at": expires_at}
                audit.record(actor, "kernel.token.made", ("kernel.person", person_id), label=actor.label, data=data)
        except IntegrityError:
            continue  # the prefix was taken, one chance in 10^15
        return MadeToken(token, key)
    raise DomainError("No token could be made. Try again.")


def revoke_token(*, actor: Actor, token_id: int) -> ApiToken:
    """Revoke a token, at once and for good: one's own, or anybody's for those who look after tokens."""
    token = get_token_for(actor, token_id)
    require(actor, "kernel.view_tokens", token)
    if token.revoked_at is not None:
        return token
    token.revoked_at = clock.now()
    with transaction.atomic():
        token.save(update_fields=["revoked_at"])
        audit.record(actor, "kernel.token.revoked", token.person, data={"token": token.pk, "name": token.name})
    return token


def actor_for_token(raw: str) -> Actor | None:
    """The actor behind a key, with rights narrowed to its scopes; None for every kind of "no".

    Malformed, unknown, revoked, expired, and keys of people whose account is closed or who left look the same. Two
    queries; ``last_used_at`` is written every five minutes at most.
    """
    match = _KEY.fullmatch(raw.strip())
    if match is None:
        return None
    now = clock.now()
    token = ApiToken.objects.select_related("person__account", "person__region").filter(prefix=match[1]).first()
    known = token.digest if token is not None else "0" * 64
    if not hmac.compare_digest(known, _digest(match[0])) or token is None:
        return None
    if token.revoked_at is not None or (token.expires_at is not None and token.expires_at <= now):
        return None
    account: Account | None = getattr(token.person, "account", None)
    if account is None:
        return None
    account.person = token.person
    if not may_sign_in(account):
        return None
    if token.last_used_at is None or now - token.last_used_at >= _USED_EVERY:
        stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - _USED_EVERY)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
    return actor_for(account, via="api", scopes=frozenset(token.scopes))


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
