"""What every format's reader delivers: the wanted columns of some rows, as the file has them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fourleaf.engine.files.columnar import Column

__all__ = ["RawBatch"]


@dataclass(frozen=True, slots=True)
class RawBatch:
    """Some rows of a file before they are posts.

    columns   the wanted columns by the file's own names, equal in length
    lines     the line on which each row begins (see RowError), int64
    offset    data rows of the file consumed up to and including this batch, bad ones too
    """

    columns: dict[str, Column]
    lines: npt.NDArray[np.int64]
    offset: int

    def __len__(self) -> int:
        return len(self.lines)
