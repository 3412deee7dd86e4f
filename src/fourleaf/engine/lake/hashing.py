"""MurmurHash3 (x64, 128 bits) of whole columns of strings, in numpy.

The algorithm is Austin Appleby's, public domain (github.com/aappleby/smhasher). It is fixed for all time and all
machines, which an engine's own hash function is not. Ten times faster than a digest for each row.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa

__all__ = ["hash128"]

_Words = np.ndarray[Any, np.dtype[np.uint64]]

_C1: Final = np.uint64(0x87C37B91114253D5)
_C2: Final = np.uint64(0x4CF5AD432745937F)


def hash128(ids: pa.Array[Any] | pa.ChunkedArray[Any], seed: tuple[int, int] = (0, 0)) -> _Words:
    """Hashes of the UTF-8 bytes, shape (2, n): the two 64-bit halves. The ids hold no nulls."""
    chunks = ids.chunks if isinstance(ids, pa.ChunkedArray) else [ids]
    return np.hstack([np.empty((2, 0), np.uint64), *(_hash_chunk(chunk.cast(pa.string()), seed) for chunk in chunks)])


def _rotate(words: _Words, by: int) -> _Words:
    return (words << np.uint64(by)) | (words >> np.uint64(64 - by))


def _finish(words: _Words) -> _Words:
    words = (words ^ (words >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    words = (words ^ (words >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return words ^ (words >> np.uint64(33))


def _hash_chunk(ids: pa.Array[Any], seed: tuple[int, int]) -> _Words:
    n = len(ids)
    if n == 0:
        return np.empty((2, 0), np.uint64)
    _, offset_buffer, data_buffer = ids.buffers()
    every = np.frombuffer(memoryview(offset_buffer or b""), np.int32)
    offsets = every[ids.offset : ids.offset + n + 1].astype(np.int64)
    data = np.frombuffer(memoryview(data_buffer), np.uint8) if data_buffer is not None else np.zeros(0, np.uint8)
    starts, lengths = offsets[:-1], np.diff(offsets)
    first = np.full(n, seed[0], np.uint64)
    second = np.full(n, seed[1], np.uint64)
    order = np.argsort(-lengths, kind="stable")  # the longest first, so that the rows with a block left are a prefix
    blocks = lengths[order] // 16
    for block in range(int(blocks[0]) if n else 0):
        rows = order[: int(np.searchsorted(-blocks, -block, side="left"))]
        low, high = _sixteen_bytes(data, starts[rows] + 16 * block, None)
        a = first[rows] ^ (_rotate(low * _C1, 31) * _C2)
        a = (_rotate(a, 27) + second[rows]) * np.uint64(5) + np.uint64(0x52DCE729)
        b = second[rows] ^ (_rotate(high * _C2, 33) * _C1)
        b = (_rotate(b, 31) + a) * np.uint64(5) + np.uint64(0x38495AB5)
        first[rows], second[rows] = a, b
    rest = lengths % 16
    low, high = _sixteen_bytes(data, starts + (lengths - rest), rest)
    second ^= _rotate(high * _C2, 33) * _C1  # zero bytes of the tail leave the state as it is
    first ^= _rotate(low * _C1, 31) * _C2
    first ^= lengths.astype(np.uint64)
    second ^= lengths.astype(np.uint64)
    first += second
    second += first
    first, second = _finish(first), _finish(second)
    first += second
    second += first
    return np.vstack([first, second])


def _sixteen_bytes(
    data: np.ndarray[Any, np.dtype[np.uint8]],
    starts: np.ndarray[Any, np.dtype[np.int64]],
    counts: np.ndarray[Any, np.dtype[np.int64]] | None,
) -> tuple[_Words, _Words]:
    """Two little-endian words from each start; bytes from `counts` on read as zero."""
    if not len(data):
        return np.zeros(len(starts), np.uint64), np.zeros(len(starts), np.uint64)
    places = np.arange(16)
    taken = data[np.minimum(starts[:, None] + places, len(data) - 1)]
    if counts is not None:
        taken = np.where(places < counts[:, None], taken, np.uint8(0))
    words = np.ascontiguousarray(taken).view("<u8").astype(np.uint64)
    return words[:, 0].copy(), words[:, 1].copy()
