"""What planning declares: permissions and audit codes. Imported once when the application starts."""

from __future__ import annotations

from fourleaf.kernel.permissions import declare as declare_permission

declare_permission("planning.view_plan", "See the plan, its roadmap and pilots")
declare_permission("planning.edit_plan", "Change the plan, its roadmap and pilots")
declare_permission("planning.comment_plan", "Comment on the plan")
