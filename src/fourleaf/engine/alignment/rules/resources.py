"""Time and money: slack, the share of technology, need before tool (A05 to A07)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from fourleaf.engine.alignment.rules.registry import LintDefaults, Note, at, refs, rule
from fourleaf.engine.alignment.snapshot import Snapshot

__all__ = ["a05", "a06", "a07"]


@rule(
    "A05",
    severity="warning",
    title="Planned hours fit into measured slack or assigned time",
    rationale="Talking with customers needs wiggle room and set blocks of time; it does not fit on top of a full week.",
    source="S2 wiggle room; S3 blocks of time",
    satisfied="Planned hours of at most 70 % of measured slack, beyond hours that managers assigned.",
    reads=("resources",),
    blocks="programme",
    milestone="0.R",
    hint="In {object}, {what}.",
)
def a05(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """Resources with planned hours, slack unmeasured counting as none. Nothing planned: silent."""
    for resource in snapshot.plan.resources:
        if not resource.overplanned(defaults.slack_max):
            continue
        planned, assigned, slack = resource.planned_hours or 0, resource.assigned_hours or 0, resource.slack_hours
        ref, where = f"resources/{resource.id}", f"{resource.department} {resource.region or ''}".strip()
        known = "slack was not measured" if slack is None else f"{slack:g} hours of slack were measured"
        yield at(
            ref,
            f"{where}: {planned:g} hours a week are planned, {assigned:g} are assigned, and {known}"
            f" (of which {defaults.slack_max:.0%} may be used).",
            refs("resources", [resource.id], "planned_hours") + refs("resources", [resource.id], "slack_hours"),
            what="measure slack_hours, lower planned_hours, or have managers fill in assigned_hours",
        )


@rule(
    "A06",
    severity="warning",
    title="Technology takes at most a fifth of the change effort",
    rationale="Most of the change is people and the way they work; where tools take more, they crowd it out.",
    source="S4 technology is 20 %",
    satisfied="Effort lines by category with technology at 20 % or less (error beyond 35 %), money and days apart.",
    reads=("effort_lines",),
    blocks="plan",
    hint="In {object}, {what}.",
)
def a06(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """Money and days apart, the graver one counts. No lines: silent, no budget has been planned yet."""
    lines = snapshot.plan.effort_lines
    measures: tuple[Literal["money", "days"], ...] = ("money", "days")
    shares: dict[str, float] = {}
    for measure in measures:
        whole = sum(getattr(line, measure) or 0 for line in lines)
        if whole > 0:
            of = sum(getattr(line, measure) or 0 for line in lines if line.category == "technology")
            shares[measure] = of / whole
    if not shares or max(shares.values()) <= defaults.technology_max + 1e-9:
        return
    said = " and ".join(f"{share:.0%} of {measure}" for measure, share in shares.items())
    yield at(
        "effort_lines",
        f"Technology takes {said}; at most {defaults.technology_max:.0%} was meant.",
        refs("effort_lines", (line.id for line in lines if line.category == "technology")),
        what="plan more for people_training, process_governance and culture, or less for technology",
        severity="error" if max(shares.values()) > defaults.technology_error else "warning",
    )


@rule(
    "A07",
    severity="warning",
    title="No tool is bought before its need is approved",
    rationale="Technology is the smaller leaf: first what people need to do is agreed, then what they do it with.",
    source="S4, S2 technology comes last",
    satisfied="A day of purchase not before the day the need was approved.",
    reads=("purchases",),
    blocks="plan",
    hint="In {object}, fill in {what}.",
)
def a07(snapshot: Snapshot, _: LintDefaults) -> Iterator[Note]:
    """Tools with a day of purchase. Not bought yet: silent."""
    for purchase in snapshot.plan.purchases:
        approved, bought = purchase.need_approved_on, purchase.bought_on
        if bought is None or (approved is not None and approved <= bought):
            continue
        ref = f"purchases/{purchase.id}"
        when = "was never approved" if approved is None else f"was approved only on {approved}"
        yield at(
            ref,
            f"{purchase.tool} was bought on {bought}, but its need {when}.",
            (f"{ref}/bought_on", f"{ref}/need_approved_on"),
            what="need and need_approved_on, or waive this with a reason",
        )
