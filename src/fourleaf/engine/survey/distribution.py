"""Distributions without a cell of few people: neighbouring answers are put together until each has at least k.

Somebody who is the only one in a cell is told apart by it. The merged cells are a partition of all who answered, and
each holds nobody or at least k people, so no difference of what is shown gives fewer.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["Band", "cut_between", "merged", "parts_shown"]

#: First answer, last answer (both from 1, inclusive), people.
Band = tuple[int, int, int]


def merged(counts: Sequence[int], k: int) -> tuple[Band, ...]:
    """Counts of the answers 1, 2, ... as bands of neighbours that each hold nobody or at least k people.

    A small cell joins its neighbour on its own side of the middle first (agree with strongly agree), so that the share
    that agrees stays what it is; with fewer than k people in all there is one band.
    """
    options = len(counts)
    bands: list[Band] = [(place, place, count) for place, count in enumerate(counts, 1)]

    def join(at: int) -> None:
        first, second = bands[at], bands[at + 1]
        bands[at : at + 2] = [(first[0], second[1], first[2] + second[2])]

    if options >= 4:
        if 0 < counts[-1] < k or 0 < counts[-2] < k:
            join(options - 2)
        if 0 < counts[0] < k or 0 < counts[1] < k:
            join(0)
    while len(bands) > 1 and (small := [at for at, band in enumerate(bands) if 0 < band[2] < k]):
        at = min(small, key=lambda place: bands[place][2])
        # Towards the middle, where there is a choice: the ends stay recognisable.
        neighbours = [place for place in (at - 1, at + 1) if 0 <= place < len(bands)]
        middle = (1 + options) / 2
        chosen = min(neighbours, key=lambda place: abs((bands[place][0] + bands[place][1]) / 2 - middle))
        join(min(at, chosen))
    return tuple(bands)


def cut_between(bands: Sequence[Band], answer: int) -> bool:
    """Whether the bands keep answers up to `answer` apart from those above it."""
    return not any(first <= answer < last for first, last, _ in bands)


def parts_shown(parts: Sequence[float], n: int, k: int) -> bool:
    """Whether shares of n people may be shown: each part is nobody or at least k people."""
    return all(count == 0 or count >= k for count in (round(part * n) for part in parts))
