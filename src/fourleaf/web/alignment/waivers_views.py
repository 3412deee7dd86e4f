"""Waivers of a plan: which hold, which end soon, which hold for nothing; and a new one, where something is found."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from fourleaf.alignment.selectors import waivers_of
from fourleaf.alignment.services import grant_waiver
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.permissions import allowed, require
from fourleaf.web.alignment.choosing import choice_of, chosen_plan, shown_findings
from fourleaf.web.alignment.forms import GrantForm
from fourleaf.web.alignment.places import Places
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.kit.tables import State

__all__ = ["add", "waivers"]

_WAIVE: Final = "alignment.waive_findings"
_STATES: Final = {
    "ended": State("blocking", "Ended, open again", "exclamation-circle"),
    "soon": State("attention", "Ends soon", "clock"),
    "idle": State("attention", "Holds for nothing", "exclamation-triangle"),
    "holds": State("information", "Holds", "pause-circle"),
    "past": State("neutral", "Over", "minus-circle"),
}


@require_safe
def waivers(request: PageRequest) -> HttpResponse:
    """All waivers of the chosen plan, those first that somebody has to look at."""
    plan = chosen_plan(request)
    if plan is None:
        return page(request, "web/alignment/waivers.html", {"plan": None})
    places = Places(request.actor, plan.id)
    shown = [
        {
            "it": one,
            "state": _STATES[one.state],
            "at": places.title(one.waiver.object),
            "url": places.url(one.waiver.object),
            "edit": places.url(f"waivers/{one.waiver.id}"),
            "owner": places.title(f"people/{one.waiver.owner}"),
        }
        for one in waivers_of(request.actor, plan.id)
    ]
    context = {"waivers": shown, "may_waive": allowed(request.actor, _WAIVE), **choice_of(request, plan)}
    return page(request, "web/alignment/waivers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: PageRequest) -> HttpResponse:
    """Waive what a rule finds at an object now; refused where it finds nothing there."""
    plan = chosen_plan(request)
    require(request.actor, _WAIVE, seen_by="alignment.view_findings")
    if plan is None:
        raise NotFoundError("There is no current plan whose findings could be waived.")
    places = Places(request.actor, plan.id)
    form = GrantForm(request.POST if request.method == "POST" else None, people=places.people)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            waived = grant_waiver(actor=request.actor, plan_id=plan.id, **form.cleaned_data)
            flash(request, f"{waived} is waived until {waived.waived_until:%d %B %Y}.")
            return redirect("alignment:waivers")
    open_ones = [row for row in shown_findings(request, plan).there if row.state == "open"]
    found = {row.object: places.title(row.object) for row in open_ones}
    return page(request, "web/alignment/waiver_add.html", {"form": form, "plan": plan, "found": sorted(found.items())})
