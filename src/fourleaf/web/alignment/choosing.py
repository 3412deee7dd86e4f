"""Which plan the pages speak of: the current one, until the reader chooses another that they may see.

``?plan=7`` chooses; the choice is kept for the session, so that filters and saved views need not carry it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet

from fourleaf.alignment.live import all_findings_now
from fourleaf.alignment.models import FindingRecord, PlanCheck
from fourleaf.alignment.selectors import findings_visible_to, last_check
from fourleaf.alignment.services import check_plan
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.permissions import require
from fourleaf.planning.contracts import PlanInfo
from fourleaf.planning.public import current_plan, plan_info, plans
from fourleaf.web.kit.requests import PageRequest

__all__ = ["Shown", "choice_of", "chosen_plan", "shown_findings"]

_KEY: Final = "alignment.plan"


def chosen_plan(request: PageRequest) -> PlanInfo | None:
    """The plan of this page; None where there is none. `NotFoundError` for one that may not be seen.

    Raises unless findings may be seen.
    """
    require(request.actor, "alignment.view_findings")
    asked = request.POST.get("plan") or request.GET.get("plan", "")
    if asked:
        if not (asked.isascii() and asked.isdigit()):
            raise NotFoundError(f"“{asked[:40]}” is no number of a plan.")
        plan = plan_info(request.actor, int(asked))
        if request.session.get(_KEY) != plan.id:
            request.session[_KEY] = plan.id
        return plan
    if held := request.session.get(_KEY):
        try:
            return plan_info(request.actor, held)
        except NotFoundError:
            del request.session[_KEY]
    return current_plan(request.actor)


@dataclass(frozen=True)
class Shown:
    """The findings of a plan for a page: the stored ones, or those of a check made now, which nobody has stored."""

    plan: PlanInfo
    last: PlanCheck | None
    rows: QuerySet[FindingRecord] | list[FindingRecord]

    @property
    def stored(self) -> bool:
        """Whether the findings are stored, so that they have owners, days and a history."""
        return not isinstance(self.rows, list)

    @property
    def there(self) -> list[FindingRecord]:
        """Open and waived findings, the gravest first."""
        return self.rows if isinstance(self.rows, list) else list(self.rows.exclude(state="gone"))


def shown_findings(request: PageRequest, plan: PlanInfo) -> Shown:
    """What a plan's pages show. The current plan is checked and stored where it never was; others are only read."""
    last = last_check(request.actor, plan.id)
    if last is None or not last.stamp:
        if plan.state != "current":
            return Shown(plan, None, all_findings_now(request.actor, plan.id))
        check_plan(actor=request.actor, plan_id=plan.id)
        last = last_check(request.actor, plan.id)
    return Shown(plan, last, findings_visible_to(request.actor, plan.id))


def choice_of(request: PageRequest, plan: PlanInfo | None, *, stored: bool = True) -> dict[str, Any]:
    """What the head of a page says of the plan, and which others there are. One query."""
    others = plans(request.actor)
    if plan is not None and plan.id not in {other.id for other in others}:
        others.append(plan)
    return {"plan": plan, "plans": others if plan is not None else [], "stored": stored}
