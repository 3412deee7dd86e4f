"""Belts, modules and coverage over the API."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from fourleaf.api.authentication import actor_of
from fourleaf.api.pages import Page, cursor_page
from fourleaf.engine.training.ladder import as_belt
from fourleaf.kernel.errors import InvalidError
from fourleaf.kernel.models import Person
from fourleaf.training.contracts import BELTS, BeltStanding
from fourleaf.training.models import Module
from fourleaf.training.selectors.coverage import UnitCoverage, coverage
from fourleaf.training.selectors.curriculum import modules_visible_to
from fourleaf.training.selectors.standings import standings
from fourleaf.training.selectors.work import get_named_person_for, named_people
from fourleaf.training.services.learning import own_person

__all__ = ["router"]

router = Router(tags=["training"])
Limit = Annotated[int, Field(ge=1, le=200)]


class BeltOut(Schema):
    """What somebody's belts are worth today."""

    person_id: int
    belt: str = Field(description="The highest belt that counts: valid, or within fourteen days of grace.")
    held: str = Field(description="The highest belt that was given and not taken away; its rights may be resting.")
    valid_until: date | None = Field(description="Last day without grace.")
    counts_until: date | None = Field(description="Last day with grace.")
    rights: list[str]
    suspended: list[str] = Field(description="Rights that rest, and come back when what `reasons` say is done.")
    reasons: list[str]
    brand_badges: list[int] = Field(description="Ids of brands whose voice was learned.")


class ModuleOut(Schema):
    """A published module."""

    id: int
    code: str
    title: str
    summary: str
    belt: str
    place: int
    kind: str
    version: int
    seconds: int = Field(description="Reading time.")
    body: str = Field(description="Markdown.")
    questions: int = Field(description="How many questions it has; they are asked in quizzes only.")


class UnitOut(Schema):
    """A unit; null figures: too few to show."""

    id: int | None
    name: str
    people: int | None
    holding: int | None
    covered: bool | None = Field(description="Whether two or more hold the belt.")


class CoverageOut(Schema):
    """Who holds at least a belt, counted."""

    belt: str
    people: int
    holding: int | None
    regions: list[UnitOut]
    departments: list[UnitOut]


def _belt(standing: BeltStanding) -> BeltOut:
    return BeltOut(
        person_id=standing.person_id,
        belt=standing.belt,
        held=standing.held,
        valid_until=standing.valid_until,
        counts_until=standing.counts_until,
        rights=sorted(standing.rights),
        suspended=sorted(standing.suspended),
        reasons=list(standing.reasons),
        brand_badges=sorted(standing.brand_badges),
    )


@router.get("/training/my-belt", response=BeltOut, summary="Get my belt")
def my_belt(request: HttpRequest) -> BeltOut:
    """What the token's person may do."""
    person = own_person(actor_of(request))
    return _belt(standings([person])[person])


@router.get("/training/belts", response=Page[BeltOut], summary="List belts")
def belts(request: HttpRequest, cursor: str | None = None, limit: Limit = 50) -> Page[BeltOut]:
    """Belts by person, of regions that measure individuals, and one's own; all others are counted only."""

    def show(person: Person) -> Person:
        return person

    found = cursor_page(named_people(actor_of(request)), order=("pk",), cursor=cursor, limit=limit, show=show)
    worth = standings([person.pk for person in found.items])
    return Page[BeltOut](items=[_belt(worth[person.pk]) for person in found.items], next=found.next)


@router.get("/training/belts/{person_id}", response=BeltOut, summary="Get a belt")
def belt(request: HttpRequest, person_id: int) -> BeltOut:
    """One person's belt, where it may be seen by name."""
    person = get_named_person_for(actor_of(request), person_id)
    return _belt(standings([person.pk])[person.pk])


@router.get("/training/modules", response=Page[ModuleOut], summary="List modules")
def modules(request: HttpRequest, cursor: str | None = None, limit: Limit = 50) -> Page[ModuleOut]:
    """Published modules with their text."""
    rows = modules_visible_to(actor_of(request)).filter(state="published", newest__isnull=False)

    def show(module: Module) -> ModuleOut:
        newest = module.newest
        assert newest is not None  # noqa: S101 - filtered above; tells the type checker
        return ModuleOut(
            id=module.pk,
            code=module.code,
            title=newest.title,
            summary=newest.summary,
            belt=module.belt,
            place=module.place,
            kind=module.kind,
            version=newest.number,
            seconds=newest.seconds,
            body=newest.body,
            questions=len(newest.questions),
        )

    return cursor_page(rows.select_related("newest"), order=("pk",), cursor=cursor, limit=limit, show=show)


@router.get("/training/coverage", response=CoverageOut, summary="Get coverage")
def covered(request: HttpRequest, belt: str = "white") -> dict[str, Any]:
    """How many hold at least a belt, by region and department, with the same suppression as the pages."""
    if belt not in BELTS[1:]:
        raise InvalidError(fields={"belt": [f"“{belt}” is no belt: {', '.join(BELTS[1:])}."]})
    found = coverage(actor_of(request), belt=as_belt(belt))

    def unit(one: UnitCoverage) -> dict[str, Any]:
        holding = next((s.holding for s in one.shares if s.belt == belt), 0) if one.shares else None
        return {"id": one.id, "name": one.name, "people": one.people, "holding": holding, "covered": one.covered}

    return {
        "belt": belt,
        "people": found.people,
        "holding": next((s.holding for s in found.shares if s.belt == belt), None),
        "regions": [unit(one) for one in found.regions],
        "departments": [unit(one) for one in found.departments],
    }
