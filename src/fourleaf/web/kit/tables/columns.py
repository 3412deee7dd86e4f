"""Columns: how a value is found in a row, shown, sorted and exported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from fourleaf.web.kit import numbers, times
from fourleaf.web.kit.icons import STATE_ICONS, icon

__all__ = ["Cell", "Column", "Kind", "State", "state_html"]

Kind = Literal["text", "number", "share", "date", "time", "state", "link", "person", "custom"]
Row = Any


@dataclass(frozen=True)
class State:
    """How one value of a state column is shown: good, attention, blocking, information or neutral, and its word."""

    kind: str
    label: str
    icon: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell as the template shows it."""

    html: SafeString
    css: str
    label: str
    main: bool


def state_html(state: State) -> SafeString:
    """A state as colour, icon and word."""
    drawn = icon(state.icon or STATE_ICONS.get(state.kind, "minus-circle"), 16)
    return format_html('<span class="state {}">{}{}</span>', state.kind, drawn, state.label)


@dataclass(frozen=True)
class Column:
    """One column.

    ``value`` is a path ("department.name") or a function of the row; by default the attribute or key ``key``.
    ``sort`` is the field, or the fields, to order by; "" means that the column cannot be sorted.
    ``shown`` says whether it is there before somebody chooses columns; ``priority`` 3 leaves it out on phones.
    ``main`` marks the column that names the row: a row heading, and the title of the card on phones.
    ``href`` gives the address of a link or person cell. ``side`` opens it in the side panel.
    ``show`` makes the HTML of a ``custom`` column, with ``format_html``; ``export`` gives the exported value.
    """

    key: str
    label: str
    kind: Kind = "text"
    value: str | Callable[[Row], Any] = ""
    sort: str | tuple[str, ...] = ""
    shown: bool = True
    priority: Literal[1, 2, 3] = 2
    main: bool = False
    help: str = ""
    href: Callable[[Row], str] | None = None
    side: bool = False
    states: Mapping[Any, State] = field(default_factory=dict)
    show: Callable[[Row], SafeString] | None = None
    export: Callable[[Row], object] | None = None

    @property
    def numeric(self) -> bool:
        """Whether the cells are right-aligned figures."""
        return self.kind in ("number", "share")

    @property
    def order(self) -> tuple[str, ...]:
        """The fields to order by."""
        return (self.sort,) if isinstance(self.sort, str) and self.sort else tuple(self.sort)

    def raw(self, row: Row) -> Any:
        """The value in this row; a path ends in None where a link is missing."""
        if callable(self.value):
            return self.value(row)
        found = row
        for part in (self.value or self.key).split("."):
            found = found.get(part) if isinstance(found, Mapping) else getattr(found, part)
            if found is None:
                return None
        return found() if callable(found) else found

    def exported(self, row: Row) -> object:
        """The value for a file: plain text, number, date or time."""
        if self.export is not None:
            return self.export(row)
        value = self.raw(row) if self.show is None or self.value else getattr(row, self.key, "")
        if self.kind == "state":
            state = self.states.get(value)
            return state.label if state else value
        if isinstance(value, numbers.Share):
            return None if value.too_few else value.value
        if value is None or isinstance(value, int | float | datetime | date):
            return value
        return str(value)

    def cell(self, row: Row) -> Cell:
        """The cell of this row."""
        html = self._html(row)
        kind = "state-cell" if self.kind == "state" else self.kind
        css = f"{kind} p{self.priority}"
        if self.main:
            css += " main"
        if not html:
            css += " none"
        return Cell(html, css, self.label, self.main)

    def _html(self, row: Row) -> SafeString:
        if self.show is not None:
            return conditional_escape(self.show(row))
        value = self.raw(row)
        if value is None or value == "":
            return SafeString("")
        if self.kind == "number":
            return SafeString(numbers.number(value))
        if self.kind == "share":
            return (
                numbers.share_html(value, base=False)
                if isinstance(value, numbers.Share)
                else SafeString(numbers.percent(value))
            )
        if self.kind in ("date", "time"):
            # A list has many times: the exact one is shown on hover and said to screen readers, with no tab stop.
            return times.moment_html(value, focusable=False)
        if self.kind == "state":
            return state_html(self.states.get(value) or State("neutral", str(value)))
        if self.href is not None and (address := self.href(row)):
            css = "row-link" if self.main else ""
            side = SafeString(" data-side") if self.side else ""
            return format_html('<a class="{}" href="{}"{}>{}</a>', css, address, side, value)
        return conditional_escape(str(value))
