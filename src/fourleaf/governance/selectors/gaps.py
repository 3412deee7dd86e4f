"""Reads of the gap log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from django.db.models import Count, Min, Q, QuerySet

from fourleaf.engine.policies.sections import anchor_of
from fourleaf.governance.contracts import GapFacts
from fourleaf.governance.models import Gap
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.models import AuditEvent

__all__ = [
    "GapStanding",
    "SectionToRevise",
    "gap_facts",
    "gap_history",
    "gap_standing",
    "gaps_on",
    "gaps_to_triage",
    "get_gap_for",
    "sections_to_revise",
    "visible_gaps",
]

#: So many gaps on one section within so many days call for a revision.
REVISE_AT, REVISE_DAYS = 3, 90
#: Nobody has decided these yet.
UNDECIDED = ("open", "triaged")


def visible_gaps(actor: Actor) -> QuerySet[Gap]:
    """Twin of `rules_bodies.may_see_gap`, with the names that a list shows."""
    rows = Gap.objects.select_related("policy", "owner", "found_by", "closing_version__policy")
    if actor.may("governance.handle_gaps"):
        return rows
    if actor.person_id is None:
        return rows.none()
    return rows.filter(Q(found_by_id=actor.person_id) | Q(owner_id=actor.person_id))


def get_gap_for(actor: Actor, gap_id: int) -> Gap:
    """One gap; `NotFoundError` if absent or not visible."""
    gap = visible_gaps(actor).filter(pk=gap_id).first()
    if gap is None:
        raise NotFoundError
    return gap


@dataclass(frozen=True)
class GapStanding:
    """Gaps that nobody has decided: how many, and their ages in days; None where there are none."""

    undecided: int
    median_age: float | None
    oldest: int | None
    to_triage: int


def gap_standing(actor: Actor) -> GapStanding:
    """The standing over the gaps that the actor may see. One query."""
    rows = visible_gaps(actor).filter(state__in=UNDECIDED).order_by().values_list("found_on", "state")
    today = clock.today()
    ages = [((today - found_on).days, state) for found_on, state in rows]
    days = [age for age, _ in ages]
    return GapStanding(
        undecided=len(days),
        median_age=float(median(days)) if days else None,
        oldest=max(days, default=None),
        to_triage=sum(state == "open" for _, state in ages),
    )


@dataclass(frozen=True)
class SectionToRevise:
    """A section of a policy on which gaps pile up."""

    policy_id: int
    policy: str
    section: str
    count: int
    first: str


def sections_to_revise(actor: Actor, *, policy_id: int | None = None) -> list[SectionToRevise]:
    """Sections with three or more gaps of the last ninety days that no version has closed. One query."""
    if not actor.may("governance.handle_gaps"):
        return []
    since = clock.today() - timedelta(days=REVISE_DAYS)
    counted = Gap.objects.filter(found_on__gte=since, policy__isnull=False, closing_version__isnull=True)
    if policy_id is not None:
        counted = counted.filter(policy_id=policy_id)
    rows = (
        counted.exclude(section="")
        .order_by()
        .values_list("policy_id", "policy__title", "section")
        .annotate(count=Count("pk"), first=Min("found_on"))
    )
    # People write the same section as “3. Who may speak” and “who may speak”.
    spelt: dict[tuple[int, str], list[tuple[int, str, str, date]]] = {}
    for policy, title, section, count, first in rows:
        spelt.setdefault((policy, anchor_of(section)), []).append((count, section, title, first))
    found = []
    for (policy, _), same in spelt.items():
        count = sum(one[0] for one in same)
        if count >= REVISE_AT:
            _, section, title, _ = min(same, key=lambda one: (-one[0], one[1]))
            first = min(one[3] for one in same)
            found.append(SectionToRevise(policy, title, section, count, first.isoformat()))
    return sorted(found, key=lambda one: (-one.count, one.policy, one.section))


def gaps_on(actor: Actor, policy_id: int) -> QuerySet[Gap]:
    """Gaps on a policy that no version has closed and nobody declined, the newest first, as far as the actor sees."""
    rows = visible_gaps(actor).filter(policy_id=policy_id).exclude(state__in=("declined", "in_version"))
    return rows.order_by("-found_on", "-pk")


def gaps_to_triage(actor: Actor) -> int:
    """How many nobody has looked at; none for those who do not handle them. One query."""
    if not actor.may("governance.handle_gaps"):
        return 0
    return Gap.objects.filter(state="open").count()


def gap_history(gap: Gap) -> QuerySet[AuditEvent]:
    """What happened to a gap, newest first."""
    return AuditEvent.objects.filter(subject_kind="governance.gap", subject_id=str(gap.pk))[:50]


def gap_facts() -> tuple[GapFacts, ...]:
    """All gaps, for a snapshot. One query."""
    rows = Gap.objects.select_related("policy")
    return tuple(
        GapFacts(
            id=gap.pk,
            text=gap.situation,
            policy_id=gap.policy_id,
            kind=gap.policy.kind if gap.policy is not None else None,
            section=gap.section,
            channel=gap.channel,
            state=gap.state,  # type: ignore[arg-type]  # one of the machine's states
            found_on=gap.found_on,
            triaged_on=gap.triaged_on,
            closed_on=gap.closed_on or gap.decided_on,
            owner_id=gap.owner_id,
        )
        for gap in rows
    )
