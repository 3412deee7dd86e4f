"""Published survey results: the clover, scores by department, and the organisation model."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from fourleaf.api.authentication import actor_of
from fourleaf.assessment import public
from fourleaf.kernel.errors import NotFoundError

__all__ = ["router"]

router = Router(tags=["Assessment"])


class LeafOut(Schema):
    """A leaf's published score."""

    leaf: str
    points: float | None = Field(description="0 to 100; null where it is hidden or views differ too much for a mean.")
    low: float | None = Field(description="Lower end of the 95 % interval.")
    high: float | None
    state: str = Field(
        description='"shown"; "hidden" (too few); or, without a mean: "divided" (two camps), "scattered" (all over the '
        'scale), "mixed" (too few people to tell the two apart).'
    )


class CloverOut(Schema):
    """The company's clover, of the newest published wave that asked (nearly) everybody."""

    wave: str
    closed_on: date | None
    n: int
    invited: int | None
    index: float | None = Field(description="The weighted geometric mean of the leaves; null if one is missing.")
    limiting: str | None = Field(description="The leaf with the fewest points.")
    limiting_certain: bool = Field(description="Whether it lies below every other leaf beyond chance.")
    limiting_with: list[str] = Field(description="Leaves that cannot be told apart from it.")
    three_leaf: bool = Field(description="Whether a leaf has fewer than 50 points.")
    three_leaf_certain: bool = Field(description="Whether the upper end of its interval is below 50, too.")
    leaves: list[LeafOut]


class DepartmentScoreOut(Schema):
    """A department's published scores."""

    department_id: int | None
    code: str
    n_band: str | None = Field(description="People who answered, as a band; null where too few did.")
    leaves: list[LeafOut]
    wave: str = Field(description="The wave they are of; one that asked a part counts for its departments.")
    closed_on: date | None


class ModelOut(Schema):
    """The organisation model; null where nothing was noted."""

    declared: str | None
    observed: str | None
    confidence: float | None = Field(description="0 to 1.")
    steps_apart: int | None


@router.get("/clover", response=CloverOut, summary="Get the clover")
def clover(request: HttpRequest) -> dict[str, Any]:
    """The clover of the newest published wave that asked the whole organisation; 404 while there is none."""
    found = public.clover(actor_of(request))
    if found is None:
        raise NotFoundError("No survey has been published yet.")
    return asdict(found)


@router.get("/clover/departments", response=list[DepartmentScoreOut], summary="List scores by department")
def departments(request: HttpRequest) -> list[dict[str, Any]]:
    """Scores by department, each of the newest wave that asked it, with the same suppression as the pages."""
    return [asdict(one) for one in public.department_scores(actor_of(request))]


@router.get("/organisation-model", response=ModelOut, summary="Get the organisation model")
def organisation_model(request: HttpRequest) -> dict[str, Any]:
    """What is declared, what the data show, and how far apart the two are."""
    return asdict(public.organisation_model(actor_of(request)))
