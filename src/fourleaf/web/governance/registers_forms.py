"""Forms of the registers."""

from __future__ import annotations

from typing import Any

from django import forms

from fourleaf.governance.models import ConsultationRecord, ConsultationRecordState, ImpactState, ProcessingActivity
from fourleaf.governance.starter_activities import PROCESSING_KINDS, SUBJECTS
from fourleaf.web.governance.fields import (
    PersonForm,
    choose,
    day,
    long_text,
    unit_choice,
    version_field,
    written,
)

__all__ = ["AnswerForm", "ConsultationFilter", "ConsultationForm", "ProcessingFilter", "ProcessingForm"]


class ProcessingFilter(forms.Form):
    """Filters of the register of processing."""

    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "All"), *PROCESSING_KINDS.items()])
    region = forms.ChoiceField(label="Region", required=False)
    live = forms.ChoiceField(label="Runs", required=False, choices=[("", "All"), ("yes", "Runs"), ("no", "Does not")])
    impact = forms.ChoiceField(label="Impact assessment", required=False, choices=[("", "All"), *ImpactState.choices])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "region", unit_choice("regions", "All"))


class ConsultationFilter(forms.Form):
    """Filters of the register of consultation."""

    region = forms.ChoiceField(label="Region", required=False)
    state = forms.ChoiceField(label="State", required=False, choices=[("", "All"), *ConsultationRecordState.choices()])
    subject = forms.ChoiceField(
        label="Subject", required=False, choices=[("", "All"), *SUBJECTS.items(), ("policy", "A policy")]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "region", unit_choice("regions", "All"))


class ProcessingForm(PersonForm):
    """An entry of the register of processing."""

    people = ("owner",)
    name = forms.CharField(label="Name", max_length=150)
    kind = forms.ChoiceField(label="Kind", choices=PROCESSING_KINDS.items())
    purpose = long_text("Purpose", rows=2, help_text="What it is for.")
    data_categories = long_text("Data", rows=2, help_text="Which data.")
    people_concerned = long_text("People concerned", rows=2)
    recipients = long_text("Recipients", rows=2, help_text="Who gets them, outside the company too.")
    legal_basis = forms.CharField(label="Legal basis", max_length=200, required=False)
    retention = forms.CharField(label="Kept for", max_length=200, required=False)
    safeguards = long_text("Safeguards", rows=2)
    region_ids = forms.TypedMultipleChoiceField(
        label="Regions",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: everywhere.",
    )
    owner = forms.CharField(label="Owner", max_length=300, required=False, help_text="Name, e-mail or number.")
    live = forms.BooleanField(label="It runs", required=False)
    since = day("Since")
    ended_on = day("Ended on")
    impact_state = forms.ChoiceField(label="Impact assessment", choices=ImpactState.choices)
    impact_note = long_text("Notes of the assessment", help_text="Risks, measures, opinion of the officer.")
    impact_on = day("Day of the assessment")
    review_due = day("Look at it again by")
    version = version_field()

    def __init__(self, *args: Any, entry: ProcessingActivity | None = None, **kwargs: Any) -> None:
        if entry is not None:
            kwargs["initial"] = {name: getattr(entry, name) for name in self.base_fields if hasattr(entry, name)}
            kwargs["initial"] |= {
                "owner": written(entry.owner),
                "region_ids": [region.pk for region in entry.regions.all()],
            }
        super().__init__(*args, **kwargs)
        choose(self, "region_ids", unit_choice("regions"))

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in ("owner", "version")}
        return {**data, "owner_id": self.id_of("owner")}


class ConsultationForm(forms.Form):
    """A consultation, but for its outcome."""

    title = forms.CharField(label="Title", max_length=150)
    region_id = forms.TypedChoiceField(label="Region", coerce=int, empty_value=None)
    subjects = forms.MultipleChoiceField(
        label="Subjects", choices=SUBJECTS.items(), widget=forms.CheckboxSelectMultiple
    )
    started_on = day("Asked on")
    reference = forms.CharField(
        label="Document", max_length=200, required=False, help_text="Number of the agreement, or where the minutes are."
    )
    link = forms.URLField(label="Address of the document", required=False, max_length=500, assume_scheme="https")
    note = long_text("Notes")
    version = version_field()

    def __init__(self, *args: Any, entry: ConsultationRecord | None = None, **kwargs: Any) -> None:
        if entry is not None:
            kwargs["initial"] = {name: getattr(entry, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        choose(self, "region_id", unit_choice("regions", "Choose"))


class AnswerForm(forms.Form):
    """The outcome of a consultation."""

    outcome = forms.ChoiceField(
        label="Outcome", choices=[("agreed", "Agreed"), ("declined", "Declined")], widget=forms.RadioSelect
    )
    recorded_on = day("Day of the outcome", required=True)
    reference = forms.CharField(
        label="Document", max_length=200, required=False, help_text="What proves it. Needed for an agreement."
    )
    note = long_text("Notes", rows=2)
    version = version_field()
