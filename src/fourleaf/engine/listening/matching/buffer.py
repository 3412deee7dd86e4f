"""A whole Arrow text column folded into one byte string, with the way back to the original.

The folded string holds every text in turn: words in folded UTF-8, one space between words, between texts, and at both
ends. Since gaps are exactly one space, a needle such as ``b" customer service "`` carries its word boundaries with it,
and the automaton reports whole words only.

Steps, each over all bytes at once:

1. the texts are joined with a space between them (`raw`);
2. a 256-byte table folds ASCII;
3. characters beyond ASCII, found by their lead bytes, are folded in place: their bytes become the folded form, spaces,
   or zeros ("take this byte out"); where the folded form is longer, or a script without spaces touches another word,
   bytes are put in first (`wide`);
4. zeros and repeated spaces are taken out (`data`).

`removed` and `inserted` remember what was taken out and put in, so a place in `data` leads back to a character of the
original text at a cost that follows the places asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fourleaf.engine.listening.matching import folding
from fourleaf.engine.listening.matching.folding import COMPOSES, DROP, MARK, REPLACE, SPACELESS, WORD

__all__ = ["Bytes", "FoldedBuffer", "Positions", "StringColumn", "fold_column"]

Positions: TypeAlias = npt.NDArray[np.int64]
Bytes: TypeAlias = npt.NDArray[np.uint8]
StringColumn: TypeAlias = "pa.Array[pa.LargeStringScalar]"

_SPACE: Final = 0x20
_AT: Final = 0x40
_HASH: Final = 0x23
_EMPTY: Final[Positions] = np.empty(0, np.int64)


@dataclass(slots=True)
class FoldedBuffer:
    """The folded texts of a column; see the module's text. Positions are bytes; rows count from 0."""

    data: bytes
    raw: Bytes
    wide: Bytes  # as `raw` with the inserted bytes, folded, before anything was taken out
    row_starts: Positions  # in `data`: the first byte of each row; one more entry for the end
    raw_starts: Positions  # in `raw`, likewise
    removed: Positions  # in `wide`
    inserted: Positions  # in `wide`
    seam: npt.NDArray[np.bool_]  # for each of `inserted`: a boundary of no width, not part of a longer form
    at_signs: Positions  # in `wide`; only when sigils were asked for
    hash_signs: Positions
    substituted: dict[int, tuple[list[int], list[int]]] = field(default_factory=dict)  # row -> starts, ends
    _words: Positions | None = None
    _following: Positions | None = None
    _adjusted: Positions | None = None

    def rows_of(self, positions: Positions) -> Positions:
        """The row of each position in `data`."""
        return np.searchsorted(self.row_starts, positions, side="right") - 1

    def to_wide(self, positions: Positions) -> Positions:
        """Positions in `data` as positions in `wide`."""
        if self._adjusted is None:
            self._adjusted = self.removed - np.arange(len(self.removed))
        return positions + np.searchsorted(self._adjusted, positions, side="right")

    def to_raw(self, positions: Positions) -> Positions:
        """Positions in `wide` as positions in `raw`; a byte put in to hold a longer form counts as its character."""
        before = np.searchsorted(self.inserted, positions, side="left")
        raw = positions - before
        if len(self.inserted):
            at = np.minimum(before, len(self.inserted) - 1)
            raw -= (self.inserted[at] == positions) & ~self.seam[at]
        return raw

    def from_raw(self, positions: Positions) -> Positions:
        """Positions of characters in `raw` as positions in `data`: of what is left of them or, if none, after."""
        wide = positions + np.searchsorted(self.inserted - np.arange(len(self.inserted)), positions, side="right")
        return wide - np.searchsorted(self.removed, wide, side="left")

    def to_characters(self, rows: Positions, positions: Positions) -> Positions:
        """Positions in `raw` as code points of their rows' texts; a place inside a character counts as that one."""
        if self._following is None:
            self._following = np.flatnonzero((self.raw & 0xC0) == 0x80)
        starts = self.raw_starts[rows]
        if not len(self._following):
            return positions - starts
        before = np.searchsorted(self._following, positions, side="right")
        return positions - starts - before + np.searchsorted(self._following, starts, side="left")

    def original_spans(self, rows: Positions, starts: Positions, ends: Positions) -> tuple[Positions, Positions]:
        """Places in `data` (end exclusive) as code-point spans of the original texts.

        Dropped characters after a place belong to it: the end is where the next character that counts begins.
        """
        first = self.to_characters(rows, self.to_raw(self.to_wide(starts)))
        last = self.to_characters(rows, self.to_raw(self.to_wide(ends - 1))) + 1
        after = self.to_characters(rows, self.to_raw(self.to_wide(ends)))
        return self.to_original(rows, first, np.maximum(last, after))

    def to_original(self, rows: Positions, first: Positions, last: Positions) -> tuple[Positions, Positions]:
        """Spans in composed texts as spans in the texts that were given; only substituted rows differ."""
        for row, (begins, finishes) in self.substituted.items():
            for index in np.flatnonzero(rows == row).tolist():
                first[index], last[index] = begins[first[index]], finishes[last[index] - 1]
        return first, last

    def word_starts(self) -> Positions:
        """Positions in `data` where words begin; each character of a script without spaces counts as a word."""
        if self._words is None:
            bytes_ = np.frombuffer(self.data, np.uint8)
            self._words = np.flatnonzero(bytes_ == _SPACE) + 1
            if len(self.raw) != 0 and (leads := np.flatnonzero(bytes_ >= 0xE0)).size:
                flags = folding.tables().flags[_decode(bytes_, leads)[0]]
                dense = leads[(flags & (SPACELESS | MARK)) == SPACELESS]
                self._words = np.union1d(self._words, dense)
        return self._words

    def decode(self, places: Positions) -> tuple[Positions, Positions]:
        """Code points and sizes of characters beyond ASCII at places in `raw`."""
        return _decode(self.raw, places)

    def dense_before(self, positions: Positions) -> npt.NDArray[np.bool_]:
        """Whether the character before each position in `data` is of a script without spaces."""
        bytes_ = np.frombuffer(self.data, np.uint8)
        result = np.zeros(len(positions), bool)
        beyond = np.flatnonzero(bytes_[positions - 1] >= 0x80)
        if len(beyond):
            lead = positions[beyond] - 1
            while len(inner := np.flatnonzero((bytes_[lead] & 0xC0) == 0x80)):
                lead[inner] -= 1
            result[beyond] = (folding.tables().flags[_decode(bytes_, lead)[0]] & SPACELESS) != 0
        return result

    def sign_before(
        self, positions: Positions, handle: npt.NDArray[np.bool_]
    ) -> tuple[Positions, npt.NDArray[np.bool_]]:
        """For words in `data`, the place in `wide` of the sign just before, and whether it is the right one.

        The sign is "@" where `handle`, else "#"; it must not itself follow a word character.
        """
        sign = self._kept_before(self.to_wide(positions))
        good = np.where(handle, np.isin(sign, self.at_signs), np.isin(sign, self.hash_signs))
        before = self.wide[self._kept_before(np.maximum(sign, 1))]
        return sign, good & ((before == _SPACE) | (sign == 0))

    def _kept_before(self, places: Positions) -> Positions:
        """The places in `wide` just before others, bytes that were dropped left out."""
        before = places - 1
        while len(inner := np.flatnonzero(self.wide[before] == 0)):
            before[inner] -= 1
        return before

    def seam_at(self, positions: Positions) -> npt.NDArray[np.bool_]:
        """Whether the boundary at each position in `data` is one of no width."""
        return np.isin(self.to_wide(positions), self.inserted[self.seam])

    def mark_at(self, positions: Positions) -> npt.NDArray[np.bool_]:
        """Whether a mark that belongs to the character before stands at each position in `data`."""
        bytes_ = np.frombuffer(self.data, np.uint8)
        result = np.zeros(len(positions), bool)
        beyond = np.flatnonzero(bytes_[positions] >= 0xC0)
        if len(beyond):
            codes, _ = _decode(bytes_, positions[beyond])
            result[beyond] = (folding.tables().flags[codes] & MARK) != 0
        return result


def fold_column(texts: StringColumn, *, sigils: bool) -> FoldedBuffer:
    """Fold a string column without nulls. `sigils` also finds the "@" and "#" signs."""
    rows = len(texts)
    raw, raw_starts = _join(texts)
    substituted: dict[int, tuple[list[int], list[int]]] = {}
    beyond = np.flatnonzero(raw >= 0xC0)
    codes, sizes = _decode(raw, beyond)
    if len(beyond):
        odd = _odd_rows(raw, beyond, codes, sizes, raw_starts)
        if len(odd):
            texts, substituted = _substitute(texts, odd)
            raw, raw_starts = _join(texts)
            beyond = np.flatnonzero(raw >= 0xC0)
            codes, sizes = _decode(raw, beyond)
    wide = np.frombuffer(bytearray(raw.tobytes().translate(folding.tables().ascii)), np.uint8)
    starts, inserted, seam = raw_starts, _EMPTY, np.empty(0, bool)
    if len(beyond):
        wide, starts, inserted, seam = _fold_beyond_ascii(wide, raw_starts, beyond, codes, sizes)
    at_signs = np.flatnonzero(wide == _AT)
    hash_signs = np.flatnonzero(wide == _HASH)
    squeezed = wide
    if len(at_signs) or len(hash_signs):
        squeezed = wide.copy() if sigils else wide
        squeezed[at_signs] = _SPACE
        squeezed[hash_signs] = _SPACE
    data, removed = _squeeze(squeezed, zeros=bool(len(beyond)))
    row_starts = starts - np.searchsorted(removed, starts, side="left")
    assert len(row_starts) == rows + 1  # noqa: S101 - the index below relies on it
    return FoldedBuffer(
        data, raw, squeezed, row_starts, raw_starts, removed, inserted, seam, at_signs, hash_signs, substituted
    )


def _join(texts: StringColumn) -> tuple[Bytes, Positions]:
    """All texts in one array with a space before, between and after them, and where each begins."""
    rows = len(texts)
    texts = texts.cast(pa.large_string())
    ends = np.array([0, rows + 2], np.int64)
    padded = pa.concat_arrays([pa.array([""], pa.large_string()), texts, pa.array([""], pa.large_string())])
    joined = pc.binary_join(pa.LargeListArray.from_arrays(pa.array(ends), padded), pa.scalar(" ", pa.large_string()))
    raw = np.frombuffer(joined.buffers()[2], np.uint8)[: pc.binary_length(joined)[0].as_py()]
    offsets = np.frombuffer(texts.buffers()[1], np.int64)[texts.offset : texts.offset + rows + 1]
    return raw, offsets - offsets[0] + np.arange(rows + 1) + 1


def _decode(raw: Bytes, leads: Positions) -> tuple[Positions, Positions]:
    """The code points whose lead bytes stand at `leads`, and their sizes in bytes."""
    lead = raw[leads].astype(np.int64)
    sizes = 2 + (lead >= 0xE0) + (lead >= 0xF0)
    codes = lead & (0xFF >> (sizes + 1))
    for step in (1, 2, 3):
        more = np.flatnonzero(sizes > step) if step > 1 else slice(None)
        codes[more] = (codes[more] << 6) | (raw[leads[more] + step] & 0x3F)
    return codes, sizes


def _odd_rows(raw: Bytes, leads: Positions, codes: Positions, sizes: Positions, raw_starts: Positions) -> Positions:
    """Rows that must be composed or cleaned one by one before the table can fold them."""
    tables = folding.tables()
    flags = tables.flags[codes]
    odd = (flags & COMPOSES) != 0
    dropped = (flags & DROP) != 0
    if dropped.any():
        # A dropped character between a script without spaces and its neighbour hides how the two meet.
        dense = (flags & SPACELESS) != 0
        touching = leads[1:] == leads[:-1] + sizes[:-1]
        near = touching & ((dropped[1:] & (dense | dropped)[:-1]) | (dropped[:-1] & (dense | dropped)[1:]))
        odd[1:] |= near & _any_dense_row(dense, leads, raw_starts)[1:]
    classes = tables.combining[codes]
    if classes.any():
        touching = leads[1:] == leads[:-1] + sizes[:-1]
        odd[1:] |= touching & (classes[1:] > 0) & (classes[:-1] > classes[1:])
    return np.unique(np.searchsorted(raw_starts, leads[odd], side="right") - 1)


def _any_dense_row(dense: npt.NDArray[np.bool_], leads: Positions, raw_starts: Positions) -> npt.NDArray[np.bool_]:
    """For each character, whether its row has a character of a script without spaces."""
    rows = np.searchsorted(raw_starts, leads, side="right")
    has = np.zeros(len(raw_starts) + 1, bool)
    has[rows[dense]] = True
    return has[rows]


def _substitute(texts: StringColumn, odd: Positions) -> tuple[StringColumn, dict[int, tuple[list[int], list[int]]]]:
    """The column with the odd rows composed, and for each of them the way back."""
    maps: dict[int, tuple[list[int], list[int]]] = {}
    replaced = []
    for row, text in zip(odd.tolist(), texts.take(pa.array(odd)).to_pylist(), strict=True):
        composed, begins, finishes = folding.normalise_clusters(text)
        maps[row] = (begins, finishes)
        replaced.append(composed)
    mask = np.zeros(len(texts), bool)
    mask[odd] = True
    return pc.replace_with_mask(texts, pa.array(mask), pa.array(replaced, texts.type)), maps


def _fold_beyond_ascii(
    wide: Bytes, starts: Positions, leads: Positions, codes: Positions, sizes: Positions
) -> tuple[Bytes, Positions, Positions, npt.NDArray[np.bool_]]:
    """Fold the characters whose lead bytes stand at `leads`; returns the bytes, the row starts and what was put in."""
    tables = folding.tables()
    flags = tables.flags[codes]
    replaced = np.flatnonzero(flags & REPLACE)
    numbers = tables.replacement[codes[replaced]]
    lengths = tables.lengths[numbers]
    seams = _seams(wide, leads, sizes, flags)
    longer = np.flatnonzero(lengths > sizes[replaced])
    inserted, seam = _EMPTY, np.empty(0, bool)
    if len(seams) or len(longer):
        short = lengths[longer] - sizes[replaced[longer]]
        after = leads[replaced[longer]] + sizes[replaced[longer]]
        # At one place a replacement's extra bytes come first, then a seam: a stable sort keeps that order.
        places = np.concatenate([np.repeat(after, short), seams])
        filling = np.concatenate([np.zeros(int(short.sum()), np.uint8), np.full(len(seams), _SPACE, np.uint8)])
        order = np.argsort(places, kind="stable")
        places, filling = places[order], filling[order]
        inserted, seam = places + np.arange(len(places)), filling == _SPACE
        wide = np.insert(wide, places, filling)
        leads = leads + np.searchsorted(places, leads, side="right")
        starts = starts + np.searchsorted(places, starts, side="left")
    gaps = (flags & (WORD | DROP)) == 0
    _fill(wide, leads[gaps], sizes[gaps], _SPACE)
    dropped = (flags & DROP) != 0
    _fill(wide, leads[dropped], sizes[dropped], 0)
    if len(replaced):
        _write(wide, leads[replaced], sizes[replaced], numbers, lengths)
    _widen_gaps(wide)
    return wide, starts, inserted, seam


def _seams(wide: Bytes, leads: Positions, sizes: Positions, flags: npt.NDArray[np.uint8]) -> Positions:
    """Where a script without spaces touches a word of another script: the position of the second of the two."""
    dense = (flags & SPACELESS) != 0
    if not dense.any():
        return _EMPTY
    plain_word = ((flags & WORD) != 0) & ~dense
    ends = leads + sizes
    before = _ascii_word(wide[leads - 1])
    after = _ascii_word(wide[ends])  # the buffer ends with a space, so there is always a next byte
    touching = leads[1:] == ends[:-1]
    second = touching & ((dense[1:] & plain_word[:-1]) | (plain_word[1:] & dense[:-1]))
    return np.unique(np.concatenate([leads[dense & before], ends[dense & after], leads[1:][second]]))


def _word_byte(values: Bytes) -> npt.NDArray[np.bool_]:
    return (values != _SPACE) & (values != _AT) & (values != _HASH) & (values != 0)


def _ascii_word(values: Bytes) -> npt.NDArray[np.bool_]:
    return (values < 0x80) & _word_byte(values)


def _fill(wide: Bytes, leads: Positions, sizes: Positions, value: int) -> None:
    for step in range(4):
        wide[leads[sizes > step] + step] = value


def _write(
    wide: Bytes, leads: Positions, sizes: Positions, numbers: npt.NDArray[np.uint16], lengths: Positions
) -> None:
    """Put folded forms in place of characters, with zeros for the bytes that are left over."""
    tables = folding.tables()
    room = np.maximum(sizes, lengths)
    for step in range(int(room.max())):
        within = np.flatnonzero(room > step)
        wide[leads[within] + step] = tables.strings[numbers[within], step]


def _widen_gaps(wide: Bytes) -> None:
    """Turn zeros inside a gap into spaces, so that what is left of the gap is one run of spaces."""
    zeros = np.flatnonzero(wide == 0)
    if not len(zeros):
        return
    first = np.empty(len(zeros), bool)
    first[0] = True
    first[1:] = zeros[1:] != zeros[:-1] + 1
    heads = zeros[first]
    tails = zeros[np.append(np.flatnonzero(first)[1:] - 1, len(zeros) - 1)]
    in_gap = ~_word_byte(wide[heads - 1]) & ~_word_byte(wide[tails + 1])
    wide[zeros[in_gap[np.cumsum(first) - 1]]] = _SPACE


def _squeeze(wide: Bytes, *, zeros: bool) -> tuple[bytes, Positions]:
    """Take out zeros and every space that follows a space; returns the bytes left and the positions taken out."""
    space = wide == _SPACE
    out = np.empty(len(wide), bool)
    out[0] = False
    np.logical_and(space[1:], space[:-1], out=out[1:])
    if zeros:
        out |= wide == 0
    removed = np.flatnonzero(out)
    if not len(removed):
        return wide.tobytes(), _EMPTY
    np.logical_not(out, out=out)
    return wide[out].tobytes(), removed
