"""Forms about plans as a whole."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings

__all__ = ["CopyForm", "PlanForm", "TemplateForm", "UploadForm"]


def _day(label: str, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, help_text=help_text, widget=widget)


class PlanForm(forms.Form):
    """Name and days of a plan."""

    name = forms.CharField(label="Name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    starts_on = _day("First day")
    ends_on = _day("Last day")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class TemplateForm(forms.Form):
    """What a template needs to know."""

    name = forms.CharField(
        label="Name of the plan", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    organisation = forms.CharField(label="Your organisation's name", max_length=120, required=False)
    employees = forms.IntegerField(label="Employees", required=False, min_value=0, max_value=10_000_000)
    starts_on = _day("First day", "Left empty: today. The roadmap is dated from it.")


class CopyForm(forms.Form):
    """A plan out of another one."""

    name = forms.CharField(
        label="Name of the new plan", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    starts_on = _day("First day", "Dates that look ahead move with it. Left empty: the day after the old plan ends.")
    reset_states = forms.BooleanField(
        label="Begin anew: nothing is under way yet", required=False, initial=True,
    )  # fmt: skip


class UploadForm(forms.Form):
    """A plan file, or its text when it comes back from the preview."""

    file = forms.FileField(
        label="Plan file",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.json,application/yaml,application/json"}),
    )
    mode = forms.ChoiceField(
        label="What happens with what the plan has already",
        choices=[
            ("merge", "Add to it: what the file does not name stays"),
            ("replace", "Replace it: what the file does not name is removed"),
        ],
        widget=forms.RadioSelect,
        initial="merge",
        required=False,
    )
    name = forms.CharField(
        label="Name of the new plan", max_length=120, required=False, help_text="Left empty, the file gives it."
    )

    def __init__(self, *args: Any, into: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["name" if into else "mode"]
        self.fields["file"].help_text = f"YAML or JSON, up to {settings.PLAN_UPLOAD_LIMIT_MB} MB."
