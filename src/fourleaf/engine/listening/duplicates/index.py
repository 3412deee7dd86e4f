"""Cluster numbers for a stream of posts, batch after batch, in bounded memory.

A batch goes through these steps:

1. Texts that are equal after normalising share a number by a 64-bit hash. Most re-shares end here.
2. Every other text of nine characters or more (five shingles) gets a MinHash signature. Texts that agree in a band
   are candidates; a pair whose estimated Jaccard similarity is `THRESHOLD` or more is in one cluster.
3. Clusters are the connected parts of these pairs. A part that touches an older cluster takes the number of the oldest.

What is remembered is bounded. Signatures are kept in two generations of `capacity` texts each; when the younger is
full, the older is forgotten. So a text is compared with the last `capacity` to `2 * capacity` different texts; an equal
one is found among four times as many. A copy that comes later than that starts a new cluster. A full index of the
default capacity takes at most about 180 MB.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from fourleaf.engine.listening.duplicates.memory import Aliases, ExactNumbers, Signatures
from fourleaf.engine.listening.duplicates.normalising import (
    TEXT_LIMIT,
    normalise_column,
    points_of,
    text_hashes,
)
from fourleaf.engine.listening.duplicates.signatures import SHINGLE, band_keys, estimate, pack, sketch
from fourleaf.engine.listening.text_column import as_text_column, first_code_points, slices_by_bytes

if TYPE_CHECKING:
    from fourleaf.engine.listening.text_column import Texts

__all__ = ["LEAST_LENGTH", "THRESHOLD", "ClusterIndex", "ClusterIndexError"]

#: Two texts with this estimated Jaccard similarity or more are near-duplicates.
THRESHOLD: Final = 0.8
#: Characters that make five shingles; a shorter text is only compared for equality.
LEAST_LENGTH: Final = 2 * SHINGLE - 1

_FORMAT: Final = 1
_PIECE_BYTES: Final = 1 << 17
_RAW_SALT: Final = 0x5D1E

Index = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]


class ClusterIndexError(ValueError):
    """The stored index can't be read, or the arguments don't fit together."""


class ClusterIndex:
    """Numbers the clusters of near-duplicates.

    A cluster has the id of its first post; when no ids are given, a number made from its first text, the same in every
    run. The result for a row doesn't depend on how the posts are cut into batches, with one exception: a post that is
    near to two clusters which are not near to each other joins them. Rows answered before keep their
    number; `current` tells the one that stands for both.
    """

    def __init__(self, capacity: int = 1 << 18) -> None:
        """`capacity`: different texts per generation, 1,000 to 4,000,000. Raises ClusterIndexError outside of these."""
        if not 1_000 <= capacity <= 4_000_000:
            raise ClusterIndexError(f"The capacity of a cluster index is 1,000 to 4,000,000 texts, not {capacity:,}.")
        self._capacity = capacity
        self._signatures = Signatures(capacity)
        self._exact = ExactNumbers(4 * capacity)
        self._aliases = Aliases(capacity)

    def add(self, ids: npt.NDArray[np.int64] | None, texts: Texts) -> npt.NDArray[np.int64]:
        """Cluster number of each text, (n,) int64. Raises ClusterIndexError when ids and texts differ in number."""
        column = as_text_column(texts)
        if ids is not None:
            ids = np.asarray(ids)
            if ids.shape != (len(column),) or ids.dtype.kind not in "iu":
                raise ClusterIndexError(f"There are {len(column)} texts; give as many whole numbers as ids.")
            ids = ids.astype(np.int64)
        numbers = np.empty(len(column), np.int64)
        normal = normalise_column(column)
        for first, piece in slices_by_bytes(normal, _PIECE_BYTES):
            rows = slice(first, first + len(piece))
            raw = column.slice(first, len(piece))
            numbers[rows] = self._add_piece(piece, raw, None if ids is None else ids[rows])
        return numbers

    def current(self, numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The numbers as they stand now: clusters that were joined after an answer have the number of the oldest."""
        return self._aliases.resolve(np.asarray(numbers, np.int64))

    def _add_piece(self, piece: Any, raw: Any, ids: Index | None) -> Index:
        points, starts = points_of(piece)
        lengths = np.diff(starts)
        hashes = text_hashes(points, starts)
        empty = np.flatnonzero(lengths == 0)
        if len(empty):
            hashes[empty] = text_hashes(*points_of(first_code_points(raw.take(empty), TEXT_LIMIT)), salt=_RAW_SALT)
        unique, first_rows, inverse = np.unique(hashes, return_index=True, return_inverse=True)
        numbers, known = self._exact.find(unique)
        fresh = np.flatnonzero(~known)
        fresh = fresh[np.argsort(first_rows[fresh], kind="stable")]
        rows = first_rows[fresh]
        proposed = (unique[fresh] >> np.uint64(1)).astype(np.int64) if ids is None else ids[rows]
        long = lengths[rows] >= LEAST_LENGTH
        if long.any():
            values = sketch(points, starts[rows[long]], lengths[rows[long]])
            proposed[long] = self._near(values, proposed[long])
        numbers[fresh] = proposed
        self._exact.put(unique[fresh], proposed)
        return self._aliases.resolve(numbers)[inverse]

    def _near(self, values: npt.NDArray[np.uint8], proposed: Index) -> Index:
        """Numbers of n new texts by their signatures, which are remembered; `proposed` where nothing is near."""
        words, keys = pack(values), band_keys(values)
        texts, entries, old_words, old_numbers = self._signatures.candidates(keys)
        near = estimate(words[texts], old_words) >= THRESHOLD
        texts, entries, old_numbers = texts[near], entries[near], old_numbers[near]
        at = self._signatures.put(words, proposed)
        left, right = self._signatures.link(keys, at)
        near = estimate(words[left], words[right]) >= THRESHOLD
        parts = _connected(len(words), left[near], right[near])
        numbers = proposed[parts]
        if len(texts):
            numbers = self._join_old(parts, numbers, parts[texts], entries, self._aliases.resolve(old_numbers))
        self._signatures.renumber(at, numbers)
        return numbers

    def _join_old(self, parts: Index, numbers: Index, touched: Index, entries: Index, old: Index) -> Index:
        """Give each part the number of the oldest cluster that it touches; note the others it touches as joined."""
        order = np.lexsort((entries, touched))
        touched, old = touched[order], old[order]
        heads = np.flatnonzero(np.diff(touched, prepend=-1))
        oldest = old[heads]
        spread = np.repeat(oldest, np.diff(heads, append=len(touched)))
        self._aliases.join(old[old != spread], spread[old != spread])
        by_part = numbers.copy()
        by_part[touched[heads]] = oldest
        return self._aliases.resolve(by_part[parts])

    def to_bytes(self) -> bytes:
        """The whole index, to be continued by `from_bytes`. No text can be read from it."""
        buffer = io.BytesIO()
        columns: dict[str, Any] = {"format": np.array([_FORMAT, self._capacity], np.int64)}
        columns |= self._signatures.state() | self._exact.state() | self._aliases.state()
        np.savez(buffer, **columns)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> ClusterIndex:
        """The index that `to_bytes` stored. Raises ClusterIndexError when the bytes are not such an index."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as stored:
                state = {name: stored[name] for name in stored.files}
            version, capacity = (int(value) for value in state["format"])
            if version != _FORMAT:
                raise ClusterIndexError(f"The cluster index has format {version}; this version reads format {_FORMAT}.")
            index = cls(capacity)
            index._signatures.restore(state)
            index._exact.restore(state)
            index._aliases.restore(state)
        except ClusterIndexError:
            raise
        except (KeyError, ValueError, OSError, EOFError, IndexError, zipfile.BadZipFile) as error:
            raise ClusterIndexError(
                "The bytes are not a stored cluster index; start a new one and add the posts again."
            ) from error
        return index


def _connected(size: int, left: Index, right: Index) -> Index:
    """Smallest member of the connected part of each of `size` nodes, for edges left-right."""
    label = np.arange(size)
    while len(left):
        low = np.minimum(label[left], label[right])
        before = label.copy()
        np.minimum.at(label, left, low)
        np.minimum.at(label, right, low)
        np.minimum.at(label, before[left], low)
        np.minimum.at(label, before[right], low)
        label = label[label]
        open_ = label[left] != label[right]
        if not open_.any() and np.array_equal(label, label[label]):
            break
    return label
