"""The tables of the store in this release. Adding a nullable column: extend the schema, raise the version by one."""

from __future__ import annotations

from typing import Any, Final

import pyarrow as pa

from fourleaf.engine.lake.table import TableSpec
from fourleaf.engine.posts import MATCH_SCHEMA, MENTION_SCHEMA

__all__ = ["CORRECTION_SCHEMA", "DAILY_SCHEMA", "MATCHES", "MENTIONS", "daily_spec"]

_CORRECTION_FIELDS: Final[list[pa.Field[Any]]] = [
    pa.field("mention_id", pa.string(), nullable=False),
    pa.field("sentiment", pa.string()),
    pa.field("relevant", pa.bool_()),
]

#: What people corrected by hand. A null means "as it is". One row for each mention.
CORRECTION_SCHEMA: Final = pa.schema(_CORRECTION_FIELDS)

_DAILY_FIELDS: Final[list[pa.Field[Any]]] = [
    pa.field("query_id", pa.int64(), nullable=False),
    pa.field("day", pa.date32(), nullable=False),
    pa.field("platform", pa.string(), nullable=False),
    pa.field("lang", pa.string()),
    pa.field("sentiment", pa.string()),
    pa.field("is_reshare", pa.bool_(), nullable=False),
    pa.field("suspected", pa.bool_(), nullable=False),
    pa.field("count", pa.int64(), nullable=False),
]

#: Matches counted by local day of the store's reporting zone. Only what may be summed is here.
DAILY_SCHEMA: Final = pa.schema(_DAILY_FIELDS)

#: Partitioned by the UTC month of created_at, so that a date range touches few files.
MENTIONS: Final = TableSpec(
    name="mentions",
    version=1,
    schema=MENTION_SCHEMA,
    partition=pa.field("month", pa.string()),
    statistics=("created_at",),
    plain_columns=("text", "url"),
    rows_per_file=250_000,
)

#: Partitioned by query, so that a changed query is replaced by swapping whole files.
MATCHES: Final = TableSpec(
    name="matches",
    version=1,
    schema=MATCH_SCHEMA,
    partition=MATCH_SCHEMA.field("query_id"),
    statistics=("created_at", "query_version"),
)

ZONE_PROPERTY: Final = "fourleaf.zone"


def daily_spec(zone: str) -> TableSpec:
    """The daily table; its zone is kept with it, since the counts mean nothing without."""
    return TableSpec(
        name="daily", version=1, schema=DAILY_SCHEMA, statistics=("day",), properties={ZONE_PROPERTY: zone}
    )
