"""Form fields made from the shape of the plan model, one for each field of an object."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterator
from functools import cache
from typing import Any, Final, get_args

from annotated_types import Ge, Le
from django import forms
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from pydantic.fields import FieldInfo

from fourleaf.engine.alignment.loading.shapes import FieldShape
from fourleaf.engine.alignment.plan import Part
from fourleaf.kernel.permissions import allowed
from fourleaf.kernel.selectors import PeopleFilter, find_named, list_people
from fourleaf.web.planning.objects_names import Names, id_meant, parts_meant
from fourleaf.web.planning.objects_words import choice_label, field_label, in_words

__all__ = ["LinesField", "PickField", "Somebody", "is_share", "make_field"]

#: Up to so many, a choice shows them all at once; more are found by typing.
_FEW: Final = 15
_BOXES: Final = 60
_SUGGESTED: Final = 1000
#: A help of so few words only says the label of a name or a reference again.
_SAYS_LITTLE: Final = 5
#: Where the model's descriptions say which chapter of its source they follow; readers of a form do not have it.
_CHAPTER: Final = re.compile(r"\s*\(domain §[^)]*\)")
#: What the name of a field that adds to a list ends with.
_ADDED: Final = "-add"
_MOST_NAMED: Final = 4
_LONG: Final = frozenset({"text", "how", "note", "hypothesis", "reason", "not_now", "need", "formula", "decision_rule"})
_SHORT_TEXTS: Final = {("goals", "text"), ("effort_lines", "text")}


class LinesField(forms.CharField):
    """Texts, one a line."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """A list as lines."""
        return "\n".join(str(item) for item in value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        """The lines that have something in them."""
        text = super().clean(value)
        return [line.strip() for line in str(text).splitlines() if line.strip()]


class Somebody(str):
    """A person of the organisation who is not in the plan yet, as written; ``pk`` is the number of the row."""

    pk: int = 0


class PickInput(forms.TextInput):
    """A text field with suggestions; those for people come from the server while somebody types."""

    def __init__(self, choices: list[tuple[str, str]], suggest: str = "") -> None:
        super().__init__({"autocomplete": "off"})
        self.pickable, self.suggest = choices, suggest

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The input, and its list of suggestions behind it."""
        listed = f"{(attrs or {}).get('id', name)}_list"
        more = {"list": listed}
        if self.suggest:
            more |= {
                "hx-get": self.suggest,
                "hx-trigger": "input changed delay:200ms",
                "hx-target": f"#{listed}",
                "hx-swap": "innerHTML",
            }
        options = format_html_join(
            "", '<option value="{}"></option>', ((label,) for _, label in self.pickable[:_SUGGESTED])
        )
        return format_html(
            '{}<datalist id="{}">{}</datalist>',
            super().render(name, value, {**(attrs or {}), **more}, renderer),
            listed,
            options,
        )


class PickSeveral(forms.Textarea):
    """A list, one a line, and a field with suggestions that adds to it; without a script the two count together."""

    def __init__(self, choices: list[tuple[str, str]], suggest: str = "") -> None:
        super().__init__({"rows": 3})
        self.adding = PickInput(choices, suggest)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The list, and below it the field that adds."""
        key = (attrs or {}).get("id", name)
        more = {"id": f"{key}_add", "data-pick-add": key, "placeholder": "Add one: type a part of the name"}
        return format_html(
            '{}<label class="vh" for="{}">Add one to the list</label>{}',
            super().render(name, value, attrs, renderer),
            f"{key}_add",
            self.adding.render(f"{name}{_ADDED}", "", more, renderer),
        )

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The lines of the list, then what stands in the field that adds."""
        listed, added = super().value_from_datadict(data, files, name), str(data.get(f"{name}{_ADDED}", "")).strip()
        return f"{listed or ''}\n{added}" if added else listed


class PickField(forms.CharField):
    """A reference that is found by typing; the browser offers what there is, and a part of a title is enough."""

    def __init__(
        self, *, choices: list[tuple[str, str]], what: str, several: bool = False, names: Names | None = None, **kw: Any
    ) -> None:
        self.pickable, self.what, self.several, self.names = choices, what, several, names
        suggest = reverse("planning:suggest", args=[names.plan_id]) if names is not None else ""
        kw["widget"] = PickSeveral(choices, suggest) if several else PickInput(choices, suggest)
        super().__init__(**kw)

    def prepare_value(self, value: Any) -> Any:
        """Ids with their titles."""
        labels = dict(self.pickable)
        if isinstance(value, list | tuple):
            return "\n".join(str(labels.get(item, item)) for item in value)
        return labels.get(value, value)

    def clean(self, value: Any) -> Any:
        """The id, or with ``several`` the list of them."""
        text = str(super().clean(value) or "")
        if not self.several:
            return self._meant(text) if text.strip() else ""
        found, wrong = [], []
        for line in dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()):
            try:
                found.append(self._meant(line))
            except forms.ValidationError as error:
                wrong.extend(error.messages)
        if wrong:
            raise forms.ValidationError(wrong)
        return list(dict.fromkeys(found))

    def _meant(self, text: str) -> str:
        text = text.strip()
        meant = id_meant(self.pickable, text)
        if meant is not None:
            return meant
        if self.names is not None and allowed(self.names.actor, "kernel.view_people"):
            people = find_named(self.names.actor, text)
            if not people and not parts_meant(self.pickable, text):
                people = list(list_people(self.names.actor, PeopleFilter(search=text))[:10])
            if len(people) == 1:
                somebody = Somebody(text)
                somebody.pk = people[0].pk
                return somebody
        else:
            people = []
        may_be = [*parts_meant(self.pickable, text), *(f"{p.name} <{p.email}>" if p.email else p.name for p in people)]
        if not may_be:
            raise forms.ValidationError(
                f"“{text}” is not clear: nothing among the {self.what} is called so. Choose one of the suggestions."
            )
        named = "; ".join(may_be[:_MOST_NAMED])
        more = f"; and {len(may_be) - _MOST_NAMED} more" if len(may_be) > _MOST_NAMED else ""
        raise forms.ValidationError(f"“{text}” is not clear: it may be {named}{more}. Write more of the one you mean.")


def _marks(annotation: Any) -> Iterator[object]:
    for mark in getattr(annotation, "__metadata__", ()):
        yield from mark.metadata if isinstance(mark, FieldInfo) else (mark,)
    for inner in get_args(annotation):
        yield from _marks(inner)


@cache
def is_share(part: type[Part], name: str) -> bool:
    """Whether the field is a share from 0 to 1, which people read and write in per cent."""
    info = part.model_fields[name]
    marks = [*info.metadata, *_marks(info.annotation)]
    return any(isinstance(m, Ge) and m.ge == 0 for m in marks) and any(isinstance(m, Le) and m.le == 1 for m in marks)


def make_field(section: str, shape: FieldShape, part: type[Part], names: Names, *, new: bool) -> forms.Field:
    """The form field for one field of the model; not required as far as browsers and forms go, the service says it."""
    label = field_label(section, shape.name)
    common: dict[str, Any] = {"label": label, "help_text": _help(shape, part, label), "required": False}
    default = part.model_fields[shape.name].default
    if shape.ref is not None:
        return _reference(shape, names, common)
    if shape.kind in ("choice", "code"):
        return _choice(shape, common, default if new else None)
    if shape.many:
        common["help_text"] = f"{common['help_text']} One a line.".strip()
        return LinesField(**common)
    if shape.name == "time_zone":
        zones = [("", "Choose one"), *((zone, zone) for zone in sorted(zoneinfo.available_timezones()) if "/" in zone)]
        return forms.ChoiceField(choices=zones, initial="Europe/Berlin" if new else None, **common)
    match shape.kind:
        case "truth":
            if default is None:
                choices = [("", "Not known yet"), ("true", "Yes"), ("false", "No")]
                return forms.ChoiceField(choices=choices, **common)
            return forms.BooleanField(**common)
        case "date":
            return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **common)
        case "time":
            moment = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
            return forms.DateTimeField(widget=moment, **common)
        case "integer":
            return forms.IntegerField(**common)
        case "number":
            if is_share(part, shape.name):
                common["label"] = f"{label}, %"
            return forms.FloatField(widget=forms.NumberInput(attrs={"step": "any"}), **common)
    long = shape.name in _LONG and (section, shape.name) not in _SHORT_TEXTS
    widget: forms.Widget = forms.Textarea(attrs={"rows": 2}) if long else forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(widget=widget, max_length=4000, strip=True, **common)


def _help(shape: FieldShape, part: type[Part], label: str) -> str:
    """The model's description, unless it only says the label again."""
    text = in_words("", _CHAPTER.sub("", shape.description.strip()))
    if text.rstrip(".").casefold() in (shape.name.replace("_", " "), label.casefold()):
        return ""
    plain = shape.name == "name" or (shape.ref is not None and shape.ref.sections != ("people",))
    return "" if plain and len(text.split()) <= _SAYS_LITTLE else text


def _reference(shape: FieldShape, names: Names, common: dict[str, Any]) -> forms.Field:
    assert shape.ref is not None  # noqa: S101 - tells the type checker
    sections = shape.ref.sections
    what = " or ".join(name.replace("_", " ") for name in sections)
    choices = names.choices(sections)
    if not sections:
        common["help_text"] = f"{common['help_text']} Written section/id, such as programmes/P01."
        return LinesField(**common) if shape.many else forms.CharField(**common)
    people = sections == ("people",)
    if shape.name == "counterparts":
        return forms.MultipleChoiceField(
            choices=names.inside(), widget=forms.CheckboxSelectMultiple(attrs={"class": "plan-boxes"}), **common
        )
    if shape.many and len(choices) <= _BOXES and not people:
        if not choices:
            common["help_text"] = f"There are no {what} in this plan yet."
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)
    if not shape.many and len(choices) <= _FEW and not people:
        empty = f"No {what} in this plan yet" if not choices else "–"
        return forms.ChoiceField(choices=[("", empty), *choices], **common)
    if shape.many:
        common["help_text"] = f"{common['help_text']} One a line; a part of the name is enough."
    elif people:
        common["help_text"] = f"{common['help_text']} Type a name, or a role of the plan."
    return PickField(choices=choices, what=what, several=shape.many, names=names if people else None, **common)


def _choice(shape: FieldShape, common: dict[str, Any], default: Any) -> forms.Field:
    choices = [(value, choice_label(value)) for value in shape.choices]
    if shape.many:
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)
    initial = default if isinstance(default, str | int) else None
    return forms.ChoiceField(
        choices=[("", "Choose one" if shape.required else "–"), *choices], initial=initial, **common
    )
