"""Background work of listening. The heavy parts are imported when a worker runs them, so that start-up stays fast."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from fourleaf.kernel.jobs import Run, job
from fourleaf.kernel.models import Job

__all__ = [
    "days_counted",
    "expired_mentions_erased",
    "leftover_uploads_removed",
    "matches_fresh",
    "mentions_imported",
    "store_compacted",
]


def _import_ended(ended: Job) -> None:
    from fourleaf.listening.importing import import_ended

    import_ended(ended)


@job("listening.mentions_imported", label="Import of a file of posts", max_attempts=20, on_end=_import_ended)
def mentions_imported(run: Run) -> Mapping[str, Any] | None:
    """The posts of a file are in the mention store and matched."""
    from fourleaf.listening.importing import run_import

    return run_import(run)


@job("listening.matches_fresh", label="Matching stored mentions with a query", max_attempts=20)
def matches_fresh(run: Run) -> Mapping[str, Any] | None:
    """The stored matches of a query follow its present text."""
    from fourleaf.listening.rematching import make_matches_fresh

    return make_matches_fresh(run)


@job("listening.days_counted", label="Counting mentions by day", every=timedelta(hours=1))
def days_counted(run: Run) -> Mapping[str, Any] | None:
    """The daily counts agree with the matches; needed only after a crash or a change of the reporting zone."""
    from fourleaf.listening.upkeep import count_days

    return count_days(run)


@job("listening.store_compacted", label="Compacting the mention store", every=timedelta(hours=6))
def store_compacted(run: Run) -> Mapping[str, Any] | None:
    """Small files of the store are merged and old ones deleted."""
    from fourleaf.listening.upkeep import compact_store

    return compact_store(run)


@job("listening.expired_mentions_erased", label="Erasing expired mentions", every=timedelta(days=1))
def expired_mentions_erased(run: Run) -> Mapping[str, Any] | None:
    """No post is older than the settings of listening allow."""
    from fourleaf.listening.services.privacy import erase_expired

    return {"erased": erase_expired(actor=run.actor)}


@job("listening.leftover_uploads_removed", label="Removing uploads that nobody imported", every=timedelta(days=1))
def leftover_uploads_removed(run: Run) -> Mapping[str, Any] | None:
    """Uploaded files that were not imported within thirty days are gone."""
    from fourleaf.listening.upkeep import remove_leftover_uploads

    return remove_leftover_uploads(run)
