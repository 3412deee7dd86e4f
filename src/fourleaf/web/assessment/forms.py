"""Forms about waves. They parse; rules are the services' matter."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms

from fourleaf.assessment.models import Wave
from fourleaf.engine.survey.instrument import LEAVES
from fourleaf.kernel.selectors import unit_choices

__all__ = ["ImportForm", "ItemForm", "LastDayForm", "MailForm", "NameForm", "WaveForm"]


def _day(label: str, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, widget=widget)


class NameForm(forms.Form):
    """A new wave."""

    name = forms.CharField(
        label="Name", max_length=120, help_text="Such as “Spring 2027”; it is shown on the sheet and above the results."
    )


class WaveForm(forms.Form):
    """Whom a wave asks, until when, and what may be shown of it."""

    name = forms.CharField(label="Name", max_length=120)
    last_day = _day("Last day for answers", "Answers are taken until the end of this day.")
    zone = forms.ChoiceField(label="Clock", help_text="In this zone the last day ends.")
    department_ids = forms.TypedMultipleChoiceField(
        label="Departments", coerce=int, required=False, widget=forms.CheckboxSelectMultiple, help_text="None: all."
    )
    region_ids = forms.TypedMultipleChoiceField(
        label="Regions", coerce=int, required=False, widget=forms.CheckboxSelectMultiple, help_text="None: all."
    )
    asks_remark = forms.BooleanField(
        label="Ask for a remark in own words", required=False, help_text="Shown without names, in random order."
    )
    k_scores = forms.IntegerField(
        label="Fewest people behind a score", min_value=5, max_value=100, help_text="At least 5. Fewer are never shown."
    )
    k_verbatim = forms.IntegerField(
        label="Fewest people behind remarks", min_value=10, max_value=200, help_text="At least 10."
    )
    reminders_allowed = forms.IntegerField(
        label="Reminders", min_value=0, max_value=3, help_text="At most this many, two days apart or more."
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, wave: Wave, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(wave, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        units = unit_choices()
        for name, kind in (("department_ids", "departments"), ("region_ids", "regions"), ("zone", "")):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
            field.choices = (
                [(str(pk), label) for pk, label in units[kind]]
                if kind
                else [(zone, zone) for zone in sorted(available_timezones())]
            )


class MailForm(forms.Form):
    """What the mails say."""

    invitation_subject = forms.CharField(label="Subject of the invitation", max_length=200)
    invitation_text = forms.CharField(
        label="Invitation",
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="{name}, {link}, {last_day} and {wave} are filled in.",
    )
    reminder_subject = forms.CharField(label="Subject of the reminder", max_length=200)
    reminder_text = forms.CharField(label="Reminder", widget=forms.Textarea(attrs={"rows": 12}))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, wave: Wave, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(wave, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)


class ItemForm(forms.Form):
    """A statement of one's own."""

    text = forms.CharField(label="Statement", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    code = forms.CharField(label="Code", max_length=10, help_text="Short and new, such as X1.")
    leaf = forms.ChoiceField(
        label="Counts for",
        required=False,
        choices=[("", "No leaf: reported on its own"), *((leaf, leaf.capitalize()) for leaf in LEAVES)],
    )
    reverse = forms.BooleanField(
        label="It speaks against the leaf", required=False, help_text="Then disagreement counts for it."
    )


class LastDayForm(forms.Form):
    """Another last day."""

    last_day = _day("Last day for answers")


class ImportForm(forms.Form):
    """Answers collected elsewhere."""

    file = forms.FileField(
        label="File", help_text="CSV with a column for each statement, and department, region, leader, day."
    )
