"""The boolean layer in a form that arrays can answer.

Each query becomes one or more *clauses*: all of some groups (each: one of its literals), none of some literals, and
some filters. ``(a OR b) c -d lang:en`` is one clause with the groups {a, b} and {c}. A query matches where one of its
clauses does. Nearly all queries people write are one clause or a few; a query that would need too many is kept as a
tree instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from fourleaf.engine.listening.query.ast import And, Field, Near, Node, Not, Or, Term

__all__ = ["Clause", "Literal", "Tree", "clauses_of", "tree_of"]

_MOST_CLAUSES: Final = 2_000
_MOST_LITERALS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Literal:
    """An atom (`is_filter` False: found by search, so its rows are known) or a filter (looked up for given rows)."""

    number: int
    is_filter: bool = False
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Tree:
    """A query in negation normal form: literals under `all_of` and any-of nodes."""

    all_of: bool
    children: tuple[Tree | Literal, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """Rows where each group has a hit, no atom of `without` has one, and each filter (number, negated) agrees."""

    groups: frozenset[frozenset[int]] = frozenset()
    without: frozenset[int] = frozenset()
    filters: frozenset[tuple[int, bool]] = frozenset()

    @property
    def is_simple(self) -> bool:
        """Whether any hit of the only group is enough."""
        return len(self.groups) == 1 and not self.without and not self.filters


Numberer: TypeAlias = Callable[[Term | Field | Near], tuple[int, bool]]


def tree_of(node: Node, number: Numberer, negated: bool = False) -> Tree | Literal:
    """Negation normal form; `number` gives the number of an atom or filter and whether it is a filter."""
    match node:
        case Not():
            return tree_of(node.child, number, not negated)
        case And() | Or():
            parts = tuple(tree_of(child, number, negated) for child in node.children)
            return Tree(isinstance(node, And) != negated, parts)
        case _:
            found, is_filter = number(node)
            return Literal(found, is_filter, negated)


def clauses_of(tree: Tree | Literal) -> list[Clause] | None:
    """The clauses of a query, or None when it would need too many."""
    if isinstance(tree, Literal):
        if tree.is_filter:
            return [Clause(filters=frozenset([(tree.number, tree.negated)]))]
        if tree.negated:
            return [Clause(without=frozenset([tree.number]))]
        return [Clause(groups=frozenset([frozenset([tree.number])]))]
    parts = []
    for child in tree.children:
        clauses = clauses_of(child)
        if clauses is None:
            return None
        parts.append(clauses)
    return _product(parts) if tree.all_of else _union(parts)


def _union(parts: list[list[Clause]]) -> list[Clause] | None:
    merged: set[int] = set()
    others: dict[Clause, None] = {}
    for clause in (clause for part in parts for clause in part):
        if clause.is_simple:
            merged.update(*clause.groups)
        else:
            others[clause] = None
    if len(others) > _MOST_CLAUSES:
        return None
    simple = [Clause(groups=frozenset([frozenset(merged)]))] if merged else []
    return [*simple, *others]


def _product(parts: list[list[Clause]]) -> list[Clause] | None:
    """All ways to take one clause of each part; parts of a single clause come first, so they are joined once."""
    result = [Clause()]
    for part in sorted(parts, key=len):
        size = sum(sum(map(len, clause.groups)) + len(clause.without) + 1 for clause in (*result, *part))
        if len(result) * len(part) > _MOST_CLAUSES or len(result) * len(part) * size > _MOST_LITERALS * 50:
            return None
        if len(part) == 1 and len(result) == 1:
            result = [_both(result[0], part[0])]
        else:
            result = list(dict.fromkeys(_both(left, right) for left in result for right in part))
    return result


def _both(left: Clause, right: Clause) -> Clause:
    return Clause(left.groups | right.groups, left.without | right.without, left.filters | right.filters)
