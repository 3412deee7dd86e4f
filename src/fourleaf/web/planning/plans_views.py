"""Reading plans: the way through one, all of them, its changes and its comments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.permissions import allowed, require
from fourleaf.planning.gate import gate
from fourleaf.planning.models import Plan, PlanObject
from fourleaf.planning.sections import HEAD, SECTIONS
from fourleaf.planning.selectors import comments, get_plan_for, history, visible_plans
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.planning.objects_changes import shown_changes
from fourleaf.web.planning.objects_kept import Kept
from fourleaf.web.planning.objects_names import Names
from fourleaf.web.planning.objects_shown import address_of
from fourleaf.web.planning.objects_views import may_edit
from fourleaf.web.planning.objects_words import GROUPS, shown
from fourleaf.web.planning.plans_path import Step, functions_of, steps_of
from fourleaf.web.planning.plans_starts import starts

__all__ = ["begin", "changes", "discussion", "overview", "plan_to_open", "plans"]

_PAGE = 40


def plan_to_open(actor: Actor) -> Plan | None:
    """The current plan; while there is none, the draft that was changed last. One query."""
    rows = visible_plans(actor, archived=False).order_by("-changed_at")
    return max(rows, key=lambda plan: plan.state == "current", default=None)


@require_safe
def overview(request: PageRequest, plan_id: int | None = None) -> HttpResponse:
    """The way through a plan; ways to begin while there is none."""
    require(request.actor, "planning.view_plan")
    plan = get_plan_for(request.actor, plan_id) if plan_id is not None else plan_to_open(request.actor)
    if plan is None:
        return begin(request)
    names, editable = Names(request.actor, plan.pk), may_edit(request, plan)
    model = names.model
    steps = steps_of(model)
    counts = dict(
        PlanObject.objects.filter(plan=plan)
        .order_by()
        .values("section")
        .annotate(n=Count("pk"))
        .values_list("section", "n")
    )
    covers, kept = functions_of(model), Kept(request.actor, plan.pk)
    counts |= {name: kept.count(name) for name in kept.seen.kept if name in SECTIONS}
    context = {
        "plan": plan,
        "may_edit": editable,
        "steps": [(step, _address(plan, step, editable)) for step in steps],
        "next": next((step for step in steps if step.kind != "done"), None),
        "gate": gate(model),
        "groups": _groups(plan, counts, kept),
        "kept": kept,
        "empty": not (set(counts) - {HEAD}),
        "functions": covers,
        "functions_served": sum(bool(cover.programmes) for cover in covers),
        "others": visible_plans(request.actor).exclude(pk=plan.pk)[:8],
        "changes": shown_changes(history(request.actor, plan.pk)[:5], names),
        "open_comments": comments(request.actor, plan.pk, resolved=False).count(),
        "has_organisation": bool(model.departments or model.regions),
    }
    return page(request, "web/planning/plans/overview.html", context)


@require_safe
def begin(request: PageRequest) -> HttpResponse:
    """Ways to begin a plan."""
    require(request.actor, "planning.view_plan")
    edits = allowed(request.actor, "planning.edit_plan")
    earlier = visible_plans(request.actor).count() if edits else 0
    context = {"may_edit": edits, "starts": starts() if edits else [], "earlier": earlier}
    return page(request, "web/planning/plans/start.html", context)


def _address(plan: Plan, step: Step, editable: bool) -> str:
    if step.act == "roadmap":
        return reverse("planning:section", args=[plan.pk, "roadmap"])
    if step.act == "departments":
        return reverse("planning:plan_organisation", args=[plan.pk]) if editable else ""
    if step.act == "add" and not editable:
        return ""
    return reverse("planning:lines" if step.act == "add" else "planning:section", args=[plan.pk, step.section])


def _groups(plan: Plan, counts: dict[str, int], kept: Kept) -> list[dict[str, Any]]:
    return [
        {
            "group": group,
            "sections": [
                {
                    "words": shown(name),
                    "count": counts.get(name, 0),
                    "keeper": kept.section(name),
                    "url": reverse("planning:inventory", args=[plan.pk])
                    if name == "inventory"
                    else address_of(plan.pk, name, ""),
                }
                for name in group.sections
            ],
            "count": sum(counts.get(name, 0) for name in group.sections),
        }
        for group in GROUPS
    ]


@require_safe
def plans(request: PageRequest) -> HttpResponse:
    """All plans: the current one, drafts, and what was."""
    require(request.actor, "planning.view_plan")
    rows = visible_plans(request.actor).annotate(
        objects_count=Count("objects_in_it", filter=~Q(objects_in_it__section=HEAD))
    )
    order = {"current": 0, "draft": 1, "archived": 2}
    context = {
        "plans": sorted(rows, key=lambda plan: order[plan.state]),
        "may_edit": allowed(request.actor, "planning.edit_plan"),
    }
    return page(request, "web/planning/plans/list.html", context)


class HistoryFilter(forms.Form):
    """What of the history is shown."""

    section = forms.CharField(required=False)
    q = forms.CharField(required=False)
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000)


@require_safe
def changes(request: PageRequest, plan_id: int) -> HttpResponseBase:
    """Every change of the plan, newest first."""
    plan, form = get_plan_for(request.actor, plan_id), HistoryFilter(request.GET)
    form.is_valid()
    values = form.cleaned_data
    rows = history(request.actor, plan_id)
    if values.get("section"):
        rows = rows.filter(section=values["section"])
    if text := values.get("q", ""):
        rows = rows.filter(Q(key__iexact=text) | Q(by__icontains=text) | Q(note__icontains=text))
    number = values.get("page") or 1
    found = list(rows[(number - 1) * _PAGE : number * _PAGE + 1])
    context = {
        "plan": plan,
        "changes": shown_changes(found[:_PAGE], Names(request.actor, plan_id)),
        "number": number,
        "more": len(found) > _PAGE,
        "values": values,
        "sections": [(name, shown(name).title) for group in GROUPS for name in group.sections],
        "may_edit": may_edit(request, plan),
    }
    return page(request, "web/planning/plans/history.html", context)


@require_safe
def discussion(request: PageRequest, plan_id: int) -> HttpResponse:
    """All comments on the plan: open ones, or also those dealt with."""
    plan, everything = get_plan_for(request.actor, plan_id), request.GET.get("all") == "1"
    names = Names(request.actor, plan_id)
    rows = list(comments(request.actor, plan_id, resolved=everything).order_by("-at", "-pk")[:200])
    listed = [
        {
            "comment": row,
            "title": names.title(row.section, row.key) if row.key else shown(row.section).title,
            "kind": shown(row.section).title,
            "url": address_of(plan_id, row.section, row.key),
        }
        for row in rows
    ]
    context = {
        "plan": plan,
        "listed": listed,
        "everything": everything,
        "open_only": not everything,
        "may_edit": may_edit(request, plan),
        "account_id": request.actor.account_id,
        "address": request.get_full_path(),
    }
    return page(request, "web/planning/plans/comments.html", context)
