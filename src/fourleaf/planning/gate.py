"""The plan gate (S2): objectives, audiences and resources come before activities and tools (domain §9.1, phase 0).

Pure: plan model in, sentences out.
"""

from __future__ import annotations

from fourleaf.engine.alignment.checking import LintDefaults
from fourleaf.engine.alignment.plan import Audience, Objective, Plan, Programme, Resource

__all__ = [
    "audience_gaps",
    "gate",
    "objective_gaps",
    "programme_gaps",
    "programme_gate",
    "resource_gaps",
    "too_much_planned",
]


def objective_gaps(objective: Objective) -> list[str]:
    """What an objective lacks to be complete."""
    lacks = {"a business goal": objective.goal, "an owner": objective.owner, "a KPI that shows it": objective.kpis}
    return [what for what, there in lacks.items() if not there]


def audience_gaps(audience: Audience) -> list[str]:
    """What an audience lacks to be complete."""
    lacks = {"where it talks": audience.venues, "how that is known": audience.source}
    return [what for what, there in lacks.items() if not there]


def resource_gaps(resource: Resource) -> list[str]:
    """What a resource lacks to be complete."""
    return [] if resource.slack_hours or resource.assigned_hours else ["measured slack or assigned hours"]


def too_much_planned(resource: Resource) -> bool:
    """Whether more is planned than assigned time and slack allow, as rule A05 counts it."""
    return resource.overplanned(LintDefaults().slack_max)


def programme_gaps(programme: Programme) -> list[tuple[str, str]]:
    """(field, what it is) of what a programme should say and does not; internal ones need less."""
    asked = [("owner", "an owner"), ("objectives", "an objective"), ("audiences", "an audience")]
    lacks = [(field, what) for field, what in asked if not getattr(programme, field)]
    if programme.side == "external":
        outside = [("resources", "resources"), ("channels", "a channel"), ("counterparts", "an internal counterpart")]
        lacks += [(field, what) for field, what in outside if not getattr(programme, field)]
        if not programme.responders and not programme.authors:
            lacks.append(("responders", "somebody who answers or writes"))
    return lacks


def gate(plan: Plan) -> list[str]:
    """What is missing before activities may be made ready; nothing when the gate is open.

    Open means: one complete objective, one complete audience, one complete resource at least.
    """
    missing = []
    for what, gaps in (
        ("objective", {o.id: objective_gaps(o) for o in plan.objectives}),
        ("audience", {a.id: audience_gaps(a) for a in plan.audiences}),
        ("resource", {r.id: resource_gaps(r) for r in plan.resources}),
    ):
        if not gaps:
            missing.append(f"There is no {what} yet.")
        elif all(gaps.values()):
            key = min(gaps, key=lambda name: len(gaps[name]))
            missing.append(f"No {what} is complete: {key} lacks {_listed(gaps[key])}.")
    return missing


def programme_gate(plan: Plan, programme: Programme) -> list[str]:
    """What an external programme itself lacks before it goes live; internal ones need none of it."""
    if programme.side == "internal":
        return []
    missing = [
        f"{programme.id} names no {what}."
        for what, named in (
            ("objective", programme.objectives),
            ("audience", programme.audiences),
            ("resource", programme.resources),
        )
        if not named
    ]
    incomplete = [
        *((o.id, objective_gaps(o)) for o in plan.objectives if o.id in programme.objectives),
        *((a.id, audience_gaps(a)) for a in plan.audiences if a.id in programme.audiences),
        *((r.id, resource_gaps(r)) for r in plan.resources if r.id in programme.resources),
    ]
    return missing + [f"{key}, which {programme.id} names, lacks {_listed(gaps)}." for key, gaps in incomplete if gaps]


def _listed(gaps: list[str]) -> str:
    return gaps[0] if len(gaps) == 1 else f"{', '.join(gaps[:-1])} and {gaps[-1]}"
