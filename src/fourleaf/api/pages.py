"""Cursor pages: stable while rows come and go, and as fast on the last page as on the first."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from ninja import Field, Schema

from fourleaf.kernel.errors import InvalidError

__all__ = ["Page", "cursor_page", "decode_cursor", "encode_cursor"]

T = TypeVar("T")
M = TypeVar("M", bound=Model)


class Page(Schema, Generic[T]):
    """A page of items. Ask for the next with ``cursor=<next>``; ``next`` is null on the last one."""

    items: list[T]
    next: str | None = Field(None, description="Send this back as `cursor` to get the next page.")


def encode_cursor(values: list[Any]) -> str:
    """An opaque text for a place in the order."""
    return base64.urlsafe_b64encode(json.dumps(values, default=str).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, length: int) -> list[Any]:
    """The values in it; `InvalidError` for anything that `encode_cursor` did not make."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, UnicodeDecodeError, RecursionError):
        values = None
    if (
        not isinstance(values, list)
        or len(values) != length
        or not all(isinstance(v, str | int | float) and not isinstance(v, bool) for v in values)
    ):
        raise InvalidError(fields={"cursor": ["This is not a cursor. Send the `next` of the page before, unchanged."]})
    return values


def cursor_page(
    rows: QuerySet[M], *, order: tuple[str, ...], cursor: str | None, limit: int, show: Callable[[M], T]
) -> Page[T]:
    """One page of a query set by the values of ``order``.

    The fields of ``order`` must make the order total and must not be null; a leading "-" turns a field round.
    """
    names = [name.removeprefix("-") for name in order]
    if cursor:
        values = decode_cursor(cursor, len(names))
        after = Q()
        for depth in range(len(names)):
            same = {names[i]: values[i] for i in range(depth)}
            step = "lt" if order[depth].startswith("-") else "gt"
            after |= Q(**same, **{f"{names[depth]}__{step}": values[depth]})
        try:
            rows = rows.filter(after)
        except (ValueError, TypeError) as error:
            raise InvalidError(fields={"cursor": ["This cursor belongs to another list."]}) from error
    found = list(rows.order_by(*order)[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    last = [getattr(found[-1], name) for name in names] if more else None
    return Page[T](items=[show(row) for row in found], next=encode_cursor(last) if last else None)
