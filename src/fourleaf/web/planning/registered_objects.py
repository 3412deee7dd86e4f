"""What plans and their objects add to the frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q

from fourleaf.kernel.actors import Actor
from fourleaf.planning.gate import gate
from fourleaf.planning.models import Plan
from fourleaf.planning.sections import HEAD
from fourleaf.planning.selectors import model_of, objects
from fourleaf.web import navigation, search
from fourleaf.web.home import tiles
from fourleaf.web.planning.objects_names import Names
from fourleaf.web.planning.objects_shown import address_of
from fourleaf.web.planning.objects_words import shown
from fourleaf.web.planning.plans_path import functions_of, steps_of
from fourleaf.web.planning.plans_views import plan_to_open

_SEE = "planning.view_plan"

navigation.register(
    "plan",
    navigation.Entry(
        "Plan",
        "planning:plan",
        "clipboard-document-list",
        permission=_SEE,
        order=10,
        key="n",
        about="What for, for whom, with what; then what is done, outside and inside.",
    ),
)
navigation.register(
    "plan",
    navigation.Entry(
        "All plans",
        "planning:plans",
        "square-3-stack-3d",
        permission=_SEE,
        order=90,
        about="The current plan, drafts and earlier ones.",
    ),
)


def find_in_plan(actor: Actor, text: str, limit: int) -> Iterable[search.Result]:
    """Objects of the plan that is open, by id or by their words."""
    plan = plan_to_open(actor)
    if plan is None:
        return
    rows = objects(actor, plan.pk).exclude(section=HEAD)
    names = Names(actor, plan.pk)
    folded, found = text.casefold(), 0
    for section in dict.fromkeys(rows.order_by("section").values_list("section", flat=True)):
        for key, title in names.titles(section).items():
            if folded in f"{key} {title}".casefold():
                yield search.Result(
                    title,
                    address_of(plan.pk, section, key),
                    f"{shown(section).one.capitalize()} {key}",
                    "document-text",
                )
                found += 1
                if found >= limit:
                    return


search.register("plan", "Plan", find_in_plan, permission=_SEE, order=30)


def build_tile(actor: Actor) -> Mapping[str, Any] | None:
    """The next step of the plan that is open."""
    plan = plan_to_open(actor)
    if plan is None:
        return None
    model = model_of(actor, plan.pk)
    steps = steps_of(model)
    return {
        "plan": plan,
        "gate": gate(model),
        "next": next((step for step in steps if step.kind != "done"), None),
        "done": sum(step.kind == "done" for step in steps),
        "steps": steps,
        "functions": sum(bool(cover.programmes) for cover in functions_of(model)),
    }


tiles.register(
    tiles.Tile(
        "plan", "The plan", "web/planning/tile.html", build_tile, permission=_SEE, url_name="planning:plan", order=20
    )
)
tiles.register_start(
    tiles.Start(
        "plan",
        "Begin a plan",
        "From a template for your size, from a file, or empty.",
        "planning:plan",
        "clipboard-document-list",
        "planning.edit_plan",
        lambda actor: Plan.objects.filter(~Q(state="archived")).exists(),
        order=30,
    )
)
