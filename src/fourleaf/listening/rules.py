"""Predicates of the permissions of listening.

A role may be held everywhere, for one brand or for one region. A permission that concerns a query holds for it when
it is carried everywhere, for the query's brand, or for one of its regions. Asked without a query, it holds when it is
carried anywhere at all: the rows are then narrowed by ``visible_to``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fourleaf.kernel.actors import Actor
from fourleaf.listening.models import ListeningQuery

__all__ = ["anywhere", "asymmetries", "for_query", "scopes"]


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


def asymmetries(queries: Sequence[ListeningQuery]) -> list[str]:
    """Sentences on how own and competitor queries are built differently, which makes shares of voice doubtful.

    Compared is which means they use at all: a filter on one side only finds fewer posts there for no other reason.
    """
    sides: dict[str, set[str]] = {"own": set(), "competitor": set()}
    for query in queries:
        if query.role in sides:
            sides[query.role] |= _means(query.text)
    if not all(any(query.role == role for query in queries) for role in sides):
        return []
    remarks = []
    for here, there, names in (("own", "competitor", "Own"), ("competitor", "own", "Competitor")):
        remarks += [
            f"{names} queries use {means}, {there} queries do not; the shares are not quite comparable."
            for means in sorted(sides[here] - sides[there])
        ]
    return remarks


def _means(text: str) -> set[str]:
    """Which means of the query language a text uses that narrow it down.

    How exclusions are worded, with NEAR or with a phrase, is no means of its own: they are one either way.
    """
    from fourleaf.engine.listening.query import Field, Near, Not, QueryError, parse_query
    from fourleaf.engine.listening.query.ast import children

    try:
        pending, found = [(parse_query(text).root, False)], set()
    except QueryError:
        return set()
    while pending:
        node, excluded = pending.pop()
        pending.extend((child, excluded or isinstance(node, Not)) for child in children(node))
        if isinstance(node, Not):
            found.add("exclusions")
        elif isinstance(node, Near) and not excluded:
            found.add("NEAR")
        elif isinstance(node, Field):
            found.add(f"{node.name}:")
    return found
