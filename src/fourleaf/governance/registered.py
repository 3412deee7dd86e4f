"""What governance declares: permissions and audit codes. Imported once when the application starts."""

from __future__ import annotations

from fourleaf.governance import jobs, rules_policies  # noqa: F401 - registers jobs
from fourleaf.kernel.audit import declare as declare_code
from fourleaf.kernel.permissions import declare as declare_permission

declare_permission("governance.view_policies", "Read policies that are in force", rules_policies.may_see_policies)
declare_permission("governance.edit_policies", "Write policies and bring them through their life cycle")
declare_permission("governance.review_policies", "Give the legal view on a policy")
declare_permission("governance.approve_policies", "Approve policies and put them in force")
declare_permission("governance.view_coverage", "See who has acknowledged, as far as a region allows it")
declare_permission("governance.report_gaps", "Report what the rules do not say")
declare_permission("governance.handle_gaps", "Triage and close reported gaps")
declare_permission("governance.view_registers", "Read the registers of processing and consultation")
declare_permission("governance.edit_registers", "Keep the registers of processing and consultation")
declare_permission("governance.view_bodies", "See committees, the centre of excellence and decisions")
declare_permission("governance.edit_bodies", "Keep committees, the centre of excellence and decisions")
declare_permission("governance.ask_centre", "Ask the centre of excellence for a service")
declare_permission("governance.serve_centre", "Answer requests to the centre of excellence")

declare_code("governance.policy.added", "Policy added")
declare_code("governance.policy.changed", "Policy changed")
declare_code("governance.policy.version_started", "New version of a policy started")
declare_code("governance.policy.draft_changed", "Draft of a policy changed")
declare_code("governance.policy.text_written", "Text of a policy written")
declare_code("governance.policy.text_removed", "Language of a draft policy removed")
declare_code("governance.policy.submitted", "Policy handed to legal review")
declare_code("governance.policy.legal_agreed", "Legal view on a policy: agreed")
declare_code("governance.policy.returned", "Policy returned to draft")
declare_code("governance.policy.consulted", "Employee representatives asked about a policy")
declare_code("governance.policy.consultation_recorded", "Answer of employee representatives noted")
declare_code("governance.policy.approval_given", "One of several approvals of a policy given")
declare_code("governance.policy.approved", "Policy approved")
declare_code("governance.policy.scheduled", "Policy scheduled")
declare_code("governance.policy.unscheduled", "Day of a scheduled policy taken back")
declare_code("governance.policy.came_into_force", "Policy came into force")
declare_code("governance.policy.superseded", "Policy superseded by a newer version")
declare_code("governance.policy.reviewed", "Policy reviewed without change")
declare_code("governance.policy.withdrawn", "Policy withdrawn")
declare_code("governance.policy.restored", "Withdrawal of a policy undone")
declare_code("governance.policy.acknowledged", "Policy acknowledged")
declare_code("governance.policy.reminders_sent", "Reminders of open acknowledgements sent")
declare_code("governance.evidence.exported", "Evidence of acknowledgements exported")
