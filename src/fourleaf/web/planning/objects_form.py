"""The form of an object: one flat form whose names tell the way (``responders-0-person``), and a layout over it.

Lists of parts are rows. A button of the form adds or removes one: the page comes back with what was typed, so it works
without a script.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, cast

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils import timezone

from fourleaf.engine.alignment.loading.shapes import FieldShape, shape_of
from fourleaf.engine.alignment.plan import Part
from fourleaf.planning.errors import PlanContentError
from fourleaf.planning.sections import HEAD, fields_of_section, section_named
from fourleaf.web.planning.objects_fields import is_share, make_field
from fourleaf.web.planning.objects_names import Names
from fourleaf.web.planning.objects_words import field_label, in_words, shown

__all__ = ["Node", "ObjectForm", "rows_in", "say_problems"]

_MOST_ROWS: Final = 500
_BOUND: Final = re.compile(r"is '(-?\d+(?:\.\d+)?)', but must be at (most|least) (-?\d+(?:\.\d+)?)")
_INDEX: Final = re.compile(r"^([a-z_]+)(?:\[(\d+)\])?$")


@dataclass
class Node:
    """A field, a part (``fields``) or a list of parts (``rows``) on the page."""

    name: str
    label: str
    help: str = ""
    bound: Any = None
    fields: list[Node] = field(default_factory=list)
    rows: list[list[Node]] = field(default_factory=list)
    kind: str = "field"

    @property
    def wrong(self) -> bool:
        """Whether something in here has an error."""
        inner = self.fields + [node for row in self.rows for node in row]
        return bool(self.bound is not None and self.bound.errors) or any(node.wrong for node in inner)

    @property
    def filled(self) -> bool:
        """Whether something in here has a value that is not the default."""
        if self.kind == "field":
            value = self.bound.value()
            return value not in (None, "", [], (), False) and value != self.bound.field.initial
        return bool(self.rows) or any(node.filled for node in self.fields)


def rows_in(post: QueryDict, name: str) -> int:
    """How many rows of a list of parts were posted."""
    text = post.get(f"{name}-rows", "0")
    return min(int(text), _MOST_ROWS) if text.isdigit() else 0


class ObjectForm(forms.Form):
    """The form of one object of ``section``; ``data`` is what is stored, or what it begins with.

    Fields in ``without`` are kept elsewhere: they are not asked, and what is stored of them stays.
    """

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        section: str,
        names: Names,
        data: Mapping[str, Any],
        post: QueryDict | None = None,
        *,
        new: bool,
        version: int = 0,
        quiet: bool = False,
        without: Collection[str] = (),
    ) -> None:
        super().__init__(post, initial={"seen": version}, auto_id="f_%s")
        self.quiet, self.without = quiet, frozenset(without)
        self.section, self.names, self.stored, self.new, self.post = section, names, dict(data), new, post
        self.shapes = {
            name: shape
            for name, shape in fields_of_section(section_named(section)).fields.items()
            if not (name == "id" and not new) and name not in self.without
        }
        self.part = section_named(section).part
        self.counts: dict[str, int] = {}
        self._nodes = {name: self._node(shape, self.part, name, data.get(name)) for name, shape in self.shapes.items()}
        for name, shape in self.shapes.items():
            if shape.required and name in self.fields and name != "id":
                self.fields[name].required, label = True, field_label(self.section, name)
                self.fields[name].error_messages["required"] = f"Missing: {label.lower()}."
        if "id" in self.fields:
            self.fields["id"].help_text = "Left empty, one is made for you. Others refer to the object by it."
        self._bind(list(self._nodes.values()))

    def full_clean(self) -> None:
        """Nothing is checked while rows are added and removed (``quiet``)."""
        if self.quiet:
            self._errors, self.cleaned_data = ErrorDict(), {}
            return
        super().full_clean()

    # --- fields --------------------------------------------------------------------------------------------------

    def _node(self, shape: FieldShape, part: type[Part], name: str, value: Any) -> Node:
        label = field_label(self.section, shape.name)
        if shape.part is None:
            made = make_field(self.section, shape, part, self.names, new=value is None and self.new)
            if value is not None:
                made.initial = _shown_value(shape, part, value)
                if isinstance(made, forms.MultipleChoiceField):
                    _offer(made, value)
            self.fields[name] = made
            return Node(name, label)
        if not shape.many:
            inner = self._row(shape.part, name, value or {})
            return Node(name, label, shape.description, fields=inner, kind="part")
        stored = value if isinstance(value, Sequence) else []
        count = len(stored) if self.post is None else rows_in(self.post, name)
        self.counts[name] = count
        rows = [self._row(shape.part, f"{name}-{at}", stored[at] if at < len(stored) else {}) for at in range(count)]
        return Node(name, label, shape.description, rows=rows, kind="rows")

    def _row(self, part: type[Part], prefix: str, value: Mapping[str, Any]) -> list[Node]:
        return [
            self._node(inner, part, f"{prefix}-{name}", value.get(name))
            for name, inner in shape_of(part).fields.items()
        ]

    def _bind(self, nodes: list[Node]) -> None:
        for node in nodes:
            if node.kind == "field":
                node.bound = self[node.name]
            self._bind(node.fields)
            for row in node.rows:
                self._bind(row)

    @property
    def first(self) -> list[Node]:
        """What is asked first."""
        asked = shown(self.section).first or [name for name in self.shapes if name != "id"]
        return [self._nodes[name] for name in asked if name in self._nodes]

    @property
    def more(self) -> list[Node]:
        """What stands under "more"."""
        asked = {node.name for node in self.first}
        return [node for name, node in self._nodes.items() if name not in asked]

    @property
    def more_open(self) -> bool:
        """Whether "more" is open: when something in there is wrong."""
        return any(node.wrong for node in self.more)

    @property
    def more_filled(self) -> int:
        """How many of the fields under "more" have a value."""
        return sum(node.filled for node in self.more)

    # --- values --------------------------------------------------------------------------------------------------

    @property
    def values(self) -> dict[str, Any]:
        """The object as it was posted, in the form of a plan file; what is empty is left out."""
        found: dict[str, Any] = {} if self.new else {k: v for k, v in self.stored.items() if k not in self.shapes}
        for name, shape in self.shapes.items():
            value = self._value(shape, self.part, name, self.stored.get(name))
            if value is not None:
                found[name] = value
        if self.section != HEAD and section_named(self.section).many and "id" in self.stored:
            found.setdefault("id", self.stored["id"])
        return found

    def _value(self, shape: FieldShape, part: type[Part], name: str, stored: Any) -> Any:
        if shape.part is not None and shape.many:
            rows = [self._part_value(shape.part, f"{name}-{at}", {}) for at in range(self.counts[name])]
            return [row for row in rows if row] or None
        if shape.part is not None:
            return self._part_value(shape.part, name, stored or {}) or None
        value = self.cleaned_data.get(name)
        if value in (None, "", []):
            # A list that may be missing and is stored as empty says something: none of them.
            return stored if stored == [] else None
        if isinstance(value, datetime):
            return _same_instant(value, stored)
        if isinstance(value, date):
            return value.isoformat()
        if shape.kind == "truth" and isinstance(value, str):
            return value == "true"
        if value is False:
            default = part.model_fields[shape.name].default
            return False if default is True else None
        if shape.kind == "number" and is_share(part, shape.name):
            return round(float(str(value)) / 100, 6)
        return value

    def _part_value(self, part: type[Part], prefix: str, stored: Mapping[str, Any]) -> dict[str, Any]:
        found = {
            name: self._value(shape, part, f"{prefix}-{name}", stored.get(name))
            for name, shape in shape_of(part).fields.items()
        }
        given = {name: value for name, value in found.items() if value is not None}
        said = [name for name, value in given.items() if value != part.model_fields[name].default]
        return given if said else {}


def _offer(field: forms.MultipleChoiceField, value: Sequence[str]) -> None:
    """What is stored can be kept, also where it is not offered otherwise."""
    choices: list[Any] = list(cast(Iterable[Any], field.choices))
    known = {
        key for code, label in choices for key in (dict(label) if isinstance(label, list | tuple) else {code: label})
    }
    field.choices = [*choices, *((key, key) for key in value if key not in known)]


def _shown_value(shape: FieldShape, part: type[Part], value: Any) -> Any:
    if shape.kind == "truth" and part.model_fields[shape.name].default is None:
        return "true" if value else "false"
    if shape.kind == "time" and isinstance(value, str):
        return datetime.fromisoformat(value)
    if shape.kind == "number" and is_share(part, shape.name):
        value = round(value * 100, 4)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _same_instant(value: datetime, stored: Any) -> str:
    """What is stored, where it is the same moment written in another zone."""
    aware = value if timezone.is_aware(value) else timezone.make_aware(value)
    if isinstance(stored, str):
        old = datetime.fromisoformat(stored)
        if old.replace(second=0, microsecond=0) == aware:
            return stored
    return aware.isoformat()


def say_problems(form: ObjectForm, error: PlanContentError) -> None:
    """Put each sentence beside the field that it is about, also in rows."""
    prefix = f"{form.section}/"
    for path, sentence in error.problems:
        rest = path[len(prefix) :] if path.startswith(prefix) else ("" if form.section != HEAD else path)
        if form.section != HEAD and section_named(form.section).many:
            rest = rest.partition("/")[2]
        name = _field_at(form, rest.split("/") if rest else [])
        share = name is not None and str(form.fields[name].label).endswith(", %")
        form.add_error(name, in_words(form.section, _in_per_cent(sentence) if share else sentence))


def _field_at(form: ObjectForm, steps: list[str]) -> str | None:
    here = ""
    while steps:
        match = _INDEX.match(steps[0])
        if match is None:
            break
        name, index = match[1], match[2]
        here = f"{here}-{name}" if here else name
        steps = steps[1:]
        if here in form.counts:
            row = index or (_row_of(form, here, steps[0]) if steps else None)
            if index is None and steps:
                steps = steps[1:]
            here = f"{here}-{row}" if row is not None else here
    if here in form.fields:
        return here
    inside = [name for name in form.fields if name.startswith(f"{here}-")] if here else []
    return inside[0] if inside else None


def _row_of(form: ObjectForm, name: str, key: str) -> str | None:
    for at in range(form.counts[name]):
        if str(form.data.get(f"{name}-{at}-id", "")).strip() == key:
            return str(at)
    return None


def _in_per_cent(sentence: str) -> str:
    """What is said of a share from 0 to 1, for a field that asks for per cent."""
    found = _BOUND.search(sentence)
    if found is None:
        return sentence
    given, way, bound = 100 * float(found[1]), found[2], 100 * float(found[3])
    return f"{given:g} % is too {'much' if way == 'most' else 'little'}: {bound:g} % at {way}."
