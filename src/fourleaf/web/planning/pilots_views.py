"""Pilots: the list by state, and one pilot from its hypothesis to what was learned."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from fourleaf.engine.alignment.plan import Pilot
from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.engine.pilots import IMMERSION_STEPS, immersion_done
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.permissions import allowed, require
from fourleaf.planning.models import Plan, PlanObject
from fourleaf.planning.selectors import comments, get_object_for, get_plan_for, history, model_of
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.kit.tables import Column, Empty, ListSource, Table
from fourleaf.web.planning.pilots_forms import LearningForm, initial_of
from fourleaf.web.planning.pilots_observing import ObservationsForm
from fourleaf.web.planning.pilots_pictures import curve_of, interval_of
from fourleaf.web.planning.pilots_shown import (
    COMPARISONS,
    GROUPS,
    STATES,
    PilotFacts,
    facts_of_pilot,
    pilots_of,
    steps_of,
)
from fourleaf.web.planning.roadmap_forms import CommentForm
from fourleaf.web.planning.roadmap_reading import plan_asked

__all__ = ["may_edit", "pilot", "pilot_page", "pilots", "stored"]

_SEE, _EDIT = "planning.view_plan", "planning.edit_plan"


def may_edit(actor: Actor, plan: Plan) -> bool:
    """Whether the pages offer acts at all."""
    return plan.state != "archived" and allowed(actor, _EDIT, plan)


def _table(plan_id: int) -> Table:
    def pilot_url(row: PilotFacts) -> str:
        return reverse("planning:pilot", args=[plan_id, row.id])

    return Table(
        key="pilots",
        name="Pilots",
        one="pilot",
        many="pilots",
        sort="id",
        row_id=lambda row: row.id,
        columns=(
            Column("name", "Pilot", kind="link", value=lambda row: f"{row.id} {row.name}", href=pilot_url, main=True,
                   side=True, sort="name"),
            Column("state", "State", kind="state", states=STATES, sort="state"),
            Column("metric", "Metric", sort="metric"),
            Column("goal", "From → at least", help="The value before, and with the smallest effect worth having."),
            Column("proof", "Can it show that?", value=lambda row: {"proof": "Proof", "learning": "Learning, not proof"}
                   .get(row.proof, "Not worked out"),
                   help="Whether its cases can show an effect as small as the threshold, with a chance of 80 %."),
            Column("effect", "Effect", help="The measured effect with its 95 % interval, in the unit of the metric."),
            Column("decision_on", "Decision", kind="date", sort="decision_on"),
            Column("decider", "Decides", sort="decider", priority=3),
            Column("id", "Id", sort="id", shown=False, priority=3),
            Column("n", "Cases a side", kind="number", sort="n", shown=False, priority=3),
        ),
        empty=Empty(
            "No pilot yet",
            "A pilot tries one thing with one audience, says before it begins what would count as success, and ends "
            "with a decision: scale, try again, or stop. “If we reply within an hour, the share solved in the channel "
            "moves from 41 to at least 51.”",
            icon="beaker",
        ),
    )  # fmt: skip


@require_safe
def pilots(request: PageRequest, plan_id: int | None = None) -> HttpResponseBase:
    """All pilots, or those of one group of states."""
    require(request.actor, _SEE)
    plan = plan_asked(request.actor, plan_id)
    if plan is None:
        return page(request, "web/planning/pilots/none.html")
    found = pilots_of(model_of(request.actor, plan.pk))
    group = request.GET.get("in", "")
    chosen = [one for one in found if group not in GROUPS or one.state in GROUPS[group][1]]
    table = _table(plan.pk).bind(request, ListSource(chosen, key=lambda row: row.id))
    tabs = [("", "All", len(found), group not in GROUPS)]
    tabs += [
        (f"?in={code}", label, sum(one.state in states for one in found), code == group)
        for code, (label, states) in GROUPS.items()
    ]
    due = [one for one in found if one.state in ("running", "evaluating") and _due(one)]
    context = {"plan": plan, "tabs": tabs, "due": due, "may_edit": may_edit(request.actor, plan)}
    return table.respond("web/planning/pilots/pilots.html", context)


def _due(one: PilotFacts) -> bool:
    return one.decision_on is not None and one.decision_on <= clock.today()


def stored(actor: Actor, plan_id: int, key: str) -> tuple[PlanModel, PlanObject, PilotFacts]:
    """The plan, the pilot's row, and the pilot with its names."""
    row = get_object_for(actor, plan_id, "pilots", key)
    model = model_of(actor, plan_id)
    found = next((one for one in model.pilots if one.id == key), None)
    if found is None:
        raise NotFoundError
    return model, row, facts_of_pilot(model, found)


@require_safe
def pilot(request: PageRequest, plan_id: int, key: str) -> HttpResponse:
    """One pilot."""
    return pilot_page(request, plan_id, key)


def pilot_page(
    request: PageRequest,
    plan_id: int,
    key: str,
    *,
    problems: list[str] | None = None,
    observations: ObservationsForm | None = None,
    learning: LearningForm | None = None,
    comment: CommentForm | None = None,
) -> HttpResponse:
    """The pilot's page, with the form that has errors in the place of a fresh one."""
    actor = request.actor
    require(actor, _SEE)
    plan = get_plan_for(actor, plan_id)
    model, row, facts = stored(actor, plan_id, key)
    one = facts.pilot
    editing = may_edit(actor, plan)
    counting = one.state in ("running", "evaluating") and editing
    measured = counting and (one.decision_on is None or one.decision_on <= clock.today())
    context: dict[str, Any] = {
        "plan": plan,
        "facts": facts,
        "pilot": one,
        "state": STATES[one.state],
        "version": row.version,
        "problems": problems or [],
        "too_early": counting and not measured,
        "comparison": COMPARISONS.get(one.comparison or "", ""),
        "steps": steps_of(model, row.data, clock.today()) if editing else [],
        "curve": _curve(facts, row),
        "interval": _interval(facts),
        "observations_form": observations or (ObservationsForm(pilot=one, initial={"version": row.version})
                                              if measured else None),
        "learning_form": learning or (LearningForm(model=model) if editing and one.state != "archived" else None),
        "comment_form": comment or CommentForm(),
        "comments": list(comments(actor, plan_id, "pilots", key)),
        "may_comment": allowed(actor, "planning.comment_plan", plan),
        "may_edit": editing,
        "immersion": _immersion(one),
        "history": list(history(actor, plan_id, "pilots", key)[:12]),
    }  # fmt: skip
    return page(request, "web/planning/pilots/pilot.html", context, status=422 if problems else None)


def _curve(facts: PilotFacts, row: PlanObject) -> Any:
    one = facts.pilot
    if one.baseline is None or not facts.threshold or initial_of(one, facts.unit, row.version)["kind"] != "share":
        return None
    return curve_of("share", one.baseline, facts.threshold, one.n, None)


def _interval(facts: PilotFacts) -> Any:
    effect = facts.pilot.effect
    if effect is None or facts.threshold is None:
        return None
    return interval_of(effect.point, effect.low, effect.high, facts.threshold, facts.effect_unit)


def _immersion(one: Pilot) -> Any:
    if one.immersion is None:
        return None
    done = one.immersion.done
    return {
        "done": done,
        "result": immersion_done(done),
        "steps": [(step, number < done) for number, step in enumerate(IMMERSION_STEPS)],
    }
