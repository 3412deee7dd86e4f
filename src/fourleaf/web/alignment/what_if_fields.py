"""Form fields for trying changes, one for each field of a plan's object, made from the shape of the plan model."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.http import QueryDict

from fourleaf.alignment.changes import fields_of, value_of
from fourleaf.alignment.shown import hidden_of, open_regions
from fourleaf.engine.alignment.loading.shapes import FieldShape
from fourleaf.engine.alignment.plan import Part, Person
from fourleaf.web.alignment.places import Places

__all__ = ["KINDS", "Kind", "TryForm"]

#: What people change first: dates, owners, states and what links one thing with another.
_FIRST: Final = frozenset(
    {
        *("state", "owner", "deputy", "counterparts", "objectives", "audiences", "resources", "channels", "goal"),
        *(
            "review_due",
            "effective_on",
            "starts_on",
            "ends_on",
            "planned_start",
            "planned_end",
            "started_on",
            "done_on",
        ),
        *("due", "kpis", "belt", "belt_valid_until", "decision", "scope", "launch_at", "internal_notice_at", "reason"),
        *(
            "internal_use_weeks",
            "comments_open",
            "in_pause_group",
            "single_pause",
            "pause_tested_on",
            "person",
            "people",
        ),
        *("settings_complete", "hours", "planned_hours", "slack_hours", "baseline", "venues", "source", "source_date"),
        *("analytics_mode", "in_job_description", "opted_out", "answer_hours", "route", "chair", "sponsor"),
    }
)


@dataclass(frozen=True)
class Kind:
    """A kind of trial: the sections whose objects it is made on, and the fields that are asked first."""

    label: str
    example: str
    sections: tuple[str, ...]
    fields: frozenset[str]


def _kind(label: str, example: str, sections: str, fields: str) -> Kind:
    return Kind(label, example, tuple(sections.split()), frozenset(fields.split()))


KINDS: Final = {
    "programme": _kind(
        "A programme", "go live, run as a beta, get a counterpart", "programmes", "state scope counterparts channels"
    ),
    "policy": _kind("A policy", "in force, reviewed, replaced", "policies", "state effective_on review_due"),
    "date": _kind(
        "A date",
        "a start, a review, a launch",
        "programmes roadmap policies pilots purchases objectives drills",
        "starts_on ends_on planned_start planned_end started_on done_on effective_on review_due due bought_on held_on "
        "launch_at internal_notice_at",
    ),
    "owner": _kind(
        "An owner",
        "who answers for it",
        "programmes objectives brands policies routes roadmap stakeholder_groups listening_queries committees",
        "owner deputy chair sponsor people members answer_owner not_now_reason",
    ),
    "acknowledged": _kind(
        "Acknowledgements", "the share of people who have read a policy", "acknowledgements", "in_scope current share"
    ),
    "belt": _kind("A belt", "somebody trained for public duty", "people", "belt belt_valid_until opted_out"),
}
_MANY: Final = 12
_LONG: Final = 60


class TryForm(forms.Form):
    """All fields of an object with their present (tried) values; `changed` gives those that differ from the stored."""

    def __init__(
        self, data: QueryDict | None, *, thing: Part, tried: dict[str, Any], places: Places, kind: Kind | None = None
    ) -> None:
        super().__init__(data, auto_id="try-%s")
        self._asked = (kind.fields if kind else frozenset()) & fields_of(thing).keys()
        self.shapes = fields_of(thing)
        self.stored = {name: value_of(thing, name) for name in self.shapes}
        if isinstance(thing, Person):
            # A belt can be tried on anybody; the present one is not shown where figures of single people are not.
            for name in hidden_of("people", {"region": thing.region}, open_regions()):
                self.stored[name] = None
                if name not in ("belt", "belt_valid_until"):
                    del self.shapes[name], self.stored[name]
        for name, shape in self.shapes.items():
            field = _field(shape, places)
            field.label = name.replace("_", " ").capitalize()
            field.required = False
            field.initial = _shown(shape, tried.get(name, self.stored[name]))
            field.widget.attrs["data-differs"] = "yes" if name in tried else ""
            self.fields[name] = field

    @property
    def first(self) -> list[forms.BoundField]:
        """Fields that are asked first; all of them where there are few."""
        if self._asked:
            return [self[name] for name in self.fields if name in self._asked]
        few = len(self.fields) <= 8
        return [self[name] for name in self.fields if few or name in _FIRST]

    @property
    def rest(self) -> list[forms.BoundField]:
        """The others."""
        shown = {field.name for field in self.first}
        return [self[name] for name in self.fields if name not in shown]

    @property
    def changed(self) -> dict[str, Any]:
        """field -> new value, of those that differ from what is stored. Only fields that were sent count."""
        found = {}
        for name, shape in self.shapes.items():
            if name not in self.data and not isinstance(self.fields[name], forms.MultipleChoiceField):
                continue
            value = _plain(shape, self.cleaned_data.get(name))
            # Nothing is nothing, however it is stored: a form cannot tell an empty list from none.
            if value != self.stored[name] and not (value in (None, []) and self.stored[name] in (None, "", [])):
                found[name] = value
        return found


def _field(shape: FieldShape, places: Places) -> forms.Field:
    about = shape.description
    if shape.kind == "part":
        rows = {"rows": 4, "spellcheck": "false"}
        return _PartField(help_text=f"{about} Written as JSON.", widget=forms.Textarea(attrs=rows))
    if shape.ref is not None and shape.ref.sections:
        known = [pair for section in shape.ref.sections for pair in places.titles(section).items()]
        choices = [(key, key if title == key else f"{title} ({key})") for key, title in known]
        if shape.many:
            widget = (
                forms.CheckboxSelectMultiple() if len(choices) <= _MANY else forms.SelectMultiple(attrs={"size": 6})
            )
            return forms.MultipleChoiceField(choices=choices, help_text=about, widget=widget)
        return forms.ChoiceField(choices=[("", "Nobody or none"), *choices], help_text=about)
    if shape.kind in ("choice", "code"):
        choices = [(value, value.replace("_", " ")) for value in shape.choices]
        if shape.many:
            return forms.MultipleChoiceField(choices=choices, help_text=about, widget=forms.CheckboxSelectMultiple())
        return forms.ChoiceField(choices=choices if shape.required else [("", "Not said"), *choices], help_text=about)
    if shape.many:
        return forms.CharField(help_text=f"{about} One a line.", widget=forms.Textarea(attrs={"rows": 3}))
    if shape.kind == "truth":
        return forms.ChoiceField(choices=[("", "Not said"), ("true", "Yes"), ("false", "No")], help_text=about)
    if shape.kind == "date":
        return forms.DateField(help_text=about, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    if shape.kind == "integer":
        return forms.IntegerField(help_text=about)
    if shape.kind == "number":
        return forms.FloatField(help_text=about, widget=forms.NumberInput(attrs={"step": "any"}))
    return forms.CharField(help_text=about)


class _PartField(forms.CharField):
    """Data of inner parts as JSON."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise forms.ValidationError("This is not JSON. Compare it with what stood here before.") from None


def _shown(shape: FieldShape, value: Any) -> Any:
    if shape.kind == "part":
        return json.dumps(value, ensure_ascii=False, indent=1) if value else ""
    if shape.kind == "truth" and value is not None:
        return "true" if value else "false"
    if shape.many and not (shape.kind in ("choice", "code") or (shape.ref is not None and shape.ref.sections)):
        return "\n".join(str(item) for item in value or ())
    return value


def _plain(shape: FieldShape, value: Any) -> Any:
    """The cleaned value as a plan file says it; None for nothing."""
    if shape.kind == "part":
        return value if value is not None else ([] if shape.many else None)
    if shape.many:
        if isinstance(value, str):
            lines = [line.strip() for line in value.splitlines() if line.strip()]
            return [_number(line) for line in lines] if shape.kind in ("integer", "number") else lines
        return list(value or [])
    if value in (None, ""):
        return None
    if shape.kind == "truth":
        return value == "true"
    if shape.kind == "code":
        return int(value)
    return value.isoformat() if isinstance(value, date) else value


def _number(text: str) -> float | int | str:
    """The number that a line says; the line itself where it says none, which the model then refuses."""
    try:
        return int(text) if text.lstrip("-").isdigit() else float(text)
    except ValueError:
        return text
