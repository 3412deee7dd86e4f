"""Who the organisation is: regions, departments, brands, people, partners, stakeholders."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from fourleaf.engine.alignment.plan.base import (
    Belt,
    BrandId,
    DepartmentId,
    Function,
    Named,
    Part,
    PartnerId,
    PersonId,
    Points,
    RegionId,
    Share,
    Text,
    ZoneName,
)

__all__ = [
    "Brand",
    "Department",
    "LeaderActivity",
    "LeafScores",
    "Organisation",
    "Partner",
    "Person",
    "Region",
    "StakeholderGroup",
]


class LeafScores(Part):
    """Points of the four leaves, 0 to 100; a leaf that may not be shown (fewer than k answers) is left out."""

    culture: Points | None = Field(default=None, description="Points of culture.")
    leadership: Points | None = Field(default=None, description="Points of leadership.")
    governance: Points | None = Field(default=None, description="Points of governance.")
    technology: Points | None = Field(default=None, description="Points of technology, the smaller leaf.")
    n: int = Field(ge=0, description="Persons who answered.")
    invited: int | None = Field(default=None, ge=0, description="Persons who were invited.")
    published_on: date | None = Field(default=None, description="Day the wave was published.")


class Organisation(Part):
    """The organisation as a whole."""

    name: Text = Field(description="Name of the organisation.")
    size: int = Field(ge=0, description="Number of employees.")
    index: Points | None = Field(default=None, description="Clover index of the last wave, 0 to 100.")
    leaves: LeafScores | None = Field(default=None, description="Leaf scores of the whole organisation.")


class Region(Named):
    """A region with its calendar, its representation of employees and its settings. The id is its short code."""

    name: Text = Field(description="Name of the region.")
    time_zone: ZoneName = Field(description="IANA time zone, such as Europe/Berlin; hours of the rota are local to it.")
    headcount: int | None = Field(default=None, ge=0, description="Employees there.")
    languages: tuple[str, ...] = Field(default=(), description="Languages its people read.")
    employee_representation: bool = Field(
        default=False, description="Whether a works council or the like must be consulted (domain §4.5)."
    )
    analytics_mode: Literal["team_only", "role", "person"] | None = Field(
        default=None, description="Finest level at which figures about work may be shown; left out: not decided yet."
    )
    person_level_analytics: bool = Field(
        default=False, description="Whether person-level figures are in fact switched on or were read there."
    )
    settings_complete: bool = Field(
        default=False, description="Whether the region's analytics settings (mode, retention, zone) are complete."
    )


class Department(Named):
    """A department, with what the assessment found there."""

    name: Text = Field(description="Name of the department.")
    function: Function = Field(description="Which of the eight business functions of S1 it serves.")
    headcount: int | None = Field(default=None, ge=0, description="Employees.")
    customer_facing: bool = Field(default=False, description="Whether its people talk with customers.")
    leaves: LeafScores | None = Field(default=None, description="Leaf scores; left out when they may not be shown.")


class LeaderActivity(Named):
    """How many leaders were visible (posted or replied) inside in a month (KPI K25)."""

    department: DepartmentId | None = Field(default=None, description="Left out: the whole organisation.")
    month: date = Field(description="First day of the month.")
    leaders: int | None = Field(default=None, ge=0, description="Number of leaders.")
    active_share: Share = Field(description="Share of them with at least one post or reply in the month.")


class Brand(Named):
    """A brand and its team."""

    name: Text = Field(description="Name of the brand.")
    owner: PersonId | None = Field(default=None, description="Brand lead.")
    deputy: PersonId | None = Field(default=None, description="Deputy of the brand lead.")
    agency: PartnerId | None = Field(default=None, description="Agency that works for the brand, if any.")
    agency_contact: PersonId | None = Field(default=None, description="Who inside answers for the agency.")
    technology_partner: PartnerId | None = Field(default=None, description="Technology partner, if any.")
    technology_contact: PersonId | None = Field(default=None, description="Who inside answers for that partner.")


class Partner(Named):
    """A company or person outside that works with the organisation."""

    name: Text = Field(description="Name.")
    kind: Literal["agency", "technology", "platform", "influencer", "other"] = Field(description="What it is.")
    lead: PersonId | None = Field(default=None, description="Internal lead (roadmap 3.I1).")
    regions: tuple[RegionId, ...] = Field(default=(), description="Where it works; empty: everywhere.")
    brands: tuple[BrandId, ...] = Field(default=(), description="For which brands; empty: all.")


class Person(Named):
    """A person or a post that one person holds. No name is needed: the role title does."""

    role: Text = Field(description="Title of the role.")
    department: DepartmentId | None = Field(default=None, description="Left out for the executive level.")
    region: RegionId = Field(description="Where the person works.")
    belt: Belt = Field(default="none", description="Highest belt held (domain §3).")
    belt_valid_until: date | None = Field(default=None, description="Last day of the belt; left out: no end recorded.")
    leader: bool = Field(default=False, description="Whether the person counts as a leader.")
    opted_out: bool = Field(
        default=False, description="The person's own entry that the job shall stay free of public communication."
    )
    crisis_appointed: bool = Field(default=False, description="Appointed for crisis work.")
    office: Literal["legal", "sponsor", "deputy"] | None = Field(
        default=None, description="Office that counts for the quorum seat of a severe crisis."
    )
    duty_in_job_description: bool = Field(
        default=False, description="Whether sharing or public duties stand in the job description or appraisal."
    )
    care_role_play: bool = Field(default=False, description="Whether the care role-play (Green belt) is done.")
    care_role_play_on: date | None = Field(default=None, description="Day of the care role-play.")


class StakeholderGroup(Named):
    """A group of S1's list: somebody looks after it, or it was decided that nobody does yet."""

    name: Text = Field(description="Name of the group.")
    owner: PersonId | None = Field(default=None, description="Who looks after the group.")
    not_now: str | None = Field(default=None, description="Reason of the decision to leave it for later.")
