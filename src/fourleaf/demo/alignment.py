"""The findings of the sample's plan: checked, some of them assigned, one waived, with the weeks before computed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from fourleaf.alignment.models import CheckDay, FindingRecord
from fourleaf.alignment.services import check_plan, handle_finding, look_back, waive_finding
from fourleaf.demo.seed import demo_actor
from fourleaf.kernel.models import Person
from fourleaf.planning.models import Plan

__all__ = ["seed_alignment"]

#: (rule, object) -> (personnel number of the owner, days until due, note).
_ASSIGNED: Final = {
    ("A08", "channels/H8"): ("R07", 21, "The text is with the translator; legal reads it next week."),
    ("A13", "channels/H8"): ("R07", 21, ""),
    ("A09", "policies/P-CRI"): ("R05", 10, "Review booked with legal and service."),
    ("A10", "regions/NA"): ("R07", 28, "Reminder goes to managers first."),
    ("A14", "people/R32"): ("R11", 14, "Green belt course in Iberia is being filled."),
    ("A20", "regions/NA"): ("R12", 7, "Two people asked for weekend duty; consultation runs."),
    ("A30", "programmes/P07"): ("R23", 14, ""),
    ("A18", "routes/QS"): ("R15", 5, "A deputy is being named."),
}
#: Waived: rule, object, owner, days, reason.
_WAIVED: Final = (
    "A57",
    "roadmap/3.E2",
    "R23",
    60,
    "Two contracts were signed before this plan. They run out in spring; no new ones are made until 3.I1 is done.",
)
_WEEKS: Final = 26


def seed_alignment(say: Callable[[str], None], *, as_of: date) -> None:
    """Check the current plan; give findings owners and days, waive one, and check the same plan as of past weeks.

    The past is computed, not invented: reviews, ages and waivers as of the day, the rest of the plan as it is today,
    and the trend says so. What is there already is left alone.
    """
    plan = Plan.objects.filter(state="current").first()
    if plan is None or CheckDay.objects.filter(plan=plan, looked_back=True).exists():
        return
    actor = demo_actor()
    say("Checking the plan against 58 rules …")
    check_plan(actor=actor, plan_id=plan.pk)
    people = dict(
        Person.objects.filter(external_id__in={n for n, _, _ in _ASSIGNED.values()}).values_list("external_id", "pk")
    )
    records = {(r.rule, r.object): r for r in FindingRecord.objects.filter(plan=plan, state="open")}
    for at, (number, days, note) in _ASSIGNED.items():
        if at in records and number in people:
            handle_finding(
                actor=actor,
                finding_id=records[at].pk,
                owner_id=people[number],
                due_on=as_of + timedelta(days=days),
                note=note,
            )
    rule, place, owner, days, reason = _WAIVED
    if (rule, place) in records:
        waive_finding(
            actor=actor,
            finding_id=records[rule, place].pk,
            reason=reason,
            owner=owner,
            until=as_of + timedelta(days=days),
        )
    look_back(actor=actor, plan_id=plan.pk, days=[as_of - timedelta(weeks=n) for n in range(1, _WEEKS + 1)])
