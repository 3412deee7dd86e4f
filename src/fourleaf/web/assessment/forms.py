"""Forms about waves. They parse; rules are the services' matter."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms

from fourleaf.assessment.mail_texts import MAIL_PARTS, default_texts, texts_in
from fourleaf.assessment.models import Wave
from fourleaf.assessment.questionnaire import languages_of
from fourleaf.assessment.services.waves import WaveFields
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
    declared_whole = forms.BooleanField(
        label="It stands for the whole organisation",
        required=False,
        help_text="Tick where units are left out on purpose. A wave that asks nine of ten people does so anyway.",
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
    """What the mails say, in each language of the questionnaire. A language may stay empty until the wave is opened."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, wave: Wave, **kwargs: Any) -> None:
        self._languages = languages_of(wave.instrument)
        initial: dict[str, Any] = {"version": wave.version}
        fields: dict[str, forms.Field] = {}
        for code, name in self._languages:
            end = "" if code == "en" else f"_{code}"
            here = f" ({name})" if len(self._languages) > 1 else ""
            proposed = {**default_texts(code), **texts_in(wave, code)}
            for kind, label in (("invitation", "Invitation"), ("reminder", "Reminder")):
                required = code == "en"
                fields[f"{kind}_subject{end}"] = forms.CharField(
                    label=f"Subject of the {kind}{here}", max_length=200, required=required
                )
                fields[f"{kind}_text{end}"] = forms.CharField(
                    label=f"{label}{here}",
                    widget=forms.Textarea(attrs={"rows": 12, "lang": code}),
                    required=required,
                    help_text="{name}, {link}, {last_day} and {wave} are filled in." if kind == "invitation" else "",
                )
            initial |= {f"{part}{end}": proposed.get(part, "") for part in MAIL_PARTS}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.fields = fields | self.fields

    def texts(self) -> WaveFields:
        """The texts as the service takes them."""
        values = self.cleaned_data
        others = {
            code: {part: values[f"{part}_{code}"] for part in MAIL_PARTS} for code, _ in self._languages if code != "en"
        }
        return {
            "invitation_subject": values["invitation_subject"],
            "invitation_text": values["invitation_text"],
            "reminder_subject": values["reminder_subject"],
            "reminder_text": values["reminder_text"],
            "mail_texts": others,
        }


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
