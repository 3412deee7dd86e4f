"""What of a post is compared: its words, without case, links, handles, emoji, re-share marks and spare blanks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from fourleaf.engine.listening.text_column import as_text_column, first_code_points

__all__ = ["TEXT_LIMIT", "normalise", "normalise_column", "points_of", "text_hashes"]

#: Code points of a text that are compared. A post is shorter; a longer text that begins alike counts as alike.
TEXT_LIMIT: Final = 4_000

_LINKS: Final = r"(?:https?:|www\.)\S*|\bpic\.twitter\.com/\S+|\bhttps?…"
_RESHARE: Final = r"^\s*(?:RT|rt)\s+@\w+\s*:?|\bvia\s+@\w+\s*$"
_HANDLES: Final = r"@[\pL\pN_](?:[\pL\pN_.-]*[\pL\pN_])?"
#: Emoji and pictographs, their joiners and variation marks, the ellipsis of a cut text, and all blanks.
_SPARE: Final = (
    r"[\s\pZ\x{007F}-\x{009F}\x{200B}-\x{200F}\x{2028}-\x{202F}\x{2060}\x{FEFF}\x{FE00}-\x{FE0F}\x{20E3}\x{2026}"
    r"\x{2190}-\x{21FF}\x{2300}-\x{23FF}\x{2460}-\x{27BF}\x{2900}-\x{297F}\x{2B00}-\x{2BFF}\x{3030}\x{303D}"
    r"\x{1F000}-\x{1FAFF}\x{E0000}-\x{E007F}\x00-\x1F]+"
)
_ENTITIES: Final = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"), ("&amp;", "&"))
_QUOTES: Final = (("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"'))


def normalise(text: str) -> str:
    """The part of one text that is compared; "" when only links, handles or emoji are in it."""
    result: str = normalise_column(as_text_column([text]))[0].as_py()
    return result


def normalise_column(column: Any) -> Any:
    """`normalise` of each text of a `large_string` column without nulls."""
    column = _where(first_code_points(column, TEXT_LIMIT), "&", _without_entities)
    for pattern in (_LINKS, _RESHARE, _HANDLES):
        column = pc.replace_substring_regex(column, pattern, " ")
    column = _where(column, "  |[^ -~]", _plain)
    return pc.utf8_trim(pc.utf8_lower(column), " ")


def _where(column: Any, pattern: str, change: Callable[[Any], Any]) -> Any:
    """The column with the texts that match changed; most texts need no change, and looking is cheaper."""
    concerned = pc.match_substring_regex(column, pattern)
    if not concerned.true_count:
        return column
    return pc.replace_with_mask(column, concerned, change(column.filter(concerned)))


def _without_entities(column: Any) -> Any:
    for entity, char in _ENTITIES:
        column = pc.replace_substring(column, entity, char)
    return column


def _plain(column: Any) -> Any:
    for quote, plain in _QUOTES:
        column = pc.replace_substring(column, quote, plain)
    return pc.replace_substring_regex(column, _SPARE, " ")


def points_of(column: Any) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    """Code points of all texts one after another, and where each text starts (n + 1 positions)."""
    offsets = np.frombuffer(column.buffers()[1], np.int64)[column.offset : column.offset + len(column) + 1]
    first, last = int(offsets[0]), int(offsets[-1])
    data = column.buffers()[2].slice(first, last - first).to_pybytes() if last > first else b""
    if data.isascii():
        return np.frombuffer(data, np.uint8).astype(np.uint32), offsets - first
    starts = np.zeros(len(column) + 1, np.int64)
    np.cumsum(pc.utf8_length(column).to_numpy(), out=starts[1:])
    return np.frombuffer(data.decode("utf-8", "replace").encode("utf-32-le"), np.uint32), starts


_STEP: Final = 0x9FB21C651E98DF25
_MIX: Final = np.uint64(0xD6E8FEB86659FD93)
_POWERS: Final = 1 << 13


def _power_table(base: int) -> npt.NDArray[np.uint64]:
    powers = np.full(_POWERS, base, np.uint64)
    powers[0] = 1
    return np.cumprod(powers)


_UP: Final = _power_table(_STEP)


def text_hashes(points: npt.NDArray[np.uint32], starts: npt.NDArray[np.int64], salt: int = 0) -> npt.NDArray[np.uint64]:
    """64-bit hash of each text: a polynomial over its code points, mixed. Texts are at most `TEXT_LIMIT` long.

    Two different texts share a hash with a probability of about 2**-64; among five million texts that any do is below
    one in a million.
    """
    lengths = np.diff(starts)
    position = np.arange(len(points)) - np.repeat(starts[:-1], lengths)
    running = np.zeros(len(points) + 1, np.uint64)
    spread = (points.astype(np.uint64) + np.uint64(1)) * _MIX
    spread ^= spread >> np.uint64(31)
    np.cumsum(spread * _UP.take(position), out=running[1:])
    hashes: npt.NDArray[np.uint64] = running[starts[1:]] - running[starts[:-1]]
    hashes += lengths.astype(np.uint64) * np.uint64(0xA0761D6478BD642F) + np.uint64(salt)
    hashes ^= hashes >> np.uint64(32)
    hashes *= _MIX
    return hashes ^ (hashes >> np.uint64(29))
