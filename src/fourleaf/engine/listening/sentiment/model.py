"""The linear model: a table of weights, how it is stored, and how a batch is scored.

A weight is an 8-bit number per class. The three of one feature are packed into one 64-bit integer, 21 bits each, so that
one look-up and one addition serve all classes. Sums are taken modulo 2**64 and are exact as long as no text has
more than 8,000 features of one kind; `TEXT_LIMIT` sees to that.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from fourleaf.engine.listening.sentiment.features import TABLE_BITS, Features, featurise

__all__ = ["LANES", "LinearModel", "load_model", "pack", "unpack"]

LANES: Final = 3
_LANE_BITS: Final = 21
_LANE_MASK: Final = (1 << _LANE_BITS) - 1


def pack(weights: npt.NDArray[np.int8]) -> npt.NDArray[np.int64]:
    """(n, 3) small integers as (n,) packed integers; sums of packed integers unpack to sums of the parts."""
    wide = weights.astype(np.int64)
    return wide[:, 0] + (wide[:, 1] << _LANE_BITS) + (wide[:, 2] << (2 * _LANE_BITS))


def unpack(packed: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """(n,) packed sums as (n, 3); each part must lie in -2**20 ... 2**20 - 1."""
    parts = np.empty((len(packed), LANES), np.int64)
    rest = packed
    for lane in range(LANES):
        part = rest & _LANE_MASK
        part -= (part >> (_LANE_BITS - 1)) << _LANE_BITS  # the lane's own sign
        parts[:, lane] = part
        rest = (rest - part) >> _LANE_BITS
    return parts


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Weights ready for use. Scores are logits in the order of SENTIMENTS, before the softmax."""

    table: npt.NDArray[np.int64]  # (2**TABLE_BITS + 1,) packed; the last row is 0 and stands for "no feature"
    symbols: npt.NDArray[np.uint32]  # the folding of code points that the weights were fitted with
    scale: npt.NDArray[np.float32]  # (3,) one step of an 8-bit weight
    bias: npt.NDArray[np.float32]  # (3,)

    @classmethod
    def build(
        cls, weights: npt.NDArray[np.int8], symbols: npt.NDArray[np.uint32], scale: Any, bias: Any
    ) -> LinearModel:
        """From (2**TABLE_BITS, 3) 8-bit weights. Raises ValueError when the table has another size."""
        if weights.shape != (1 << TABLE_BITS, LANES):
            raise ValueError(f"The model has weights of shape {weights.shape}, not ({1 << TABLE_BITS}, {LANES}).")
        table = np.append(pack(weights), np.int64(0))
        return cls(table, symbols, np.asarray(scale, np.float32), np.asarray(bias, np.float32))

    @classmethod
    def read(cls, source: Path | BytesIO) -> LinearModel:
        """From the file that `write` made."""
        with np.load(source, allow_pickle=False) as stored:
            return cls.build(stored["weights"].T, stored["symbols"], stored["scale"], stored["bias"])

    @staticmethod
    def write(
        path: Path, weights: npt.NDArray[np.int8], symbols: npt.NDArray[np.uint32], scale: Any, bias: Any
    ) -> None:
        """Store a model; `weights` as for `build`."""
        np.savez_compressed(
            path,
            weights=np.ascontiguousarray(weights.T),
            symbols=symbols,
            scale=np.asarray(scale, np.float32),
            bias=np.asarray(bias, np.float32),
        )

    def scores(self, column: Any) -> npt.NDArray[np.float32]:
        """(n, 3) logits of a `large_string` column without nulls."""
        out = np.empty((len(column), LANES), np.float32)
        for first, features in featurise(column, self.symbols):
            out[first : first + len(features.sizes)] = self._piece_scores(features)
        return out

    def _piece_scores(self, features: Features) -> npt.NDArray[np.float32]:
        grams = sum((self.table.take(numbers) for numbers in features.grams), np.zeros(1, np.int64))
        words = self.table.take(features.words) + self.table.take(features.pairs)
        total = unpack(_range_sums(grams, features.starts))
        total += unpack(_range_sums(words, features.word_starts))
        total += unpack(self.table.take(features.whole).sum(axis=1))
        scores: npt.NDArray[np.float32] = total.astype(np.float32)
        scores *= self.scale
        scores /= features.sizes[:, None]
        return scores + self.bias


def _range_sums(values: npt.NDArray[np.int64], starts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    running = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, out=running[1:])
    ends = running[starts]
    return ends[1:] - ends[:-1]


@cache
def load_model(name: str) -> LinearModel:
    """The model of that name inside this package, read once per process."""
    return LinearModel.read(BytesIO(files(__package__).joinpath(f"{name}.npz").read_bytes()))
