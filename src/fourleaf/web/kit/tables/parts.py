"""Small values that the table's template shows: heads, chips, pages, choices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Model, QuerySet

from fourleaf.web.kit import times
from fourleaf.web.kit.tables.columns import Column

if TYPE_CHECKING:
    from fourleaf.web.kit.tables.table import BoundTable

__all__ = ["Chip", "Choice", "Heading", "Pages", "chips_of"]


@dataclass(frozen=True)
class Heading:
    """A column's head; ``state`` is the value of aria-sort."""

    column: Column
    url: str
    state: str
    id: str


@dataclass(frozen=True)
class Chip:
    """A filter in use."""

    label: str
    value: str
    url: str


@dataclass(frozen=True)
class Choice:
    """Something to choose: its label, its value or address, whether it is chosen, whether it must stay so."""

    label: str
    value: str
    chosen: bool
    fixed: bool = False


@dataclass(frozen=True)
class Pages:
    """Where in the list a page is."""

    number: int
    last: int
    size: int
    count: int
    previous: str
    next: str
    cut: bool

    @property
    def first_row(self) -> int:
        """The number of the first row on the page."""
        return (self.number - 1) * self.size + 1 if self.count else 0

    @property
    def last_row(self) -> int:
        """The number of the last row on the page."""
        return min(self.number * self.size, self.count)


def _said(field: forms.Field, value: Any) -> str:
    """A filter's value in words."""
    if value is True:
        return "yes"
    choices = getattr(field, "choices", None)
    if isinstance(value, Model):
        return str(value)
    if isinstance(value, QuerySet | list | tuple | set):
        return ", ".join(_said(field, item) for item in value)
    if choices is not None and not isinstance(field, forms.ModelChoiceField):
        for code, label in _flat(choices):
            if str(code) == str(value):
                return str(label)
    if isinstance(value, date):
        return times.day(value)
    return str(value)


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    flat: list[tuple[Any, Any]] = []
    for code, label in choices:
        if isinstance(label, list | tuple):
            flat.extend(label)
        else:
            flat.append((code, label))
    return flat


def chips_of(table: BoundTable) -> list[Chip]:
    """One chip for the search and one for each filter in use."""
    chips: list[Chip] = []
    if table.text:
        chips.append(Chip("Search", table.text, table.address(q=None, page=None)))
    if table.form is not None:
        for name, value in table.values.items():
            field = table.form.fields[name]
            label = table.form[name].label
            chips.append(Chip(str(label), _said(field, value), table.address(**{name: None, "page": None})))
    return chips
