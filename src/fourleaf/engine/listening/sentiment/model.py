"""The linear model: a table of weights, how it is stored, and how a batch is scored.

A weight is an 8-bit number per class. The three of one feature are packed into one 64-bit integer, 21 bits each, so
that one look-up and one addition serve all classes. Sums are taken modulo 2**64 and are exact as long as no text has
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

from fourleaf.engine.listening.sentiment.features import TABLE_BITS, WORD_BITS, Features, featurise

__all__ = ["LANES", "PAIR_FACTOR", "LinearModel", "Weights", "load_model", "pack", "unpack"]

LANES: Final = 3
#: A pair of words shares the table of the n-grams and counts this many times as much.
PAIR_FACTOR: Final = 2
_LANE_BITS: Final = 21
_LANE_MASK: Final = (1 << _LANE_BITS) - 1


def pack(weights: npt.NDArray[np.int8]) -> npt.NDArray[np.int64]:
    """(n, 3) small integers as (n,) packed integers; sums of packed integers unpack to sums of the parts."""
    wide = weights.astype(np.int64)
    packed: npt.NDArray[np.int64] = wide[:, 0] + (wide[:, 1] << _LANE_BITS) + (wide[:, 2] << (2 * _LANE_BITS))
    return packed


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
class Weights:
    """What a model file holds. A table has a row per feature number and a column per class, 8 bits a weight."""

    words: npt.NDArray[np.int8]
    others: npt.NDArray[np.int8]  # character n-grams, pairs of words, features of the whole text
    scales: npt.NDArray[np.float32]  # (2, 3) one step of a weight of words and of the others
    bias: npt.NDArray[np.float32]  # (3,)
    symbols: npt.NDArray[np.uint32]  # the folding of code points that the weights were fitted with

    def write(self, path: Path) -> None:
        """Store the weights; the classes one after another compress better than side by side."""
        np.savez_compressed(
            path,
            words=np.ascontiguousarray(self.words.T),
            others=np.ascontiguousarray(self.others.T),
            scales=self.scales,
            bias=self.bias,
            symbols=self.symbols,
        )

    @classmethod
    def read(cls, source: Path | BytesIO) -> Weights:
        """Raises ValueError when the tables have another size than this version expects."""
        with np.load(source, allow_pickle=False) as stored:
            words, others = stored["words"].T, stored["others"].T
            shapes = ((1 << WORD_BITS, LANES), (1 << TABLE_BITS, LANES))
            if (words.shape, others.shape) != shapes:
                raise ValueError(f"The sentiment model has tables {words.shape} and {others.shape}, not {shapes}.")
            return cls(words, others, stored["scales"], stored["bias"], stored["symbols"])


class LinearModel:
    """Weights ready for use. Scores are logits in the order of SENTIMENTS, before the softmax."""

    def __init__(self, weights: Weights) -> None:
        # The last row of a table is 0 and stands for "no feature": it is where number -1 leads.
        self.words = np.append(pack(weights.words), np.int64(0))
        self.others = np.append(pack(weights.others), np.int64(0))
        self.symbols = weights.symbols
        self._scales = weights.scales.astype(np.float32)
        self.bias = weights.bias.astype(np.float32)

    def scores(self, column: Any) -> npt.NDArray[np.float32]:
        """(n, 3) logits of a `large_string` column without nulls."""
        out = np.empty((len(column), LANES), np.float32)
        for first, features in featurise(column, self.symbols):
            out[first : first + len(features.sizes)] = self._piece_scores(features)
        return out

    def _piece_scores(self, features: Features) -> npt.NDArray[np.float32]:
        grams = self.others.take(features.grams[0])
        for numbers in features.grams[1:]:
            grams += self.others.take(numbers)
        others = _range_sums(grams, features.starts)
        others += PAIR_FACTOR * _range_sums(self.others.take(features.pairs), features.word_starts)
        others += self.others.take(features.whole).sum(axis=1)
        words = _range_sums(self.words.take(features.words), features.word_starts)
        scores = self.logits(words, others)
        scores /= features.sizes[:, None]
        scores += self.bias
        return scores

    def logits(self, words: npt.NDArray[np.int64], others: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """(n, 3) sums of weights of n packed sums of both tables; before the size of the text and the bias count."""
        found: npt.NDArray[np.float32] = unpack(words) * self._scales[0] + unpack(others) * self._scales[1]
        return found


def _range_sums(values: npt.NDArray[np.int64], starts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    running = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, out=running[1:])
    ends = running[starts]
    return np.asarray(ends[1:] - ends[:-1])


@cache
def load_model(name: str) -> LinearModel:
    """The model of that name inside this package, read once per process."""
    return LinearModel(Weights.read(BytesIO(files(__package__).joinpath(f"{name}.npz").read_bytes())))
