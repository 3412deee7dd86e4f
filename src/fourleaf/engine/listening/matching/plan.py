"""A set of queries compiled: which atoms to find, and which clauses they decide."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal as OneOf

import numpy as np
import numpy.typing as npt

from fourleaf.engine.listening.matching.buffer import Positions
from fourleaf.engine.listening.matching.clauses import Clause, Literal, Tree, clauses_of, tree_of
from fourleaf.engine.listening.matching.folding import fold_label
from fourleaf.engine.listening.matching.needles import Needle, NeedleSearch, NeedleTerm, needle_term
from fourleaf.engine.listening.query.ast import Field, Near, Query, Term
from fourleaf.engine.listening.query.errors import QueryError, QueryErrors
from fourleaf.engine.listening.query.parser import parse_query

__all__ = ["ClauseTable", "NearAtom", "Plan", "QuerySpec", "RowFilter", "compile_plan"]


@dataclass(frozen=True, slots=True)
class QuerySpec:
    """A listening query of the organisation: `id` is what matches are reported under."""

    id: int
    name: str
    query: str
    role: OneOf["own", "competitor", "topic"] = "topic"


@dataclass(frozen=True, slots=True)
class NearAtom:
    """Two sets of term atoms and how many words apart they may be."""

    left: frozenset[int]
    right: frozenset[int]
    distance: int


@dataclass(frozen=True, slots=True)
class RowFilter:
    """A field that must have one of some values."""

    name: str
    values: frozenset[str]


@dataclass(slots=True)
class ClauseTable:
    """All clauses as arrays. The entries of atom a are ``starts[a]:starts[a + 1]``.

    `group` is the number of the group that an entry belongs to within its clause, or -1 when it must be absent.
    """

    starts: Positions
    clause: Positions
    group: Positions
    simple: npt.NDArray[np.bool_]
    needed: Positions
    query: Positions
    filter_starts: Positions
    filter_number: Positions
    filter_negated: npt.NDArray[np.bool_]


@dataclass(slots=True)
class Plan:
    """Everything the matcher needs; atoms are numbered, terms first come as they are met."""

    ids: Positions = field(default_factory=lambda: np.empty(0, np.int64))
    terms: dict[int, NeedleTerm] = field(default_factory=dict)
    nears: dict[int, NearAtom] = field(default_factory=dict)
    authors: dict[int, frozenset[str]] = field(default_factory=dict)
    filters: list[RowFilter] = field(default_factory=list)
    words: NeedleSearch = field(default_factory=NeedleSearch)
    symbols: NeedleSearch = field(default_factory=NeedleSearch)
    trees: dict[int, Tree | Literal] = field(default_factory=dict)  # query index -> what no clauses could say
    table: ClauseTable | None = None
    _numbers: dict[object, int] = field(default_factory=dict)
    _filter_numbers: dict[RowFilter, int] = field(default_factory=dict)

    @property
    def atoms(self) -> int:
        """How many atoms there are."""
        return len(self._numbers)

    def number(self, node: Term | Field | Near) -> tuple[int, bool]:
        """The number of an atom or filter, new ones included, and whether it is a filter."""
        match node:
            case Term():
                return self._term(node), False
            case Near():
                near = NearAtom(
                    frozenset(map(self._term, node.left)), frozenset(map(self._term, node.right)), node.distance
                )
                number, new = self._atom(near)
                if new:
                    self.nears[number] = near
                return number, False
            case Field(name="author"):
                names = frozenset(fold_label(value) for value in node.values)
                number, new = self._atom(("author", names))
                if new:
                    self.authors[number] = names
                return number, False
            case _:
                wanted = RowFilter(node.name, frozenset(fold_label(value) for value in node.values))
                if wanted not in self._filter_numbers:
                    self._filter_numbers[wanted] = len(self.filters)
                    self.filters.append(wanted)
                return self._filter_numbers[wanted], True

    def _atom(self, key: object) -> tuple[int, bool]:
        found = self._numbers.get(key)
        if found is not None:
            return found, False
        self._numbers[key] = len(self._numbers)
        return self._numbers[key], True

    def _term(self, term: Term) -> int:
        search = needle_term(term)
        number, new = self._atom(search)
        if new:
            self.terms[number] = search
            for needle in search.needles:
                self.words.add(needle, number)
            if search.symbol:
                self.symbols.add(Needle(search.symbol), number)
        return number


def compile_plan(specs: Sequence[QuerySpec]) -> Plan:
    """Read all queries and compile them; raises QueryErrors with every query that cannot be read."""
    ordered = sorted(specs, key=lambda spec: spec.id)
    for before, after in itertools.pairwise(ordered):
        if before.id == after.id:
            raise ValueError(
                f"Two queries have the id {before.id}: «{before.name}» and «{after.name}». Give each its own."
            )
    queries: list[Query] = []
    errors: list[QueryError] = []
    for spec in ordered:
        try:
            queries.append(parse_query(spec.query))
        except QueryError as error:
            errors.append(error.named(spec.name))
    if errors:
        raise QueryErrors(errors)
    plan = Plan(ids=np.array([spec.id for spec in ordered], np.int64))
    clauses: list[tuple[int, Clause]] = []
    for index, query in enumerate(queries):
        tree = tree_of(query.root, plan.number)
        found = clauses_of(tree)
        if found is None:
            plan.trees[index] = tree
        else:
            clauses.extend((index, clause) for clause in found)
    plan.words.build()
    plan.symbols.build()
    plan.table = _table(clauses, plan.atoms)
    return plan


def _starts(keys: Positions, count: int) -> Positions:
    return np.concatenate([[0], np.cumsum(np.bincount(keys, minlength=count))]).astype(np.int64)


def _column(values: Iterable[int]) -> Positions:
    return np.fromiter(values, np.int64)


def _table(clauses: Sequence[tuple[int, Clause]], atoms: int) -> ClauseTable:
    entries: list[tuple[int, int, int]] = []
    filters: list[tuple[int, int, bool]] = []
    for number, (_, clause) in enumerate(clauses):
        for position, group in enumerate(sorted(clause.groups, key=sorted)):
            entries.extend((atom, number, position) for atom in group)
        entries.extend((atom, number, -1) for atom in clause.without)
        filters.extend((number, wanted, negated) for wanted, negated in sorted(clause.filters))
    entries.sort()
    atom = _column(entry[0] for entry in entries)
    return ClauseTable(
        starts=_starts(atom, atoms),
        clause=_column(entry[1] for entry in entries),
        group=_column(entry[2] for entry in entries),
        simple=np.array([clause.is_simple for _, clause in clauses], np.bool_),
        needed=_column(len(clause.groups) for _, clause in clauses),
        query=_column(query for query, _ in clauses),
        filter_starts=_starts(_column(entry[0] for entry in filters), len(clauses)),
        filter_number=_column(entry[1] for entry in filters),
        filter_negated=np.array([entry[2] for entry in filters], np.bool_),
    )
