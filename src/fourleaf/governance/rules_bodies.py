"""Who may see which gap and request. The twins are `visible_gaps` and `visible_requests` of the selectors."""

from __future__ import annotations

from fourleaf.governance.models import Gap, ServiceRequest
from fourleaf.kernel.actors import Actor

__all__ = ["may_see_gap", "may_see_request"]


def may_see_gap(actor: Actor, gap: object = None) -> bool:
    """Those who handle gaps see all; whoever reported or owns one sees that one; None asks "any at all?"."""
    if actor.may("governance.handle_gaps"):
        return True
    if not isinstance(gap, Gap):
        return actor.may("governance.report_gaps")
    return actor.person_id is not None and actor.person_id in (gap.found_by_id, gap.owner_id)


def may_see_request(actor: Actor, request: object = None) -> bool:
    """Those who serve see all requests; others those that they made; None asks "any at all?"."""
    if actor.may("governance.serve_centre"):
        return True
    if not isinstance(request, ServiceRequest):
        return actor.may("governance.ask_centre")
    return actor.person_id is not None and actor.person_id == request.asked_by_id
