"""From terms to byte strings for the automaton, and from its hits to places of terms.

A term is searched by one of its words, the *anchor*: a needle that carries its boundaries, as in ``b" united "``. For a
phrase the words to the left and right are then compared byte by byte, for all hits at once. A tag or a handle is a word
and one look at the sign before it. What this cannot say (emoji within phrases, handles with dots) is checked text by
text with an `ExactPattern`.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any, Final

import ahocorasick_rs
import numpy as np

from fourleaf.engine.listening.matching.buffer import Bytes, Positions
from fourleaf.engine.listening.matching.exact import ExactPattern, Piece, pieces_of
from fourleaf.engine.listening.matching.joins import expand
from fourleaf.engine.listening.matching.sides import Sides
from fourleaf.engine.listening.matching.words import WordTable
from fourleaf.engine.listening.query.ast import Term

__all__ = ["TABLE_FROM", "Found", "Needle", "NeedleSearch", "NeedleTerm", "needle_term"]

_SIGILS: Final = {"word": 0, "phrase": 0, "tag": 2, "handle": 1}
_MOST_VARIANTS: Final = 8
# From this many whole words on, hashing words is faster than the automaton; see benchmarks/matching.py.
TABLE_FROM: Final = 1_000
# Up to this many needles the automaton is a full table: faster, but about 2 kB for each needle.
_FULL_TABLE_UP_TO: Final = 20_000
_EMPTY: Final[Positions] = np.empty(0, np.int64)
# Bytes that UTF-8 never holds. When needles begin with more than three different bytes, the automaton gives
# up searching for the first byte of a needle; since ours all begin with a space, that search stops at every word and
# costs more than it saves: half of all time at 1,000 needles.
_NEVER: Final = (b"\xfc", b"\xfd", b"\xfe", b"\xff")


@dataclass(frozen=True, slots=True)
class Needle:
    """What the automaton looks for, and what must stand to its left and right.

    A space in `left` or `right` stands for a gap of any width. `text` begins and ends with a space where the anchor
    needs a boundary; `left` is compared from the anchor's first byte backwards, `right` from its last byte onwards.
    """

    text: bytes
    left: bytes = b""
    right: bytes = b""


@dataclass(frozen=True, slots=True)
class NeedleTerm:
    """How a term is searched.

    `needles` are for the folded buffer, `symbol` for the raw one. `sigil`: 0 none, 1 "@", 2 "#". `marks`: a hit must
    not be followed by a mark. With `pattern`, needles only point to rows, and the pattern decides.
    """

    needles: tuple[Needle, ...] = ()
    symbol: bytes = b""
    sigil: int = 0
    wildcard: bool = False
    marks: bool = False
    pattern: tuple[str, str, bool] | None = None

    def exact(self) -> ExactPattern:
        """The pattern that decides."""
        assert self.pattern is not None  # noqa: S101 - asked only where there is one
        return ExactPattern(*self.pattern)


def needle_term(term: Term) -> NeedleTerm:
    """How a term is searched; two terms that mean the same give equal results."""
    pieces = pieces_of(term.text)
    sigil = _SIGILS[term.kind]
    if len(pieces) == 1 and not pieces[0].symbol:
        return _one_word(pieces[0], sigil, term.wildcard)
    symbols = [piece for piece in pieces if piece.symbol]
    if len(pieces) == 1 and symbols and not sigil and not _is_flag_letter(pieces[0]):
        return NeedleTerm(symbol=pieces[0].text.encode())
    gaps = [_gaps(left, right) for left, right in itertools.pairwise(pieces)]
    if symbols or sigil or 2 ** sum(len(gap) > 1 for gap in gaps) > _MOST_VARIANTS:
        return _exact(term, pieces)
    open_end = pieces[-1].open_end
    return NeedleTerm(
        needles=tuple(_needle(term, pieces, variant, open_end) for variant in itertools.product(*gaps)),
        wildcard=term.wildcard,
        marks=open_end and not term.wildcard,
    )


def _one_word(piece: Piece, sigil: int, wildcard: bool) -> NeedleTerm:
    before = "" if piece.open_start and not sigil else " "
    open_end = piece.open_end and not sigil
    after = "" if wildcard or open_end else " "
    needle = Needle(f"{before}{piece.text}{after}".encode())
    return NeedleTerm((needle,), sigil=sigil, wildcard=wildcard, marks=open_end and not wildcard)


def _gaps(left: Piece, right: Piece) -> tuple[str, ...]:
    """What may stand between two words; scripts without spaces need nothing."""
    return ("", " ") if left.open_end and right.open_start else (" ",)


def _needle(term: Term, pieces: tuple[Piece, ...], gaps: tuple[str, ...], open_end: bool) -> Needle:
    """The needle for one choice of gaps: the longest word is the anchor, as the rarest."""
    whole = [index for index in range(len(pieces)) if not (term.wildcard and index == len(pieces) - 1)]
    anchor = max(whole or [0], key=lambda index: len(pieces[index].text.encode()))
    left = "".join(piece.text + gap for piece, gap in zip(pieces[:anchor], gaps, strict=False))
    right = "".join(gap + piece.text for gap, piece in zip(gaps[anchor:], pieces[anchor + 1 :], strict=True))
    before = "" if pieces[0].open_start else " "
    after = "" if term.wildcard or open_end else " "
    text = pieces[anchor].text
    if anchor > 0:
        left, begins = before + left, "" if pieces[anchor].open_start else " "
    else:
        begins = before
    if anchor < len(pieces) - 1:
        right, finishes = right + after, "" if pieces[anchor].open_end else " "
    else:
        finishes = after
    return Needle(f"{begins}{text}{finishes}".encode(), left.encode(), right.encode())


def _is_flag_letter(piece: Piece) -> bool:
    return "\U0001f1e6" <= piece.text <= "\U0001f1ff"


def _exact(term: Term, pieces: tuple[Piece, ...]) -> NeedleTerm:
    pattern = (term.kind, term.text, term.wildcard)
    words = [piece for piece in pieces if not piece.symbol]
    if not words:
        return NeedleTerm(symbol=pieces[0].text.encode(), pattern=pattern)
    anchor = max(words, key=lambda piece: len(piece.text))
    start = "" if anchor.open_start else " "
    end = "" if anchor.open_end or (term.wildcard and anchor is pieces[-1]) else " "
    return NeedleTerm(needles=(Needle(f"{start}{anchor.text}{end}".encode()),), pattern=pattern)


@dataclass(slots=True)
class Found:
    """Hits of needles: the number of the term, and start and end (exclusive) in the data, without boundaries."""

    atom: Positions
    start: Positions
    end: Positions


@dataclass(slots=True)
class NeedleSearch:
    """Many needles at once. `owners` says for each needle text which terms, by number, want it with which sides."""

    owners: dict[bytes, list[tuple[int, bytes, bytes]]] = field(default_factory=dict)
    _words: WordTable | None = None
    _machine: Any = None
    _machine_base: int = 0  # needles are numbered, those in the word table first
    _starts: Positions = field(default_factory=lambda: _EMPTY)
    _numbers: Positions = field(default_factory=lambda: _EMPTY)
    _leading: Positions = field(default_factory=lambda: _EMPTY)
    _trailing: Positions = field(default_factory=lambda: _EMPTY)
    _sides: tuple[Sides, ...] = ()

    def add(self, needle: Needle, number: int) -> None:
        """Search `needle` for the term of this number."""
        self.owners.setdefault(needle.text, []).append((number, needle.left, needle.right))

    def build(self) -> None:
        """Make the table and the automaton; nothing can be added afterwards."""
        if not self.owners:
            return
        whole = [needle for needle in self.owners if needle[:1] == b" " == needle[-1:]]
        if len(whole) < TABLE_FROM:
            whole = []
        # Short ones first: the states that every text passes through then lie side by side.
        rest = sorted(self.owners.keys() - set(whole), key=lambda needle: (len(needle), needle))
        if whole:
            self._words = WordTable.of([needle[1:-1] for needle in whole])
        if rest:
            kinds = ahocorasick_rs.Implementation
            kind = kinds.DFA if len(rest) <= _FULL_TABLE_UP_TO else kinds.ContiguousNFA
            self._machine = ahocorasick_rs.BytesAhoCorasick([*rest, *_NEVER], implementation=kind)
        self._machine_base = len(whole)
        entries = [entry for needle in (*whole, *rest) for entry in self.owners[needle]]
        counts = [len(self.owners[needle]) for needle in (*whole, *rest)]
        self._starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        self._numbers = np.array([number for number, _, _ in entries], np.int64)
        self._leading = np.array([needle.startswith(b" ") for needle in rest], np.int64)
        self._trailing = np.array([needle.endswith(b" ") for needle in rest], np.int64)
        sides = (Sides.of([left[::-1] for _, left, _ in entries], -1), Sides.of([right for _, _, right in entries], 1))
        self._sides = tuple(side for side in sides if not side.is_empty)

    def find(self, data: Bytes) -> Found:
        """All hits, overlapping ones too. The data ends as `WordTable.find` wants it."""
        parts = []
        if self._words is not None:
            parts.append(self._words.find(data))
        if self._machine is not None:
            parts.append(self._machine_hits(data))
        if not parts:
            return Found(_EMPTY, _EMPTY, _EMPTY)
        needle, start, end = parts[0] if len(parts) == 1 else map(np.concatenate, zip(*parts, strict=True))
        index, entry = expand(self._starts, needle)
        start, end = start[index], end[index]
        for side in self._sides:
            entry, start, end = side.compare(data, entry, start, end)
        return Found(self._numbers[entry], start, end)

    def _machine_hits(self, data: Bytes) -> tuple[Positions, Positions, Positions]:
        hits = self._machine.find_matches_as_indexes(data, overlapping=True)
        flat = np.fromiter(itertools.chain.from_iterable(hits), np.int64, count=3 * len(hits)).reshape(-1, 3)
        needle = flat[:, 0]
        return (
            needle + self._machine_base,
            flat[:, 1] + self._leading[needle],
            flat[:, 2] - self._trailing[needle],
        )
