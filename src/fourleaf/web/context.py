"""What every page's frame needs."""

from __future__ import annotations

from django.http import HttpRequest

__all__ = ["frame"]


def frame(request: HttpRequest) -> dict[str, object]:
    """Context of the page frame."""
    return {"actor": getattr(request, "actor", None)}
