"""A plan on other days. Pure: plan model in, plan model out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from fourleaf.engine.alignment.plan import Plan as PlanModel

__all__ = ["begun_anew", "shifted"]


def shifted(model: PlanModel, days: int) -> PlanModel:
    """The same plan with every date and time so many days later; times keep their hour and zone."""
    moved = _moved(model.model_dump(mode="python", exclude_defaults=True), timedelta(days=days))
    return PlanModel.model_validate(moved)


def _moved(value: Any, by: timedelta, name: str = "") -> Any:
    if isinstance(value, date):  # a datetime is one too
        later = value + by
        return later.replace(day=1) if name == "month" else later
    if isinstance(value, Mapping):
        return {key: _moved(item, by, key) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_moved(item, by, name) for item in value]
    return value


#: What looks ahead, by section: these dates move with the plan.
_AHEAD: Final[Mapping[str, tuple[str, ...]]] = {
    "objectives": ("due",),
    "programmes": ("starts_on", "ends_on", "launch_at", "internal_notice_at"),
    "activities": ("starts_on", "ends_on"),
    "roadmap": ("planned_start", "planned_end"),
    "experiments": ("ends_on",),
    "pilots": ("decision_on",),
}
#: What tells how far things got, by section: it begins anew.
_STANDING: Final[Mapping[str, tuple[str, ...]]] = {
    "objectives": ("agreed_on",),
    "programmes": ("state", "content_mix"),
    "activities": ("state",),
    "roadmap": ("state", "reason", "started_on", "done_on", "evidence"),
    "experiments": ("state",),
    "pilots": ("state", "locked_on", "starts_on", "closed_on", "effect", "decision", "iterations"),
}
#: What happened belongs to the plan it happened in.
_RECORDS: Final = (
    "contributions",
    "drills",
    "incidents",
    "kpi_reviews",
    "leader_activity",
    "learnings",
    "waivers",
)


def begun_anew(model: PlanModel, days: int, *, as_of: date, reset_states: bool = True) -> PlanModel:
    """The plan for another time: what looks ahead moves, states begin anew, records of the past stay behind.

    What stands as a fact (people, policies, belts, measured slack, baselines) is taken over with its own dates.
    """
    data = model.model_dump(mode="python", exclude_defaults=True)
    for section in _RECORDS:
        data.pop(section, None)
    by = timedelta(days=days)
    for section, names in _AHEAD.items():
        for thing in data.get(section, ()):
            for name in names:
                if name in thing:
                    thing[name] = _moved(thing[name], by)
            for name in _STANDING[section] if reset_states else ():
                thing.pop(name, None)
    if "started_on" in data and reset_states:
        data["started_on"] = data["started_on"] + by
    return PlanModel.model_validate({**data, "as_of": as_of})
