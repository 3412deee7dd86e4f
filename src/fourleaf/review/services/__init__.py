"""The only writers of review."""

from __future__ import annotations

from fourleaf.review.services.afterwards import FOUND_BY, report_defect
from fourleaf.review.services.comments import add_comment
from fourleaf.review.services.correcting import correct_flags, may_correct
from fourleaf.review.services.deciding import BulkResult, Verdict, decide, decide_many, undo_decision
from fourleaf.review.services.drafts import DraftFields, add_draft, change_draft
from fourleaf.review.services.links import (
    decide_by_guest_link,
    decide_by_link,
    follow_guest_link,
    follow_link,
    invite_guest,
    revoke_guest,
)
from fourleaf.review.services.policies import follow_policies, follow_policy
from fourleaf.review.services.routes import (
    GroupFields,
    RouteFields,
    StepFields,
    archive_route,
    delegate,
    end_delegation,
    note_absence,
    remove_absence,
    save_group,
    save_route,
    set_deputies,
)
from fourleaf.review.services.submitting import edited, expire_approvals, submit, withdraw
from fourleaf.review.services.trust import (
    clear_author,
    confirm_relaxation,
    declare_incident,
    end_incident,
    lift_halt,
    set_stratum_rules,
)

__all__ = [
    "FOUND_BY",
    "BulkResult",
    "DraftFields",
    "GroupFields",
    "RouteFields",
    "StepFields",
    "Verdict",
    "add_comment",
    "add_draft",
    "archive_route",
    "change_draft",
    "clear_author",
    "confirm_relaxation",
    "correct_flags",
    "decide",
    "decide_by_guest_link",
    "decide_by_link",
    "decide_many",
    "declare_incident",
    "delegate",
    "edited",
    "end_delegation",
    "end_incident",
    "expire_approvals",
    "follow_guest_link",
    "follow_link",
    "follow_policies",
    "follow_policy",
    "invite_guest",
    "lift_halt",
    "may_correct",
    "note_absence",
    "remove_absence",
    "report_defect",
    "revoke_guest",
    "save_group",
    "save_route",
    "set_deputies",
    "set_stratum_rules",
    "submit",
    "undo_decision",
    "withdraw",
]
