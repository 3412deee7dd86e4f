"""Arrow's compute functions and columns under names without static types.

The published stubs describe an older Arrow: they refuse plain Python values as arguments of compute functions
(`pc.equal(column, "")`), which Arrow itself takes. One cast here is better than a hundred exceptions elsewhere.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import pyarrow.compute
import pyarrow.csv
import pyarrow.json

__all__ = ["Column", "compute", "csv", "json"]

#: An Arrow array or chunked array.
Column: TypeAlias = Any

compute: Any = pyarrow.compute
csv: Any = pyarrow.csv
json: Any = pyarrow.json
