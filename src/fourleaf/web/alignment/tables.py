"""Findings as a table, with its filters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fourleaf.alignment.models import FindingRecord
from fourleaf.alignment.selectors import COLUMNS, held_up_by
from fourleaf.engine.alignment.checking import RULES
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.web.alignment.places import SEVERITY, STATE, rule_url
from fourleaf.web.kit.tables import Bulk, Column, Empty, Table

__all__ = ["FINDINGS", "FindingsFilter"]


class FindingsFilter(forms.Form):
    """What findings are narrowed to."""

    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "Open and waived"), ("open", "Open"), ("waived", "Waived"), ("gone", "Gone"), ("all", "All")],
    )
    severity = forms.ChoiceField(
        label="Severity",
        required=False,
        choices=[("", "All"), ("error", "Errors"), ("warning", "Warnings"), ("hint", "Hints")],
    )
    about = forms.ChoiceField(
        label="About", required=False, choices=[("", "All"), *((column.code, column.label) for column in COLUMNS)]
    )
    rule = forms.ChoiceField(
        label="Rule", required=False, choices=[("", "All"), *((key, f"{key} {r.title}") for key, r in RULES.items())]
    )
    owner = forms.ChoiceField(
        label="Owner", required=False, choices=[("", "All"), ("me", "Mine"), ("nobody", "Nobody"), ("late", "Overdue")]
    )
    holds = forms.CharField(label="Holds up", required=False, max_length=200, help_text="")


def _filter(rows: QuerySet[FindingRecord], values: Mapping[str, Any]) -> QuerySet[FindingRecord]:
    # The view has narrowed by state and by "mine" already: the first has a default, the second needs the reader.
    if severity := values.get("severity"):
        rows = rows.filter(severity=severity)
    if rule := values.get("rule"):
        rows = rows.filter(rule=rule)
    if about := values.get("about"):
        rows = rows.filter(rule__in=next(column.rules for column in COLUMNS if column.code == about))
    if values.get("owner") == "nobody":
        rows = rows.filter(owner=None)
    elif values.get("owner") == "late":
        rows = rows.filter(due_on__lt=clock.today(), state="open")
    if holds := values.get("holds"):
        rows = held_up_by(rows, "" if holds == "plan" else holds)
    return rows


def _search(rows: QuerySet[FindingRecord], text: str) -> QuerySet[FindingRecord]:
    for word in text.split():
        rows = rows.filter(
            Q(message__icontains=word)
            | Q(rule__iexact=word)
            | Q(object__icontains=word)
            | Q(held_up__icontains=word)
            | Q(owner__name__icontains=word)
        )
    return rows


def _page(row: FindingRecord) -> str:
    return reverse("alignment:finding", args=[row.pk])


def _rule(row: FindingRecord) -> SafeString:
    url = rule_url(row.rule)
    title = RULES[row.rule].title if row.rule in RULES else ""
    return format_html('<a href="{}" title="{}" data-side>{}</a>', url, title, row.rule)


def _held_up(row: FindingRecord) -> str:
    shown = [address.partition("/")[2] for address in row.blocks]
    more = f" and {len(shown) - 2} more" if len(shown) > 2 else ""
    return ", ".join(shown[:2]) + more if shown else "the plan as a whole"


def _note_export(actor: Actor, table: str, format: str) -> None:
    from django.db import transaction

    with transaction.atomic():
        audit.record(actor, "alignment.findings.exported", ("alignment.findings", table), data={"format": format})


FINDINGS = Table(
    key="findings",
    name="Findings",
    one="finding",
    many="findings",
    columns=(
        Column("message", "Finding", kind="link", main=True, href=_page, side=True, priority=1),
        Column("severity", "Severity", kind="state", sort="gravity", states=SEVERITY, priority=1),
        Column("rule", "Rule", kind="custom", show=_rule, sort="rule", export=lambda row: row.rule),
        Column("object", "At", sort="object", shown=False),
        Column("held_up", "Holds up", value=_held_up),
        Column("owner", "Owner", value="owner.name", sort="owner__name"),
        Column("due_on", "Due", kind="date", sort="due_on"),
        Column("state", "State", kind="state", sort="state", states=STATE),
        Column("waived_until", "Waived until", kind="date", sort="waived_until", shown=False),
        Column("since", "Since", kind="time", sort="since", shown=False),
        Column("first_seen", "First seen", kind="time", sort="first_seen", shown=False),
        Column("hint", "What to do", shown=False),
        Column("note", "Note", shown=False),
    ),
    sort="severity",
    filters=FindingsFilter,
    filter=_filter,
    search=_search,
    search_label="Search text, rule, object, owner",
    bulk=(Bulk("Assign", "alignment:assign", "user-plus", permission="alignment.handle_findings"),),
    exported=_note_export,
    empty=Empty(
        "No findings",
        "Findings say where the outside runs ahead of the inside: a programme without a policy, a duty without a "
        "person. They appear as soon as a plan is there and was checked.",
        icon="scale",
    ),
)
