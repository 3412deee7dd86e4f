"""Plans to start from, for companies of three sizes, in this project's own words.

A template is a beginning, not a plan: its goals and objectives are examples to be rewritten, nobody owns anything yet,
and so the plan gate stays closed until people have decided. The roadmap is the whole template of activities (domain
§9.1) with durations stretched to the size; stakeholder groups follow S1, roles the catalogue of domain §2.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal, get_args

from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.engine.alignment.plan import RoleAssignment
from fourleaf.engine.alignment.roadmap import Roadmap
from fourleaf.engine.alignment.roadmap_template import TEMPLATE

__all__ = ["SIZES", "Size", "Template", "plan_from_template"]

Size = Literal["small", "medium", "large"]

_FRIDAY: Final = 4


@dataclass(frozen=True, slots=True)
class Template:
    """A size: for whom it is meant, how durations compare with the roadmap template, and which roles can wait."""

    label: str
    description: str
    stretch: float
    waived_roles: tuple[str, ...]
    objectives: tuple[tuple[str, str, str], ...]  # goal, objective, KPI


_SERVICE = (
    "Customers are helped at the first attempt",
    "Cut service contacts for each 1,000 products by a tenth within twelve months",
    "contacts",
)
_ANSWER = (
    "People trust what we say when something goes wrong",
    "Answer serious questions in public within an hour of working time, on any day",
    "first-response",
)
_LOYAL = (
    "Customers stay with us",
    "Raise the share of customers who buy a second time by five points within twelve months",
    "repeat",
)
_IDEAS = (
    "Products get better by what users tell us",
    "Halve the time from the first signal of customers to a decision on the product",
    "signal-to-decision",
)
_STAY = (
    "People like to work here",
    "Lower the share of new employees who leave in their first year by a fifth",
    "first-year-leavers",
)

#: KPI id -> (name, formula, unit, direction).
_KPIS: Final = {
    "contacts": ("Service contacts for each 1,000 products", "contacts / products * 1000", "per 1,000", "down"),
    "first-response": ("First response time", "median(first reply - message)", "min", "down"),
    "repeat": ("Repeat purchase", "customers with a second order / customers", "%", "up"),
    "signal-to-decision": ("From signal to decision", "median(decision - first signal)", "days", "down"),
    "first-year-leavers": ("Leavers in the first year", "leavers in the first year / new employees", "%", "down"),
}

SIZES: Final[dict[str, Template]] = {
    "small": Template(
        "Up to 100 employees",
        "One team does most of it; roles are held by few, and activities take half the time.",
        0.5,
        (
            "chief_digital_officer",
            "governance_lead",
            "regional_lead",
            "brand_lead",
            "trainer",
            "works_council_liaison",
            "ambassador",
        ),
        (_SERVICE, _ANSWER),
    ),
    "medium": Template(
        "100 to 1,000 employees",
        "A core team works with a person in each department; activities take the time of the template.",
        1.0,
        ("chief_digital_officer", "ambassador"),
        (_SERVICE, _ANSWER, _LOYAL),
    ),
    "large": Template(
        "More than 1,000 employees",
        "Several brands or regions, each with its own people; activities take a quarter longer.",
        1.25,
        (),
        (_SERVICE, _ANSWER, _LOYAL, _IDEAS, _STAY),
    ),
}

_GROUPS: Final = (
    ("customers", "Customers"),
    ("prospects", "People who may become customers"),
    ("employees", "Employees"),
    ("applicants", "Applicants"),
    ("dealers", "Dealers and retail partners"),
    ("suppliers", "Suppliers"),
    ("ecosystem", "Partners who build on what we make"),
    ("journalists", "Journalists"),
    ("influencers", "Bloggers and others whom many follow"),
    ("neighbours", "Neighbours of our sites"),
    ("authorities", "Authorities and regulators"),
    ("investors", "Owners and investors"),
)
_ROLES: Final[tuple[str, ...]] = get_args(RoleAssignment.model_fields["role"].annotation)


def plan_from_template(size: Size, starts_on: date, *, name: str = "", employees: int | None = None) -> PlanModel:
    """The plan of a size that begins on a day. Raises KeyError for a size that there is not."""
    template = SIZES[size]
    data: dict[str, Any] = {
        "format": 1,
        "as_of": starts_on,
        "started_on": starts_on,
        "goals": [{"id": f"G{n}", "text": goal} for n, (goal, _, _) in enumerate(template.objectives, 1)],
        "objectives": [
            {"id": f"O{n}", "text": f"Example: {text}", "goal": f"G{n}", "kpis": [kpi]}
            for n, (_, text, kpi) in enumerate(template.objectives, 1)
        ],
        "kpis": [_kpi(kpi) for _, _, kpi in template.objectives],
        "stakeholder_groups": [{"id": key, "name": text} for key, text in _GROUPS],
        "roles": [_role(role, template) for role in _ROLES],
        "roadmap": _roadmap(template.stretch, starts_on),
    }
    if name:
        data["organisation"] = {"name": name, "size": employees or 0}
    return PlanModel.model_validate(data)


def _kpi(key: str) -> dict[str, Any]:
    name, formula, unit, direction = _KPIS[key]
    return {"id": key, "name": name, "formula": formula, "level": "outcome", "unit": unit, "direction": direction}


def _role(role: str, template: Template) -> dict[str, Any]:
    found = {"id": role.replace("_", "-"), "role": role}
    if role in template.waived_roles:
        found["waived"] = "Others hold this along with their own role in a company of this size."
    return found


def _working(day: date) -> date:
    """The day itself, or the Monday after a weekend: nobody starts on a Sunday."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > _FRIDAY else day


def _roadmap(stretch: float, starts_on: date) -> list[dict[str, Any]]:
    """All activities, each planned for the earliest days that its dependencies allow."""
    weeks = {key: activity.weeks * stretch for key, activity in TEMPLATE.items() if activity.weeks is not None}
    items: list[dict[str, Any]] = [
        {"id": key, **({"weeks": weeks[key]} if key in weeks and stretch != 1 else {})} for key in TEMPLATE
    ]
    model = PlanModel.model_validate({"format": 1, "as_of": starts_on, "roadmap": items})
    earliest = Roadmap(model.roadmap).earliest
    for item in items:
        begin, end = earliest[str(item["id"])]
        item["planned_start"] = _working(starts_on + timedelta(days=round(begin * 7)))
        # The last day, not the first day after it.
        item["planned_end"] = max(item["planned_start"], starts_on + timedelta(days=round(end * 7) - 1))
    return items
