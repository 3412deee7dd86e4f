"""Many objects at once: one on each line, its fields between upright strokes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from django import forms
from django.http import QueryDict

from fourleaf.engine.alignment.loading.shapes import FieldShape
from fourleaf.engine.alignment.plan import Function
from fourleaf.planning.sections import fields_of_section, section_named
from fourleaf.planning.services.organisation import suggested_function
from fourleaf.web.planning.objects_fields import make_field
from fourleaf.web.planning.objects_ids import next_id
from fourleaf.web.planning.objects_names import Names, id_meant
from fourleaf.web.planning.objects_words import choice_label, field_label, shown

__all__ = ["QuickForm", "QuickLine", "read_lines"]

_MOST = 200
_BOTH = frozenset({"channels", "regions"})


@dataclass
class QuickLine:
    """A line and the object that it makes, or what is wrong with it."""

    number: int
    text: str
    data: dict[str, Any] = field(default_factory=dict)
    error: str = ""


class QuickForm(forms.Form):
    """One object a line; required choices that a line does not give are asked once for all of them."""

    lines = forms.CharField(label="One a line", widget=forms.Textarea(attrs={"rows": 5}), max_length=60_000)

    def __init__(self, section: str, names: Names, post: QueryDict | None = None) -> None:
        super().__init__(post, auto_id="quick_%s")
        words, where = shown(section), section_named(section)
        self.section, self.names = section, names
        box = self.fields["lines"]
        box.label = f"{words.title}, one a line"
        box.error_messages["required"] = f"Write at least one {words.one}."
        if len(words.lines) > 1:
            parts = " | ".join(field_label(section, name).lower() for name in words.lines)
            needed = "Both are needed." if section in _BOTH else "Only the first is needed."
            box.help_text = f"{parts}. {needed}"
        for name, shape in fields_of_section(where).fields.items():
            if shape.required and name not in (*words.lines, "id"):
                made = make_field(section, shape, where.part, names, new=True)
                made.required = True
                made.help_text = "For all of these lines."
                if name == "side":
                    made.initial = "external"
                if name == "level":
                    made.initial = "outcome"
                if name == "region" and len(names.titles("regions")) == 1:
                    made.initial = next(iter(names.titles("regions")))
                self.fields[name] = made
        self.order_fields([*(name for name in self.fields if name != "lines"), "lines"])

    @property
    def common(self) -> dict[str, Any]:
        """Values that all lines share."""
        return {name: value for name, value in self.cleaned_data.items() if name != "lines" and value not in ("", None)}


def read_lines(section: str, text: str, common: dict[str, Any], names: Names) -> list[QuickLine]:
    """The lines with their data, ids made; a line that cannot be read says why."""
    taken = set(names.titles(section))
    found: list[QuickLine] = []
    for number, raw in enumerate(text.splitlines(), 1):
        if not raw.strip():
            continue
        line = QuickLine(number, raw.strip())
        if len(found) >= _MOST:
            line.error = f"More than {_MOST} lines at once; add these afterwards, or import a file."
            found.append(line)
            break
        try:
            line.data = {**common, **_fields(section, raw, names)}
        except ValueError as error:
            line.error = str(error)
        else:
            line.data["id"] = next_id(section, line.data, taken)
            taken.add(line.data["id"])
        found.append(line)
    return found


def _fields(section: str, raw: str, names: Names) -> dict[str, Any]:
    wanted = shown(section).lines
    pieces = [piece.strip() for piece in raw.strip().lstrip("-•*\t ").split("|")]
    if len(pieces) > len(wanted):
        said = ", ".join(field_label(section, name).lower() for name in wanted)
        raise ValueError(f"This line has {len(pieces)} parts; there are {len(wanted)}: {said}.")
    shapes = fields_of_section(section_named(section)).fields
    data: dict[str, Any] = {}
    wrong: list[str] = []
    given = {name: piece for name, piece in zip(wanted, pieces, strict=False) if piece}
    for name, piece in given.items():
        try:
            data[name] = _value(section, shapes[name], piece, names)
        except ValueError as error:
            wrong.append(str(error))
    wrong += _left_out(section, data, given, names)
    if wrong:
        raise ValueError(" ".join(wrong))
    if section == "channels":
        data.setdefault("state", "planned")
    return data


def _left_out(section: str, data: dict[str, Any], given: Mapping[str, str], names: Names) -> list[str]:
    """What a line of this section must say and does not; what can be told without it is filled in."""
    if section == "departments" and "function" not in given:
        try:
            data["function"] = _function(str(data.get("name", "")))
        except ValueError as error:
            return [str(error)]
    if section == "people" and "region" not in given:
        regions = list(names.titles("regions"))
        if len(regions) != 1:
            return ["Say where: role | department | region."]
        data["region"] = regions[0]
    if section == "regions" and "time_zone" not in given:
        return ["Say the time zone, such as Germany | Europe/Berlin."]
    if section == "channels" and "network" not in given:
        return ["Say the network, such as Our video channel | video network."]
    return []


def _value(section: str, shape: FieldShape, piece: str, names: Names) -> Any:
    label = field_label(section, shape.name).lower()
    if shape.ref is not None:
        key = id_meant(names.choices(shape.ref.sections), piece)
        if key is None:
            what = " or ".join(name.replace("_", " ") for name in shape.ref.sections)
            raise ValueError(f"“{piece}” is not clear among the {what} of this plan.")
        return key
    if shape.kind in ("choice", "code"):
        folded = piece.casefold()
        close = [v for v in shape.choices if v == folded or choice_label(v).casefold().startswith(folded)]
        if len(close) != 1:
            raise ValueError(f"“{piece}” is no {label}. Choose from: {', '.join(map(choice_label, shape.choices))}.")
        return close[0]
    if shape.kind in ("integer", "number"):
        try:
            number = float(piece.replace(" ", "").replace(",", "."))
        except ValueError:
            raise ValueError(f"“{piece}” is no number ({label}).") from None
        return int(number) if shape.kind == "integer" or number.is_integer() else number
    return [part.strip() for part in piece.split(",") if part.strip()] if shape.many else piece


def _function(name: str) -> str:
    found = suggested_function(name)
    if found is None:
        known = ", ".join(get_args(Function))
        raise ValueError(
            f"Which business function does {name} serve? Write it behind a stroke: {name} | sales ({known})."
        )
    return found
