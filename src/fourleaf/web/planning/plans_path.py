"""The way through a plan: goals, objectives, audiences, resources - the gate -, then what is done (domain §9, S2).

Pure: the plan model in; steps with what is missing in a sentence and one action each out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal, get_args

from fourleaf.engine.alignment.plan import Function, Named, Plan, Programme
from fourleaf.planning.gate import audience_gaps, objective_gaps, programme_gaps, resource_gaps, too_much_planned
from fourleaf.web.kit import numbers
from fourleaf.web.planning.objects_words import choice_label, shown

__all__ = ["FunctionCover", "Step", "functions_of", "incomplete", "steps_of"]

_NAMED: Final = 3
_WHO: Final = "Departments and people"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the way. ``act``: where its action leads, to adding several, the list, units or the roadmap."""

    section: str
    title: str
    count: int
    kind: Literal["done", "begun", "empty"]
    sentence: str
    act: Literal["add", "list", "organisation", "roadmap", "departments"]
    action: str
    gate: bool


@dataclass(frozen=True, slots=True)
class FunctionCover:
    """One of the eight business functions of S1 and the programmes that serve it."""

    code: str
    label: str
    programmes: tuple[Programme, ...]


def steps_of(plan: Plan) -> list[Step]:
    """The steps in their order."""
    makers = (_who, _goals, _objectives, _audiences, _resources, _programmes, _activities, _roadmap)
    return [make(plan) for make in makers]


def incomplete(things: Iterable[Named], gaps: Callable[..., list[str]]) -> list[tuple[Named, list[str]]]:
    """Those that lack something, with what."""
    return [(thing, lacks) for thing in things if (lacks := gaps(thing))]


def _step(
    section: str, count: int, missing: str, whole: str, *, act: Literal["add", "list"] = "list", gate: bool = True
) -> Step:
    words = shown(section)
    if not count:
        return Step(section, words.title, 0, "empty", missing, "add", f"Add {words.low}", gate)
    kind: Literal["done", "begun"] = "begun" if missing else "done"
    return Step(section, words.title, count, kind, missing or whole, act, f"Open {words.low}", gate)


def _lacking(things: tuple[Named, ...], gaps: Callable[..., list[str]]) -> str:
    """“2 of 3 lack something: O1 an owner, O2 a KPI.” or nothing."""
    wrong = incomplete(things, gaps)
    if not wrong:
        return ""
    said = "; ".join(f"{thing.id} lacks {_listed(lacks)}" for thing, lacks in wrong[:_NAMED])
    more = f"; {len(wrong) - _NAMED} more lack something" if len(wrong) > _NAMED else ""
    return f"{said}{more}."


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _who(plan: Plan) -> Step:
    """Owners and hours need names: units first, then people or posts."""
    if not plan.departments:
        sentence = "Which departments are there? Owners and hours will be theirs."
        return Step("departments", _WHO, 0, "empty", sentence, "departments", "Bring in departments", True)
    if not plan.regions:
        sentence = "Where do people work? One place with its time zone is enough."
        return Step("regions", _WHO, len(plan.departments), "begun", sentence, "add", "Add a region", True)
    if not plan.people:
        sentence = "Who answers for things? Write down a few posts, or choose people where an owner is asked for."
        return Step("people", _WHO, len(plan.departments), "begun", sentence, "add", "Add posts", True)
    units = numbers.count(len(plan.departments), "department", "departments")
    sentence = f"{units}, {numbers.count(len(plan.people), 'person or post', 'people and posts')}."
    return Step("people", _WHO, len(plan.people), "done", sentence, "list", "Open people and posts", True)


def _goals(plan: Plan) -> Step:
    if not plan.goals:
        return _step("goals", 0, "What does the business itself want? Begin with one or two sentences.", "")
    served = {objective.goal for objective in plan.objectives}
    idle = [goal.id for goal in plan.goals if goal.id not in served]
    missing = f"No objective serves {_listed(idle[:_NAMED])} yet." if idle and plan.objectives else ""
    return _step(
        "goals", len(plan.goals), missing, "Each goal has an objective." if plan.objectives else "Written down."
    )


def _objectives(plan: Plan) -> Step:
    if not plan.objectives:
        return _step("objectives", 0, "What shall change, by when? Each objective serves a goal.", "")
    missing = _lacking(plan.objectives, objective_gaps)
    return _step("objectives", len(plan.objectives), missing, "Each has a goal, an owner and a KPI.")


def _audiences(plan: Plan) -> Step:
    if not plan.audiences:
        return _step("audiences", 0, "With whom, and where do they already talk?", "")
    missing = _lacking(plan.audiences, audience_gaps)
    return _step("audiences", len(plan.audiences), missing, "For each it is known where they talk, and from what.")


def _resources(plan: Plan) -> Step:
    if not plan.resources:
        return _step("resources", 0, "Whose hours are there each week? Measure the slack first.", "")
    missing = _lacking(plan.resources, resource_gaps)
    slack = sum(r.slack_hours or 0 for r in plan.resources)
    planned = sum(r.planned_hours or 0 for r in plan.resources)
    if over := [r.id for r in plan.resources if too_much_planned(r)]:
        more = "than assigned time and 70 % of the measured slack allow"
        missing = f"{missing} {_short(over)} {'plans' if len(over) == 1 else 'plan'} more hours {more}.".strip()
    whole = f"{slack:g} hours a week of slack measured" + (f", {planned:g} planned." if planned else ".")
    return _step("resources", len(plan.resources), missing, whole)


def _programmes(plan: Plan) -> Step:
    if not plan.programmes:
        return _step("programmes", 0, "What is done outside, and what carries it inside?", "", gate=False)
    outside = [p for p in plan.programmes if p.side == "external"]
    going = tuple(p for p in plan.programmes if p.state != "ended")
    missing = _lacking(going, lambda programme: [what for _, what in programme_gaps(programme)])
    whole = f"{len(outside)} outside, {len(plan.programmes) - len(outside)} inside; each outside one has a counterpart."
    return _step("programmes", len(plan.programmes), missing, whole, gate=False)


def _short(ids: list[str]) -> str:
    return _listed(ids if len(ids) <= _NAMED else [*ids[:_NAMED], f"{len(ids) - _NAMED} more"])


def _activities(plan: Plan) -> Step:
    if not plan.programmes and not plan.activities:
        sentence = "Single pieces of work come when there is a programme that they belong to."
        return Step("activities", "Activities", 0, "empty", sentence, "list", "Open activities", False)
    busy = {activity.programme for activity in plan.activities}
    idle = [p.id for p in plan.programmes if p.id not in busy and p.state != "ended"]
    if not plan.activities:
        return _step("activities", 0, "What is done first in each programme?", "", gate=False)
    missing = f"{_short(idle)} {'has' if len(idle) == 1 else 'have'} no activity yet." if idle else ""
    whole = f"{numbers.count(len(plan.activities), 'activity', 'activities')} in {len(busy)} programmes."
    return _step("activities", len(plan.activities), missing, whole, gate=False)


def _roadmap(plan: Plan) -> Step:
    begun = sum(item.state in ("in_progress", "done") for item in plan.roadmap)
    done = sum(item.state == "done" for item in plan.roadmap)
    sentence = (
        f"{begun} begun, {done} of them done."
        if begun
        else "38 activities in five phases wait for their days and owners."
    )
    return Step("roadmap", "Roadmap", len(plan.roadmap), "begun" if begun else "empty", sentence, "roadmap",
                "Open the roadmap", False)  # fmt: skip


def functions_of(plan: Plan) -> list[FunctionCover]:
    """The eight business functions, each with the programmes that serve it and have not ended."""
    units = {department.id: department.function for department in plan.departments}
    served: dict[str, list[Programme]] = {code: [] for code in get_args(Function)}
    for programme in plan.programmes:
        if programme.state == "ended":
            continue
        codes = set(programme.functions)
        if programme.sponsoring_unit in units:
            codes.add(units[programme.sponsoring_unit])
        for code in codes:
            served[code].append(programme)
    return [FunctionCover(code, choice_label(code), tuple(found)) for code, found in served.items()]
