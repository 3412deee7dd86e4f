"""The registers of processing and of consultation."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fourleaf.governance.analytics import person_level_regions
from fourleaf.governance.selectors.registers import (
    all_consultations,
    get_consultation_for,
    get_processing_for,
    register_history,
    visible_processing,
)
from fourleaf.governance.services.registers import (
    add_consultation,
    add_processing,
    add_starter_processing,
    answer_consultation,
    change_consultation,
    change_processing,
    reopen_consultation,
)
from fourleaf.governance.starter_activities import PROCESSING_KINDS, SUBJECTS
from fourleaf.kernel import clock
from fourleaf.kernel.permissions import require
from fourleaf.kernel.selectors import visible_regions
from fourleaf.web.governance.fields import form_page, history_shown
from fourleaf.web.governance.registers_forms import AnswerForm, ConsultationForm, ProcessingForm
from fourleaf.web.governance.registers_tables import (
    CONSULTATION_STATES,
    CONSULTATIONS,
    CONSULTED_ON,
    IMPACT_STATES,
    PROCESSING,
)
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page

__all__ = [
    "consultation",
    "consultation_add",
    "consultation_answer",
    "consultation_change",
    "consultation_reopen",
    "consultations",
    "figures",
    "printed",
    "processing",
    "processing_add",
    "processing_change",
    "processing_entry",
    "starters",
]

_SEE, _EDIT = "governance.view_registers", "governance.edit_registers"
_UP_PROCESSING = ("governance:processing", "Register of processing")
_UP_CONSULTATIONS = ("governance:consultations", "Register of consultation")
_GET_POST = ["GET", "HEAD", "POST"]


@require_safe
def processing(request: PageRequest) -> HttpResponseBase:
    """The register of processing."""
    require(request.actor, _SEE)
    context = {"may_edit": request.actor.may(_EDIT)}
    return PROCESSING.bind(request, visible_processing(request.actor)).respond(
        "web/governance/registers/processing.html", context
    )


@require_POST
def starters(request: PageRequest) -> HttpResponse:
    """Enter the proposed activities."""
    made = add_starter_processing(actor=request.actor)
    flash(request, f"{made} activities were entered. None of them runs yet." if made else "They are all there already.")
    return redirect("governance:processing")


@require_safe
def printed(request: PageRequest) -> HttpResponse:
    """Both registers with all they say, for an authority or for paper."""
    require(request.actor, _SEE)
    entries = list(visible_processing(request.actor))
    context = {
        "entries": [
            (one, PROCESSING_KINDS.get(one.kind, one.kind), IMPACT_STATES[one.impact_state]) for one in entries
        ],
        "consultations": [
            (one, ", ".join(CONSULTED_ON.get(s, s) for s in one.subjects), CONSULTATION_STATES[one.state])
            for one in all_consultations(request.actor)
        ],
        "today": clock.today(),
    }
    return page(request, "web/governance/registers/printed.html", context)


@require_safe
def figures(request: PageRequest) -> HttpResponse:
    """Where figures of single people may be had, and what counts as one."""
    require(request.actor, _SEE)
    allowed = person_level_regions()
    rows = [(region, region.pk in allowed) for region in visible_regions(request.actor)]
    return page(request, "web/governance/registers/figures.html", {"rows": rows})


@require_safe
def processing_entry(request: PageRequest, processing_id: int) -> HttpResponse:
    """One entry with its history."""
    entry = get_processing_for(request.actor, processing_id)
    context = {
        "entry": entry,
        "kind": PROCESSING_KINDS.get(entry.kind, entry.kind),
        "impact": IMPACT_STATES[entry.impact_state],
        "history": history_shown(register_history(entry)),
        "may_edit": request.actor.may(_EDIT),
    }
    return page(request, "web/governance/registers/entry.html", context)


@require_http_methods(_GET_POST)
def processing_add(request: PageRequest) -> HttpResponse:
    """Enter an activity."""
    require(request.actor, _EDIT, seen_by=_SEE)
    form = ProcessingForm(request.POST if request.method == "POST" else None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            made = add_processing(actor=request.actor, **form.values)
            flash(request, f"{made.name} was entered.")
            return redirect("governance:processing_entry", made.pk)
    return form_page(request, form, title="Enter an activity", submit="Enter it", up=_UP_PROCESSING)


@require_http_methods(_GET_POST)
def processing_change(request: PageRequest, processing_id: int) -> HttpResponse:
    """Change an entry."""
    entry = get_processing_for(request.actor, processing_id)
    require(request.actor, _EDIT, seen_by=_SEE)
    form = ProcessingForm(request.POST if request.method == "POST" else None, actor=request.actor, entry=entry)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            change_processing(
                actor=request.actor, processing_id=entry.pk, version=form.cleaned_data["version"], **form.values
            )
            flash(request, f"{form.cleaned_data['name']} was changed.")
            return redirect("governance:processing_entry", entry.pk)
    return form_page(request, form, title=f"Change {entry.name}", submit="Save", up=_UP_PROCESSING)


@require_safe
def consultations(request: PageRequest) -> HttpResponseBase:
    """The register of consultation."""
    require(request.actor, _SEE)
    context = {"may_edit": request.actor.may(_EDIT)}
    return CONSULTATIONS.bind(request, all_consultations(request.actor)).respond(
        "web/governance/registers/consultations.html", context
    )


@require_safe
def consultation(request: PageRequest, consultation_id: int) -> HttpResponse:
    """One consultation with its history, and the form for its outcome."""
    return _consultation(request, consultation_id, None)


def _consultation(request: PageRequest, consultation_id: int, form: AnswerForm | None) -> HttpResponse:
    entry = get_consultation_for(request.actor, consultation_id)
    may_edit = request.actor.may(_EDIT)
    if form is None and may_edit and entry.state == "pending":
        form = AnswerForm(
            initial={"recorded_on": clock.today(), "reference": entry.reference, "version": entry.version}
        )
    context = {
        "entry": entry,
        "subjects": [SUBJECTS.get(one, one) for one in entry.subjects],
        "state": CONSULTATION_STATES[entry.state],
        "history": history_shown(register_history(entry)),
        "may_edit": may_edit,
        "form": form,
    }
    return page(request, "web/governance/registers/consultation.html", context)


@require_http_methods(_GET_POST)
def consultation_add(request: PageRequest) -> HttpResponse:
    """Record that representatives are asked."""
    require(request.actor, _EDIT, seen_by=_SEE)
    form = ConsultationForm(
        request.POST if request.method == "POST" else None, initial={"region_id": request.GET.get("region")}
    )
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        with domain_errors(form):
            made = add_consultation(actor=request.actor, **values)
            flash(request, f"{made.title} was recorded.")
            return redirect("governance:consultation", made.pk)
    return form_page(request, form, title="Record a consultation", submit="Record it", up=_UP_CONSULTATIONS)


@require_http_methods(_GET_POST)
def consultation_change(request: PageRequest, consultation_id: int) -> HttpResponse:
    """Change what is recorded, but for the outcome."""
    entry = get_consultation_for(request.actor, consultation_id)
    require(request.actor, _EDIT, seen_by=_SEE)
    form = ConsultationForm(request.POST if request.method == "POST" else None, entry=entry)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        version = values.pop("version")
        with domain_errors(form):
            change_consultation(actor=request.actor, consultation_id=entry.pk, version=version, **values)
            flash(request, f"{values['title']} was changed.")
            return redirect("governance:consultation", entry.pk)
    return form_page(request, form, title=f"Change {entry.title}", submit="Save", up=_UP_CONSULTATIONS)


@require_POST
def consultation_answer(request: PageRequest, consultation_id: int) -> HttpResponse:
    """Record the outcome."""
    get_consultation_for(request.actor, consultation_id)
    require(request.actor, _EDIT, seen_by=_SEE)
    form = AnswerForm(request.POST)
    if form.is_valid():
        values = dict(form.cleaned_data)
        agreed = values.pop("outcome") == "agreed"
        with domain_errors(form):
            answer_consultation(actor=request.actor, consultation_id=consultation_id, agreed=agreed, **values)
            flash(request, "The outcome was recorded.")
            return redirect("governance:consultation", consultation_id)
    return _consultation(request, consultation_id, form)


@require_POST
def consultation_reopen(request: PageRequest, consultation_id: int) -> HttpResponse:
    """Ask again."""
    reopen_consultation(actor=request.actor, consultation_id=consultation_id)
    flash(request, "It is pending again.")
    return redirect("governance:consultation", consultation_id)
