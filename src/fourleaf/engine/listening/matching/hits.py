"""Where the atoms of a plan stand in a piece of a column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fourleaf.engine.listening.matching import folding
from fourleaf.engine.listening.matching.buffer import FoldedBuffer, Positions, fold_column
from fourleaf.engine.listening.matching.exact import original_span, take_apart, word_numbers
from fourleaf.engine.listening.matching.folding import DROP
from fourleaf.engine.listening.matching.joins import expand
from fourleaf.engine.listening.matching.plan import Plan

__all__ = ["Hits", "Searcher"]

_SPACE: Final = 0x20
_UNKNOWN: Final = -9
_EMPTY: Final[Positions] = np.empty(0, np.int64)


@dataclass(slots=True)
class Hits:
    """One row a hit. `start` and `end` are places in the folded data or, where `settled`, code points of the original.

    `first` and `last` are word numbers within the buffer, `_UNKNOWN` until somebody asks. An atom that stands nowhere
    in the text (an author) has `start` -1.
    """

    atom: Positions
    row: Positions
    start: Positions
    end: Positions
    settled: npt.NDArray[np.bool_]
    first: Positions
    last: Positions

    @classmethod
    def of(cls, atom: Positions, row: Positions, start: Positions, end: Positions, *, settled: bool) -> Hits:
        """Hits whose word numbers are not known yet."""
        unknown = np.full(len(atom), _UNKNOWN, np.int64)
        return cls(atom, row, start, end, np.full(len(atom), settled), unknown, unknown.copy())

    def take(self, chosen: npt.NDArray[np.bool_] | Positions) -> Hits:
        """Some of them."""
        return Hits(
            self.atom[chosen],
            self.row[chosen],
            self.start[chosen],
            self.end[chosen],
            self.settled[chosen],
            self.first[chosen],
            self.last[chosen],
        )

    @staticmethod
    def join(parts: Sequence[Hits]) -> Hits:
        """All of several."""
        if len(parts) == 1:
            return parts[0]
        return Hits(
            *(
                np.concatenate([getattr(part, name) for part in parts])
                for name in ("atom", "row", "start", "end", "settled", "first", "last")
            )
        )


class Searcher:
    """Finds the atoms of one plan in columns."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        count = plan.atoms
        self._sigil = np.zeros(count, np.int64)
        self._marks = np.zeros(count, bool)
        self._wildcard = np.zeros(count, bool)
        self._checked = np.zeros(count, bool)
        for number, term in plan.terms.items():
            self._sigil[number] = term.sigil
            self._marks[number] = term.marks
            self._wildcard[number] = term.wildcard
            self._checked[number] = term.pattern is not None
        self._exact = {number: term.exact() for number, term in plan.terms.items() if term.pattern is not None}
        self._near_operand = np.zeros(count, bool)
        for near in plan.nears.values():
            self._near_operand[list(near.left | near.right)] = True

    def find(self, texts: Any, authors: Callable[[], Sequence[str]] | None) -> tuple[FoldedBuffer, Hits]:
        """All hits in a string column without nulls; `authors` gives the folded author of each row when asked."""
        buffer = fold_column(texts)
        found = self.plan.words.find(buffer.data)
        row = buffer.rows_of(found.start)
        hits = Hits.of(found.atom, row, found.start, found.end, settled=False)
        inside = found.end < buffer.row_starts[row + 1]
        if not inside.all():
            hits = hits.take(inside)
        parts = [self._sure(buffer, hits)]
        if self.plan.symbols.owners:
            symbols = self._symbols(buffer)
            parts.append(symbols.take(~self._checked[symbols.atom]))
            hits = Hits.join([hits, symbols])
        if self._exact:
            parts.append(self._decided(texts, buffer, hits.take(self._checked[hits.atom])))
        if self.plan.nears:
            parts.append(self._near(buffer, Hits.join(parts)))
        if self.plan.authors and authors is not None:
            parts.append(self._authors(authors()))
        return buffer, Hits.join(parts)

    def _sure(self, buffer: FoldedBuffer, hits: Hits) -> Hits:
        """Hits of needles that decide by themselves, after a look at signs and marks around them."""
        if self._exact:
            hits = hits.take(~self._checked[hits.atom])
        if self._marks.any():
            marks = np.flatnonzero(self._marks[hits.atom])
            if len(marks):
                wrong = marks[buffer.mark_at(hits.end[marks])]
                hits = hits.take(np.delete(np.arange(len(hits.atom)), wrong))
        if self._wildcard.any():
            self._lengthen(buffer, hits)
        if self._sigil.any():
            hits = self._with_sigils(buffer, hits)
        return hits

    def _lengthen(self, buffer: FoldedBuffer, hits: Hits) -> None:
        """A word found by its beginning ends where the word ends, unless its script has no spaces."""
        wild = np.flatnonzero(self._wildcard[hits.atom])
        if not len(wild):
            return
        ends = hits.end[wild]
        spaces = np.flatnonzero(buffer.data == _SPACE)
        plain = ~buffer.dense_before(ends)
        hits.end[wild[plain]] = spaces[np.searchsorted(spaces, ends[plain])]

    def _with_sigils(self, buffer: FoldedBuffer, hits: Hits) -> Hits:
        """Keep tags and handles that have their sign, and let them begin at it."""
        sigil = self._sigil[hits.atom]
        asked = np.flatnonzero(sigil)
        if not len(asked):
            return hits
        sign, good = buffer.sign_before(hits.start[asked], sigil[asked])
        exact_end = ~self._wildcard[hits.atom[asked]]
        good &= ~(exact_end & buffer.seam_at(hits.end[asked]))
        row = hits.row[asked]
        first, last = buffer.original_spans(row[good], hits.start[asked][good], hits.end[asked][good])
        characters = buffer.to_characters(row[good], sign[good])
        first, _ = buffer.to_original(row[good], characters, characters + 1)
        chosen = asked[good]
        if self._near_operand.any():
            words = buffer.word_starts()
            hits.first[chosen] = np.searchsorted(words, hits.start[chosen], side="left")
            hits.last[chosen] = np.searchsorted(words, hits.end[chosen], side="left") - 1
        hits.start[chosen], hits.end[chosen], hits.settled[chosen] = first, last, True
        return hits.take(np.delete(np.arange(len(hits.atom)), asked[~good]))

    def _symbols(self, buffer: FoldedBuffer) -> Hits:
        """Hits of single symbols in the raw bytes; invisible characters and skin tones after them belong to them."""
        found = self.plan.symbols.find(buffer.raw)
        atom, start, end = found.atom, found.start, found.end
        row = np.searchsorted(buffer.raw_starts, start, side="right") - 1
        words = buffer.word_starts() if self._near_operand[atom].any() else _EMPTY
        first = np.searchsorted(words, buffer.from_raw(start), side="left")
        while len(more := np.flatnonzero(buffer.raw[end] >= 0xC2)):
            codes, sizes = buffer.decode(end[more])
            dropped = (folding.tables().flags[codes] & DROP) != 0
            if not dropped.any():
                break
            end[more[dropped]] += sizes[dropped]
        begins, finishes = buffer.to_original(row, buffer.to_characters(row, start), buffer.to_characters(row, end))
        return Hits(atom, row, begins, finishes, np.ones(len(atom), bool), first, first - 1)

    def _decided(self, texts: Any, buffer: FoldedBuffer, candidates: Hits) -> Hits:
        """Hits of exact patterns in the rows that a part of them pointed to, text by text."""
        found: list[tuple[int, int, int, int, int, int]] = []
        pairs = sorted(set(zip(candidates.row.tolist(), candidates.atom.tolist(), strict=True)))
        rows = sorted({row for row, _ in pairs})
        folded = dict(zip(rows, map(take_apart, texts.take(pa.array(rows, pa.int64())).to_pylist()), strict=True))
        near = bool(self._near_operand.any())
        for row, atom in pairs:
            places = self._exact[atom].find(folded[row])
            if not places:
                continue
            starts = folded[row].word_starts() if near else []
            offset = int(np.searchsorted(buffer.word_starts(), buffer.row_starts[row])) if near else 0
            for place in places:
                first, last = word_numbers(starts, *place)
                span = original_span(folded[row], *place)
                found.append((atom, row, *span, first + offset, last + offset))
        columns = np.array(found, np.int64).reshape(-1, 6).T.copy()
        return Hits(columns[0], columns[1], columns[2], columns[3], np.ones(len(found), bool), columns[4], columns[5])

    def _near(self, buffer: FoldedBuffer, hits: Hits) -> Hits:
        """Hits of NEAR atoms: both partners of each pair of places that are close enough."""
        hits = hits.take(self._near_operand[hits.atom])
        words = buffer.word_starts()
        unknown = np.flatnonzero(hits.first == _UNKNOWN)
        hits.first[unknown] = np.searchsorted(words, hits.start[unknown], side="left")
        unknown = np.flatnonzero(hits.last == _UNKNOWN)
        hits.last[unknown] = np.searchsorted(words, hits.end[unknown], side="left") - 1
        order = np.argsort(hits.atom, kind="stable")
        starts = np.searchsorted(hits.atom[order], np.arange(self.plan.atoms + 1))
        present = set(np.flatnonzero(np.diff(starts)).tolist())
        parts = []
        for number, near in self.plan.nears.items():
            if present.isdisjoint(near.left) or present.isdisjoint(near.right):
                continue
            left, right = (
                np.concatenate([order[starts[atom] : starts[atom + 1]] for atom in sorted(side)])
                for side in (near.left, near.right)
            )
            chosen = np.union1d(
                left[_close(hits, left, right, near.distance)], right[_close(hits, right, left, near.distance)]
            )
            part = hits.take(chosen)
            part.atom[:] = number
            parts.append(part)
        return Hits.join(parts) if parts else hits.take(_EMPTY)

    def _authors(self, authors: Sequence[str]) -> Hits:
        """Hits of author atoms, which stand nowhere in the text."""
        encoded = pa.array(authors, pa.string()).dictionary_encode()
        names = {name: number for number, name in enumerate(encoded.dictionary.to_pylist())}
        codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        order = np.argsort(codes, kind="stable")
        starts = np.searchsorted(codes[order], np.arange(len(names) + 1))
        atoms, rows = [], []
        for number, wanted in self.plan.authors.items():
            keys = np.array([names[name] for name in sorted(wanted) if name in names], np.int64)
            _, entries = expand(starts, keys)
            rows.append(order[entries])
            atoms.append(np.full(len(entries), number, np.int64))
        row = np.concatenate(rows)
        nowhere = np.full(len(row), -1, np.int64)
        return Hits.of(np.concatenate(atoms), row, nowhere, nowhere.copy(), settled=True)


def _close(hits: Hits, ours: Positions, theirs: Positions, distance: int) -> npt.NDArray[np.bool_]:
    """Which of `ours` have one of `theirs` in the same row, without overlap, at most `distance` words away."""
    # Rows lie further apart than any distance, so that one sorted line of word numbers serves all rows.
    shift = hits.row * (2 * distance + 2)
    first, last = hits.first + shift, hits.last + shift
    begins, finishes = np.sort(first[theirs]), np.sort(last[theirs])
    after = np.searchsorted(begins, last[ours] + distance, side="right") > np.searchsorted(
        begins, last[ours], side="right"
    )
    before = np.searchsorted(finishes, first[ours], side="left") > np.searchsorted(
        finishes, first[ours] - distance, side="left"
    )
    return after | before
