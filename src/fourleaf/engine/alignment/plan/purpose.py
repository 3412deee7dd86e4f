"""What for, for whom, with what: goals, objectives, audiences, resources - the gate before all activity (S2)."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from fourleaf.engine.alignment.plan.base import (
    BrandId,
    DepartmentId,
    GoalId,
    Hours,
    KpiId,
    Named,
    PersonId,
    RegionId,
    Text,
)

__all__ = ["Audience", "EffortLine", "Goal", "Objective", "Purchase", "Resource"]


class Goal(Named):
    """A goal of the business itself, not of its social activities."""

    text: Text = Field(description="The goal in a sentence.")
    owner: PersonId | None = Field(default=None, description="Who answers for the goal.")


class Objective(Named):
    """What a programme shall change, by when, and how that is seen."""

    text: Text = Field(description="The objective in a sentence, without the name of a platform.")
    goal: GoalId | None = Field(default=None, description="Business goal it serves.")
    owner: PersonId | None = Field(default=None, description="Who answers for it.")
    brand: BrandId | None = Field(default=None, description="Brand, where it concerns one.")
    agreed_on: date | None = Field(default=None, description="Day it was agreed.")
    due: date | None = Field(default=None, description="Day by which it shall be reached.")
    kpis: tuple[KpiId, ...] = Field(default=(), description="KPIs that show it.")

    IN_ORDER = (("agreed_on", "due"),)


class Audience(Named):
    """Whom a programme speaks with."""

    name: Text = Field(description="Who they are.")
    regions: tuple[RegionId, ...] = Field(default=(), description="Where they are; empty: everywhere.")
    venues: tuple[str, ...] = Field(default=(), description="Where they already talk.")
    how: str | None = Field(default=None, description="How they talk, and what about.")
    source: str | None = Field(default=None, description="How that is known: interviews, listening, a study.")
    source_date: date | None = Field(
        default=None, description="Day of the source; older than 12 months counts as stale."
    )


class Resource(Named):
    """Hours a week of a unit: what is free (measured slack), what is assigned, what the plan wants."""

    department: DepartmentId = Field(description="Unit whose time it is.")
    region: RegionId | None = Field(default=None, description="Region; left out: the whole department.")
    kind: Literal["slack", "experts", "centre", "agency", "other"] = Field(
        default="slack", description="Measured slack, or another kind of time."
    )
    slack_hours: Hours | None = Field(default=None, description="Measured slack, hours a week.")
    measured_on: date | None = Field(default=None, description="Day the slack was measured.")
    planned_hours: Hours | None = Field(default=None, description="Hours a week that the plan needs.")
    assigned_hours: Hours | None = Field(default=None, description="Hours a week assigned by agreement with managers.")
    note: str | None = Field(default=None, description="Anything else worth knowing.")

    def overplanned(self, slack_max: float) -> bool:
        """Whether planned hours go beyond assigned time and the part of measured slack (0 to 1) that may be used."""
        usable = (self.assigned_hours or 0) + slack_max * (self.slack_hours or 0)
        return (self.planned_hours or 0) > usable + 1e-9


class EffortLine(Named):
    """A line of the change budget; money and days are summed separately (KPI K28)."""

    category: Literal["people_training", "process_governance", "culture", "measurement", "technology"] = Field(
        description="What it is spent on; licences and integration work both count as technology."
    )
    text: str | None = Field(default=None, description="What it is for.")
    money: float | None = Field(default=None, ge=0, description="Amount in the currency of the plan.")
    days: float | None = Field(default=None, ge=0, description="Person-days.")


class Purchase(Named):
    """A tool that was or shall be bought, and the need it serves."""

    tool: Text = Field(description="What is bought.")
    need: str | None = Field(default=None, description="The need it serves.")
    need_approved_on: date | None = Field(default=None, description="Day the need was approved.")
    bought_on: date | None = Field(default=None, description="Day of the purchase; left out: not bought yet.")
    money: float | None = Field(default=None, ge=0, description="Price in the currency of the plan.")
