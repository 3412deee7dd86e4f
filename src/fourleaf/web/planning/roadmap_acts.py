"""What is done to an activity of the roadmap: rescheduled, moved from state to state, changed, commented."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fourleaf.engine.alignment.roadmap_dates import Days
from fourleaf.engine.alignment.roadmap_template import TEMPLATE
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.permissions import require
from fourleaf.planning.errors import GateError
from fourleaf.planning.selectors import get_plan_for, history, model_of, objects, rescheduling
from fourleaf.planning.selectors.roadmap import Rescheduling
from fourleaf.planning.services.comments import add_comment
from fourleaf.planning.services.objects import put_object
from fourleaf.planning.services.roadmap import reschedule_item, set_baseline
from fourleaf.planning.services.states import change_roadmap_state, take_back_state
from fourleaf.web.kit import numbers, times
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest, safe_next
from fourleaf.web.kit.respond import page
from fourleaf.web.kit.undo import UndoLink, link, register
from fourleaf.web.planning.roadmap_facts import STATE_WORDS
from fourleaf.web.planning.roadmap_forms import (
    BaselineForm,
    CommentForm,
    DatesForm,
    ExperimentForm,
    ItemForm,
    OwnItemForm,
    StateForm,
    filled,
)
from fourleaf.web.planning.roadmap_reading import facts_for
from fourleaf.web.planning.roadmap_views import item_page

__all__ = ["add", "baseline", "change", "comment", "dates", "experiment", "moves", "state"]

_SEE, _EDIT = "planning.view_plan", "planning.edit_plan"
_TITLES = ("id", "title", "side", "phase", "weeks")
_MOST_NAMED = 4


def _put_back(actor: Actor, data: Mapping[str, Any]) -> str:
    """Each activity back to the days it had; each is a call of the service, which checks the right again."""
    for key, start, end in data["days"]:
        reschedule_item(
            actor=actor,
            plan_id=data["plan"],
            key=key,
            planned_start=date.fromisoformat(start) if start else None,
            planned_end=date.fromisoformat(end) if end else None,
        )
    return f"{numbers.count(len(data['days']), 'activity is', 'activities are')} planned for the days of before."


UNDO_DATES = register("planning.roadmap.dates", _put_back)


def _step_back(actor: Actor, data: Mapping[str, Any]) -> str:
    key = take_back_state(actor=actor, plan_id=data["plan"], change_id=data["change"])
    return f"{key} is as it was before."


UNDO_STATE = register("planning.roadmap.state", _step_back)


def _undo_of(request: PageRequest, plan_id: int, key: str) -> UndoLink | None:
    last = history(request.actor, plan_id, "roadmap", key).first()
    return None if last is None else link(request.actor, UNDO_STATE, {"plan": plan_id, "change": last.pk})


@require_POST
def dates(request: PageRequest, plan_id: int, key: str) -> HttpResponse:
    """Plan an activity for other days; the form of the item's page and the picture's bars both come here.

    Nothing is stored before its author has seen what else moves and what is odd about the days. The picture shows the
    former while a bar moves, so from there only odd days are asked about.
    """
    plan = get_plan_for(request.actor, plan_id)
    require(request.actor, _EDIT, plan, seen_by=_SEE)
    form = DatesForm(request.POST)
    follows = None
    if form.is_valid():
        values = dict(form.cleaned_data)
        asked = values.pop("seen") == form.code
        with domain_errors(form):
            if not asked:
                follows = _to_confirm(request, plan_id, key, form)
            if follows is None:
                return _planned_for(request, plan_id, key, values)
    return item_page(request, plan_id, key, dates=form, follows=follows)


def _to_confirm(request: PageRequest, plan_id: int, key: str, form: DatesForm) -> Rescheduling | None:
    """What is shown before it is stored; None when there is nothing to think over, or it cannot be stored anyhow."""
    values, code = dict(form.cleaned_data), form.code  # what has an error is taken out of them
    start, end = values["planned_start"], values["planned_end"]
    if start and end and end < start:
        return None  # the service says so
    found = rescheduling(request.actor, plan_id, key, (start, end), move_dependents=values["move_dependents"])
    if not found.odd and (request.POST.get("from") == "picture" or not found.moves):
        return None
    for field, sentence in found.odd:
        form.add_error(field, sentence)
    post = request.POST.copy()
    post["seen"] = code
    form.data = post
    return found


def _planned_for(request: PageRequest, plan_id: int, key: str, values: dict[str, Any]) -> HttpResponse:
    before = _planned(request.actor, plan_id)
    moved = reschedule_item(actor=request.actor, plan_id=plan_id, key=key, **values)
    days = [[row.key, *before.get(row.key, (None, None))] for row in moved]
    undo = link(request.actor, UNDO_DATES, {"plan": plan_id, "days": days})
    others = f" {numbers.count(len(moved) - 1, 'other')} moved with it." if len(moved) > 1 else ""
    flash(request, f"{key} is planned {_said(values['planned_start'], values['planned_end'])}.{others}", undo=undo)
    return _back(request, plan_id, key)


def _planned(actor: Actor, plan_id: int) -> dict[str, tuple[str | None, str | None]]:
    rows = objects(actor, plan_id, "roadmap").values_list("key", "data")
    return {key: (data.get("planned_start"), data.get("planned_end")) for key, data in rows}


def _said(start: date | None, end: date | None) -> str:
    if start and end:
        return f"from {times.day(start)} to {times.day(end)}"
    if start:
        return f"from {times.day(start)}"
    return f"until {times.day(end)}" if end else "for no days"


def _back(request: PageRequest, plan_id: int, key: str) -> HttpResponse:
    if request.POST.get("from") == "picture":
        return redirect(safe_next(request, reverse("planning:roadmap_of", args=[plan_id])))
    return redirect("planning:roadmap_item", plan_id, key)


@require_safe
def moves(request: PageRequest, plan_id: int, key: str) -> HttpResponse:
    """What would move with an activity (``?start=``, ``?end=``), for the picture while a bar is dragged."""
    require(request.actor, _SEE)
    form = DatesForm(
        {"planned_start": request.GET.get("start", ""), "planned_end": request.GET.get("end", "")}
    )  # the same parsing as when it is posted
    if not form.is_valid() or not (form.cleaned_data["planned_start"] or form.cleaned_data["planned_end"]):
        return JsonResponse({"sentence": "", "moves": []})
    days = (form.cleaned_data["planned_start"], form.cleaned_data["planned_end"])
    found = rescheduling(request.actor, plan_id, key, days, move_dependents=True)
    named = ", ".join(move.key for move in found.moves[:_MOST_NAMED])
    named += f" and {len(found.moves) - _MOST_NAMED} more" if len(found.moves) > _MOST_NAMED else ""
    others = numbers.count(len(found.moves), "other moves", "others move")
    sentence = f"{others} with it: {named}." if found.moves else "Nothing else moves."
    listed = [
        {
            "key": move.key,
            "start": move.after.start.isoformat(),
            "sentence": f"{move.key} {move.title}: {_span(move.before)} → {_span(move.after)}",
        }
        for move in found.moves
    ]
    odd = " ".join(sentence for _, sentence in found.odd)
    return JsonResponse({"sentence": " ".join(filter(None, (odd, sentence))), "moves": listed})


def _span(days: Days) -> str:
    return f"{times.day(days.start)} to {times.day(days.end)}{' (worked out)' if days.guessed else ''}"


@require_POST
def state(request: PageRequest, plan_id: int, key: str) -> HttpResponse:
    """Start, finish, drop, take up again."""
    plan = get_plan_for(request.actor, plan_id)
    require(request.actor, _EDIT, plan, seen_by=_SEE)
    form = StateForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        with domain_errors(form):
            try:
                change_roadmap_state(
                    actor=request.actor,
                    plan_id=plan_id,
                    key=key,
                    state=values["state"],
                    reason=values["reason"] or None,
                    version=values["version"],
                )
            except GateError as error:
                form.add_error(None, error.message)
            else:
                flash(
                    request,
                    f"{key} is {STATE_WORDS[values['state']].lower()} now.",
                    undo=_undo_of(request, plan_id, key),
                )
                return redirect("planning:roadmap_item", plan_id, key)
    return item_page(request, plan_id, key, state=form)


@require_POST
def comment(request: PageRequest, plan_id: int, key: str) -> HttpResponse:
    """Say something about an activity."""
    form = CommentForm(request.POST)
    if form.is_valid():
        with domain_errors(form):
            if key in TEMPLATE and not objects(request.actor, plan_id, "roadmap").filter(key=key).exists():
                form.add_error("text", "Nothing is written down about this activity yet; plan its days first.")
            else:
                add_comment(
                    actor=request.actor, plan_id=plan_id, section="roadmap", key=key, text=form.cleaned_data["text"]
                )
                return redirect("planning:roadmap_item", plan_id, key)
    return item_page(request, plan_id, key, comment=form)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: PageRequest, plan_id: int, key: str) -> HttpResponse:
    """Owner, evidence, actual days, what it needs; of an own activity its title, side, phase and length too."""
    plan = get_plan_for(request.actor, plan_id)
    require(request.actor, _EDIT, plan, seen_by=_SEE)
    facts = facts_for(request.actor, plan)
    one = facts.item(key)
    if one is None:
        raise NotFoundError
    row = objects(request.actor, plan_id, "roadmap").filter(key=key).first()
    data = dict(row.data) if row else {"id": key}
    initial = {
        **data,
        "hard": list(one.hard),
        "soft": list(one.soft),
        "evidence": "\n".join(one.evidence),
        "version": row.version if row else 0,
    }
    kind = OwnItemForm if one.own else ItemForm
    model = model_of(request.actor, plan_id)
    form = kind(request.POST if request.method == "POST" else None, initial=initial, model=model, facts=facts, key=key)
    form.fields.pop("id", None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        names = ("owner", "brand", "region", "started_on", "done_on", "evidence", *(_TITLES if one.own else ()))
        after = {name: value for name, value in data.items() if name not in names} | filled(values, names)
        for name, was in (("hard", one.hard), ("soft", one.soft)):
            if set(values[name]) != set(was):
                after[name] = values[name]
        with domain_errors(form):
            put_object(
                actor=request.actor, plan_id=plan_id, section="roadmap", data=after, version=values["version"] or None
            )
            flash(request, f"{key} was changed.")
            return redirect("planning:roadmap_item", plan_id, key)
    return page(request, "web/planning/roadmap/change.html", {"form": form, "item": one, "plan": plan})


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: PageRequest, plan_id: int) -> HttpResponse:
    """Add an activity of one's own."""
    plan = get_plan_for(request.actor, plan_id)
    require(request.actor, _EDIT, plan, seen_by=_SEE)
    facts, model = facts_for(request.actor, plan), model_of(request.actor, plan_id)
    form = OwnItemForm(request.POST if request.method == "POST" else None, model=model, facts=facts)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        names = (*_TITLES, "owner", "brand", "region", "started_on", "done_on", "evidence", "hard", "soft")
        with domain_errors(form):
            put_object(actor=request.actor, plan_id=plan_id, section="roadmap", data=filled(values, names), version=0)
            flash(request, f"{values['id']} is on the roadmap.")
            return redirect("planning:roadmap_item", plan_id, values["id"])
    return page(request, "web/planning/roadmap/add.html", {"form": form, "plan": plan})


@require_http_methods(["GET", "HEAD", "POST"])
def experiment(request: PageRequest, plan_id: int) -> HttpResponse:
    """Local experiments: the list, and a new one."""
    plan = get_plan_for(request.actor, plan_id)
    require(request.actor, _EDIT, plan, seen_by=_SEE)
    model = model_of(request.actor, plan_id)
    form = ExperimentForm(request.POST if request.method == "POST" else None, model=model)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            data = filled(form.cleaned_data, form.fields)
            put_object(actor=request.actor, plan_id=plan_id, section="experiments", data=data, version=0)
            flash(
                request,
                f"The experiment {data['id']} is on the roadmap until {times.day(form.cleaned_data['ends_on'])}.",
            )
            return redirect("planning:roadmap_of", plan_id)
    roles = {person.id: person.role for person in model.people}
    listed = [(one, roles.get(one.owner, one.owner), STATE_WORDS[one.state].lower()) for one in model.experiments]
    return page(request, "web/planning/roadmap/experiment.html", {"form": form, "plan": plan, "experiments": listed})


@require_http_methods(["GET", "HEAD", "POST"])
def baseline(request: PageRequest, plan_id: int) -> HttpResponse:
    """Keep the planned days as they are now, to hold later ones against."""
    plan = get_plan_for(request.actor, plan_id)
    require(request.actor, _EDIT, plan, seen_by=_SEE)
    form = BaselineForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            kept = set_baseline(actor=request.actor, plan_id=plan_id, name=form.cleaned_data["name"])
            flash(request, f"“{kept.name}” is the baseline now. Later days are held against it.")
            return redirect("planning:roadmap_of", plan_id)
    facts = facts_for(request.actor, plan)
    moved = [item for item in facts.items if item.shift]
    context = {"form": form, "plan": plan, "facts": facts, "moved": moved}
    return page(request, "web/planning/roadmap/baseline.html", context)
