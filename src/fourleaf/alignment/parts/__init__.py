"""What lower contexts add to the snapshot, a module for each. Importing them registers them, in this order."""

from __future__ import annotations

from fourleaf.alignment.parts import assessment, governance, review, training

__all__ = ["assessment", "governance", "review", "training"]
