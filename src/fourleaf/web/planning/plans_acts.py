"""What is done to plans as a whole: begun, renamed, copied, made current, archived, given the organisation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, InvalidError, TransitionError
from fourleaf.kernel.permissions import require
from fourleaf.kernel.selectors import visible_departments
from fourleaf.planning.services import archive_plan, change_plan, create_plan, reopen_plan, set_current
from fourleaf.planning.services.copying import copy_plan
from fourleaf.planning.services.organisation import suggested_function, sync_organisation
from fourleaf.web.kit import numbers
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.kit.undo import link, register
from fourleaf.web.planning.objects_acts import editable
from fourleaf.web.planning.plans_forms import CopyForm, PlanForm, TemplateForm
from fourleaf.web.planning.plans_organisation import FunctionsForm
from fourleaf.web.planning.plans_starts import begin_from, start_named

__all__ = ["copy", "from_template", "new", "organisation", "settings", "state"]


def _reopen(actor: Actor, data: Mapping[str, Any]) -> str:
    plan = reopen_plan(actor=actor, plan_id=data["plan"])
    return f"{plan.name} is a draft again."


UNDO_ARCHIVE = register("planning.plan.archive", _reopen)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PageRequest) -> HttpResponse:
    """An empty plan."""
    require(request.actor, "planning.edit_plan")
    initial = {"name": f"Plan {clock.today().year}", "starts_on": clock.today()}
    form = PlanForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            values = {name: form.cleaned_data[name] for name in ("name", "starts_on", "ends_on")}
            plan = create_plan(actor=request.actor, **values)
            flash(request, f"{plan.name} is there. It is empty; begin with the goals.")
            return redirect("planning:plan_of", plan.pk)
    return page(request, "web/planning/plans/new.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def from_template(request: PageRequest, code: str) -> HttpResponse:
    """A plan from a template: what it brings is shown first."""
    require(request.actor, "planning.edit_plan")
    start = start_named(code)
    initial = {"name": f"Plan {clock.today().year}", "starts_on": clock.today()}
    form = TemplateForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            plan = begin_from(request.actor, code, **form.cleaned_data)
            flash(request, f"{plan.name} is there, with what the template brings. Make it yours, step by step.")
            return redirect("planning:plan_of", plan.pk)
    return page(request, "web/planning/plans/template.html", {"form": form, "start": start})


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: PageRequest, plan_id: int) -> HttpResponse:
    """Name and days."""
    plan = editable(request, plan_id)
    initial = {"name": plan.name, "starts_on": plan.starts_on, "ends_on": plan.ends_on, "version": plan.version}
    form = PlanForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            changed = change_plan(actor=request.actor, plan_id=plan_id, **form.cleaned_data)
            flash(request, f"{changed.name} was changed.")
            return redirect("planning:plan_of", plan_id)
    return page(request, "web/planning/plans/settings.html", {"form": form, "plan": plan})


@require_POST
def state(request: PageRequest, plan_id: int) -> HttpResponse:
    """Make a plan current, put it into the archive, or take it out."""
    plan, act, undo = editable(request, plan_id, archived=True), request.POST.get("act", ""), None
    try:
        if act == "current":
            set_current(actor=request.actor, plan_id=plan_id)
            said = f"{plan.name} is the current plan now."
        elif act == "archive":
            archive_plan(actor=request.actor, plan_id=plan_id)
            said = f"{plan.name} is in the archive. It can still be read."
            undo = link(request.actor, UNDO_ARCHIVE, {"plan": plan_id}) if plan.state == "draft" else None
        else:
            said = _reopen(request.actor, {"plan": plan_id})
        flash(request, said, undo=undo)
    except (ConflictError, TransitionError, InvalidError) as error:
        flash(request, error.message, "attention")
    if act == "current":
        return redirect("planning:plan_of", plan_id)
    return redirect("planning:plans")


@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: PageRequest, plan_id: int) -> HttpResponse:
    """A draft from a plan that is there, for the time after it."""
    plan = editable(request, plan_id, archived=True)
    form = CopyForm(
        request.POST if request.method == "POST" else None,
        initial={"name": f"{plan.name}, next"[:120], "reset_states": True},
    )
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            made = copy_plan(actor=request.actor, plan_id=plan_id, **form.cleaned_data)
            flash(request, f"{made.name} is a draft with what {plan.name} had.")
            return redirect("planning:plan_of", made.pk)
    return page(request, "web/planning/plans/copy.html", {"form": form, "plan": plan})


@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: PageRequest, plan_id: int) -> HttpResponse:
    """Bring regions, departments and brands in; whoever's department has a name that says nothing is asked once."""
    plan = editable(request, plan_id)
    departments = list(visible_departments(request.actor))
    form = FunctionsForm(
        [(d.code, d.name, suggested_function(d.name)) for d in departments],
        request.POST if request.method == "POST" else None,
    )
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            done = sync_organisation(actor=request.actor, plan_id=plan_id, functions=form.functions)
            left = f" Left out for now: {', '.join(done.without_function)}." if done.without_function else ""
            count = numbers.count(len(done.added), "unit", "units")
            flash(
                request,
                f"{count} of the organisation came into the plan, {len(done.changed)} brought up to date.{left}",
            )
            return redirect("planning:plan_of", plan_id)
    context = {"form": form, "plan": plan, "departments": departments}
    return page(request, "web/planning/plans/organisation.html", context)
