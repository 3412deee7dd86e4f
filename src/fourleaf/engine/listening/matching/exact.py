"""One text, or one term, taken apart character by character.

This is the careful path: it reads query terms, and it decides the few terms (emoji within phrases, dotted handles)
for which a needle in the folded buffer is not enough. Every other text goes through `buffer`.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from fourleaf.engine.listening.matching.folding import (
    MARK,
    SPACELESS,
    SYMBOL,
    WORD,
    flags_of,
    fold_character,
    normalise_clusters,
)

__all__ = ["ExactPattern", "ExactText", "Piece", "original_span", "pieces_of", "take_apart", "word_numbers"]

# In an `ExactText` a symbol stands between these two, so that ASCII alone tells words from gaps.
_BEFORE, _AFTER = "\x01", "\x02"
# A boundary of no width, where a script without spaces touches another word.
_SEAM: Final = "\x03"
_GAP_CLASS: Final = r"\x00-/:-@\[-^`{-\x7f"
_WORD_RUN: Final = re.compile(rf"{_BEFORE}(?P<symbol>.){_AFTER}|[^{_GAP_CLASS}]+", re.DOTALL)
_GAP_UNIT: Final = rf"(?:{_BEFORE}[^{_AFTER}]{_AFTER}|[\x00\x03-/:-@\[-^`{{-\x7f])"
_STARTS_CLEAN: Final = rf"(?<![^{_GAP_CLASS}])"
_ENDS_CLEAN: Final = rf"(?![^{_GAP_CLASS}])"
_ENDS_EXACTLY: Final = rf"(?![^{_GAP_CLASS}]|{_SEAM})"  # for tags and handles, which go on across a seam
_FLAG_LETTERS: Final = ("\U0001f1e6", "\U0001f1ff")


@dataclass(frozen=True, slots=True)
class ExactText:
    """A folded text; `starts` and `ends` give for each of its characters the place in the original.

    Word characters stand folded, ASCII gaps as they are, symbols between two control characters, other gaps as
    spaces. Where a script without spaces touches another word, a seam of no width is put between.
    """

    text: str
    starts: list[int]
    ends: list[int]

    def word_starts(self) -> list[int]:
        """Where words begin; each character of a script without spaces counts as a word."""
        found = []
        before = False
        for position, char in enumerate(self.text):
            bits = flags_of(char)
            word = bool(bits & WORD)
            if word and (not before or (bits & SPACELESS and not bits & MARK)):
                found.append(position)
            before = word
        return found


def take_apart(text: str) -> ExactText:
    """Fold one text; linear in its length."""
    if text.isascii():
        return _ascii_apart(text)
    composed, begins, finishes = normalise_clusters(text)
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    before = 0
    for index, char in enumerate(composed):
        bits = flags_of(char)
        if bits & WORD:
            folded = fold_character(char)
            if before & WORD and (before ^ bits) & SPACELESS:
                out.append(_SEAM)
                starts.append(begins[index])
                ends.append(begins[index])
        elif bits & SYMBOL:
            folded = f"{_BEFORE}{char}{_AFTER}"
        elif char < "\x80":
            folded = " " if char in (_BEFORE, _AFTER, _SEAM) else char
        else:
            folded = fold_character(char)
        out.append(folded)
        starts += [begins[index]] * len(folded)
        ends += [finishes[index]] * len(folded)
        before = bits
    return ExactText("".join(out), starts, ends)


_ASCII_CONTROLS: Final = str.maketrans({_BEFORE: " ", _AFTER: " ", _SEAM: " "})


def _ascii_apart(text: str) -> ExactText:
    places = list(range(len(text) + 1))
    return ExactText(text.lower().translate(_ASCII_CONTROLS), places[:-1], places[1:])


@dataclass(frozen=True, slots=True)
class Piece:
    """A word or a symbol of a term. `glued` means that nothing stands between it and the piece before."""

    text: str
    symbol: bool = False
    glued: bool = False

    @property
    def open_start(self) -> bool:
        """Whether it needs no boundary before it."""
        return self.symbol or bool(flags_of(self.text[0]) & SPACELESS)

    @property
    def open_end(self) -> bool:
        """Whether it needs no boundary after it."""
        return self.symbol or bool(flags_of(self.text[-1]) & SPACELESS)


@lru_cache(maxsize=65_536)
def pieces_of(text: str) -> tuple[Piece, ...]:
    """The pieces of a term, folded; empty when nothing in it can be searched."""
    folded = take_apart(text)
    pieces = []
    end = -1
    for found in _WORD_RUN.finditer(folded.text):
        symbol = found.group("symbol")
        pieces.append(
            Piece(
                symbol or found.group(),
                symbol is not None,
                folded.text[end : found.start()] in {"", _SEAM} and end >= 0,
            )
        )
        end = found.end()
    return tuple(pieces)


@cache
def _mark_class() -> str:
    marks = (
        chr(code) for low, high in ((0x0E00, 0x1100), (0x1780, 0x1800), (0x3040, 0x3100)) for code in range(low, high)
    )
    return "".join(mark for mark in marks if flags_of(mark) & MARK and flags_of(mark) & SPACELESS)


class ExactPattern:
    """A term as a pattern over `ExactText`."""

    def __init__(self, kind: str, text: str, wildcard: bool) -> None:
        pieces = pieces_of(text)
        sigil = {"tag": "#", "handle": "@"}.get(kind, "")
        if sigil:
            body = re.escape(take_apart(text).text)
        else:
            body = re.escape(self._raw(pieces[0]))
            for left, right in itertools.pairwise(pieces):
                body += self._between(left, right) + re.escape(self._raw(right))
        before = _STARTS_CLEAN if sigil or not pieces[0].open_start else ""
        self._flags = pieces[0].symbol and _FLAG_LETTERS[0] <= pieces[0].text <= _FLAG_LETTERS[1]
        self._pattern = re.compile(f"{before}{sigil}{body}{self._after(pieces[-1], wildcard, sigil)}")

    @staticmethod
    def _raw(piece: Piece) -> str:
        return f"{_BEFORE}{piece.text}{_AFTER}" if piece.symbol else piece.text

    @staticmethod
    def _between(left: Piece, right: Piece) -> str:
        if left.symbol and right.symbol and right.glued:
            return ""
        return _GAP_UNIT + ("*" if (left.open_end and right.open_start) or left.symbol or right.symbol else "+") + "?"

    @staticmethod
    def _after(last: Piece, wildcard: bool, sigil: str) -> str:
        if sigil and not wildcard:
            return _ENDS_EXACTLY
        if last.symbol:
            return ""
        if last.open_end:
            return "" if wildcard else f"(?![{_mark_class()}])"
        return f"[^{_GAP_CLASS}]*" if wildcard else _ENDS_CLEAN

    def find(self, folded: ExactText) -> list[tuple[int, int]]:
        """All places as positions in the folded text: the shortest from each start, overlapping ones too."""
        found = []
        place = self._pattern.search(folded.text)
        while place is not None:
            if not self._flags or self._flag_letters_before(folded.text, place.start()) % 2 == 0:
                found.append(place.span())
            place = self._pattern.search(folded.text, place.start() + 1)
        return found

    @staticmethod
    def _flag_letters_before(text: str, position: int) -> int:
        """How many letters of flags run up to a position: flags are pairs, so an odd number means mid-flag."""
        count = 0
        while position >= 3 and _FLAG_LETTERS[0] <= text[position - 2] <= _FLAG_LETTERS[1]:
            count += 1
            position -= 3
        return count


def original_span(folded: ExactText, start: int, end: int) -> tuple[int, int]:
    """A place in the folded text as a place in the original."""
    return folded.starts[start], folded.ends[end - 1]


def word_numbers(starts: list[int], start: int, end: int) -> tuple[int, int]:
    """The numbers of the first and the last word of a place, given where words start.

    A symbol stands between words: its first number is that of the word after it, its last that of the word before.
    """
    return bisect_left(starts, start), bisect_left(starts, end) - 1
