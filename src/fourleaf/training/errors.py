"""Errors of training that others may meet."""

from __future__ import annotations

from fourleaf.kernel.errors import DomainError

__all__ = ["CooldownError", "CurriculumError"]


class CooldownError(DomainError):
    """Too many tries at a quiz in a short time; the message says when the next is possible."""


class CurriculumError(DomainError):
    """A curriculum file that cannot be read. ``faults`` are (file, line, field, sentence); line 0: the whole file."""

    def __init__(self, faults: list[tuple[str, int, str, str]]) -> None:
        self.faults = faults
        super().__init__(" ".join(f"{file}, line {line}: {sentence}" for file, line, _, sentence in faults[:5]))
