"""The roadmap: the parallel path as a picture, a list and a table; and one activity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from fourleaf.engine.alignment.roadmap_dates import CRITICAL_MEANS
from fourleaf.engine.alignment.roadmap_template import PHASES
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.permissions import allowed, require
from fourleaf.planning.models import Plan
from fourleaf.planning.selectors import comments, get_plan_for, history, objects, what_stops
from fourleaf.planning.selectors.roadmap import Rescheduling
from fourleaf.web.kit.numbers import count
from fourleaf.web.kit.requests import PageRequest, safe_next
from fourleaf.web.kit.respond import page
from fourleaf.web.kit.tables import ListSource, State
from fourleaf.web.planning.roadmap_facts import Facts, ItemFacts
from fourleaf.web.planning.roadmap_forms import CommentForm, DatesForm, StateForm
from fourleaf.web.planning.roadmap_picture import draw
from fourleaf.web.planning.roadmap_reading import facts_for, plan_asked, stretches, window_asked, with_items
from fourleaf.web.planning.roadmap_table import STATES, RoadmapFilter, narrowed, roadmap_table

__all__ = ["item", "item_page", "roadmap"]

_SEE, _EDIT = "planning.view_plan", "planning.edit_plan"


@dataclass(frozen=True, slots=True)
class PhaseList:
    """A phase with its activities, for the list on narrow screens."""

    number: int
    name: str
    start: date
    end: date
    active: bool
    items: list[ItemFacts]


@require_safe
def roadmap(request: PageRequest, plan_id: int | None = None) -> HttpResponseBase:
    """The whole roadmap, or a stretch of it."""
    require(request.actor, _SEE)
    plan = plan_asked(request.actor, plan_id)
    if plan is None:
        may_edit = allowed(request.actor, _EDIT)
        return page(request, "web/planning/roadmap/none.html", {"may_edit": may_edit})
    facts = facts_for(request.actor, plan)
    form = RoadmapFilter(request.GET or None, items=facts.items)
    items = narrowed(facts.items, form.cleaned_data if form.is_bound and form.is_valid() else {})
    table = roadmap_table(plan.pk).bind(request, ListSource(items, key=lambda one: one.id))
    if (file := table.export()) is not None:
        return file
    phases, quarters = stretches(request, facts)
    window = window_asked(request, facts)
    shown = with_items(facts, items)
    context = {
        "plan": plan,
        "facts": facts,
        "form": form,
        "filtered": len(items) != len(facts.items),
        "narrowed_to": len(items),
        "picture": draw(shown, window) if items else None,
        "window": window,
        "phase_links": phases,
        "quarter_links": quarters,
        "lists": _lists(shown),
        "numbers": _numbers(facts),
        "item_root": reverse("planning:roadmap_item", args=[plan.pk, "0.O"]).removesuffix("0.O/"),
        "may_edit": _may_edit(request.actor, plan),
        "states": STATES,
        "critical_means": CRITICAL_MEANS,
    }
    return table.respond("web/planning/roadmap/roadmap.html", context)


def _may_edit(actor: Actor, plan: Plan) -> bool:
    return plan.state != "archived" and allowed(actor, _EDIT, plan)


def _lists(facts: Facts) -> list[PhaseList]:
    return [
        PhaseList(
            phase.number,
            phase.name,
            phase.start,
            phase.end,
            phase.number == facts.active_phase,
            sorted((one for one in facts.items if one.phase == phase.number), key=lambda one: (one.start, one.id)),
        )
        for phase in facts.phases
    ]


@dataclass(frozen=True, slots=True)
class Numbers:
    """The few figures above the picture."""

    lag: int
    lag_state: State
    ready: int
    late: int
    active: str
    active_done: int
    active_count: int
    ends: date
    ends_against: str


def _numbers(facts: Facts) -> Numbers:
    lag = max((one.lag for one in facts.items), default=0)
    kinds = ("good", "attention", "blocking")
    words = ("Side by side", "Ahead", "Too far ahead")
    active = [one for one in facts.items if one.phase == facts.active_phase]
    return Numbers(
        lag=lag,
        lag_state=State(kinds[min(lag, 2)], words[min(lag, 2)]),
        ready=sum(one.state == "ready" for one in facts.items),
        late=sum(one.late_days > 0 for one in facts.items),
        active=f"{facts.active_phase} {PHASES[facts.active_phase]}",
        active_done=sum(one.finished for one in active),
        active_count=len(active),
        ends=facts.ends,
        ends_against=_against(facts),
    )


def _against(facts: Facts) -> str:
    """How the last end compares with the baseline, or why it cannot."""
    if not facts.baseline_name:
        return "No baseline is set"
    spans = [one.baseline for one in facts.items if one.baseline]
    last = max(facts.items, key=lambda one: one.end, default=None)
    if last is None or not spans:
        return f"The baseline “{facts.baseline_name}” holds no days"
    if last.shift is None:
        return f"{last.id} had no days in the baseline “{facts.baseline_name}”"
    if not last.shift:
        return f"As in the baseline “{facts.baseline_name}”"
    way = "later" if last.shift > 0 else "earlier"
    return f"{count(abs(last.shift), 'day', 'days')} {way} than in “{facts.baseline_name}”"


@dataclass(frozen=True, slots=True)
class Next:
    """A step from state to state: its button, and what stands before it."""

    state: str
    label: str
    obstacles: list[str]
    asks_reason: bool = False


@require_safe
def item(request: PageRequest, plan_id: int, key: str) -> HttpResponse:
    """One activity: what it waits for, when it can be done, what shows that it is."""
    return item_page(request, plan_id, key)


def item_page(
    request: PageRequest,
    plan_id: int,
    key: str,
    *,
    dates: DatesForm | None = None,
    follows: Rescheduling | None = None,
    state: StateForm | None = None,
    comment: CommentForm | None = None,
) -> HttpResponse:
    """The activity's page, with the form that has errors in the place of a fresh one."""
    actor = request.actor
    require(actor, _SEE)
    plan = get_plan_for(actor, plan_id)
    facts = facts_for(actor, plan)
    one = facts.item(key)
    if one is None:
        raise NotFoundError
    row = objects(actor, plan_id, "roadmap").filter(key=key).first()
    data, version = (row.data, row.version) if row else ({}, None)
    initial = {
        "planned_start": data.get("planned_start"),
        "planned_end": data.get("planned_end"),
        "move_dependents": True,
        "version": version,
    }
    by_id = {other.id: other for other in facts.items}
    context = {
        "plan": plan,
        "item": one,
        "state": STATES[one.state],
        "critical_means": CRITICAL_MEANS,
        "phase_name": PHASES[one.phase],
        "version": version,
        "needs": [by_id[name] for name in one.hard],
        "should": [by_id[name] for name in one.soft],
        "followers": [by_id[name] for name in one.followers],
        "steps": _steps(actor, plan, one) if _may_edit(actor, plan) else [],
        "dates_form": dates or DatesForm(initial=initial),
        "follows": follows,
        "origin": "picture" if request.POST.get("from") == "picture" else "",
        "origin_url": safe_next(request, "") if request.POST.get("from") == "picture" else "",
        "state_form": state,
        "comment_form": comment or CommentForm(),
        "comments": list(comments(actor, plan_id, "roadmap", key)) if row else [],
        "may_comment": row is not None and allowed(actor, "planning.comment_plan", plan),
        "may_edit": _may_edit(actor, plan),
        "history": list(history(actor, plan_id, "roadmap", key)[:12]),
    }
    return page(request, "web/planning/roadmap/item.html", context, status=422 if follows else None)


def _steps(actor: Actor, plan: Plan, one: ItemFacts) -> list[Next]:
    """What can be done next, and what cannot yet."""
    if one.state in ("planned", "ready"):
        return [Next("in_progress", "Start", what_stops(actor, plan.pk, one.id)), Next("dropped", "Drop", [], True)]
    if one.state == "in_progress":
        stops = what_stops(actor, plan.pk, one.id)
        return [
            Next("done", "Mark as done", stops),
            Next("planned", "Put back to planned", []),
            Next("dropped", "Drop", [], True),
        ]
    return [Next("in_progress", "Take up again", [])] if one.state == "done" else [Next("planned", "Plan again", [])]
