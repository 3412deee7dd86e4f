"""A programme: outside beside what carries it inside, and what is missing on either side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from fourleaf.alignment.public import obstacles, sentence_of
from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.engine.alignment.plan import Programme
from fourleaf.engine.alignment.roadmap_template import TEMPLATE
from fourleaf.kernel.errors import ConflictError, InvalidError, TransitionError
from fourleaf.kernel.permissions import allowed
from fourleaf.planning.errors import GateError
from fourleaf.planning.gate import gate, programme_gaps, programme_gate
from fourleaf.planning.services import change_programme_state
from fourleaf.planning.steps import ProgrammeState
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.planning.objects_acts import editable
from fourleaf.web.planning.objects_names import Names
from fourleaf.web.planning.objects_shown import address_of
from fourleaf.web.planning.objects_views import object_context
from fourleaf.web.planning.objects_words import choice_label, shown

__all__ = ["programme", "state"]

_ACTS = {"live": "Go live", "paused": "Pause", "ended": "End", "planned": "Plan"}


@dataclass(frozen=True)
class Side:
    """Something on one side of the page: a programme, an activity or a roadmap item, with its state in words."""

    key: str
    title: str
    url: str
    state: str
    kind: str
    owner: str


@require_safe
def programme(request: PageRequest, plan_id: int, key: str) -> HttpResponse:
    """One programme."""
    return _page(request, plan_id, key)


def _page(request: PageRequest, plan_id: int, key: str, refused: GateError | None = None) -> HttpResponse:
    context = object_context(request, plan_id, "programmes", key)
    names = Names(request.actor, plan_id)
    found = next((thing for thing in names.model.programmes if thing.id == key), None)
    if found is None:  # removed: its history is all that there is
        return page(request, "web/planning/objects/object.html", context)
    outside = found.side == "external"
    partners = _carried_by(names, found) if outside else _carries(names, found)
    context |= {
        "programme": found,
        "outside": outside,
        "partners": partners,
        "missing": _missing(found),
        "state": ProgrammeState.states[found.state],
        "states": _next_states(found.state),
        "obstacles": _obstacles(names.model, found),
        "refused": refused,
        "refusals": _refusals(request, plan_id, key, refused) if refused else [],
        "activities": [
            (activity, address_of(plan_id, "activities", activity.id), choice_label(activity.state))
            for activity in names.model.activities
            if activity.programme == key
        ],
        "here": reverse("planning:programme", args=[plan_id, key]),
    }
    return page(request, "web/planning/programmes/programme.html", context, status=422 if refused else None)


def _next_states(state: str) -> list[tuple[str, str]]:
    return [(name, label) for name, label in _ACTS.items() if ProgrammeState.allows(state, name)]


def _obstacles(model: PlanModel, found: Programme) -> list[str]:
    """What stands before its going live."""
    if found.state not in ("planned", "paused"):
        return []
    return [*(gate(model) if found.side == "external" else []), *programme_gate(model, found)]


def _refusals(request: PageRequest, plan_id: int, key: str, refused: GateError) -> list[tuple[str, str, str]]:
    """(sentence, rule, address where it may be waived) of what refuses the going live; "" for what cannot be."""
    found = {}
    if allowed(request.actor, "alignment.waive_findings") and allowed(request.actor, "alignment.view_findings"):
        found = {sentence_of(f): f for f in obstacles(plan_id, "programmes", key, "live")}
    listed = []
    for sentence in refused.missing:
        error = found.get(sentence)
        if error is None:
            listed.append((sentence, "", ""))
            continue
        at = urlencode({"at": error.object})
        url = reverse("alignment:waive_ahead", args=[plan_id, key, error.rule])
        listed.append((sentence, error.rule, f"{url}?{at}"))
    return listed


_LACKING: Final = {
    "owner": "Nobody answers for it.",
    "objectives": "It serves no objective.",
    "audiences": "It names no audience.",
    "resources": "It names no resources.",
    "channels": "It names no channel.",
    "counterparts": "Nothing inside carries it yet.",
    "responders": "Nobody is named who answers or writes.",
}


def _missing(found: Programme) -> list[tuple[str, str]]:
    """(sentence, field to fill) of what a programme should say and does not."""
    return [(_LACKING[field], field) for field, _ in programme_gaps(found)]


def _carried_by(names: Names, found: Programme) -> list[Side]:
    sides = []
    for key in found.counterparts:
        section = names.holder(("programmes", "activities", "roadmap"), key)
        sides.append(_side(names, section, key))
    return sides


def _carries(names: Names, found: Programme) -> list[Side]:
    return [_side(names, "programmes", p.id) for p in names.model.programmes if found.id in p.counterparts]


def _side(names: Names, section: str, key: str) -> Side:
    thing = next((thing for thing in getattr(names.model, section, ()) if thing.id == key), None)
    state = getattr(thing, "state", "planned")
    owner = getattr(thing, "owner", None)
    title = TEMPLATE[key].title if section == "roadmap" and key in TEMPLATE else names.title(section, key)
    return Side(
        key,
        title,
        address_of(names.plan_id, section, key) if section else "",
        choice_label(state),
        shown(section).one if section else "missing",
        names.title("people", owner) if owner else "",
    )


@require_POST
def state(request: PageRequest, plan_id: int, key: str) -> HttpResponse:
    """Go live, pause, end; what stands before it is said with its reasons."""
    editable(request, plan_id)
    wanted = request.POST.get("state", "")
    try:
        change_programme_state(actor=request.actor, plan_id=plan_id, key=key, state=wanted)
    except GateError as error:
        return _page(request, plan_id, key, error)
    except (TransitionError, ConflictError, InvalidError) as error:
        flash(request, error.message, "attention")
    else:
        flash(request, f"{key} is {choice_label(wanted).lower()} now.")
    return redirect("planning:programme", plan_id, key)
