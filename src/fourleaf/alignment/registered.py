"""What alignment declares: permissions and audit codes. Imported once when the application starts."""

from __future__ import annotations

from fourleaf.kernel.permissions import declare as declare_permission

declare_permission("alignment.view_findings", "See what the check of the whole plan finds")
declare_permission("alignment.handle_findings", "Give findings an owner and a due date")
declare_permission("alignment.waive_findings", "Waive a finding for a time, with a reason")
