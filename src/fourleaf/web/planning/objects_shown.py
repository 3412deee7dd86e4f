"""Objects as they are read: values in words, with links to what they refer to, and their rows in lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django import forms
from django.urls import NoReverseMatch, reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from fourleaf.engine.alignment.loading.shapes import FieldShape, shape_of
from fourleaf.engine.alignment.plan import Part
from fourleaf.planning.models import PlanObject
from fourleaf.planning.sections import fields_of_section, section_named
from fourleaf.web.kit import numbers, times
from fourleaf.web.kit.tables import Column, Empty, State, Table
from fourleaf.web.planning.objects_fields import is_share
from fourleaf.web.planning.objects_names import Names, title_of
from fourleaf.web.planning.objects_words import choice_label, field_label, shown

__all__ = ["Fact", "Line", "address_of", "decimal", "facts_of", "lines_of", "plain_value", "table_for", "value_html"]

_STATES = {
    "planned": State("neutral", "Planned", "clock"),
    "live": State("good", "Live", "check-circle"),
    "paused": State("attention", "Paused", "pause-circle"),
    "ended": State("neutral", "Ended"),
    "closed": State("neutral", "Closed"),
    "in_progress": State("information", "In progress", "arrow-path"),
    "done": State("good", "Done"),
    "dropped": State("neutral", "Dropped", "x-circle"),
}


def address_of(plan_id: int, section: str, key: str) -> str:
    """The page of an object; of the roadmap and pilots their own pages, where these are there."""
    own = {"roadmap": "planning:roadmap_item", "pilots": "planning:pilot", "programmes": "planning:programme"}
    try:
        if section in own:
            return reverse(own[section], args=[plan_id, key])
    except NoReverseMatch:
        pass
    if not key:
        return reverse("planning:section", args=[plan_id, section])
    return reverse("planning:object", args=[plan_id, section, key])


@dataclass(frozen=True)
class Fact:
    """A field of an object with its value as HTML; ``help`` is the model's description."""

    name: str
    label: str
    html: SafeString
    help: str


def facts_of(section: str, data: Mapping[str, Any], names: Names, plan_id: int) -> list[Fact]:
    """The fields that have a value, what is asked first coming first."""
    where = section_named(section)
    fields = fields_of_section(where).fields
    order = [*shown(section).first, *(name for name in fields if name not in shown(section).first)]
    found = []
    for name in order:
        if name == "id" or data.get(name) in (None, "", [], ()):
            continue
        html = value_html(where.part, fields[name], data[name], names, plan_id)
        found.append(Fact(name, field_label(section, name), html, fields[name].description))
    return found


def value_html(part: type[Part], shape: FieldShape, value: Any, names: Names, plan_id: int) -> SafeString:
    """A value in words, with links."""
    if shape.part is not None:
        inner = shape.part
        rows = [_part_html(inner, row, names, plan_id) for row in (value if shape.many else [value])]
        return format_html('<ul class="plain-list">{}</ul>', format_html_join("", "<li>{}</li>", ((r,) for r in rows)))
    if shape.many:
        items = [_one(part, shape, item, names, plan_id) for item in value]
        if shape.ref is not None:
            return format_html(
                '<ul class="plain-list">{}</ul>', format_html_join("", "<li>{}</li>", ((i,) for i in items))
            )
        return format_html_join(", ", "{}", ((item,) for item in items))
    return _one(part, shape, value, names, plan_id)


def _part_html(part: type[Part], data: Mapping[str, Any], names: Names, plan_id: int) -> SafeString:
    pieces = []
    for name, shape in shape_of(part).fields.items():
        if data.get(name) in (None, "", []):
            continue
        html = value_html(part, shape, data[name], names, plan_id)
        label = field_label("", name)
        if name == "id":
            pieces.append(html)
            continue
        pieces.append(html if shape.ref is not None and not shape.many else format_html("{}: {}", label, html))
    return format_html_join("; ", "{}", ((piece,) for piece in pieces))


def _one(part: type[Part], shape: FieldShape, value: Any, names: Names, plan_id: int) -> SafeString:
    if shape.ref is not None:
        return _link(shape, str(value), names, plan_id)
    if shape.kind == "date":
        return times.moment_html(date.fromisoformat(value) if isinstance(value, str) else value, focusable=False)
    if shape.kind == "time":
        return times.moment_html(datetime.fromisoformat(value) if isinstance(value, str) else value, focusable=False)
    if shape.name == "url" and str(value).startswith(("https://", "http://")):
        return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', value, value)
    return conditional_escape(plain_value(part, shape, value, names))


def _link(shape: FieldShape, key: str, names: Names, plan_id: int) -> SafeString:
    assert shape.ref is not None  # noqa: S101 - tells the type checker
    section = names.holder(shape.ref.sections, key)
    if not shape.ref.sections:
        section, _, key = key.partition("/")
    if not section:
        return conditional_escape(key)
    return format_html(
        '<a href="{}" data-side>{}</a>', address_of(plan_id, section, key.partition("/")[0]), names.title(section, key)
    )


def plain_value(part: type[Part], shape: FieldShape, value: Any, names: Names) -> str:
    """A value as text, for lists, files and the history."""
    if value in (None, "", []):
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(plain_value(part, shape, item, names) for item in value)
    if shape.part is not None and isinstance(value, Mapping):
        fields = shape_of(shape.part).fields
        said = (
            f"{field_label('', n)}: {plain_value(shape.part, fields[n], v, names)}"
            for n, v in value.items()
            if n in fields
        )
        return "; ".join(said)
    if shape.ref is not None and shape.ref.sections:
        return names.title(names.holder(shape.ref.sections, value) or shape.ref.sections[0], value)
    if shape.kind in ("choice", "code"):
        return choice_label(str(value))
    if shape.kind == "truth":
        return "Yes" if value else "No"
    if shape.kind == "number" and is_share(part, shape.name):
        return f"{value * 100:g} %"
    if isinstance(value, int | float):
        return decimal(value)
    return str(value)


def decimal(value: float) -> str:
    """A figure with as many of two decimals as it has: ``4.5``, ``1,204``."""
    said = numbers.number(float(value), 2).rstrip("0").rstrip(".")
    return "0" if said in ("-0", "") else said


# --- lists ----------------------------------------------------------------------------------------------------------


class Line:
    """An object as a row of its section's list; fields are found as attributes, in words."""

    def __init__(self, row: PlanObject, names: Names, remark: str = "") -> None:
        self.row, self.names, self.remark = row, names, remark
        self.pk, self.key, self.plan_id = row.key, row.key, row.plan_id
        self.title = title_of(row.section, row.data, names)
        self.natural = [int(part) if part.isdigit() else 0 for part in _digits(row.key)]
        self.position = row.position

    def __getattr__(self, name: str) -> Any:
        """A field: numbers, days and plain states as they are, the rest in words; None where there is none."""
        if name.startswith("_") or name in ("row", "names"):
            raise AttributeError(name)
        where = section_named(self.row.section)
        shape = fields_of_section(where).fields.get(name)
        if shape is None:
            raise AttributeError(name)
        value = self.row.data.get(name)
        if value is None:
            default = where.part.model_fields[name].default
            value = default if isinstance(default, str | bool | int) else None
        if value in (None, "", []):
            return None
        if name == "state":
            return value
        if shape.kind == "date":
            return date.fromisoformat(value)
        if shape.kind in ("integer", "number") and not shape.many and not is_share(where.part, name):
            return value
        return plain_value(where.part, shape, value, self.names)


def _digits(key: str) -> Iterable[str]:
    return "".join(c if c.isdigit() else " " for c in key).split()


def lines_of(
    rows: Iterable[PlanObject], names: Names, remarks: Callable[[PlanObject], str] | None = None
) -> list[Line]:
    """The rows of a list."""
    return [Line(row, names, remarks(row) if remarks else "") for row in rows]


def _search(lines: list[Line], text: str) -> list[Line]:
    words = text.casefold().split()
    return [line for line in lines if all(word in _all_text(line) for word in words)]


def _all_text(line: Line) -> str:
    names = shown(line.row.section).columns
    said = [line.key, line.title, *(str(getattr(line, name) or "") for name in names), str(line.row.data)]
    return " ".join(said).casefold()


def _filter(lines: list[Line], values: Mapping[str, Any]) -> list[Line]:
    for name, wanted in values.items():
        if name == "missing":
            lines = [line for line in lines if line.remark]
        else:
            lines = [line for line in lines if _stored(line, name) == wanted]
    return lines


def _stored(line: Line, name: str) -> Any:
    default = section_named(line.row.section).part.model_fields[name].default
    return line.row.data.get(name, default)


def _href(line: Line) -> str:
    return address_of(line.plan_id, line.row.section, line.key)


def _remark(line: Line) -> SafeString:
    if not line.remark:
        return SafeString("")
    return format_html('<span class="plan-missing">{}</span>', line.remark)


@cache
def table_for(section: str) -> Table:
    """The list of a section."""
    words, where = shown(section), section_named(section)
    fields = fields_of_section(where).fields
    columns = [
        Column("title", field_label(section, words.lead), kind="link", href=_href, sort="title", main=True, side=True),
    ]
    for number, name in enumerate(words.columns):
        shape = fields[name]
        columns.append(_column(section, shape, where.part, 2 if number < 3 else 3))
    checked = section in ("objectives", "audiences", "resources", "programmes")
    if checked:
        columns.append(Column("remark", "Missing", show=_remark, export=lambda line: line.remark, sort="remark"))
    columns.append(Column("key", "Id", sort=("natural", "key"), priority=3, shown=False))
    filters: dict[str, forms.Field] = {
        name: forms.ChoiceField(
            label=field_label(section, name),
            required=False,
            choices=[("", "All"), *((value, choice_label(value)) for value in fields[name].choices)],
        )
        for name in (*words.columns, *(("kind",) if "kind" in fields else ()))
        if fields[name].kind == "choice" and not fields[name].many
    }
    if checked:
        filters["missing"] = forms.BooleanField(label="Something is missing", required=False)
    return Table(
        key=f"plan-{section.replace('_', '-')}",
        name=words.title,
        one=words.one,
        many=words.low,
        columns=tuple(columns),
        filters=type("SectionFilter", (forms.Form,), filters) if filters else None,
        filter=_filter,
        search=_search,
        search_label=f"Search {words.low}",
        empty=Empty(f"No {words.low} yet", words.about or "Nothing is here yet."),
        row_id=lambda line: line.key,
    )


def _column(section: str, shape: FieldShape, part: type[Part], priority: Any) -> Column:
    label = field_label(section, shape.name)
    if shape.name == "state":
        known = {value: _STATES.get(value, State("neutral", choice_label(value))) for value in shape.choices}
        return Column("state", "State", kind="state", states=known, sort="state", priority=priority)
    if shape.kind == "date":
        return Column(shape.name, label, kind="date", sort=shape.name, priority=priority)
    if shape.kind in ("integer", "number") and not is_share(part, shape.name):
        return _figures(shape.name, label, priority)
    return Column(shape.name, label, sort=shape.name, priority=priority)


def _figures(name: str, label: str, priority: Any) -> Column:
    """A column of figures; files get them whole."""

    def said(line: Line) -> SafeString:
        value = getattr(line, name)
        return SafeString("" if value is None else decimal(value))

    def whole(line: Line) -> object:
        return getattr(line, name)

    return Column(name, label, kind="number", sort=name, priority=priority, show=said, export=whole)
