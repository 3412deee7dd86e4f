"""The parts a query is made of. Nodes compare by meaning: places in the text are not part of equality."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from fourleaf.engine.listening.query.errors import QueryWarning

__all__ = [
    "FIELDS",
    "And",
    "Field",
    "FieldName",
    "Near",
    "Node",
    "Not",
    "Or",
    "Query",
    "Term",
    "TermKind",
    "children",
    "found_terms",
    "is_bounded",
    "terms",
]

TermKind: TypeAlias = Literal["word", "phrase", "tag", "handle"]
FieldName: TypeAlias = Literal["lang", "author", "source"]

#: The fields a query can ask for.
FIELDS: Final[tuple[FieldName, ...]] = ("lang", "author", "source")


@dataclass(frozen=True, slots=True)
class Term:
    """Something to find in the text. `text` is as typed, without quotes, sigil or the star of `wildcard`."""

    kind: TermKind
    text: str
    wildcard: bool = False
    position: int = field(default=0, compare=False)
    length: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Field:
    """A property of the post that must be one of `values` (lower case, without "@")."""

    name: FieldName
    values: tuple[str, ...]
    position: int = field(default=0, compare=False)
    length: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """What must not hold."""

    child: Node
    position: int = field(default=0, compare=False)
    length: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """Two or more parts that must all hold."""

    children: tuple[Node, ...]
    position: int = field(default=0, compare=False)
    length: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """Two or more parts of which one must hold."""

    children: tuple[Node, ...]
    position: int = field(default=0, compare=False)
    length: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Near:
    """One of `left` and one of `right`, at most `distance` words apart (1 is side by side), in either order."""

    left: tuple[Term, ...]
    right: tuple[Term, ...]
    distance: int
    position: int = field(default=0, compare=False)
    length: int = field(default=0, compare=False)


Node: TypeAlias = Term | Field | Not | And | Or | Near


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was read: its tree, the text it came from, and remarks that do not stop it."""

    root: Node
    text: str = field(default="", compare=False)
    warnings: tuple[QueryWarning, ...] = field(default=(), compare=False)

    def canonical(self) -> str:
        """The query in one agreed form; parsing it gives an equal query."""
        from fourleaf.engine.listening.query.describe import canonical  # it needs the nodes

        return canonical(self.root)

    def terms(self) -> list[Term]:
        """All terms in reading order, the excluded ones included."""
        return list(terms(self.root))


def children(node: Node) -> tuple[Node, ...]:
    """The direct parts of a node."""
    match node:
        case And() | Or():
            return node.children
        case Not():
            return (node.child,)
        case Near():
            return (*node.left, *node.right)
        case _:
            return ()


def terms(node: Node) -> Iterator[Term]:
    """All terms under a node, in reading order."""
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, Term):
            yield current
        pending.extend(reversed(children(current)))


def found_terms(node: Node, excluded: bool = False) -> Iterator[Term]:
    """The terms that a matching text may contain: those not under an odd number of NOTs."""
    pending = [(node, excluded)]
    while pending:
        current, negated = pending.pop()
        if isinstance(current, Term) and not negated:
            yield current
        inner = negated != isinstance(current, Not)
        pending.extend((child, inner) for child in reversed(children(current)))


def is_bounded(node: Node, negated: bool = False) -> bool:
    """Whether every post that fits must contain a named term or come from a named author.

    A node that is not bounded fits nearly everything: a NOT alone, a language or a source alone, or an OR with such
    a part.
    """
    match node:
        case Not():
            return is_bounded(node.child, not negated)
        case And() | Or():
            every = isinstance(node, Or) != negated
            parts = [is_bounded(child, negated) for child in node.children]
            return all(parts) if every else any(parts)
        case Field():
            return node.name == "author" and not negated
        case _:
            return not negated
