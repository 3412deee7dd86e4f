"""The roadmap: outside not ahead of inside, nothing too early, beyond marketing (A45, A49, A57)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from fourleaf.engine.alignment.rules.registry import FUNCTIONS, LintDefaults, Note, at, listed, refs, rule
from fourleaf.engine.alignment.snapshot import Snapshot

__all__ = ["a45", "a49", "a57"]

_SAID: Final = {name: name for name in FUNCTIONS} | {"legal_risk_it": "legal, risk and IT"}


@rule(
    "A45",
    severity="warning",
    title="External work is not ahead of the inside",
    rationale="The gap between what is promised outside and what the inside can keep is measured in phases.",
    source="S0 align; S1 sequence",
    satisfied="A lag of 0 phases (error from 2) to the earliest unfinished internal item it needs.",
    reads=("roadmap",),
    blocks="roadmap",
    hint="Pause {object}, or finish {what} first.",
)
def a45(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """External items in progress. Planned ones: silent. A roadmap that goes in circles: silent, loading refuses it."""
    roadmap = snapshot.sound_roadmap
    for lag in roadmap.lags.values() if roadmap else ():
        if roadmap and lag.behind and lag.phases >= defaults.lag_warn:
            step, behind = roadmap.steps[lag.id], roadmap.steps[lag.behind]
            yield at(
                f"roadmap/{lag.id}",
                f"{step.title} ({lag.id}) is {lag.phases} phase{'s' if lag.phases > 1 else ''} ahead of what it needs "
                f"inside: {behind.title} ({behind.id}) is not finished.",
                (f"roadmap/{lag.id}", f"roadmap/{behind.id}"),
                what=f"roadmap/{behind.id}",
                severity="error" if lag.phases >= defaults.lag_error else "warning",
            )


@rule(
    "A49",
    severity="hint",
    title="Five of eight business functions take part",
    rationale="As long as it is marketing alone, it is a channel and not another way to work.",
    source="S1 beyond marketing",
    satisfied="A programme for each function; five or more of the eight by phase 4.",
    reads=("programmes", "departments", "roadmap"),
    blocks="roadmap",
    milestone="4.E3",
    hint="For {object}: {what}.",
)
def a49(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """Functions without a programme (planned, live or paused; inside or outside), once there is any programme."""
    programmes = [p for p in snapshot.plan.programmes if p.state != "ended"]
    covered = {function for programme in programmes for function in programme.functions}
    for programme in programmes:
        unit = snapshot.departments.get(programme.sponsoring_unit or "")
        if unit:
            covered.add(unit.function)
    bare = [function for function in FUNCTIONS if function not in covered]
    if not snapshot.external or not bare:
        return
    units = [unit.id for unit in snapshot.plan.departments if unit.function in bare]
    roadmap = snapshot.sound_roadmap
    late = roadmap is not None and roadmap.active_phase == 4 and len(covered) < defaults.functions_covered
    due = f" By phase 4 {defaults.functions_covered} of {len(FUNCTIONS)} should have one." if late else ""
    yield at(
        "departments",
        f"No programme yet for {listed(_SAID[name] for name in bare)} ({listed(units) or 'no department'}).{due}",
        refs("departments", units) or refs("programmes", (p.id for p in snapshot.external)),
        what=f"plan a programme with sponsoring_unit or functions {listed(bare)}",
    )


@rule(
    "A57",
    severity="error",
    title="Nothing is in progress before what it needs",
    rationale="A roadmap is a promise of order: what a step stands on is there before the step.",
    source="S1 systematic roadmap; S0 intentional redesign",
    satisfied="All hard dependencies done, or dropped with a reason; or a waiver.",
    reads=("roadmap",),
    blocks="roadmap",
    hint="Pause {object}, finish {what} first, or waive this with a reason.",
)
def a57(snapshot: Snapshot, _: LintDefaults) -> Iterator[Note]:
    """Items in progress, outside and inside. A roadmap that goes in circles: silent, loading refuses it."""
    roadmap = snapshot.sound_roadmap
    for key in roadmap.started_too_early if roadmap else ():
        if roadmap:
            unmet = roadmap.unmet_hard(key)
            yield at(
                f"roadmap/{key}",
                f"{roadmap.steps[key].title} ({key}) is in progress, but needs {listed(unmet)}, which "
                f"{'is' if len(unmet) == 1 else 'are'} not done.",
                refs("roadmap", (key, *unmet), "state"),
                what=listed(refs("roadmap", unmet)),
            )
