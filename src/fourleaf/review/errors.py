"""What review refuses, with sentences."""

from __future__ import annotations

from fourleaf.kernel.errors import ConflictError, InvalidError

__all__ = ["LinkError", "LostRaceError", "RefusedError", "StaleError"]


class RefusedError(InvalidError):
    """Somebody or something does not meet what is asked; ``reasons`` say what is missing and where to get it."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(fields={"": list(reasons)})
        self.reasons = reasons


class LostRaceError(ConflictError):
    """Somebody else changed the item between reading and writing; the work is done again on what is there now."""

    def __init__(self, message: str = "Somebody else changed this at the same moment. Load it again.") -> None:
        super().__init__(message)


class StaleError(ConflictError):
    """The content changed since the reviewer saw it, or the item is no longer open."""


class LinkError(InvalidError):
    """A link that leads nowhere: ``kind`` is unknown, used, expired, revoked, changed, decided or refused."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
