"""The registry of permissions: a code, a label that people can read, and a predicate over (actor, object).

Predicates are `rules` predicates, so they compose with ``&``, ``|`` and ``~``. A service calls `require`; a page asks
`allowed` to know what to show. Each permission that concerns rows has a twin ``visible_to(actor)`` in the selectors of
its context, and a test that the two agree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rules.permissions import add_perm, has_perm
from rules.predicates import predicate as as_predicate

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotAllowedError, NotFoundError

__all__ = ["PERMISSIONS", "Permission", "allowed", "carries", "declare", "require"]


@dataclass(frozen=True)
class Permission:
    """One right, as the reference lists it."""

    code: str
    label: str


PERMISSIONS: dict[str, Permission] = {}


def carries(code: str) -> Any:
    """A predicate: the actor's roles carry this code without limits."""

    def predicate(actor: Actor, obj: object = None) -> bool:
        return actor.may(code)

    return as_predicate(predicate, name=f"carries:{code}")  # type: ignore[no-untyped-call]  # rules has no types


def declare(code: str, label: str, predicate: Callable[..., Any] | None = None) -> str:
    """Register a permission; without a predicate it is carried by roles alone. Gives the code."""
    if code in PERMISSIONS:
        raise ValueError(f"The permission {code} is declared twice.")
    PERMISSIONS[code] = Permission(code, label)
    add_perm(code, predicate or carries(code))  # type: ignore[no-untyped-call]  # rules has no types
    return code


def allowed(actor: Actor, code: str, obj: object = None) -> bool:
    """Whether the actor may do this (with this object). An unknown code is a programming error."""
    if code not in PERMISSIONS:
        raise KeyError(f"No permission is called {code}.")
    return bool(has_perm(code, actor, obj))  # type: ignore[no-untyped-call]  # rules has no types


def require(actor: Actor, code: str, obj: object = None, *, seen_by: str | None = None) -> None:
    """Raise unless `allowed`.

    With ``seen_by`` (the permission to see the object), somebody who may not see it gets `NotFoundError`, so that
    absent and forbidden look alike; somebody who may see it gets `NotAllowedError` with a sentence.
    """
    if allowed(actor, code, obj):
        return
    if seen_by is not None and not allowed(actor, seen_by, obj):
        raise NotFoundError
    raise NotAllowedError(
        f"You may not do this: it needs the right “{PERMISSIONS[code].label}”. "
        "An administrator can grant a role that carries it."
    )
