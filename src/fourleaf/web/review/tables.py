"""The tables of review: queue, strata."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fourleaf.engine.review.tiers import TIERS
from fourleaf.governance.public import person_level_condition
from fourleaf.kernel import clock
from fourleaf.kernel.public import brands, regions
from fourleaf.review.contracts import CONTENT_CLASSES
from fourleaf.review.models import OPEN, ReviewItem, Stratum
from fourleaf.review.selectors.items import IN_TURN
from fourleaf.web.kit.tables import Bulk, Column, Empty, State, Table
from fourleaf.web.kit.tables.columns import state_html
from fourleaf.web.kit.times import exact
from fourleaf.web.review.words import short_time, there

__all__ = ["LEVELS", "QUEUE", "STATES", "STRATA", "due_state", "due_there"]

STATES = {
    "draft": State("neutral", "Draft", "pencil-square"),
    "submitted": State("information", "Handed in"),
    "in_review": State("information", "In review"),
    "approved": State("good", "Approved"),
    "returned": State("attention", "Changes asked for"),
    "withdrawn": State("neutral", "Taken back"),
    "expired": State("neutral", "Approval over", "clock"),
}
LEVELS = {
    "QH": State("blocking", "QH halted"),
    "QT": State("attention", "QT two reviewers"),
    "Q0": State("information", "Q0 everything"),
    "Q1": State("good", "Q1 a half"),
    "Q2": State("good", "Q2 a quarter"),
    "Q3": State("good", "Q3 audit after"),
}
#: What is in the queue; what people write belongs to one of the classes of content.
_CLASSES = {**CONTENT_CLASSES, "policy": "Policy"}
_SOON = timedelta(hours=2)
_NEAR = timedelta(minutes=90)


def due_state(item: ReviewItem) -> State | None:
    """How near the time is, in colour, icon and word; None where nothing is due. R4 is due now."""
    if item.is_open and item.tier == "R4" and item.due_at is None:
        return State("blocking", "Now", "exclamation-circle")
    if not (item.is_open or item.awaits_audit) or item.due_at is None:
        return None
    left = item.due_at - clock.now()
    if left < timedelta(0):
        return State("blocking", f"Overdue {_span(-left)}", "exclamation-circle")
    # The date first: "in a day" over a weekend says little.
    said = f"In {_span(left)}" if left < _NEAR else short_time(item.due_at)
    return State("attention" if left < _SOON else "neutral", said, "clock")


def due_there(item: ReviewItem) -> str:
    """When that is on the clocks of the item's region, where they differ from the reader's."""
    region = item.region if due_state(item) is not None else None
    return there(item.due_at, region.time_zone, region.name) if region is not None else ""


def _span(left: timedelta) -> str:
    minutes = int(left.total_seconds() // 60)
    if minutes < 90:
        return f"{max(minutes, 1)} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"


def _due(item: ReviewItem) -> SafeString:
    state = due_state(item)
    if state is None:
        return SafeString("")
    if item.due_at is None:
        return state_html(state)
    abroad = due_there(item)
    said = exact(item.due_at) + (f"; {abroad}" if abroad else "")
    return format_html('<span title="{}">{}<span class="vh"> ({})</span></span>', said, state_html(state), said)


class QueueFilter(forms.Form):
    """Filters of the queue; two queries for their choices."""

    tier = forms.ChoiceField(label="Tier", required=False, choices=[("", "All"), *((t, t) for t in TIERS)])
    brand = forms.ChoiceField(label="Brand", required=False)
    region = forms.ChoiceField(label="Region", required=False)
    content_class = forms.ChoiceField(label="Kind", required=False, choices=[("", "All"), *_CLASSES.items()])
    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "All"), *((code, one.label) for code, one in STATES.items())]
    )
    due = forms.ChoiceField(
        label="Due", required=False, choices=[("", "Any time"), ("over", "Overdue"), ("today", "Within a day")]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, units in (("brand", brands()), ("region", regions())):
            choices = [("", "All"), *((str(one.id), one.name) for one in units.values())]
            self.fields[name].choices = choices  # type: ignore[attr-defined]


def _filter(rows: QuerySet[ReviewItem], values: Mapping[str, Any]) -> QuerySet[ReviewItem]:
    for name in ("tier", "content_class", "state"):
        if values.get(name):
            rows = rows.filter(**{name: values[name]})
    for name in ("brand", "region"):
        if values.get(name):
            rows = rows.filter(**{f"{name}_id": int(values[name])})
    if values.get("due"):
        until = clock.now() + (timedelta(days=1) if values["due"] == "today" else timedelta(0))
        waits = Q(state__in=OPEN) | Q(audit=True, audited_at__isnull=True, state="approved")
        rows = rows.filter(waits).filter(Q(due_at__lt=until) | Q(tier="R4", due_at__isnull=True))
    return rows


def _search(rows: QuerySet[ReviewItem], text: str) -> QuerySet[ReviewItem]:
    # Finding all that somebody ever handed in would count their work; what is open is found by everybody's name.
    by_name = Q(state__in=OPEN) | person_level_condition("author__")
    for word in text.split()[:8]:
        found = Q(title__icontains=word) | Q(channel__iexact=word) | (by_name & Q(author__name__icontains=word))
        rows = rows.filter(found)
    return rows


def _page(row: ReviewItem) -> str:
    return reverse("review:item", args=[row.pk])


def _class(row: ReviewItem) -> str:
    return _CLASSES.get(row.content_class, row.content_class.replace("_", " "))


QUEUE = Table(
    key="review",
    name="Review queue",
    one="item",
    many="items",
    columns=(
        Column("title", "Item", kind="link", href=_page, sort="title", main=True, side=True),
        Column("due", "Due", show=_due, value="due_at", sort=IN_TURN, priority=1),
        Column("tier", "Tier", sort=("tier", "pk"), priority=1),
        Column("state", "State", kind="state", states=STATES, sort=("state", "pk"), priority=1),
        Column("author", "Author", value="author.name", sort=("author__name", "pk")),
        Column("brand", "Brand", value="brand.name", sort=("brand__name", "pk")),
        Column("content_class", "Kind", value=_class, sort=("content_class", "pk"), priority=3),
        Column("channel", "Channel", sort=("channel", "pk"), priority=3),
        Column("level", "Review", sort=("level", "pk"), priority=3,
               help="The level at which the item was handed in: Q0 everything, Q1 a half, Q2 a quarter, Q3 audit."),
        Column("region", "Region", value="region.name", sort=("region__name", "pk"), shown=False, priority=3),
        Column("submitted_at", "Handed in", kind="time", sort=("submitted_at", "pk"), shown=False, priority=3),
        Column("decided_at", "Decided", kind="time", sort=("decided_at", "pk"), shown=False, priority=3),
    ),
    sort="due",
    filters=QueueFilter,
    filter=_filter,
    search=_search,
    search_label="Search title, author, channel",
    empty=Empty(
        "Nothing here",
        "What people want to publish waits here for those who decide it, the next due first. "
        "Begin with a draft of your own, or ask what would happen to a post.",
        icon="inbox",
        action="Write a draft",
        url_name="review:add",
        permission="review.submit",
    ),
    bulk=(Bulk("Approve", "review:bulk", "check-circle", permission="review.decide"),),
)  # fmt: skip


def _stratum(row: Stratum) -> str:
    return reverse("review:stratum", args=[row.pk])


def _share(name: str) -> Any:
    return lambda row: row.state.get(name, 0)


def _since(row: Stratum) -> date | None:
    said = row.state.get("since")
    return date.fromisoformat(said) if said else None


STRATA = Table(
    key="strata",
    name="Trust",
    one="stratum",
    many="strata",
    columns=(
        Column("name", "Stratum", kind="link", value=str, href=_stratum, main=True,
               sort=("brand__name", "content_class", "author_group")),
        Column("level", "Level", kind="state", states=LEVELS, sort=("level", "pk"), priority=1),
        Column("proposed", "Proposed", kind="state", value=lambda row: row.proposed,
               states={True: State("attention", "Less review"), False: State("neutral", "–", "minus")},
               sort=("-proposed", "pk"), priority=1),
        Column("reviewed", "Reviewed at this level", kind="number", value=_share("reviewed")),
        Column("majors", "Major defects", kind="number", value=_share("majors")),
        Column("since", "Since", kind="date", value=_since),
        Column("last_item_on", "Last item", kind="date", sort=("last_item_on", "pk"), priority=3),
    ),
    sort="name",
    empty=Empty(
        "No stratum yet",
        "A stratum is a brand, a kind of content and a group of authors. The first item that is handed in begins one, "
        "at full review; clean items earn it less.",
        icon="scale",
    ),
)  # fmt: skip
