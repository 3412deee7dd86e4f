"""The gap log as a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from fourleaf.governance.models import Gap
from fourleaf.governance.selectors.gaps import UNDECIDED
from fourleaf.governance.services.gaps import note_export
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.web.governance.columns import opening
from fourleaf.web.governance.gaps_forms import GapFilter
from fourleaf.web.kit.tables import Column, Empty, State, Table

__all__ = ["GAPS", "SEVERITIES", "STATES"]

STATES = {
    "open": State("attention", "Open"),
    "triaged": State("information", "Looked at"),
    "accepted": State("information", "Accepted"),
    "declined": State("neutral", "Declined"),
    "in_version": State("good", "In a version"),
}
SEVERITIES = {
    "low": State("neutral", "Low"),
    "medium": State("attention", "Medium"),
    "high": State("blocking", "High"),
}


def narrow(rows: QuerySet[Gap], values: Mapping[str, Any]) -> QuerySet[Gap]:
    """By the values of `GapFilter`."""
    if state := values.get("state"):
        rows = rows.filter(state__in=UNDECIDED) if state == "undecided" else rows.filter(state=state)
    if severity := values.get("severity"):
        rows = rows.filter(severity=severity)
    if policy := values.get("policy"):
        rows = rows.filter(policy_id=policy)
    if channel := values.get("channel"):
        rows = rows.filter(channel__iexact=channel)
    return rows


def search(rows: QuerySet[Gap], text: str) -> QuerySet[Gap]:
    """In what was reported and in the reason."""
    fields = ("situation", "expected_rule", "what_was_done", "proposal", "reason", "section")
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}__icontains": text})
    return rows.filter(found)


def exported(actor: Actor, table: str, file_format: str) -> None:
    """Into the trail."""
    note_export(actor=actor, what="gaps", file_format=file_format)


def _short(gap: Gap) -> str:
    return gap.situation if len(gap.situation) <= 90 else gap.situation[:88].rstrip() + " …"


def _age(gap: Gap) -> int | None:
    return (clock.today() - gap.found_on).days if gap.state in UNDECIDED else None


GAPS = Table(
    key="gaps",
    name="Gaps",
    one="gap",
    many="gaps",
    columns=(
        opening("situation", "Situation", "governance:gap", value=_short, export=lambda gap: gap.situation),
        Column("state", "State", kind="state", states=STATES, sort="state"),
        Column("severity", "Severity", kind="state", states=SEVERITIES, sort="severity"),
        Column("channel", "Channel", sort="channel", priority=3),
        Column("policy", "Policy", value="policy.title", sort=("policy__title", "section")),
        Column("section", "Section", sort="section", shown=False, priority=3),
        Column("found_on", "Found", kind="date", sort="found_on"),
        Column("age", "Days undecided", kind="number", value=_age),
        Column("owner", "Owner", kind="person", value="owner.name", sort="owner__name"),
        Column("found_by_name", "Found by", sort="found_by_name", shown=False, priority=3),
        Column("what_was_done", "What was done", shown=False, priority=3),
        Column("expected_rule", "Expected rule", shown=False, priority=3),
        Column("proposal", "Proposal", shown=False, priority=3),
        Column("reason", "Reason", shown=False, priority=3),
        Column("closing", "Closed by", value=lambda gap: str(gap.closing_version or ""), shown=False, priority=3),
        Column("closed_on", "Closed", kind="date", sort="closed_on", shown=False, priority=3),
    ),
    sort="-found_on",
    filters=GapFilter,
    filter=narrow,
    search=search,
    search_label="Search gaps",
    empty=Empty(
        "The rules have said everything so far",
        "When a situation comes up on which the policies are silent, report it here. Rules grow by being used.",
        icon="question-mark-circle",
        action="Report a gap",
        url_name="governance:report_gap",
        permission="governance.report_gaps",
    ),
    exported=exported,
)
