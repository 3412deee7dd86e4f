"""Pilots: proof before roll-out, and learning that travels (A39, A40, A55)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from fourleaf.engine.alignment.plan import Learning, Pilot
from fourleaf.engine.alignment.rules.registry import LintDefaults, Note, at, listed, named, refs, rule
from fourleaf.engine.alignment.snapshot import Snapshot

__all__ = ["a39", "a40", "a55"]

_BEGUN: Final = ("running", "evaluating", "scale", "iterate", "stop", "archived")


def _lacking(pilot: Pilot, defaults: LintDefaults) -> Iterator[str]:
    """Names of fields; a pilot marked learning, not proof, needs no detectable effect."""
    if not pilot.hypothesis:
        yield "hypothesis"
    if not pilot.metric and not pilot.metric_text:
        yield "metric"
    if pilot.baseline is None:
        yield "baseline"
    elif pilot.baseline_weeks is not None and pilot.baseline_weeks < defaults.baseline_weeks:
        yield "baseline_weeks"
    if pilot.minimum_detectable_effect is None and not pilot.learning_only:
        yield "minimum_detectable_effect"
    if not pilot.decision_rule:
        yield "decision_rule"


@rule(
    "A39",
    severity="error",
    title="A pilot says beforehand what it shows and how it is decided",
    rationale="A pilot is a proof point only if it could have failed; fixed afterwards, every figure is a success.",
    source="S0 pilots as proof points; S1 validate",
    satisfied="Hypothesis, metric, baseline of four weeks, smallest detectable effect and decision rule before the "
    "start.",
    reads=("pilots",),
    blocks="programme",
    milestone="2.E3",
    hint="In {object}, fill in {what}, or begin anew.",
)
def a39(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """Pilots that began, or that are approved. Drafts and baselines being taken: silent."""
    for pilot in snapshot.plan.pilots:
        begun = pilot.state in _BEGUN or (pilot.starts_on is not None and pilot.starts_on <= snapshot.as_of)
        lacking = list(_lacking(pilot, defaults)) if begun or pilot.state == "approved" else []
        if lacking:
            ref = f"pilots/{pilot.id}"
            yield at(
                ref,
                f"The pilot {named(pilot)} is {pilot.state}, but has no {listed(lacking).replace('_', ' ')}"
                f"{' of four weeks' if lacking == ['baseline_weeks'] else ''}.",
                refs(ref, lacking),
                what=listed(lacking),
            )


@rule(
    "A40",
    severity="error",
    title="Nothing is rolled out that was not decided to scale",
    rationale="Run small, refine, then grow what proved itself.",
    source="S0, S1 run pilots, refine",
    satisfied="A link to a pilot with the decision to scale.",
    reads=("programmes", "pilots"),
    blocks="programme",
    milestone="3.E3",
    hint="In {object}, fill in {what}.",
)
def a40(snapshot: Snapshot, _: LintDefaults) -> Iterator[Note]:
    """Programmes marked as roll-outs that are live or began. Planned ones, and programmes never piloted: silent."""
    for programme in snapshot.plan.programmes:
        rollout = programme.rollout
        if rollout is None or programme.state == "ended":
            continue
        begun = rollout.started_on is not None and rollout.started_on <= snapshot.as_of
        pilot = snapshot.pilots.get(rollout.pilot or "")
        if (programme.state == "live" or begun) and (pilot is None or "scale" not in (pilot.decision, pilot.state)):
            ref = f"programmes/{programme.id}"
            why = f"{named(pilot)} was not decided to scale" if pilot else "no pilot is named"
            yield at(
                ref,
                f"{named(programme)} is rolled out, but {why}.",
                (f"{ref}/rollout", *refs("pilots", [pilot.id] if pilot else [], "decision")),
                what="a pilot in rollout with the decision scale",
            )


def _finished(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[tuple[str, str]]:
    """(address, name) of closed pilots and of incidents whose review is done or due."""
    for pilot in snapshot.plan.pilots:
        if pilot.state in ("scale", "stop", "archived") or pilot.closed_on or pilot.decision in ("scale", "stop"):
            yield f"pilots/{pilot.id}", named(pilot)
    for incident in snapshot.plan.incidents:
        closed = incident.closed_at
        late = closed is not None and (snapshot.as_of - closed.date()).days > defaults.incident_review_days
        if incident.state in ("review_done", "actions_closed") or (incident.state in ("closed", "review_due") and late):
            yield f"incidents/{incident.id}", named(incident)


@rule(
    "A55",
    severity="hint",
    title="What was learned is read elsewhere",
    rationale="A lesson that stays where it was learned is paid for again by the next unit.",
    source="S0 knowledge sharing",
    satisfied="A shared learning of each closed pilot and incident, read by two other units.",
    reads=("pilots", "incidents", "learnings"),
    blocks="plan",
    hint="For {object}, fill in {what}.",
)
def a55(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """Pilots that are decided to scale or stop, or closed; incidents a week after closing. Others: silent."""
    learned: dict[str, list[Learning]] = {}
    for learning in snapshot.plan.learnings:
        learned.setdefault(learning.source, []).append(learning)
    for ref, name in _finished(snapshot, defaults):
        texts = learned.get(ref, [])
        readers = {unit for text in texts if text.shared_on for unit in text.read_by if unit != text.unit}
        if len(readers) < defaults.learning_units:
            said = (
                f"was read by {len(readers)} other unit{'s' * (len(readers) != 1)}" if texts else "was not written down"
            )
            yield at(
                ref,
                f"What was learned from {name} {said}; {defaults.learning_units} are wanted.",
                refs("learnings", (text.id for text in texts), "read_by"),
                what="a learning with shared_on, and read_by of two other units",
            )
