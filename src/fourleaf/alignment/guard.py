"""The readiness gate: nothing goes live, starts or is scaled while an error of the rules stands in its way.

The plan is looked at as it would be after the step, since many rules speak only of what is live. An error that is
waived lets the step pass.
"""

from __future__ import annotations

from collections.abc import Iterable

from fourleaf.alignment.foresight import obstacles_in
from fourleaf.alignment.snapshot import checked
from fourleaf.engine.alignment.findings import Finding
from fourleaf.kernel.actors import Actor, system_actor

__all__ = ["errors_in_the_way", "obstacles", "sentence_of"]


def errors_in_the_way(actor: Actor, plan_id: int, section: str, key: str, new_state: str) -> Iterable[str]:
    """A sentence for each error that speaks against the step; registered with planning as a guard."""
    return [sentence_of(f) for f in obstacles(plan_id, section, key, new_state)]


def sentence_of(finding: Finding) -> str:
    """An error as the gate says it."""
    return f"{finding.rule}: {finding.message} {finding.hint}".strip()


def obstacles(plan_id: int, section: str, key: str, new_state: str) -> list[Finding]:
    """Open errors in the way of a step, see `foresight.obstacles_in`."""
    # Whoever may change the plan is stopped by the rules, even without the right to see all findings.
    seen = checked(system_actor("readiness gate"), plan_id)
    return obstacles_in(seen.snapshot, seen.findings, section, key, new_state)
