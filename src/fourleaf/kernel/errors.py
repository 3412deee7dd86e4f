"""Exceptions of the kernel. Their messages are sentences that may be shown to the person who asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = [
    "ConflictError",
    "DomainError",
    "InvalidError",
    "LeaseLostError",
    "NotAllowedError",
    "NotFoundError",
    "TransitionError",
]


class DomainError(Exception):
    """Something that the product's rules do not permit. The message says what, and how to mend it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidError(DomainError):
    """Input that cannot be used. ``fields`` maps a field's name to its sentences; the key "" is the whole form."""

    def __init__(self, message: str = "", *, fields: Mapping[str, Sequence[str]] | None = None) -> None:
        self.fields: dict[str, list[str]] = {name: list(items) for name, items in (fields or {}).items()}
        if message and not self.fields:
            self.fields = {"": [message]}
        super().__init__(message or " ".join(s for items in self.fields.values() for s in items))


class NotFoundError(DomainError):
    """It does not exist, or this actor may not know that it does: the two look alike on purpose."""

    def __init__(self, message: str = "This does not exist, or you may not see it.") -> None:
        super().__init__(message)


class NotAllowedError(DomainError):
    """The actor may see the thing but not do this with it."""


class ConflictError(DomainError):
    """Somebody else changed the thing in the meantime."""


class TransitionError(DomainError):
    """The state machine has no such step from the present state."""


class LeaseLostError(Exception):
    """A job's lease ran out and another worker took it over: stop without writing anything more."""
