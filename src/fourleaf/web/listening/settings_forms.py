"""Forms of the settings of listening: own accounts, keeping, erasure."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from fourleaf.kernel.models import Brand
from fourleaf.listening.models import ListeningSettings, OwnAccount
from fourleaf.listening.selectors.privacy import stored_platforms
from fourleaf.listening.suppression import folded_handle

__all__ = ["AccountForm", "EraseAuthorForm", "KeepingForm", "ReleaseForm"]

_HANDLE = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class AccountForm(forms.Form):
    """An account of ours."""

    handle = forms.CharField(
        label="Handle",
        max_length=200,
        widget=forms.TextInput(attrs=_HANDLE),
        help_text="As it stands beside the posts, with or without @. Small and capital letters are the same.",
        error_messages={"required": "Write the handle, with or without @."},
    )
    platform = forms.ChoiceField(
        label="Platform", required=False, help_text="Only platforms that stored posts come from can be chosen."
    )
    kind = forms.ChoiceField(label="Whose account it is", choices=OwnAccount.Kind.choices, widget=forms.RadioSelect)
    brand_id = forms.TypedChoiceField(
        label="Brand", required=False, coerce=int, empty_value=None, help_text="For your own overview."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        platforms = [("", "Every platform"), *((name, name) for name in stored_platforms())]
        cast("forms.ChoiceField", self.fields["platform"]).choices = platforms
        brands = Brand.objects.filter(archived_at=None).order_by("name").values_list("pk", "name")
        choices = [("", "None in particular"), *((str(pk), name) for pk, name in brands)]
        cast("forms.ChoiceField", self.fields["brand_id"]).choices = choices
        self.initial.setdefault("kind", "brand")


class KeepingForm(forms.Form):
    """How long posts are kept. ``confirmed`` is asked only when the decision erases posts that are stored now."""

    keep = forms.ChoiceField(
        label="Posts are",
        choices=[
            ("ever", "kept until somebody erases them"),
            ("days", "erased when they are older than the days below"),
        ],
        widget=forms.RadioSelect,
    )
    days = forms.IntegerField(
        label="Days",
        required=False,
        min_value=1,
        max_value=36_500,
        help_text="Counted from when a post was published. 365 days are a year; reports reach back no further.",
    )
    confirmed = forms.BooleanField(label="Yes, erase these posts", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, row: ListeningSettings, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(
            {
                "keep": "days" if row.keep_days else "ever",
                "days": row.keep_days or None,
                "version": row.version,
            }
        )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("keep") == "days" and not values.get("days") and "days" not in self.errors:
            self.add_error("days", "Write after how many days posts are erased, from 1 to 36,500.")
        return values

    @property
    def keep_days(self) -> int:
        """Days, or 0 for ever."""
        return int(self.cleaned_data["days"]) if self.cleaned_data["keep"] == "days" else 0


class EraseAuthorForm(forms.Form):
    """Whose posts are erased, and where the request is filed. ``confirmed`` comes with the second step."""

    handle = forms.CharField(
        label="Handle of the author",
        max_length=200,
        widget=forms.TextInput(attrs=_HANDLE),
        help_text="With or without @; it holds for every platform. The handle itself is not kept afterwards.",
        error_messages={"required": "Write the handle, with or without @."},
    )
    reference = forms.CharField(
        label="Reference",
        max_length=100,
        required=False,
        help_text="Where the request is filed, such as a ticket number. It stays in the list and in the audit trail, "
        "so do not write the handle or a name here.",
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        handle = folded_handle(values.get("handle", ""))
        if "handle" in values and not handle:
            self.add_error("handle", "Write the handle, with or without @.")
        if handle and handle in values.get("reference", "").casefold():
            self.add_error("reference", "The handle stands in the reference, where it would be kept. Take it out.")
        return values


class ReleaseForm(forms.Form):
    """Who may be collected again."""

    handle = forms.CharField(
        label="Handle of the author",
        max_length=200,
        widget=forms.TextInput(attrs=_HANDLE),
        help_text="As they write it themselves, with or without @.",
        error_messages={"required": "Write the handle, with or without @."},
    )
