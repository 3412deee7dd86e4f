"""Predicates of the permissions of listening.

A role may be held everywhere, for one brand or for one region. A permission that concerns a query holds for it when
it is carried everywhere, for the query's brand, or for one of its regions. Asked without a query, it holds when it is
carried anywhere at all: the rows are then narrowed by ``visible_to``.
"""

from __future__ import annotations

from collections.abc import Callable

from fourleaf.kernel.actors import Actor
from fourleaf.listening.models import ListeningQuery

__all__ = ["anywhere", "for_query", "scopes"]


def anywhere(actor: Actor, code: str) -> bool:
    """Whether the actor carries the code, with or without limits."""
    return actor.may(code) or any(item[0] == code for item in actor.scoped)


def scopes(actor: Actor, code: str) -> tuple[list[int], list[int]]:
    """(brand ids, region ids) that the code is limited to for this actor."""
    brands = sorted(id_ for held, kind, id_ in actor.scoped if held == code and kind == "brand")
    regions = sorted(id_ for held, kind, id_ in actor.scoped if held == code and kind == "region")
    return brands, regions


def for_query(code: str) -> Callable[[Actor, ListeningQuery | None], bool]:
    """A predicate over (actor, query or None)."""

    def predicate(actor: Actor, query: ListeningQuery | None = None) -> bool:
        if query is None:
            return anywhere(actor, code)
        if actor.may_for(code, "brand", query.brand_id):
            return True
        _, regions = scopes(actor, code)
        return bool(regions) and query.regions.filter(pk__in=regions).exists()

    return predicate
