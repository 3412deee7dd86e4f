"""What happens by itself: scheduled versions come into force when their day has begun somewhere in their scope."""

from __future__ import annotations

from fourleaf.governance.models import PolicyVersion
from fourleaf.governance.services.policies_life import begin, has_begun
from fourleaf.governance.services.policies_writing import held
from fourleaf.kernel.actors import Actor

__all__ = ["put_due_in_force"]


def put_due_in_force(*, actor: Actor) -> int:
    """Bring every scheduled version whose day has come into force, oldest day first; gives how many."""
    done = 0
    waiting = PolicyVersion.objects.filter(state="scheduled", effective_on__isnull=False)
    for key in list(waiting.order_by("effective_on", "pk").values_list("pk", flat=True)):
        with held(actor, key, None, code="governance.approve_policies") as row:
            # Looked at again inside: somebody may have taken the day back a moment ago.
            if has_begun(row):
                begin(actor, row)
                done += 1
    return done
