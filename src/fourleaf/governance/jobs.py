"""Due work of governance: policies come into force on their day, people are reminded of what they have not read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from fourleaf.governance.services.acknowledging_reminders import send_reminders
from fourleaf.governance.services.policies_due import put_due_in_force
from fourleaf.kernel.jobs import Run, job

__all__: list[str] = []


@job("governance.policies_in_force", label="Policies come into force on their day", every=timedelta(minutes=10))
def policies_in_force(run: Run) -> Mapping[str, Any]:
    """Scheduled versions whose day has begun somewhere in their scope."""
    return {"policies": put_due_in_force(actor=run.actor)}


@job("governance.people_reminded", label="People are reminded of open policies", every=timedelta(hours=6))
def people_reminded(run: Run) -> Mapping[str, Any]:
    """One mail a week at most to whoever has something to acknowledge."""
    return send_reminders(actor=run.actor, alive=run.check_lease, stop=run.stop)
