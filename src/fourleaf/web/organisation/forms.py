"""Forms about regions, departments and brands."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms

from fourleaf.kernel.models import Brand, Department, Region
from fourleaf.kernel.selectors import descendants, unit_choices
from fourleaf.kernel.services.organisation import BRAND_COLOURS
from fourleaf.kernel.working_hours import WEEKDAYS, day_text, parse_day

__all__ = ["BrandForm", "DepartmentForm", "RegionForm", "UnitForm"]

_COLOURS = ("Leaf green", "Blue", "Ochre", "Violet", "Brown", "Rose", "Petrol", "Slate")


class UnitForm(forms.Form):
    """What the three have in common."""

    name = forms.CharField(label="Name", max_length=100)
    code = forms.CharField(
        label="Code",
        max_length=20,
        help_text="Short and lasting, such as MKT: imports and filters name the unit by it.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, unit: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class RegionForm(UnitForm):
    """A region: clock, hours, and how far figures about people may go."""

    time_zone = forms.ChoiceField(
        label="Time zone",
        choices=[
            (zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC"
        ],
        help_text="Days begin and duties change by this clock.",
    )
    analytics_mode = forms.ChoiceField(
        label="Figures about people",
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("", "Not decided: nothing about single people is shown, and readiness checks remind of the decision"),
            ("team_only", "Teams only: nothing below a team, whoever asks"),
            ("role", "Roles: what at least five people of a role do together, and nobody by name"),
            ("individual", "Individuals: people see their own figures, and others see them where that was agreed"),
        ],
    )
    analytics_reason = forms.CharField(
        label="Why it was decided so",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="A works agreement, a law, a promise. Shown to everybody in the region.",
    )
    works_council = forms.BooleanField(
        label="There is a works council or union to be heard",
        required=False,
        help_text="New measures then need a consultation before they start.",
    )

    def __init__(self, *args: Any, unit: Region | None = None, **kwargs: Any) -> None:
        if unit is not None:
            kwargs["initial"] = {
                name: getattr(unit, name)
                for name in (
                    "name",
                    "code",
                    "time_zone",
                    "analytics_mode",
                    "analytics_reason",
                    "works_council",
                    "version",
                )
            }
        super().__init__(*args, **kwargs)
        hours = unit.working_hours if unit is not None else [[["09:00", "17:00"]]] * 5 + [[], []]
        for index, day in enumerate(WEEKDAYS):
            self.fields[f"hours_{index}"] = forms.CharField(
                label=day,
                required=False,
                max_length=120,
                initial=day_text(hours[index]) if hours else "",
                widget=forms.TextInput(attrs={"placeholder": "free", "autocomplete": "off"}),
            )

    def clean(self) -> dict[str, Any]:
        """Read the seven days; a sentence stands beside the day that cannot be read."""
        data = super().clean() or self.cleaned_data
        week: list[list[list[str]]] = []
        for index, day in enumerate(WEEKDAYS):
            try:
                week.append(parse_day(data.pop(f"hours_{index}", ""), day))
            except ValueError as error:
                self.add_error(f"hours_{index}", str(error))
        data["working_hours"] = week
        return data

    @property
    def days(self) -> list[forms.BoundField]:
        """The seven fields, for the template."""
        return [self[f"hours_{index}"] for index in range(7)]


class DepartmentForm(UnitForm):
    """A department and the one above it."""

    parent_id = forms.TypedChoiceField(
        label="Part of", coerce=int, empty_value=None, required=False, help_text="Departments may nest."
    )

    def __init__(self, *args: Any, unit: Department | None = None, **kwargs: Any) -> None:
        if unit is not None:
            kwargs["initial"] = {name: getattr(unit, name) for name in ("name", "code", "parent_id", "version")}
        super().__init__(*args, **kwargs)
        below = descendants(unit.pk) if unit is not None else set()
        field = self.fields["parent_id"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - tells the type checker
        departments = [(pk, name) for pk, name in unit_choices()["departments"] if pk not in below]
        field.choices = [("", "Nothing: it stands at the top"), *((str(pk), name) for pk, name in departments)]


class BrandForm(UnitForm):
    """A brand and its colour on charts."""

    description = forms.CharField(
        label="What it stands for", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    colour = forms.TypedChoiceField(
        label="Colour on charts",
        coerce=int,
        choices=[(index, _COLOURS[index]) for index in range(BRAND_COLOURS)],
        help_text="The brand has it on every chart. The eight are told apart by colour-blind readers too.",
    )

    def __init__(self, *args: Any, unit: Brand | None = None, **kwargs: Any) -> None:
        if unit is not None:
            names = ("name", "code", "description", "colour", "version")
            kwargs["initial"] = {name: getattr(unit, name) for name in names}
        super().__init__(*args, **kwargs)
