"""Review of what goes out: risk tiers, routes, sampling, and relaxing on evidence.

`step(state, outcome)` moves the trust state of a stratum by one reviewed item; `confirm` carries out what the state
proposes; `explain` says it in words. Names are loaded when they are first used, so that importing the package costs
no start-up time.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from fourleaf.engine.review.agreement import cohens_kappa, compare_reviewers, effective_escape, miss_rate
    from fourleaf.engine.review.deadlines import TARGETS, due_at, escalation
    from fourleaf.engine.review.explaining import clean_missing, explain, upper_bounds, walk
    from fourleaf.engine.review.parameters import DEFAULT, FAST, LADDER, LEVELS, PRESETS, Level, Plan, TrustParameters
    from fourleaf.engine.review.routes import (
        AllOf,
        AnyOf,
        Approval,
        Delegation,
        Facts,
        Need,
        Person,
        RegionalRule,
        Step,
        candidates,
        content_hash,
        finished,
        lint,
        missing,
        reopened,
        route,
        steps,
    )
    from fourleaf.engine.review.sampling import Selection, draw, select
    from fourleaf.engine.review.simulation import Simulated, escape_curve, simulate
    from fourleaf.engine.review.states import Change, NotConfirmedError, Outcome, Proposal, TrustState, new_state
    from fourleaf.engine.review.tiers import CAPS, RULES, TIERS, Item, TierRule, level_for, tier_of
    from fourleaf.engine.review.trust import (
        author_cleared,
        capped,
        confirm,
        guards,
        halt_lifted,
        idle,
        incident,
        incident_over,
        lead_changed,
        policy_major,
        replanned,
        step,
    )

__all__ = [
    "CAPS", "DEFAULT", "FAST", "LADDER", "LEVELS", "PRESETS", "RULES", "TARGETS", "TIERS", "AllOf", "AnyOf",
    "Approval", "Change", "Delegation", "Facts", "Item", "Level", "Need", "NotConfirmedError", "Outcome", "Person",
    "Plan", "Proposal", "RegionalRule", "Selection", "Simulated", "Step", "TierRule", "TrustParameters",
    "TrustState", "author_cleared", "candidates", "capped", "clean_missing", "cohens_kappa", "compare_reviewers",
    "confirm", "content_hash", "draw", "due_at", "effective_escape", "escalation", "escape_curve", "explain",
    "finished", "guards", "halt_lifted", "idle", "incident", "incident_over", "lead_changed", "level_for", "lint",
    "miss_rate", "missing", "new_state", "policy_major", "reopened", "replanned", "route", "select", "simulate", "step",
    "steps", "tier_of", "upper_bounds", "walk",
]  # fmt: skip

_HOMES: Final = {
    "agreement": ("cohens_kappa", "compare_reviewers", "effective_escape", "miss_rate"),
    "deadlines": ("TARGETS", "due_at", "escalation"),
    "explaining": ("clean_missing", "explain", "upper_bounds", "walk"),
    "parameters": ("DEFAULT", "FAST", "LADDER", "LEVELS", "PRESETS", "Level", "Plan", "TrustParameters"),
    "routes": (
        "AllOf", "AnyOf", "Approval", "Delegation", "Facts", "Need", "Person", "RegionalRule", "Step", "candidates",
        "content_hash", "finished", "lint", "missing", "reopened", "route", "steps",
    ),
    "sampling": ("Selection", "draw", "select"),
    "simulation": ("Simulated", "escape_curve", "simulate"),
    "states": ("Change", "NotConfirmedError", "Outcome", "Proposal", "TrustState", "new_state"),
    "tiers": ("CAPS", "RULES", "TIERS", "Item", "TierRule", "level_for", "tier_of"),
    "trust": (
        "author_cleared", "capped", "confirm", "guards", "halt_lifted", "idle", "incident", "incident_over",
        "lead_changed", "policy_major", "replanned", "step",
    ),
}  # fmt: skip


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
