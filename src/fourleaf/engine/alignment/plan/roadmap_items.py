"""The way there: roadmap items, experiments, pilots, learnings."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from fourleaf.engine.alignment.plan.base import (
    AnyRef,
    AudienceId,
    ChannelId,
    DepartmentId,
    KpiId,
    Named,
    Part,
    PersonId,
    ProgrammeId,
    Ref,
    RoadmapId,
    Text,
)

__all__ = ["Effect", "Experiment", "Guardrail", "Immersion", "Learning", "Pilot", "RoadmapItem"]


class RoadmapItem(Named):
    """An activity of the roadmap. With the id of a template activity (domain §9.1) everything but the state may be left
    out: title, side, phase, weeks and dependencies then come from the template. An own activity gives them itself.
    """

    title: str | None = Field(default=None, description="Title; needed for own activities.")
    side: Literal["internal", "external", "both"] | None = Field(default=None, description="Side.")
    phase: int | None = Field(default=None, ge=0, le=4, description="Phase 0 to 4.")
    weeks: float | None = Field(default=None, ge=0, description="Duration in weeks.")
    hard: tuple[RoadmapId, ...] | None = Field(
        default=None, description="Must be done before it starts; left out: as in the template."
    )
    soft: tuple[RoadmapId, ...] | None = Field(
        default=None, description="Should be done before it starts; left out: as in the template."
    )
    state: Literal["planned", "in_progress", "done", "dropped"] = Field(
        default="planned", description="State; ready is worked out from the dependencies."
    )
    reason: str | None = Field(default=None, description="Why it was dropped.")
    owner: PersonId | None = Field(default=None, description="Who answers for it.")
    brand: Annotated[str, Ref(("brands",))] | None = Field(default=None, description="Brand, where it concerns one.")
    region: Annotated[str, Ref(("regions",))] | None = Field(default=None, description="Region that does it.")
    planned_start: date | None = Field(default=None, description="Planned first day.")
    planned_end: date | None = Field(default=None, description="Planned last day.")
    started_on: date | None = Field(default=None, description="Actual first day.")
    done_on: date | None = Field(default=None, description="Actual last day.")
    evidence: tuple[str, ...] = Field(default=(), description="What shows that it is done, in words or links.")

    IN_ORDER = (("planned_start", "planned_end"), ("started_on", "done_on"))


class Experiment(Named):
    """A local experiment off the template (S1: do not only direct from the top)."""

    title: Text = Field(description="What is tried.")
    owner: PersonId = Field(description="Who answers for it.")
    cap: float | None = Field(default=None, ge=0, description="Largest amount of money.")
    ends_on: date = Field(description="Last day.")
    state: Literal["planned", "in_progress", "done", "dropped"] = Field(default="planned", description="State.")


class Guardrail(Part):
    """A figure that must not get worse; a pilot has at most three."""

    kpi: KpiId | None = Field(default=None, description="KPI.")
    text: str | None = Field(default=None, description="Figure in words, where it is no KPI.")
    limit: str | None = Field(default=None, description="When it counts as breached.")
    breached: bool = Field(default=False, description="Whether it was.")


class Effect(Part):
    """A measured effect with its 95 % interval, in the unit of the metric."""

    point: float = Field(description="Point estimate.")
    low: float = Field(description="Lower end.")
    high: float = Field(description="Upper end.")

    IN_ORDER = (("low", "point"), ("point", "high"), ("low", "high"))


class Immersion(Part):
    """The leader immersion track of a narrow-focus beta: six things to do."""

    leader: PersonId = Field(description="Who takes part.")
    done: int = Field(ge=0, le=6, description="Things done.")


class Pilot(Named):
    """A test with a hypothesis, a baseline and a rule of decision (domain §9.2)."""

    name: Text = Field(description="Name.")
    programme: ProgrammeId | None = Field(default=None, description="Programme it belongs to.")
    state: Literal["draft", "baseline", "approved", "running", "evaluating", "scale", "iterate", "stop", "archived"] = (
        Field(default="draft", description="State; approved means locked.")
    )
    hypothesis: str | None = Field(
        default=None,
        description="If we do X for audience A on channel C, metric M moves from b to b+t in W weeks because Z.",
    )
    audience: AudienceId | None = Field(default=None, description="Audience.")
    channel: ChannelId | None = Field(default=None, description="Channel.")
    prerequisites: tuple[Annotated[str, Ref(("roadmap", "programmes", "activities"))], ...] = Field(
        default=(), description="What must stand inside first."
    )
    metric: KpiId | None = Field(default=None, description="The KPI it moves.")
    metric_text: str | None = Field(default=None, description="The metric in words, where it is no KPI.")
    baseline: float | None = Field(default=None, description="Value before.")
    baseline_weeks: float | None = Field(default=None, ge=0, description="Weeks of the baseline; at least 4.")
    threshold: float | None = Field(
        default=None, description="Smallest effect worth having, in the unit of the metric."
    )
    comparison: Literal["randomised", "matched_unit", "own_history"] | None = Field(
        default=None, description="What it is compared with."
    )
    n: int | None = Field(default=None, ge=0, description="Cases per arm.")
    minimum_detectable_effect: float | None = Field(
        default=None, ge=0, description="Smallest effect the numbers can show, in the unit of the metric."
    )
    learning_only: bool = Field(default=False, description="Marked learning, not proof.")
    guardrails: tuple[Guardrail, ...] = Field(default=(), max_length=3, description="At most three.")
    decision_rule: str | None = Field(default=None, description="How it will be decided.")
    decision_on: date | None = Field(default=None, description="Day of the decision.")
    decider: PersonId | None = Field(default=None, description="Who decides.")
    budget_cap: float | None = Field(default=None, ge=0, description="Largest amount of money.")
    weeks: float | None = Field(default=None, ge=0, description="Duration.")
    starts_on: date | None = Field(default=None, description="First day.")
    locked_on: date | None = Field(default=None, description="Day hypothesis, metric and threshold were locked.")
    effect: Effect | None = Field(default=None, description="Measured effect.")
    decision: Literal["scale", "iterate", "stop"] | None = Field(default=None, description="What was decided.")
    iterations: int = Field(default=0, ge=0, le=2, description="How often it was repeated; at most twice.")
    closed_on: date | None = Field(default=None, description="Day it was closed.")
    narrow_beta: bool = Field(default=False, description="Whether it is a narrow-focus beta (S2).")
    staff: int | None = Field(default=None, ge=0, description="Staff of a narrow beta, at most 8.")
    operations_share: float | None = Field(
        default=None, ge=0, le=1, description="Share of all operations a narrow beta touches, at most 0.05."
    )
    immersion: Immersion | None = Field(default=None, description="Leader immersion of a narrow beta.")

    IN_ORDER = (("locked_on", "starts_on"), ("starts_on", "closed_on"))


class Learning(Named):
    """What was learned, shared and read."""

    source: AnyRef = Field(description="What it comes from: pilots/T1, incidents/…, experiments/….")
    text: Text = Field(description="The learning.")
    unit: DepartmentId | None = Field(default=None, description="Unit that wrote it.")
    shared_on: date | None = Field(default=None, description="Day it was shared.")
    read_by: tuple[DepartmentId, ...] = Field(default=(), description="Units where it was read (receipts per unit).")
