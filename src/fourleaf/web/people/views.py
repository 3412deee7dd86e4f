"""The list of people and a person's page."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_safe

from fourleaf.kernel import clock
from fourleaf.kernel.permissions import allowed
from fourleaf.kernel.roles import ROLES
from fourleaf.kernel.selectors import (
    PeopleFilter,
    account_of,
    get_person_for,
    history_of,
    list_people,
    past_grants_of,
    reports_of,
    visible_grants,
)
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.people.events import told
from fourleaf.web.people.tables import PEOPLE, PEOPLE_WITH_ACCESS

__all__ = ["people", "person", "suggest"]

_REPORTS_SHOWN = 30


@require_safe
def people(request: PageRequest) -> HttpResponseBase:
    """Everybody who works here; others when asked for."""
    actor = request.actor
    insight = actor.may("kernel.grant_roles") or actor.may("kernel.view_audit")
    status = request.GET.get("status", "")
    rows = list_people(
        actor, PeopleFilter(status="left" if status == "left" else "all" if status == "all" else "current")
    )
    table = (PEOPLE_WITH_ACCESS if insight else PEOPLE).bind(request, rows)
    context = {"may_edit": allowed(actor, "kernel.edit_people"), "may_grant": actor.may("kernel.grant_roles")}
    return table.respond("web/people/list.html", context)


@require_safe
def person(request: PageRequest, person_id: int) -> HttpResponse:
    """One person: facts, reports, roles and account, history."""
    actor = request.actor
    who = get_person_for(actor, person_id)
    grants = visible_grants(actor).filter(person=who, ended_at__isnull=True).select_related("brand", "region")
    reports = list(reports_of(actor, who)[: _REPORTS_SHOWN + 1])
    may_grant = allowed(actor, "kernel.grant_roles", who)
    return page(
        request,
        "web/people/person.html",
        {
            "person": who,
            "gone": who.has_left(clock.today()),
            "leaving": who.left_on is not None and not who.has_left(clock.today()),
            "brands": list(who.brands.all()),
            "reports": reports[:_REPORTS_SHOWN],
            "more_reports": len(reports) > _REPORTS_SHOWN,
            "see_roles": allowed(actor, "kernel.view_grants", who),
            "grants": [(grant, ROLES.get(grant.role)) for grant in grants],
            "past_grants": [(grant, ROLES.get(grant.role)) for grant in past_grants_of(actor, who)[:20]],
            "account": account_of(who) if may_grant else None,
            "may_edit": allowed(actor, "kernel.edit_people", who),
            "may_grant": may_grant,
            "history": [told(event) for event in history_of(actor, who)],
        },
    )


@require_GET
def suggest(request: PageRequest) -> HttpResponse:
    """Options for a field that names a person."""
    text = request.GET.get("manager", "").strip()[:200]
    found = list_people(request.actor, PeopleFilter(search=text))[:8] if text else []
    return render(request, "web/people/suggest.html", {"people": found})
