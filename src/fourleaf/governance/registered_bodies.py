"""Audit codes and row permissions of gaps, registers, committees and the centre. Imported by `registered`."""

from __future__ import annotations

from fourleaf.governance import rules_bodies
from fourleaf.kernel.audit import declare as declare_code
from fourleaf.kernel.permissions import declare as declare_permission

declare_permission(
    "governance.view_gap", "See a gap: one's own, or all for those who handle them", rules_bodies.may_see_gap
)
declare_permission(
    "governance.view_request",
    "See a request to the centre: one's own, or all for those who answer",
    rules_bodies.may_see_request,
)

declare_code("governance.gap.reported", "Gap in the rules reported")
declare_code("governance.gap.triaged", "Gap looked at")
declare_code("governance.gap.accepted", "Gap accepted")
declare_code("governance.gap.declined", "Gap declined")
declare_code("governance.gap.reopened", "Gap taken up again")
declare_code("governance.gap.closed", "Gap closed by a version")
declare_code("governance.gaps.exported", "Gap log exported")
declare_code("governance.processing.added", "Processing activity entered")
declare_code("governance.processing.changed", "Processing activity changed")
declare_code("governance.consultation.added", "Consultation recorded")
declare_code("governance.consultation.changed", "Consultation changed")
declare_code("governance.consultation.answered", "Outcome of a consultation recorded")
declare_code("governance.register.exported", "Register exported")
declare_code("governance.committee.added", "Committee added")
declare_code("governance.committee.changed", "Committee changed")
declare_code("governance.committee.archived", "Committee archived")
declare_code("governance.committee.restored", "Committee restored")
declare_code("governance.seat.given", "Seat in a committee given")
declare_code("governance.seat.ended", "Seat in a committee ended")
declare_code("governance.meeting.noted", "Meeting of a committee noted")
declare_code("governance.decision.recorded", "Decision recorded")
declare_code("governance.decision.changed", "Decision changed")
declare_code("governance.decisions.exported", "Decision log exported")
declare_code("governance.centre.changed", "Centre of excellence changed")
declare_code("governance.centre.member", "Member of the centre changed")
declare_code("governance.centre.service", "Service of the centre changed")
declare_code("governance.request.asked", "Service of the centre asked for")
declare_code("governance.request.answered", "Request to the centre answered")
declare_code("governance.request.closed", "Request to the centre closed")
declare_code("governance.request.reopened", "Request to the centre opened again")
declare_code("governance.role.given", "Role of the catalogue given")
declare_code("governance.role.ended", "Role of the catalogue ended")
