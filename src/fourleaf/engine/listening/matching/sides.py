"""Comparing what stands beside the anchor of a phrase, for many hits at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from fourleaf.engine.listening.matching.buffer import Bytes, Positions

__all__ = ["Sides"]

_SPACE: Final = 0x20
_MOST_STEPS: Final = 16


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
        """The hits that have what they need on this side, with the side added to their places.

        Hits are dropped at the first byte that differs, so the cost is mostly that of one byte for each.
        """
        asked = np.flatnonzero(self.lengths[entry])
        if not len(asked):
            return entry, start, end
        at = end[asked] if self.step > 0 else start[asked] - 1
        offset, length = self.offsets[entry[asked]], self.lengths[entry[asked]]
        good = np.ones(len(entry), np.bool_)
        good[asked] = False
        alive = np.arange(len(asked))
        read = 0
        while len(alive):
            wanted = self.expected[offset[alive] + read]
            same = np.flatnonzero(wanted == data[at[alive]])
            alive, wanted = alive[same], wanted[same]
            at[alive] += self.step
            read += 1
            going = length[alive] > read
            good[asked[alive[~going]]] = True
            alive = alive[going]
            gap = alive[wanted[going] == _SPACE]
            if len(gap):
                at[gap] = self._past_gap(data, at[gap])
        last = self.expected[offset + length - 1] == _SPACE  # a boundary, which is no part of the hit
        if self.step > 0:
            end = end.copy()
            end[asked] = at - last
        else:
            start = start.copy()
            start[asked] = at + 1 + last
        kept = np.flatnonzero(good)
        return entry[kept], start[kept], end[kept]

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
