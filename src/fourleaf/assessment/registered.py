"""What assessment declares: permissions and audit codes. Imported once when the application starts."""

from __future__ import annotations

from fourleaf.assessment import rules
from fourleaf.kernel.audit import declare as declare_code
from fourleaf.kernel.permissions import declare as declare_permission

declare_permission("assessment.view_results", "See results of surveys, the clover and maturity", rules.may_see_results)
declare_permission("assessment.view_shared", "See the clover that was published for everybody", rules.works_here)
declare_permission("assessment.run_waves", "Prepare and run survey waves, keep evidence of maturity")

# Nothing is recorded about an answer: the trail has times and an order, and would say who answered when.
declare_code("assessment.wave.added", "Survey wave prepared")
declare_code("assessment.wave.changed", "Survey wave changed")
declare_code("assessment.wave.removed", "Survey wave thrown away")
declare_code("assessment.wave.opened", "Survey wave opened")
declare_code("assessment.wave.opening_taken_back", "Opening of a survey wave taken back")
declare_code("assessment.wave.extended", "Last day of a survey moved")
declare_code("assessment.wave.closed", "Survey wave closed")
declare_code("assessment.wave.reopened", "Closed survey wave opened again")
declare_code("assessment.wave.published", "Survey results published")
declare_code("assessment.wave.publication_taken_back", "Publication of survey results taken back")
declare_code("assessment.invitations.queued", "Survey invitations sent")
declare_code("assessment.reminders.queued", "Survey reminders sent")
declare_code("assessment.links.handed_out", "List of survey links made")
declare_code("assessment.answers.imported", "Answers collected elsewhere imported")
declare_code("assessment.results.exported", "Survey results exported")
declare_code("assessment.gate.assessed", "Evidence of maturity noted")
declare_code("assessment.model.declared", "Organisation model declared")
declare_code("assessment.model.measured", "Measures of the organisation model noted")
