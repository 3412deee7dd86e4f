"""A whole Arrow text column folded into one run of bytes, with the way back to the original.

The folded bytes (`data`) hold every text in turn: words in folded UTF-8, with one space or more between words, between
texts, and at both ends. A needle such as ``b" united "`` therefore carries its word boundaries with it, and the
automaton reports whole words only.

Steps, each over all bytes at once:

1. the texts are joined with a space between them (`raw`);
2. a 256-byte table folds ASCII and makes every gap a space;
3. characters beyond ASCII, found by their lead bytes, are folded in place: their bytes become the folded form, spaces,
   or zeros ("take this byte out"). Where the folded form is longer, or a script without spaces touches another word,
   bytes are put in first, and `inserted` remembers where;
4. words with zeros in them close up to the left, and `moved` remembers their bytes.

Nothing else moves, so a place in `data` is a place in `raw` but for the few words in `inserted` and `moved`; going back
costs by the places asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fourleaf.engine.listening.matching import folding
from fourleaf.engine.listening.matching.folding import COMPOSES, DROP, MARK, REPLACE, SPACELESS, WORD
from fourleaf.engine.listening.matching.joins import Mask, Positions, among, unique_sorted

__all__ = ["Bytes", "FoldedBuffer", "Positions", "fold_column"]

Bytes: TypeAlias = npt.NDArray[np.uint8]

_SPACE: Final = 0x20
_SIGNS: Final = {1: (0x40, 0xFF20, 0xFE6B), 2: (0x23, 0xFF03, 0xFE5F)}
_MOST_STEPS: Final = 24
_PADDING: Final = 16  # at the end, so that eight bytes can be read from every place that matters
# Rows with longer runs of dropped characters are cleaned first, so that looking past them is short.
_MOST_DROPPED: Final = 3
_EMPTY: Final[Positions] = np.empty(0, np.int64)


@dataclass(slots=True)
class _Beyond:
    """The characters beyond ASCII of `raw`: places of their lead bytes, code points, sizes in bytes, flags."""

    leads: Positions
    codes: Positions
    sizes: Positions
    flags: Bytes

    @classmethod
    def of(cls, raw: Bytes) -> _Beyond:
        leads = np.flatnonzero(raw >= 0xC0)
        codes, sizes = _decode(raw, leads)
        return cls(leads, codes, sizes, folding.tables().flags[codes] if len(leads) else np.empty(0, np.uint8))


@dataclass(slots=True)
class FoldedBuffer:
    """The folded texts of a column; see the module's text. Positions are bytes; rows count from 0."""

    data: Bytes
    raw: Bytes
    row_starts: Positions  # in `data`: the first byte of each row; one more entry for the end
    raw_starts: Positions  # in `raw`, likewise
    beyond: _Beyond
    inserted: Positions = field(default_factory=lambda: _EMPTY)  # in `data`
    seam: Mask = field(default_factory=lambda: np.empty(0, np.bool_))  # of `inserted`: a boundary, not a longer form
    moved: tuple[Positions, Positions] = (_EMPTY, _EMPTY)  # places in `data`, and where those bytes stood before
    substituted: dict[int, tuple[list[int], list[int]]] = field(default_factory=dict)  # row -> starts, ends
    _words: Positions | None = None
    _following: Positions | None = None

    def rows_of(self, positions: Positions) -> Positions:
        """The row of each position in `data`."""
        return np.searchsorted(self.row_starts, positions, side="right") - 1

    def _before_moving(self, positions: Positions) -> Positions:
        """Where the bytes at positions in `data` stood before words closed up."""
        if not len(self.moved[0]):
            return positions
        at = np.searchsorted(self.moved[0], positions)
        known = self.moved[0].take(at, mode="clip") == positions
        return np.where(known, self.moved[1].take(at, mode="clip"), positions)

    def to_raw(self, positions: Positions) -> Positions:
        """Positions in `data` as positions in `raw`; a byte put in to hold a longer form counts as its character."""
        positions = self._before_moving(positions)
        if not len(self.inserted):
            return positions
        before = np.searchsorted(self.inserted, positions, side="left")
        filling = (self.inserted.take(before, mode="clip") == positions) & ~self.seam.take(before, mode="clip")
        raw: Positions = positions - before - filling
        return raw

    def from_raw(self, positions: Positions) -> Positions:
        """Positions of gaps in `raw` as positions in `data`."""
        if not len(self.inserted):
            return positions
        return positions + np.searchsorted(self.inserted - np.arange(len(self.inserted)), positions, side="right")

    def to_characters(self, rows: Positions, positions: Positions) -> Positions:
        """Positions in `raw` as code points of their rows' texts; a place inside a character counts as that one."""
        starts = self.raw_starts[rows]
        leads, sizes = self.beyond.leads, self.beyond.sizes
        if not len(leads):
            return positions - starts
        if self._following is None:
            self._following = np.concatenate([[0], np.cumsum(sizes - 1)])
        last = np.searchsorted(leads, positions, side="right") - 1
        inside = (last >= 0) & (positions < leads[last] + sizes[last])
        before = np.where(inside, last, last + 1)
        places = np.where(inside, leads[last], positions)
        skipped = self._following[before] - self._following[np.searchsorted(leads, starts, side="left")]
        return places - starts - skipped

    def original_spans(self, rows: Positions, starts: Positions, ends: Positions) -> tuple[Positions, Positions]:
        """Places in `data` (end exclusive) as code-point spans of the original texts.

        Dropped characters after a place belong to it: the end is where the next character that counts begins.
        """
        first = self.to_characters(rows, self.to_raw(starts))
        last = self.to_characters(rows, self.to_raw(ends))
        if len(self.inserted):
            last = np.maximum(last, self.to_characters(rows, self.to_raw(ends - 1)) + 1)
        return self.to_original(rows, first, last)

    def to_original(self, rows: Positions, first: Positions, last: Positions) -> tuple[Positions, Positions]:
        """Spans in composed texts as spans in the texts that were given; only substituted rows differ."""
        if self.substituted:
            odd = np.fromiter(self.substituted, np.int64)
            for index in np.flatnonzero(among(rows, odd)).tolist():
                begins, finishes = self.substituted[int(rows[index])]
                first[index], last[index] = begins[first[index]], finishes[last[index] - 1]
        return first, last

    def word_starts(self) -> Positions:
        """Positions in `data` where words begin; each character of a script without spaces counts as a word."""
        if self._words is None:
            space = self.data == _SPACE
            words = np.flatnonzero(space[:-1] & ~space[1:]) + 1
            if len(self.beyond.leads) and (leads := np.flatnonzero(self.data >= 0xE0)).size:
                flags = folding.tables().flags[_decode(self.data, leads)[0]]
                dense = leads[(flags & (SPACELESS | MARK)) == SPACELESS]
                words = np.union1d(words, dense)
            self._words = words
        return self._words

    def character_before(self, places: Positions) -> tuple[Positions, Positions]:
        """The places in `raw` and code points of the characters before others, dropped characters left out."""
        leads = places - 1
        while len(inner := np.flatnonzero((self.raw[leads] & 0xC0) == 0x80)):
            leads[inner] -= 1
        codes = self.decode(leads)[0]
        dropped = np.flatnonzero(folding.tables().flags[codes] & DROP)
        while len(dropped):
            leads[dropped], codes[dropped] = self._one_before(leads[dropped])
            dropped = dropped[(folding.tables().flags[codes[dropped]] & DROP) != 0]
        return leads, codes

    def _one_before(self, places: Positions) -> tuple[Positions, Positions]:
        leads = places - 1
        while len(inner := np.flatnonzero((self.raw[leads] & 0xC0) == 0x80)):
            leads[inner] -= 1
        return leads, self.decode(leads)[0]

    def sign_before(self, positions: Positions, sigils: Positions) -> tuple[Positions, Mask]:
        """For words in `data`, the place in `raw` of the sign just before each, and whether it is the right one.

        The sign is "@" where the sigil is 1 and "#" where it is 2; it must not itself follow a word character.
        """
        signs, codes = self.character_before(self.to_raw(positions))
        good = np.zeros(len(positions), np.bool_)
        for sigil, wanted in _SIGNS.items():
            good |= (sigils == sigil) & ((codes == wanted[0]) | (codes == wanted[1]) | (codes == wanted[2]))
        found = np.flatnonzero(good)
        _, before = self.character_before(signs[found])
        good[found] = (folding.tables().flags[before] & WORD) == 0
        return signs, good

    def seam_at(self, positions: Positions) -> Mask:
        """Whether the boundary at each position in `data` is one of no width."""
        return among(self._before_moving(positions), self.inserted[self.seam])

    def decode(self, places: Positions) -> tuple[Positions, Positions]:
        """Code points and sizes of the characters that begin at places in `raw`."""
        codes = self.raw[places].astype(np.int64)
        sizes = np.ones(len(places), np.int64)
        beyond = np.flatnonzero(codes >= 0x80)
        if len(beyond):
            codes[beyond], sizes[beyond] = _decode(self.raw, places[beyond])
        return codes, sizes

    def dense_before(self, positions: Positions) -> Mask:
        """Whether the character before each position in `data` is of a script without spaces."""
        result = np.zeros(len(positions), np.bool_)
        beyond = np.flatnonzero(self.data[positions - 1] >= 0x80)
        if len(beyond):
            lead = positions[beyond] - 1
            while len(inner := np.flatnonzero((self.data[lead] & 0xC0) == 0x80)):
                lead[inner] -= 1
            result[beyond] = (folding.tables().flags[_decode(self.data, lead)[0]] & SPACELESS) != 0
        return result

    def mark_at(self, positions: Positions) -> Mask:
        """Whether a mark that belongs to the character before stands at each position in `data`."""
        result = np.zeros(len(positions), np.bool_)
        beyond = np.flatnonzero(self.data[positions] >= 0xC0)
        if len(beyond):
            codes, _ = _decode(self.data, positions[beyond])
            result[beyond] = (folding.tables().flags[codes] & MARK) != 0
        return result


def fold_column(texts: Any) -> FoldedBuffer:
    """Fold a `large_string` array without nulls."""
    raw, raw_starts = _join(texts)
    beyond = _Beyond.of(raw)
    substituted: dict[int, tuple[list[int], list[int]]] = {}
    if len(beyond.leads) and len(odd := _odd_rows(beyond, raw_starts)):
        texts, substituted = _substitute(texts, odd)
        raw, raw_starts = _join(texts)
        beyond = _Beyond.of(raw)
    data = np.frombuffer(bytearray(raw.tobytes().translate(folding.ascii_table())), np.uint8)
    buffer = FoldedBuffer(data, raw, raw_starts, raw_starts, beyond, substituted=substituted)
    if len(beyond.leads):
        _fold_beyond_ascii(buffer)
    return buffer


def _join(texts: Any) -> tuple[Bytes, Positions]:
    """All texts in one array with a space before and between them and some after, and where each begins."""
    rows = len(texts)
    before, after = pa.array([""], pa.large_string()), pa.array([" " * _PADDING], pa.large_string())
    ends: Any = pa.array([0, rows + 2], pa.int64())
    listed = pa.LargeListArray.from_arrays(ends, pa.concat_arrays([before, texts, after]))
    joined: Any = pc.binary_join(listed, pa.scalar(" ", pa.large_string()))
    size = int(np.frombuffer(joined.buffers()[1], np.int64)[1])
    raw = np.frombuffer(joined.buffers()[2], np.uint8)[:size]
    offsets = np.frombuffer(texts.buffers()[1], np.int64)[texts.offset : texts.offset + rows + 1]
    return raw, offsets + np.arange(1 - offsets[0], rows + 2 - offsets[0])


def _decode(raw: Bytes, leads: Positions) -> tuple[Positions, Positions]:
    """The code points beyond ASCII whose lead bytes stand at `leads`, and their sizes in bytes."""
    lead = raw[leads].astype(np.int64)
    sizes = 2 + (lead >= 0xE0) + (lead >= 0xF0)
    codes = ((lead & (0xFF >> (sizes + 1))) << 6) | (raw[leads + 1] & 0x3F)
    for step in (2, 3):
        more = np.flatnonzero(sizes > step)
        if len(more):
            codes[more] = (codes[more] << 6) | (raw[leads[more] + step] & 0x3F)
    return codes, sizes


def _odd_rows(beyond: _Beyond, raw_starts: Positions) -> Positions:
    """Rows that must be composed or cleaned one by one before the table can fold them."""
    tables = folding.tables()
    leads, flags = beyond.leads, beyond.flags
    odd = (flags & COMPOSES) != 0
    dropped = (flags & DROP) != 0
    touching = leads[1:] == leads[:-1] + beyond.sizes[:-1]
    if dropped.any():
        dense = (flags & SPACELESS) != 0
        if dense.any():
            # A dropped character between a script without spaces and its neighbour hides how the two meet.
            near = touching & ((dropped[1:] & (dense | dropped)[:-1]) | (dropped[:-1] & (dense | dropped)[1:]))
            odd[1:] |= near & _any_dense_row(dense, leads, raw_starts)[1:]
        # After a form that grew, it would be cut off from the words within.
        grown = tables.lengths[tables.replacement[beyond.codes]] > beyond.sizes
        odd[1:] |= touching & dropped[1:] & grown[:-1]
        odd[_MOST_DROPPED:] |= _run_ends(touching & dropped[1:] & dropped[:-1])
    if (flags & MARK).any():
        classes = tables.combining[beyond.codes]
        odd[1:] |= touching & (classes[1:] > 0) & (classes[:-1] > classes[1:])
    found = leads[odd]
    return unique_sorted(np.searchsorted(raw_starts, found, side="right") - 1)


def _run_ends(joined: Mask) -> Mask:
    """Where a run of `_MOST_DROPPED` joins ends."""
    steps = len(joined) - _MOST_DROPPED + 1
    if steps <= 0:
        return np.zeros(max(len(joined) + 1 - _MOST_DROPPED, 0), np.bool_)
    result = joined[:steps].copy()
    for shift in range(1, _MOST_DROPPED):
        result &= joined[shift : shift + steps]
    return result


def _any_dense_row(dense: Mask, leads: Positions, raw_starts: Positions) -> Mask:
    """For each character, whether its row has a character of a script without spaces."""
    rows = np.searchsorted(raw_starts, leads, side="right")
    has = np.zeros(len(raw_starts) + 1, np.bool_)
    has[rows[dense]] = True
    return has[rows]


def _substitute(texts: Any, odd: Positions) -> tuple[Any, dict[int, tuple[list[int], list[int]]]]:
    """The column with the odd rows composed, and for each of them the way back."""
    maps: dict[int, tuple[list[int], list[int]]] = {}
    replaced = []
    for row, text in zip(odd.tolist(), texts.take(pa.array(odd)).to_pylist(), strict=True):
        composed, begins, finishes = folding.normalise_clusters(text)
        maps[row] = (begins, finishes)
        replaced.append(composed)
    mask = np.zeros(len(texts), np.bool_)
    mask[odd] = True
    return pc.replace_with_mask(texts, pa.array(mask), pa.array(replaced, pa.large_string())), maps


def _fold_beyond_ascii(buffer: FoldedBuffer) -> None:
    """Fold the characters beyond ASCII; changes the buffer's data, row starts, inserted and moved."""
    tables = folding.tables()
    leads, sizes, flags = buffer.beyond.leads, buffer.beyond.sizes, buffer.beyond.flags
    replaced = np.flatnonzero(flags & REPLACE)
    numbers = tables.replacement[buffer.beyond.codes[replaced]]
    lengths = tables.lengths[numbers]
    seams = _seams(buffer.data, buffer.beyond)
    longer = np.flatnonzero(lengths > sizes[replaced])
    if len(seams) or len(longer):
        short = lengths[longer] - sizes[replaced[longer]]
        after = leads[replaced[longer]] + sizes[replaced[longer]]
        # At one place a replacement's extra bytes come first, then a seam: a stable sort keeps that order.
        places = np.concatenate([np.repeat(after, short), seams])
        seam = np.concatenate([np.zeros(int(short.sum()), np.bool_), np.ones(len(seams), np.bool_)])
        order = np.argsort(places, kind="stable")
        places = places[order]
        buffer.seam = seam[order]
        buffer.inserted = places + np.arange(len(places))
        buffer.data = np.insert(buffer.data, places, np.where(buffer.seam, _SPACE, 0).astype(np.uint8))
        leads = leads + np.searchsorted(places, leads, side="right")
        buffer.row_starts = buffer.raw_starts + np.searchsorted(places, buffer.raw_starts, side="left")
    gaps = np.flatnonzero((flags & (WORD | DROP)) == 0)
    _each_byte(buffer.data, leads[gaps], sizes[gaps], _SPACE)
    dropped = np.flatnonzero(flags & DROP)
    zeros = _each_byte(buffer.data, leads[dropped], sizes[dropped], 0)
    if len(replaced):
        zeros += _write(buffer.data, leads[replaced], sizes[replaced], numbers, lengths)
    if zeros:
        buffer.moved = _close_up(buffer.data, np.sort(np.concatenate(zeros)))


def _seams(data: Bytes, beyond: _Beyond) -> Positions:
    """Where a script without spaces touches a word of another script: the position of the second of the two."""
    dense = (beyond.flags & SPACELESS) != 0
    if not dense.any():
        return _EMPTY
    leads, ends = beyond.leads, beyond.leads + beyond.sizes
    plain = ((beyond.flags & WORD) != 0) & ~dense
    touching = leads[1:] == ends[:-1]
    second = touching & ((dense[1:] & plain[:-1]) | (plain[1:] & dense[:-1]))
    before = dense & _ascii_word(data[leads - 1])
    after = dense & _ascii_word(data[ends])  # the buffer ends with a space, so there is always a next byte
    return np.unique(np.concatenate([leads[before], ends[after], leads[1:][second]]))


def _ascii_word(values: Bytes) -> Mask:
    plain: Mask = (values < 0x80) & (values != _SPACE)
    return plain


def _each_byte(data: Bytes, leads: Positions, sizes: Positions, value: int) -> list[Positions]:
    """Write one value into all bytes of some characters; returns the places written."""
    written = []
    for step in range(4):
        places = leads[sizes > step] + step if step > 1 else leads + step
        if len(places):
            data[places] = value
            written.append(places)
    return written


def _write(
    data: Bytes, leads: Positions, sizes: Positions, numbers: npt.NDArray[np.uint16], lengths: Positions
) -> list[Positions]:
    """Put folded forms in place of characters; returns where zeros stand for bytes that are left over."""
    strings = folding.tables().strings
    zeros = []
    for step in range(int(np.maximum(sizes, lengths).max())):
        within = np.flatnonzero(lengths > step)
        data[leads[within] + step] = strings[numbers[within], step]
        over = np.flatnonzero((lengths <= step) & (sizes > step))
        if len(over):
            places = leads[over] + step
            data[places] = 0
            zeros.append(places)
    return zeros


def _close_up(data: Bytes, zeros: Positions) -> tuple[Positions, Positions]:
    """Move the bytes of words with zeros to the left, over the zeros; what is freed becomes space.

    Returns the new places of those bytes and of the space after each word, and the old ones.
    """
    begins = _walk(data, zeros, -1) + 1
    first = np.flatnonzero(np.diff(begins, prepend=-1))
    begins = begins[first]
    ends = _walk(data, zeros[first], 1)
    sizes = ends - begins
    run = np.repeat(np.arange(len(begins)), sizes)
    offsets = np.cumsum(sizes) - sizes
    places = np.arange(len(run)) - offsets[run] + begins[run]
    kept = data[places] != 0
    rank = np.cumsum(kept) - kept
    target = begins[run] + rank - rank[offsets][run]
    values = data[places][kept]
    data[places] = _SPACE
    data[target[kept]] = values
    close = begins + np.add.reduceat(kept, offsets, dtype=np.int64)
    new = np.concatenate([target[kept], close])
    order = np.argsort(new, kind="stable")
    return new[order], np.concatenate([places[kept], ends])[order]


def _walk(data: Bytes, places: Positions, step: int) -> Positions:
    """From each place the nearest space in one direction, step by step as words are short; then by looking it up."""
    at = places + step
    inner = np.flatnonzero(data[at] != _SPACE)
    for _ in range(_MOST_STEPS):
        if not len(inner):
            return at
        at[inner] += step
        inner = inner[data[at[inner]] != _SPACE]
    spaces = np.flatnonzero(data == _SPACE)
    at[inner] = spaces[np.searchsorted(spaces, at[inner]) - (step < 0)]
    return at
