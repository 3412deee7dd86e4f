"""Where records begin and end in a block of delimiter-separated text, found without a loop over rows.

RFC 4180 quoting: a quotation mark opens a field only at its start, closes it only at its end, and is doubled inside.
When that holds for a whole block, a line feed ends a record exactly if an even number of quotation marks lie before
it. When it does not hold, the block is not well quoted, and the exact parser must read it record by record.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Cut", "cut_records"]

_LF, _CR, _QUOTE = 10, 13, 34


@dataclass(frozen=True, slots=True)
class Cut:
    """The whole records at the beginning of a block.

    size     bytes of the whole records
    lines    for each record that is not a blank line: the number of line feeds before it in the block
    newlines line feeds within `size`
    """

    size: int
    lines: npt.NDArray[np.int64]
    newlines: int


def cut_records(block: bytes, delimiter: int, *, last: bool) -> Cut | None:
    """The whole records in a block that begins at a record; None if it is not well quoted or holds no whole record.

    `last` says that the file ends with the block, so that a record without a line feed is whole too.
    """
    bytes_ = np.frombuffer(block, np.uint8)
    feeds = np.flatnonzero(bytes_ == _LF)
    if b'"' in block:
        quotes = np.flatnonzero(bytes_ == _QUOTE)
        even = (np.searchsorted(quotes, feeds) & 1) == 0
        ends = feeds[even]
        open_at_end = len(quotes) & 1 == 1
    else:
        quotes = np.empty(0, np.int64)
        ends = feeds
        open_at_end = False
    if last and (not len(ends) or ends[-1] != len(block) - 1):
        if open_at_end:
            return None
        ends = np.append(ends, len(block))
    if not len(ends):
        return None
    size = min(int(ends[-1]) + 1, len(block))
    quotes = quotes[: np.searchsorted(quotes, size)]
    if not _well_quoted(bytes_, quotes, delimiter):
        return None
    starts = np.concatenate(([0], ends[:-1] + 1))
    length = ends - starts
    blank = (length == 0) | ((length == 1) & (bytes_[np.minimum(starts, len(bytes_) - 1)] == _CR))
    if last and starts[-1] >= len(block):
        blank[-1] = True
    starts = starts[~blank]
    before = np.searchsorted(feeds, starts)
    return Cut(size, before.astype(np.int64), int(np.searchsorted(feeds, size)))


def _well_quoted(bytes_: npt.NDArray[np.uint8], quotes: npt.NDArray[np.int64], delimiter: int) -> bool:
    """Opening marks stand after a delimiter or line feed, closing ones before a delimiter or line end.

    A doubled mark inside a field reads here as one field closed and the next opened side by side.
    """
    if not len(quotes):
        return True
    opening, closing = quotes[::2], quotes[1::2]
    if len(opening) != len(closing):
        return False
    side_by_side = closing[:-1] + 1 == opening[1:]
    before = bytes_[np.maximum(opening - 1, 0)]
    opens = (before == delimiter) | (before == _LF) | (opening == 0)
    opens[1:] |= side_by_side
    after = bytes_[np.minimum(closing + 1, len(bytes_) - 1)]
    closes = (after == delimiter) | (after == _LF) | (after == _CR) | (closing == len(bytes_) - 1)
    closes[:-1] |= side_by_side
    return bool(opens.all() and closes.all())
