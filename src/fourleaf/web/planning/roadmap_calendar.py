"""The roadmap in a calendar program: a personal address that can be renewed and withdrawn."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.permissions import require
from fourleaf.planning.calendar import (
    actor_for_calendar,
    calendar_of,
    calendar_token,
    withdraw_calendar,
)
from fourleaf.planning.selectors import current_plan, get_plan_for
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page

__all__ = ["calendar", "feed"]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def calendar(request: PageRequest, plan_id: int) -> HttpResponse:
    """The reader's own address: shown when asked for, made anew, withdrawn."""
    require(request.actor, "planning.view_plan")
    plan = get_plan_for(request.actor, plan_id)
    address = ""
    if request.method == "POST":
        if request.POST.get("act") == "withdraw":
            withdraw_calendar(actor=request.actor)
            flash(request, "Your calendar address no longer opens anything.")
            return redirect("planning:roadmap_calendar", plan_id)
        token = calendar_token(actor=request.actor, renew=request.POST.get("act") == "renew")
        address = request.build_absolute_uri(reverse("planning:roadmap_feed", args=[token]))
    return page(request, "web/planning/roadmap/calendar.html", {"plan": plan, "address": address})


@login_not_required
@require_safe
@never_cache
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar of the current plan for whom the address belongs to, with the rights of today."""
    actor = actor_for_calendar(token)
    plan = current_plan(actor)
    if plan is None:
        raise NotFoundError
    response = HttpResponse(calendar_of(actor, plan.pk), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="roadmap.ics"'
    return response
