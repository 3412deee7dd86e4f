"""The end of employment: access is closed at once, grants stay as history, and it can be undone.

`close_access` is the one place where access ends, used for one person, for an import and by the hourly job for those
whose planned last day has passed. Even before any of them runs, `may_sign_in` refuses a leaver on every request.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from fourleaf.kernel import audit, clock, events
from fourleaf.kernel.actors import Actor, system_actor
from fourleaf.kernel.contracts import PersonLeft, PersonReturned
from fourleaf.kernel.errors import DomainError, InvalidError
from fourleaf.kernel.models import Account, ApiToken, AuditEvent, Person, RoleGrant
from fourleaf.kernel.permissions import require
from fourleaf.kernel.selectors import get_person_for
from fourleaf.kernel.services.administrators import ensure_administrator_remains, holds_administration
from fourleaf.kernel.services.sessions import drop_sessions
from fourleaf.kernel.versions import save_at_version

__all__ = [
    "UNDO_WITHIN",
    "ClosedAccess",
    "close_access",
    "close_access_of_leavers",
    "end_employment",
    "return_person",
    "undo_end_employment",
]

#: How long the one who ended an employment may undo it with everything that came with it.
UNDO_WITHIN = timedelta(hours=1)
_EDIT, _SEE = "kernel.edit_people", "kernel.view_people"
_BATCH = 500


@dataclass(frozen=True)
class ClosedAccess:
    """What was closed: ids by person. Sessions and tokens cannot come back; accounts and grants can."""

    accounts: dict[int, int]
    grants: dict[int, list[int]]
    tokens: int
    sessions: int

    def for_person(self, person_id: int) -> dict[str, Any]:
        """The part of one person, for the audit trail."""
        return {"account": self.accounts.get(person_id), "grants": self.grants.get(person_id, [])}


def close_access(person_ids: Collection[int]) -> ClosedAccess:
    """Close accounts, end grants, revoke tokens, drop sessions of these people. Within the caller's transaction."""
    now, ids = clock.now(), list(person_ids)
    accounts: dict[int, int] = {}
    grants: dict[int, list[int]] = {}
    tokens = 0
    for start in range(0, len(ids), _BATCH):
        part = ids[start : start + _BATCH]
        open_accounts = Account.objects.filter(person_id__in=part, is_active=True)
        accounts.update(open_accounts.values_list("person_id", "pk"))
        open_accounts.update(is_active=False)
        active = RoleGrant.objects.filter(person_id__in=part, ended_at__isnull=True)
        for person_id, grant_id in active.order_by("pk").values_list("person_id", "pk"):
            grants.setdefault(person_id, []).append(grant_id)
        active.update(ended_at=now)
        tokens += ApiToken.objects.filter(person_id__in=part, revoked_at__isnull=True).update(revoked_at=now)
    return ClosedAccess(accounts, grants, tokens, drop_sessions(accounts.values()))


def end_employment(
    *, actor: Actor, person_id: int, left_on: date, version: int | None = None, close_now: bool | None = None
) -> Person:
    """Note the last day at work. Access closes at once if that day is today or past, or if ``close_now`` is true;
    otherwise it closes when the day is over.

    Refused for the last administrator.
    """
    person = get_person_for(actor, person_id)
    require(actor, _EDIT, person, seen_by=_SEE)
    if person.started_on and left_on < person.started_on:
        raise InvalidError(fields={"left_on": [f"The last day cannot lie before the first, {person.started_on}."]})
    at_once = left_on <= clock.today() if close_now is None else close_now or left_on < clock.today()
    with transaction.atomic():
        administrates = holds_administration(person.pk)
        person.left_on, person.changed_at = left_on, clock.now()
        save_at_version(person, ["left_on", "changed_at"], version=version)
        data: dict[str, Any] = {"left_on": left_on, "access_closed": at_once}
        if at_once:
            closed = close_access([person.pk])
            data |= closed.for_person(person.pk) | {"tokens": closed.tokens, "sessions": closed.sessions}
        audit.record(actor, "kernel.person.left", person, data=data)
        if administrates:
            ensure_administrator_remains()
        events.publish(PersonLeft(person.pk, left_on))
    return person


def undo_end_employment(*, actor: Actor, person_id: int) -> Person:
    """Take back `end_employment`: the day is cleared, the account opened and the grants restored that it closed.

    For the one who did it, within `UNDO_WITHIN`; administrators may do it later too. Sessions and tokens do not
    come back.
    """
    person = get_person_for(actor, person_id)
    require(actor, _EDIT, person, seen_by=_SEE)
    act = AuditEvent.objects.filter(
        subject_kind="kernel.person", subject_id=str(person.pk), code="kernel.person.left"
    ).first()
    if person.left_on is None or act is None:
        raise DomainError(f"{person.name} has not left, so there is nothing to undo.")
    mine = act.actor_person_id == actor.person_id and clock.now() - act.at <= UNDO_WITHIN
    if not mine and not actor.may("kernel.grant_roles"):
        raise DomainError(
            "Undoing is open for an hour to the one who noted the leaving. "
            f"Use “{person.name} returns” instead; an administrator can then grant roles again."
        )
    with transaction.atomic():
        person.left_on, person.changed_at = None, clock.now()
        save_at_version(person, ["left_on", "changed_at"], version=None)
        if act.data.get("account"):
            Account.objects.filter(pk=act.data["account"], person=person).update(is_active=True)
        restored = _restore_grants(person, act.data.get("grants", []))
        audit.record(actor, "kernel.person.leaving_undone", person, data={"of": act.sequence, "grants": restored})
        events.publish(PersonReturned(person.pk))
    return person


def _restore_grants(person: Person, grant_ids: Collection[int]) -> list[int]:
    """Open these ended grants again, but for those that were granted anew in the meantime."""
    active = set(
        RoleGrant.objects.filter(person=person, ended_at__isnull=True).values_list("role", "brand_id", "region_id")
    )
    ended = RoleGrant.objects.filter(person=person, pk__in=grant_ids, ended_at__isnull=False)
    restored = [g.pk for g in ended if (g.role, g.brand_id, g.region_id) not in active]
    RoleGrant.objects.filter(pk__in=restored).update(ended_at=None)
    return restored


def return_person(
    *, actor: Actor, person_id: int, version: int | None = None, started_on: date | None = None
) -> Person:
    """Somebody who left works here again. Account and roles stay closed until an administrator opens them."""
    person = get_person_for(actor, person_id)
    require(actor, _EDIT, person, seen_by=_SEE)
    if person.left_on is None:
        raise DomainError(f"{person.name} has not left.")
    fields = ["left_on", "changed_at"]
    before = person.left_on
    person.left_on, person.changed_at = None, clock.now()
    if started_on is not None:
        person.started_on = started_on
        fields.append("started_on")
    with transaction.atomic():
        save_at_version(person, fields, version=version)
        data = {"left_on": [before, None], "started_on": started_on}
        audit.record(actor, "kernel.person.returned", person, data=data)
        events.publish(PersonReturned(person.pk))
    return person


def close_access_of_leavers(*, actor: Actor | None = None) -> int:
    """Close what is still open of people whose last day is over; gives how many people that concerned.

    Their access is refused anyway; this makes the records say so too. Run by the hourly job.
    """
    actor = actor or system_actor("leavers lose access")
    with transaction.atomic():
        gone = Person.objects.filter(left_on__lt=clock.today())
        still_open = (
            Q(account__is_active=True)
            | Q(grants__isnull=False, grants__ended_at__isnull=True)
            | Q(tokens__isnull=False, tokens__revoked_at__isnull=True)
        )
        people = {person.pk: person for person in gone.filter(still_open).distinct()}
        closed = close_access(people)
        audit.record_many(
            actor,
            [
                audit.Entry("kernel.person.access_closed", "kernel.person", str(pk), person.name, closed.for_person(pk))
                for pk, person in people.items()
            ],
        )
    return len(people)
