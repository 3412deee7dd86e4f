"""When a phase of the roadmap is complete (domain §9.1): its exit criteria, held against what the plan knows.

Pure: plan model in, criteria out. What the plan has no facts about is a question that somebody answers by hand; it is
never taken as met by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.engine.alignment.roadmap import Roadmap
from fourleaf.planning.gate import gate

__all__ = ["PHASE_QUESTIONS", "Criterion", "exit_criteria"]

_CASES: Final = 30
_ACKNOWLEDGED: Final = 0.8
_PILOTS: Final = 2
_LEAF: Final = 60
_TECHNOLOGY: Final = 0.2

#: What only a person can answer as long as the plan has no facts about it: code -> (phase, question).
PHASE_QUESTIONS: Final[dict[str, tuple[int, str]]] = {
    "P0.clover": (0, "Is a first wave of the survey published, with 30 answers at least?"),
    "P1.policies": (1, "Has every channel in every region a policy in force (policy coverage of 100 %)?"),
    "P2.response": (2, "Was the target of the first response met four weeks running?"),
    "P3.training": (3, "Are 80 % of all roles held by somebody with the belt that they need?"),
    "P4.maturity": (4, "Does every pillar stand at level 4 of the maturity ladder?"),
    "P4.leaves": (4, "Is no leaf of the clover below 60 points?"),
}


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion: whether it is met (None: nobody knows from the plan), and what was found in a sentence."""

    code: str
    phase: int
    text: str
    met: bool | None
    found: str

    @property
    def by_hand(self) -> bool:
        """Whether somebody has to answer it."""
        return self.met is None

    def holds(self, *, ticked: bool) -> bool:
        """Whether it is met, or a question to which somebody said yes by hand."""
        return ticked if self.met is None else self.met


def exit_criteria(model: PlanModel, as_of: date) -> list[Criterion]:
    """All criteria of the five phases, in their order."""
    found = [*_phase_0(model), *_phase_1(model, as_of), *_phase_2(model), *_phase_3(model), *_phase_4(model)]
    known = {one.code for one in found}
    asked = [
        Criterion(code, phase, question, None, "The plan has no facts about this.")
        for code, (phase, question) in PHASE_QUESTIONS.items()
        if code not in known
    ]
    return sorted([*found, *asked], key=lambda one: one.phase)


def _phase_0(model: PlanModel) -> list[Criterion]:
    missing = gate(model)
    found = [Criterion("P0.gate", 0, "The plan gate is open.", not missing, " ".join(missing) or "Nothing is missing.")]
    leaves = model.organisation.leaves if model.organisation else None
    if leaves is not None:
        met = leaves.published_on is not None and leaves.n >= _CASES
        day = f"published on {leaves.published_on}" if leaves.published_on else "not published"
        text = f"The clover is measured: a wave is published with {_CASES} answers at least."
        found.append(Criterion("P0.clover", 0, text, met, f"{leaves.n} answers, {day}."))
    return found


def _phase_1(model: PlanModel, as_of: date) -> list[Criterion]:
    steps = [step for step in Roadmap(model.roadmap).steps.values() if step.phase == 1]
    unfinished = [f"{step.title} ({step.id})" for step in steps if not step.finished]
    playbooks = [one for one in model.crisis_playbooks if one.in_force_on and one.in_force_on <= as_of]
    measured = {kpi.id for kpi in model.kpis if kpi.baseline is not None or kpi.baselines}
    bare = [one.id for one in model.objectives if not measured & set(one.kpis)]
    return [
        Criterion("P1.activities", 1, "All activities of the phase are done.", not unfinished, _listed(unfinished)),
        Criterion("P1.playbook", 1, "A crisis playbook is in force.", bool(playbooks),
                  f"In force: {len(playbooks)}."),
        Criterion("P1.baselines", 1, "Every objective has a KPI with a baseline.", bool(model.objectives) and not bare,
                  _listed(bare) if model.objectives else "There is no objective."),
    ]  # fmt: skip


def _phase_2(model: PlanModel) -> list[Criterion]:
    counted = [one for one in model.acknowledgements if one.in_scope and one.current is not None]
    shares = [one.coverage for one in model.acknowledgements if one.coverage is not None]
    share = None
    if len(counted) == len(model.acknowledgements) and counted:
        share = sum(one.current or 0 for one in counted) / sum(one.in_scope or 0 for one in counted)
    elif shares:
        share = min(shares)  # without all counts the lowest stands for the whole
    first = [wave for wave in model.training_waves if wave.number == 0]
    decided = [pilot.id for pilot in model.pilots if pilot.decision is not None]
    return [
        Criterion("P2.acknowledged", 2, "80 % acknowledged the policies that they work under.",
                  share is not None and share >= _ACKNOWLEDGED,
                  "No acknowledgements are counted." if share is None else f"{share * 100:.0f} % did."),
        Criterion("P2.wave", 2, "The first wave of training is certified.",
                  any(wave.state == "done" for wave in first),
                  f"It is {first[0].state}." if first else "No first wave is planned."),
        Criterion("P2.pilots", 2, "Two pilots at least are decided.", len(decided) >= _PILOTS,
                  f"Decided: {', '.join(decided) or 'none'}."),
    ]  # fmt: skip


def _phase_3(model: PlanModel) -> list[Criterion]:
    seated = {seat.region for one in model.committees if one.kind == "steering" for seat in one.members if seat.region}
    without = [region.name for region in model.regions if region.id not in seated]
    trusted = [stratum.id for stratum in model.strata if stratum.level in ("Q2", "Q3")]
    passed = [drill.id for drill in model.drills if drill.passed]
    uneven = [kpi.id for kpi in model.kpis if any(own.formula != kpi.formula for own in kpi.formulas)]
    return [
        Criterion("P3.regions", 3, "Every region has a seat in the steering committee.",
                  bool(model.regions) and not without, _listed(without) if model.regions else "There are no regions."),
        Criterion("P3.trust", 3, "One class of posts at least is trusted (Q2).", bool(trusted),
                  f"Trusted: {', '.join(trusted) or 'none'}."),
        Criterion("P3.drill", 3, "A crisis drill was passed.", bool(passed), f"Passed: {', '.join(passed) or 'none'}."),
        Criterion("P3.formulas", 3, "All units work out their KPIs alike.", bool(model.kpis) and not uneven,
                  _listed(uneven) if model.kpis else "There are no KPIs."),
    ]  # fmt: skip


def _phase_4(model: PlanModel) -> list[Criterion]:
    found = []
    leaves = model.organisation.leaves if model.organisation else None
    points = [leaves.culture, leaves.leadership, leaves.governance, leaves.technology] if leaves is not None else []
    known = [value for value in points if value is not None]
    if len(known) == len(points) > 0:
        text = f"No leaf of the clover is below {_LEAF} points."
        found.append(Criterion("P4.leaves", 4, text, min(known) >= _LEAF, f"The lowest has {min(known):g}."))
    money = sum(line.money or 0 for line in model.effort_lines)
    technology = sum(line.money or 0 for line in model.effort_lines if line.category == "technology")
    share = technology / money if money else None
    found.append(
        Criterion("P4.effort", 4, "Technology takes a fifth of the money at most.",
                  share is not None and share <= _TECHNOLOGY,
                  "No money is planned." if share is None else f"It takes {share * 100:.0f} %.")
    )  # fmt: skip
    return found


def _listed(names: list[str]) -> str:
    return f"Not yet: {', '.join(names)}." if names else "Nothing is missing."
