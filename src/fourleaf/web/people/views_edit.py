"""Adding and changing people, the end of employment and the return."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from fourleaf.kernel import clock
from fourleaf.kernel.permissions import require
from fourleaf.kernel.selectors import get_person_for
from fourleaf.kernel.services.leaving import end_employment, return_person
from fourleaf.kernel.services.people import add_person, change_person
from fourleaf.web.kit import times
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.kit.undo import link
from fourleaf.web.people.forms import LeaveForm, PersonForm, ReturnForm
from fourleaf.web.people.undo import UNDO_CHANGE, UNDO_LEAVING

__all__ = ["add", "change", "come_back", "leave"]

_EDIT, _SEE = "kernel.edit_people", "kernel.view_people"


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: PageRequest) -> HttpResponse:
    """Add one person."""
    require(request.actor, _EDIT)
    form = PersonForm(request.POST if request.method == "POST" else None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            person = add_person(actor=request.actor, **form.values)
            flash(request, f"{person.name} was added.")
            return redirect("people:person", person.pk)
    return page(request, "web/people/add.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: PageRequest, person_id: int) -> HttpResponse:
    """Change a person's facts, on top of the version that was shown."""
    person = get_person_for(request.actor, person_id)
    require(request.actor, _EDIT, person, seen_by=_SEE)
    form = PersonForm(request.POST if request.method == "POST" else None, actor=request.actor, person=person)
    if request.method == "POST" and form.is_valid():
        before = {
            name: getattr(person, name)
            for name in ("name", "title", "email", "external_id", "department_id", "region_id", "manager_id")
        }
        before["started_on"] = person.started_on.isoformat() if person.started_on else None
        before["brand_ids"] = list(person.brands.values_list("pk", flat=True))
        with domain_errors(form):
            changed = change_person(
                actor=request.actor, person_id=person_id, version=form.cleaned_data["version"], **form.values
            )
            if changed.version != person.version:
                undo = link(request.actor, UNDO_CHANGE, {"id": person_id, "version": changed.version, "fields": before})
                flash(request, f"{changed.name} was changed.", undo=undo)
            else:
                flash(request, "Nothing was different, so nothing was changed.", "information")
            return redirect("people:person", person_id)
    return page(request, "web/people/change.html", {"form": form, "person": person})


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: PageRequest, person_id: int) -> HttpResponse:
    """End somebody's employment."""
    person = get_person_for(request.actor, person_id)
    require(request.actor, _EDIT, person, seen_by=_SEE)
    initial = {"left_on": person.left_on or clock.today(), "version": person.version}
    form = LeaveForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            data = form.cleaned_data
            person = end_employment(
                actor=request.actor,
                person_id=person_id,
                left_on=data["left_on"],
                version=data["version"],
                close_now=data["close_now"] or None,
            )
            gone = data["left_on"] <= clock.today() or data["close_now"]
            access = "Access is closed." if gone else "Access closes when that day is over."
            flash(
                request,
                f"{person.name}'s last day is {times.day(data['left_on'])}. {access}",
                undo=link(request.actor, UNDO_LEAVING, {"id": person_id}),
            )
            return redirect("people:person", person_id)
    return page(request, "web/people/leave.html", {"form": form, "person": person})


@require_http_methods(["GET", "HEAD", "POST"])
def come_back(request: PageRequest, person_id: int) -> HttpResponse:
    """Somebody who left works here again."""
    person = get_person_for(request.actor, person_id)
    require(request.actor, _EDIT, person, seen_by=_SEE)
    initial = {"started_on": clock.today(), "version": person.version}
    form = ReturnForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            return_person(
                actor=request.actor,
                person_id=person_id,
                version=form.cleaned_data["version"],
                started_on=form.cleaned_data["started_on"],
            )
            flash(request, f"{person.name} works here again. Account and roles stay closed until they are opened.")
            return redirect("people:person", person_id)
    return page(request, "web/people/return.html", {"form": form, "person": person})
