"""Optimistic locking: a change is saved only on top of the version that its author saw."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fourleaf.kernel.errors import ConflictError

__all__ = ["save_at_version"]


def save_at_version(thing: Any, fields: Iterable[str], *, version: int | None) -> None:
    """Write ``fields`` of a model instance that has a ``version``; raises `ConflictError` if it moved on.

    ``version`` is what the author saw; None means whatever was read a moment ago.
    """
    expected = thing.version if version is None else version
    values = {name: getattr(thing, name) for name in fields}
    rows = type(thing)._default_manager.filter(pk=thing.pk, version=expected)
    if not rows.update(**values, version=expected + 1):
        raise ConflictError(
            f"Somebody else changed “{thing}” while you were working on it. "
            "Load it again to see what is there now, then make your change once more."
        )
    thing.version = expected + 1
