"""How text and query terms are made comparable: case, diacritics, compatibility forms, and what a word is.

The rules, for each character of a text:

* **Word characters** are letters, marks, digits and the underscore (Unicode general categories L, M, N and ``_``).
  Everything else is a *gap*, the apostrophe included (also U+02BC, which Unicode files under letters).
* **Case** is folded with Unicode's full case folding, and compatibility forms of word characters (full-width
  letters, mathematical bold, ligatures) are folded with NFKD, both as Unicode defines them (UAX #15, UCD
  CaseFolding).
* **Diacritics** of Latin, Greek, Cyrillic, Arabic and Hebrew are dropped; a Latin letter "with stroke" and its like
  (ø, ł, đ, ħ) becomes the bare letter, ß becomes ss, æ ae, œ oe, þ th, ð d, ı i. Marks of other scripts, such as the
  vowel signs of Indic scripts and of Thai or the voicing mark of kana, carry meaning and stay.
* **Invisible characters** are dropped: joiners, variation selectors, direction marks, the soft hyphen, the Arabic
  tatweel, and skin tones of emoji. The zero-width *space* is a gap.
* **Scripts without spaces** (Han, kana, Thai, Lao, Khmer, Myanmar): their words need no boundary. Where such a
  character touches a word character of another script, a boundary is set between them.
* **Canonical equivalence**: a base with marks that compose (Hangul jamo, kana voicing, Indic) is composed first.

This module holds the rules one character at a time, as tables; ``buffer`` applies them to whole Arrow columns and
``exact`` to single texts.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = [
    "COMPOSES",
    "DROP",
    "MARK",
    "REPLACE",
    "SPACELESS",
    "SYMBOL",
    "WORD",
    "FoldTables",
    "ascii_table",
    "flags_of",
    "fold_character",
    "fold_label",
    "normalise_clusters",
    "tables",
]

#: Bits of `FoldTables.flags`, one byte a code point. A character with neither WORD nor DROP is a gap.
WORD: Final = 1
SPACELESS: Final = 2  # a script that writes without spaces
MARK: Final = 4  # a mark that stays: a term may not end just before it
DROP: Final = 8  # not compared at all
SYMBOL: Final = 16  # a gap that can be searched for: emoji and other pictures
REPLACE: Final = 32  # compared as another string, see `fold_character`
COMPOSES: Final = 64  # may compose with what stands before: the text needs `normalise_clusters`

_LIMIT: Final = 0x110000

# Blocks whose marks are diacritics: combining (general, extended, supplement, for symbols, half marks), Cyrillic,
# Hebrew, Arabic. From Unicode's Blocks.txt; only characters of category M inside them count.
_DIACRITIC_BLOCKS: Final = (
    (0x0300, 0x036F),
    (0x0483, 0x0489),
    (0x0591, 0x05C7),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06ED),
    (0x0890, 0x08FF),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0x2DE0, 0x2DFF),
    (0xA66F, 0xA69F),
    (0xFB1E, 0xFB1E),
    (0xFE20, 0xFE2F),
)

# Scripts that write without spaces, by block (Unicode Blocks.txt).
_SPACELESS_BLOCKS: Final = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x3007),  # ideographic iteration mark, closing mark, zero
    (0x3021, 0x3029),
    (0x3031, 0x3035),
    (0x3038, 0x303C),
    (0x3041, 0x30FF),  # Hiragana, Katakana
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA9E0, 0xA9FF),
    (0xAA60, 0xAA7F),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9F),  # half-width Katakana
    (0x1AFF0, 0x1B16F),
    (0x20000, 0x3FFFD),
)

# Identical when folded, and too many to look at one by one: Han (with room for what Unicode adds) and Hangul syllables.
_BULK_WORDS: Final = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0x20000, 0x2F7FF), (0x30000, 0x323AF))

_LATIN_SPECIAL: Final = {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i", "ĸ": "k", "ŋ": "n"}
_LATIN_WITH: Final = re.compile(r"LATIN SMALL LETTER ([A-Z]) WITH ")
_SIGILS: Final = {"＠": "@", "﹫": "@", "＃": "#", "﹟": "#"}
_HALF_WIDTH_VOICING: Final = "\uff9e\uff9f"
_APOSTROPHE_LETTER: Final = "\u02bc"


def _inside(code: int, blocks: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= code <= high for low, high in blocks)


def _is_dropped(char: str, category: str) -> bool:
    code = ord(char)
    if category in {"Mn", "Me"}:
        return _inside(code, _DIACRITIC_BLOCKS) or 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF
    if category == "Cf":
        return char != "\u200b"
    return char == "\u0640" or 0x1F3FB <= code <= 0x1F3FF or category == "Cs"


def _fold_letter(char: str) -> str:
    """A word character as it is compared: NFKD, case folding, without diacritics, composed again."""
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFKD", char).casefold())
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFKD", folded).casefold())
    parts = []
    for part in folded:
        category = unicodedata.category(part)
        if _is_dropped(part, category):
            continue
        if (category[0] not in "LMN" and part != "_") or part == _APOSTROPHE_LETTER:
            parts.append(" ")
        elif part in _LATIN_SPECIAL:
            parts.append(_LATIN_SPECIAL[part])
        elif "\u0080" <= part <= "\u024f" or "\u0250" <= part <= "\u02af" or "\u1d00" <= part <= "\u1eff":
            named = _LATIN_WITH.match(unicodedata.name(part, ""))
            parts.append(named.group(1).lower() if named else part)
        else:
            parts.append(part)
    return unicodedata.normalize("NFC", "".join(parts))


@lru_cache(maxsize=16_384)
def fold_character(char: str) -> str:
    """One character as it is compared: its folded form, "" when dropped, " " for a gap, "@" or "#" for a sigil."""
    if char < "\u0080":
        return char.lower() if char.isalnum() or char in "_@#" else " "
    if _inside(ord(char), _BULK_WORDS):
        return char
    category = unicodedata.category(char)
    if _is_dropped(char, category):
        return ""
    if char in _SIGILS:
        return _SIGILS[char]
    if char == "＿":
        return "_"
    if category[0] not in "LMN" or char == _APOSTROPHE_LETTER:
        return " "
    return _fold_letter(char)


def _is_symbol(code: int, category: str) -> bool:
    return category[0] == "S" or (category == "Cn" and 0x1F000 <= code <= 0x1FAFF) or code in {0x203C, 0x2049, 0x3030}


@lru_cache(maxsize=16_384)
def flags_of(char: str) -> int:
    """The bits of one character, as in `FoldTables.flags`."""
    code = ord(char)
    folded = fold_character(char)
    if folded == "":
        return DROP
    category = unicodedata.category(char)
    if folded in {" ", "@", "#"}:
        return SYMBOL if code > 127 and _is_symbol(code, category) else 0
    bits = WORD
    if _inside(code, _SPACELESS_BLOCKS):
        bits |= SPACELESS
    if category[0] == "M":
        bits |= MARK
    if code > 127 and folded != char:
        bits |= REPLACE
    if char in _composing():
        bits |= COMPOSES
    return bits


@cache
def _composing() -> frozenset[str]:
    """Characters that may merge into the one before them under NFC, diacritics apart."""
    found = set(_HALF_WIDTH_VOICING)
    found.update(map(chr, range(0x1161, 0x1176)))  # Hangul vowels
    found.update(map(chr, range(0x11A8, 0x11C3)))  # Hangul finals
    for code in (*range(0x0900, 0x1200), *range(0x1B00, 0x1C00), *range(0x3040, 0x3100), *range(0x11000, 0x11A00)):
        decomposition = unicodedata.decomposition(chr(code))
        if decomposition and not decomposition.startswith("<") and " " in decomposition:
            second = chr(int(decomposition.split()[1], 16))
            if not _is_dropped(second, unicodedata.category(second)):
                found.add(second)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class FoldTables:
    """The rules as arrays over all code points, for `buffer`.

    `flags` is uint8[0x110000]; `combining` uint8[0x110000], the canonical combining class of marks that stay, else 0;
    `replacement` uint16[0x110000], a row of `strings` for characters with REPLACE; `strings` uint8[n, width], UTF-8
    padded with 0; `lengths` int64[n].
    """

    flags: npt.NDArray[np.uint8]
    combining: npt.NDArray[np.uint8]
    replacement: npt.NDArray[np.uint16]
    strings: npt.NDArray[np.uint8]
    lengths: npt.NDArray[np.int64]


@cache
def tables() -> FoldTables:
    """The tables, built at the first call (about a tenth of a second) and kept."""
    flags = np.zeros(_LIMIT, np.uint8)
    combining = np.zeros(_LIMIT, np.uint8)
    replacement = np.zeros(_LIMIT, np.uint16)
    for low, high in _BULK_WORDS:
        flags[low : high + 1] = WORD
    numbers: dict[str, int] = {"": 0}
    ranges = (
        range(0x3400),
        range(0x4DC0, 0x4E00),
        range(0xA000, 0xAC00),
        range(0xD7A4, 0xD800),
        range(0xF900, 0x1FC00),
        range(0x2F800, 0x2FA20),
        range(0xE0000, 0xE0200),
    )
    for code in (code for codes in ranges for code in codes):
        char = chr(code)
        bits = flags_of(char)
        flags[code] = bits
        if bits & REPLACE and bits & WORD:
            replacement[code] = numbers.setdefault(fold_character(char), len(numbers))
        if bits & MARK:
            combining[code] = unicodedata.combining(char)
    for low, high in _SPACELESS_BLOCKS:
        flags[low : high + 1] |= np.where(flags[low : high + 1] & WORD, SPACELESS, 0).astype(np.uint8)
    encoded = [text.encode() for text in numbers]
    strings = np.zeros((len(encoded), max(map(len, encoded))), np.uint8)
    for row, value in enumerate(encoded):
        strings[row, : len(value)] = np.frombuffer(value, np.uint8)
    lengths = np.array([len(value) for value in encoded], np.int64)
    return FoldTables(flags, combining, replacement, strings, lengths)


@cache
def ascii_table() -> bytes:
    """The 256-byte translation table of the ASCII fast path: word characters folded, every gap a space."""
    folded = (fold_character(chr(byte)) if byte < 128 else " " for byte in range(256))
    return bytes(byte if byte > 127 else ord(char) if char not in "@#" else 32 for byte, char in enumerate(folded))


@cache
def _cluster_pattern() -> re.Pattern[str]:
    """A base and what follows it, when something in there composes or is out of canonical order."""
    follow = set(_composing())
    for code in range(0x0700, 0x20000):
        if not 0x3400 <= code < 0xA000 and not 0xAC00 <= code < 0xD800:
            char = chr(code)
            if flags_of(char) & MARK and unicodedata.combining(char):
                follow.add(char)
    return re.compile(f"(?s).[{''.join(sorted(follow))}]+")


def normalise_clusters(text: str) -> tuple[str, list[int], list[int]]:
    """Compose what composes and take out what is dropped, keeping track of where each character came from.

    Returns the new text and, for each of its characters, the start and the end (exclusive) of what it stands for in
    the text given. A dropped character belongs to the one before it.
    """
    kept: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for position, char in enumerate(text):
        if fold_character(char) == "":
            if ends:
                ends[-1] = position + 1
            continue
        kept.append(char)
        starts.append(position)
        ends.append(position + 1)
    plain = "".join(kept)
    out: list[str] = []
    out_starts: list[int] = []
    out_ends: list[int] = []
    done = 0
    for found in _cluster_pattern().finditer(plain):
        cluster = found.group()
        half_width = any(mark in cluster for mark in _HALF_WIDTH_VOICING)
        composed = unicodedata.normalize("NFKC" if half_width else "NFC", cluster)
        if composed == cluster:
            continue
        first, last = found.span()
        out.append(plain[done:first])
        out_starts += starts[done:first]
        out_ends += ends[done:first]
        out.append(composed)
        out_starts += [starts[first]] * len(composed)
        out_ends += [ends[last - 1]] * len(composed)
        done = last
    out.append(plain[done:])
    return "".join(out), out_starts + starts[done:], out_ends + ends[done:]


def fold_label(text: str) -> str:
    """A handle or a platform as it is compared: folded, without a leading "@", punctuation kept."""
    folded = (fold_character(char) if flags_of(char) & (WORD | DROP) else char for char in text.strip())
    return "".join(folded).removeprefix("@")
