"""What training does on news from governance. Lost news is made up for by the daily job."""

from __future__ import annotations

from fourleaf.governance.contracts import PolicyAcknowledged, PolicyCameIntoForce
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.events import subscribe
from fourleaf.training.services.dues import open_deltas, policy_acknowledged

__all__: list[str] = []


@subscribe(PolicyCameIntoForce)
def new_version(event: PolicyCameIntoForce) -> None:
    """A new major version is to be learned within thirty days."""
    if event.major:
        open_deltas(actor=system_actor("belts"), policy_id=event.policy_id)


@subscribe(PolicyAcknowledged)
def acknowledged(event: PolicyAcknowledged) -> None:
    """Somebody knows the new version."""
    policy_acknowledged(person_id=event.person_id, policy_id=event.policy_id, major=event.major)
