"""Posts out of files: CSV and its relatives, JSON lines, JSON arrays, Parquet, also packed with gzip or zip.

`sniff(path)` tells what a file is, `read_posts(path)` gives its posts in batches with bounded memory. What is wrong
with a file is a `FileProblemError`, what is wrong with a row a `RowError`. `export.safe_cell` makes cells of exported
tables harmless.
"""

from __future__ import annotations

from fourleaf.engine.files.errors import FileProblemError, RowError, RowErrors
from fourleaf.engine.files.limits import Limits
from fourleaf.engine.files.posts import PostBatch, ReadRules, read_posts
from fourleaf.engine.files.sniff import FileFacts, sniff
from fourleaf.engine.files.times import TimeRules

__all__ = [
    "FileFacts",
    "FileProblemError",
    "Limits",
    "PostBatch",
    "ReadRules",
    "RowError",
    "RowErrors",
    "TimeRules",
    "read_posts",
    "sniff",
]
