"""Committees, the decision log, and the catalogue of roles."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fourleaf.assessment.selectors.maturity import ModelState, model_of
from fourleaf.engine.organisation_model import LABELS, MEASURES
from fourleaf.governance.selectors.bodies import (
    catalogue_held,
    get_committee_for,
    get_decision_for,
    seats_of,
    visible_committees,
    visible_decisions,
)
from fourleaf.governance.services.bodies import (
    add_committee,
    archive_committee,
    change_committee,
    change_decision,
    end_role,
    end_seat,
    give_role,
    give_seat,
    note_meeting,
    record_decision,
    restore_committee,
)
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.permissions import allowed, require
from fourleaf.web.governance.bodies_forms import CommitteeForm, DecisionForm, MeetingForm, RoleForm, SeatForm
from fourleaf.web.governance.bodies_tables import COMMITTEES, DECISION_STATES, DECISIONS, decision_standing
from fourleaf.web.governance.fields import form_page
from fourleaf.web.kit import undo
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page

__all__ = [
    "archive",
    "committee",
    "committee_add",
    "committee_change",
    "committees",
    "decision",
    "decision_add",
    "decision_change",
    "decisions",
    "meeting",
    "role_end",
    "role_give",
    "roles",
    "seat",
    "seat_end",
]

_SEE, _EDIT = "governance.view_bodies", "governance.edit_bodies"
_UP_COMMITTEES = ("governance:committees", "Committees")
_UP_DECISIONS = ("governance:decisions", "Decision log")
_GET_POST = ["GET", "HEAD", "POST"]


def _restored(actor: Actor, committee_id: int) -> str:
    return f"{restore_committee(actor=actor, committee_id=committee_id).name} is back."


_RESTORE = undo.register("governance.committee", lambda actor, data: _restored(actor, data["id"]))


def _model(actor: Actor) -> dict[str, object] | None:
    """Declared against observed, for those who may see results; its home is the page in Assess."""
    if not allowed(actor, "assessment.view_results"):
        return None
    state: ModelState = model_of(actor)
    seen = state.observation
    return {
        "declared": LABELS[state.declared.model] if state.declared else "",
        "observed": LABELS[seen.model] if seen and seen.model else "",
        "word": seen.word if seen else "",
        "comparison": state.comparison,
        "moves": [(MEASURES[one.measure], one) for one in state.comparison.moves] if state.comparison else [],
    }


@require_safe
def committees(request: PageRequest) -> HttpResponseBase:
    """Committees, and the organisation model that they are part of."""
    require(request.actor, _SEE)
    archived = request.GET.get("archived") == "1"
    context = {"may_edit": request.actor.may(_EDIT), "model": _model(request.actor), "archived": archived}
    rows = visible_committees(request.actor, archived=archived)
    return COMMITTEES.bind(request, rows).respond("web/governance/bodies/committees.html", context)


@require_http_methods(_GET_POST)
def committee_add(request: PageRequest) -> HttpResponse:
    """Add a committee."""
    require(request.actor, _EDIT, seen_by=_SEE)
    form = CommitteeForm(request.POST if request.method == "POST" else None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            made = add_committee(actor=request.actor, **form.values)
            flash(request, f"{made.name} was added.")
            return redirect("governance:committee", made.pk)
    return form_page(request, form, title="Add a committee", submit="Add the committee", up=_UP_COMMITTEES)


@require_http_methods(_GET_POST)
def committee_change(request: PageRequest, committee_id: int) -> HttpResponse:
    """Change a committee."""
    known = get_committee_for(request.actor, committee_id)
    require(request.actor, _EDIT, seen_by=_SEE)
    form = CommitteeForm(request.POST if request.method == "POST" else None, actor=request.actor, committee=known)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            change_committee(
                actor=request.actor, committee_id=known.pk, version=form.cleaned_data["version"], **form.values
            )
            flash(request, f"{form.cleaned_data['name']} was changed.")
            return redirect("governance:committee", known.pk)
    return form_page(request, form, title=f"Change {known.name}", submit="Save", up=_UP_COMMITTEES)


@require_safe
def committee(request: PageRequest, committee_id: int) -> HttpResponse:
    """One committee: seats, meetings, its last decisions."""
    return _committee(request, committee_id)


def _committee(
    request: PageRequest, committee_id: int, *, seat: SeatForm | None = None, met: MeetingForm | None = None
) -> HttpResponse:
    actor = request.actor
    known = get_committee_for(actor, committee_id)
    may_edit = actor.may(_EDIT)
    seats = seats_of(known)
    functions = {one.function or (one.person.department.name if one.person.department else "") for one in seats}
    context = {
        "committee": known,
        "seats": seats,
        "functions": sorted(functions - {""}),
        "meetings": list(known.meetings.all()[:12]),
        "decisions": [
            (one, DECISION_STATES[decision_standing(one)])
            for one in visible_decisions(actor).filter(committee_id=known.pk)[:10]
        ],
        "may_edit": may_edit,
        "seat_form": (seat or SeatForm(actor=actor)) if may_edit else None,
        "meeting_form": (met or MeetingForm()) if may_edit else None,
    }
    return page(request, "web/governance/bodies/committee.html", context)


@require_POST
def seat(request: PageRequest, committee_id: int) -> HttpResponse:
    """Give a seat."""
    get_committee_for(request.actor, committee_id)
    require(request.actor, _EDIT, seen_by=_SEE)
    form = SeatForm(request.POST, actor=request.actor)
    person_id = form.id_of("person") if form.is_valid() else None
    if person_id is not None:
        values = form.cleaned_data
        with domain_errors(form):
            give_seat(
                actor=request.actor,
                committee_id=committee_id,
                person_id=person_id,
                region_id=values["region_id"],
                function=values["function"],
            )
            flash(request, f"{values['person'].name} has a seat.")
            return redirect("governance:committee", committee_id)
    return _committee(request, committee_id, seat=form)


@require_POST
def seat_end(request: PageRequest, seat_id: int) -> HttpResponse:
    """End a seat."""
    ended = end_seat(actor=request.actor, seat_id=seat_id)
    flash(request, "The seat has ended.")
    return redirect("governance:committee", ended.pk)


@require_POST
def meeting(request: PageRequest, committee_id: int) -> HttpResponse:
    """Note a meeting or its minutes."""
    get_committee_for(request.actor, committee_id)
    require(request.actor, _EDIT, seen_by=_SEE)
    form = MeetingForm(request.POST)
    if form.is_valid():
        with domain_errors(form):
            note_meeting(actor=request.actor, committee_id=committee_id, **form.cleaned_data)
            flash(request, "The meeting was noted.")
            return redirect("governance:committee", committee_id)
    return _committee(request, committee_id, met=form)


@require_POST
def archive(request: PageRequest, committee_id: int) -> HttpResponse:
    """A committee ends."""
    gone = archive_committee(actor=request.actor, committee_id=committee_id)
    flash(request, f"{gone.name} was archived.", undo=undo.link(request.actor, _RESTORE, {"id": gone.pk}))
    return redirect("governance:committees")


# --- decisions -----------------------------------------------------------------------------------------------------


@require_safe
def decisions(request: PageRequest) -> HttpResponseBase:
    """The decision log."""
    require(request.actor, _SEE)
    context = {"may_edit": request.actor.may(_EDIT)}
    return DECISIONS.bind(request, visible_decisions(request.actor)).respond(
        "web/governance/bodies/decisions.html", context
    )


@require_safe
def decision(request: PageRequest, decision_id: int) -> HttpResponse:
    """One decision."""
    one = get_decision_for(request.actor, decision_id)
    context = {
        "decision": one,
        "state": DECISION_STATES[decision_standing(one)],
        "replaces": list(one.replaces.all()),
        "may_edit": request.actor.may(_EDIT),
    }
    return page(request, "web/governance/bodies/decision.html", context)


@require_http_methods(_GET_POST)
def decision_add(request: PageRequest) -> HttpResponse:
    """Record a decision."""
    require(request.actor, _EDIT, seen_by=_SEE)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        with domain_errors(form):
            made = record_decision(actor=request.actor, **values)
            flash(request, "The decision was recorded.")
            return redirect("governance:decision", made.pk)
    return form_page(request, form, title="Record a decision", submit="Record it", up=_UP_DECISIONS)


@require_http_methods(_GET_POST)
def decision_change(request: PageRequest, decision_id: int) -> HttpResponse:
    """Put a record right."""
    one = get_decision_for(request.actor, decision_id)
    require(request.actor, _EDIT, seen_by=_SEE)
    form = DecisionForm(request.POST if request.method == "POST" else None, decision=one)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        version = values.pop("version")
        with domain_errors(form):
            change_decision(actor=request.actor, decision_id=one.pk, version=version, **values)
            flash(request, "The record was changed.")
            return redirect("governance:decision", one.pk)
    return form_page(request, form, title="Change a decision", submit="Save", up=_UP_DECISIONS)


# --- roles ---------------------------------------------------------------------------------------------------------


@require_safe
def roles(request: PageRequest) -> HttpResponse:
    """The catalogue of roles, who holds them, and what is missing."""
    return _roles(request, None)


def _roles(request: PageRequest, form: RoleForm | None) -> HttpResponse:
    require(request.actor, _SEE)
    held = catalogue_held(request.actor)
    may_edit = request.actor.may(_EDIT)
    context = {
        "held": held,
        "lacking": [one for one in held if one.lacks],
        "may_edit": may_edit,
        "form": (form or RoleForm(actor=request.actor)) if may_edit else None,
    }
    return page(request, "web/governance/bodies/roles.html", context)


@require_POST
def role_give(request: PageRequest) -> HttpResponse:
    """Somebody takes a role."""
    require(request.actor, _EDIT, seen_by=_SEE)
    form = RoleForm(request.POST, actor=request.actor)
    person_id = form.id_of("person") if form.is_valid() else None
    if person_id is not None:
        values = form.cleaned_data
        with domain_errors(form):
            give_role(
                actor=request.actor,
                role=values["role"],
                person_id=person_id,
                brand_id=values["brand_id"],
                region_id=values["region_id"],
            )
            flash(request, f"{values['person'].name} holds the role.")
            return redirect("governance:roles")
    return _roles(request, form)


@require_POST
def role_end(request: PageRequest, holding_id: int) -> HttpResponse:
    """Somebody no longer holds a role."""
    end_role(actor=request.actor, holding_id=holding_id)
    flash(request, "The role has ended.")
    return redirect("governance:roles")
