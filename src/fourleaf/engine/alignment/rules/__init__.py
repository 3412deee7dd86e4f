"""The alignment rules A01 to A58 (domain §10), one function each, grouped by what they are about.

Importing this package registers all of them in `RULES`, in the order of their ids.
"""

from __future__ import annotations

from fourleaf.engine.alignment.rules import (
    committee,
    crisis,
    inside_out,
    listening,
    measures,
    messages,
    people,
    pilots,
    policies,
    purpose,
    regions,
    resources,
    review,
    roadmap,
)
from fourleaf.engine.alignment.rules.registry import RULES, LintDefaults, Rule

__all__ = [
    "RULES",
    "LintDefaults",
    "Rule",
    "committee",
    "crisis",
    "inside_out",
    "listening",
    "measures",
    "messages",
    "people",
    "pilots",
    "policies",
    "purpose",
    "regions",
    "resources",
    "review",
    "roadmap",
]

for _id in sorted(RULES):
    RULES[_id] = RULES.pop(_id)
