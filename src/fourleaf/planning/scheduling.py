"""What moves on the roadmap when one item moves. Pure: plan model in, dates out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.engine.alignment.roadmap import Roadmap

__all__ = ["Dates", "pushed"]

_DAY = timedelta(days=1)
Dates = tuple[date | None, date | None]


def pushed(model: PlanModel, key: str, dates: Dates) -> Mapping[str, Dates]:
    """Items that need ``key``, directly or through others, and would begin before what they need has ended, with the
    dates that they get.

    Nothing moves earlier, durations stay, and what has begun or has no planned start stays where it is.
    """
    roadmap = Roadmap(model.roadmap)
    if key not in roadmap.steps:
        return {}
    ends = {name: step.item.planned_end for name, step in roadmap.steps.items() if step.item is not None}
    ends[key] = dates[1] or dates[0]
    moved: dict[str, Dates] = {}
    behind = (name for name in roadmap.earliest if key in roadmap.ancestors(name))  # in the order of what needs what
    for name in behind:
        step = roadmap.steps[name]
        if step.state != "planned" or step.item is None or step.item.planned_start is None:
            continue
        needed = [end for needed in step.hard if (end := ends.get(needed)) is not None]
        freed = max(needed) + _DAY if needed else step.item.planned_start
        if step.item.planned_start >= freed:
            continue
        by = freed - step.item.planned_start
        end = step.item.planned_end + by if step.item.planned_end is not None else None
        moved[name] = (freed, end)
        ends[name] = end
    return moved
