"""The plan of the sample organisation: the example file, on the days around today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from importlib import resources

from fourleaf.demo.seed import demo_actor
from fourleaf.engine.alignment.loading import load_plan
from fourleaf.planning.models import Plan
from fourleaf.planning.services import import_plan, set_baseline, set_current
from fourleaf.planning.shifting import shifted

__all__ = ["seed_planning"]


def seed_planning(say: Callable[[str], None], *, as_of: date) -> None:
    """Import the example plan with its dates moved so that it describes ``as_of``, and make it current.

    People of the plan are those of the sample: R01 to R60 are their personnel numbers. A plan that is there already is
    left alone.
    """
    if Plan.objects.exists():
        return
    say("Writing the plan: objectives, programmes, roadmap, pilots …")
    loaded = load_plan(resources.files("fourleaf.demo").joinpath("tarnbeck.yaml").read_bytes())
    if loaded.plan is None:
        raise ValueError(f"The example plan cannot be read: {loaded.problems[0]}")
    model = shifted(loaded.plan, (as_of - loaded.plan.as_of).days)
    actor = demo_actor()
    plan, done = import_plan(actor=actor, loaded=model)
    set_current(actor=actor, plan_id=plan.pk)
    set_baseline(actor=actor, plan_id=plan.pk, name="As it was agreed")
    say(f"The plan has {len(done.added):,} objects.")
