"""From hits of atoms to matches of queries, at a cost that follows the hits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from fourleaf.engine.listening.matching.buffer import Positions
from fourleaf.engine.listening.matching.clauses import Literal, Tree
from fourleaf.engine.listening.matching.hits import Hits
from fourleaf.engine.listening.matching.joins import among, expand, unique_sorted
from fourleaf.engine.listening.matching.plan import ClauseTable, Plan

__all__ = ["FilterLookup", "Matches", "evaluate"]

#: Given the number of a filter and rows, says for which rows the field has one of the wanted values.
FilterLookup: TypeAlias = Callable[[int, Positions], npt.NDArray[np.bool_]]


@dataclass(slots=True)
class Matches:
    """Matches as pairs of row and query index, sorted, and which hits support them (each pair of columns aligned)."""

    row: Positions
    query: Positions
    support_hit: Positions
    support_query: Positions


def evaluate(plan: Plan, hits: Hits, lookup: FilterLookup, *, support: bool) -> Matches:
    """Apply the boolean layer. Without `support` the hits behind each match are not gathered."""
    assert plan.table is not None  # noqa: S101 - made by compile_plan
    table = plan.table
    queries = max(len(plan.ids), 1)
    index, entry = expand(table.starts, hits.atom)
    clause, group, row = table.clause[entry], table.group[entry], hits.row[index]
    count = max(len(table.query), 1)
    positive = group >= 0
    simple = table.simple[clause]
    compound = ~simple
    matched = _compound(table, row[compound], clause[compound], group[compound], lookup) if compound.any() else None
    pairs = [row[simple] * queries + table.query[clause[simple]]]
    if matched is not None:
        pairs.append((matched // count) * queries + table.query[matched % count])
    support_hit, support_query = [], []
    if support:
        holds = simple
        if matched is not None:
            holds = simple | (positive & among(row * count + clause, matched))
        support_hit.append(index[holds])
        support_query.append(table.query[clause[holds]])
    for query, tree in plan.trees.items():
        rows, supporting = _tree(tree, hits, lookup)
        pairs.append(rows * queries + query)
        support_hit.append(supporting)
        support_query.append(np.full(len(supporting), query, np.int64))
    keys = unique_sorted(np.concatenate(pairs))
    empty = np.empty(0, np.int64)
    return Matches(
        keys // queries,
        keys % queries,
        np.concatenate([empty, *support_hit]),
        np.concatenate([empty, *support_query]),
    )


def _compound(
    table: ClauseTable, row: Positions, clause: Positions, group: Positions, lookup: FilterLookup
) -> Positions:
    """The pairs, as row * clauses + clause, for which a clause of several parts holds; sorted."""
    count = len(table.query)
    pair = row * count + clause
    positive = group >= 0
    width = int(table.needed.max()) + 1
    seen = unique_sorted(pair[positive] * width + group[positive]) // width
    pairs, groups = np.unique(seen, return_counts=True)
    pairs = pairs[groups == table.needed[pairs % count]]
    if not positive.all():
        pairs = pairs[~among(pairs, unique_sorted(pair[~positive]))]
    return _filtered(table, pairs, lookup)


def _filtered(table: ClauseTable, pairs: Positions, lookup: FilterLookup) -> Positions:
    """The pairs whose filters agree; only rows that everything else let through are looked up."""
    if not len(table.filter_number) or not len(pairs):
        return pairs
    count = len(table.query)
    index, entry = expand(table.filter_starts, pairs % count)
    number, negated = table.filter_number[entry], table.filter_negated[entry]
    good = np.ones(len(pairs), bool)
    for wanted in np.unique(number).tolist():
        asked = number == wanted
        rows, back = np.unique(pairs[index[asked]] // count, return_inverse=True)
        agrees = lookup(wanted, rows)[back] != negated[asked]
        good[index[asked][~agrees]] = False
    return pairs[good]


def _tree(tree: Tree | Literal, hits: Hits, lookup: FilterLookup) -> tuple[Positions, Positions]:
    """Rows that match a query kept as a tree, and the hits that support them."""
    wanted = {literal.number for literal in _literals(tree) if not literal.is_filter and not literal.negated}
    chosen = np.flatnonzero(np.isin(hits.atom, np.array(sorted(wanted), np.int64)))
    rows = unique_sorted(hits.row[chosen])
    truth = _truth(tree, rows, hits, lookup)
    supporting: list[Positions] = []
    pending: list[tuple[Tree | Literal, npt.NDArray[np.bool_]]] = [(tree, truth)]
    while pending:
        node, active = pending.pop()
        if isinstance(node, Literal):
            if not node.is_filter and not node.negated:
                own = np.flatnonzero(hits.atom == node.number)
                supporting.append(own[among(hits.row[own], rows[active])])
            continue
        pending.extend(
            (child, active if node.all_of else active & _truth(child, rows, hits, lookup)) for child in node.children
        )
    return rows[truth], unique_sorted(np.concatenate([np.empty(0, np.int64), *supporting]))


def _literals(tree: Tree | Literal) -> list[Literal]:
    found: list[Literal] = []
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, Literal):
            found.append(node)
        else:
            pending.extend(node.children)
    return found


def _truth(tree: Tree | Literal, rows: Positions, hits: Hits, lookup: FilterLookup) -> npt.NDArray[np.bool_]:
    if isinstance(tree, Literal):
        if tree.is_filter:
            truth = lookup(tree.number, rows) if len(rows) else np.zeros(0, bool)
        else:
            truth = among(rows, unique_sorted(hits.row[hits.atom == tree.number]))
        return ~truth if tree.negated else truth
    truth = np.full(len(rows), tree.all_of)
    # Each part is asked only about rows that it can still decide, and filters, which may be dear, come last.
    for child in sorted(tree.children, key=lambda part: isinstance(part, Literal) and part.is_filter):
        open_ = np.flatnonzero(truth == tree.all_of)
        truth[open_] = _truth(child, rows[open_], hits, lookup)
    return truth
