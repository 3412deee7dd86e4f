"""Lists and pages of regions, departments and brands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import DomainError
from fourleaf.kernel.models import Department
from fourleaf.kernel.permissions import require
from fourleaf.kernel.working_hours import WEEKDAYS, day_text, week_minutes
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest, in_panel
from fourleaf.web.kit.respond import page
from fourleaf.web.kit.undo import link, register
from fourleaf.web.organisation.kinds import KINDS, kind_named

__all__ = ["add", "archive", "overview", "unit", "units"]

_EDIT, _SEE = "kernel.edit_organisation", "kernel.view_organisation"


@require_safe
def overview(request: PageRequest) -> HttpResponse:
    """The organisation begins with its departments."""
    return redirect("organisation:units", "departments")


@require_safe
def units(request: PageRequest, kind: str) -> HttpResponse:
    """All units of a kind; the archived ones when asked for."""
    this = kind_named(kind)
    archived = request.GET.get("archived") == "1"
    rows = list(this.visible(request.actor, archived=True))
    hidden = sum(row.archived_at is not None for row in rows)
    shown = [row for row in rows if archived or row.archived_at is None]
    context: dict[str, Any] = {
        "kind": this,
        "kinds": [(other, other.code == kind) for other in KINDS.values()],
        "units": [(row, 0) for row in shown],
        "archived": archived,
        "hidden": hidden,
        "may_edit": request.actor.may(_EDIT),
    }
    if kind == "departments":
        context["units"] = _nested(shown)
    if kind == "regions":
        context["hours"] = {row.pk: _hours(row.working_hours) for row in shown}
        context["units"] = [(row, _hours(row.working_hours)) for row in shown]
    return page(request, "web/organisation/units.html", context)


def _nested(departments: Sequence[Department]) -> list[tuple[Department, int]]:
    """Departments in the order of the tree, each with its depth; whose parent is not shown stand at the top."""
    present = {department.pk for department in departments}
    below: dict[int | None, list[Department]] = defaultdict(list)
    for department in departments:
        below[department.parent_id if department.parent_id in present else None].append(department)
    ordered: list[tuple[Department, int]] = []
    waiting = [(department, 0) for department in reversed(below[None])]
    while waiting:
        department, depth = waiting.pop()
        ordered.append((department, depth))
        waiting.extend((child, depth + 1) for child in reversed(below[department.pk]))
    return ordered


def _hours(week: Sequence[Sequence[Sequence[str]]]) -> str:
    """Hours in one line: "Monday-Friday 09:00-17:00", or how many hours a week."""
    if not week or not any(week):
        return "not stated"
    stretches: list[tuple[int, int, str]] = []
    for index, day in enumerate(week):
        text = day_text(day)
        if not text:
            continue
        if stretches and stretches[-1][2] == text and stretches[-1][1] == index - 1:
            stretches[-1] = (stretches[-1][0], index, text)
        else:
            stretches.append((index, index, text))
    if len(stretches) > 2:
        return f"{week_minutes(week) / 60:g} hours a week"
    return "; ".join(f"{WEEKDAYS[a][:3]}{f'-{WEEKDAYS[b][:3]}' if b > a else ''} {text}" for a, b, text in stretches)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: PageRequest, kind: str) -> HttpResponse:
    """Add a unit."""
    this = kind_named(kind)
    require(request.actor, _EDIT, seen_by=_SEE)
    form = this.form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            made = this.add(actor=request.actor, **form.values)
            flash(request, f"{made.name} was added.")
            return redirect("organisation:units", kind)
    return page(request, "web/organisation/add.html", {"form": form, "kind": this})


@require_http_methods(["GET", "HEAD", "POST"])
def unit(request: PageRequest, kind: str, unit_id: int) -> HttpResponse:
    """One unit: its facts, and for those who may, the form to change it."""
    this = kind_named(kind)
    present = this.get(request.actor, unit_id)
    may_edit = request.actor.may(_EDIT)
    if request.method == "POST":
        require(request.actor, _EDIT, present, seen_by=_SEE)
    form = this.form(request.POST if request.method == "POST" else None, unit=present) if may_edit else None
    if request.method == "POST" and form is not None and form.is_valid():
        with domain_errors(form):
            keys = {this.id_name: unit_id}
            changed = this.change(actor=request.actor, version=form.cleaned_data["version"], **keys, **form.values)
            flash(request, f"{changed.name} was changed.")
            return redirect("organisation:units", kind)
    context = {
        "kind": this,
        "unit": present,
        "form": form,
        "hours": _hours(present.working_hours) if kind == "regions" else "",
        "now": clock.now(),
        "panel": in_panel(request),
    }
    return page(request, "web/organisation/unit.html", context)


@require_POST
def archive(request: PageRequest, kind: str, unit_id: int) -> HttpResponse:
    """Archive a unit, or take it out of the archive."""
    this = kind_named(kind)
    back = request.POST.get("restore") == "1"
    try:
        act = this.restore if back else this.archive
        changed = act(actor=request.actor, **{this.id_name: unit_id})
    except DomainError as error:
        if type(error) is not DomainError:
            raise
        flash(request, error.message, "attention")
        return redirect("organisation:unit", kind, unit_id)
    if back:
        flash(request, f"{changed.name} is back.")
    else:
        undo = link(request.actor, UNDO_ARCHIVING, {"kind": kind, "id": unit_id})
        flash(request, f"{changed.name} was archived.", undo=undo)
    return redirect("organisation:units", kind)


def _restore(actor: Actor, data: Mapping[str, Any]) -> str:
    this = KINDS[data["kind"]]
    return f"{this.restore(actor=actor, **{this.id_name: data['id']}).name} is back."


UNDO_ARCHIVING = register("organisation.archiving", _restore)
