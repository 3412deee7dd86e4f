"""The centre of excellence and what is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fourleaf.governance.selectors.centre import (
    answer_times,
    centre_state,
    get_request_for,
    get_service_for,
    requests_to_answer,
    visible_requests,
)
from fourleaf.governance.services.centre import (
    answer_request,
    ask_centre,
    change_centre,
    offer_service,
    put_member,
    remove_member,
    reopen_request,
    withdraw_request,
)
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.permissions import require
from fourleaf.web.governance.bodies_forms import AskForm, CentreForm, MemberForm, ReplyForm, ServiceForm
from fourleaf.web.governance.bodies_tables import REQUEST_STATES, REQUESTS
from fourleaf.web.governance.fields import form_page
from fourleaf.web.kit import undo
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page

__all__ = [
    "ask",
    "centre",
    "centre_change",
    "member",
    "member_remove",
    "request_act",
    "request_page",
    "requests",
    "service",
]

_SEE, _EDIT, _SERVE = "governance.view_bodies", "governance.edit_bodies", "governance.serve_centre"
_UP = ("governance:centre", "Centre of excellence")
_GET_POST = ["GET", "HEAD", "POST"]


@require_safe
def centre(request: PageRequest) -> HttpResponse:
    """Charter, members, services, and how quickly it answers."""
    actor = request.actor
    require(actor, _SEE)
    waiting, overdue = requests_to_answer(actor)
    context = {
        "state": centre_state(actor),
        "times": answer_times(actor),
        "waiting": waiting,
        "overdue": overdue,
        "may_edit": actor.may(_EDIT),
        "may_serve": actor.may(_SERVE),
    }
    return page(request, "web/governance/centre/centre.html", context)


@require_http_methods(_GET_POST)
def centre_change(request: PageRequest) -> HttpResponse:
    """Charter, lead and hours."""
    require(request.actor, _EDIT, seen_by=_SEE)
    known = centre_state(request.actor).centre
    form = CentreForm(request.POST if request.method == "POST" else None, actor=request.actor, centre=known)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        with domain_errors(form):
            change_centre(
                actor=request.actor,
                charter=values["charter"],
                lead_id=form.id_of("lead"),
                hours=values["hours"],
                version=values["version"],
            )
            flash(request, "The charter was changed.")
            return redirect("governance:centre")
    return form_page(request, form, title="Charter of the centre", submit="Save the charter", up=_UP)


@require_http_methods(_GET_POST)
def member(request: PageRequest) -> HttpResponse:
    """Somebody works in the centre, or with another share than before."""
    require(request.actor, _EDIT, seen_by=_SEE)
    form = MemberForm(request.POST if request.method == "POST" else None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        person_id = form.id_of("person")
        values = form.cleaned_data
        if person_id is not None:
            with domain_errors(form):
                put_member(actor=request.actor, person_id=person_id, share=values["share"], task=values["task"])
                flash(request, f"{values['person'].name} works in the centre.")
                return redirect("governance:centre")
    return form_page(request, form, title="Member of the centre", submit="Save", up=_UP)


def _put_back(actor: Actor, data: Mapping[str, Any]) -> str:
    back = put_member(actor=actor, person_id=data["person"], share=Decimal(data["share"]), task=data["task"])
    return f"{back.person.name} works in the centre again."


_BACK = undo.register("governance.centre.member", _put_back)


@require_POST
def member_remove(request: PageRequest, person_id: int) -> HttpResponse:
    """Somebody no longer works in the centre."""
    gone = remove_member(actor=request.actor, person_id=person_id)
    data = {"person": gone.person_id, "share": str(gone.share), "task": gone.task}
    flash(request, f"{gone.person.name} left the centre.", undo=undo.link(request.actor, _BACK, data))
    return redirect("governance:centre")


@require_http_methods(_GET_POST)
def service(request: PageRequest, service_id: int | None = None) -> HttpResponse:
    """Add or change a service."""
    require(request.actor, _EDIT, seen_by=_SEE)
    known = get_service_for(request.actor, service_id) if service_id is not None else None
    form = ServiceForm(request.POST if request.method == "POST" else None, service=known)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            made = offer_service(actor=request.actor, service_id=service_id, **form.cleaned_data)
            flash(request, f"{made.name} was saved.")
            return redirect("governance:centre")
    return form_page(
        request, form, title=f"Change {known.name}" if known else "Offer a service", submit="Save the service", up=_UP
    )


@require_safe
def requests(request: PageRequest) -> HttpResponseBase:
    """All requests for those who answer; one's own for others."""
    require(request.actor, "governance.view_request")
    context = {"may_serve": request.actor.may(_SERVE)}
    return REQUESTS.bind(request, visible_requests(request.actor)).respond(
        "web/governance/centre/requests.html", context
    )


@require_http_methods(_GET_POST)
def ask(request: PageRequest) -> HttpResponse:
    """Ask for a service."""
    require(request.actor, "governance.ask_centre")
    form = AskForm(
        request.POST if request.method == "POST" else None, initial={"service_id": request.GET.get("service")}
    )
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            asked = ask_centre(actor=request.actor, **form.cleaned_data)
            flash(request, f"Asked. You get an answer by {asked.due_on:%-d %B}.")
            return redirect("governance:request", asked.pk)
    return form_page(request, form, title="Ask the centre", submit="Ask the centre", up=_UP)


@require_safe
def request_page(request: PageRequest, request_id: int) -> HttpResponse:
    """One request and its answer."""
    return _request(request, request_id, None)


def _request(request: PageRequest, request_id: int, form: ReplyForm | None) -> HttpResponse:
    actor = request.actor
    asked = get_request_for(actor, request_id)
    may_serve = actor.may(_SERVE)
    closed = asked.state in ("done", "declined", "withdrawn")
    if form is None and may_serve and not closed:
        form = ReplyForm(initial={"state": "answered", "version": asked.version})
    mine = may_serve or (actor.person_id is not None and asked.asked_by_id == actor.person_id)
    context = {
        "asked": asked,
        "state": REQUEST_STATES[asked.state],
        "form": form,
        "may_serve": may_serve,
        "may_withdraw": mine and not closed,
        "may_reopen": mine and asked.state in ("done", "declined"),
    }
    return page(request, "web/governance/centre/request.html", context)


@require_POST
def request_act(request: PageRequest, request_id: int, what: str) -> HttpResponse:
    """Answer, take back or open again."""
    actor = request.actor
    asked = get_request_for(actor, request_id)
    if what == "withdraw":
        withdraw_request(actor=actor, request_id=request_id)
        flash(request, "The request was taken back.")
    elif what == "reopen":
        reopen_request(actor=actor, request_id=request_id)
        flash(request, "The request is open again.")
    elif what == "answer":
        require(actor, _SERVE, asked, seen_by="governance.view_request")
        form = ReplyForm(request.POST)
        if form.is_valid():
            with domain_errors(form):
                answer_request(actor=actor, request_id=request_id, **form.cleaned_data)
                flash(request, "The answer was sent.")
                return redirect("governance:request", request_id)
        return _request(request, request_id, form)
    else:
        raise NotFoundError
    return redirect("governance:request", request_id)
