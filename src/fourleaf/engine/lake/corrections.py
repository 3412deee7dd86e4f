"""People's corrections, laid over the stored rows when they are read.

The store keeps what the engine said. What people say instead lives in the product's database and comes in here as a
small table, so that it survives a new import or a new model and counts everywhere: a corrected sentiment replaces
the stored one, and a mention that is marked not relevant counts for no query. The daily counts follow exactly: each
corrected match is taken out under its old key and put back under its new one.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from fourleaf.engine.lake.errors import LakeInputError
from fourleaf.engine.lake.shapes import CORRECTION_SCHEMA
from fourleaf.engine.lake.table import conform
from fourleaf.engine.posts import SENTIMENTS

__all__ = ["correct"]


def _checked(overlay: pa.Table) -> pa.Table:
    rows = conform(overlay, CORRECTION_SCHEMA)
    if pc.count_distinct(rows["mention_id"]).as_py() != rows.num_rows:
        raise LakeInputError("The corrections name a mention twice; give one row for each mention, the latest.")
    unknown = sorted({str(word) for word in rows["sentiment"].to_pylist() if word is not None} - set(SENTIMENTS))
    if unknown:
        raise LakeInputError(f"The corrections hold the sentiment {unknown[0]!r}; known are {', '.join(SENTIMENTS)}.")
    return rows


def correct(
    connection: duckdb.DuckDBPyConnection, overlay: pa.Table, mentions_sql: str, matches_sql: str
) -> tuple[str, str]:
    """Both sources with the corrections applied; also makes the table `corrected_daily` of changes to the counts.

    The connection must already have the macro `local_day`.
    """
    connection.register("overlay", _checked(overlay))
    connection.execute("CREATE TABLE corrections AS SELECT * FROM overlay")
    connection.unregister("overlay")
    connection.execute(
        f"""
        CREATE TABLE corrected_daily AS
        WITH corrected AS (
            SELECT m.query_id, local_day(m.created_at) AS day, m.platform, m.lang, m.sentiment,
                m.kind = 'reshare' AS is_reshare, m.suspected IS NOT NULL AS suspected,
                coalesce(c.sentiment, m.sentiment) AS now_sentiment, c.relevant IS DISTINCT FROM false AS counts
            FROM ({matches_sql}) AS m JOIN corrections AS c ON c.mention_id = m.mention_id
        )
        SELECT query_id, day, platform, lang, sentiment, is_reshare, suspected, -1 AS count FROM corrected
        UNION ALL
        SELECT query_id, day, platform, lang, now_sentiment, is_reshare, suspected, 1 FROM corrected WHERE counts
        """
    )
    mentions = (
        "SELECT m.* REPLACE (coalesce(c.sentiment, m.sentiment) AS sentiment) "
        f"FROM ({mentions_sql}) AS m LEFT JOIN corrections AS c ON c.mention_id = m.id"
    )
    matches = (
        "SELECT m.* REPLACE (coalesce(c.sentiment, m.sentiment) AS sentiment) "
        f"FROM ({matches_sql}) AS m LEFT JOIN corrections AS c ON c.mention_id = m.mention_id "
        "WHERE c.relevant IS DISTINCT FROM false"
    )
    return mentions, matches
