"""Frozen values that the kernel hands to other contexts; no framework in here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

__all__ = [
    "BrandFacts",
    "DepartmentFacts",
    "PeopleImported",
    "PersonFacts",
    "PersonLeft",
    "PersonReturned",
    "RegionFacts",
]


@dataclass(frozen=True)
class RegionFacts:
    """A region with its clock. ``working_hours``: seven days, Monday first, of ("09:00", "17:00") pairs."""

    id: int
    code: str
    name: str
    time_zone: str
    working_hours: tuple[tuple[tuple[str, str], ...], ...]
    analytics_mode: str
    works_council: bool


@dataclass(frozen=True)
class DepartmentFacts:
    """A department; ``parent_id`` is the one above it."""

    id: int
    code: str
    name: str
    parent_id: int | None


@dataclass(frozen=True)
class BrandFacts:
    """A brand; ``colour`` is its index into the chart palette."""

    id: int
    code: str
    name: str
    colour: int


@dataclass(frozen=True)
class PersonFacts:
    """A person as other contexts see them."""

    id: int
    name: str
    title: str
    email: str | None
    department_id: int | None
    region_id: int | None
    manager_id: int | None
    left_on: date | None


# --- news, see kernel.events -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PersonLeft:
    """Somebody's employment ends; ``left_on`` is the last day and may lie ahead."""

    person_id: int
    left_on: date


@dataclass(frozen=True)
class PersonReturned:
    """Somebody who had left, or was about to, works here (again)."""

    person_id: int


@dataclass(frozen=True)
class PeopleImported:
    """A list of people was put in place; ids of those it concerned."""

    added: tuple[int, ...]
    changed: tuple[int, ...]
    left: tuple[int, ...]
