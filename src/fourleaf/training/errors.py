"""Errors of training that others may meet."""

from __future__ import annotations

from fourleaf.kernel.errors import DomainError

__all__ = ["CooldownError"]


class CooldownError(DomainError):
    """Too many tries at a quiz in a short time; the message says when the next is possible."""
