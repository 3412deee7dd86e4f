"""Regions, departments, brands. They are few, so they come whole."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Field, Router, Schema

from fourleaf.api.authentication import actor_of
from fourleaf.kernel.selectors import visible_brands, visible_departments, visible_regions

__all__ = ["router"]

router = Router(tags=["Organisation"])


class RegionOut(Schema):
    """A part of the world with its own clock and rules."""

    id: int
    code: str
    name: str
    time_zone: str
    working_hours: list[list[list[str]]] = Field(description="Seven lists, Monday first, of [from, to] in local time.")
    analytics_mode: str = Field(description='"individual", "role", "team_only", or "" while undecided.')


class DepartmentOut(Schema):
    """A unit; units nest."""

    id: int
    code: str
    name: str
    parent_id: int | None


class BrandOut(Schema):
    """A name under which the organisation speaks outside."""

    id: int
    code: str
    name: str


@router.get("/regions", response=list[RegionOut], summary="List regions")
def regions(request: HttpRequest) -> list[RegionOut]:
    """All regions that are in use."""
    return [
        RegionOut(
            id=r.pk,
            code=r.code,
            name=r.name,
            time_zone=r.time_zone,
            working_hours=r.working_hours,
            analytics_mode=r.analytics_mode,
        )
        for r in visible_regions(actor_of(request)).filter(archived_at__isnull=True)
    ]


@router.get("/departments", response=list[DepartmentOut], summary="List departments")
def departments(request: HttpRequest) -> list[DepartmentOut]:
    """All departments that are in use."""
    return [
        DepartmentOut(id=d.pk, code=d.code, name=d.name, parent_id=d.parent_id)
        for d in visible_departments(actor_of(request)).filter(archived_at__isnull=True)
    ]


@router.get("/brands", response=list[BrandOut], summary="List brands")
def brands(request: HttpRequest) -> list[BrandOut]:
    """All brands that are in use."""
    return [
        BrandOut(id=b.pk, code=b.code, name=b.name)
        for b in visible_brands(actor_of(request)).filter(archived_at__isnull=True)
    ]
