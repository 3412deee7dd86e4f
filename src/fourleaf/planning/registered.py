"""What planning declares: permissions and audit codes. Imported once when the application starts."""

from __future__ import annotations

from fourleaf.kernel.audit import declare as declare_code
from fourleaf.kernel.permissions import declare as declare_permission
from fourleaf.planning.rules import anywhere

declare_permission("planning.view_plan", "See the plan, its roadmap and pilots", anywhere("planning.view_plan"))
declare_permission("planning.edit_plan", "Change the plan, its roadmap and pilots")
declare_permission("planning.comment_plan", "Comment on the plan", anywhere("planning.comment_plan"))

declare_code("planning.plan.created", "Plan created")
declare_code("planning.plan.changed", "Plan changed")
declare_code("planning.plan.copied", "Plan copied")
declare_code("planning.plan.made_current", "Plan made the current one")
declare_code("planning.plan.archived", "Plan archived")
declare_code("planning.plan.imported", "Plan imported")
declare_code("planning.plan.organisation_synced", "Organisation brought into the plan")
declare_code("planning.object.added", "Plan object added")
declare_code("planning.object.changed", "Plan object changed")
declare_code("planning.object.removed", "Plan object removed")
declare_code("planning.object.restored", "Plan object brought back")
declare_code("planning.object.state_changed", "State of a plan object changed")
declare_code("planning.roadmap.rescheduled", "Roadmap rescheduled")
declare_code("planning.roadmap.baseline_set", "Baseline of the roadmap set")
declare_code("planning.phase.ticked", "Criterion of a phase answered by hand")
declare_code("planning.comment.added", "Comment on the plan added")
declare_code("planning.comment.resolved", "Comment on the plan resolved")
declare_code("planning.calendar.opened", "Calendar address of the roadmap made")
declare_code("planning.calendar.closed", "Calendar addresses of the roadmap withdrawn")
