"""Uploaded files: where they lie and how they are read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from fourleaf.engine.files import ReadRules, TimeRules
from fourleaf.kernel import clock
from fourleaf.listening.models import MentionImport

__all__ = ["file_of", "pieces_of", "read_rules"]

_PIECE = 1 << 20


def file_of(upload: MentionImport) -> Path:
    """Where the uploaded file lies."""
    return Path(settings.MEDIA_ROOT) / upload.path


def pieces_of(path: Path) -> Iterator[bytes]:
    """A file on this machine, piece by piece."""
    with path.open("rb") as handle:
        while piece := handle.read(_PIECE):
            yield piece


def read_rules(upload: MentionImport) -> ReadRules:
    """How this file is read."""
    times = TimeRules(zone=upload.zone, day_first=upload.day_first, latest=clock.now() + timedelta(days=1))
    return ReadRules(times=times, require_created_at=True, platform=upload.platform or "file")
