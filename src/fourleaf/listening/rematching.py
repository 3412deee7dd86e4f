"""Finding out again which stored mentions a query means, after its text changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
from django.conf import settings

from fourleaf.engine.lake import LakeBusyError, LakeError
from fourleaf.engine.listening import compile_queries
from fourleaf.kernel import clock
from fourleaf.kernel.errors import DomainError
from fourleaf.kernel.jobs import Run
from fourleaf.listening import store
from fourleaf.listening.matching import MATCH_INPUT, match_rows, spec_of
from fourleaf.listening.models import ListeningQuery

__all__ = ["make_matches_fresh"]

_ROWS = 50_000


class _Superseded(Exception):  # noqa: N818 - not an error: a newer text has its own run
    """The query has changed since."""


def make_matches_fresh(run: Run) -> Mapping[str, Any]:
    """The job: match one query against every stored mention and swap the result in, in one commit.

    Readers see the old matches until then. Repeating it is harmless.
    """
    query = ListeningQuery.objects.get(pk=run.arguments["query_id"])
    if query.state != "active":
        return {"left": query.state}
    version = query.text_version
    while True:
        try:
            result = store.lake().replace_matches(query.pk, version, _matches(run, query, version))
            break
        except LakeBusyError:
            run.progress(0, note="Waiting until the store is free")
        except _Superseded:
            return {"left": "superseded"}
        except LakeError as error:
            raise DomainError(str(error)) from error
        finally:
            store.changed()
    ListeningQuery.objects.filter(pk=query.pk, text_version=version).update(
        matched_version=version, matched_at=clock.now(), matched_count=result.written
    )
    return {"matches": result.written}


def _matches(run: Run, query: ListeningQuery, version: int) -> Iterator[pa.RecordBatch]:
    """Rows of MATCH_SCHEMA for all stored mentions; runs while the store is locked, so nothing is added meanwhile."""
    if not ListeningQuery.objects.filter(pk=query.pk, text_version=version, state="active").exists():
        raise _Superseded
    matcher = compile_queries([spec_of(query)])
    snapshot = store.lake().snapshot()
    total, done = snapshot.rows("mentions"), 0
    connection = snapshot.connect(threads=settings.DUCKDB_THREADS, memory_limit=f"{settings.DUCKDB_MEMORY_MB}MB")
    try:
        reader = connection.sql(f"SELECT {', '.join(MATCH_INPUT)} FROM mentions").to_arrow_reader(_ROWS)
        for rows in reader:
            yield match_rows(rows, matcher.match(rows, spans=False), {query.pk: version})
            done += rows.num_rows
            run.progress(min(done, total), total, f"{done:,} of {total:,} stored mentions looked at")
    finally:
        connection.close()
