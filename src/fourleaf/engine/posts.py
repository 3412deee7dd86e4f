"""The shape of a post as the engine knows it: one Arrow schema that readers fill and the mention store keeps.

A *post* is what somebody published. It becomes a *mention* when at least one listening query found it. Times are
instants in UTC; counts that the source did not give are null, never 0.
"""

from __future__ import annotations

from typing import Any, Final

import pyarrow as pa

__all__ = ["ANNOTATION_FIELDS", "KINDS", "MATCH_SCHEMA", "MENTION_SCHEMA", "POST_SCHEMA", "SENTIMENTS"]

#: What a post can be. A re-share repeats somebody else's post unchanged; a quote adds words of its own.
KINDS: Final = ("post", "reply", "reshare", "quote")

#: The classes of sentiment, in the order of every probability vector.
SENTIMENTS: Final = ("negative", "neutral", "positive")

_POST_FIELDS: list[pa.Field[Any]] = [
    pa.field("id", pa.string(), nullable=False),  # unique within the store, see readers for how it is made
    pa.field("platform", pa.string(), nullable=False),  # where it was published, e.g. "microblog", "video"
    pa.field("author", pa.string()),  # handle without "@"; null when the source hides it
    pa.field("author_name", pa.string()),
    pa.field("author_followers", pa.int64()),
    pa.field("created_at", pa.timestamp("us", tz="UTC"), nullable=False),
    pa.field("text", pa.string(), nullable=False),
    pa.field("url", pa.string()),
    pa.field("kind", pa.string(), nullable=False),  # one of KINDS
    pa.field("parent_id", pa.string()),  # the post that this one answers, re-shares or quotes
    pa.field("likes", pa.int64()),
    pa.field("shares", pa.int64()),
    pa.field("replies", pa.int64()),
    pa.field("views", pa.int64()),
]
#: A post as a reader delivers it.
POST_SCHEMA: Final = pa.schema(_POST_FIELDS)

#: What the engine adds when it annotates.
ANNOTATION_FIELDS: Final[tuple[pa.Field[Any], ...]] = (
    pa.field("lang", pa.string()),  # ISO 639-1, or "und" when undetermined
    pa.field("lang_p", pa.float32()),
    pa.field("sentiment", pa.string()),  # one of SENTIMENTS
    pa.field("p_negative", pa.float32()),
    pa.field("p_neutral", pa.float32()),
    pa.field("p_positive", pa.float32()),
    pa.field("sentiment_model", pa.string()),  # name and version of the model that said so
    pa.field("cluster", pa.int64()),  # posts with the same number are near-duplicates
    pa.field("suspected", pa.string()),  # why the author looks automated, or null; marked, never removed
)

#: A row of the mention store: the post, its annotations, and the batch that brought it.
MENTION_SCHEMA: Final = pa.schema(
    [*_POST_FIELDS, *ANNOTATION_FIELDS, pa.field("ingest_id", pa.string(), nullable=False)]
)

_MATCH_FIELDS: list[pa.Field[Any]] = [
    pa.field("query_id", pa.int64(), nullable=False),
    pa.field("query_version", pa.int64(), nullable=False),
    pa.field("mention_id", pa.string(), nullable=False),
    pa.field("created_at", pa.timestamp("us", tz="UTC"), nullable=False),
    pa.field("author", pa.string()),
    pa.field("platform", pa.string(), nullable=False),
    pa.field("kind", pa.string(), nullable=False),
    pa.field("lang", pa.string()),
    pa.field("sentiment", pa.string()),
    pa.field("cluster", pa.int64()),
    pa.field("suspected", pa.string()),
]
#: One row for each (query, mention) pair, with what the daily counts need, so that they read one narrow table.
MATCH_SCHEMA: Final = pa.schema(_MATCH_FIELDS)
