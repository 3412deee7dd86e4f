"""Findings: the table, the groups, one finding with everything that can be done about it."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from fourleaf.alignment.models import FindingRecord
from fourleaf.alignment.public import obstacles
from fourleaf.alignment.selectors import SOON, findings_visible_to, get_finding_for, history_of
from fourleaf.alignment.selectors.glance import shared_findings
from fourleaf.alignment.services import (
    handle_finding,
    handle_findings,
    waive_finding,
    waive_findings,
    waive_obstacle,
    withdraw_waiver,
)
from fourleaf.engine.alignment.checking import RULES
from fourleaf.kernel import clock
from fourleaf.kernel.permissions import allowed, require
from fourleaf.kernel.selectors import PeopleFilter, list_people
from fourleaf.planning.contracts import PlanInfo
from fourleaf.planning.public import plan_info
from fourleaf.web.alignment.choosing import choice_of, chosen_plan, shown_findings
from fourleaf.web.alignment.forms import AssignForm, HandleForm, WaiveForm
from fourleaf.web.alignment.grouping import GROUPS, grouped
from fourleaf.web.alignment.places import SEVERITY, STATE, Places, many_of
from fourleaf.web.alignment.tables import FINDINGS, FINDINGS_NOW
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page

__all__ = [
    "assign",
    "finding",
    "findings",
    "front",
    "groups",
    "suggest",
    "waive",
    "waive_ahead",
    "waive_several",
    "withdraw",
]

#: Findings that are named before they are waived together.
_TOLD: Final = 20
_HANDLE, _WAIVE, _SEE = "alignment.handle_findings", "alignment.waive_findings", "alignment.view_findings"


@require_safe
def front(request: PageRequest) -> HttpResponseBase:
    """Findings as they are opened from the rail: by what they hold up. An address with filters means the list."""
    if set(request.GET) - {"plan"}:
        return redirect(f"{reverse('alignment:list')}?{request.GET.urlencode()}")
    return _in_groups(request, "held-up")


@require_safe
def findings(request: PageRequest) -> HttpResponseBase:
    """All findings of a plan as a list; those that are gone only when asked for."""
    plan = chosen_plan(request)
    if plan is None:
        return page(request, "web/alignment/findings.html", {"plan": None, "by": "list"})
    shown = shown_findings(request, plan)
    context = {"by": "list", **choice_of(request, plan, stored=shown.stored)}
    if isinstance(shown.rows, list):
        now = _shared_now(request, plan, shown.rows)
        return FINDINGS_NOW.bind(request, now).respond("web/alignment/findings.html", context)
    rows = _rows(request, shown.rows, request.GET.get("state", ""))
    if (shared := request.GET.get("shared")) in ("own", "only"):
        keys = [one.pk for one in shared_findings(request.actor, plan.id, shown.there)]
        rows = rows.filter(pk__in=keys) if shared == "only" else rows.exclude(pk__in=keys)
    return FINDINGS.bind(request, rows).respond("web/alignment/findings.html", context)


def _shared_now(request: PageRequest, plan: PlanInfo, rows: list[FindingRecord]) -> list[FindingRecord]:
    """The same for findings that nobody has stored, with their state."""
    state, shared = request.GET.get("state"), request.GET.get("shared")
    if state in ("open", "waived"):
        rows = [row for row in rows if row.state == state]
    if shared not in ("own", "only"):
        return rows
    common = {id(one) for one in shared_findings(request.actor, plan.id, rows)}
    return [row for row in rows if (id(row) in common) == (shared == "only")]


def _rows(request: PageRequest, rows: QuerySet[FindingRecord], state: str) -> QuerySet[FindingRecord]:
    if state in ("open", "waived", "gone"):
        rows = rows.filter(state=state)
    elif state == "ending":
        rows = rows.filter(state="waived", waived_until__lte=clock.today() + SOON)
    elif state != "all":
        rows = rows.exclude(state="gone")
    if request.GET.get("owner") == "me":
        rows = rows.filter(owner_id=request.actor.person_id) if request.actor.person_id else rows.none()
    return rows


@require_safe
def groups(request: PageRequest, by: str) -> HttpResponse:
    """Findings in groups, the gravest group first."""
    return _in_groups(request, by) if by in GROUPS else redirect("alignment:findings")


def _in_groups(request: PageRequest, by: str) -> HttpResponse:
    plan = chosen_plan(request)
    if plan is None:
        return page(request, "web/alignment/grouped.html", {"plan": None, "by": by})
    shown = shown_findings(request, plan)
    made = grouped(by, shown.there, Places(request.actor, plan.id))
    context = {
        "by": by,
        "label": GROUPS[by],
        "groups": made,
        "total": len(shown.there),
        "blocked": sum(group.rank == 0 and group.of(0) > 0 for group in made) if by == "held-up" else 0,
        "may_handle": shown.stored and allowed(request.actor, _HANDLE),
        "may_waive": shown.stored and allowed(request.actor, _WAIVE),
        **choice_of(request, plan, stored=shown.stored),
    }
    return page(request, "web/alignment/grouped.html", context)


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
        "in_plan": plan_info(request.actor, record.plan_id),
        "may_handle": allowed(request.actor, _HANDLE) and record.state != "gone",
        "may_waive": allowed(request.actor, _WAIVE),
        "try_at": record.object if key and "/" not in key and section != "organisation" else "",
        "overdue": record.due_on is not None and record.due_on < clock.today() and record.state == "open",
        **forms,
    }


def _field(address: str) -> str:
    """The part of an address behind the object, in words."""
    parts = address.split("/")
    return " › ".join(parts[2:] if many_of(parts[0]) else parts[1:]).replace("_", " ")


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
    return WaiveForm(request.POST if request.method == "POST" else None, people=places.people)


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


def _selected(request: PageRequest) -> list[int]:
    """The rows that were ticked, all of the list, or those of a bundle; then those that the form carries along."""
    if "chosen" in request.POST:
        return [int(text) for text in request.POST["chosen"].split(",") if text.isdigit()][:10_000]
    plan = chosen_plan(request)
    rows = findings_visible_to(request.actor, plan.id if plan else 0).exclude(state="gone")
    return [row.pk for row in FINDINGS.selection(request, rows).stream(())]


@require_POST
def assign(request: PageRequest) -> HttpResponse:
    """Give selected findings an owner or a due date: first the form for the selection, then the act."""
    require(request.actor, _HANDLE, seen_by=_SEE)
    applied, ids = "chosen" in request.POST, _selected(request)
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


@require_POST
def waive_several(request: PageRequest) -> HttpResponse:
    """Waive selected findings alike: first the form for the selection, then the act."""
    require(request.actor, _WAIVE, seen_by=_SEE)
    applied, ids = "chosen" in request.POST, _selected(request)
    rows = list(findings_visible_to(request.actor).filter(pk__in=ids, state="open"))
    plan_id = rows[0].plan_id if rows else 0
    people = Places(request.actor, plan_id).people if plan_id else []
    form = WaiveForm(request.POST if applied else None, people=people)
    if applied and form.is_valid():
        with domain_errors(form):
            count = waive_findings(actor=request.actor, finding_ids=ids, **form.cleaned_data)
            until = form.cleaned_data["until"]
            flash(request, f"{count} {'finding is' if count == 1 else 'findings are'} waived until {until:%d %B %Y}.")
            return redirect("alignment:findings")
    context = {
        "form": form,
        "findings": [(row, SEVERITY[row.severity]) for row in rows[:_TOLD]],
        "count": len(rows),
        "more": max(0, len(rows) - _TOLD),
        "chosen": ",".join(str(row.pk) for row in rows),
    }
    return page(request, "web/alignment/waive_several.html", context)


@require_GET
def suggest(request: PageRequest) -> HttpResponse:
    """Options for a field that names an owner."""
    text = request.GET.get("owner", "").strip()[:200]
    found = list_people(request.actor, PeopleFilter(search=text))[:8] if text else []
    return render(request, "web/people/suggest.html", {"people": found})
