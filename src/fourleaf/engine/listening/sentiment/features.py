"""From texts to feature numbers, for a whole batch at a time and without a loop over rows.

A text becomes a bag of hashed features:

- character n-grams of the orders in `ORDERS`, inside a token and the blanks around it ("char_wb");
- words (runs of letters and digits, runs of punctuation, single emoji) and pairs of neighbouring words; a word after
  a negator carries a mark;
- a few features of the whole text: shouting, elongation, exclamation and question marks.

A feature number is the top bits of a polynomial hash, so it indexes a table of weights directly. Words
have a table of their own; the other features share one. The same code makes the numbers for training and for use.
`tests/engine/listening/test_sentiment_features.py` holds a plain Python version of the same definitions.

The batch is one array of code points in which each text starts with a blank; `Features` explains the layout.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fourleaf.engine.listening.text_column import first_code_points, slices_by_bytes

__all__ = [
    "NEGATORS",
    "ORDERS",
    "TABLE_BITS",
    "TEXT_LIMIT",
    "WORD_BITS",
    "Features",
    "clean",
    "featurise",
    "symbol_parts",
    "symbol_table",
    "word_hash",
    "word_numbers",
]

#: There are 2**WORD_BITS numbers for words: enough that two words seldom share one, since a word weighs much.
WORD_BITS: Final = 20
#: There are 2**TABLE_BITS numbers for all other features.
TABLE_BITS: Final = 18
#: Orders of the character n-grams.
ORDERS: Final = (4, 5)
#: Code points of a text that are looked at; a post is shorter, and the sums of weights can't overflow.
TEXT_LIMIT: Final = 2_000
#: Bytes of text handled at a time, so that the work arrays stay in the processor's cache.
PIECE_BYTES: Final = 1 << 16
#: How many words after a negator are in its scope, unless punctuation ends it sooner.
NEGATION_SCOPE: Final = 4

USER, LINK = "\x01", "\x02"

#: Words that turn the next words round. English as a whole, and the short negators of the other training languages.
NEGATORS: Final = (
    "not no never none nothing nobody neither nor cannot without hardly "
    "don't doesn't didn't isn't aren't wasn't weren't won't wouldn't can't couldn't shouldn't haven't hasn't hadn't "
    "ain't dont doesnt didnt isnt arent wasnt werent wont wouldnt cant couldnt shouldnt havent hasnt hadnt aint "
    "nicht kein keine keinen nie pas jamais nunca não nao non mai sin sem nahi nahin لا ليس لم لن مش"
)

_NOTHING: Final = pa.scalar("", pa.large_string())
_BLANK: Final = pa.scalar(" ", pa.large_string())

# Kinds of symbol: two bits above the 17 bits of the symbol itself.
_SYMBOL_MASK: Final = 0x1FFFF
_KIND_SHIFT: Final = 17
BLANK, LETTER, PUNCTUATION, SINGLE = 0, 1, 2, 3
_UPPER: Final = 1 << 19
_DROP: Final = 1 << 20

_SPREAD: Final = np.uint32(0x9E3779B1)
_STEP: Final = np.uint32(0x85EBCA6B)
_ORDER_SEEDS: Final = {2: 0x27D4EB2F, 3: 0xC2B2AE35, 4: 0x165667B1, 5: 0xD3A2646D, 6: 0xFD7046C5}
_WORD_STEP: Final = 0x9FB21C651E98DF25
_WORD_STEP_INVERSE: Final = pow(_WORD_STEP, -1, 1 << 64)
_WORD_MIX: Final = np.uint64(0xD6E8FEB86659FD93)
_PAIR_LEFT: Final = np.uint64(0xA0761D6478BD642F)
_PAIR_RIGHT: Final = np.uint64(0xE7037ED1A0B428DB)
_NEGATED: Final = np.uint64(0x589965CC75374CC3)
_WHOLE: Final = 0x1D8E4E27C47D124F

U32 = npt.NDArray[np.uint32]
U64 = npt.NDArray[np.uint64]
Index = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Features:
    """The features of one piece of a column, n texts with m kept symbols and w words.

    Text i has the symbols `starts[i]:starts[i + 1]`, of which the first is a blank, and the words
    `word_starts[i]:word_starts[i + 1]`.
    """

    symbols: U32  # (m,)
    starts: Index  # (n + 1,)
    grams: tuple[Index, ...]  # for each order: feature number of the n-gram that starts at a symbol, -1 for none
    word_starts: Index  # (n + 1,)
    word_at: Index  # (w,) position of the first symbol of a word
    hashes: U64  # (w,) 64-bit hash of the word
    marked: npt.NDArray[np.bool_]  # (w,) whether it stands in the scope of a negator
    words: Index  # (w,) feature number of the word, another one when it is marked; indexes the table of words
    pairs: Index  # (w,) feature number of the pair of this word and the next, -1 for none
    whole: Index  # (n, 4) feature numbers of the whole text
    sizes: npt.NDArray[np.float32]  # (n,) divisor of the sum of weights: square root of the number of symbols


@lru_cache(maxsize=1)
def symbol_table() -> U32:
    """What each code point below 0x20000 is folded to, with its kind; made once, stored with the model.

    It is stored because Python's own tables differ between versions, and a number must mean the same everywhere.
    """
    return np.fromiter((_symbol(point) for point in range(0x20000)), np.uint32, 0x20000)


#: Combining marks, Arabic vowel signs, joiners, variation marks, skin tones: they don't change what is said.
_DROPPED_RANGES: Final = (
    (0xAD, 0xAE), (0x300, 0x370), (0x640, 0x641), (0x64B, 0x660), (0x670, 0x671), (0x200B, 0x2010), (0x2060, 0x2061),
    (0x20E3, 0x20E4), (0xFE00, 0xFE10), (0xFEFF, 0xFF00), (0x1F3FB, 0x1F400),
)  # fmt: skip
_DROPPED: Final = frozenset(point for first, end in _DROPPED_RANGES for point in range(first, end))
_FOLDED: Final = {
    **dict.fromkeys("’‘ʼ`´＇", "'"),
    **dict.fromkeys("“”„«»″", '"'),
    **dict.fromkeys("–—―", "-"),
    "…": ".",
    **dict.fromkeys("أإآٱ", "ا"),
    "ى": "ي",
    "ة": "ه",
}


def _symbol(point: int) -> int:
    char = chr(point)
    if char in (USER, LINK):
        return point | SINGLE << _KIND_SHIFT
    if point in _DROPPED:
        return _DROP
    if 0xD800 <= point < 0xE000:
        return 0xFFFD | PUNCTUATION << _KIND_SHIFT
    folded = _FOLDED.get(char) or unicodedata.normalize("NFKC", char)
    if len(folded) != 1:
        folded = char
    lower = folded.lower()
    lower = lower if len(lower) == 1 and ord(lower) < 0x20000 else folded
    category = unicodedata.category(lower)
    if category[0] in "ZC" and category not in ("Co", "Cn"):
        return ord(" ")
    if category == "Nd":
        lower = "0"
    if category[0] in "LNM" or lower == "_":
        kind = LETTER
    elif category in ("So", "Sk", "Co", "Cn") and ord(lower) > 0x7F:
        kind = SINGLE
    else:
        kind = PUNCTUATION
    return ord(lower) | kind << _KIND_SHIFT | (_UPPER if lower != folded else 0)


def clean(column: Any) -> Any:
    """The column with links and handles as one mark each and the common HTML entities as characters."""
    column = pc.replace_substring_regex(column, r"(?:https?://|www\.)\S+|\bhttp\b", LINK)
    column = pc.replace_substring_regex(column, r"@[A-Za-z0-9_]+", USER)
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"), ("&amp;", "&")):
        column = pc.replace_substring(column, entity, char)
    return column


def featurise(column: Any, table: U32) -> Iterator[tuple[int, Features]]:
    """Features of a `large_string` column without nulls, piece by piece: (first row, features of the piece)."""
    column = clean(first_code_points(column, TEXT_LIMIT))
    column = pc.binary_join_element_wise(_NOTHING, column, _BLANK)  # a blank before each text
    for first, piece in slices_by_bytes(column, PIECE_BYTES):
        yield first, _features(piece, table)


def symbol_parts(text: str, table: U32) -> tuple[list[bool], list[bool]]:
    """For each code point of a cleaned text: whether the model drops it, and whether it is a blank to the model."""
    points = np.minimum(np.fromiter(map(ord, text), np.int64, len(text)), len(table) - 1)
    codes = table.take(points)
    dropped = (codes & np.uint32(_DROP)) != 0
    blank = ~dropped & ((codes & np.uint32(_SYMBOL_MASK)) == ord(" "))
    return dropped.tolist(), blank.tolist()


def _features(piece: Any, table: U32) -> Features:
    codes, starts = _codes(piece, table)
    symbols, kinds, upper, starts, long_runs = _fold(codes, starts)
    grams = _grams(symbols, kinds)
    words, word_at, word_starts, shouted, breaks, plain = _words(symbols, kinds, upper, starts)
    pairs = _pairs(words, word_starts)
    marked = _negated(words, word_starts, breaks) & plain
    numbers = word_numbers(words, marked)
    whole = _whole(symbols, starts, word_starts, shouted, long_runs)
    sizes = np.sqrt(np.maximum(np.diff(starts), 2)).astype(np.float32)
    return Features(symbols, starts, grams, word_starts, word_at, words, marked, numbers, pairs, whole, sizes)


def _codes(piece: Any, table: U32) -> tuple[U32, Index]:
    """Table entry of each code point of the texts and a blank at the very end; where each text starts."""
    offsets = np.frombuffer(piece.buffers()[1], np.int64)[piece.offset : piece.offset + len(piece) + 1]
    data = piece.buffers()[2].slice(int(offsets[0]), int(offsets[-1] - offsets[0])).to_pybytes() + b" "
    if data.isascii():
        points: npt.NDArray[Any] = np.frombuffer(data, np.uint8)
        return table.take(points), offsets - offsets[0]
    points = np.frombuffer(data.decode("utf-8", "replace").encode("utf-32-le"), np.uint32)
    if int(points.max()) >= len(table):
        points = np.minimum(points, len(table) - 1)
    starts = np.zeros(len(piece) + 1, np.int64)
    np.cumsum(pc.utf8_length(piece).to_numpy(zero_copy_only=False), out=starts[1:])
    return table.take(points), starts


def _fold(codes: U32, starts: Index) -> tuple[U32, U32, npt.NDArray[np.bool_], Index, Index]:
    """Drop marks that carry nothing and all but two of a run of the same symbol.

    Returns symbols, kinds, upper-case flags, starts of the texts, and the number of shortened runs per text.
    """
    symbols = codes & np.uint32(_SYMBOL_MASK)
    repeated = np.zeros(len(codes), np.bool_)
    same = symbols[1:] == symbols[:-1]
    np.logical_and(same[1:], same[:-1], out=repeated[2:])
    repeated &= (codes & np.uint32(3 << _KIND_SHIFT)) != 0
    gone = repeated | ((codes & np.uint32(_DROP)) != 0)
    run_ends = repeated.copy()
    run_ends[:-1] &= ~repeated[1:]
    letters = (codes & np.uint32(3 << _KIND_SHIFT)) == np.uint32(LETTER << _KIND_SHIFT)
    runs = _sums((run_ends & letters).astype(np.int64), starts)
    if gone.any():
        keep = ~gone
        before = np.zeros(len(codes) + 1, np.int64)
        np.cumsum(keep, out=before[1:])
        codes, starts = codes[keep], before[starts]
        symbols = codes & np.uint32(_SYMBOL_MASK)
    kinds = (codes >> np.uint32(_KIND_SHIFT)) & np.uint32(3)
    return symbols, kinds, (codes & np.uint32(_UPPER)) != 0, starts, runs


def _sums(values: npt.NDArray[Any], starts: Index) -> npt.NDArray[Any]:
    """Sum of `values[starts[i]:starts[i + 1]]` for each i; empty ranges are 0. Wraps round like the dtype."""
    running = np.zeros(len(values) + 1, values.dtype)
    np.cumsum(values, out=running[1:])
    ends = running[starts]
    return ends[1:] - ends[:-1]


def _grams(symbols: U32, kinds: U32) -> tuple[Index, ...]:
    blanks = np.flatnonzero(kinds == BLANK)
    gaps = np.diff(blanks)
    room = np.repeat(blanks[1:], gaps)
    room -= np.arange(len(room))  # distance to the next blank; the last symbol is a blank and starts nothing
    hashed = symbols * _SPREAD
    hashed ^= hashed >> np.uint32(15)
    rolling = hashed
    found: list[Index] = []
    for order in range(2, max(ORDERS) + 1):
        rolling = rolling[:-1] * _STEP
        rolling += hashed[order - 1 :]
        if order not in ORDERS:
            continue
        mixed = (rolling ^ (rolling >> np.uint32(16))) * np.uint32(_ORDER_SEEDS[order])
        numbers = np.full(len(symbols), -1, np.int64)
        fits = room[: len(mixed)] >= order - 1
        numbers[: len(mixed)][fits] = (mixed >> np.uint32(32 - TABLE_BITS))[fits]
        found.append(numbers)
    return tuple(found)


@lru_cache(maxsize=1)
def _powers() -> tuple[U64, U64]:
    """Powers of the word step and of its inverse modulo 2**64, as many as a piece can have symbols."""
    size = PIECE_BYTES + 4 * TEXT_LIMIT + 8
    out = []
    for base in (_WORD_STEP, _WORD_STEP_INVERSE):
        powers = np.full(size, base, np.uint64)
        powers[0] = 1
        out.append(np.cumprod(powers))
    return out[0], out[1]


def _top(hashes: U64, bits: int = TABLE_BITS) -> Index:
    return (hashes >> np.uint64(64 - bits)).astype(np.int64)


def _words(
    symbols: U32, kinds: U32, upper: npt.NDArray[np.bool_], starts: Index
) -> tuple[U64, Index, Index, Index, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Words of each text.

    Returns 64-bit hashes, position of the first symbol, starts per text, number of shouted words per text, whether a
    word ends the scope of a negator (punctuation), and whether it is a word of letters.
    """
    quotes = np.flatnonzero(symbols == ord("'"))
    if len(quotes):
        quotes = quotes[(quotes > 0) & (quotes < len(symbols) - 1)]
        inner = quotes[(kinds[quotes - 1] == LETTER) & (kinds[quotes + 1] == LETTER)]
        kinds = kinds.copy()
        kinds[inner] = LETTER
    apart = np.empty(len(symbols) + 1, np.bool_)
    apart[0] = apart[-1] = True
    np.not_equal(kinds[1:], kinds[:-1], out=apart[1:-1])
    single = kinds == SINGLE
    apart[:-1] |= single
    present = kinds != BLANK
    begins = apart[:-1] & present
    apart[1:] |= single
    first = np.flatnonzero(begins)
    last = np.flatnonzero(apart[1:] & present)
    word_starts = np.searchsorted(first, starts)
    powers, inverses = _powers()
    running = np.cumsum((symbols * _SPREAD).astype(np.uint64) * powers[: len(symbols)])
    hashes = (running[last] - running[first - 1]) * inverses[first]  # a blank comes first, so first - 1 exists
    hashes ^= hashes >> np.uint64(32)
    hashes *= _WORD_MIX
    capitals = np.zeros(len(symbols) + 1, np.int64)
    np.cumsum(upper, out=capitals[1:])
    length = last + 1 - first
    plain = kinds[first] == LETTER
    loud = (capitals[last + 1] - capitals[first] == length) & (length > 1)
    shouted = _sums(loud.astype(np.int64), word_starts)
    return hashes, first, word_starts, shouted, kinds[first] == PUNCTUATION, plain


def word_numbers(hashes: U64, marked: npt.NDArray[np.bool_]) -> Index:
    """Numbers of words in the table of words, (w,); a marked word has another number than the plain one."""
    return _top(np.where(marked, (hashes ^ _NEGATED) * _WORD_MIX, hashes), WORD_BITS)


def _pairs(words: U64, word_starts: Index) -> Index:
    numbers = np.full(len(words), -1, np.int64)
    if len(words) > 1:
        mixed = words[:-1] * _PAIR_LEFT + words[1:] * _PAIR_RIGHT
        mixed ^= mixed >> np.uint64(29)
        numbers[:-1] = _top(mixed * _WORD_MIX)
        ends = word_starts[1:]
        numbers[ends[ends > 0] - 1] = -1
    return numbers


def word_hash(word: str, table: U32) -> int:
    """64-bit hash of one word as `_words` makes it; the word has no blank in it."""
    codes = table.take(np.fromiter(map(ord, word), np.int64))
    total = 0
    for position, code in enumerate(int(entry) & _SYMBOL_MASK for entry in codes):
        total += (code * int(_SPREAD) & 0xFFFFFFFF) * pow(_WORD_STEP, position, 1 << 64)
    total &= (1 << 64) - 1
    total ^= total >> 32
    return total * int(_WORD_MIX) & ((1 << 64) - 1)


@lru_cache(maxsize=1)
def _negator_filter() -> npt.NDArray[np.bool_]:
    found = np.zeros(1 << 20, np.bool_)
    found[[word_hash(word, symbol_table()) >> 44 for word in NEGATORS.split()]] = True
    return found


def _negated(words: U64, word_starts: Index, breaks: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Whether each word stands in the scope of a negator before it."""
    negator = _negator_filter().take((words >> np.uint64(44)).astype(np.int64))
    at = np.flatnonzero(negator)
    scope = np.zeros(len(words), np.bool_)
    if not len(at):
        return scope
    stop = np.repeat(word_starts[1:], np.diff(word_starts))[at]
    open_ = np.ones(len(at), np.bool_)
    for step in range(1, NEGATION_SCOPE + 1):
        target = at + step
        open_ &= target < stop
        at, target, stop, open_ = at[open_], target[open_], stop[open_], open_[open_]
        open_ = ~breaks[target]
        at, target, stop, open_ = at[open_], target[open_], stop[open_], open_[open_]
        scope[target] = True
    return scope


def _whole(symbols: U32, starts: Index, word_starts: Index, shouted: Index, long_runs: Index) -> Index:
    """Feature numbers of the whole text: shouted words, shortened runs, exclamation marks, question marks."""
    marks = [_sums((symbols == ord(mark)).astype(np.int64), starts) for mark in "!?"]
    counts = np.stack([np.minimum(shouted, 3), np.minimum(long_runs, 2), *(np.minimum(m, 3) for m in marks)], 1)
    keys = counts.astype(np.uint64) + (np.arange(4, dtype=np.uint64) << np.uint64(8)) + np.uint64(1)
    mixed = keys * np.uint64(_WHOLE)
    mixed ^= mixed >> np.uint64(32)
    return _top(mixed * _WORD_MIX)
