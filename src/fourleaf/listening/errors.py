"""What can go wrong in listening. Messages are sentences that may be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fourleaf.engine.files import FileProblemError
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
    """A file that cannot be read as posts. ``command`` says how to mend it on the command line, where it differs."""

    command = ""

    @classmethod
    def of(cls, problem: FileProblemError, field: str = "", *, name: str = "") -> BadFileError:
        """What a reader found, beside what can be said to mend it, else beside ``field``; ``name`` is the file's."""
        start = f"{name}: {problem.message}" if name else problem.message
        place = "day_first" if problem.field == "day_first" and field == "mapping" else field
        error = cls(fields={place: [f"{start} {problem.hint}".strip()]})
        error.command = f"{start} {problem.command}" if problem.command else ""
        return error


class StoreFullError(DomainError):
    """The disk of the mention store is full; what was stored stays, and the import can be continued."""
