"""What a cluster index remembers: signatures by band, numbers by hash, and clusters that were joined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from fourleaf.engine.listening.duplicates.signatures import BANDS, WORDS, band_keys, unpack

__all__ = ["Aliases", "ExactNumbers", "Signatures"]

Index = npt.NDArray[np.int64]
U32 = npt.NDArray[np.uint32]
U64 = npt.NDArray[np.uint64]
State = Mapping[str, npt.NDArray[Any]]

_FEWEST_SLOTS: Final = 1 << 13
_ENTRY_MASK: Final = np.uint32(0xFFFFFF)
_TAG_MASK: Final = np.uint32(0xFF000000)


class _Generation:
    """Signatures in the order of their coming, and for each band a table from key to the latest entry.

    A slot holds 8 bits of the key and the entry's position plus 1 in 24 bits. A table has two to four slots for an
    entry, and an entry that another one pushes out of a slot is still found by its other bands.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.size = 0
        self.words: U64 = np.empty((0, WORDS), np.uint64)
        self.numbers: Index = np.empty(0, np.int64)
        self.slots: U32 = np.zeros((BANDS, _FEWEST_SLOTS), np.uint32)

    def append(self, words: U64, numbers: Index) -> Index:
        """Keep entries without linking them; their positions."""
        needed = self.size + len(words)
        if needed > len(self.words):
            room = max(1024, min(self.capacity, 2 * len(self.words)), needed)
            self.words = _resized(self.words, room, self.size)
            self.numbers = _resized(self.numbers, room, self.size)
        at = np.arange(self.size, needed)
        self.words[at], self.numbers[at] = words, numbers
        if needed * 2 > self.slots.shape[1] and self.slots.shape[1] < 2 * self.capacity:
            self._relink(1 << int(2 * needed).bit_length())
        self.size = needed
        return at

    def _relink(self, slots: int) -> None:
        self.slots = np.zeros((BANDS, slots), np.uint32)
        for start in range(0, self.size, 4096):
            at = np.arange(start, min(start + 4096, self.size))
            self.link(band_keys(unpack(self.words[at])), at)

    def _places(self, keys: U32) -> Index:
        slots = self.slots.shape[1]
        places: Index = (keys & np.uint32(slots - 1)).astype(np.int64)
        places += np.arange(BANDS)[:, None] * slots
        return places

    def link(self, keys: U32, at: Index) -> None:
        """Let the (BANDS, n) keys lead to the entries; of entries with the same key the last one counts."""
        self.slots.reshape(-1)[self._places(keys)] = (keys & _TAG_MASK) | (at + 1).astype(np.uint32)

    def find(self, keys: U32) -> Index:
        """(BANDS, n) positions that the keys lead to, -1 for none."""
        found = self.slots.reshape(-1).take(self._places(keys))
        wrong = ((found ^ keys) & _TAG_MASK) != 0
        positions: Index = (found & _ENTRY_MASK).astype(np.int64)
        positions -= 1
        positions[wrong] = -1
        return positions


class Signatures:
    """Two generations of signatures with their cluster numbers."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._old = _Generation(capacity)
        self._young = _Generation(capacity)

    def candidates(self, keys: U32) -> tuple[Index, Index, U64, Index]:
        """Pairs worth comparing for n new texts.

        Returns (index of the new text, age of the entry, its words, its number); a lower age came earlier.
        """
        parts = []
        for generation, base in ((self._old, 0), (self._young, self._old.size)):
            if not generation.size:
                continue
            positions = generation.find(keys)
            texts = np.nonzero(positions >= 0)[1]
            pairs = np.unique(texts * np.int64(1 << 32) + positions[positions >= 0])
            texts, entries = pairs >> 32, pairs & 0xFFFFFFFF
            parts.append((texts, entries + base, generation.words[entries], generation.numbers[entries]))
        if not parts:
            nothing = np.empty(0, np.int64)
            return nothing, nothing, np.empty((0, WORDS), np.uint64), nothing
        joined = tuple(np.concatenate(column) for column in zip(*parts, strict=True))
        return joined[0], joined[1], joined[2], joined[3]

    def put(self, words: U64, numbers: Index) -> Index:
        """Remember n texts, not yet linked; positions in the younger generation."""
        if self._young.size + len(words) > self._capacity:
            self._old, self._young = self._young, _Generation(self._capacity)
        return self._young.append(words, numbers)

    def link(self, keys: U32, at: Index) -> tuple[Index, Index]:
        """Link new texts to their bands.

        Returns pairs (i, j), i < j, of new texts: those that share a band with the first or the last text in it.
        """
        pairs = []
        for order in (slice(None, None, -1), slice(None)):
            self._young.link(keys[:, order], at[order])
            positions = self._young.find(keys) - at[0]
            here = np.arange(len(at))[None, :]
            other = (positions >= 0) & (positions != here)
            mine = np.broadcast_to(here, positions.shape)[other]
            theirs = positions[other]
            pairs.append(np.minimum(mine, theirs) * np.int64(1 << 32) + np.maximum(mine, theirs))
        unique = np.unique(np.concatenate(pairs))
        return unique >> 32, unique & 0xFFFFFFFF

    def renumber(self, at: Index, numbers: Index) -> None:
        """Set the cluster numbers of the entries just put."""
        self._young.numbers[at] = numbers

    def state(self) -> dict[str, npt.NDArray[Any]]:
        return {
            f"{name}_{part}": getattr(generation, part)[: generation.size]
            for name, generation in (("old", self._old), ("young", self._young))
            for part in ("words", "numbers")
        }

    def restore(self, state: State) -> None:
        """Raises KeyError or ValueError when the state is not one of `state`."""
        for name, generation in (("old", self._old), ("young", self._young)):
            words, numbers = state[f"{name}_words"], state[f"{name}_numbers"]
            if words.shape != (len(numbers), WORDS) or words.dtype != np.uint64 or numbers.dtype != np.int64:
                raise ValueError("The signatures and numbers of the stored index don't fit together.")
            for start in range(0, len(words), 4096):
                piece = words[start : start + 4096]
                at = generation.append(piece, numbers[start : start + 4096])
                generation.link(band_keys(unpack(piece)), at)


class ExactNumbers:
    """Cluster numbers by 64-bit hash: sorted runs of growing size, in two generations of `capacity` hashes."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._old: list[tuple[U64, Index]] = []
        self._young: list[tuple[U64, Index]] = []

    def find(self, hashes: U64) -> tuple[Index, npt.NDArray[np.bool_]]:
        """Number of each hash (0 where unknown), and whether it is known."""
        numbers = np.zeros(len(hashes), np.int64)
        known = np.zeros(len(hashes), np.bool_)
        for keys, values in (*self._old, *self._young):
            places = np.minimum(np.searchsorted(keys, hashes), len(keys) - 1)
            here = (keys[places] == hashes) & ~known
            numbers[here] = values[places[here]]
            known |= here
        return numbers, known

    def put(self, hashes: U64, numbers: Index) -> None:
        """Remember hashes that are not known yet."""
        if not len(hashes):
            return
        if sum(len(keys) for keys, _ in self._young) + len(hashes) > self._capacity:
            self._old, self._young = self._young, []
        order = np.argsort(hashes)
        run = (hashes[order], numbers[order])
        while self._young and len(self._young[-1][0]) <= 2 * len(run[0]):
            run = _merged(self._young.pop(), run)
        self._young.append(run)

    def state(self) -> dict[str, npt.NDArray[Any]]:
        found: dict[str, npt.NDArray[Any]] = {}
        for name, runs in (("old", self._old), ("young", self._young)):
            keys, numbers = _gathered(runs)
            found[f"exact_{name}_keys"], found[f"exact_{name}_numbers"] = keys, numbers
        return found

    def restore(self, state: State) -> None:
        """Raises KeyError or ValueError when the state is not one of `state`."""
        for name, runs in (("old", self._old), ("young", self._young)):
            keys, numbers = state[f"exact_{name}_keys"], state[f"exact_{name}_numbers"]
            if keys.shape != numbers.shape or keys.dtype != np.uint64 or numbers.dtype != np.int64:
                raise ValueError("The hashes and numbers of the stored index don't fit together.")
            if len(keys):
                runs.append((keys, numbers))


class Aliases:
    """Numbers of clusters that were joined with an older one: the last `capacity` of them."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._later: Index = np.empty(0, np.int64)  # sorted
        self._earlier: Index = np.empty(0, np.int64)
        self._order: Index = np.empty(0, np.int64)  # when each was noted; only its order means something

    def resolve(self, numbers: Index) -> Index:
        """The numbers that stand for the given ones."""
        if not len(self._later):
            return numbers
        places = np.minimum(np.searchsorted(self._later, numbers), len(self._later) - 1)
        return np.where(self._later[places] == numbers, self._earlier[places], numbers)

    def join(self, later: Index, earlier: Index) -> None:
        """Note that cluster `later[i]` is one with `earlier[i]`. Rare, so it goes one by one."""
        for one, other in zip(later.tolist(), earlier.tolist(), strict=True):
            mine, theirs = self.resolve(np.array([one, other])).tolist()
            if mine == theirs:
                continue
            self._earlier[self._earlier == mine] = theirs
            self._note(int(np.searchsorted(self._later, mine)), mine, theirs)
        if len(self._later) > self._capacity:
            kept = np.sort(np.argsort(self._order)[-self._capacity :])
            self._later, self._earlier, self._order = self._later[kept], self._earlier[kept], self._order[kept]

    def _note(self, place: int, later: int, earlier: int) -> None:
        newest = int(self._order.max(initial=0)) + 1
        self._later = np.insert(self._later, place, later)
        self._earlier = np.insert(self._earlier, place, earlier)
        self._order = np.insert(self._order, place, newest)

    def state(self) -> dict[str, npt.NDArray[Any]]:
        return {"joined_later": self._later, "joined_earlier": self._earlier, "joined_order": self._order}

    def restore(self, state: State) -> None:
        """Raises KeyError or ValueError when the state is not one of `state`."""
        columns = [state[name] for name in ("joined_later", "joined_earlier", "joined_order")]
        if len({column.shape for column in columns}) != 1 or any(column.dtype != np.int64 for column in columns):
            raise ValueError("The joined clusters of the stored index don't fit together.")
        self._later, self._earlier, self._order = columns


def _resized(values: npt.NDArray[Any], room: int, used: int) -> npt.NDArray[Any]:
    bigger = np.empty((room, *values.shape[1:]), values.dtype)
    bigger[:used] = values[:used]
    return bigger


def _merged(one: tuple[U64, Index], other: tuple[U64, Index]) -> tuple[U64, Index]:
    places = np.searchsorted(one[0], other[0])
    return np.insert(one[0], places, other[0]), np.insert(one[1], places, other[1])


def _gathered(runs: list[tuple[U64, Index]]) -> tuple[U64, Index]:
    if not runs:
        return np.empty(0, np.uint64), np.empty(0, np.int64)
    keys = np.concatenate([keys for keys, _ in runs])
    numbers = np.concatenate([numbers for _, numbers in runs])
    order = np.argsort(keys)
    return keys[order], numbers[order]
