"""What other contexts may ask governance, and do through it."""

from __future__ import annotations

from fourleaf.governance.groups import register as register_groups
from fourleaf.governance.selectors.acknowledgements import obligations, suspended_rights
from fourleaf.governance.selectors.acknowledgements_coverage import acknowledgement_facts
from fourleaf.governance.selectors.policies_facts import policy_facts
from fourleaf.governance.selectors.policies_force import in_force

__all__ = [
    "acknowledgement_facts",
    "in_force",
    "obligations",
    "policy_facts",
    "register_groups",
    "suspended_rights",
]
