"""Errors of assessment that others may meet."""

from __future__ import annotations

from fourleaf.kernel.errors import DomainError

__all__ = ["LinkError"]


class LinkError(DomainError):
    """A survey link that leads nowhere (any more). ``kind``: "unknown", "used", "ended" or "left"."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
