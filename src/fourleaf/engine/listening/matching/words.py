"""Finding whole words out of many, by hashing every word of the data at once.

An automaton over thousands of needles no longer fits the processor's cache and then waits for memory at every byte.
Here the cost hardly depends on how many words are sought: the first eight bytes of each word and its length make a key,
a bit table says which keys can be one of ours, and those few are compared in full.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from fourleaf.engine.listening.matching.buffer import Bytes, Positions
from fourleaf.engine.listening.matching.joins import expand

__all__ = ["WordTable"]

_SPACE: Final = 0x20
_KEY: Final = 8
_LONG: Final = 2 * _KEY
_LENGTH_SHIFT: Final = np.uint64(56)
# Multiplicative hashing with 2^64 divided by the golden ratio (Knuth, The Art of Computer Programming, 6.4).
_FACTOR: Final = np.uint64(0x9E37_79B9_7F4A_7C15)
_MASKS: Final = np.array([(1 << 8 * size) - 1 for size in range(_KEY + 1)], np.uint64)


@dataclass(slots=True)
class WordTable:
    """Words to find, as keys. `tails` are the last eight bytes of words longer than eight."""

    words: list[bytes]
    keys: npt.NDArray[np.uint64]  # sorted, each once
    starts: Positions  # the words of key k are ``order[starts[k]:starts[k + 1]]``
    order: Positions
    sizes: Positions
    tails: npt.NDArray[np.uint64]
    table: npt.NDArray[np.bool_]
    shift: np.uint64

    @classmethod
    def of(cls, words: list[bytes]) -> WordTable:
        """A table of different words."""
        sizes = np.array([len(word) for word in words], np.int64)
        heads = np.array([int.from_bytes(word[:_KEY], "little") for word in words], np.uint64)
        tails = np.array([int.from_bytes(word[-_KEY:], "little") for word in words], np.uint64)
        keys, inverse, counts = np.unique(_keyed(heads, sizes), return_inverse=True, return_counts=True)
        # At least 32 slots for each word, so that few other words pass.
        bits = max(12, len(words).bit_length() + 5)
        shift = np.uint64(64 - bits)
        table = np.zeros(1 << bits, np.bool_)
        table[((keys * _FACTOR) >> shift).view(np.int64)] = True
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return cls(words, keys, starts, np.argsort(inverse, kind="stable"), sizes, tails, table, shift)

    def find(self, data: Bytes) -> tuple[Positions, Positions, Positions]:
        """For each word of the data that is one of ours its number, and start and end (exclusive) of the place.

        The data begins with a space and ends with at least eight.
        """
        space = data == _SPACE
        edges = np.flatnonzero(space[1:] != space[:-1])
        starts = edges[0::2] + 1
        sizes = edges[1::2] + 1 - starts
        windows = np.ndarray((len(data) - _KEY + 1,), np.dtype("<u8"), buffer=data, strides=(1,))
        keys = _keyed(windows[starts] & _MASKS.take(sizes, mode="clip"), sizes)
        passed = np.flatnonzero(self.table[((keys * _FACTOR) >> self.shift).view(np.int64)])
        place = np.searchsorted(self.keys, keys[passed])
        known = np.flatnonzero(self.keys.take(place, mode="clip") == keys[passed])
        index, entry = expand(self.starts, place[known])
        number, word = self.order[entry], passed[known][index]
        good = self.sizes[number] == sizes[word]
        long = np.flatnonzero(good & (sizes[word] > _KEY))
        if len(long):
            ends = starts[word[long]] + sizes[word[long]]
            good[long] = windows[ends - _KEY] == self.tails[number[long]]
            for at in long[good[long] & (sizes[word[long]] > _LONG)].tolist():
                start = int(starts[word[at]])
                good[at] = data[start : start + int(sizes[word[at]])].tobytes() == self.words[int(number[at])]
        number, word = number[good], word[good]
        return number, starts[word], starts[word] + sizes[word]


def _keyed(heads: npt.NDArray[np.uint64], sizes: Positions) -> npt.NDArray[np.uint64]:
    return heads ^ (sizes.astype(np.uint64) << _LENGTH_SHIFT)
