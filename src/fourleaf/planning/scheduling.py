"""What moves on the roadmap when one item moves. Pure: plan model in, dates out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.engine.alignment.plan import RoadmapItem
from fourleaf.engine.alignment.roadmap import Roadmap
from fourleaf.engine.alignment.roadmap_dates import Move, days_of, first_known, moves_between

__all__ = ["Dates", "impossible", "moves", "odd", "origin_of", "pushed"]

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


def origin_of(model: PlanModel, as_of: date, starts_on: date | None = None) -> date:
    """The first day of the roadmap: as the plan says, else its own first day once something is on the roadmap."""
    if model.started_on is not None:
        return model.started_on
    return starts_on if starts_on is not None and model.roadmap else first_known(model.roadmap, as_of)


def moves(
    model: PlanModel, key: str, dates: Dates, as_of: date, *, move_dependents: bool, starts_on: date | None = None
) -> list[Move]:
    """All other items that lie on other days once ``key`` has these: pushed along, or worked out anew."""
    planned = {key: dates, **(pushed(model, key, dates) if move_dependents else {})}
    before = Roadmap(model.roadmap)
    after = Roadmap(_with(model.roadmap, planned))
    found = moves_between(before, after, origin_of(model, as_of, starts_on), as_of)
    return [move for move in found if move.key != key]


def _with(items: Iterable[RoadmapItem], planned: Mapping[str, Dates]) -> list[RoadmapItem]:
    known = {item.id: item for item in items}
    for key, (start, end) in planned.items():
        item = known.get(key) or RoadmapItem(id=key)
        known[key] = item.model_copy(update={"planned_start": start, "planned_end": end})
    return list(known.values())


def impossible(model: PlanModel, key: str, dates: Dates) -> list[tuple[str, str]]:
    """(field, sentence) of what cannot be: an end before the planned or the actual start."""
    start, end = dates
    if start and end and end < start:
        return [("planned_end", f"It would end ({end}) before it begins ({start}).")]
    begun = next((item.started_on for item in model.roadmap if item.id == key), None)
    if begun and end and end < begun:
        return [("planned_end", f"It began on {begun}, so it cannot end before that.")]
    return []


def odd(
    model: PlanModel, key: str, dates: Dates, as_of: date, *, starts_on: date | None = None
) -> list[tuple[str, str]]:
    """(field, sentence) of what may be meant, but rarely is: days that are past, or before what must come first."""
    roadmap = Roadmap(model.roadmap)
    step, (start, end) = roadmap.steps.get(key), dates
    if step is None or step.finished:
        return []
    said = []
    if start and start < as_of and step.state == "planned":
        said.append(("planned_start", f"The first day, {start}, is past, and it has not begun."))
    if end and end < as_of:
        said.append(("planned_end", f"The last day, {end}, is past, and it is not done."))
    ends = days_of(roadmap, origin_of(model, as_of, starts_on), as_of)
    field, first = ("planned_start", start) if start else ("planned_end", end)
    if first is not None and step.state == "planned":
        for name in roadmap.unmet_hard(key):
            if ends[name].end >= first:
                how = " (worked out)" if ends[name].guessed else ""
                last = f"{ends[name].end.day} {ends[name].end:%B %Y}"
                said.append((field, f"It needs {name} {roadmap.steps[name].title} first: {name} ends on {last}{how}."))
    return said
