"""Belts, modules and coverage over the API."""

from __future__ import annotations

from ninja import Router

__all__ = ["router"]

router = Router(tags=["training"])
