"""What alignment declares: permissions, audit codes, the guard of steps. Imported once when the application starts."""

from __future__ import annotations

from fourleaf.alignment.guard import errors_in_the_way
from fourleaf.alignment.judging import Judge
from fourleaf.alignment.rules import anywhere
from fourleaf.kernel.audit import declare as declare_code
from fourleaf.kernel.permissions import declare as declare_permission
from fourleaf.planning.contracts import register_guard, register_waiver_judge

declare_permission(
    "alignment.view_findings", "See what the check of the whole plan finds", anywhere("alignment.view_findings")
)
declare_permission("alignment.handle_findings", "Give findings an owner and a due date")
declare_permission("alignment.waive_findings", "Waive a finding for a time, with a reason")

declare_code("alignment.finding.handled", "Owner, due date or note of a finding changed")
declare_code("alignment.finding.waived", "Finding waived")
declare_code("alignment.waiver.withdrawn", "Waiver of a finding withdrawn")
declare_code("alignment.findings.exported", "Findings exported")
declare_code("alignment.what_if.saved", "Changes that were tried out saved")
declare_code("alignment.trend.looked_back", "Past days of a plan checked afterwards")

register_guard(errors_in_the_way)
register_waiver_judge(Judge())
