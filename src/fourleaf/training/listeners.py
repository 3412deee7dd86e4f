"""What training does on news from governance. Lost news is made up for by the daily job."""

from __future__ import annotations

from fourleaf.governance.contracts import PolicyCameIntoForce, PolicyEnded
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.events import subscribe
from fourleaf.training.services.dues import open_deltas

__all__: list[str] = []


@subscribe(PolicyCameIntoForce)
def new_version(event: PolicyCameIntoForce) -> None:
    """A new major version is to be learned within thirty days."""
    if event.major:
        open_deltas(actor=system_actor("belts"), policy_id=event.policy_id)


@subscribe(PolicyEnded)
def version_over(event: PolicyEnded) -> None:
    """Nobody has to learn any more what a version changed that is over."""
    open_deltas(actor=system_actor("belts"), policy_id=event.policy_id)
