"""Findings worked out from the plan's snapshot for a plan whose findings were never stored. Nothing here writes."""

from __future__ import annotations

from fourleaf.alignment.models import FindingRecord
from fourleaf.alignment.selectors import findings_about, last_check
from fourleaf.alignment.services.checking import merged
from fourleaf.alignment.snapshot import checked
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor

__all__ = ["all_findings_now", "findings_now"]


def findings_now(actor: Actor, plan_id: int, section: str, key: str) -> list[FindingRecord]:
    """Findings at an object or holding it up, the gravest first: the stored ones, or those of a check made now.

    Records of a check made now have no ``pk`` and no history. `NotFoundError` for a plan that is not to be seen.
    """
    last = last_check(actor, plan_id)
    if last is not None and last.stamp:
        return list(findings_about(actor, plan_id, section, key))
    address = f"{section}/{key}" if key else section
    found = all_findings_now(actor, plan_id)
    return [record for record in found if record.object == address or address in record.blocks]


def all_findings_now(actor: Actor, plan_id: int) -> list[FindingRecord]:
    """All findings of a check made now, the gravest first, as records without ``pk``."""
    seen, now = checked(actor, plan_id), clock.now()
    found = [
        FindingRecord(
            plan_id=plan_id,
            rule=rule,
            object=at,
            first_seen=now,
            since=now,
            last_seen=now,
            **finding.values(seen.held_up.get((rule, at), ())),
        )
        for (rule, at), finding in merged(seen).items()
    ]
    return sorted(found, key=lambda record: (record.gravity, record.rule, record.object))
