"""The mention store: posts and matches on disk or object storage, each stored once, erasable, countable by day.

Start with `Lake`. Reading goes through `Lake.snapshot()`. Names are loaded when they are first used, since the Delta
library and DuckDB take a noticeable part of a second that a web process should not spend at its start.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from fourleaf.engine.lake.errors import (
        LakeBusyError,
        LakeError,
        LakeInputError,
        LakeSnapshotGoneError,
        LakeVersionError,
    )
    from fourleaf.engine.lake.shapes import CORRECTION_SCHEMA, DAILY_SCHEMA
    from fourleaf.engine.lake.snapshot import Snapshot
    from fourleaf.engine.lake.store import AppendResult, Lake, MatchResult
    from fourleaf.engine.lake.upkeep import CompactResult, EraseResult

__all__ = [
    "CORRECTION_SCHEMA",
    "DAILY_SCHEMA",
    "AppendResult",
    "CompactResult",
    "EraseResult",
    "Lake",
    "LakeBusyError",
    "LakeError",
    "LakeInputError",
    "LakeSnapshotGoneError",
    "LakeVersionError",
    "MatchResult",
    "Snapshot",
]

_HOMES: Final = {
    "CORRECTION_SCHEMA": "shapes",
    "DAILY_SCHEMA": "shapes",
    "AppendResult": "store",
    "CompactResult": "upkeep",
    "EraseResult": "upkeep",
    "Lake": "store",
    "LakeBusyError": "errors",
    "LakeError": "errors",
    "LakeInputError": "errors",
    "LakeSnapshotGoneError": "errors",
    "LakeVersionError": "errors",
    "MatchResult": "store",
    "Snapshot": "snapshot",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
