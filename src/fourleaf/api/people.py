"""People and oneself."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from fourleaf.api.authentication import actor_of
from fourleaf.api.pages import Page, cursor_page
from fourleaf.kernel.models import Person
from fourleaf.kernel.selectors import PeopleFilter, get_person_for, list_people

__all__ = ["router"]

router = Router(tags=["People"])


class Me(Schema):
    """Who the token belongs to and what it may do."""

    id: int | None
    name: str
    roles: list[str]
    rights: list[str] = Field(description="Rights that hold everywhere; narrowed by the token's scopes.")
    time_zone: str


class PersonOut(Schema):
    """Somebody who works or worked here."""

    id: int
    external_id: str | None
    name: str
    email: str | None
    title: str
    department: str | None = Field(description="Code of the department.")
    region: str | None = Field(description="Code of the region.")
    manager_id: int | None
    started_on: date | None
    left_on: date | None = Field(description="Last day at work.")


class PeopleQuery(Schema):
    """Filters of the list of people."""

    q: str = Field("", max_length=200, description="Words that must occur in name, e-mail, title or number.")
    department_id: int | None = Field(None, description="Includes the departments below it.")
    region_id: int | None = None
    brand_id: int | None = None
    status: Literal["current", "left", "all"] = "current"


def _show(person: Person) -> PersonOut:
    return PersonOut(
        id=person.pk,
        external_id=person.external_id,
        name=person.name,
        email=person.email,
        title=person.title,
        department=person.department.code if person.department else None,
        region=person.region.code if person.region else None,
        manager_id=person.manager_id,
        started_on=person.started_on,
        left_on=person.left_on,
    )


@router.get("/me", response=Me, summary="Who am I")
def me(request: HttpRequest) -> Me:
    """The person behind the token and its rights."""
    actor = actor_of(request)
    return Me(
        id=actor.person_id,
        name=actor.label,
        roles=sorted(actor.roles),
        rights=sorted(actor.permissions),
        time_zone=actor.time_zone,
    )


@router.get("/people", response=Page[PersonOut], summary="List people")
def people(
    request: HttpRequest,
    filters: Query[PeopleQuery],
    cursor: str | None = None,
    limit: Annotated[int, Field(ge=1, le=200)] = 50,
) -> Page[PersonOut]:
    """People by name."""
    wanted = PeopleFilter(
        search=filters.q,
        department_id=filters.department_id,
        region_id=filters.region_id,
        brand_id=filters.brand_id,
        status=filters.status,
    )
    rows = list_people(actor_of(request), wanted)
    return cursor_page(rows, order=("name", "pk"), cursor=cursor, limit=limit, show=_show)


@router.get("/people/{person_id}", response=PersonOut, summary="One person")
def person(request: HttpRequest, person_id: int) -> PersonOut:
    """One person by id."""
    return _show(get_person_for(actor_of(request), person_id))
