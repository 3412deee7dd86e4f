"""64-bit hashes of string columns, the same on every machine and in every run.

Not cryptographic: meant for counting distinct authors and ids in bounded memory. Among n different strings the
expected number of pairs that collide is n² / 2⁶⁵, that is 0.0007 for five million.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["hash_strings", "mix"]

_Hashes = npt.NDArray[np.uint64]


def mix(values: _Hashes) -> _Hashes:
    """Finaliser of splitmix64 (Steele, Lea and Flood, OOPSLA 2014): a bijection that spreads every bit."""
    with np.errstate(over="ignore"):
        z = values + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def hash_strings(column: Any) -> _Hashes:
    """A hash for each value of a string or large_string array; null hashes like the empty string.

    Every string is cut into words of eight bytes; the mixed words, salted with their place, are added up.
    """
    n = len(column)
    if n == 0:
        return np.empty(0, np.uint64)
    if column.null_count:
        column = column.fill_null("")
    wide = pa.types.is_large_string(column.type)
    buffers = column.buffers()
    offsets = np.frombuffer(buffers[1], np.int64 if wide else np.int32)[column.offset : column.offset + n + 1]
    start = offsets[:-1].astype(np.int64)
    length = np.diff(offsets).astype(np.int64)
    first, last = int(offsets[0]), int(offsets[-1])
    data = np.zeros(last - first + 8, np.uint8)
    if last > first:
        data[: last - first] = np.frombuffer(buffers[2], np.uint8)[first:last]
    # Overlapping eight-byte words, one beginning at every byte.
    words = np.ndarray(shape=(len(data) - 7,), dtype="<u8", buffer=data.data, strides=(1,))
    count = (length + 7) >> 3
    count[length == 0] = 1
    ends = np.cumsum(count)
    place = np.arange(ends[-1]) - np.repeat(ends - count, count)
    taken = words[np.repeat(start - first, count) + (place << 3)]
    left = np.repeat(length, count) - (place << 3)  # bytes of this word that belong to the string
    partial = np.flatnonzero(left < 8)
    taken[partial] &= (np.uint64(1) << (left[partial].astype(np.uint64) << np.uint64(3))) - np.uint64(1)
    with np.errstate(over="ignore"):
        salted = mix(taken ^ mix(place.astype(np.uint64)))
        sums = np.add.reduceat(salted, ends - count)
        return mix(sums + length.astype(np.uint64))
