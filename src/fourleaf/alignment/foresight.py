"""What would stand in the way of a step, seen in the plan as it would be after it. Pure: a snapshot in, errors out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from fourleaf.engine.alignment.checking import apply_waivers, by_blocked, check_changed
from fourleaf.engine.alignment.findings import Finding
from fourleaf.engine.alignment.plan import RoadmapItem
from fourleaf.engine.alignment.roadmap_template import TEMPLATE
from fourleaf.engine.alignment.snapshot import Snapshot

__all__ = ["obstacles_in"]

_GUARDED: Final = frozenset({"programmes", "roadmap", "pilots"})
_DECISION: Final = "scale"


def obstacles_in(
    snapshot: Snapshot, findings: Iterable[Finding], section: str, key: str, new_state: str
) -> list[Finding]:
    """Open errors in the way of a step; ``findings`` are all that the rules find in the snapshot now.

    For a programme all that hold it up; for a roadmap item or pilot those at itself, since what its rules ask for may
    be the very thing that it is to bring about.
    """
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
