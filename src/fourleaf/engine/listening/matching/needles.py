"""From terms to byte strings for the automaton, and from its hits to places of terms.

A term that is a word or a phrase becomes one needle (or a few, where a gap between scripts without spaces may be of no
width) that carries its boundaries: ``b" united "``. A tag or a handle is the same needle and one look at the sign
before it. What needles cannot say (emoji within phrases, handles with dots) is found by a part of it and then checked
text by text with an `ExactPattern`.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Final

import ahocorasick_rs
import numpy as np
import numpy.typing as npt

from fourleaf.engine.listening.matching.buffer import Positions
from fourleaf.engine.listening.matching.exact import ExactPattern, Piece, pieces_of
from fourleaf.engine.listening.query.ast import Term

__all__ = ["Automaton", "NeedleTerm", "needle_term"]

_SIGILS: Final = {"word": 0, "phrase": 0, "tag": 2, "handle": 1}
_MOST_VARIANTS: Final = 8
# Below this many needles the full table is small enough for the cache and faster; measured with benchmarks/matching.py.
_TABLE_UP_TO: Final = 3_000


@dataclass(frozen=True, slots=True)
class NeedleTerm:
    """How a term is searched.

    `needles` are for the folded buffer, `symbol` for the raw one. `sigil`: 0 none, 1 "@", 2 "#". `marks`: a hit must
    not be followed by a mark. With `pattern`, needles only point to rows, and the pattern decides.
    """

    needles: tuple[bytes, ...] = ()
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
    optional = sum(left.open_end and right.open_start for left, right in itertools.pairwise(pieces))
    if symbols or (sigil and len(pieces) > 1) or 2**optional > _MOST_VARIANTS:
        return _exact(term, pieces)
    last = pieces[-1]
    start = "" if pieces[0].open_start and not sigil else " "
    end = "" if term.wildcard or (last.open_end and not sigil) else " "
    variants = [start + pieces[0].text]
    for left, right in itertools.pairwise(pieces):
        gaps = ("", " ") if left.open_end and right.open_start else (" ",)
        variants = [variant + gap + right.text for variant in variants for gap in gaps]
    return NeedleTerm(
        needles=tuple((variant + end).encode() for variant in variants),
        sigil=sigil,
        wildcard=term.wildcard,
        marks=not end and not term.wildcard,
    )


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
    return NeedleTerm(needles=(f"{start}{anchor.text}{end}".encode(),), pattern=pattern)


@dataclass(slots=True)
class Automaton:
    """Many needles at once; `owners` says which numbers (of terms) each needle belongs to."""

    owners: dict[bytes, list[int]] = field(default_factory=dict)
    _machine: ahocorasick_rs.BytesAhoCorasick | None = None
    _starts: Positions = field(default_factory=lambda: np.zeros(1, np.int64))
    _numbers: Positions = field(default_factory=lambda: np.zeros(0, np.int64))
    _leading: Positions = field(default_factory=lambda: np.zeros(0, np.int64))
    _trailing: Positions = field(default_factory=lambda: np.zeros(0, np.int64))

    def add(self, needle: bytes, number: int) -> None:
        """Search `needle` for the term of this number."""
        self.owners.setdefault(needle, []).append(number)

    def build(self) -> None:
        """Make the machine; nothing can be added afterwards."""
        needles = list(self.owners)
        if not needles:
            return
        kinds = ahocorasick_rs.Implementation
        kind = kinds.DFA if len(needles) <= _TABLE_UP_TO else kinds.ContiguousNFA
        self._machine = ahocorasick_rs.BytesAhoCorasick(needles, implementation=kind)
        counts = [len(owners) for owners in self.owners.values()]
        self._starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        self._numbers = np.array(list(itertools.chain.from_iterable(self.owners.values())), np.int64)
        self._leading = np.array([needle.startswith(b" ") for needle in needles], np.int64)
        self._trailing = np.array([needle.endswith(b" ") for needle in needles], np.int64)

    def find(self, data: bytes | npt.NDArray[np.uint8]) -> tuple[Positions, Positions, Positions]:
        """All hits, overlapping ones too: the term's number, and start and end (exclusive) without boundaries."""
        if self._machine is None:
            return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64)
        hits = self._machine.find_matches_as_indexes(data, overlapping=True)
        flat = np.fromiter(itertools.chain.from_iterable(hits), np.int64, count=3 * len(hits)).reshape(-1, 3)
        needle = flat[:, 0]
        index, entry = expand(self._starts, needle)
        needle = needle[index]
        return (
            self._numbers[entry],
            flat[index, 1] + self._leading[needle],
            flat[index, 2] - self._trailing[needle],
        )


def expand(starts: Positions, keys: Positions) -> tuple[Positions, Positions]:
    """Join keys with a compressed list: for each (key, entry) pair the index of the key and of the entry.

    `starts` has one entry more than there are keys to look up; the entries of key k are ``starts[k]:starts[k + 1]``.
    """
    counts = starts[keys + 1] - starts[keys]
    index = np.repeat(np.arange(len(keys)), counts)
    within = np.arange(len(index)) - np.repeat(np.cumsum(counts) - counts, counts)
    return index, starts[keys][index] + within
