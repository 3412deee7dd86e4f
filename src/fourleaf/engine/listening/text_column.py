"""Text columns as the engine wants them: one contiguous Arrow string array of valid UTF-8.

Everything that reads texts (sentiment, language, near-duplicates) accepts what callers have at hand: an Arrow array, a
chunked array, or a plain sequence of strings with None in it. Text from outside is hostile; half a surrogate pair or
broken UTF-8 becomes U+FFFD, it never becomes an exception.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["as_text_column", "byte_lengths", "first_code_points", "slices_by_bytes"]

if TYPE_CHECKING:
    #: What callers may give as texts.
    Texts = pa.Array[Any] | pa.ChunkedArray[Any] | Sequence[str | None]


def as_text_column(texts: Texts) -> Any:
    """One `large_string` array without nulls (a missing text is an empty one).

    Raises TypeError when the column isn't text.
    """
    if isinstance(texts, str | bytes):
        raise TypeError("The texts are one string; give a sequence of strings or an Arrow string array.")
    column = _one_array(texts)
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_null(column.type) or pa.types.is_string_view(column.type) or pa.types.is_string(column.type):
        column = column.cast(pa.large_string())
    if not pa.types.is_large_string(column.type):
        raise TypeError(f"The texts are a column of type {column.type}; give strings.")
    return pc.fill_null(column, "") if column.null_count else column


def _one_array(texts: Texts) -> Any:
    if isinstance(texts, pa.Array):
        return texts
    if isinstance(texts, pa.ChunkedArray):
        return pa.concat_arrays(
            [chunk.cast(pa.large_string()) for chunk in texts.chunks] or [pa.array([], pa.string())]
        )
    return _from_sequence(texts)


def _from_sequence(texts: Sequence[str | None]) -> Any:
    try:
        return pa.array(texts, pa.large_string())
    except UnicodeEncodeError:
        mended = [None if text is None else text.encode("utf-8", "replace").decode() for text in texts]
        return pa.array(mended, pa.large_string())


def byte_lengths(column: Any) -> npt.NDArray[np.int64]:
    """Length of each text in bytes, int64."""
    return np.diff(np.frombuffer(column.buffers()[1], np.int64)[column.offset :][: len(column) + 1])


def first_code_points(column: Any, limit: int) -> Any:
    """The column with every text cut after `limit` code points; the column itself when none is that long."""
    if len(column) == 0 or int(byte_lengths(column).max()) <= limit:
        return column
    return pc.utf8_slice_codeunits(column, 0, limit)


def slices_by_bytes(column: Any, target: int) -> Iterator[tuple[int, Any]]:
    """Pieces of the column of about `target` bytes each, at least one text per piece: (first row, piece).

    Work on a piece that fits the processor's cache is about twice as fast as on a whole column.
    """
    rows = len(column)
    ends = np.cumsum(byte_lengths(column) + 1)
    start = 0
    while start < rows:
        base = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, base + target, side="right")))
        yield start, column.slice(start, stop - start)
        start = stop
