"""What if: which findings and which programmes changes of the plan would free or stop. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from fourleaf.alignment.changes import Change, Outcome, ProgrammeOutcome, compared, tried
from fourleaf.alignment.foresight import obstacles_in
from fourleaf.alignment.snapshot import Checked, checked
from fourleaf.engine.alignment.checking import apply_waivers, by_blocked, check_changed
from fourleaf.engine.alignment.findings import Finding
from fourleaf.engine.alignment.snapshot import Snapshot
from fourleaf.kernel.actors import Actor

__all__ = ["MOST_PROGRAMMES", "Change", "Outcome", "programmes_of", "what_if"]

#: For so many programmes that are not live it is worked out what would refuse them; each costs a check.
MOST_PROGRAMMES: Final = 12


def what_if(actor: Actor, plan_id: int, changes: Sequence[Change], seen: Checked | None = None) -> Outcome:
    """Which findings come and go, and what it does for programmes.

    ``seen``: what `checked` gave in the same request, so that its stamp is not asked again.
    `InvalidError` with sentences by field where a value cannot be.
    """
    seen = seen or checked(actor, plan_id)
    after = tried(seen.snapshot, changes)
    sections = {change.section for change in changes}
    found = check_changed(seen.findings, seen.snapshot, after, sections)
    old, _ = seen.split
    new, _ = apply_waivers(found, after.plan.waivers, after.as_of)
    outcome = compared(old, new)
    return replace(outcome, programmes=programmes_of(seen, old, after, found, new))


def programmes_of(
    seen: Checked, old: Iterable[Finding], after: Snapshot, found: Sequence[Finding], new: Iterable[Finding]
) -> tuple[ProgrammeOutcome, ...]:
    """Programmes with another number of errors in their way.

    old, new: open findings before and after; found: all findings after. One that the changes make live counts as one
    that goes live.
    """
    held_before = by_blocked([f for f in old if f.severity == "error"], seen.snapshot)
    held_after = by_blocked([f for f in new if f.severity == "error"], after)
    outcomes, asked = [], 0
    was = {p.id: p.state for p in seen.snapshot.external}
    for programme in after.external:
        at, live = f"programmes/{programme.id}", was.get(programme.id) == "live"
        if live:
            before, now = len(held_before.get(at, ())), len(held_after.get(at, ()))
        elif asked < MOST_PROGRAMMES:
            asked += 1
            before = len(seen.refused(programme.id))
            now = (
                len(held_after.get(at, ()))
                if programme.state == "live"
                else len(obstacles_in(after, found, "programmes", programme.id, "live"))
            )
        else:
            continue
        if before != now:
            outcomes.append(ProgrammeOutcome(programme.id, programme.name, live, before, now))
    return tuple(sorted(outcomes, key=lambda p: (p.after > 0, p.before > 0, p.after, p.name)))
