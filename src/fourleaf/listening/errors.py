"""What can go wrong in listening. Messages are sentences that may be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fourleaf.kernel.errors import DomainError, InvalidError

__all__ = ["BadFileError", "QueryTextError", "StoreFullError"]


class QueryTextError(InvalidError):
    """A query text that cannot be understood.

    ``faults`` are (position, length, message, suggestion) in characters of the text, for marking the place; the
    sentences are also in ``fields["text"]``.
    """

    def __init__(self, faults: Sequence[tuple[int, int, str, str]], *, fields: Mapping[str, Sequence[str]]) -> None:
        super().__init__(fields=fields)
        self.faults = list(faults)


class BadFileError(InvalidError):
    """A file that cannot be read as posts."""


class StoreFullError(DomainError):
    """The disk of the mention store is full; what was stored stays, and the import can be continued."""
