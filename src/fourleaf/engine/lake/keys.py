"""The index of what is stored: 128-bit keys in sorted runs, so that no row is ever stored twice.

Why a side index: to find out whether 10,000 ids are new, a semi-join has to read every stored id (1.2 s at ten
million rows), since the same id may come again with another time and so cannot be narrowed to a month. Sorted runs
answer by binary search in 18 ms (benchmarks/lake.py). A key is a 128-bit hash: 16 bytes, and a mention has two (of its
id, and of its platform and the id there; see `identity`). At ten million rows the chance of any two sharing a key is
about 10^-25, so a hit needs no second look.

The index holds nothing that the table does not: it can be deleted at any time and is built again from the table.
Its manifest names the table version that it covers. A writer that dies after its commit leaves the manifest behind
the table; whoever writes next sees that and adds what is missing. Runs carry a checksum, so that a torn file after a
power cut reads as "rebuild", never as "not stored".
"""

from __future__ import annotations

import json
import os
import uuid
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from fourleaf.engine.lake.hashing import hash128

__all__ = ["KeyIndex", "Keys", "empty_keys", "keys_of", "repeated"]

#: Shape (2, n): row 0 the low halves, row 1 the high halves.
Keys = np.ndarray[Any, np.dtype[np.uint64]]

#: Also names the hash function, and what the keys are of: since 2 a mention has a second key, see `identity`.
_FORMAT: Final = 2


def empty_keys() -> Keys:
    """No keys at all."""
    return np.empty((2, 0), dtype=np.uint64)


def keys_of(ids: pa.Array[Any] | pa.ChunkedArray[Any], *, salt: str = "") -> Keys:
    """128-bit keys of strings, shape (2, n), in the order of `ids`; `salt` sets apart keys of different queries."""
    low, high = hash128(pa.array([salt]))[:, 0] if salt else (0, 0)
    return hash128(ids, (int(low), int(high)))


def _checksum(run: Keys) -> int:
    return zlib.crc32(np.ascontiguousarray(run).data)


def _mapped(path: Path) -> Keys:
    """A run on disk; ValueError when its length cannot be that of a run."""
    return np.memmap(path, dtype=np.uint64, mode="r").reshape(2, -1)


def _sorted(keys: Keys) -> Keys:
    return np.ascontiguousarray(keys[:, np.argsort(keys[0], kind="stable")])


def repeated(keys: Keys) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """True where the same key occurred earlier in the batch; the first occurrence is kept."""
    order = np.lexsort((keys[0], keys[1]))
    ranked = keys[:, order]
    again = np.zeros(keys.shape[1], dtype=np.bool_)
    if keys.shape[1] > 1:
        again[order[1:]] = (ranked[:, 1:] == ranked[:, :-1]).all(axis=0)
    return again


def _contains(run: Keys, wanted: Keys) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which of `wanted` are in the sorted `run`."""
    lows, highs = run[0], run[1]
    found = np.zeros(wanted.shape[1], dtype=np.bool_)
    at = np.searchsorted(lows, wanted[0], side="left")
    open_ = np.arange(wanted.shape[1])
    while len(open_):  # more than one turn only where two ids share the low half
        position = at[open_]
        inside = position < len(lows)
        open_, position = open_[inside], position[inside]
        same = lows[position] == wanted[0, open_]
        open_, position = open_[same], position[same]
        hit = highs[position] == wanted[1, open_]
        found[open_[hit]] = True
        open_ = open_[~hit]
        at[open_] += 1
    return found


class KeyIndex:
    """Sorted runs of keys under one folder, or in memory when `folder` is None.

    The caller holds the store's lock around every method. `epochs` lets a query start afresh without rewriting
    runs: its keys are salted with its epoch, and a new epoch makes all earlier keys unreachable.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.table_id: str | None = None
        self.version = -1
        self.epochs: dict[str, int] = {}
        self._runs: list[tuple[str, int]] = []
        self._loaded: dict[str, Keys] = {}

    # --- reading ------------------------------------------------------------------------------------------

    def load(self) -> bool:
        """Read the manifest; False when there is none or it cannot be trusted (then rebuild)."""
        if self.folder is None:
            return self.table_id is not None
        try:
            manifest = json.loads((self.folder / "manifest.json").read_bytes())
            if manifest["format"] != _FORMAT:
                return False
            runs = [(str(name), int(checksum)) for name, checksum in manifest["runs"]]
            loaded = {name: self._loaded.get(name) for name, _ in runs}
            for name, checksum in runs:
                if loaded[name] is None:
                    run = _mapped(self.folder / name)
                    if _checksum(run) != checksum:
                        return False
                    loaded[name] = run
            self.table_id, self.version = str(manifest["table"]), int(manifest["version"])
            self.epochs = {str(k): int(v) for k, v in manifest["epochs"].items()}
        except (OSError, ValueError, KeyError, TypeError, EOFError):
            return False
        self._runs = runs
        self._loaded = {name: run for name, run in loaded.items() if run is not None}
        return True

    def __len__(self) -> int:
        return sum(run.shape[1] for run in self._loaded.values())

    def contains(self, keys: Keys) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which of the keys are stored; shape (n,)."""
        found = np.zeros(keys.shape[1], dtype=np.bool_)
        order = np.argsort(keys[0])  # neighbours in a run are read one after the other
        for name, _ in self._runs:
            missing = order[~found[order]]
            if not len(missing):
                break
            found[missing] = _contains(self._loaded[name], keys[:, missing])
        return found

    def everything(self) -> Keys:
        """All keys, in no promised order."""
        return np.hstack([self._loaded[name] for name, _ in self._runs]) if self._runs else empty_keys()

    # --- writing ------------------------------------------------------------------------------------------

    def add(self, keys: Keys, *, version: int) -> None:
        """Add keys and say that the index now covers `version`. Small runs are merged so that few remain."""
        runs = list(self._runs)
        new = _sorted(keys)
        while runs and self._loaded[runs[-1][0]].shape[1] <= 2 * new.shape[1]:
            name, _ = runs.pop()
            new = _sorted(np.hstack([self._loaded[name], new]))
        if new.shape[1]:
            runs.append(self._write_run(new))
        self._save(runs, version=version)

    def remove(self, keys: Keys, *, version: int) -> None:
        """Forget keys for good: every run that holds one is written again without it."""
        gone = _sorted(keys)
        runs: list[tuple[str, int]] = []
        for name, checksum in self._runs:
            run = self._loaded[name]
            hit = _contains(gone, run)
            if not hit.any():
                runs.append((name, checksum))
            elif not hit.all():
                runs.append(self._write_run(np.ascontiguousarray(run[:, ~hit])))
        self._save(runs, version=version)

    def start(self, table_id: str, keys: Iterable[Keys], *, version: int, epochs: dict[str, int] | None = None) -> None:
        """Begin again from the table's keys."""
        parts = list(keys)
        everything = _sorted(np.hstack(parts)) if parts else empty_keys()
        self.table_id = table_id
        self.epochs = dict(epochs or {})
        self._save([self._write_run(everything)] if everything.shape[1] else [], version=version)

    def covers(self, version: int) -> None:
        """Say that the index covers `version`, whose commit brought no new key (a compaction, a vacuum)."""
        self._save(list(self._runs), version=version)

    def distrust(self) -> None:
        """Drop the manifest before a change that a crash could leave half done; the next writer rebuilds."""
        if self.folder is not None:
            (self.folder / "manifest.json").unlink(missing_ok=True)
        self.table_id = None

    def _write_run(self, run: Keys) -> tuple[str, int]:
        name = f"run-{uuid.uuid4().hex}.keys"
        checksum = _checksum(run)
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            with (self.folder / name).open("wb") as file:  # numpy's own writer is silent about a full disk
                file.write(run.data)
            run = _mapped(self.folder / name)
        self._loaded[name] = run
        return name, checksum

    def _save(self, runs: list[tuple[str, int]], *, version: int) -> None:
        self.version, self._runs = version, runs
        kept = {name for name, _ in runs}
        self._loaded = {name: run for name, run in self._loaded.items() if name in kept}
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        manifest = {"format": _FORMAT, "table": self.table_id, "version": version, "epochs": self.epochs, "runs": runs}
        temporary = self.folder / f"manifest-{uuid.uuid4().hex}.tmp"
        temporary.write_text(json.dumps(manifest), encoding="utf-8")
        os.replace(temporary, self.folder / "manifest.json")
        for leftover in self.folder.iterdir():  # runs that were merged away, and what a killed writer left
            if leftover.name != "manifest.json" and leftover.name not in kept:
                leftover.unlink(missing_ok=True)
