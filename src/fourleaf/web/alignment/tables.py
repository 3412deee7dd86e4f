"""Findings as a table, with its filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

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
from fourleaf.kernel.models import Person
from fourleaf.web.alignment.places import SEVERITY, STATE, rule_url
from fourleaf.web.kit.tables import Bulk, Column, Empty, Table

__all__ = ["FINDINGS", "FINDINGS_NOW", "FindingsFilter", "narrowed"]

_MOST_OWNERS: Final = 200
#: Parts of the plan that rules look at; findings are at objects of these.
_SECTIONS: Final = sorted({section for rule in RULES.values() for section in rule.reads})


def _owners() -> list[tuple[str, str]]:
    """Those who own findings, after the fixed choices."""
    owned = FindingRecord.objects.exclude(owner=None).exclude(state="gone").order_by().values("owner")
    people = Person.objects.filter(pk__in=owned).order_by("name").values_list("pk", "name")[:_MOST_OWNERS]
    return [("", "All"), ("me", "Mine"), ("nobody", "Nobody"), *((str(pk), name) for pk, name in people)]


class FindingsFilter(forms.Form):
    """What findings are narrowed to."""

    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[
            ("", "Open and waived"),
            ("open", "Open"),
            ("waived", "Waived"),
            ("ending", "Waiver ends soon"),
            ("gone", "Gone"),
            ("all", "All"),
        ],
    )
    severity = forms.ChoiceField(
        label="Severity",
        required=False,
        choices=[
            ("", "All"),
            ("error", "Errors"),
            ("warning", "Warnings"),
            ("grave", "Errors and warnings"),
            ("hint", "Hints"),
        ],
    )
    about = forms.ChoiceField(
        label="About", required=False, choices=[("", "All"), *((column.code, column.label) for column in COLUMNS)]
    )
    rule = forms.ChoiceField(
        label="Rule", required=False, choices=[("", "All"), *((key, f"{key} {r.title}") for key, r in RULES.items())]
    )
    section = forms.ChoiceField(
        label="Part of the plan",
        required=False,
        choices=[("", "All"), *((name, name.replace("_", " ").capitalize()) for name in _SECTIONS)],
    )
    owner = forms.ChoiceField(label="Owner", required=False, choices=_owners)
    due = forms.ChoiceField(
        label="Due",
        required=False,
        choices=[("", "Any day"), ("late", "Overdue"), ("week", "Within a week"), ("none", "No day")],
    )
    shared = forms.ChoiceField(
        label="Shared by most programmes",
        required=False,
        choices=[("", "All"), ("own", "Without shared ones"), ("only", "Shared ones only")],
    )
    holds = forms.CharField(label="Holds up", required=False, max_length=200, help_text="")


def narrowed(rows: QuerySet[FindingRecord], values: Mapping[str, Any]) -> QuerySet[FindingRecord]:
    """The rows that the filters leave. The view has narrowed by state, "shared" and "mine", which need the reader."""
    if rule := values.get("rule"):
        rows = rows.filter(rule=rule)
    if severity := values.get("severity"):
        rows = rows.filter(gravity__lt=2) if severity == "grave" else rows.filter(severity=severity)
    if about := values.get("about"):
        rows = rows.filter(rule__in=_rules_about(about))
    if section := values.get("section"):
        rows = rows.filter(Q(object=section) | Q(object__startswith=f"{section}/"))
    owner, due, today = values.get("owner", ""), values.get("due"), clock.today()
    if owner == "nobody":
        rows = rows.filter(owner=None)
    elif owner.isdigit():
        rows = rows.filter(owner_id=int(owner))
    if due == "late":
        rows = rows.filter(due_on__lt=today, state="open")
    elif due == "week":
        rows = rows.filter(due_on__lte=today + timedelta(days=7), state="open")
    elif due == "none":
        rows = rows.filter(due_on=None)
    if holds := values.get("holds"):
        rows = held_up_by(rows, "" if holds == "plan" else holds)
    return rows


def _narrowed_now(rows: list[FindingRecord], values: Mapping[str, Any]) -> list[FindingRecord]:
    """The same for findings that nobody has stored, so that nobody owns them and none is gone or due."""
    wanted, about, holds = values.get("section"), values.get("about"), values.get("holds")
    about_rules = _rules_about(about) if about else frozenset()
    if values.get("owner", "nobody") != "nobody" or values.get("due", "none") != "none":
        return []
    return [
        row
        for row in rows
        if (not values.get("rule") or row.rule == values["rule"])
        and (values.get("severity") in (None, "", row.severity) or (values["severity"] == "grave" and row.gravity < 2))
        and (not wanted or row.object == wanted or row.object.startswith(f"{wanted}/"))
        and (not about or row.rule in about_rules)
        and (not holds or (not row.blocks if holds == "plan" else holds in row.blocks))
    ]


def _rules_about(code: str) -> frozenset[str]:
    return next((column.rules for column in COLUMNS if column.code == code), frozenset())


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


def _search_now(rows: list[FindingRecord], text: str) -> list[FindingRecord]:
    words = text.lower().split()
    return [row for row in rows if all(w in f"{row.message} {row.rule} {row.object}".lower() for w in words)]


def _page(row: FindingRecord) -> str:
    return reverse("alignment:finding", args=[row.pk]) if row.pk else ""


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
    filter=narrowed,
    search=_search,
    search_label="Search text, rule, object, owner",
    bulk=(
        Bulk("Assign", "alignment:assign", "user-plus", permission="alignment.handle_findings"),
        Bulk("Waive", "alignment:waive_several", "pause-circle", permission="alignment.waive_findings"),
    ),
    exported=_note_export,
    empty=Empty(
        "No findings",
        "Findings say where the outside runs ahead of the inside: a programme without a policy, a duty without a "
        "person. They appear as soon as a plan is there and was checked.",
        icon="scale",
    ),
)

#: The same list for findings that are not stored: nothing to select, and what stands in no record is not asked.
FINDINGS_NOW = replace(FINDINGS, key="findings_now", filter=_narrowed_now, search=_search_now, bulk=())
