"""Tarnbeck Group: regions, departments, brands and head counts. The sixty roles are in ``roles``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from fourleaf.demo.roles import PRODUCT_ROLES, ROLES, Belt, ProductRole, Role

__all__ = [
    "BRANDS",
    "DEPARTMENTS",
    "HEADCOUNT",
    "MAIL_DOMAIN",
    "NAME",
    "PRODUCT_ROLES",
    "REGIONS",
    "ROLES",
    "Belt",
    "Brand",
    "Department",
    "ProductRole",
    "Region",
    "Role",
    "WorkingHours",
    "role",
]

NAME: Final = "Tarnbeck Group"
MAIL_DOMAIN: Final = "tarnbeck.example"

AnalyticsMode = Literal["team_only", "individual_opt_in"]


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Ordinary office hours in the region's own time zone; ``days`` are ISO week days, 1 is Monday."""

    days: tuple[int, ...]
    opens: str  # "HH:MM"
    closes: str


@dataclass(frozen=True, slots=True)
class Region:
    """A region. ``analytics_mode`` is None where nobody has decided yet; ``analytics_reason`` says why."""

    code: str
    name: str
    time_zone: str
    city: str
    country: str  # ISO 3166-1 alpha-2 of the main site, for public holidays
    languages: tuple[str, ...]  # ISO 639-1, the first is the one people write in
    hours: WorkingHours
    headcount: int
    employee_representation: bool
    analytics_mode: AnalyticsMode | None
    analytics_reason: str


@dataclass(frozen=True, slots=True)
class Department:
    """A department after the functions of the sample; ``headcount`` covers all regions."""

    code: str
    name: str
    headcount: int


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand with its own voice. ``colour`` is a CSS hex colour, safe on paper and on dark ground."""

    code: str
    name: str
    colour: str
    tone: str
    audience: str
    description: str
    regions: tuple[str, ...]


_WEEKDAYS: Final = (1, 2, 3, 4, 5)

REGIONS: Final[tuple[Region, ...]] = (
    Region(
        code="DE",
        name="Germany",
        time_zone="Europe/Berlin",
        city="Ravenau",
        country="DE",
        languages=("de",),
        hours=WorkingHours(_WEEKDAYS, "08:00", "17:00"),
        headcount=720,
        employee_representation=True,
        analytics_mode="team_only",
        analytics_reason="The works council has agreed to figures of teams, not of persons.",
    ),
    Region(
        code="UK",
        name="United Kingdom",
        time_zone="Europe/London",
        city="Hexley",
        country="GB",
        languages=("en",),
        hours=WorkingHours(_WEEKDAYS, "09:00", "17:30"),
        headcount=260,
        employee_representation=False,
        analytics_mode="individual_opt_in",
        analytics_reason="People may ask for their own figures; the staff forum was heard in spring.",
    ),
    Region(
        code="ND",
        name="Nordics",
        time_zone="Europe/Stockholm",
        city="Granvik",
        country="SE",
        languages=("sv", "no", "da"),
        hours=WorkingHours(_WEEKDAYS, "08:00", "16:30"),
        headcount=190,
        employee_representation=False,
        analytics_mode="team_only",
        analytics_reason="The German rule was taken over: a small region needs it anyway.",
    ),
    Region(
        code="NA",
        name="North America",
        time_zone="America/New_York",
        city="Millrace",
        country="US",
        languages=("en",),
        hours=WorkingHours(_WEEKDAYS, "09:00", "17:00"),
        headcount=430,
        employee_representation=False,
        analytics_mode="individual_opt_in",
        analytics_reason="People may ask for their own figures; counsel wants it voluntary.",
    ),
    Region(
        code="IB",
        name="Iberia",
        time_zone="Europe/Madrid",
        city="Valdeluna",
        country="ES",
        languages=("es", "pt"),
        hours=WorkingHours(_WEEKDAYS, "09:00", "18:00"),
        headcount=250,
        employee_representation=False,
        analytics_mode=None,
        analytics_reason="Nobody has decided: Iberia joined the network before the question was put.",
    ),
)

DEPARTMENTS: Final[tuple[Department, ...]] = (
    Department("MKT", "Marketing", 190),
    Department("COM", "Corporate Communications", 38),
    Department("CSV", "Customer Service", 310),
    Department("INS", "Insights & Data", 44),
    Department("SAL", "Sales & Commerce", 420),
    Department("PRD", "Product Development", 520),
    Department("PPL", "People", 92),
    Department("LRI", "Legal, Risk & IT", 236),
)

#: Head count by department and region; its margins are the head counts above. The small cells (INS-IB,
#: COM-IB, LRI-IB, PPL-ND, COM-NA) are there so that suppression has something to protect.
HEADCOUNT: Final[dict[str, dict[str, int]]] = {
    "MKT": {"DE": 62, "UK": 36, "ND": 22, "NA": 46, "IB": 24},
    "COM": {"DE": 24, "UK": 5, "ND": 3, "NA": 4, "IB": 2},
    "CSV": {"DE": 92, "UK": 56, "ND": 34, "NA": 84, "IB": 44},
    "INS": {"DE": 25, "UK": 7, "ND": 6, "NA": 4, "IB": 2},
    "SAL": {"DE": 112, "UK": 74, "ND": 62, "NA": 116, "IB": 56},
    "PRD": {"DE": 238, "UK": 44, "ND": 33, "NA": 98, "IB": 107},
    "PPL": {"DE": 48, "UK": 13, "ND": 7, "NA": 15, "IB": 9},
    "LRI": {"DE": 119, "UK": 25, "ND": 23, "NA": 63, "IB": 6},
}

BRANDS: Final[tuple[Brand, ...]] = (
    Brand(
        code="EM",
        name="Emberlyn",
        colour="#c2512b",
        tone="playful, warm, never clever at a customer's cost; facts first where fire is concerned",
        audience="weekend grillers",
        description="Grills for gardens, balconies and the back of a van.",
        regions=("DE", "UK", "ND", "NA", "IB"),
    ),
    Brand(
        code="QS",
        name="Quillstone",
        colour="#3f5873",
        tone="expert and exact; shows the measurement before the claim",
        audience="head chefs and kitchen planners",
        description="Ovens, ranges and ventilation for professional kitchens.",
        regions=("DE", "UK", "ND", "NA", "IB"),
    ),
    Brand(
        code="LV",
        name="Loomvale",
        colour="#2f7f79",
        tone="plain, outdoorsy, part of the community rather than its host",
        audience="hikers and families",
        description="Tents, tarps and sleeping bags, sold directly and mended for life.",
        regions=("DE", "UK", "ND"),
    ),
)

_BY_ID: Final = {each.id: each for each in ROLES}


def role(role_id: str) -> Role:
    """The role with that id ("R01" to "R60"); KeyError where there is none."""
    return _BY_ID[role_id]
