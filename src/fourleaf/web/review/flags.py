"""What holds for an item, as ticks in groups with headings."""

from __future__ import annotations

from typing import Final

from django import forms

from fourleaf.review.contracts import FLAGS

__all__ = ["FLAG_GROUPS", "GroupedBoxes"]

_GROUPS: Final = {
    "Known already": ("established_topic", "approved_source"),
    "New": ("campaign_new", "product_launch", "first_in_format", "first_in_channel", "first_in_language"),
    "Claims and terms": (
        "health_claim", "safety_claim", "environment_claim", "competitor_comparison", "price", "contest_terms",
        "paid_endorsement",
    ),
    "People": ("named_third_party", "minors", "ai_image_of_people", "employee_data", "personnel_case"),
}  # fmt: skip
_REST: Final = "Grave matters"


def _groups() -> list[tuple[str, list[tuple[str, str]]]]:
    placed = {flag for flags in _GROUPS.values() for flag in flags}
    found = [(name, [(flag, FLAGS[flag]) for flag in flags]) for name, flags in _GROUPS.items()]
    # What no group names is shown nevertheless.
    return [*found, (_REST, [(flag, label) for flag, label in FLAGS.items() if flag not in placed])]


#: Choices for a form field: (heading, [(flag, label), ...]).
FLAG_GROUPS: Final = _groups()


class GroupedBoxes(forms.CheckboxSelectMultiple):
    """Checkboxes in groups, side by side where there is room."""

    template_name = "web/review/boxes.html"
