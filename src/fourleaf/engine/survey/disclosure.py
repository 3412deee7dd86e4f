"""What a reader could work out of published figures: the exact attack that suppression must withstand.

People fall into atoms (all that share department, region and so on). A published cell is a 0/1 vector over the atoms,
and its figure gives the sum over them. By adding and subtracting, a reader learns every vector of the row space, and no
other. A set of people is disclosed when its 0/1 vector lies in that space, whether or not it was ever a cell.

Two facts make an exact search quick. Atoms that no published cell tells apart have equal columns, so they are disclosed
together or not at all and can be merged. And a vector lies in the row space exactly when it is orthogonal to every null
vector, so that with random null vectors z the question is which sets have z-sums of 0: a subset-sum problem, solved by
meeting in the middle, since a set of fewer than k people holds fewer than k atoms. Arithmetic is modulo the prime
2^31 - 1: exact, unlike floating point. A set that is disclosed is always found; one that is not is mistaken for
disclosed with a chance of about 2^-62, which would only hide more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Attack", "TooManyError"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_PRIME: Final = (1 << 31) - 1
_MOST: Final = 3_000_000  # half-sets looked at before the search gives up
_SEED: Final = 20_471


class TooManyError(Exception):
    """There are too many small sets to look at all of them."""


@dataclass(frozen=True)
class _Level:
    """Sets of classes of one size: members (rows of places), people in each, and the two z-sums in one number."""

    members: Ints
    people: Ints
    keys: Ints


class Attack:
    """Everything that follows from published cells.

    `vectors` (cells x atoms) are the published cells, `counts` the people of each atom. Atoms without people are taken
    as known to be empty, which only helps the attacker.
    """

    def __init__(self, vectors: Bools, counts: Ints) -> None:
        self._atoms = np.flatnonzero(counts > 0)
        held = vectors[:, self._atoms]
        packed = np.packbits(held.T, axis=1)  # comparing bytes is quicker than comparing truth values
        _, first, self._class_of = np.unique(packed, axis=0, return_index=True, return_inverse=True)
        self._class_of = self._class_of.reshape(-1)
        self.rows = np.ascontiguousarray(held[:, first])  # cells x classes
        self.people = np.bincount(self._class_of, counts[self._atoms], len(first)).astype(np.int64)
        self._size = len(counts)
        alone = self.rows.sum(axis=1) == 1
        self._known = self.rows[alone].any(axis=0) if alone.any() else np.zeros(len(first), np.bool_)
        self._joint = np.flatnonzero(~alone & self.rows.any(axis=1))
        self._pivots, self._transform, self._z = self._reduce()

    def _reduce(self) -> tuple[Ints, Ints, Ints]:
        """Gauss-Jordan elimination of the published rows over the classes that are not known, modulo the prime.

        Gives the classes at the pivots, the transform (pivots x joint cells) that makes the reduced rows, and two
        random null vectors (classes x 2; 0 where a class is known).
        """
        classes = self.rows.shape[1]
        z = np.zeros((classes, 2), np.int64)
        open_ = np.flatnonzero(~self._known)
        joint = self.rows[np.ix_(self._joint, open_)].astype(np.int64)
        matrix = np.hstack([joint, np.eye(len(joint), dtype=np.int64)])
        pivots: list[int] = []
        row = 0
        for column in range(len(open_)):
            if row == len(matrix):
                break
            below = np.flatnonzero(matrix[row:, column])
            if not len(below):
                continue
            chosen = row + int(below[0])
            matrix[[row, chosen]] = matrix[[chosen, row]]
            matrix[row] = matrix[row] * pow(int(matrix[row, column]), -1, _PRIME) % _PRIME
            others = np.flatnonzero(matrix[:, column])
            others = others[others != row]
            matrix[others] = (matrix[others] - matrix[others, column][:, None] * matrix[row]) % _PRIME
            pivots.append(column)
            row += 1
        width = len(open_)
        free = np.setdiff1d(np.arange(len(open_)), pivots)
        chance = np.random.default_rng(_SEED).integers(1, _PRIME, (len(free), 2))
        z[open_[free]] = chance
        for place, column in enumerate(pivots):
            # Products stay below 2^62; each is reduced before they are summed.
            terms = matrix[place, free][:, None] * chance % _PRIME
            z[open_[column]] = -terms.sum(axis=0) % _PRIME
        return open_[np.array(pivots, np.int64)], matrix[: len(pivots), width:], z

    def discloses(self, atoms: Ints) -> bool:
        """Whether the sum over exactly these atoms can be worked out. Empty atoms do not matter."""
        wanted = np.zeros(self._size, np.bool_)
        wanted[atoms] = True
        inside = np.bincount(self._class_of, wanted[self._atoms], len(self.people))
        whole = np.bincount(self._class_of, minlength=len(self.people))
        if not inside.any() or ((inside > 0) & (inside < whole)).any():
            return False
        return not (self._z[inside > 0].sum(axis=0) % _PRIME).any()

    def small_sets(self, k: int) -> list[Ints]:
        """Disclosed sets of 1 to k - 1 people, as places of classes: all of the smallest number of classes.

        Empty when nothing small is disclosed. TooManyError when the search would not end soon.
        """
        small = np.flatnonzero(self.people < k)
        known = ~self._z[small].any(axis=1)
        if known.any():
            return [np.array([place]) for place in small[known]]
        small = small[np.argsort(self.people[small], kind="stable")]
        if not len(small):
            return []
        least = int(self.people[small[0]])  # whatever a set is joined with holds this many for each of its members
        levels = [_Level(np.arange(len(small))[:, None], self.people[small], _key(self._z[small]))]
        for size in range(2, k):
            first, second = (size + 1) // 2, size // 2
            if first > len(levels):
                levels.append(self._grow(levels[-1], levels[0], k - second * least))
            found = _zero_sums(levels[first - 1], levels[second - 1], k, least)
            if found:
                return [small[members] for members in found]
        return []

    def _grow(self, level: _Level, one: _Level, below: int) -> _Level:
        """Sets with one more member behind their last, of fewer than `below` people.

        Classes are in order of their people, so the members that fit are a range.
        """
        start = level.members[:, -1] + 1
        end = np.searchsorted(one.people, below - level.people, "left")
        more = np.maximum(end - start, 0)
        if more.sum() > _MOST:
            raise TooManyError
        origin = np.repeat(np.arange(len(more)), more)
        offset = np.arange(len(origin)) - np.repeat(np.cumsum(more) - more, more)
        added = start[origin] + offset
        members = np.column_stack([level.members[origin], added])
        return _Level(members, level.people[origin] + one.people[added], _add(level.keys[origin], one.keys[added]))

    def cells_behind(self, classes: Ints) -> NDArray[np.intp]:
        """Published cells out of which the sum over these classes follows: those with a part in one derivation."""
        goal = np.zeros(self.rows.shape[1], np.int64)
        goal[classes] = 1
        # A vector of the row space is the sum of the reduced rows at its pivots; the transform says out of which cells.
        weights = self._transform[goal[self._pivots] == 1].sum(axis=0) % _PRIME
        used = np.zeros(len(self.rows), np.bool_)
        used[self._joint] = weights != 0
        reached = np.zeros_like(goal)
        for place in np.flatnonzero(weights).tolist():
            reached = (reached + weights[place] * self.rows[self._joint[place]]) % _PRIME
        needed = self._known & (reached != goal)
        alone = self.rows.sum(axis=1) == 1
        used |= alone & self.rows[:, needed].any(axis=1)
        return np.flatnonzero(used)

    def classes_of(self, atoms: Ints) -> Ints:
        """Places of the classes that hold these atoms."""
        wanted = np.zeros(self._size, np.bool_)
        wanted[atoms] = True
        return np.unique(self._class_of[wanted[self._atoms]])


def _below(level: _Level, people: int) -> _Level:
    """The sets of a level with fewer than so many people."""
    kept = level.people < people
    return _Level(level.members[kept], level.people[kept], level.keys[kept])


def _key(z: Ints) -> Ints:
    return np.asarray(z[:, 0] << 31 | z[:, 1], np.int64)


def _add(left: Ints, right: Ints) -> Ints:
    low = _PRIME  # also the mask of 31 bits
    return np.asarray(((left >> 31) + (right >> 31)) % _PRIME << 31 | ((left & low) + (right & low)) % _PRIME, np.int64)


def _negative(keys: Ints) -> Ints:
    return np.asarray(-(keys >> 31) % _PRIME << 31 | -(keys & _PRIME) % _PRIME, np.int64)


def _zero_sums(left: _Level, right: _Level, k: int, least: int) -> list[Ints]:
    """Members of a set of `left` and a disjoint one of `right` whose z-sums cancel, with fewer than k people."""
    left = _below(left, k - right.members.shape[1] * least)
    right = _below(right, k - left.members.shape[1] * least)
    order = np.argsort(right.keys, kind="stable")
    keys, wanted = right.keys[order], _negative(left.keys)
    start, end = np.searchsorted(keys, wanted, "left"), np.searchsorted(keys, wanted, "right")
    more = end - start
    if more.sum() > _MOST:
        raise TooManyError
    origin = np.repeat(np.arange(len(more)), more)
    offset = np.arange(len(origin)) - np.repeat(np.cumsum(more) - more, more)
    partner = order[start[origin] + offset]
    fits = left.people[origin] + right.people[partner] < k
    both = np.column_stack([left.members[origin[fits]], right.members[partner[fits]]])
    both.sort(axis=1)
    apart = (np.diff(both, axis=1) > 0).all(axis=1)
    return list(np.unique(both[apart], axis=0))
