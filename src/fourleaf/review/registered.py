"""What review declares: permissions and audit codes. Imported once when the application starts."""

from __future__ import annotations

from fourleaf.kernel.permissions import declare as declare_permission

declare_permission("review.submit", "Submit items for review")
declare_permission("review.decide", "Decide items that wait for one's groups")
declare_permission("review.configure", "Keep groups, routes and rules of review")
declare_permission("review.view_trust", "See how much of what is reviewed, and why")
declare_permission("review.confirm_trust", "Confirm a relaxed review, accept a remedy")
