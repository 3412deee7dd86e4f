"""The mention store: posts and matches on disk or object storage, each stored once, erasable, countable by day.

Start with `Lake`. Reading goes through `Lake.snapshot()`.
"""

from __future__ import annotations

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
