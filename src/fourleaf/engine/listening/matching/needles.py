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
from fourleaf.engine.listening.matching.sides import Sides
from fourleaf.engine.listening.query.ast import Term

__all__ = ["Automaton", "Needle", "NeedleTerm", "expand", "needle_term"]

_SIGILS: Final = {"word": 0, "phrase": 0, "tag": 2, "handle": 1}
_MOST_VARIANTS: Final = 8
# Up to this many needles a full table is faster, above it takes too much memory; see benchmarks/matching.py.
_TABLE_UP_TO: Final = 20_000
# Bytes that the folded data never holds. When needles begin with more than three different bytes, the automaton gives
# up searching for the first byte of a needle; since ours all begin with a space, that search stops at every word and
# costs more than it saves: half of all time at 1,000 needles.
_NEVER: Final = (b"\x00\x00", b"\x01\x01", b"\x02\x02", b"\x03\x03")


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
    symbols = [piece for piece in pieces if piece.symbol]
    if len(pieces) == 1 and symbols and not sigil and not _is_flag_letter(pieces[0]):
        return NeedleTerm(symbol=pieces[0].text.encode())
    gaps = [_gaps(left, right) for left, right in itertools.pairwise(pieces)]
    if symbols or (sigil and len(pieces) > 1) or 2 ** sum(len(gap) > 1 for gap in gaps) > _MOST_VARIANTS:
        return _exact(term, pieces)
    open_end = pieces[-1].open_end and not sigil
    return NeedleTerm(
        needles=tuple(_needle(term, pieces, variant, open_end) for variant in itertools.product(*gaps)),
        sigil=sigil,
        wildcard=term.wildcard,
        marks=open_end and not term.wildcard,
    )


def _gaps(left: Piece, right: Piece) -> tuple[str, ...]:
    """What may stand between two words; scripts without spaces need nothing."""
    return ("", " ") if left.open_end and right.open_start else (" ",)


def _needle(term: Term, pieces: tuple[Piece, ...], gaps: tuple[str, ...], open_end: bool) -> Needle:
    """The needle for one choice of gaps: the longest word is the anchor, as the rarest."""
    whole = [index for index in range(len(pieces)) if not (term.wildcard and index == len(pieces) - 1)]
    anchor = max(whole or [0], key=lambda index: len(pieces[index].text.encode()))
    left = "".join(piece.text + gap for piece, gap in zip(pieces[:anchor], gaps, strict=False))
    right = "".join(gap + piece.text for gap, piece in zip(gaps[anchor:], pieces[anchor + 1 :], strict=True))
    sigil = _SIGILS[term.kind]
    before = "" if pieces[0].open_start and not sigil else " "
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
class _Found:
    """Hits of a machine: the number of the term, and start and end (exclusive) in the data."""

    atom: Positions
    start: Positions
    end: Positions


@dataclass(slots=True)
class Automaton:
    """Many needles at once; `owners` says which terms, by number, each needle text belongs to."""

    owners: dict[bytes, list[tuple[int, bytes, bytes]]] = field(default_factory=dict)
    _machine: Any = None
    _starts: Positions = field(default_factory=lambda: np.zeros(1, np.int64))
    _numbers: Positions = field(default_factory=lambda: np.zeros(0, np.int64))
    _leading: Positions = field(default_factory=lambda: np.zeros(0, np.int64))
    _trailing: Positions = field(default_factory=lambda: np.zeros(0, np.int64))
    _left: Sides | None = None
    _right: Sides | None = None

    def add(self, needle: Needle, number: int) -> None:
        """Search `needle` for the term of this number."""
        self.owners.setdefault(needle.text, []).append((number, needle.left, needle.right))

    def build(self) -> None:
        """Make the machine; nothing can be added afterwards."""
        if not self.owners:
            return
        # Short ones first: the states that every text passes through then lie side by side.
        needles = sorted(self.owners, key=len)
        entries = [entry for needle in needles for entry in self.owners[needle]]
        kinds = ahocorasick_rs.Implementation
        kind = kinds.DFA if len(needles) <= _TABLE_UP_TO else kinds.ContiguousNFA
        self._machine = ahocorasick_rs.BytesAhoCorasick([*needles, *_NEVER], implementation=kind)
        counts = [len(self.owners[needle]) for needle in needles]
        self._starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        self._numbers = np.array([number for number, _, _ in entries], np.int64)
        self._leading = np.array([needle.startswith(b" ") for needle in needles], np.int64)
        self._trailing = np.array([needle.endswith(b" ") for needle in needles], np.int64)
        self._left = Sides.of([left[::-1] for _, left, _ in entries], -1)
        self._right = Sides.of([right for _, _, right in entries], 1)

    def find(self, data: Bytes) -> _Found:
        """All hits, overlapping ones too; boundaries do not count as part of a hit."""
        if self._machine is None:
            empty = np.empty(0, np.int64)
            return _Found(empty, empty, empty)
        hits = self._machine.find_matches_as_indexes(data, overlapping=True)
        flat = np.fromiter(itertools.chain.from_iterable(hits), np.int64, count=3 * len(hits)).reshape(-1, 3)
        needle = flat[:, 0]
        start, end = flat[:, 1] + self._leading[needle], flat[:, 2] - self._trailing[needle]
        if len(self._numbers) == len(self._leading):
            entry = needle
        else:
            index, entry = expand(self._starts, needle)
            start, end = start[index], end[index]
        for side in (self._left, self._right):
            if side is not None and not side.is_empty:
                entry, start, end = side.compare(data, entry, start, end)
        return _Found(self._numbers[entry], start, end)


def expand(starts: Positions, keys: Positions) -> tuple[Positions, Positions]:
    """Join keys with a compressed list: for each (key, entry) pair the index of the key and of the entry.

    `starts` has one entry more than there are keys to look up; the entries of key k are ``starts[k]:starts[k + 1]``.
    """
    counts = starts[keys + 1] - starts[keys]
    index = np.repeat(np.arange(len(keys)), counts)
    within = np.arange(len(index)) - np.repeat(np.cumsum(counts) - counts, counts)
    return index, starts[keys][index] + within
