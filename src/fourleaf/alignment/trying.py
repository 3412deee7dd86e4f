"""What if: which findings changes of the plan would bring and take away. Nothing here writes."""

from __future__ import annotations

from collections.abc import Sequence

from fourleaf.alignment.changes import Change, Outcome, compared, tried
from fourleaf.alignment.snapshot import checked
from fourleaf.engine.alignment.checking import apply_waivers, check_changed
from fourleaf.kernel.actors import Actor

__all__ = ["Change", "Outcome", "what_if"]


def what_if(actor: Actor, plan_id: int, changes: Sequence[Change]) -> Outcome:
    """Which findings come and go. `InvalidError` with sentences by field where a value cannot be."""
    seen = checked(actor, plan_id)
    after = tried(seen.snapshot, changes)
    sections = {change.section for change in changes}
    found = check_changed(seen.findings, seen.snapshot, after, sections)
    old, _ = seen.split
    new, _ = apply_waivers(found, after.plan.waivers, after.as_of)
    return compared(old, new)
