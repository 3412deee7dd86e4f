"""Findings: the table, the groups, one finding with everything that can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from fourleaf.alignment.models import FindingRecord
from fourleaf.alignment.public import obstacles
from fourleaf.alignment.selectors import findings_visible_to, get_finding_for, history_of
from fourleaf.alignment.services import (
    handle_finding,
    handle_findings,
    waive_finding,
    waive_obstacle,
    withdraw_waiver,
)
from fourleaf.engine.alignment.checking import RULES
from fourleaf.kernel import clock
from fourleaf.kernel.permissions import allowed, require
from fourleaf.kernel.selectors import PeopleFilter, list_people
from fourleaf.planning.public import plan_info
from fourleaf.web.alignment.forms import AssignForm, HandleForm, WaiveForm
from fourleaf.web.alignment.places import SEVERITY, STATE, Places, present_plan
from fourleaf.web.alignment.tables import FINDINGS
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page

__all__ = ["assign", "finding", "findings", "grouped", "suggest", "waive", "waive_ahead", "withdraw"]

_HANDLE, _WAIVE, _SEE = "alignment.handle_findings", "alignment.waive_findings", "alignment.view_findings"


@require_safe
def findings(request: PageRequest) -> HttpResponseBase:
    """All findings of the current plan; those that are gone only when asked for."""
    plan = present_plan(request.actor)
    return FINDINGS.bind(request, _rows(request, plan.id if plan else 0, request.GET.get("state", ""))).respond(
        "web/alignment/findings.html", {"plan": plan, "by": ""}
    )


def _rows(request: PageRequest, plan_id: int, state: str) -> QuerySet[FindingRecord]:
    rows = findings_visible_to(request.actor, plan_id)
    if state in ("open", "waived", "gone"):
        rows = rows.filter(state=state)
    elif state != "all":
        rows = rows.exclude(state="gone")
    if request.GET.get("owner") == "me":
        rows = rows.filter(owner_id=request.actor.person_id) if request.actor.person_id else rows.none()
    return rows


_GROUPS = {"held-up": "What they hold up", "rule": "Rule", "owner": "Owner", "severity": "Severity"}


@require_safe
def grouped(request: PageRequest, by: str) -> HttpResponse:
    """Findings in groups, the gravest group first."""
    plan = present_plan(request.actor)
    if by not in _GROUPS:
        return redirect("alignment:findings")
    if plan is None:
        return page(request, "web/alignment/grouped.html", {"plan": None, "by": by, "groups": []})
    rows = list(_rows(request, plan.id, ""))
    places = Places(request.actor, plan.id)
    keys: dict[str, Callable[[FindingRecord], Iterable[str]]] = {
        "held-up": lambda f: f.blocks or ("",),
        "rule": lambda f: (f.rule,),
        "owner": lambda f: (f.owner.name if f.owner else "",),
        "severity": lambda f: (f.severity,),
    }
    groups: dict[str, list[FindingRecord]] = {}
    for row in rows:
        for key in keys[by](row):
            groups.setdefault(key, []).append(row)
    shown = [_group(by, key, held, places) for key, held in groups.items()]
    shown.sort(key=lambda group: (group["kind"], -group["errors"], -group["warnings"], group["title"]))
    return page(request, "web/alignment/grouped.html", {"plan": plan, "by": by, "groups": shown, "label": _GROUPS[by]})


def _group(by: str, key: str, held: list[FindingRecord], places: Places) -> dict[str, Any]:
    open_ones = [f for f in held if f.state == "open"]
    title, url, kind = key, "", 0
    if by == "held-up":
        title = places.title(key) if key else "The plan as a whole"
        url = places.url(key) if key else ""
        kind = 0 if key.startswith("programmes/") else 1 if key else 2
    elif by == "rule":
        title = f"{key} {RULES[key].title}" if key in RULES else key
    elif by == "owner":
        title = key or "Nobody yet"
    else:
        title, kind = {"error": ("Errors", 0), "warning": ("Warnings", 1)}.get(key, ("Hints", 2))
    return {
        "title": title,
        "url": url,
        "kind": kind,
        "errors": sum(f.gravity == 0 for f in open_ones),
        "warnings": sum(f.gravity == 1 for f in open_ones),
        "hints": sum(f.gravity == 2 for f in open_ones),
        "waived": len(held) - len(open_ones),
        "findings": [(f, SEVERITY[f.severity]) for f in held],
    }


# --- one finding ---------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def finding(request: PageRequest, finding_id: int) -> HttpResponse:
    """A finding; posting changes owner, due date and texts."""
    record = get_finding_for(request.actor, finding_id)
    form = HandleForm(request.POST if request.method == "POST" else None, actor=request.actor, finding=record)
    if request.method == "POST":
        require(request.actor, _HANDLE, record, seen_by=_SEE)
        if form.is_valid():
            with domain_errors(form):
                data = form.cleaned_data
                handle_finding(
                    actor=request.actor,
                    finding_id=finding_id,
                    owner_id=form.owner_id,
                    due_on=data["due_on"],
                    explanation=data["explanation"],
                    note=data["note"],
                    version=data["version"],
                )
                flash(request, "The finding was changed.")
                return redirect("alignment:finding", finding_id)
    return page(request, "web/alignment/finding.html", _about(request, record, form=form))


def _about(request: PageRequest, record: FindingRecord, **forms: Any) -> dict[str, Any]:
    places = Places(request.actor, record.plan_id)
    named = any(f"{at}/".startswith(f"{record.object}/") for at in record.evidence)
    addresses = record.evidence if named else [record.object, *record.evidence]
    waiver = next((w for w in places.model.waivers if w.id == record.waiver), None) if record.waiver else None
    section, _, key = record.object.partition("/")
    return {
        "finding": record,
        "rule": RULES.get(record.rule),
        "severity": SEVERITY[record.severity],
        "state": STATE[record.state],
        "shown": [(at, places.title(at), places.url(at), _field(at)) for at in addresses],
        "held_up": [(places.title(at), places.url(at), at) for at in record.blocks],
        "waiver": waiver,
        "waiver_owner": places.title(f"people/{waiver.owner}") if waiver else "",
        "history": history_of(record)[:50],
        "may_handle": allowed(request.actor, _HANDLE) and record.state != "gone",
        "may_waive": allowed(request.actor, _WAIVE),
        "try_at": record.object if key and "/" not in key and section != "organisation" else "",
        "overdue": record.due_on is not None and record.due_on < clock.today() and record.state == "open",
        **forms,
    }


def _field(address: str) -> str:
    """The part of an address behind the object, in words."""
    return " › ".join(address.split("/")[2:]).replace("_", " ")


@require_http_methods(["GET", "HEAD", "POST"])
def waive(request: PageRequest, finding_id: int) -> HttpResponse:
    """Waive a finding for a time."""
    record = get_finding_for(request.actor, finding_id)
    require(request.actor, _WAIVE, record, seen_by=_SEE)
    form = _waive_form(request, Places(request.actor, record.plan_id))
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            waived = waive_finding(actor=request.actor, finding_id=finding_id, **form.cleaned_data)
            flash(request, f"{waived} is waived until {waived.waived_until:%d %B %Y}.")
            return redirect("alignment:finding", finding_id)
    return page(request, "web/alignment/waive.html", {"finding": record, "form": form, "rule": RULES.get(record.rule)})


def _waive_form(request: PageRequest, places: Places) -> WaiveForm:
    people = [(key, title if title == key else f"{title} ({key})") for key, title in places.titles("people").items()]
    return WaiveForm(request.POST if request.method == "POST" else None, people=people)


@require_http_methods(["GET", "HEAD", "POST"])
def waive_ahead(request: PageRequest, plan_id: int, key: str, rule: str) -> HttpResponse:
    """Waive an error that refuses a programme's going live. ``?at=`` is the object that the rule speaks of."""
    plan, at = plan_info(request.actor, plan_id), request.GET.get("at", "")
    require(request.actor, _WAIVE, seen_by=_SEE)
    found = next((f for f in obstacles(plan_id, "programmes", key, "live") if (f.rule, f.object) == (rule, at)), None)
    if found is None:
        flash(request, f"{rule} does not stand in the way of {key}, or is waived already.", "information")
        return redirect("planning:programme", plan_id, key)
    places = Places(request.actor, plan_id)
    form = _waive_form(request, places)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            waive_obstacle(
                actor=request.actor, plan_id=plan_id, programme=key, rule=rule, object=at, **form.cleaned_data
            )
            until = form.cleaned_data["until"]
            flash(request, f"{rule} at {at} is waived until {until:%d %B %Y}. What else stands in the way still does.")
            return redirect("planning:programme", plan_id, key)
    context = {"plan": plan, "key": key, "finding": found, "form": form, "rule": RULES.get(rule)}
    context |= {"title_at": places.title(at), "programme": places.title(f"programmes/{key}")}
    return page(request, "web/alignment/waive_ahead.html", context)


@require_POST
def withdraw(request: PageRequest, finding_id: int) -> HttpResponse:
    """End the waiver of a finding."""
    record = withdraw_waiver(actor=request.actor, finding_id=finding_id)
    flash(request, f"The waiver is withdrawn: {record} is open again.", "attention")
    return redirect("alignment:finding", finding_id)


@require_POST
def assign(request: PageRequest) -> HttpResponse:
    """Give selected findings an owner or a due date: first the form for the selection, then the act."""
    require(request.actor, _HANDLE, seen_by=_SEE)
    plan = present_plan(request.actor)
    applied = "chosen" in request.POST
    if applied:
        ids = [int(text) for text in request.POST["chosen"].split(",") if text.isdigit()][:10_000]
    else:
        rows = findings_visible_to(request.actor, plan.id if plan else 0).exclude(state="gone")
        ids = [row.pk for row in FINDINGS.selection(request, rows).stream(())]
    form = AssignForm(request.POST if applied else None, actor=request.actor)
    if applied and form.is_valid():
        with domain_errors(form):
            count = handle_findings(
                actor=request.actor, finding_ids=ids, owner_id=form.owner_id, due_on=form.cleaned_data["due_on"]
            )
            flash(request, f"{count} {'finding' if count == 1 else 'findings'} assigned.")
            return redirect("alignment:findings")
    chosen = ",".join(str(pk) for pk in ids)
    return page(request, "web/alignment/assign.html", {"form": form, "count": len(ids), "chosen": chosen})


@require_GET
def suggest(request: PageRequest) -> HttpResponse:
    """Options for a field that names an owner."""
    text = request.GET.get("owner", "").strip()[:200]
    found = list_people(request.actor, PeopleFilter(search=text))[:8] if text else []
    return render(request, "web/people/suggest.html", {"people": found})
