"""Observations of a pilot: what was counted, and the effect that follows from it with its interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from fourleaf.engine.alignment.plan import Pilot
from fourleaf.engine.pilots import Effect, difference_in_differences, difference_of_shares, own_history

__all__ = ["ObservationsForm", "kind_of"]


def kind_of(pilot: Pilot) -> str:
    """What is entered: ``arms`` (cases on both sides), ``units`` (weeks of two units) or ``weeks`` (of one)."""
    return {"randomised": "arms", "matched_unit": "units", "own_history": "weeks"}.get(pilot.comparison or "", "arms")


def _weeks(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One value a week, with spaces or lines between them.",
    )


class ObservationsForm(forms.Form):
    """Counts or weekly values by the pilot's comparison; or an effect that was worked out elsewhere."""

    comparison_hits = forms.IntegerField(label="Comparison: successes", required=False, min_value=0)
    comparison_cases = forms.IntegerField(label="Comparison: cases", required=False, min_value=1)
    pilot_hits = forms.IntegerField(label="Pilot: successes", required=False, min_value=0)
    pilot_cases = forms.IntegerField(label="Pilot: cases", required=False, min_value=1)
    pilot_before = _weeks("Pilot, weeks before")
    pilot_after = _weeks("Pilot, weeks after")
    comparison_before = _weeks("Comparison, the same weeks before")
    comparison_after = _weeks("Comparison, the same weeks after")
    point = forms.FloatField(label="Effect", required=False, help_text="In the unit of the metric.")
    low = forms.FloatField(label="Lower end of its interval", required=False)
    high = forms.FloatField(label="Upper end of its interval", required=False)
    breached = forms.MultipleChoiceField(
        label="Guardrails that were breached", required=False, widget=forms.CheckboxSelectMultiple
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind_of(pilot)
        asked = {
            "arms": ("comparison_hits", "comparison_cases", "pilot_hits", "pilot_cases"),
            "units": ("pilot_before", "pilot_after", "comparison_before", "comparison_after"),
            "weeks": ("pilot_before", "pilot_after"),
        }[self.kind]
        self.measured = asked
        for name in list(self.fields):
            if name not in (*asked, "point", "low", "high", "breached", "version"):
                del self.fields[name]
        field = self.fields["breached"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = [
            (str(number), f"{guard.text or guard.kpi}{f', {guard.limit}' if guard.limit else ''}")
            for number, guard in enumerate(pilot.guardrails)
        ]
        if not pilot.guardrails:
            del self.fields["breached"]

    def clean(self) -> dict[str, Any]:
        """Adds ``effect`` (an engine `Effect` in the metric's unit) and ``said`` (the figures in words)."""
        values = super().clean() or {}
        given = [name for name in self.measured if values.get(name) not in (None, "")]
        by_hand = [name for name in ("point", "low", "high") if values.get(name) is not None]
        if self.errors:
            return values
        try:
            if by_hand:
                effect = self._by_hand(values, by_hand)
            elif len(given) == len(self.measured):
                effect = self._measured(values)
            else:
                raise ValueError("Fill in all the counts, or the effect with both ends of its interval.")
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None
        return {**values, "effect": effect, "said": self._said(values, effect)}

    def _by_hand(self, values: Mapping[str, Any], given: list[str]) -> Effect:
        if len(given) < 3:
            raise ValueError("An effect has a point and both ends of its interval.")
        if not values["low"] <= values["point"] <= values["high"]:
            raise ValueError("The effect lies between the two ends of its interval.")
        return Effect(values["point"], values["low"], values["high"], "worked out elsewhere")

    def _measured(self, values: Mapping[str, Any]) -> Effect:
        if self.kind == "arms":
            effect = difference_of_shares(
                (values["comparison_hits"], values["comparison_cases"]), (values["pilot_hits"], values["pilot_cases"])
            )
            return Effect(100 * effect.point, 100 * effect.low, 100 * effect.high, effect.method)
        weeks = {name: _values(name, values[name]) for name in self.measured}
        if self.kind == "weeks":
            return own_history(weeks["pilot_before"], weeks["pilot_after"])
        return difference_in_differences(
            weeks["pilot_before"], weeks["pilot_after"], weeks["comparison_before"], weeks["comparison_after"]
        )

    def _said(self, values: Mapping[str, Any], effect: Effect) -> str:
        figures = "; ".join(
            f"{self.fields[name].label}: {' '.join(str(values[name]).split())}"
            for name in self.measured
            if values.get(name) not in (None, "")
        )
        found = f"Effect {effect.point:+.3g}, interval {effect.low:.3g} to {effect.high:.3g} ({effect.method})."
        return f"Observed. {figures}. {found}" if figures else f"Observed. {found}"


def _values(name: str, text: str) -> list[float]:
    """The numbers of a text; a comma as decimal point is understood."""
    found = []
    for place, word in enumerate(str(text).replace(";", " ").split(), start=1):
        try:
            found.append(float(word.replace(",", ".")))
        except ValueError:
            raise ValueError(f"“{word}”, value {place} of {name.replace('_', ' ')}, is no number.") from None
    return found
