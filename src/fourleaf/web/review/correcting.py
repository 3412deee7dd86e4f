"""What holds for an item, corrected by somebody who decides it: the form, and what is said of it on the item's page."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django import forms

from fourleaf.review.contracts import FLAGS
from fourleaf.review.models import Decision, ReviewItem
from fourleaf.web.review.flags import FLAG_GROUPS, GroupedBoxes

__all__ = ["CORRECT_ID", "CorrectForm", "corrections_of", "void_words"]

#: Other forms with the same fields may be on the page.
CORRECT_ID: Final = "correct_%s"


class CorrectForm(forms.Form):
    """All that holds for an item, and why it was corrected."""

    flags = forms.MultipleChoiceField(
        label="What really holds for it",
        choices=FLAG_GROUPS,
        required=False,
        widget=GroupedBoxes,
        help_text="Tick what its author forgot. What they ticked stays, unless it asks for less care.",
    )
    reason = forms.CharField(
        label="Why", widget=forms.Textarea(attrs={"rows": 2}), max_length=500, help_text="The author reads it."
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


def corrections_of(item: ReviewItem) -> list[dict[str, Any]]:
    """Who corrected what holds for an item, when, what and why; the newest first."""
    return [
        {
            **entry,
            "at": datetime.fromisoformat(entry["at"]),
            "on": [FLAGS.get(flag, flag) for flag in entry["on"]],
            "off": [FLAGS.get(flag, flag) for flag in entry["off"]],
        }
        for entry in reversed(item.corrections.get("log", ()))
    ]


def void_words(item: ReviewItem, one: Decision) -> str:
    """Why an approval of the text as it is counts no longer; "" where it does."""
    if one.verdict != "approved" or one.undone_at is not None or one.content_hash != item.content_hash:
        return ""
    if item.state == "withdrawn":
        return "no longer counts: the item was taken back"
    if item.state == "expired":
        return "no longer counts: the approval is over"
    return "no longer counts: the item has begun anew since" if one.submission < item.counts_from else ""
