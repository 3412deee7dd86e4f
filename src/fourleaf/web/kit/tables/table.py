"""A table as declared, and the same table bound to a request."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.permissions import require
from fourleaf.web.kit import numbers
from fourleaf.web.kit.export import csv_response, xlsx_response
from fourleaf.web.kit.tables.columns import Cell, Column
from fourleaf.web.kit.tables.parts import Chip, Choice, Heading, Pages, chips_of
from fourleaf.web.kit.tables.sources import ListSource, Order, QuerySource, Source
from fourleaf.web.kit.tables.views import ShownView, views_for
from fourleaf.web.navigation import carried

__all__ = ["COUNT_LIMIT", "BoundTable", "Bulk", "Empty", "Table"]

#: Rows are counted, and can be leafed through, up to here; exports and filters know no such limit.
COUNT_LIMIT = 10_000
SIZES = (25, 50, 100, 200)
#: Parameters of the table itself; a filter form must not use these names.
OWN = frozenset({"q", "sort", "page", "size", "columns", "export"})


@dataclass(frozen=True)
class Empty:
    """What a table says while there is nothing at all: what the thing is for, and one action for those who may."""

    title: str
    text: str
    icon: str = "table-cells"
    action: str = ""
    url_name: str = ""
    permission: str | None = None


@dataclass(frozen=True)
class Bulk:
    """An act on selected rows: a view that takes a POST with ``selected`` ids, see `Table.selection`."""

    label: str
    url_name: str
    icon: str = ""
    kind: str = ""
    permission: str | None = None


@dataclass(frozen=True)
class Table:
    """A list, declared once per page. See the package for an example.

    ``sort`` is the key of a column, with ``-`` for descending. ``filters`` is a plain form, read from the address;
    ``filter(rows, values)`` narrows the rows by its cleaned values, ``search(rows, text)`` by the search field; both
    get and give whatever the page passes to `bind` (a queryset, or a source of its own).
    ``row_id`` gives what a tick box sends. ``exported(actor, table, format)`` is called when somebody exports.
    """

    key: str
    name: str
    columns: tuple[Column, ...]
    one: str = "row"
    many: str = "rows"
    sort: str = ""
    size: int = 50
    filters: type[forms.Form] | None = None
    filter: Callable[[Any, Mapping[str, Any]], Any] | None = None
    search: Callable[[Any, str], Any] | None = None
    search_label: str = "Search"
    empty: Empty = field(
        default_factory=lambda: Empty("Nothing here yet", "Rows appear here as soon as there are any.")
    )
    bulk: tuple[Bulk, ...] = ()
    row_id: Callable[[Any], object] = lambda row: row.pk
    export_permission: str | None = None
    exportable: bool = True
    exported: Callable[[Actor, str, str], None] | None = None

    def __post_init__(self) -> None:
        keys = [column.key for column in self.columns]
        if len(set(keys)) != len(keys):
            raise ValueError(f"The table {self.key} has a column twice.")
        if self.filters is not None and (taken := OWN & set(self.filters.base_fields)):
            raise ValueError(f"The filters of {self.key} use names of the table itself: {', '.join(sorted(taken))}.")
        if self.sort and self.sort.lstrip("-") not in {column.key for column in self.columns if column.order}:
            raise ValueError(f"The table {self.key} cannot be sorted by {self.sort}.")

    def bind(self, request: HttpRequest, rows: Any) -> BoundTable:
        """The table for this request. ``rows`` is a queryset, a list, or a `Source`."""
        return BoundTable(self, request, rows)

    def selection(self, request: HttpRequest, rows: Any) -> Source:
        """In the view of a `Bulk` act: the selected rows, or all that match when the person chose all of them."""
        if request.POST.get("all_matching"):
            query = QueryDict(request.POST.get("query", ""))
            return BoundTable(self, request, rows, query=query).source
        return BoundTable(self, request, rows, query=QueryDict()).source.chosen(request.POST.getlist("selected"))


@dataclass(frozen=True)
class ShownRow:
    """A row as the template shows it."""

    cells: list[Cell]
    id: object
    name: str


class BoundTable:
    """A table with the rows, sort order, filters and columns that a request asks for."""

    def __init__(self, table: Table, request: HttpRequest, rows: Any, *, query: QueryDict | None = None) -> None:
        self.table = table
        self.request = request
        self._rows = rows
        self._query = request.GET if query is None else query
        self.actor: Actor = request.actor  # type: ignore[attr-defined]  # put there by ActorMiddleware
        self.id = f"table-{table.key}"
        self.zone: tzinfo = timezone.get_current_timezone()

    # --- what was asked for --------------------------------------------------------------------------------------

    @cached_property
    def text(self) -> str:
        """The words in the search field."""
        return self._query.get("q", "").strip()[:200] if self.table.search else ""

    @property
    def searchable(self) -> bool:
        """Whether there is a search field."""
        return self.table.search is not None

    @cached_property
    def form(self) -> forms.Form | None:
        """The bound filter form."""
        return self.table.filters(self._query, auto_id=f"{self.id}-%s") if self.table.filters else None

    @cached_property
    def values(self) -> dict[str, Any]:
        """The filters in use: cleaned values that are not empty. A filter that is not valid filters nothing."""
        if self.form is None:
            return {}
        self.form.is_valid()
        return {name: value for name, value in self.form.cleaned_data.items() if _filled(value)}

    @cached_property
    def columns(self) -> list[Column]:
        """The columns to show, in their declared order."""
        chosen = {key for part in self._query.getlist("columns") for key in part.split(",")}
        known = [column for column in self.table.columns if column.key in chosen or (chosen and column.main)]
        return known or [column for column in self.table.columns if column.shown]

    @cached_property
    def sort(self) -> str:
        """The key to sort by, with ``-`` for descending."""
        asked = self._query.get("sort", "")
        sortable = {column.key for column in self.table.columns if column.order}
        return asked if asked.lstrip("-") in sortable and not asked.startswith("--") else self.table.sort

    @cached_property
    def order(self) -> list[Order]:
        """The fields to order by."""
        descending, key = self.sort.startswith("-"), self.sort.lstrip("-")
        column = next((column for column in self.table.columns if column.key == key), None)
        fields = column.order if column else ()
        return [Order(name.lstrip("-"), descending != name.startswith("-")) for name in fields]

    @cached_property
    def size(self) -> int:
        """Rows on a page."""
        asked = self._query.get("size", "")
        return int(asked) if asked in {str(size) for size in SIZES} else self.table.size

    @property
    def narrowed(self) -> bool:
        """Whether filters or a search are in use."""
        return bool(self.text or self.values)

    # --- rows ----------------------------------------------------------------------------------------------------

    @cached_property
    def source(self) -> Source:
        """The rows after filters and search."""
        rows = self._rows
        if self.values and self.table.filter is not None:
            rows = self.table.filter(rows, self.values)
        if self.text and self.table.search is not None:
            rows = self.table.search(rows, self.text)
        if isinstance(rows, QuerySet):
            return QuerySource(rows)
        return ListSource(rows, self.table.row_id) if isinstance(rows, list | tuple) else rows

    @cached_property
    def count(self) -> int:
        """The number of rows, at most ``COUNT_LIMIT + 1``."""
        return self.source.count(COUNT_LIMIT)

    @property
    def counted(self) -> str:
        """``1,204 people``; ``more than 10,000 people``."""
        if self.count > COUNT_LIMIT:
            return f"more than {numbers.number(COUNT_LIMIT)} {self.table.many}"
        return numbers.count(self.count, self.table.one, self.table.many)

    @cached_property
    def pages(self) -> Pages:
        """Where in the list this page is."""
        reachable = min(self.count, COUNT_LIMIT)
        last = max(1, -(-reachable // self.size))
        asked = self._query.get("page", "")
        number = min(int(asked), last) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
        return Pages(
            number=max(1, number),
            last=last,
            size=self.size,
            count=reachable,
            previous=self.address(page=number - 1 if number > 2 else None) if number > 1 else "",
            next=self.address(page=max(1, number) + 1) if number < last else "",
            cut=self.count > COUNT_LIMIT,
        )

    @cached_property
    def rows(self) -> list[ShownRow]:
        """The rows of this page."""
        start = (self.pages.number - 1) * self.size
        shown: list[ShownRow] = []
        if self.count == 0:
            return shown
        for row in self.source.rows(self.order, start, start + self.size):
            cells = [column.cell(row) for column in self.columns]
            name = next((cell.html for cell, column in zip(cells, self.columns, strict=True) if column.main), "")
            shown.append(ShownRow(cells, self.table.row_id(row) if self.bulk else "", str(name)))
        return shown

    # --- parts for the template ----------------------------------------------------------------------------------

    def address(self, **changes: object) -> str:
        """The address of this list with some parameters changed; None takes one away."""
        query = self.canonical(**changes)
        return f"{self.request.path}?{query}" if query else self.request.path

    def canonical(self, **changes: object) -> str:
        """The query string in its shortest form; what saved views keep."""
        asked: dict[str, Any] = {}
        if self.text:
            asked["q"] = self.text
        for name in self.table.filters.base_fields if self.table.filters else ():
            given = [value for value in self._query.getlist(name) if value.strip()]
            if given:
                asked[name] = given
        if self.sort != self.table.sort:
            asked["sort"] = self.sort
        if self.size != self.table.size:
            asked["size"] = self.size
        if [column.key for column in self.columns] != [column.key for column in self.table.columns if column.shown]:
            asked["columns"] = ",".join(column.key for column in self.columns)
        asked.update(changes)
        return urlencode({name: value for name, value in asked.items() if value not in (None, "")}, doseq=True)

    @cached_property
    def headings(self) -> list[Heading]:
        """The column heads with their sort links."""
        found: list[Heading] = []
        for column in self.columns:
            url, state = "", ""
            if column.order:
                key = self.sort.lstrip("-")
                if key == column.key:
                    state = "descending" if self.sort.startswith("-") else "ascending"
                turned = f"-{column.key}" if state == "ascending" else column.key
                url = self.address(sort=turned if turned != self.table.sort else None, page=None)
            found.append(Heading(column, url, state, f"{self.id}-sort-{column.key}"))
        return found

    @cached_property
    def chips(self) -> list[Chip]:
        """The filters in use, each with the address without it."""
        return chips_of(self)

    @property
    def clear_url(self) -> str:
        """The address without filters and search."""
        names = list(self.table.filters.base_fields) if self.table.filters else []
        return self.address(q=None, page=None, **dict.fromkeys(names))

    @property
    def sizes(self) -> list[Choice]:
        """The page sizes to choose from."""
        return [
            Choice(
                str(size), self.address(size=size if size != self.table.size else None, page=None), size == self.size
            )
            for size in SIZES
        ]

    @property
    def column_choices(self) -> list[Choice]:
        """The columns that can be shown or left out."""
        shown = {column.key for column in self.columns}
        return [Choice(column.label, column.key, column.key in shown, column.main) for column in self.table.columns]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Parameters to carry along when columns are chosen."""
        return [(name, value) for name, value in self.kept_all if name != "columns"]

    @property
    def kept_display(self) -> list[tuple[str, str]]:
        """Parameters to carry along when filters change: order, size and columns."""
        return [(name, value) for name, value in self.kept_all if name in ("sort", "size", "columns")]

    @property
    def kept_all(self) -> list[tuple[str, str]]:
        """All parameters of the address in its shortest form."""
        return [(name, value) for name, values in QueryDict(self.canonical()).lists() for value in values]

    @cached_property
    def views(self) -> list[ShownView]:
        """Saved views: one's own and shared ones; one query, asked only when the template shows them."""
        return views_for(self.actor, self.table.key, self.request.path, self.canonical())

    @property
    def has_own_views(self) -> bool:
        """Whether the actor has views to rename, share or delete."""
        return any(view.mine for view in self.views)

    @property
    def csv_url(self) -> str:
        """The address of this list as CSV."""
        return self.address(export="csv")

    @property
    def xlsx_url(self) -> str:
        """The address of this list as a workbook."""
        return self.address(export="xlsx")

    @cached_property
    def bulk(self) -> list[tuple[Bulk, str]]:
        """The acts on selected rows that this actor may do."""
        return [(act, reverse(act.url_name)) for act in self.table.bulk if carried(self.actor, act.permission)]

    @property
    def empty_action(self) -> str:
        """The address of the empty state's action, for those who may."""
        empty = self.table.empty
        return reverse(empty.url_name) if empty.url_name and carried(self.actor, empty.permission) else ""

    @property
    def may_export(self) -> bool:
        """Whether this actor may take the list away as a file."""
        return self.table.exportable and carried(self.actor, self.table.export_permission)

    # --- answers -------------------------------------------------------------------------------------------------

    def export(self) -> HttpResponseBase | None:
        """The file, if one was asked for (``?export=csv`` or ``xlsx``): all rows of these filters, in this order."""
        kind = self.request.GET.get("export", "")
        if kind not in ("csv", "xlsx") or not self.table.exportable:
            return None
        if self.table.export_permission:
            require(self.actor, self.table.export_permission)
        if self.table.exported is not None:
            self.table.exported(self.actor, self.table.key, kind)
        columns = self.columns
        labels = [column.label for column in columns]
        rows: Iterator[list[object]] = (
            [column.exported(row) for column in columns] for row in self.source.stream(self.order)
        )
        make = csv_response if kind == "csv" else xlsx_response
        return make(self.table.name, labels, rows, self.zone)

    def respond(self, template: str, context: Mapping[str, Any] | None = None) -> HttpResponseBase:
        """The page; the list alone when htmx asks for it; a file when one is exported. The context gets ``table``."""
        if (file := self.export()) is not None:
            return file
        if self.request.headers.get("HX-Target") == self.id:
            response = render(self.request, "web/kit/table.html", {"table": self})
            response["HX-Push-Url"] = self.address(page=self.pages.number if self.pages.number > 1 else None)
            return response
        return render(self.request, template, {**(context or {}), "table": self})


def _filled(value: Any) -> bool:
    if value is None or value is False or value == "":
        return False
    return not (isinstance(value, list | tuple | set | QuerySet) and not value)
