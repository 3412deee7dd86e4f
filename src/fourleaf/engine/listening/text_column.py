"""Text columns as the engine wants them: one contiguous Arrow string array of valid UTF-8.

Everything that reads texts (sentiment, language, near-duplicates) accepts what callers have at hand: an Arrow array, a
chunked array, or a plain sequence of strings with None in it. Text from outside is hostile; half a surrogate pair or
broken UTF-8 becomes U+FFFD, it never becomes an exception.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["as_text_column", "byte_lengths", "first_code_points", "slices_by_bytes"]

_TextInput = pa.Array | pa.ChunkedArray | Sequence[str | None]


def as_text_column(texts: _TextInput) -> Any:
    """One `large_string` array without nulls (a missing text is an empty one), offsets starting at 0 or later.

    Raises TypeError when the column isn't text.
    """
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
        if isinstance(texts, pa.ChunkedArray):  # more than one chunk is left when 32-bit offsets overflow
            texts = pa.concat_arrays([chunk.cast(pa.large_string()) for chunk in texts.chunks])
    if isinstance(texts, str | bytes):
        raise TypeError("The texts are one string; give a sequence of strings or an Arrow string array.")
    if not isinstance(texts, pa.Array):
        texts = _from_sequence(texts)
    if pa.types.is_dictionary(texts.type):
        texts = texts.dictionary_decode()
    if pa.types.is_null(texts.type) or pa.types.is_string_view(texts.type) or pa.types.is_string(texts.type):
        texts = texts.cast(pa.large_string())
    if not pa.types.is_large_string(texts.type):
        raise TypeError(f"The texts are a column of type {texts.type}; give strings.")
    return pc.fill_null(texts, "") if texts.null_count else texts


def _from_sequence(texts: Sequence[str | None]) -> Any:
    try:
        return pa.array(texts, pa.large_string())
    except UnicodeEncodeError:
        mended = [None if text is None else text.encode("utf-8", "replace").decode() for text in texts]
        return pa.array(mended, pa.large_string())


def byte_lengths(column: Any) -> np.ndarray:
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
