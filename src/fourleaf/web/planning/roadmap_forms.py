"""Forms of the roadmap. They parse; rules are the services' matter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.engine.alignment.roadmap_template import PHASES
from fourleaf.web.planning.roadmap_facts import Facts

__all__ = [
    "BaselineForm",
    "CommentForm",
    "DatesForm",
    "ExperimentForm",
    "ItemForm",
    "OwnItemForm",
    "StateForm",
    "filled",
]

_SIDES = [("external", "Outside"), ("internal", "Inside")]


def _day(label: str, help_text: str = "", *, required: bool = False) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


def _choose(form: forms.Form, name: str, choices: Iterable[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
    field.choices = list(choices)


class DatesForm(forms.Form):
    """The days an activity is planned for."""

    planned_start = _day("Planned first day")
    planned_end = _day("Planned last day")
    move_dependents = forms.BooleanField(
        label="Move what needs it as well",
        required=False,
        help_text="Activities that would begin too early move behind it and keep their length. Days that are worked "
        "out follow in any case.",
    )
    #: The days that were looked at, with all that moves; other days are looked at anew.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @property
    def code(self) -> str:
        """What ``seen`` says once these days were looked at."""
        values = self.cleaned_data
        return f"{values['planned_start']}_{values['planned_end']}_{values['move_dependents']:d}"


class StateForm(forms.Form):
    """The next state, and what belongs to it."""

    state = forms.ChoiceField(
        choices=[(code, code) for code in ("planned", "in_progress", "done", "dropped")], widget=forms.HiddenInput
    )
    reason = forms.CharField(label="Why it is dropped", max_length=500, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class CommentForm(forms.Form):
    """A comment."""

    text = forms.CharField(label="Comment", max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class BaselineForm(forms.Form):
    """The name of a baseline."""

    name = forms.CharField(
        label="Name", max_length=120, required=False, help_text="Such as: as the committee agreed in March."
    )


class ItemForm(forms.Form):
    """What an activity is: owner, evidence, what it needs."""

    owner = forms.ChoiceField(label="Owner", required=False, help_text="Who answers for it.")
    brand = forms.ChoiceField(label="Brand", required=False)
    region = forms.ChoiceField(label="Region", required=False)
    started_on = _day("Actual first day")
    done_on = _day("Actual last day")
    evidence = forms.CharField(
        label="Evidence",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What shows that it is done, in words or links; one a line.",
    )
    hard = forms.MultipleChoiceField(
        label="Needs",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Must be done before it starts.",
    )
    soft = forms.MultipleChoiceField(
        label="Goes better after",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Should be done before; only orders and reminds.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, model: PlanModel, facts: Facts, key: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, none, things in (
            ("owner", "Nobody yet", [(person.id, f"{person.role} ({person.id})") for person in model.people]),
            ("brand", "All brands", [(brand.id, brand.name) for brand in model.brands]),
            ("region", "All regions", [(region.id, region.name) for region in model.regions]),
        ):
            _choose(self, name, [("", none), *things])
        others = [(item.id, f"{item.id} {item.title}") for item in facts.items if item.id != key]
        _choose(self, "hard", others)
        _choose(self, "soft", others)

    def clean_evidence(self) -> list[str]:
        """The lines that say something."""
        return [line.strip() for line in str(self.cleaned_data["evidence"]).splitlines() if line.strip()]


class OwnItemForm(ItemForm):
    """An activity of one's own: what the template would say, one says oneself."""

    id = forms.CharField(label="Short id", max_length=20, help_text="Letters, digits, dots and dashes; such as 2.X1.")
    title = forms.CharField(label="Title", max_length=200)
    side = forms.ChoiceField(label="Side", choices=_SIDES, widget=forms.RadioSelect)
    phase = forms.TypedChoiceField(
        label="Phase", coerce=int, choices=[(str(n), f"{n} {name}") for n, name in enumerate(PHASES)]
    )
    weeks = forms.FloatField(label="Duration in weeks", min_value=0, max_value=520)
    field_order = ("id", "title", "side", "phase", "weeks", "owner")


class ExperimentForm(forms.Form):
    """A local experiment off the template."""

    id = forms.CharField(label="Short id", max_length=20, help_text="Such as EXP2.")
    title = forms.CharField(label="What is tried", max_length=300)
    owner = forms.ChoiceField(label="Owner", help_text="Who answers for it.")
    cap = forms.FloatField(label="Cap", min_value=0, help_text="Largest amount of money, in the plan's currency.")
    ends_on = _day("Last day", "It ends on that day, whatever it showed.", required=True)

    def __init__(self, *args: Any, model: PlanModel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "owner", [("", "Choose"), *((p.id, f"{p.role} ({p.id})") for p in model.people)])


def filled(values: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The values of these fields that say something, dates as texts."""
    found = {name: values[name] for name in names if name in values and values[name] not in (None, "", [])}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in found.items()}
