"""Undo: a signed, expiring link to a registered function.

    restore = undo.register("people.person.left", lambda actor, data: return_person(actor=actor, id=data["id"]))
    flash(request, f"{person.name} has left.", undo=undo.link(request.actor, restore, {"id": person.pk}))

The link works for the account that it was made for, within `LIFETIME`. The function is a call of a service, which
checks the permission again, changes and audits; undoing twice is therefore the service's matter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core import signing

from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import InvalidError, NotAllowedError

__all__ = ["LIFETIME", "REGISTRY", "UndoLink", "link", "register", "run"]

LIFETIME = timedelta(minutes=30)
_SALT = "fourleaf.web.undo"
Function = Callable[[Actor, Mapping[str, Any]], "str | None"]
REGISTRY: dict[str, Function] = {}


@dataclass(frozen=True)
class UndoLink:
    """What the flash carries; ``label`` is the button's word."""

    token: str
    label: str = "Undo"


def register(code: str, function: Function) -> str:
    """Register what undoes something; it gets the actor and the link's data, may give a sentence. Gives the code."""
    if code in REGISTRY:
        raise ValueError(f"The undo function {code} is registered twice.")
    REGISTRY[code] = function
    return code


def link(actor: Actor, code: str, data: Mapping[str, Any], *, label: str = "Undo") -> UndoLink:
    """A link for this actor's account; ``data`` must be JSON and small."""
    if code not in REGISTRY:
        raise KeyError(f"No undo function is called {code}.")
    until = (clock.now() + LIFETIME).timestamp()
    token = signing.dumps(
        {"c": code, "d": dict(data), "a": actor.account_id, "u": int(until)}, salt=_SALT, compress=True
    )
    return UndoLink(token, label)


def run(actor: Actor, token: str) -> str:
    """Undo; gives a sentence. `InvalidError`: the link is broken or too old; `NotAllowedError`: it is another's."""
    try:
        content = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        raise InvalidError("This undo link is damaged. Nothing was changed.") from None
    if content["a"] != actor.account_id:
        raise NotAllowedError("Only the person who did it can undo it with this link. Nothing was changed.")
    if clock.now().timestamp() > content["u"]:
        raise InvalidError(
            f"It is too late to undo this with one click: the link worked for {LIFETIME.seconds // 60} minutes. "
            "Nothing was changed."
        )
    function = REGISTRY.get(content["c"])
    if function is None:
        raise InvalidError("This can no longer be undone. Nothing was changed.")
    return function(actor, content["d"]) or "Undone."
