"""Chance without a state: a number in [0, 1) from (seed, key, purpose), so that batch borders change nothing."""

from __future__ import annotations

import zlib
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["Chance", "Floats", "Integers", "Keys"]

Keys = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX_1: Final = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2: Final = np.uint64(0x94D049BB133111EB)


class Chance:
    """Uniform numbers by hashing with splitmix64 (Steele, Lea and Flood 2014)."""

    def __init__(self, seed: int) -> None:
        self._seed = np.uint64(zlib.crc32(f"fourleaf demo {seed}".encode()) * 0x1_0000_0001 & (2**64 - 1))

    def bits(self, keys: Keys, purpose: str) -> Keys:
        """64 well-mixed bits for each key; the same purpose gives the same bits."""
        salt = np.uint64(zlib.crc32(purpose.encode()))
        with np.errstate(over="ignore"):
            x = (keys + self._seed) * _GOLDEN + (salt << np.uint64(17)) * _MIX_1
            x = (x ^ (x >> np.uint64(30))) * _MIX_1
            x = (x ^ (x >> np.uint64(27))) * _MIX_2
        return np.asarray(x ^ (x >> np.uint64(31)), dtype=np.uint64)

    def uniform(self, keys: Keys, purpose: str) -> Floats:
        """Numbers in [0, 1), one for each key."""
        return (self.bits(keys, purpose) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def below(self, keys: Keys, purpose: str, bound: Integers | int) -> Integers:
        """Whole numbers in [0, bound), bound at least 1 and broadcast against the keys."""
        return np.floor(self.uniform(keys, purpose) * bound).astype(np.int64)

    def normal(self, keys: Keys, purpose: str) -> Floats:
        """Standard normal numbers (Box and Muller 1958)."""
        radius = np.sqrt(-2.0 * np.log1p(-self.uniform(keys, purpose)))
        return np.asarray(radius * np.cos(2.0 * np.pi * self.uniform(keys, purpose + " angle")))
