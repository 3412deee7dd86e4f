"""Two joins over sorted numbers that several steps share."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Mask", "Positions", "among", "expand", "unique_sorted"]

Positions: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]


def among(keys: Positions, wanted: Positions) -> Mask:
    """Which keys are among the sorted `wanted`."""
    if not len(wanted):
        return np.zeros(len(keys), np.bool_)
    found: Mask = wanted.take(np.searchsorted(wanted, keys), mode="clip") == keys
    return found


def expand(starts: Positions, keys: Positions) -> tuple[Positions, Positions]:
    """Join keys with a compressed list: for each (key, entry) pair the index of the key and of the entry.

    `starts` has one entry more than there are keys to look up; the entries of key k are ``starts[k]:starts[k + 1]``.
    """
    first = starts[keys]
    counts = starts[keys + 1] - first
    total = int(counts.sum())
    if total == len(keys) and (counts == 1).all():
        return np.arange(total), first
    index = np.repeat(np.arange(len(keys)), counts)
    within = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
    return index, first[index] + within


def unique_sorted(keys: Positions) -> Positions:
    """Each key once, ascending. For our short arrays a sort is faster than numpy's hashing."""
    if len(keys) < 2:
        return keys
    ordered = np.sort(keys)
    fresh: Positions = ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])]
    return fresh
