"""What the pages say of a pilot: its sentence, what stands before its next step, what its numbers can show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from fourleaf.engine.alignment.plan import Pilot
from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.engine.alignment.roadmap import Roadmap
from fourleaf.engine.pilots import Verdict, rounded_effect, shows
from fourleaf.planning.pilot_steps import PilotState, check_pilot, is_locked, verdict_of
from fourleaf.web.kit.tables import State

__all__ = [
    "COMPARISONS",
    "GROUPS",
    "STATES",
    "Next",
    "PilotFacts",
    "Prerequisite",
    "facts_of_pilot",
    "hypothesis",
    "parts_of",
    "pilots_of",
    "signed",
    "steps_of",
]

STATES: Final[Mapping[str, State]] = {
    "draft": State("neutral", "Draft", "pencil-square"),
    "baseline": State("information", "Measuring the baseline", "chart-bar"),
    "approved": State("information", "Approved, locked", "lock-closed"),
    "running": State("information", "Running", "play-circle"),
    "evaluating": State("attention", "Being evaluated", "scale"),
    "scale": State("good", "Scale", "arrow-trending-up"),
    "iterate": State("attention", "Try again", "arrow-path"),
    "stop": State("neutral", "Stopped", "stop-circle"),
    "archived": State("neutral", "Archived", "archive-box"),
}
#: Groups of states for the tabs of the list.
GROUPS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "prepared": ("Being prepared", ("draft", "baseline", "approved")),
    "running": ("Running", ("running", "evaluating")),
    "decided": ("Decided", ("scale", "iterate", "stop")),
    "archived": ("Archived", ("archived",)),
}
COMPARISONS: Final[Mapping[str, str]] = {
    "randomised": "Randomised: chance decides who gets it",
    "matched_unit": "Matched unit: a similar unit goes without",
    "own_history": "Own history: before against after",
}
_LABELS: Final[Mapping[str, str]] = {
    "baseline": "Measure the baseline",
    "draft": "Back to the draft",
    "approved": "Approve and lock",
    "running": "Start it",
    "evaluating": "Evaluate",
    "scale": "Scale it",
    "iterate": "Try again",
    "stop": "Stop it",
    "archived": "Put it in the archive",
}
_PATTERN: Final = re.compile(r"^If we (?P<action>.+?) for (?P<rest>.+), because (?P<because>.+?)\.?$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """What must stand inside before the pilot runs."""

    key: str
    title: str
    stands: bool


@dataclass(frozen=True, slots=True)
class Next:
    """A step with its button, and what stands before it."""

    state: str
    label: str
    obstacles: list[str]


@dataclass(frozen=True, slots=True)
class PilotFacts:
    """A pilot with the names that it refers to; ``threshold`` has the sign of the effect that is wanted."""

    pilot: Pilot
    audience: str
    channel: str
    metric: str
    unit: str
    decider: str
    programme: str
    prerequisites: tuple[Prerequisite, ...]
    verdict: Verdict | None
    locked: bool
    learnings: tuple[str, ...]
    leader: str
    threshold: float | None

    @property
    def id(self) -> str:
        """The pilot's id."""
        return self.pilot.id

    @property
    def name(self) -> str:
        """The pilot's name."""
        return self.pilot.name

    @property
    def state(self) -> str:
        """The code of the state."""
        return self.pilot.state

    @property
    def goal(self) -> str:
        """``41 → 51``; empty while either is missing."""
        if self.pilot.baseline is None or self.threshold is None:
            return ""
        return f"{self.pilot.baseline:g} → {self.pilot.baseline + self.threshold:g}"

    @property
    def effect_unit(self) -> str:
        """Differences of shares are in points."""
        return "points" if not self.unit or "%" in self.unit else self.unit

    @property
    def proof(self) -> str:
        """Whether its numbers can prove the threshold: ``proof``, ``learning``, or empty where that is not known."""
        smallest, threshold = self.pilot.minimum_detectable_effect, self.pilot.threshold
        if self.pilot.learning_only:
            return "learning"
        if smallest is None or threshold is None:
            return ""
        return "proof" if shows(smallest, threshold) else "learning"

    @property
    def smallest(self) -> str:
        """The smallest effect that its numbers can show, as it is written everywhere."""
        found = self.pilot.minimum_detectable_effect
        return "" if found is None else f"{rounded_effect(found):g}"

    @property
    def decision_on(self) -> date | None:
        """The day of the decision."""
        return self.pilot.decision_on

    @property
    def n(self) -> int | None:
        """Cases per arm."""
        return self.pilot.n

    @property
    def effect(self) -> str:
        """``+13.1 [6.2; 20]``."""
        effect = self.pilot.effect
        return f"{effect.point:+g} [{effect.low:g}; {effect.high:g}]" if effect else ""


def pilots_of(model: PlanModel) -> list[PilotFacts]:
    """All pilots of a plan."""
    return [facts_of_pilot(model, pilot) for pilot in model.pilots]


def facts_of_pilot(model: PlanModel, pilot: Pilot) -> PilotFacts:
    """One pilot with the names that it refers to."""
    kpi = next((kpi for kpi in model.kpis if kpi.id == pilot.metric), None)
    roles = {person.id: person.role for person in model.people}
    return PilotFacts(
        pilot=pilot,
        audience=_named(model.audiences, pilot.audience),
        channel=_named(model.channels, pilot.channel),
        metric=kpi.name if kpi else pilot.metric_text or "",
        unit=(kpi.unit or "") if kpi else "",
        decider=roles.get(pilot.decider or "", pilot.decider or ""),
        programme=_named(model.programmes, pilot.programme),
        prerequisites=_prerequisites(model, pilot),
        verdict=verdict_of(model, pilot),
        locked=is_locked(pilot.model_dump(mode="json", exclude_defaults=True)),
        learnings=tuple(one.text for one in model.learnings if one.source == f"pilots/{pilot.id}"),
        leader=roles.get(pilot.immersion.leader, pilot.immersion.leader) if pilot.immersion else "",
        threshold=signed(model, pilot.metric, pilot.threshold),
    )


def signed(model: PlanModel, metric: str | None, threshold: float | None) -> float | None:
    """The threshold with its sign: below 0 where less is better, however it was written."""
    if threshold is None:
        return None
    down = any(kpi.id == metric and kpi.direction == "down" for kpi in model.kpis)
    return -abs(threshold) if down else threshold


def _named(things: tuple[Any, ...], key: str | None) -> str:
    thing = next((thing for thing in things if thing.id == key), None)
    return str(getattr(thing, "name", None) or key) if thing else key or ""


def _prerequisites(model: PlanModel, pilot: Pilot) -> tuple[Prerequisite, ...]:
    roadmap = Roadmap(model.roadmap)
    found = []
    programmes = {one.id: one for one in model.programmes}
    activities = {one.id: one for one in model.activities}
    for key in pilot.prerequisites:
        if key in roadmap.steps:
            step = roadmap.steps[key]
            found.append(Prerequisite(key, step.title, step.finished))
        elif key in programmes:
            found.append(Prerequisite(key, programmes[key].name, programmes[key].state in ("live", "ended")))
        elif key in activities:
            found.append(Prerequisite(key, key, activities[key].state == "done"))
        else:
            found.append(Prerequisite(key, "is not in the plan", False))
    return tuple(found)


def steps_of(model: PlanModel, data: Mapping[str, Any], today: date) -> list[Next]:
    """The steps that the pilot's state allows, each with what stands before it."""
    state = str(data.get("state", "draft"))
    targets = [target for target in STATES if state in STATES and PilotState.allows(state, target)]
    return [
        Next(target, _LABELS[target], check_pilot(model, data, {**data, "state": target}, today)) for target in targets
    ]


def hypothesis(values: Mapping[str, Any], *, audience: str, channel: str, metric: str) -> str:
    """If we do X for audience A on channel C, metric M moves from b to b+t within W weeks, because Z (domain §9.2).

    Empty while the action, the reason or a figure is missing.
    """
    needed = ("action", "because", "baseline", "threshold", "weeks")
    if any(values.get(name) in (None, "") for name in needed) or not (audience and channel and metric):
        return ""
    aim = values["baseline"] + values["threshold"]
    bound = "at most" if values["threshold"] < 0 else "at least"
    action, because = (" ".join(str(values[name]).split()).rstrip(".") for name in ("action", "because"))
    return (
        f"If we {action} for {audience} on {channel}, {metric} moves from {values['baseline']:g} to {bound} {aim:g} "
        f"within {values['weeks']:g} weeks, because {because}."
    )


def parts_of(sentence: str | None) -> dict[str, str]:
    """Action and reason of a sentence that `hypothesis` made; empty for any other."""
    match = _PATTERN.match(sentence or "")
    if match is None or " on " not in match["rest"] or " moves from " not in match["rest"]:
        return {"action": "", "because": ""}
    return {"action": match["action"], "because": match["because"]}
