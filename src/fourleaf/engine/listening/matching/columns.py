"""The columns of a batch beside the text, looked up only when a query asks for them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fourleaf.engine.listening.matching.buffer import Positions
from fourleaf.engine.listening.matching.folding import fold_label

__all__ = ["Columns"]


class Columns:
    """The columns of a piece, with the lookups that queries need, each made when first asked for."""

    def __init__(self, batch: pa.RecordBatch, texts: Any) -> None:
        self.batch = batch
        self.texts = texts
        self._languages: dict[int, str] = {}

    def _labels(self, name: str) -> list[str]:
        """A column folded as handles and platforms are compared; null where a row or the column has nothing."""
        if name not in self.batch.schema.names:
            return [""] * self.batch.num_rows
        encoded: Any = self.batch.column(name).cast(pa.string()).dictionary_encode()
        folded = [fold_label(value) for value in encoded.dictionary.to_pylist()]
        return ["" if code is None else folded[code] for code in encoded.indices.to_pylist()]

    def authors(self) -> list[str]:
        """The folded author of each row, "" where unknown."""
        return self._labels("author")

    def has(self, name: str, values: frozenset[str], rows: Positions) -> npt.NDArray[np.bool_]:
        """Whether `lang` or `source` of each of the rows is one of the values."""
        if name == "source":
            chosen = pa.RecordBatch.from_arrays([self._take("platform", rows)], ["platform"])
            labels = Columns(chosen, self.texts)._labels("platform")
        elif "lang" in self.batch.schema.names:
            labels = [(value or "").lower() for value in self._take("lang", rows).to_pylist()]
        else:
            labels = self._detected(rows)
        return np.fromiter((label in values for label in labels), bool, len(rows))

    def _take(self, name: str, rows: Positions) -> Any:
        if name not in self.batch.schema.names:
            return pa.nulls(len(rows), pa.string())
        return self.batch.column(name).cast(pa.string()).take(pa.array(rows, pa.int64()))

    def _detected(self, rows: Positions) -> list[str]:
        from fourleaf.engine.listening import language  # it loads a model: only when needed

        unknown = [row for row in rows.tolist() if row not in self._languages]
        if unknown:
            detected, _ = language.detect(self.texts.take(pa.array(unknown, pa.int64())).cast(pa.string()))
            self._languages.update(zip(unknown, detected.to_pylist(), strict=True))
        return [self._languages[row] for row in rows.tolist()]
