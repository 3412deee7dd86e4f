"""How an item is read: its content as pages show it, what changed, and the form that its kind asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils.safestring import SafeString

from fourleaf.engine.review.wording import Piece, changed_fields
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.permissions import allowed
from fourleaf.review.kinds import KINDS, fixed_route_of
from fourleaf.review.models import ItemVersion, ReviewItem
from fourleaf.review.reading import in_order, label_of
from fourleaf.review.selectors.items import open_item_for
from fourleaf.web.governance.policies_text import html_of
from fourleaf.web.review.forms import AuditForm, DecideForm, GuestDecideForm

__all__ = ["changed_since", "compared_with", "content_of", "form_for", "item_address", "kind_context"]

Changes = list[tuple[str, tuple[Piece, ...]]]


def content_of(item: ReviewItem) -> list[tuple[str, SafeString]]:
    """(label, text as HTML) of each field, in reading order; the title only where it says more than the heading."""
    markdown = item.kind in KINDS and KINDS[item.kind].markdown
    return [
        (label_of(name), html_of(text) if markdown else linebreaksbr(text))
        for name, text in in_order(item.content).items()
        if name != "title" or text != item.title
    ]


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> Changes:
    return [(label_of(name), pieces) for name, pieces in changed_fields(in_order(before), in_order(after)).items()]


def changed_since(versions: Sequence[ItemVersion]) -> Changes:
    """What the newest version changed, word by word."""
    return _changes(versions[-2].content, versions[-1].content) if len(versions) > 1 else []


def compared_with(item: ReviewItem) -> tuple[str, Changes] | None:
    """What is in use now, by name, and how the item differs from it; None where there is nothing to compare with."""
    found = KINDS[item.kind].compared(item.subject_id) if item.kind in KINDS else None
    return None if found is None else (found[0], _changes(found[1], item.content))


def item_address(actor: Actor, kind: str, subject_id: int) -> str:
    """The page of the open item of a subject, for who may see it; "" for others and where none is open."""
    found = open_item_for(actor, kind, str(subject_id))
    return reverse("review:item", args=[found]) if found is not None else ""


class _Plain(DecideForm):
    """A verdict on what is evidence of nothing: agreed, or what should change."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["severity"].required = False
        self.fields["severity"].widget = forms.HiddenInput()
        self.fields["severity"].initial = "clean"
        del self.fields["defects"]
        self.fields["note"].help_text = "What should change; or what you want to say beside your agreement."

    def clean_severity(self) -> str:
        """There is nothing to grade."""
        self.cleaned_data["defects"] = []
        return "clean"


class _PlainGuest(_Plain, GuestDecideForm):
    """The same, with the name that a guest types."""


def form_for(item: ReviewItem, *, guest: bool = False) -> type[DecideForm]:
    """The form by which this item is decided."""
    if fixed_route_of(item.kind) is not None:
        return _PlainGuest if guest else _Plain
    if guest:
        return GuestDecideForm
    return AuditForm if item.awaits_audit else DecideForm


def kind_context(actor: Actor, item: ReviewItem) -> dict[str, Any]:
    """What the page of an item says about its kind, where that goes a way of its own; nothing for others."""
    fixed = fixed_route_of(item.kind)
    if fixed is None:
        return {}
    found = KINDS[item.kind]
    own = actor.person_id == item.author_id
    return {
        "fixed": fixed,
        "compared": compared_with(item) if item.is_open else None,
        "url": found.url(item.subject_id) if own or allowed(actor, fixed.right) else "",
        "url_label": f"Open the {found.label.lower()}",
        # Handed in, taken back and mended on its own page.
        "may_withdraw": False,
        "withdraw_form": None,
        "defect_form": None,
    }
