"""What review declares: permissions, audit codes, jobs, listeners, its own kind. Imported once at start."""

from __future__ import annotations

from fourleaf.kernel.audit import declare as declare_code
from fourleaf.kernel.permissions import declare as declare_permission
from fourleaf.review import jobs, listeners  # noqa: F401 - imported for their effect
from fourleaf.review.services import drafts, policies

declare_permission("review.submit", "Submit items for review")
declare_permission("review.decide", "Decide items that wait for one's groups")
declare_permission("review.configure", "Keep groups, routes and rules of review")
declare_permission("review.view_trust", "See how much of what is reviewed, and why")
declare_permission("review.confirm_trust", "Confirm a relaxed review, accept a remedy")

declare_code("review.draft.added", "Draft begun")
declare_code("review.draft.changed", "Draft changed")
declare_code("review.item.submitted", "Item handed in for review")
declare_code("review.item.edited", "Item edited while under review")
declare_code("review.item.corrected", "What holds for an item corrected")
declare_code("review.item.decided", "Verdict given")
declare_code("review.item.decision_undone", "Verdict taken back")
declare_code("review.item.approved", "Item approved")
declare_code("review.item.returned", "Changes asked for")
declare_code("review.item.withdrawn", "Item taken back")
declare_code("review.item.expired", "Approval ended")
declare_code("review.item.audited", "Item audited after publishing")
declare_code("review.item.commented", "Comment on an item")
declare_code("review.item.escalated", "Item passed on to the next")
declare_code("review.item.defect_reported", "Defect of an item came to light")
declare_code("review.link.sent", "Link for a decision mailed")
declare_code("review.guest.invited", "Guest invited to review")
declare_code("review.guest.opened", "Guest opened an item")
declare_code("review.guest.revoked", "Invitation of a guest taken back")
declare_code("review.group.added", "Group of reviewers added")
declare_code("review.group.changed", "Group of reviewers changed")
declare_code("review.route.added", "Route added")
declare_code("review.route.changed", "Route changed")
declare_code("review.route.archived", "Route put aside")
declare_code("review.route.restored", "Route taken up again")
declare_code("review.absence.noted", "Absence noted")
declare_code("review.absence.removed", "Absence removed")
declare_code("review.delegation.given", "Decisions delegated")
declare_code("review.delegation.ended", "Delegation ended")
declare_code("review.deputies.set", "Deputies named")
declare_code("review.trust.changed", "Level of review changed")
declare_code("review.trust.author_cleared", "Halted author cleared")
declare_code("review.trust.rules_set", "Thresholds of a stratum set")

drafts.register()
policies.register()
