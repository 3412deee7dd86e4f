"""Counting pairs (group, item) and distinct items in sorted arrays instead of dictionaries.

A pair is one 64-bit number: the group in the upper bits, as many as the number of groups needs, the item's hash in
the rest. With eight queries 61 bits are left, with a thousand 54; among n items of one group about n² / 2^(bits+1)
pairs collide, which is 0.0007 for a million items of a thousand queries. So the counts are exact but for that.

New pairs wait unsorted until there are a quarter as many as sorted ones, so that all is sorted O(log n) times. Memory
is 12 bytes for each different pair (8 without counts), and up to three times that for a moment while sorting.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["PairCounts"]

_Keys = npt.NDArray[np.uint64]
_PENDING = 1 << 20


class PairCounts:
    """How often each (group, item) pair was added. Groups are numbered from 0; items are well-mixed hashes."""

    def __init__(self, groups: int, *, counted: bool = True) -> None:
        self.groups = groups
        self._shift = np.uint64(64 - max(1, (max(groups, 1) - 1).bit_length()))
        self._counted = counted
        self._keys: _Keys = np.empty(0, np.uint64)
        self._counts: npt.NDArray[np.uint32] = np.empty(0, np.uint32)
        self._waiting: list[tuple[_Keys, npt.NDArray[np.uint32] | None]] = []
        self._n_waiting = 0

    def add(self, groups: npt.NDArray[np.integer], items: _Keys) -> None:
        """Count some pairs; both arrays are equally long."""
        self._wait(self._join(groups, items), None)

    def merge(self, other: PairCounts) -> None:
        """Add the counts of another counter over the same groups."""
        if other.groups != self.groups:
            raise ValueError(f"{other.groups} groups cannot be merged into {self.groups}.")
        other._settle()
        self._wait(other._keys, other._counts if self._counted else None)

    def _join(self, groups: npt.NDArray[np.integer], items: _Keys) -> _Keys:
        return (groups.astype(np.uint64) << self._shift) | self.item_bits(items)

    def item_bits(self, items: _Keys) -> _Keys:
        """The part of the items' hashes that is kept."""
        return items >> (np.uint64(64) - self._shift)

    def _wait(self, keys: _Keys, counts: npt.NDArray[np.uint32] | None) -> None:
        self._waiting.append((keys, counts))
        self._n_waiting += len(keys)
        if self._n_waiting > max(_PENDING, len(self._keys) // 4):
            self._settle()

    def _settle(self) -> None:
        """Sort what waits into what is sorted."""
        waiting, self._waiting, self._n_waiting = self._waiting, [], 0
        if not waiting:
            return
        plain = [keys for keys, counts in waiting if counts is None]
        tallied = [(keys, counts) for keys, counts in waiting if counts is not None]
        del waiting
        if not self._counted:
            everything = [self._keys, *plain, *(keys for keys, _ in tallied)]
            self._keys = np.empty(0, np.uint64)
            self._keys = _different(everything)
            return
        if plain:
            keys = np.concatenate(plain)
            plain.clear()
            tallied.append(_tally(keys))
        for keys, counts in tallied:
            self._keys, self._counts = _merge(self._keys, self._counts, keys, counts)

    def _bounds(self) -> npt.NDArray[np.int64]:
        """Where each group begins in the sorted keys; one more entry for the end."""
        starts = np.arange(self.groups, dtype=np.uint64) << self._shift
        return np.append(np.searchsorted(self._keys, starts), len(self._keys)).astype(np.int64)

    def distinct(self) -> npt.NDArray[np.int64]:
        """Number of different items of each group."""
        self._settle()
        return np.diff(self._bounds())

    def top_share(self, share: float) -> npt.NDArray[np.float64]:
        """Share of each group's count that its most frequent items have, `share` of the items being taken (at least
        one); NaN for a group without items."""
        self._settle()
        bounds = self._bounds()
        found = np.full(self.groups, np.nan)
        for group in np.flatnonzero(np.diff(bounds)):
            counts = np.sort(self._counts[bounds[group] : bounds[group + 1]])
            taken = max(1, int(np.ceil(share * len(counts))))
            found[group] = counts[-taken:].sum() / counts.sum()
        return found

    def count_of(self, items: _Keys) -> npt.NDArray[np.int64]:
        """How often the given items were counted in each group, all together."""
        self._settle()
        mask = (np.uint64(1) << self._shift) - np.uint64(1)
        hit = np.isin(self._keys & mask, self.item_bits(items))
        summed = np.concatenate(([0], np.cumsum(np.where(hit, self._counts, 0), dtype=np.int64)))
        return np.diff(summed[self._bounds()])

    @property
    def nbytes(self) -> int:
        """Bytes of the sorted arrays."""
        return self._keys.nbytes + self._counts.nbytes


def _different(parts: list[_Keys]) -> _Keys:
    """The different keys of some arrays, sorted. Empties the list, so that memory is free as soon as it can be."""
    keys = np.concatenate(parts)
    parts.clear()
    keys.sort()
    first = np.ones(len(keys), bool)
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    return keys if first.all() else keys[first]


def _tally(keys: _Keys) -> tuple[_Keys, npt.NDArray[np.uint32]]:
    """Sorted different keys and how often each occurs. Sorts `keys` itself."""
    keys.sort()
    first = np.ones(len(keys), bool)
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    starts = np.flatnonzero(first)
    return keys[starts], np.diff(np.append(starts, len(keys))).astype(np.uint32)


def _merge(
    keys: _Keys, counts: npt.NDArray[np.uint32], more: _Keys, more_counts: npt.NDArray[np.uint32]
) -> tuple[_Keys, npt.NDArray[np.uint32]]:
    """Two sorted tallies as one."""
    if not len(keys):
        return more, more_counts
    union = _different([keys, more])
    total = np.zeros(len(union), np.uint32)
    total[np.searchsorted(union, keys)] = counts
    total[np.searchsorted(union, more)] += more_counts
    return union, total
