"""What assessment declares: permissions and audit codes. Imported once when the application starts."""

from __future__ import annotations

from fourleaf.kernel.permissions import declare as declare_permission

declare_permission("assessment.view_results", "See results of surveys, the clover and maturity")
declare_permission("assessment.run_waves", "Prepare and run survey waves, keep evidence of maturity")
