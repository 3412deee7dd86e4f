"""Where rows come from: a queryset, a list, or anything that can count, cut and stream.

A source never counts further than it is asked to, so a list of a million rows costs no full count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Model, QuerySet
from django.db.models.expressions import OrderBy

__all__ = ["ListSource", "Order", "QuerySource", "Source"]


@dataclass(frozen=True)
class Order:
    """One field to order by."""

    field: str
    descending: bool = False


class Source(Protocol):
    """What a table needs of its rows. Filtering and search have been applied already."""

    def count(self, limit: int) -> int:
        """The number of rows, or ``limit + 1`` where there are more than ``limit``."""
        ...

    def rows(self, order: Sequence[Order], start: int, stop: int) -> Sequence[Any]:
        """The rows from ``start`` up to ``stop`` in this order, which must be total."""
        ...

    def stream(self, order: Sequence[Order]) -> Iterator[Any]:
        """All rows, in constant memory."""
        ...

    def chosen(self, ids: Sequence[str]) -> Source:
        """Only the rows with these ids, for acts on selected rows."""
        ...


@dataclass(frozen=True)
class QuerySource:
    """Rows of a queryset; empty values come last, and the primary key makes every order total."""

    queryset: QuerySet[Any]
    chunk: int = 2000

    def count(self, limit: int) -> int:
        return self.queryset.order_by()[: limit + 1].count()

    def _ordered(self, order: Sequence[Order]) -> QuerySet[Any]:
        terms: list[OrderBy] = []
        for item in order:
            # NULLS LAST costs the index, so it is asked for only where the field can be empty.
            last = True if _nullable(self.queryset.model, item.field) else None
            terms.append(OrderBy(F(item.field), descending=item.descending, nulls_last=last))
        descending = bool(order) and order[-1].descending
        return self.queryset.order_by(*terms, OrderBy(F("pk"), descending=descending))

    def rows(self, order: Sequence[Order], start: int, stop: int) -> Sequence[Any]:
        return list(self._ordered(order)[start:stop])

    def stream(self, order: Sequence[Order]) -> Iterator[Any]:
        return self._ordered(order).iterator(chunk_size=self.chunk)

    def chosen(self, ids: Sequence[str]) -> QuerySource:
        return QuerySource(self.queryset.filter(pk__in=list(ids)), self.chunk)


def _nullable(model: type[Model], path: str) -> bool:
    """Whether the field at the end of a path like ``department__name`` can be empty, on the way or itself."""
    here: Any = model
    for part in path.split("__"):
        try:
            found = here._meta.get_field("id" if part == "pk" else part)
        except (FieldDoesNotExist, AttributeError):
            # An annotation: it may be empty.
            return part != "pk"
        if getattr(found, "null", False):
            return True
        here = getattr(found, "related_model", None)
    return False


def _value(row: Any, path: str) -> Any:
    for part in path.replace("__", ".").split("."):
        row = row.get(part) if isinstance(row, dict) else getattr(row, part, None)
        if row is None:
            return None
    return row


@dataclass(frozen=True)
class ListSource:
    """Rows that are in memory already; for short lists."""

    items: Sequence[Any]
    key: Callable[[Any], object] = id

    def count(self, limit: int) -> int:
        return min(len(self.items), limit + 1)

    def _ordered(self, order: Sequence[Order]) -> list[Any]:
        ordered = list(self.items)
        for item in reversed(order):
            filled = [row for row in ordered if _value(row, item.field) is not None]
            empty = [row for row in ordered if _value(row, item.field) is None]
            filled.sort(key=lambda row, field=item.field: _value(row, field), reverse=item.descending)  # type: ignore[misc]  # a default argument in a lambda
            ordered = filled + empty
        return ordered

    def rows(self, order: Sequence[Order], start: int, stop: int) -> Sequence[Any]:
        return self._ordered(order)[start:stop]

    def stream(self, order: Sequence[Order]) -> Iterator[Any]:
        return iter(self._ordered(order))

    def chosen(self, ids: Sequence[str]) -> ListSource:
        wanted = set(ids)
        return ListSource([row for row in self.items if str(self.key(row)) in wanted], self.key)
