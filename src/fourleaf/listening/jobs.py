"""Background work of listening."""

from __future__ import annotations

__all__: list[str] = []
