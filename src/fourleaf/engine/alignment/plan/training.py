"""Who may do what: belts an item needs, training waves, first teams, early voices, roles."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from fourleaf.engine.alignment.plan.base import (
    Belt,
    ChannelId,
    DepartmentId,
    Duty,
    Hours,
    Named,
    Part,
    PersonId,
    ProgrammeId,
    RegionId,
    Share,
    Text,
)

__all__ = ["BeltRequirement", "EarlyVoice", "FirstTeam", "RoleAssignment", "TeamMember", "TrainingWave"]


class BeltRequirement(Named):
    """The belt that a duty needs; the most specific entry that fits holds, the highest of equally specific ones."""

    duty: Duty = Field(description="What is done.")
    belt: Belt = Field(description="Lowest belt that may do it.")
    content_class: str | None = Field(default=None, description="Content class; left out: any.")
    channel: ChannelId | None = Field(default=None, description="Channel; left out: any.")
    region: RegionId | None = Field(default=None, description="Region; left out: any.")


class TrainingWave(Named):
    """A wave of training: the first is a small connected group, later ones adjacent (S0)."""

    number: int = Field(ge=0, description="0 for the first wave.")
    state: Literal["planned", "running", "done"] = Field(default="planned", description="State.")
    size: int = Field(ge=0, description="People in the wave.")
    departments: tuple[DepartmentId, ...] = Field(default=(), description="Departments they come from.")
    regions: tuple[RegionId, ...] = Field(default=(), description="Regions they come from; empty: not recorded.")
    density: Share | None = Field(default=None, description="Ties inside the group / possible ties.")
    adjacent_share: Share | None = Field(default=None, description="Share with a tie to somebody already certified.")
    completed_share: Share | None = Field(default=None, description="Share who completed.")
    passed_share: Share | None = Field(default=None, description="Share who passed at the first or second attempt.")
    used_share: Share | None = Field(default=None, description="Share who used the new right within 30 days.")
    starts_on: date | None = Field(default=None, description="First day.")
    ends_on: date | None = Field(default=None, description="Last day.")

    IN_ORDER = (("starts_on", "ends_on"),)


class TeamMember(Part):
    """A member of a first team; department and region are those of the person."""

    person: PersonId = Field(description="Who.")
    skills: tuple[str, ...] = Field(default=(), description="Skills the project needs and this member brings.")


class FirstTeam(Named):
    """The first internal team, with what the five tests F1 to F5 need (domain §9.3).

    F1 and F2 come from the members' departments and regions, F3 from their skills.
    """

    name: Text = Field(description="Name of the team.")
    programme: ProgrammeId | None = Field(default=None, description="Internal programme it carries.")
    leader: PersonId | None = Field(default=None, description="Who leads it.")
    members: tuple[TeamMember, ...] = Field(default=(), description="All members, the leader too; 6 to 12.")
    main_region: RegionId | None = Field(default=None, description="Region of the main site.")
    leader_volunteered: bool | None = Field(default=None, description="F4: whether the leader volunteered.")
    leader_enthusiasm: float | None = Field(
        default=None, ge=1, le=5, description="F4: the leader's own answer, 1 to 5."
    )
    members_enthusiasm: float | None = Field(default=None, ge=1, le=5, description="F4: the members' median, 1 to 5.")
    benefit: str | None = Field(default=None, description="F5: the benefit in a sentence.")
    benefit_measure: str | None = Field(default=None, description="F5: how the benefit is measured.")
    benefit_clear_share: Share | None = Field(default=None, description="F5: share of members who rate it 4 or 5.")


class EarlyVoice(Named):
    """Somebody named to speak early, scored 0 to 3 on five points (S3; domain §9.4)."""

    person: PersonId = Field(description="Who.")
    programmes: tuple[ProgrammeId, ...] = Field(default=(), description="For which programmes.")
    chosen_by: Literal["score", "title", "volunteered"] = Field(default="score", description="Why this person.")
    writes: int | None = Field(default=None, ge=0, le=3, description="Writes easily and well.")
    expertise: int | None = Field(
        default=None, ge=0, le=3, description="Has opinions and details as a hands-on expert."
    )
    judgement: int | None = Field(default=None, ge=0, le=3, description="Judgement, by track record inside.")
    time: int | None = Field(default=None, ge=0, le=3, description="Agreed time block.")
    listens: int | None = Field(default=None, ge=0, le=3, description="Listens: answers at least as much as posts.")
    hours_a_week: Hours | None = Field(default=None, description="Agreed hours a week.")
    time_confirmed: bool = Field(default=False, description="Whether the manager confirmed the time.")


class RoleAssignment(Named):
    """Who holds a role of the catalogue, or why nobody does."""

    role: Literal[
        "executive_sponsor",
        "committee_chair",
        "chief_digital_officer",
        "strategist",
        "governance_lead",
        "content",
        "community",
        "analyst",
        "trainer",
        "brand_lead",
        "regional_lead",
        "care_lead",
        "duty_officer",
        "incident_lead",
        "legal_partner",
        "data_protection",
        "works_council_liaison",
        "ambassador",
    ] = Field(description="Role of the catalogue (domain §2); strategist, content, community and analyst are S1's.")
    holders: tuple[PersonId, ...] = Field(default=(), description="Who holds it.")
    waived: str | None = Field(default=None, description="Reason why nobody needs to hold it now.")
