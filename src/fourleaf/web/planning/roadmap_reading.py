"""What a request of the roadmap's pages is about: the plan, its facts on this day, the stretch that is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from django.http import HttpRequest

from fourleaf.engine.alignment.roadmap_template import PHASES
from fourleaf.kernel.actors import Actor
from fourleaf.planning.models import Plan, RoadmapBaseline
from fourleaf.planning.scheduling import origin_of
from fourleaf.planning.selectors import current_plan, get_plan_for, latest_baseline, snapshot_of
from fourleaf.web.planning.roadmap_facts import Facts, ItemFacts, facts_of
from fourleaf.web.planning.roadmap_shapes import Window

__all__ = ["Stretch", "facts_for", "plan_asked", "stretches", "window_asked", "with_items"]

_QUARTER: Final = re.compile(r"(\d{4})q([1-4])")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A link to a stretch of time; ``code`` is the value of ``show``."""

    code: str
    label: str
    chosen: bool
    url: str


def plan_asked(actor: Actor, plan_id: int | None) -> Plan | None:
    """The plan of the address, or the current one; None when there is no current one."""
    return current_plan(actor) if plan_id is None else get_plan_for(actor, plan_id)


def facts_for(actor: Actor, plan: Plan) -> Facts:
    """The roadmap of a plan today."""
    snapshot, kept = snapshot_of(actor, plan.pk), latest_baseline(actor, plan.pk)
    spans = {key: _span(start, end) for key, (start, end) in baseline_dates_of(kept).items()} if kept else {}
    return facts_of(
        snapshot,
        baseline={key: span for key, span in spans.items() if span is not None},
        baseline_name=kept.name if kept else "",
        starts=origin_of(snapshot.plan, snapshot.as_of, plan.starts_on),
    )


def baseline_dates_of(kept: RoadmapBaseline) -> dict[str, tuple[date | None, date | None]]:
    """id -> first and last day of a baseline."""
    return {
        key: (date.fromisoformat(start) if start else None, date.fromisoformat(end) if end else None)
        for key, (start, end) in kept.dates.items()
    }


def _span(start: date | None, end: date | None) -> tuple[date, date] | None:
    """A day that is missing is the other one; None where neither is there."""
    first, last = start or end, end or start
    return (first, last) if first and last else None


def with_items(facts: Facts, items: list[ItemFacts]) -> Facts:
    """The facts with some of the items only; calendar and phases stay, so that nothing jumps."""
    return facts if len(items) == len(facts.items) else replace(facts, items=tuple(items))


def window_asked(request: HttpRequest, facts: Facts) -> Window | None:
    """The stretch that ``?show=`` names: ``phase-2``, ``2026q4``; None for the whole."""
    code = request.GET.get("show", "")
    if match := _QUARTER.fullmatch(code):
        year, quarter = int(match[1]), int(match[2])
        if 1900 <= year <= 2200:
            return Window(*_quarter(year, quarter), f"{_ordinal(quarter)} quarter of {year}")
    if code.startswith("phase-") and code[6:] in ("0", "1", "2", "3", "4"):
        number = int(code[6:])
        own = [item for item in facts.items if item.phase == number]
        if own:
            spare = timedelta(days=7)
            start, end = min(item.start for item in own) - spare, max(item.end for item in own) + spare
            return Window(start, end, f"phase {number}, {PHASES[number].lower()}")
    return None


def stretches(request: HttpRequest, facts: Facts) -> tuple[list[Stretch], list[Stretch]]:
    """Links to the whole and the phases; and to the quarter before, this one, the next (around the one shown)."""
    shown = request.GET.get("show", "")
    phases = [_stretch(request, "", "Whole", shown)]
    phases += [_stretch(request, f"phase-{number}", f"Phase {number}", shown) for number in range(len(PHASES))]
    match = _QUARTER.fullmatch(shown)
    middle = _quarter(int(match[1]), int(match[2]))[0] if match and 1900 < int(match[1]) < 2200 else facts.as_of
    around = [_code(_shifted(middle, months)) for months in (-3, 0, 3)]
    return phases, [_stretch(request, code, f"{code[:4]} Q{code[5]}", shown) for code in around]


def _stretch(request: HttpRequest, code: str, label: str, shown: str) -> Stretch:
    query = request.GET.copy()
    query.pop("show", None)
    if code:
        query["show"] = code
    return Stretch(code, label, code == shown, f"{request.path}?{query.urlencode()}" if query else request.path)


def _quarter(year: int, quarter: int) -> tuple[date, date]:
    first = date(year, 3 * quarter - 2, 1)
    return first, _shifted(first, 3) - timedelta(days=1)


def _shifted(day: date, months: int) -> date:
    at = day.year * 12 + day.month - 1 + months
    return date(at // 12, at % 12 + 1, 1)


def _code(day: date) -> str:
    return f"{day.year}q{(day.month - 1) // 3 + 1}"


def _ordinal(number: int) -> str:
    return ("first", "second", "third", "fourth")[number - 1]
