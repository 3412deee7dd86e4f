"""Columns that the lists of governance share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from fourleaf.web.kit.tables import Column

__all__ = ["opening"]


def opening(
    key: str,
    label: str,
    address: str,
    *,
    side: bool = True,
    value: str | Callable[[Any], Any] = "",
    export: Callable[[Any], object] | None = None,
) -> Column:
    """The main column: what a row is called, as the link to its page at ``address``, a name of the urls."""
    return Column(
        key,
        label,
        kind="link",
        sort=key,
        href=lambda one: reverse(address, args=[one.pk]),
        main=True,
        side=side,
        value=value,
        export=export,
    )
