"""What the pages about people can undo; each calls a service, which checks the right again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.services import access, accounts, leaving, people
from fourleaf.web.kit.undo import register

__all__ = ["UNDO_CHANGE", "UNDO_CLOSING", "UNDO_END_OF_ROLE", "UNDO_GRANT", "UNDO_LEAVING"]


def _leaving(actor: Actor, data: Mapping[str, Any]) -> str:
    person = leaving.undo_end_employment(actor=actor, person_id=data["id"])
    return f"{person.name} has not left. Sessions have to be begun anew, and tokens made anew."


def _change(actor: Actor, data: Mapping[str, Any]) -> str:
    fields = dict(data["fields"])
    if fields.get("started_on"):
        fields["started_on"] = date.fromisoformat(fields["started_on"])
    person = people.change_person(actor=actor, person_id=data["id"], version=data["version"], **fields)
    return f"{person.name} is as before."


def _end_of_role(actor: Actor, data: Mapping[str, Any]) -> str:
    grant = access.restore_role(actor=actor, grant_id=data["id"])
    return f"{grant.person.name} holds the role again."


def _grant(actor: Actor, data: Mapping[str, Any]) -> str:
    grant = access.end_role(actor=actor, grant_id=data["id"])
    return f"{grant.person.name} no longer holds the role."


def _closing(actor: Actor, data: Mapping[str, Any]) -> str:
    account = accounts.open_account(actor=actor, person_id=data["id"])
    return f"The account {account.email} is open again."


UNDO_LEAVING = register("people.leaving", _leaving)
UNDO_CHANGE = register("people.change", _change)
UNDO_END_OF_ROLE = register("people.end_of_role", _end_of_role)
UNDO_GRANT = register("people.grant", _grant)
UNDO_CLOSING = register("people.closing", _closing)
