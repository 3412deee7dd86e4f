"""The readiness gate: nothing goes live, starts or is scaled while an error of the rules stands in its way.

The plan is looked at as it would be after the step, since many rules speak only of what is live. An error that is
waived lets the step pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from fourleaf.engine.alignment.checking import apply_waivers, by_blocked, check_changed
from fourleaf.engine.alignment.findings import Finding
from fourleaf.engine.alignment.plan import RoadmapItem
from fourleaf.engine.alignment.roadmap_template import TEMPLATE
from fourleaf.engine.alignment.snapshot import Snapshot
from fourleaf.kernel.actors import Actor, system_actor

__all__ = ["errors_in_the_way", "obstacles", "obstacles_in", "sentence_of"]

_GUARDED: Final = frozenset({"programmes", "roadmap", "pilots"})
_DECISION: Final = "scale"


def errors_in_the_way(actor: Actor, plan_id: int, section: str, key: str, new_state: str) -> Iterable[str]:
    """A sentence for each error that speaks against the step; registered with planning as a guard."""
    return [sentence_of(f) for f in obstacles(plan_id, section, key, new_state)]


def sentence_of(finding: Finding) -> str:
    """An error as the gate says it."""
    return f"{finding.rule}: {finding.message} {finding.hint}".strip()


def obstacles(plan_id: int, section: str, key: str, new_state: str) -> list[Finding]:
    """Open errors in the way of a step.

    For a programme all that hold it up; for a roadmap item or pilot those at itself, since what its rules ask for may
    be the very thing that it is to bring about.
    """
    from fourleaf.alignment.snapshot import checked

    # Whoever may change the plan is stopped by the rules, even without the right to see all findings.
    seen = checked(system_actor("readiness gate"), plan_id)
    return obstacles_in(seen.snapshot, seen.findings, section, key, new_state)


def obstacles_in(
    snapshot: Snapshot, findings: Iterable[Finding], section: str, key: str, new_state: str
) -> list[Finding]:
    """The same of a snapshot with all its findings, such as one in which changes were tried."""
    if section not in _GUARDED:
        return []
    after = _after(snapshot, section, key, new_state)
    if after is None:
        return []
    found = check_changed(findings, snapshot, after, {section})
    still_open, _ = apply_waivers(found, after.plan.waivers, after.as_of)
    errors = [f for f in still_open if f.severity == "error"]
    address = f"{section}/{key}"
    holding = set(by_blocked(errors, after).get(address, ())) if section == "programmes" else set()
    return [f for f in errors if f.object == address or f in holding]


def _after(snapshot: Snapshot, section: str, key: str, new_state: str) -> Snapshot | None:
    things: tuple[Any, ...] = getattr(snapshot.plan, section)
    present = next((thing for thing in things if thing.id == key), None)
    if present is None:
        if section != "roadmap" or key not in TEMPLATE:
            return None
        things, present = (*things, RoadmapItem(id=key)), RoadmapItem(id=key)
    field = "decision" if section == "pilots" and new_state == _DECISION else "state"
    if field not in type(present).model_fields:
        return None
    changed = present.model_copy(update={field: new_state})
    moved = tuple(changed if thing.id == key else thing for thing in things)
    return Snapshot(snapshot.plan.model_copy(update={section: moved}), snapshot.as_of)
