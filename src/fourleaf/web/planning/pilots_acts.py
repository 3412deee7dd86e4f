"""What is done to a pilot: begun, designed, moved on, measured, learned from, copied."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from fourleaf.kernel import clock
from fourleaf.kernel.errors import ConflictError, InvalidError, TransitionError
from fourleaf.kernel.permissions import require
from fourleaf.planning.errors import GateError, LockedError
from fourleaf.planning.selectors import get_plan_for
from fourleaf.planning.services.comments import add_comment
from fourleaf.planning.services.objects import put_object
from fourleaf.planning.services.states import change_pilot_state, copy_pilot
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.planning.pilots_forms import DesignForm, LearningForm, NewPilotForm, StepForm, data_of, initial_of
from fourleaf.web.planning.pilots_observing import ObservationsForm
from fourleaf.web.planning.pilots_pictures import curve_of
from fourleaf.web.planning.pilots_shown import STATES
from fourleaf.web.planning.pilots_views import pilot_page, stored
from fourleaf.web.planning.roadmap_forms import CommentForm, filled

__all__ = ["add", "change", "comment", "copy", "learn", "observe", "step"]

_SEE, _EDIT = "planning.view_plan", "planning.edit_plan"


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: PageRequest, plan_id: int) -> HttpResponse:
    """Begin a pilot."""
    plan = get_plan_for(request.actor, plan_id)
    require(request.actor, _EDIT, plan, seen_by=_SEE)
    form = NewPilotForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            data = filled(form.cleaned_data, form.fields)
            put_object(actor=request.actor, plan_id=plan_id, section="pilots", data=data, version=0)
            return redirect("planning:pilot_change", plan_id, data["id"])
    return page(request, "web/planning/pilots/add.html", {"form": form, "plan": plan})


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: PageRequest, plan_id: int, key: str) -> HttpResponse:
    """The design: hypothesis, figures, guardrails, decision. “Work it out” shows what follows and stores nothing."""
    plan = get_plan_for(request.actor, plan_id)
    require(request.actor, _EDIT, plan, seen_by=_SEE)
    model, row, facts = stored(request.actor, plan_id, key)
    form = DesignForm(
        request.POST if request.method == "POST" else None,
        initial=initial_of(facts.pilot, facts.unit, row.version),
        model=model,
        pilot=facts.pilot,
        locked=facts.locked,
    )
    context = {"form": form, "plan": plan, "facts": facts, "pilot": facts.pilot, "follows": None, "curve": None}
    if request.method == "POST" and form.is_valid():
        if request.POST.get("act") == "work_out":
            values = form.cleaned_data
            context["follows"] = follows = form.worked_out(model)
            if values.get("baseline") is not None and follows["threshold"]:
                context["curve"] = curve_of(
                    values["kind"], values["baseline"], follows["threshold"], values.get("n"), values.get("deviation")
                )
            return page(request, "web/planning/pilots/change.html", context)
        with domain_errors(form):
            try:
                data = data_of(form, row.data, model)
                version = form.cleaned_data["version"]
                put_object(actor=request.actor, plan_id=plan_id, section="pilots", data=data, version=version)
            except LockedError as error:
                form.add_error(None, error.message)
            else:
                flash(request, f"{key} was changed.")
                return redirect("planning:pilot", plan_id, key)
    return page(request, "web/planning/pilots/change.html", context)


@require_POST
def step(request: PageRequest, plan_id: int, key: str) -> HttpResponse:
    """The next state: approval locks, decisions follow the rule."""
    plan = get_plan_for(request.actor, plan_id)
    require(request.actor, _EDIT, plan, seen_by=_SEE)
    form = StepForm(request.POST)
    if not form.is_valid():
        return pilot_page(request, plan_id, key, problems=["Choose one of the steps."])
    state = form.cleaned_data["state"]
    try:
        change_pilot_state(
            actor=request.actor, plan_id=plan_id, key=key, state=state, version=form.cleaned_data["version"]
        )
    except GateError as error:
        return pilot_page(request, plan_id, key, problems=error.missing)
    except InvalidError as error:
        return pilot_page(
            request, plan_id, key, problems=[s for said in error.fields.values() for s in said] or [error.message]
        )
    except (ConflictError, TransitionError) as error:
        return pilot_page(request, plan_id, key, problems=[error.message])
    flash(request, f"{key}: {STATES[state].label.lower()}.")
    return redirect("planning:pilot", plan_id, key)


@require_POST
def observe(request: PageRequest, plan_id: int, key: str) -> HttpResponse:
    """What was counted; the effect is worked out and kept, the figures stand as a comment."""
    plan = get_plan_for(request.actor, plan_id)
    require(request.actor, _EDIT, plan, seen_by=_SEE)
    _, row, facts = stored(request.actor, plan_id, key)
    form = ObservationsForm(request.POST, pilot=facts.pilot)
    if form.is_valid():
        effect = form.cleaned_data["effect"]
        rounded = {name: round(getattr(effect, name), 3) for name in ("point", "low", "high")}
        breached = set(form.cleaned_data.get("breached", ()))
        guards = [{**one, "breached": str(number) in breached}
                  for number, one in enumerate(row.data.get("guardrails", ()))]  # fmt: skip
        data = {**row.data, "effect": rounded, **({"guardrails": guards} if guards else {})}
        with domain_errors(form):
            version = form.cleaned_data["version"]
            try:
                put_object(actor=request.actor, plan_id=plan_id, section="pilots", data=data, version=version)
            except (GateError, LockedError) as error:
                form.add_error(None, error.message)
            else:
                said = form.cleaned_data["said"][:4000]
                add_comment(actor=request.actor, plan_id=plan_id, section="pilots", key=key, text=said)
                found = f"{effect.point:+.3g} [{effect.low:.3g}; {effect.high:.3g}]"
                flash(request, f"The effect of {key} is recorded: {found}.")
                return redirect("planning:pilot", plan_id, key)
    return pilot_page(request, plan_id, key, observations=form)


@require_POST
def learn(request: PageRequest, plan_id: int, key: str) -> HttpResponse:
    """Write down what was learned; a pilot goes into the archive only with that."""
    plan = get_plan_for(request.actor, plan_id)
    require(request.actor, _EDIT, plan, seen_by=_SEE)
    model, _, _ = stored(request.actor, plan_id, key)
    form = LearningForm(request.POST, model=model)
    if form.is_valid():
        taken = {one.id for one in model.learnings}
        number = next(n for n in range(1, len(taken) + 2) if f"L-{key}-{n}" not in taken)
        today = clock.today().isoformat()
        data = {"id": f"L-{key}-{number}", "source": f"pilots/{key}", "shared_on": today,
                **filled(form.cleaned_data, ("text", "unit"))}  # fmt: skip
        with domain_errors(form):
            put_object(actor=request.actor, plan_id=plan_id, section="learnings", data=data, version=0)
            flash(request, f"What was learned from {key} is written down.")
            return redirect("planning:pilot", plan_id, key)
    return pilot_page(request, plan_id, key, learning=form)


@require_POST
def comment(request: PageRequest, plan_id: int, key: str) -> HttpResponse:
    """Say something about a pilot."""
    form = CommentForm(request.POST)
    if form.is_valid():
        with domain_errors(form):
            text = form.cleaned_data["text"]
            add_comment(actor=request.actor, plan_id=plan_id, section="pilots", key=key, text=text)
            return redirect("planning:pilot", plan_id, key)
    return pilot_page(request, plan_id, key, comment=form)


@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: PageRequest, plan_id: int, key: str) -> HttpResponse:
    """Another hypothesis, metric or threshold is a new pilot, with the same set-up."""
    plan = get_plan_for(request.actor, plan_id)
    require(request.actor, _EDIT, plan, seen_by=_SEE)
    _, _, facts = stored(request.actor, plan_id, key)
    form = NewPilotForm(request.POST if request.method == "POST" else None, initial={"name": facts.name})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        with domain_errors(form):
            copy_pilot(actor=request.actor, plan_id=plan_id, key=key, new_key=values["id"], name=values["name"])
            flash(request, f"{values['id']} is a draft with the set-up of {key}.")
            return redirect("planning:pilot_change", plan_id, values["id"])
    return page(request, "web/planning/pilots/copy.html", {"form": form, "plan": plan, "pilot": facts.pilot})
