"""When it burns: playbook, scenarios, holding statements, drills, authority, rota, incidents."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, Field

from fourleaf.engine.alignment.plan.base import (
    BrandId,
    ChannelId,
    Language,
    Named,
    PersonId,
    PolicyId,
    RegionId,
    ScenarioId,
    Text,
)

__all__ = [
    "CrisisAuthority",
    "CrisisPlaybook",
    "CrisisScenario",
    "Drill",
    "HoldingStatement",
    "Incident",
    "RotaSlot",
    "Severity",
]

Severity = Literal["SEV1", "SEV2", "SEV3", "SEV4"]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class CrisisPlaybook(Named):
    """The playbook in force."""

    policy: PolicyId | None = Field(default=None, description="The crisis policy it belongs to.")
    version: str | None = Field(default=None, description="Version.")
    owner: PersonId | None = Field(default=None, description="Who answers for it.")
    in_force_on: date | None = Field(default=None, description="First day in force.")


class CrisisScenario(Named):
    """Something that may happen."""

    name: Text = Field(description="What happens.")
    rank: int = Field(ge=1, description="1 is the likeliest or gravest; rules look at the first five.")
    cluster: Literal["victim", "accidental", "preventable"] = Field(description="Cluster of the response (SCCT).")


class HoldingStatement(Named):
    """A text approved in advance for a scenario."""

    scenario: ScenarioId = Field(description="For what.")
    language: Language = Field(description="Language.")
    text: str | None = Field(default=None, description="The text, or where it is kept.")
    approved_on: date | None = Field(default=None, description="Day of approval; left out: not approved yet.")
    expires_on: date | None = Field(default=None, description="Last day; 12 months after approval at most.")

    IN_ORDER = (("approved_on", "expires_on"),)
    AT_MOST_DAYS = (("approved_on", "expires_on", 366),)


class Drill(Named):
    """A drill that was held or is planned."""

    on: date = Field(description="Day.")
    kind: Literal["tabletop", "page_test", "live"] = Field(default="tabletop", description="Kind.")
    scenario: ScenarioId | None = Field(default=None, description="What was drilled.")
    severity: Severity | None = Field(default=None, description="Severity that was drilled.")
    passed: bool | None = Field(default=None, description="Whether it was passed.")


class CrisisAuthority(Named):
    """Who may decide at a severity: `quorum` of `any_of`, from different departments where so said (domain §7.3)."""

    severity: Severity = Field(description="Severity.")
    act: Literal["respond", "holding_statement", "statement", "pause"] = Field(
        default="statement", description="What is decided."
    )
    any_of: tuple[PersonId, ...] = Field(description="Who may.")
    quorum: int = Field(default=1, ge=1, description="How many must agree.")
    distinct_departments: bool = Field(default=False, description="Whether they must be of different departments.")
    one_of: tuple[PersonId, ...] = Field(default=(), description="One of these must be among them (office seat).")


class RotaSlot(Named):
    """People on duty in a region at given hours of the week, in the region's own time."""

    region: RegionId = Field(description="For which region.")
    days: tuple[Day, ...] = Field(default=_DAYS, description="Days of the week; left out: all seven.")
    from_hour: int = Field(default=0, ge=0, le=23, description="First hour, 0 to 23.")
    to_hour: int = Field(default=24, ge=1, le=24, description="Hour at which it ends, 1 to 24.")
    people: tuple[PersonId, ...] = Field(description="Who is on duty.")

    IN_ORDER = (("from_hour", "to_hour"),)

    @property
    def hours_of_week(self) -> frozenset[int]:
        """Hours covered, 0 (Monday 00:00 local) to 167."""
        return frozenset(
            _DAYS.index(day) * 24 + hour for day in self.days for hour in range(self.from_hour, self.to_hour)
        )


class Incident(Named):
    """An incident that was handled."""

    name: Text = Field(description="What happened.")
    severity: Literal["SEV0", "SEV1", "SEV2", "SEV3", "SEV4"] | None = Field(default=None, description="Severity.")
    state: Literal[
        "detected",
        "triaged",
        "issue",
        "crisis",
        "contained",
        "monitoring",
        "closed",
        "review_due",
        "review_done",
        "actions_closed",
    ] = Field(description="State (domain §7.3).")
    brand: BrandId | None = Field(default=None, description="Brand.")
    regions: tuple[RegionId, ...] = Field(default=(), description="Regions.")
    channel: ChannelId | None = Field(default=None, description="Where it began.")
    scenario: ScenarioId | None = Field(default=None, description="Scenario it followed.")
    detected_at: AwareDatetime | None = Field(default=None, description="When it was detected, with a zone.")
    closed_at: AwareDatetime | None = Field(default=None, description="When it was closed, with a zone.")

    IN_ORDER = (("detected_at", "closed_at"),)
