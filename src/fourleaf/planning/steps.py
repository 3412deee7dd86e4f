"""Which steps objects may take from state to state, and what must hold before.

`check_step` stands before every change of a single object, whichever service makes it. A file that is imported tells
what already is, so its states are taken as they are; only locks hold there too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from fourleaf.engine.alignment.checking import RULES
from fourleaf.engine.alignment.plan import Activity, Experiment, Programme, RoadmapItem
from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.engine.alignment.roadmap import Roadmap
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import InvalidError
from fourleaf.kernel.states import State, StateMachine
from fourleaf.planning.contracts import objections, waiver_objection
from fourleaf.planning.errors import GateError
from fourleaf.planning.gate import gate, programme_gate
from fourleaf.planning.models import Plan
from fourleaf.planning.pilot_steps import PilotState, check_lock, check_peek, check_pilot
from fourleaf.planning.selectors.content import stored_model

__all__ = [
    "MACHINES",
    "ProgrammeState",
    "WorkState",
    "check_again",
    "check_step",
    "stamped",
    "start_obstacles",
    "state_of",
]


class WorkState(StateMachine):
    """Roadmap items, activities and experiments. Ready is worked out: planned, and nothing stands before it."""

    planned = State("Planned", initial=True)
    in_progress = State("In progress")
    done = State("Done")
    dropped = State("Dropped")

    transitions = {
        planned: {in_progress, dropped},
        in_progress: {done, dropped, planned},
        done: {in_progress},
        dropped: {planned},
    }


class ProgrammeState(StateMachine):
    """An ended programme stays ended; a new attempt is a new programme."""

    planned = State("Planned", initial=True)
    live = State("Live")
    paused = State("Paused")
    ended = State("Ended", final=True)

    transitions = {planned: {live, ended}, live: {paused, ended}, paused: {live, ended}}


MACHINES: Final[Mapping[str, type[StateMachine]]] = {
    "roadmap": WorkState,
    "activities": WorkState,
    "experiments": WorkState,
    "programmes": ProgrammeState,
    "pilots": PilotState,
}


@dataclass(frozen=True, slots=True)
class Step:
    """A change of state: data of the object before (None for a new one) and after."""

    actor: Actor
    plan: Plan
    section: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]

    @property
    def key(self) -> str:
        return str(self.after["id"])


def state_of(section: str, data: Mapping[str, Any] | None) -> str:
    """The state that an object's data says, or the one it begins with."""
    return str((data or {}).get("state", "draft" if section == "pilots" else "planned"))


def stamped(section: str, before: Mapping[str, Any] | None, after: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The data with the days that a step leaves behind, where nobody gave them."""
    old, new = state_of(section, before), state_of(section, after)
    data = dict(after)
    if section not in MACHINES or old == new:
        return data
    day = today.isoformat()
    match section, new:
        case "roadmap", "in_progress" | "done":
            if new == "done":
                data.setdefault("done_on", day)
            else:
                data.pop("done_on", None)  # taken up again
            data.setdefault("started_on", min(day, data.get("done_on", day)))
        case "pilots", "approved":
            data.setdefault("locked_on", day)
        case "pilots", "running":
            data.setdefault("starts_on", day)
        case "pilots", "scale" | "stop" | "iterate":
            data["decision"] = new
            if new == "iterate":
                data["iterations"] = min(2, int((before or {}).get("iterations", 0)) + 1)
            else:
                data.setdefault("closed_on", day)
    return data


def check_step(
    actor: Actor, plan: Plan, section: str, before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> None:
    """Raise unless the object may become what ``after`` says.

    `TransitionError` for a step that the machine does not have, `GateError` for what must come first, `LockedError`.
    """
    if section == "pilots":
        check_lock(before, after)
        check_peek(before, after, clock.today())
    if section == "inventory":
        _check_end(before, after)
    if section == "waivers":
        _check_waiver(plan, before, after)
    if section not in MACHINES:
        return
    step = Step(actor, plan, section, before, after)
    old, new = state_of(section, before), state_of(section, after)
    if old == new:
        return
    if before is None and section != "pilots":
        # Something that is already under way is written down as it is, if it might have begun.
        old = {"done": "in_progress", "paused": "live"}.get(new, old)
    if section == "activities" and new == "done" and old == "planned" and _dated(after):
        old = "in_progress"  # recorded afterwards, with its days
    MACHINES[section].check(old, new)
    _CHECKS[section](step, new)


def check_again(actor: Actor, plan: Plan, section: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Raise `GateError` unless what must come first for the state of ``after`` still stands, whatever the step."""
    new = state_of(section, after)
    if new != state_of(section, before):
        _CHECKS[section](Step(actor, plan, section, before, after), new)


def _check_end(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> None:
    """Nothing found becomes an experiment that is over; one that ran out as it stands may still be worked on."""
    same = before is not None and all(before.get(name) == after.get(name) for name in ("decision", "ends_on"))
    ends_on, today = after.get("ends_on"), clock.today()
    if after.get("decision") == "experiment" and not same and ends_on and date.fromisoformat(ends_on) < today:
        said = f"The experiment would have ended on {ends_on} already. Choose {today} or a later day, or stop it."
        raise InvalidError(fields={"ends_on": [said]})


def _check_waiver(plan: Plan, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> None:
    """No waiver for nothing, unless it is a record of the past or was there before."""
    same = before is not None and all(before.get(name) == after.get(name) for name in ("rule", "object"))
    if same or date.fromisoformat(after["until"]) < clock.today():
        return
    if sentence := waiver_objection(plan.pk, after["rule"], after["object"]):
        raise InvalidError(fields={"object" if after["rule"] in RULES else "rule": [sentence]})


def _dated(data: Mapping[str, Any]) -> bool:
    return bool(data.get("starts_on") and data.get("ends_on"))


def _roadmap(step: Step, new: str) -> None:
    if new == "dropped":
        _reason(step)
    elif new in ("in_progress", "done"):
        _refuse(step, new, start_obstacles(stored_model(step.plan), step.key, step.after))


def start_obstacles(model: PlanModel, key: str, data: Mapping[str, Any] | None = None) -> list[str]:
    """What stands before the start of a roadmap item; nothing when it is ready.

    ``data`` is the item as it would be stored, where it is not in the plan yet. Phase 0 is the gate itself, so it may
    always begin. A waiver of A57 for the item lets it begin before what it needs.
    """
    items = [item for item in model.roadmap if item.id != key or data is None]
    if data is not None:
        items.append(RoadmapItem.model_validate({**data, "state": "planned"}))
    roadmap = Roadmap(items)
    if key not in roadmap.steps:
        return [f"There is no {key} on the roadmap."]
    obstacles = [] if roadmap.steps[key].phase == 0 else gate(model)
    today = clock.today()
    waived = any(
        w.rule == "A57" and w.object == f"roadmap/{key}" and w.granted_on <= today <= w.until for w in model.waivers
    )
    if not waived:
        obstacles += [f"{name} ({roadmap.steps[name].title}) must be done first." for name in roadmap.unmet_hard(key)]
    return obstacles


def _programme(step: Step, new: str) -> None:
    if new != "live":
        return
    model = stored_model(step.plan)
    programme = Programme.model_validate(dict(step.after))
    whole = gate(model) if programme.side == "external" else []
    _refuse(step, new, whole + programme_gate(model, programme))


def _activity(step: Step, new: str) -> None:
    if new == "dropped":
        return
    model = stored_model(step.plan)
    activity = Activity.model_validate(dict(step.after))
    owners = [programme for programme in model.programmes if programme.id == activity.programme]
    outside = [programme for programme in owners if programme.side == "external"]
    missing = gate(model) if outside else []
    _refuse(step, new, missing + [s for programme in outside for s in programme_gate(model, programme)])


def _experiment(step: Step, new: str) -> None:
    """Local experiments are free of the template, but have an owner, a cap and an end."""
    if new not in ("in_progress", "done"):
        return
    experiment = Experiment.model_validate(dict(step.after))
    missing = [] if experiment.cap is not None else ["It has no cap: say how much money it may cost at most."]
    if new == "in_progress" and experiment.ends_on < clock.today():
        missing.append(f"Its last day, {experiment.ends_on}, is past.")
    _refuse(step, new, missing)


def _pilot(step: Step, new: str) -> None:
    _refuse(step, new, check_pilot(stored_model(step.plan), step.before, step.after, clock.today()))


_CHECKS: Final[Mapping[str, Callable[[Step, str], None]]] = {
    "roadmap": _roadmap,
    "programmes": _programme,
    "activities": _activity,
    "experiments": _experiment,
    "pilots": _pilot,
}
_GUARDED: Final = frozenset({"live", "in_progress", "running", "scale"})


def _refuse(step: Step, new: str, obstacles: list[str]) -> None:
    if new in _GUARDED:
        obstacles = obstacles + objections(step.actor, step.plan.pk, step.section, step.key, new)
    if obstacles:
        label = MACHINES[step.section].states[new].label.lower()
        raise GateError(f"{step.section}/{step.key} cannot become {label} yet.", obstacles)


def _reason(step: Step) -> None:
    if not step.after.get("reason"):
        raise InvalidError(fields={"reason": ["Say why it is dropped, so that nobody has to guess later."]})
