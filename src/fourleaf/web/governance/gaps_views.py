"""The gap log: reporting, looking, deciding, closing."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from fourleaf.engine.policies.sections import sections
from fourleaf.governance.models import Gap, GapState
from fourleaf.governance.selectors.gaps import gap_history, gap_standing, get_gap_for, sections_to_revise, visible_gaps
from fourleaf.governance.selectors.policies import visible_versions
from fourleaf.governance.services.gaps import close_gap, decide_gap, reopen_gap, report_gap, triage_gap
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.permissions import require
from fourleaf.planning.selectors import current_plan, objects
from fourleaf.web.governance.fields import history_shown
from fourleaf.web.governance.gaps_forms import CloseForm, DecideForm, ReportForm, TriageForm, page_of_ours
from fourleaf.web.governance.gaps_tables import GAPS, SEVERITIES, STATES
from fourleaf.web.kit import undo
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page

__all__ = ["act", "gap", "gaps", "report"]

_HANDLE, _SEE, _REPORT = "governance.handle_gaps", "governance.view_gap", "governance.report_gaps"
_CHANNEL = re.compile(r"/in/channels/of/([A-Za-z0-9_-]{1,40})/")
_POLICY = re.compile(r"^/policies/([0-9]{1,9})/")
_REOPEN = undo.register("governance.gap", lambda actor, data: _reopened(actor, data["id"], data["version"]))


def _reopened(actor: Actor, gap_id: int, version: int) -> str:
    reopen_gap(actor=actor, gap_id=gap_id, version=version)
    return "The decision was taken back."


@require_safe
def gaps(request: PageRequest) -> HttpResponseBase:
    """All gaps for those who handle them; one's own for others."""
    actor = request.actor
    require(actor, _SEE)
    may_handle = actor.may(_HANDLE)
    bound = GAPS.bind(request, visible_gaps(actor))
    context = {
        "may_handle": may_handle,
        "standing": gap_standing(actor) if may_handle else None,
        "revise": sections_to_revise(actor) if may_handle else [],
    }
    return bound.respond("web/governance/gaps/list.html", context)


def _channels(actor: Actor) -> list[tuple[str, str]]:
    """Channels of the current plan, to suggest."""
    if not actor.may("planning.view_plan"):
        return []
    plan = current_plan(actor)
    if plan is None:
        return []
    rows = objects(actor, plan.pk, "channels").values_list("key", "data")
    return [(key, str(data.get("name") or "")) for key, data in rows]


def _sections(actor: Actor, policy_id: str) -> list[str]:
    """Sections of the policy that was chosen, to suggest: gaps on one are counted together."""
    if not policy_id.isdecimal():
        return []
    versions = visible_versions(actor).filter(policy_id=int(policy_id), state="in_force")
    newest = versions.order_by("-major", "-minor", "-patch", "-pk").first()
    text = newest.texts.order_by("pk").first() if newest is not None else None
    return [one.title for one in sections(text.body) if one.title] if text is not None else []


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: PageRequest) -> HttpResponse:
    """ "The rules don't say": from any page, which is noted with it."""
    actor = request.actor
    require(actor, _REPORT)
    path = page_of_ours(request.GET.get("from", ""))
    channel, policy = _CHANNEL.search(path), _POLICY.search(path)
    asked = request.GET
    initial = {
        "severity": "medium",
        "source": path,
        "channel": asked.get("channel") or (channel[1] if channel else ""),
        "situation": asked.get("situation", "")[:5000],
        "policy_id": asked.get("policy") or (policy[1] if policy else ""),
        "section": asked.get("section", "")[:150],
    }
    channels = _channels(actor)
    data = request.POST if request.method == "POST" else None
    form = ReportForm(data, initial=initial, actor=actor, channels=dict(channels))
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        source = values.pop("source")
        with domain_errors(form):
            gap_id = report_gap(actor=actor, source=("page", source) if source else None, **values)
            flash(request, "Thank you. You will see here what becomes of it.")
            return redirect("governance:gap", gap_id)
    return page(
        request,
        "web/governance/gaps/report.html",
        {
            "form": form,
            "from": page_of_ours(str(form["source"].value() or "")),
            "channels": channels,
            "sections": _sections(actor, str(form["policy_id"].value() or "")),
        },
    )


def _forms(actor: Actor, found: Gap) -> dict[str, forms.Form]:
    """The forms for the steps that are open."""
    made: dict[str, forms.Form] = {}
    if not actor.may(_HANDLE):
        return made
    if found.state in ("open", "triaged"):
        made["triage"] = TriageForm(gap=found, actor=actor, prefix=None)
    if GapState.allows(found.state, "accepted"):
        made["decide"] = DecideForm(initial={"version": found.version})
    if GapState.allows(found.state, "in_version"):
        made["close"] = CloseForm(gap=found)
    return made


def _shown(request: PageRequest, found: Gap, shown: dict[str, forms.Form]) -> HttpResponse:
    context: dict[str, Any] = {
        "gap": found,
        "state": STATES[found.state],
        "severity": SEVERITIES[found.severity],
        "may_handle": request.actor.may(_HANDLE),
        "may_reopen": request.actor.may(_HANDLE) and found.state in ("accepted", "declined"),
        "history": history_shown(gap_history(found)),
        "forms": shown,
        # page() answers 422 when a form of the context has errors.
        **{f"{name}_form": form for name, form in shown.items()},
    }
    return page(request, "web/governance/gaps/gap.html", context)


@require_safe
def gap(request: PageRequest, gap_id: int) -> HttpResponse:
    """One gap: what was reported, what became of it, and the next step for those who handle gaps."""
    found = get_gap_for(request.actor, gap_id)
    return _shown(request, found, _forms(request.actor, found))


@require_http_methods(["POST"])
def act(request: PageRequest, gap_id: int, what: str) -> HttpResponse:
    """One step: triage, decide, close or reopen."""
    actor = request.actor
    found = get_gap_for(actor, gap_id)
    require(actor, _HANDLE, found, seen_by=_SEE)
    if what == "reopen":
        reopen_gap(actor=actor, gap_id=gap_id)
        flash(request, "It is looked at again.")
        return redirect("governance:gap", gap_id)
    form: forms.Form
    if what == "triage":
        form = TriageForm(request.POST, gap=found, actor=actor)
    elif what == "decide":
        form = DecideForm(request.POST)
    elif what == "close":
        form = CloseForm(request.POST, gap=found)
    else:
        raise NotFoundError
    if form.is_valid():
        with domain_errors(form):
            _done(request, found, what, form)
            return redirect(reverse("governance:gap", args=[gap_id]))
    return _shown(request, found, {**_forms(actor, found), what: form})


def _done(request: PageRequest, found: Gap, what: str, form: forms.Form) -> None:
    actor, values = request.actor, form.cleaned_data
    if isinstance(form, TriageForm):
        triage_gap(
            actor=actor,
            gap_id=found.pk,
            severity=values["severity"],
            owner_id=form.id_of("owner"),
            policy_id=values["policy_id"],
            section=values["section"],
            version=values["version"],
        )
        flash(request, "Noted.")
    elif isinstance(form, DecideForm):
        accept = values["outcome"] == "accept"
        decided = decide_gap(
            actor=actor, gap_id=found.pk, accept=accept, reason=values["reason"], version=values["version"]
        )
        back = undo.link(actor, _REOPEN, {"id": decided.pk, "version": decided.version})
        flash(request, "The gap was accepted." if accept else "The gap was declined.", undo=back)
    else:
        closed = close_gap(actor=actor, gap_id=found.pk, version_id=values["version_id"], version=values["version"])
        flash(request, f"Closed: {closed.closing_version} says it.")
