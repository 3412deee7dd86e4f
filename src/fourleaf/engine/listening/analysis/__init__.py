"""Counting what listening queries find in any number of posts, batch by batch, in bounded memory.

`analyse` does it all; `Tally` holds the counts for callers that run parts of the data apart and merge them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from fourleaf.engine.listening.analysis.result import Analysis, QueryResult, Share
from fourleaf.engine.listening.analysis.tally import Tally

if TYPE_CHECKING:
    from fourleaf.engine.listening import Matcher, QuerySpec

__all__ = ["Analysis", "QueryResult", "Share", "Tally", "analyse"]


def analyse(
    batches: Iterable[pa.RecordBatch],
    specs: Sequence[QuerySpec],
    *,
    zone: str = "UTC",
    annotate: Callable[[pa.RecordBatch], pa.RecordBatch] | None = None,
    matcher: Matcher | None = None,
    warnings: Sequence[str] = (),
) -> Analysis:
    """Count what the queries find.

    Parameters
        batches: posts in `POST_SCHEMA`; `created_at` may be null.
        specs: the queries; their ids must differ.
        zone: IANA name of the time zone whose days are counted.
        annotate: gives `ANNOTATION_FIELDS` for the rows that at least one query found; default an `Annotator`.
        matcher: made from `specs` when it is not given.

    Raises
        QueryErrors: a query cannot be understood.
    """
    if annotate is None:
        from fourleaf.engine.listening.annotate import Annotator

        annotate = Annotator().annotate
    if matcher is None:
        from fourleaf.engine.listening import compile_queries

        matcher = compile_queries(list(specs))
    tally = Tally(specs, zone=zone)
    for batch in batches:
        matches = matcher.match(batch, spans=False)
        found: Any = matches.column("queries")
        hit = np.diff(np.asarray(found.offsets)) > 0
        kept = batch if hit.all() else batch.filter(pa.array(hit))
        tally.add(batch, matches, kept, annotate(kept) if kept.num_rows else None)
    return tally.result(warnings)
