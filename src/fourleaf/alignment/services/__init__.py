"""Services of alignment."""

from fourleaf.alignment.services.checking import check_plan, look_back
from fourleaf.alignment.services.handling import handle_finding, handle_findings
from fourleaf.alignment.services.trying import save_changes
from fourleaf.alignment.services.waiving import (
    grant_waiver,
    waive_finding,
    waive_findings,
    waive_obstacle,
    withdraw_waiver,
)

__all__ = [
    "check_plan",
    "grant_waiver",
    "handle_finding",
    "handle_findings",
    "look_back",
    "save_changes",
    "waive_finding",
    "waive_findings",
    "waive_obstacle",
    "withdraw_waiver",
]
