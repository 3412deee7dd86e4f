"""Forms about one's own account."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms

from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.services.tokens import available_scopes

__all__ = ["SettingsForm", "TokenForm"]


class SettingsForm(forms.Form):
    """Time zone and theme."""

    time_zone = forms.ChoiceField(
        label="Time zone",
        required=False,
        choices=[
            ("", "As my region"),
            *((zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC"),
        ],
        help_text="Times are shown by this clock.",
    )
    theme = forms.ChoiceField(
        label="Light or dark",
        required=False,
        choices=[("", "As the device"), ("light", "Light"), ("dark", "Dark")],
        widget=forms.RadioSelect,
    )


class TokenForm(forms.Form):
    """A key for the API."""

    name = forms.CharField(label="What it is for", max_length=100, help_text="Such as “weekly report”.")
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        widget=forms.CheckboxSelectMultiple,
        help_text="Never more than you may yourself. Less is safer.",
    )
    lasts = forms.TypedChoiceField(
        label="How long it works",
        coerce=int,
        choices=[(30, "30 days"), (90, "90 days"), (180, "Half a year"), (365, "A year")],
        initial=90,
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._zone = ZoneInfo(actor.time_zone)
        field = self.fields["scopes"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - tells the type checker
        field.choices = available_scopes(actor)

    @property
    def expires_at(self) -> datetime:
        """The end of the last day, in the owner's zone."""
        last: date = clock.today(self._zone) + timedelta(days=self.cleaned_data["lasts"])
        return datetime.combine(last, time(23, 59), self._zone)
