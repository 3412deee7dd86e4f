"""Predicates of the permissions of alignment.

A plan is one for the whole organisation: who may see findings for one brand or region may see them all.
"""

from __future__ import annotations

from collections.abc import Callable

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.rules import somewhere

__all__ = ["anywhere"]


def anywhere(code: str) -> Callable[[Actor, object], bool]:
    """A predicate: the actor carries the code, with or without limits."""

    def predicate(actor: Actor, obj: object = None) -> bool:
        return somewhere(actor, code)

    return predicate
