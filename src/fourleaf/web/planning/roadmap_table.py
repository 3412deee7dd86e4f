"""The roadmap as a table: the same facts as the picture, to sort, narrow and take away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from fourleaf.engine.alignment.roadmap_template import PHASES
from fourleaf.web.kit.tables import Column, Empty, State, Table
from fourleaf.web.kit.tables.columns import state_html
from fourleaf.web.planning.roadmap_facts import STATE_WORDS, ItemFacts

__all__ = ["STATES", "RoadmapFilter", "narrowed", "roadmap_table"]

STATES: Mapping[str, State] = {
    "planned": State("neutral", STATE_WORDS["planned"], "minus-circle"),
    "ready": State("information", STATE_WORDS["ready"], "play-circle"),
    "in_progress": State("information", STATE_WORDS["in_progress"], "clock"),
    "done": State("good", STATE_WORDS["done"]),
    "dropped": State("neutral", STATE_WORDS["dropped"], "x-circle"),
}


class RoadmapFilter(forms.Form):
    """What narrows picture and table alike; brands and owners are those that items name."""

    side = forms.ChoiceField(
        label="Side", required=False, choices=[("", "Both"), ("external", "Outside"), ("internal", "Inside")]
    )
    phase = forms.TypedChoiceField(
        label="Phase",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "All"), *((str(n), f"{n} {name}") for n, name in enumerate(PHASES))],
    )
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "All"), *STATE_WORDS.items(), ("open", "Not finished"), ("ahead", "Ahead of the inside")],
    )
    owner = forms.ChoiceField(label="Owner", required=False)
    brand = forms.ChoiceField(label="Brand", required=False)

    def __init__(self, *args: Any, items: Iterable[ItemFacts] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("owner", "brand"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
            known = sorted({getattr(item, name) for item in items} - {""})
            field.choices = [("", "All"), *((value, value) for value in known)]
            if not known:
                del self.fields[name]


def narrowed(items: Iterable[ItemFacts], values: Mapping[str, Any]) -> list[ItemFacts]:
    """The items that the filter lets through; work of both sides belongs to either."""
    found = list(items)
    if side := values.get("side"):
        found = [item for item in found if item.side in (side, "both")]
    if values.get("phase") is not None:
        found = [item for item in found if item.phase == values["phase"]]
    if state := values.get("state"):
        found = [item for item in found if _in_state(item, state)]
    for name in ("owner", "brand"):
        if value := values.get(name):
            found = [item for item in found if getattr(item, name) == value]
    return found


def _in_state(item: ItemFacts, state: str) -> bool:
    if state == "open":
        return not item.finished
    return item.lag > 0 if state == "ahead" else item.state == state


def _named(item: ItemFacts) -> SafeString:
    return format_html("<strong>{}</strong> {}", item.id, item.title)


def _waits(item: ItemFacts) -> SafeString:
    hard = format_html_join(", ", "{}", ((name,) for name in item.unmet_hard))
    soft = format_html_join(", ", "{}", ((name,) for name in item.unmet_soft))
    if hard and soft:
        return format_html('{} <span class="muted">({})</span>', hard, soft)
    return format_html('<span class="muted">({})</span>', soft) if soft else hard


def _waits_text(item: ItemFacts) -> str:
    return ", ".join([*item.unmet_hard, *(f"({name})" for name in item.unmet_soft)])


def _days(item: ItemFacts) -> SafeString:
    note = SafeString(' <span class="muted small">worked out</span>' if item.guessed else "")
    if item.start == item.end:
        return format_html("{}{}", f"{item.start:%d %b %Y}", note)
    return format_html("{} – {}{}", f"{item.start:%d %b %Y}", f"{item.end:%d %b %Y}", note)


def _earliest(item: ItemFacts) -> SafeString:
    if item.finished:
        return SafeString("")
    late = format_html(' <span class="state attention">{} days late</span>', item.late_days) if item.late_days else ""
    return format_html("{}{}", f"{item.finish:%d %b %Y}", late)


def _slack(item: ItemFacts) -> SafeString:
    if item.slack is None:
        return SafeString("")
    return format_html("{}{}", f"{item.slack:g} wk", " · critical" if item.critical else "")


def _lag(item: ItemFacts) -> SafeString:
    if not item.lag:
        return SafeString("")
    kind, word = ("attention", "1 phase") if item.lag == 1 else ("blocking", f"{item.lag} phases")
    return format_html("{} <span>of {}</span>", state_html(State(kind, word)), item.behind)


def _shift(item: ItemFacts) -> SafeString:
    if not item.shift:
        return SafeString("on baseline" if item.shift == 0 else "")
    return format_html("{} days {}", abs(item.shift), "later" if item.shift > 0 else "earlier")


def _evidence(item: ItemFacts) -> SafeString:
    if item.evidence:
        return format_html_join("; ", "{}", ((text,) for text in item.evidence))
    return format_html('<span class="muted">wanted: {}</span>', item.wanted) if item.wanted else SafeString("")


def roadmap_table(plan_id: int) -> Table:
    """The table of one plan's roadmap."""

    def item_page(item: ItemFacts) -> str:
        return reverse("planning:roadmap_item", args=[plan_id, item.id])

    return Table(
        key="roadmap",
        name="Roadmap",
        one="activity",
        many="activities",
        size=100,
        row_id=lambda item: item.id,
        columns=(
            Column("id", "Activity", kind="link", value=_named, href=item_page, main=True, side=True, sort="id",
                   export=lambda item: f"{item.id} {item.title}"),
            Column("side", "Side", value="side_word", sort="side"),
            Column("phase", "Phase", kind="number", sort="phase"),
            Column("state", "State", kind="state", states=STATES, sort="state"),
            Column("start", "Planned or actual days", show=_days, sort="start",
                   export=lambda item: f"{item.start} to {item.end}",
                   help="“Worked out” means that nobody gave both days: they follow from the durations."),
            Column("finish", "Done at the earliest", show=_earliest, sort="finish", export=lambda item: item.finish,
                   help="From today on, with everything that must come first."),
            Column("slack", "Slack", show=_slack, sort="slack", priority=3, export=lambda item: item.slack,
                   help="Weeks that the activity can end later without the last activity of the plan ending later. "
                        "Critical: none at all."),
            Column("unmet_hard", "Waits for", show=_waits, export=_waits_text,
                   help="What must be done first; in brackets what should be."),
            Column("lag", "Ahead of the inside", show=_lag, sort="lag", export=lambda item: item.lag,
                   help="Phases by which work outside runs ahead of its earliest unfinished work inside. From one on "
                        "it is a warning, from two on an error."),
            Column("owner", "Owner", sort="owner", priority=3),
            Column("shift", "Against the baseline", show=_shift, sort="shift", shown=False, priority=3,
                   export=lambda item: item.shift),
            Column("evidence", "Evidence", show=_evidence, shown=False, priority=3,
                   export=lambda item: "; ".join(item.evidence)),
            Column("brand", "Brand", sort="brand", shown=False, priority=3),
            Column("hard", "Needs", value=lambda item: ", ".join(item.hard), shown=False, priority=3),
        ),
        empty=Empty("No activity fits", "Take a filter away to see the others.", icon="map"),
    )  # fmt: skip
