"""What other contexts may ask governance, and do through it."""

from __future__ import annotations

from fourleaf.governance.analytics import (
    person_level_allowed,
    person_level_condition,
    person_level_regions,
    role_level_allowed,
)
from fourleaf.governance.groups import register as register_groups
from fourleaf.governance.selectors.acknowledgements import obligations, suspended_rights
from fourleaf.governance.selectors.acknowledgements_coverage import acknowledgement_facts
from fourleaf.governance.selectors.bodies import body_facts
from fourleaf.governance.selectors.gaps import gap_facts
from fourleaf.governance.selectors.policies_facts import policy_facts
from fourleaf.governance.selectors.policies_force import in_force
from fourleaf.governance.selectors.policies_legal import (
    hold_version,
    legal_review,
    legal_reviews_open,
    text_in_force,
    wording_in,
)
from fourleaf.governance.selectors.registers import register_facts
from fourleaf.governance.services.gaps import report_gap
from fourleaf.governance.services.policies_life import decide_legal

__all__ = [
    "acknowledgement_facts",
    "body_facts",
    "decide_legal",
    "gap_facts",
    "hold_version",
    "in_force",
    "legal_review",
    "legal_reviews_open",
    "obligations",
    "person_level_allowed",
    "person_level_condition",
    "person_level_regions",
    "policy_facts",
    "register_facts",
    "register_groups",
    "report_gap",
    "role_level_allowed",
    "suspended_rights",
    "text_in_force",
    "wording_in",
]
