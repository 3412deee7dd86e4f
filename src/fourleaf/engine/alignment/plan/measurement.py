"""What is listened to and measured: KPIs, reviews, listening queries, ideas, the anonymous voice."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from fourleaf.engine.alignment.plan.base import (
    BrandId,
    Hours,
    Named,
    Part,
    PersonId,
    RegionId,
    Share,
    Text,
)

__all__ = ["BrandFormula", "Ideas", "Kpi", "KpiReview", "KpiValue", "ListeningQuery", "QueryStructure", "Voice"]


class KpiValue(Part):
    """A value that was measured."""

    value: float = Field(description="The value, in the unit of the KPI.")
    brand: BrandId | None = Field(default=None, description="Brand; left out: all.")
    region: RegionId | None = Field(default=None, description="Region; left out: all.")
    n: int | None = Field(default=None, ge=0, description="Cases it rests on.")
    measured_on: date | None = Field(default=None, description="Day.")
    note: str | None = Field(default=None, description="Window, remarks.")


class BrandFormula(Part):
    """The formula as one brand computes it."""

    brand: BrandId = Field(description="Brand.")
    formula: str | None = Field(default=None, description="Formula in words or signs.")
    formula_hash: str | None = Field(default=None, description="Hash of the formula, where the text stays elsewhere.")


class Kpi(Named):
    """A KPI of the dictionary (domain §6)."""

    name: Text = Field(description="Name.")
    catalogue: str | None = Field(
        default=None, pattern=r"^K\d\d$", description="Number in the catalogue, K01 to K38; K01 is share of voice."
    )
    formula: str | None = Field(default=None, description="Formula.")
    level: Literal["input", "output", "outcome", "impact"] = Field(description="Stage (AMEC).")
    unit: str | None = Field(default=None, description="Unit.")
    direction: Literal["up", "down", "none"] = Field(default="up", description="Which way is better.")
    owner: PersonId | None = Field(default=None, description="Who answers for it.")
    baseline: float | None = Field(default=None, description="Baseline of the whole; per brand or region: baselines.")
    baselines: tuple[KpiValue, ...] = Field(default=(), description="Baselines per brand or region.")
    target: float | None = Field(default=None, description="Target.")
    formulas: tuple[BrandFormula, ...] = Field(default=(), description="Formulas of brands; empty: all use `formula`.")


class KpiReview(Named):
    """A review of the KPIs that changed or confirmed the plan."""

    on: date = Field(description="Day.")
    outcome: Literal["changed", "confirmed"] = Field(description="What became of the plan.")
    minutes: str | None = Field(default=None, description="Where the minutes are.")


class QueryStructure(Part):
    """How a listening query is built; share of voice needs the same for own and competitors (domain §6, K01)."""

    parts: tuple[Literal["names", "misspellings", "products", "hashtags", "handles", "exclusions"], ...] = Field(
        default=(), description="Kinds of term it has."
    )
    languages: tuple[str, ...] = Field(default=(), description="Languages; empty: all.")
    sources: tuple[str, ...] = Field(default=(), description="Sources; empty: all.")


class ListeningQuery(Named):
    """A standing question to what people say outside, and where the answers go."""

    name: Text = Field(description="Name.")
    role: Literal["own", "competitor", "topic"] = Field(default="topic", description="Own, competitor or topic.")
    brand: BrandId | None = Field(default=None, description="Brand, or the brand it competes with.")
    owner: PersonId | None = Field(default=None, description="Who answers for it.")
    route: str | None = Field(
        default=None, description="Where hits go: an inbox, a team, a route of the plan in words."
    )
    product_owner: PersonId | None = Field(default=None, description="Who gets feedback on the product.")
    answer_hours: Hours | None = Field(default=None, description="Target for an answer, in hours.")
    precision_low: Share | None = Field(default=None, description="Lower bound of the measured precision.")
    structure: QueryStructure | None = Field(default=None, description="How it is built.")


class Ideas(Part):
    """Figures of the idea bench (KPI K19)."""

    owner: PersonId | None = Field(default=None, description="Curator.")
    submitted: int | None = Field(default=None, ge=0, description="Ideas submitted.")
    adopted: int | None = Field(default=None, ge=0, description="Adopted.")
    declined: int | None = Field(default=None, ge=0, description="Declined with a reason.")
    shipped: int | None = Field(default=None, ge=0, description="Shipped.")
    median_answer_days: float | None = Field(default=None, ge=0, description="Median days to the first answer.")
    answered_in_time_share: Share | None = Field(default=None, description="Share answered within 14 days.")


class Voice(Part):
    """The anonymous voice of employees (domain §4.5)."""

    name: str | None = Field(default=None, description="Name.")
    live: bool = Field(default=False, description="Whether it runs.")
    smallest_group: int = Field(default=5, ge=1, description="k: smallest group of which a breakdown is shown.")
    answer_days: int | None = Field(default=None, ge=1, description="Working days within which leaders answer.")
    answered_share: Share | None = Field(default=None, description="Share of threads answered in time (K36).")
    overdue: int | None = Field(default=None, ge=0, description="Threads without an answer after that time.")
    smallest_breakdown_shown: int | None = Field(
        default=None, ge=1, description="Smallest group of which anything was in fact shown."
    )
