"""MinHash signatures of 128 values, 4 bits each, and what can be read from them.

A text is the set of its five-character shingles. One-permutation hashing (Li, Owen, Zhang 2012) hashes each shingle
once, deals the shingles out to 128 bins by seven bits of the hash, and keeps the least of the rest in each bin. A text
with fewer than 128 shingles leaves bins empty; an empty bin is told apart in the estimate, which for short texts makes
it more exact than 128 permutations would (each shingle is counted at most once), and is filled from another bin for
the band keys only (optimal densification, Shrivastava 2017). Of each least value four bits are kept (b-bit minwise
hashing, Li and König 2010): 0 to 14, and 15 for an empty bin. So a signature takes 64 bytes and holds nothing from
which a text could be read.

Numbers measured against exact Jaccard are in `tests/engine/listening/test_duplicates_accuracy.py`.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["BANDS", "BINS", "ROWS", "SHINGLE", "WORDS", "band_keys", "estimate", "pack", "shingle_hashes", "sketch"]

SHINGLE: Final = 5
BINS: Final = 128
#: 64-bit words of a packed signature.
WORDS: Final = BINS // 16
#: Locality-sensitive hashing: texts are compared when all ROWS values of one of BANDS bands agree.
BANDS: Final = 21
ROWS: Final = 6

_EMPTY: Final = np.uint32(0xFFFFFFFF)
_VALUES: Final = 15  # values of a bin that isn't empty; the sixteenth marks an empty one
_LOW: Final = np.uint64(0x1111111111111111)

U64 = npt.NDArray[np.uint64]
Index = npt.NDArray[np.int64]


def shingle_hashes(points: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """32-bit hash of the five code points from each position, (m - 4,)."""
    mixed = points * np.uint32(0x9E3779B1)
    mixed ^= mixed >> np.uint32(15)
    rolling = mixed[: len(mixed) - SHINGLE + 1].copy()
    for step in range(1, SHINGLE):
        rolling *= np.uint32(0x85EBCA6B)
        rolling += mixed[step : len(mixed) - SHINGLE + 1 + step]
    rolling ^= rolling >> np.uint32(16)
    rolling *= np.uint32(0x7FEB352D)
    rolling ^= rolling >> np.uint32(15)
    rolling *= np.uint32(0x846CA68B)
    return rolling ^ (rolling >> np.uint32(16))


def sketch(points: npt.NDArray[np.uint32], firsts: Index, lengths: Index) -> npt.NDArray[np.uint8]:
    """(n, 128) values 0..15 of the n texts at `points[first:first + length]`, each at least SHINGLE long."""
    if not len(firsts):
        return np.empty((0, BINS), np.uint8)
    hashes = shingle_hashes(points)
    counts = lengths - (SHINGLE - 1)
    rows = np.repeat(np.arange(len(counts)), counts)
    inside = np.repeat(firsts - np.cumsum(counts) + counts, counts) + np.arange(len(rows))
    chosen = hashes.take(inside)
    least = np.full(len(counts) * BINS, _EMPTY, np.uint32)
    np.minimum.at(least, rows * BINS + (chosen >> np.uint32(25)), chosen & np.uint32(0x1FFFFFF))
    values = (least * np.uint32(0x9E3779B1) >> np.uint32(16)) % np.uint32(_VALUES)
    values[least == _EMPTY] = _VALUES
    return values.astype(np.uint8).reshape(len(counts), BINS)


def pack(values: npt.NDArray[np.uint8]) -> U64:
    """(n, 128) values as (n, 8) words."""
    pairs = values[:, 0::2] | (values[:, 1::2] << np.uint8(4))
    return np.ascontiguousarray(pairs).view("<u8").astype(np.uint64, copy=False)


def unpack(words: U64) -> npt.NDArray[np.uint8]:
    """The inverse of `pack`."""
    pairs = np.ascontiguousarray(words).astype("<u8", copy=False).view(np.uint8).reshape(len(words), BINS // 2)
    values = np.empty((len(words), BINS), np.uint8)
    values[:, 0::2] = pairs & 15
    values[:, 1::2] = pairs >> 4
    return values


def estimate(left: U64, right: U64) -> npt.NDArray[np.float64]:
    """Estimated Jaccard similarity of pairs of packed signatures, (n, 8) each.

    With u bins used by either, b by both and m of these with the same value: a chance agreement has probability 1/15,
    so the true disagreements are (b - m) * 15/14 and J = (b - (b - m) * 15/14) / u.
    """
    used_left, used_right = _used(left), _used(right)
    differ = left ^ right
    differ |= differ >> np.uint64(2)
    differ |= differ >> np.uint64(1)
    both = used_left & used_right
    in_both = np.bitwise_count(both).sum(axis=1, dtype=np.int64)
    in_either = np.bitwise_count(used_left | used_right).sum(axis=1, dtype=np.int64)
    unlike = np.bitwise_count(differ & both).sum(axis=1, dtype=np.int64)
    share = (in_both - unlike * (_VALUES / (_VALUES - 1))) / np.maximum(in_either, 1)
    return np.asarray(np.maximum(share, 0.0), np.float64)


def _used(words: U64) -> U64:
    """One bit per bin that isn't empty."""
    inverse = ~words
    inverse |= inverse >> np.uint64(2)
    inverse |= inverse >> np.uint64(1)
    return inverse & _LOW


@cache
def _donors() -> npt.NDArray[np.int64]:
    """(16, 128) distance from an empty bin to the bin that it borrows from, first choice first."""
    generator = np.random.Generator(np.random.PCG64(20120829))
    return generator.integers(0, BINS, (16, BINS)) - np.arange(BINS)


@cache
def _bands() -> npt.NDArray[np.int64]:
    """(BANDS, ROWS) bins of each band."""
    generator = np.random.Generator(np.random.PCG64(1997))
    return generator.permutation(BINS)[: BANDS * ROWS].reshape(BANDS, ROWS)


def band_keys(values: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint32]:
    """(BANDS, n) 32-bit key of each band of (n, 128) values; equal bands have equal keys."""
    flat = values.reshape(-1)
    filled = flat.copy()
    empty = np.flatnonzero(flat == _VALUES)
    for distance in _donors():
        if not len(empty):
            break
        borrowed = flat.take(empty + distance.take(empty & (BINS - 1)))
        filled[empty] = borrowed
        empty = empty[borrowed == _VALUES]
    keys = np.zeros((BANDS, len(values)), np.uint32)
    columns = np.ascontiguousarray(filled.reshape(values.shape).T)
    for place in range(ROWS):
        keys <<= np.uint32(4)
        keys |= columns[_bands()[:, place]]
    keys += np.arange(1, BANDS + 1, dtype=np.uint32)[:, None] << np.uint32(24)
    keys *= np.uint32(0x9E3779B1)
    keys ^= keys >> np.uint32(15)
    keys *= np.uint32(0x85EBCA6B)
    return keys ^ (keys >> np.uint32(13))
