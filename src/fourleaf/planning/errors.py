"""What can go wrong in planning. Messages are sentences that may be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fourleaf.kernel.errors import ConflictError, DomainError, InvalidError

__all__ = ["ArchivedError", "GateError", "InUseError", "LockedError", "PlanContentError"]


class ArchivedError(ConflictError):
    """A plan that lies in the archive and cannot be changed there."""

    def __init__(self, plan: str) -> None:
        super().__init__(f"“{plan}” is archived. Take it out of the archive before you change it.")


class PlanContentError(InvalidError):
    """Content that the plan model refuses.

    ``fields`` maps the name of the object's field ("" for the object as a whole) to its sentences; ``problems`` are
    pairs (address, sentence) for lists.
    """

    def __init__(self, problems: Sequence[tuple[str, str]], *, fields: Mapping[str, Sequence[str]]) -> None:
        super().__init__(fields=fields)
        self.problems = list(problems)


class InUseError(DomainError):
    """An object that others refer to. ``users`` are the addresses of the fields that name it."""

    def __init__(self, message: str, users: Sequence[str]) -> None:
        super().__init__(message)
        self.users = list(users)


class GateError(DomainError):
    """A step that something else must come before. ``missing`` are sentences on what that is."""

    def __init__(self, message: str, missing: Sequence[str]) -> None:
        super().__init__(" ".join([message, *missing]))
        self.missing = list(missing)


class LockedError(DomainError):
    """A field that was locked when the pilot was approved."""
