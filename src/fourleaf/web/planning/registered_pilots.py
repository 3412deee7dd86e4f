"""What the pilots add to the frame."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.permissions import allowed
from fourleaf.planning.selectors import current_plan, objects
from fourleaf.web import navigation, needs, search
from fourleaf.web.navigation import Entry
from fourleaf.web.needs import Need
from fourleaf.web.search import Result

navigation.register(
    "plan",
    Entry(
        "Pilots",
        "planning:pilots",
        "beaker",
        permission="planning.view_plan",
        order=50,
        about="Try one thing, say before what would count as success, decide by the rule.",
    ),
)


def find_pilots(actor: Actor, text: str, limit: int) -> Iterator[Result]:
    """Pilots of the current plan by name or id."""
    plan = current_plan(actor)
    wanted = text.strip().lower()
    if plan is None or not wanted:
        return
    found = 0
    for data in objects(actor, plan.pk, "pilots").values_list("data", flat=True):
        if wanted in f"{data['id']} {data['name']}".lower() and found < limit:
            found += 1
            url = reverse("planning:pilot", args=[plan.pk, data["id"]])
            yield Result(f"{data['id']} {data['name']}", url, "Pilot", "beaker")


search.register("pilots", "Pilots", find_pilots, permission="planning.view_plan", order=55)


def due_decisions(actor: Actor) -> list[Need]:
    """Pilots whose day of decision has come."""
    plan = current_plan(actor) if allowed(actor, "planning.edit_plan") else None
    if plan is None:
        return []
    today = clock.today().isoformat()
    due = [
        data["id"]
        for data in objects(actor, plan.pk, "pilots").values_list("data", flat=True)
        if data.get("state") in ("running", "evaluating") and data.get("decision_on", "9999") <= today
    ]
    url = reverse("planning:pilots") + "?in=running"
    return (
        [Need(f"{'pilot waits' if len(due) == 1 else 'pilots wait'} for a decision", len(due), url, "beaker")]
        if due
        else []
    )


needs.register("planning.pilots", due_decisions)
