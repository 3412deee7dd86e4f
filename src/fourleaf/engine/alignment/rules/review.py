"""Approval and trust: no bottleneck, full review first, relaxing on evidence (A18, A23 to A25)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from fourleaf.engine.alignment.plan import Stratum
from fourleaf.engine.alignment.rules.registry import LintDefaults, Note, at, listed, named, refs, rule
from fourleaf.engine.alignment.snapshot import Snapshot

__all__ = ["a18", "a23", "a24", "a25"]

_RELAXED: Final = {"Q1": 1, "Q2": 2, "Q3": 3}


@rule(
    "A18",
    severity="error",
    title="No single person is the only approver of a route",
    rationale="One approver is a bottleneck by day and a wall on holiday.",
    source="S0 remove single approval bottlenecks",
    satisfied="At least two people in every group of approvers.",
    reads=("routes", "people"),
    blocks="programme",
    milestone="1.I2",
    hint="In {object}, fill in any_of: {what}.",
)
def a18(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """Every route. No routes: silent, nothing is approved in the plan yet."""
    for route in snapshot.plan.routes:
        ref = f"routes/{route.id}"
        for group in route.all_of:
            people = [key for key in dict.fromkeys(group.any_of) if key in snapshot.people]
            if len(people) < defaults.approvers_min:
                only = f"only {named(snapshot.people[people[0]])}" if people else "nobody"
                name = f" as {group.name}" if group.name else ""
                yield at(
                    ref,
                    f"On the route {named(route)} {only} can approve{name}.",
                    [f"{ref}/all_of", *refs("people", people)],
                    what=f"{defaults.approvers_min} people or more{name}",
                )
                break


def _faults(stratum: Stratum) -> Iterator[str]:
    level = _RELAXED[stratum.level]
    up = [t for t in stratum.transitions if _RELAXED.get(t.after, 0) > _RELAXED.get(t.before, 0)]
    reached = [step for step in range(1, level + 1) if any(_RELAXED.get(t.after) == step for t in up)]
    if len(reached) < level:
        yield f"a recorded step from Q{level - 1} to Q{level}" if level - 1 in (0, *reached) else "all steps from Q0"
    if any(_RELAXED.get(t.after, 0) - _RELAXED.get(t.before, 0) > 1 for t in up):
        yield "one step at a time"
    if any(not t.reviewed for t in up):
        yield "reviewed items of each step"
    if any(t.confirmed_by is None for t in up):
        yield "confirmed_by of each step"


@rule(
    "A23",
    severity="error",
    title="Review is relaxed only on recorded evidence",
    rationale="Everything begins with one full process; what proved itself is then let go step by step.",
    source="S3 single process first, then relax",
    satisfied="Each step up from Q0 recorded with the number of reviewed items and who confirmed it.",
    reads=("strata",),
    blocks="programme",
    hint="In {object}, set level to Q0 or record in transitions: {what}.",
)
def a23(snapshot: Snapshot, _: LintDefaults) -> Iterator[Note]:
    """Strata at Q1 to Q3. Full, tightened or halted review, or no strata: silent."""
    for stratum in snapshot.plan.strata:
        faults = list(_faults(stratum)) if stratum.level in _RELAXED else []
        if faults:
            ref = f"strata/{stratum.id}"
            yield at(
                ref,
                f"{stratum.content_class} ({stratum.id}) is at {stratum.level} without {listed(faults)}.",
                (f"{ref}/level", f"{ref}/transitions"),
                what=listed(faults),
            )


@rule(
    "A24",
    severity="hint",
    title="What stays clean may be reviewed less",
    rationale="To check everything for ever tells experts that they are not trusted; the record speaks for them.",
    source="S2 fear of letting experts talk; S3 relax",
    satisfied="No class still at full review after 60 clean reviewed items.",
    reads=("strata", "never_relax"),
    blocks="plan",
    hint="Decide on {object}: {what}.",
)
def a24(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """Strata at Q0 with enough clean items; never for tier R4 and classes that are never relaxed."""
    never = {entry.content_class for entry in snapshot.plan.never_relax}
    for stratum in snapshot.plan.strata:
        relaxable = stratum.level == "Q0" and stratum.tier != "R4" and stratum.content_class not in never
        if relaxable and stratum.clean >= defaults.clean_to_relax:
            ref = f"strata/{stratum.id}"
            yield at(
                ref,
                f"{stratum.content_class} ({stratum.id}) has {stratum.clean} clean reviewed items and is still "
                "reviewed in full.",
                (f"{ref}/clean", f"{ref}/level"),
                what="relax it to Q1 and record the step in transitions, or note why not",
            )


@rule(
    "A25",
    severity="warning",
    title="Classes that are never relaxed are listed",
    rationale="Letting go is safe where it is written down what is never let go.",
    source="S3 only certain types need prior approval",
    satisfied="A list of such classes that is not empty.",
    reads=("never_relax", "programmes", "strata"),
    blocks="roadmap",
    milestone="1.I2",
    hint="In {object}, list {what}.",
)
def a25(snapshot: Snapshot, _: LintDefaults) -> Iterator[Note]:
    """Once an external programme is live or a trust state is kept. Neither: silent."""
    if not snapshot.plan.never_relax and (snapshot.live or snapshot.plan.strata):
        yield at(
            "never_relax",
            "No content class is named that is always approved before it is published.",
            refs("programmes", (p.id for p in snapshot.live)) + refs("strata", (s.id for s in snapshot.plan.strata)),
            what="classes such as crisis statements, recalls and legal disputes, with their tier",
        )
