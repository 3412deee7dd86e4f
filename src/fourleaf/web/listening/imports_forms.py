"""Forms of the import wizard: the file, and what its columns hold."""

from __future__ import annotations

from typing import Any, cast
from zoneinfo import available_timezones

from django import forms
from django.conf import settings

from fourleaf.listening.selectors.imports import FilePreview

__all__ = ["FIELD_LABELS", "ColumnsForm", "UploadForm"]

#: What the fields of a post are called for people.
FIELD_LABELS: dict[str, str] = {
    "text": "Text of the post",
    "created_at": "When it was published",
    "id": "Id of the post",
    "author": "Author (handle)",
    "author_name": "Author's name",
    "author_followers": "Author's followers",
    "platform": "Platform",
    "url": "Link to the post",
    "kind": "Kind (post, reply, reshare, quote)",
    "parent_id": "Id of the post it answers or re-shares",
    "likes": "Likes",
    "shares": "Shares",
    "replies": "Replies",
    "views": "Views",
}
_SAMPLE = 60
#: Characters of a column's heading that are shown.
_HEADING = 80


class UploadForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label="File of posts",
        help_text="CSV, JSON or Parquet, packed with gzip if you like. One row a post.",
        error_messages={"required": "Choose a file first.", "empty": "This file is empty. Choose another."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text += f" At most {settings.UPLOAD_LIMIT_MB:,} MB."


class ColumnsForm(forms.Form):
    """For each column of the file: what it holds; and how times and platforms are meant."""

    zone = forms.ChoiceField(
        label="Times without a zone are of", help_text="Only for times in the file that do not say their zone."
    )
    day_first = forms.ChoiceField(
        label="Dates such as 03/04/2026",
        required=False,
        choices=[("", "Find out from the file"), ("yes", "Day first (3 April)"), ("no", "Month first (4 March)")],
    )
    platform = forms.CharField(
        label="Platform",
        required=False,
        max_length=60,
        help_text="Where these posts were published, for rows whose column is empty.",
    )

    def __init__(self, *args: Any, preview: FilePreview, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: Whether no column is known to say where the posts were published, so that it must be asked for.
        self.asks_platform = "platform" not in preview.suggested.values()
        if self.asks_platform:
            platform = self.fields["platform"]
            platform.label = "Where were these posts published?"
            platform.help_text = "One word, such as microblog, video or forum; the same word in every file from there."
        zones = sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")
        cast("forms.ChoiceField", self.fields["zone"]).choices = [(zone, zone) for zone in zones]
        self.columns: list[tuple[str, str]] = []
        choices = [("", "Leave it out"), *FIELD_LABELS.items()]
        for number, column in enumerate(preview.columns):
            sample = next((str(row[column]) for row in preview.sample if row.get(column) not in (None, "")), "")
            name = f"column_{number}"
            self.columns.append((name, column))
            shown = sample if len(sample) <= _SAMPLE else sample[: _SAMPLE - 1] + "…"
            self.fields[name] = forms.ChoiceField(
                label=(column if len(column) <= _HEADING else column[: _HEADING - 1] + "…") or f"column {number + 1}",
                required=False,
                choices=choices,
                initial=preview.suggested.get(column, ""),
                help_text="",
            )
            self.fields[name].sample = shown  # type: ignore[attr-defined]  # shown beside the field

    @property
    def column_fields(self) -> list[tuple[forms.BoundField, str]]:
        """The fields of the columns with an example value of each."""
        return [(self[name], self.fields[name].sample) for name, _ in self.columns]  # type: ignore[attr-defined]  # set above

    @property
    def other_fields(self) -> list[forms.BoundField]:
        """Everything else; the platform stands above the columns when it is asked for."""
        return [self[name] for name in ("zone", "day_first", *(() if self.asks_platform else ("platform",)))]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        taken: dict[str, str] = {}
        for name, column in self.columns:
            field = values.get(name)
            if not field:
                continue
            if field in taken:
                self.add_error(name, f"“{taken[field]}” is said to hold this already. Choose one of the two.")
            taken.setdefault(field, column)
        for needed in ("text", "created_at"):
            if needed not in taken:
                self.add_error(None, f"Say which column holds: {FIELD_LABELS[needed].lower()}.")
        return values

    @property
    def mapping(self) -> dict[str, str]:
        """column -> field."""
        return {column: self.cleaned_data[name] for name, column in self.columns if self.cleaned_data.get(name)}

    @property
    def day_first_value(self) -> bool | None:
        """True, False, or None to find out."""
        return {"yes": True, "no": False}.get(self.cleaned_data.get("day_first", ""))
