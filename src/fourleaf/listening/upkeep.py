"""Work on the store that nobody asks for by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q

from fourleaf.engine.lake import LakeError
from fourleaf.kernel import clock
from fourleaf.kernel.errors import DomainError
from fourleaf.kernel.jobs import Run
from fourleaf.listening import store
from fourleaf.listening.models import MentionImport

__all__ = ["UPLOAD_DAYS", "compact_store", "count_days", "remove_leftover_uploads"]

#: Days for which an uploaded file is kept that was not imported, or whose import stopped.
UPLOAD_DAYS = 30


def count_days(run: Run) -> Mapping[str, Any]:
    """Bring the daily counts up to the matches."""
    if not (Path(settings.LAKE_DIR) / "matches").exists():
        return {"counted": False}
    try:
        return {"counted": store.lake().refresh_daily()}
    except LakeError as error:
        raise DomainError(str(error)) from error
    finally:
        store.changed()


def compact_store(run: Run) -> Mapping[str, Any]:
    """Merge small files and delete what no reader can need any more."""
    if not (Path(settings.LAKE_DIR) / "mentions").exists():
        return {"merged": 0}
    try:
        result = store.lake().compact()
    except LakeError as error:
        raise DomainError(str(error)) from error
    finally:
        store.changed()
    return {"merged": result.merged, "into": result.into, "files_deleted": result.files_deleted}


def remove_leftover_uploads(run: Run) -> Mapping[str, Any]:
    """Delete old uploads of imports that are not running, and files that no import knows."""
    limit = clock.now() - timedelta(days=UPLOAD_DAYS)
    stopped = Q(state__in=("failed", "cancelled"), finished_at__lt=limit)
    left = Q(state__in=("uploaded", "mapped"), created_at__lt=limit)
    removed = 0
    for upload in MentionImport.objects.filter(stopped | left).exclude(path=""):
        (Path(settings.MEDIA_ROOT) / upload.path).unlink(missing_ok=True)
        MentionImport.objects.filter(pk=upload.pk, state=upload.state).update(path="")
        removed += 1
    return {"removed": removed + _orphans(limit.timestamp())}


def _orphans(before: float) -> int:
    folder = Path(settings.MEDIA_ROOT) / "imports"
    known = set(MentionImport.objects.exclude(path="").values_list("path", flat=True))
    removed = 0
    for path in folder.iterdir() if folder.is_dir() else ():
        if f"imports/{path.name}" not in known and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
