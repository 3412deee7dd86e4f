"""Arrow's compute functions and columns under names without static types.

The published stubs describe an older Arrow: they refuse plain Python values as arguments of compute functions
(`pc.equal(column, "")`), which Arrow itself takes. One cast here is better than a hundred exceptions elsewhere.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pyarrow.json

__all__ = ["Column", "as_strings", "compute", "csv", "json"]

#: An Arrow array or chunked array.
Column: TypeAlias = Any

compute: Any = pyarrow.compute
csv: Any = pyarrow.csv
json: Any = pyarrow.json


def as_strings(array: Column) -> Column:
    """Any column as strings; nested values in their Python notation, numbers without a needless fraction."""
    type_ = array.type
    if pa.types.is_null(type_):
        return pa.nulls(len(array), pa.string())
    if pa.types.is_nested(type_) or pa.types.is_duration(type_) or pa.types.is_interval(type_):
        return pa.array([None if value is None else str(value) for value in array.to_pylist()], pa.string())
    return array.cast(pa.string())
