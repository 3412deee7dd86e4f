"""Comparing what stands beside the anchor of a phrase, for many hits at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from fourleaf.engine.listening.matching.buffer import Bytes
from fourleaf.engine.listening.matching.joins import Mask, Positions

__all__ = ["Sides"]

_SPACE: Final = 0x20
_MOST_STEPS: Final = 16
_PORTION: Final = 1 << 20


@dataclass(slots=True)
class Sides:
    """What must stand on one side of each entry's anchor, read away from it; a space stands for a gap of any width.

    `expected` holds all of it, the part of entry e in ``offsets[e]:offsets[e] + lengths[e]``; `step` is 1 to the right
    and -1 to the left.
    """

    expected: Bytes
    offsets: Positions
    lengths: Positions
    step: int

    @classmethod
    def of(cls, sides: list[bytes], step: int) -> Sides:
        """From one string for each entry, nearest byte first."""
        lengths = np.array([len(side) for side in sides], np.int64)
        return cls(np.frombuffer(b"".join(sides), np.uint8), np.cumsum(lengths) - lengths, lengths, step)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to compare for any entry."""
        return not len(self.expected)

    def compare(
        self, data: Bytes, entry: Positions, start: Positions, end: Positions
    ) -> tuple[Positions, Positions, Positions]:
        """The hits that have what they need on this side, with the side added to their places."""
        asked = np.flatnonzero(self.lengths[entry])
        if not len(asked):
            return entry, start, end
        at = end[asked] if self.step > 0 else start[asked] - 1
        offset, length = self.offsets[entry[asked]], self.lengths[entry[asked]]
        equal = self._at_once(data, at, offset, length)
        at[equal] += self.step * length[equal]
        slow = np.flatnonzero(~equal)
        equal[slow] = self._byte_by_byte(data, at, offset, length, slow)
        last = self.expected[offset + length - 1] == _SPACE  # a boundary, which is no part of the hit
        good = np.ones(len(entry), np.bool_)
        good[asked] = equal
        if self.step > 0:
            end = end.copy()
            end[asked] = at - last
        else:
            start = start.copy()
            start[asked] = at + 1 + last
        kept = np.flatnonzero(good)
        return entry[kept], start[kept], end[kept]

    def _at_once(self, data: Bytes, at: Positions, offset: Positions, length: Positions) -> Mask:
        """Which hits have exactly the expected bytes, every gap being one space; most of the true ones do."""
        equal = np.zeros(len(at), np.bool_)
        reach = at + self.step * (length - 1)
        probe = np.minimum(length - 1, 1)
        likely = np.flatnonzero(
            (reach >= 0)
            & (reach < len(data))
            & (data.take(at + self.step * probe, mode="clip") == self.expected[offset + probe])
        )
        size = length[likely]
        # A long phrase in a text that repeats it asks for many bytes at once: they are taken in portions.
        portions = np.flatnonzero(np.diff(np.cumsum(size) // _PORTION)) + 1
        for part in np.split(likely, portions):
            if len(part):
                equal[part] = self._equal(data, at[part], offset[part], length[part])
        return equal

    def _equal(self, data: Bytes, at: Positions, offset: Positions, length: Positions) -> Mask:
        first = np.cumsum(length) - length
        run = np.repeat(np.arange(len(length)), length)
        within = np.arange(len(run)) - first[run]
        same = data[at[run] + self.step * within] == self.expected[offset[run] + within]
        equal: Mask = np.logical_and.reduceat(same, first)
        return equal

    def _byte_by_byte(self, data: Bytes, at: Positions, offset: Positions, length: Positions, alive: Positions) -> Mask:
        """Whether each hit of `alive` has what it needs with gaps of any width; moves `at` past it.

        A hit is dropped at the first byte that differs, so the cost is that of a few bytes for each.
        """
        asked, good, read = alive, np.zeros(len(at), np.bool_), 0
        while len(alive):
            wanted = self.expected[offset[alive] + read]
            same = np.flatnonzero(wanted == data.take(at[alive], mode="clip"))
            alive, wanted = alive[same], wanted[same]
            at[alive] += self.step
            read += 1
            going = length[alive] > read
            good[alive[~going]] = True
            alive = alive[going]
            gap = alive[wanted[going] == _SPACE]
            if len(gap):
                at[gap] = self._past_gap(data, at[gap])
        return good[asked]

    def _past_gap(self, data: Bytes, places: Positions) -> Positions:
        """From each place, which may be in a gap, the first byte in this direction that is no space.

        At either end of the data the place stays there, on a space.
        """
        at = np.clip(places, 0, len(data) - 1)
        inner = np.flatnonzero(data[at] == _SPACE)
        for _ in range(_MOST_STEPS):
            if not len(inner):
                return at
            at[inner] = np.clip(at[inner] + self.step, 0, len(data) - 1)
            inner = inner[data[at[inner]] == _SPACE]
        words = np.flatnonzero(data != _SPACE)
        found = np.searchsorted(words, at[inner]) - (self.step < 0)
        outside = (found < 0) | (found >= len(words))
        at[inner] = np.where(outside, at[inner], words.take(found, mode="clip") if len(words) else at[inner])
        return at
