"""Ending signed-in sessions, so that a browser elsewhere is signed out with its next request."""

from __future__ import annotations

from collections.abc import Collection

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from fourleaf.kernel import audit
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.models import Account
from fourleaf.kernel.permissions import allowed, require
from fourleaf.kernel.selectors import get_person_for

__all__ = ["drop_sessions", "end_other_sessions", "end_sessions_of"]

_BATCH = 500  # keys in one statement; SQLite allows 999 variables on old builds


def drop_sessions(account_ids: Collection[int], *, keep: str | None = None) -> int:
    """Delete the sessions of these accounts but the one with the key ``keep``; gives how many. No audit of its own."""
    dropped, ids = 0, list(account_ids)
    for start in range(0, len(ids), _BATCH):
        mine = UserSession.objects.filter(user_id__in=ids[start : start + _BATCH])
        if keep is not None:
            mine = mine.exclude(session_key=keep)
        keys = list(mine.values_list("session_key", flat=True))
        for at in range(0, len(keys), _BATCH):
            Session.objects.filter(session_key__in=keys[at : at + _BATCH]).delete()
        mine.delete()
        dropped += len(keys)
    return dropped


def end_other_sessions(*, actor: Actor, keep: str | None, only: int | None = None) -> int:
    """End the actor's own sessions, except the present one (``keep`` is its key); ``only`` ends a single one by id."""
    if actor.account_id is None:
        raise NotFoundError
    account = Account.objects.select_related("person").get(pk=actor.account_id)
    with transaction.atomic():
        if only is None:
            count = drop_sessions([account.pk], keep=keep)
        else:
            one = UserSession.objects.filter(pk=only, user_id=account.pk).exclude(session_key=keep or "").first()
            if one is None:
                raise NotFoundError
            Session.objects.filter(session_key=one.session_key).delete()
            one.delete()
            count = 1
        if count:
            audit.record(actor, "kernel.account.sessions_ended", account.person, data={"sessions": count})
    return count


def end_sessions_of(*, actor: Actor, person_id: int) -> int:
    """End every session of somebody else, for administrators (a lost device, a suspicion)."""
    person = get_person_for(actor, person_id)
    require(actor, "kernel.grant_roles", person, seen_by="kernel.view_people")
    account = Account.objects.filter(person=person).first()
    if account is None or not allowed(actor, "kernel.grant_roles", person):
        raise NotFoundError
    with transaction.atomic():
        count = drop_sessions([account.pk])
        audit.record(actor, "kernel.account.sessions_ended", person, data={"sessions": count})
    return count
