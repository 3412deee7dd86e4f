"""The index of near-duplicates between imports: one file below the mention store's folder.

The file says, for each import that is not finished, up to which row of its file the index knows the posts. After a kill
the posts behind that are given to the index again, so that cluster numbers come out as if nothing had happened. The
index holds hashes only; no text can be read from it.
"""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

from django.conf import settings

from fourleaf.engine.listening.duplicates import ClusterIndex, ClusterIndexError

__all__ = ["load", "save"]

_log = logging.getLogger(__name__)


def _file() -> Path:
    return Path(settings.LAKE_DIR) / "clusters.index"


def load() -> tuple[ClusterIndex, dict[int, int]]:
    """The index, and for each unfinished import the row up to which it is known."""
    try:
        raw = _file().read_bytes()
        head, _, body = raw.partition(b"\n")
        known = {int(number): int(row) for number, row in json.loads(head)["imports"].items()}
        return ClusterIndex.from_bytes(body), known
    except FileNotFoundError:
        return ClusterIndex(), {}
    except (OSError, ValueError, KeyError, TypeError, ClusterIndexError):
        # Near-duplicates across this point get separate numbers; nothing is lost.
        _log.exception("the index of near-duplicates cannot be read; a new one is begun")
        return ClusterIndex(), {}


def save(index: ClusterIndex, known: dict[int, int]) -> None:
    """Keep the index; the old file is replaced only once the new one is whole."""
    target = _file()
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(f".{os.getpid()}")
    try:
        with draft.open("wb") as handle:
            handle.write(json.dumps({"imports": known}).encode() + b"\n")
            handle.write(index.to_bytes())
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)
