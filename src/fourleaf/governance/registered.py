"""What governance declares: permissions and audit codes. Imported once when the application starts."""

from __future__ import annotations

from fourleaf.kernel.permissions import declare as declare_permission

declare_permission("governance.view_policies", "Read policies that are in force")
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
