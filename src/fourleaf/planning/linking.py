"""How objects of a plan and rows of the kernel know each other: by code, by personnel number, or by row.

A region, department or brand of the plan is the kernel's when its id is the kernel's code. A person is when the id is
their personnel number, or `person-` and the number of the row for people who have none that could be an id.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.engine.alignment.plan.base import ID_PATTERN
from fourleaf.kernel.models import Person, Region

__all__ = ["KernelFacts", "kernel_facts", "person_key", "person_rows"]

_ID: Final = re.compile(ID_PATTERN)
_BY_ROW: Final = re.compile(r"person-([1-9]\d{0,17})")
_AT_ONCE: Final = 5_000
#: The kernel's words for how far figures may go, in the words of the plan.
_MODES: Final = {"team_only": "team_only", "role": "role", "individual": "person"}


@dataclass(frozen=True)
class KernelFacts:
    """id in the plan -> fields that the kernel knows better; and the last day of people who leave or left."""

    regions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    people: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    left_on: Mapping[str, date] = field(default_factory=dict)


def person_key(pk: int, external_id: str | None) -> str:
    """The id of a person of the kernel in plans."""
    if external_id and len(external_id) <= 80 and _ID.match(external_id) and not _BY_ROW.fullmatch(external_id):
        return external_id
    return f"person-{pk}"


def person_rows(keys: Collection[str]) -> dict[str, tuple[int, str | None, str | None, date | None]]:
    """id in the plan -> (row, department code, region code, last day) of those linked. A query for each 5,000."""
    found: dict[str, tuple[int, str | None, str | None, date | None]] = {}
    wanted = list(keys)
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        by_row = [int(match[1]) for key in part if (match := _BY_ROW.fullmatch(key))]
        rows = Person.objects.filter(external_id__in=part) | Person.objects.filter(pk__in=by_row)
        fields = ("pk", "external_id", "department__code", "region__code", "left_on")
        for pk, external_id, department, region, left_on in rows.order_by().values_list(*fields):
            for key in {external_id, f"person-{pk}"} & set(part):
                found[key] = (pk, department, region, left_on)
    return found


def kernel_facts(model: PlanModel) -> KernelFacts:
    """What the kernel knows of what is in the plan. Two queries at most, none where nothing can be linked."""
    regions = {region.id for region in model.regions}
    departments = {department.id for department in model.departments}
    known: dict[str, dict[str, Any]] = {}
    if regions:
        rows = Region.objects.filter(code__in=regions).order_by()
        for code, mode, council in rows.values_list("code", "analytics_mode", "works_council"):
            known[code] = {"employee_representation": council}
            if mode in _MODES:
                known[code]["analytics_mode"] = _MODES[mode]
    people: dict[str, dict[str, Any]] = {}
    left: dict[str, date] = {}
    placed = {person.id for person in model.people if person.department is not None}
    for key, (_, department, region, left_on) in person_rows({person.id for person in model.people}).items():
        people[key] = {}
        if department in departments and key in placed:  # nobody puts executives below a department
            people[key]["department"] = department
        if region in regions:
            people[key]["region"] = region
        if left_on is not None:
            left[key] = left_on
    return KernelFacts(known, people, left)
