"""Which cells of a breakdown may be shown, so that nobody can work out the answers of fewer than k people.

A cell with fewer than k people is hidden. Then, as long as the shown cells disclose any set of fewer than k people
(`disclosure.Attack`), one of the cells behind the disclosure is hidden too: the finest first, and of these the
smallest. That is complementary suppression; for a tree it is the rule "hide the smallest visible sibling until the
hidden ones hold k people". It always ends, at worst with nothing but the whole. At the end, cells that turn out not to
be needed are shown again.

Counts are treated as known to the reader, although only bands of them are shown.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fourleaf.engine.survey.disclosure import Attack, TooManyError

__all__ = [
    "Cell", "Node", "Published", "band", "crossed_cells", "publish", "publish_crossed", "publish_tree", "tree_cells",
]  # fmt: skip

Ints = NDArray[np.int64]
_BANDS: Final = (50, 20, 10)
_RESTORED_UP_TO: Final = 60_000  # cells x atoms; for larger tables looking at each hidden cell again takes too long


def band(n: int, k: int = 5) -> str:
    """The band in which a number of people is shown: 5-9, 10-19, 20-49, 50+; below k only that."""
    if n < k:
        return f"fewer than {k}"
    if n >= _BANDS[0]:
        return f"{_BANDS[0]}+"
    edges = sorted({k, *(edge for edge in _BANDS if edge > k)})
    low = max(edge for edge in edges if edge <= n)
    return f"{low}-{min(edge for edge in edges if edge > n) - 1}" if n < edges[-1] else f"{edges[-1]}+"


@dataclass(frozen=True)
class Cell:
    """A cell that could be shown: its people are those of `atoms`. Finer cells have a greater `depth`.

    `keep`: hidden for the sake of others only when nothing else is left.
    """

    key: Hashable
    atoms: tuple[int, ...]
    depth: int = 1
    keep: bool = False


@dataclass(frozen=True)
class Node:
    """A unit of a tree: `direct` people of its own, and the units below it."""

    name: str
    direct: int = 0
    children: tuple[Node, ...] = ()

    @property
    def n(self) -> int:
        """People of the unit and everything below."""
        return self.direct + sum(child.n for child in self.children)


@dataclass(frozen=True)
class Published:
    """What may be shown. `small` have fewer than k people, `complementary` are hidden for the sake of others, `empty`
    have nobody. A reader is not told which of the hidden cells are which."""

    k: int
    visible: frozenset[Any]
    small: frozenset[Any] = frozenset()
    complementary: frozenset[Any] = frozenset()
    empty: frozenset[Any] = frozenset()
    counts: Mapping[Any, int] = field(default_factory=dict)

    @property
    def hidden(self) -> frozenset[Any]:
        """All that is not shown although there are people in it."""
        return self.small | self.complementary

    def shows(self, key: Hashable) -> bool:
        """Whether a cell may be shown."""
        return key in self.visible


def publish(
    cells: Sequence[Cell],
    counts: ArrayLike,
    k: int = 5,
    *,
    allowed: Iterable[Hashable] | None = None,
    secrets: Iterable[Sequence[int]] = (),
) -> Published:
    """The cells that may be shown together.

    Parameters
        counts: people of each atom.
        allowed: keys that may be shown at all; the others are hidden from the start. For a figure that only some of a
            cell's people have (a leaf that some left out), give the counts of those people, and the keys that were
            published for everybody.
        secrets: further sets of atoms that must not be disclosed whatever their size, such as people who all answered
            alike.
    """
    people = np.asarray(counts, np.int64)
    if (people < 0).any():
        raise ValueError("An atom cannot hold fewer than 0 people.")
    permitted = None if allowed is None else set(allowed)
    hush = [np.asarray(one, np.int64) for one in secrets]
    sizes = [int(people[list(cell.atoms)].sum()) for cell in cells]
    empty = frozenset(cell.key for cell, n in zip(cells, sizes, strict=True) if n == 0)
    small = frozenset(cell.key for cell, n in zip(cells, sizes, strict=True) if 0 < n < k)
    vectors = np.zeros((len(cells), len(people)), np.bool_)
    for place, cell in enumerate(cells):
        vectors[place, list(cell.atoms)] = True
    permitted_at = np.array(
        [n >= k and (permitted is None or cell.key in permitted) for cell, n in zip(cells, sizes, strict=True)],
        np.bool_,
    )
    shown = permitted_at.copy()
    # The order in which cells are given up: those that need not be kept, the finest, the smallest, as listed.
    order = sorted(range(len(cells)), key=lambda at: (cells[at].keep, -cells[at].depth, sizes[at], at))
    rank = np.empty(len(cells), np.int64)
    rank[order] = np.arange(len(cells))
    while shown.any():
        given_up = _to_hide(vectors, people, np.flatnonzero(shown), rank, k, hush)
        if given_up is None:
            left = np.flatnonzero(shown).tolist()
            finest = max((not cells[at].keep, cells[at].depth) for at in left)
            given_up = {at for at in left if (not cells[at].keep, cells[at].depth) == finest}
        if not given_up:
            break
        shown[list(given_up)] = False
    if vectors.size <= _RESTORED_UP_TO:
        _restore(vectors, people, shown, permitted_at, rank, k, hush)
    visible = frozenset(cells[at].key for at in np.flatnonzero(shown).tolist())
    other = frozenset(cell.key for cell in cells) - visible - small - empty
    return Published(k, visible, small, other, empty, {c.key: n for c, n in zip(cells, sizes, strict=True)})


def _to_hide(
    vectors: NDArray[np.bool_], people: Ints, shown: NDArray[np.intp], rank: Ints, k: int, secrets: Sequence[Ints]
) -> set[int] | None:
    """Cells to give up next; empty when the shown ones are safe, None when that cannot be told in good time."""
    attack = Attack(vectors[shown], people)
    try:
        disclosed = attack.small_sets(k)
    except TooManyError:
        return None
    disclosed += [attack.classes_of(secret) for secret in secrets if attack.discloses(secret)]
    given_up: set[int] = set()
    for classes in disclosed:
        behind = shown[attack.cells_behind(classes)]
        if not len(behind):  # rounding hid the derivation; hiding the most dispensable cell is safe and ends
            behind = shown
        if given_up.isdisjoint(behind.tolist()):
            given_up.add(int(behind[np.argmin(rank[behind])]))
    return given_up


def _restore(
    vectors: NDArray[np.bool_],
    people: Ints,
    shown: NDArray[np.bool_],
    permitted: NDArray[np.bool_],
    rank: Ints,
    k: int,
    secrets: Sequence[Ints],
) -> None:
    """Show again, the least dispensable first, what was given up early and turned out not to be needed."""
    candidates = np.flatnonzero(permitted & ~shown)
    for at in candidates[np.argsort(-rank[candidates])].tolist():
        shown[at] = True
        given_up = _to_hide(vectors, people, np.flatnonzero(shown), rank, k, secrets)
        if given_up is None or given_up:
            shown[at] = False


def tree_cells(root: Node) -> tuple[list[Cell], Ints]:
    """Cells and atoms of a tree. A key is the path of names; people of a unit with units below it form a cell of their
    own, whose path ends with an empty name."""
    cells: list[Cell] = []
    counts: list[int] = []

    def walk(node: Node, path: tuple[str, ...]) -> tuple[int, ...]:
        here = (*path, node.name)
        own = (len(counts),)
        counts.append(node.direct)
        if node.children and node.direct:
            cells.append(Cell((*here, ""), own, len(here)))
        below = tuple(atom for child in node.children for atom in walk(child, here))
        cells.append(Cell(here, own + below, len(here) - 1, keep=not path))
        return own + below

    walk(root, ())
    if len({cell.key for cell in cells}) < len(cells):
        raise ValueError("Two units below the same unit have one name; give each its own.")
    return cells, np.array(counts, np.int64)


def publish_tree(root: Node, k: int = 5) -> Published:
    """What may be shown of a tree of units; keys are paths of names from the root."""
    cells, counts = tree_cells(root)
    return publish(cells, counts, k)


def crossed_cells(first: tuple[str, Sequence[str]], second: tuple[str, Sequence[str]]) -> list[Cell]:
    """Cells of two crossed dimensions, each (name, values): the whole, both margins and every combination.

    Atoms are the combinations row by row. A key is a tuple of (dimension, value) pairs; the whole is ().
    """
    (row_name, rows), (column_name, columns) = first, second
    grid = np.arange(len(rows) * len(columns)).reshape(len(rows), len(columns))
    cells = [Cell((), tuple(grid.ravel().tolist()), 0, keep=True)]
    cells += [Cell(((row_name, row),), tuple(grid[at].tolist())) for at, row in enumerate(rows)]
    cells += [Cell(((column_name, one),), tuple(grid[:, at].tolist())) for at, one in enumerate(columns)]
    cells += [
        Cell(((row_name, row), (column_name, one)), (int(grid[i, j]),), 2)
        for i, row in enumerate(rows)
        for j, one in enumerate(columns)
    ]
    return cells


def publish_crossed(
    counts: ArrayLike, first: tuple[str, Sequence[str]], second: tuple[str, Sequence[str]], k: int = 5
) -> Published:
    """What may be shown of a table (first x second) with both margins and the whole."""
    table = np.asarray(counts, np.int64)
    if table.shape != (len(first[1]), len(second[1])):
        raise ValueError(f"The table is {table.shape}, its names are {len(first[1])} by {len(second[1])}.")
    return publish(crossed_cells(first, second), table.ravel(), k)
