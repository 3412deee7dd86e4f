"""Where a store lives: a folder or an object store, its tables' addresses, and the lock that makes writers take turns.

On a local root, writers of any process exclude each other by an advisory lock on one file (fcntl). The kernel frees
the lock when a writer dies. Object stores have no such lock: there the caller must see to it that one writer at a
time is at work (the product does so by a lease in its database); Delta's own commit protocol still refuses to
commit the same batch twice.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pyarrow import fs

from fourleaf.engine.lake.errors import LakeBusyError, explained

__all__ = ["ERASING", "Location"]

#: The mark of an erasure that has begun and not finished.
ERASING = "erasing.mark"


class Location:
    """The root of a store: `root` is a path, a file:// URI, or a URI that delta-rs knows (s3://, gs://, az://)."""

    def __init__(self, root: str | Path, storage_options: Mapping[str, str] | None = None) -> None:
        self.storage_options = dict(storage_options or {})
        parts = urlsplit(str(root))
        if isinstance(root, str) and "://" in root and parts.scheme != "file":
            self.folder: Path | None = None
            self.root = root.rstrip("/")
        else:
            path = unquote(parts.path) if str(root).startswith("file://") else str(root)
            self.folder = Path(path).absolute()
            self.root = str(self.folder)

    def __str__(self) -> str:
        return self.root

    def table_uri(self, name: str) -> str:
        """The address of a table, as delta-rs wants it."""
        return f"{self.root}/{name}"

    def filesystem(self, name: str) -> fs.FileSystem:
        """An Arrow file system whose root is the table's folder."""
        if self.folder is not None:
            return fs.SubTreeFileSystem(str(self.folder / name), fs.LocalFileSystem())
        from deltalake.fs import DeltaStorageHandler

        return fs.PyFileSystem(DeltaStorageHandler(self.table_uri(name), self.storage_options))

    def mark(self, name: str) -> None:
        """Leave a mark that survives a crash. Local roots only; on object storage the caller repeats the work."""
        if self.folder is not None:
            (self.folder / name).touch()

    def marked(self, name: str) -> bool:
        return self.folder is not None and (self.folder / name).exists()

    def unmark(self, name: str) -> None:
        if self.folder is not None:
            (self.folder / name).unlink(missing_ok=True)

    @contextlib.contextmanager
    def lock(self, *, wait: float = 120.0) -> Iterator[None]:
        """Hold the writers' lock; LakeBusyError after `wait` seconds. Not re-entrant. No-op on object storage."""
        if self.folder is None:
            yield
            return
        with explained("open the store for writing", self.root):
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.folder / "writer.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            deadline = time.monotonic() + wait
            pause = 0.001
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise LakeBusyError(
                            f"Another writer has been working on {self.root} for more than {wait:g} seconds. "
                            "Try again when it has finished."
                        ) from None
                    time.sleep(pause)
                    pause = min(pause * 1.5, 0.05)
            yield
        finally:
            os.close(handle)
