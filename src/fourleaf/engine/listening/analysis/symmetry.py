"""Whether the queries of own brand and competitors are built alike; if not, share of voice (K01) is not fair."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fourleaf.engine.listening import QuerySpec
    from fourleaf.engine.listening.query.ast import Node

__all__ = ["asymmetries"]

#: One query with this many times the terms of another, and at least as many more, is built differently.
_FACTOR: Final = 3


def asymmetries(specs: Sequence[QuerySpec]) -> list[str]:
    """A sentence for each way in which own and competitor queries differ in structure.

    Compared are exclusions (NOT), conditions (lang:, author:, source:) and the number of terms to find.
    """
    from fourleaf.engine.listening import parse_query

    compared = [spec for spec in specs if spec.role != "topic"]
    if {spec.role for spec in compared} != {"own", "competitor"}:
        return []
    found: list[str] = []
    traits = {spec.name: list(_traits(parse_query(spec.query).root)) for spec in compared}
    for trait in sorted({trait for have in traits.values() for trait in have if trait != "term"}):
        without = [name for name, have in traits.items() if trait not in have]
        if without:
            having = next(name for name, have in traits.items() if trait in have)
            found.append(
                f"Share of voice compares queries that are not built alike: {having!r} has {trait}, "
                f"{without[0]!r} has none."
            )
    terms = {name: have.count("term") for name, have in traits.items()}
    most, least = max(terms, key=terms.__getitem__), min(terms, key=terms.__getitem__)
    if terms[most] >= _FACTOR * max(terms[least], 1) and terms[most] - terms[least] >= _FACTOR:
        found.append(
            f"Share of voice compares queries that are not built alike: {most!r} looks for {terms[most]} terms, "
            f"{least!r} for {terms[least]}."
        )
    return found


def _traits(node: Node, *, excluded: bool = False) -> Iterator[str]:
    """What a query is built of; a "term" for each term to find."""
    from fourleaf.engine.listening.query.ast import And, Field, Near, Not, Or

    if isinstance(node, Not):
        yield "exclusions"
        yield from _traits(node.child, excluded=True)
    elif isinstance(node, And | Or):
        for child in node.children:
            yield from _traits(child, excluded=excluded)
    elif isinstance(node, Field):
        yield f"a condition {node.name}:"
    elif not excluded:
        yield from ["term"] * (len(node.left) + len(node.right) if isinstance(node, Near) else 1)
