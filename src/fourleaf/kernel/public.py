"""What other contexts may ask the kernel about the organisation: facts, never rows.

Rights, the audit trail, jobs, events and the clock are modules of their own (`permissions`, `audit`, `jobs`, `events`,
`clock`); news about people are in `contracts`.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count, Max, Q, Sum

from fourleaf.kernel import clock
from fourleaf.kernel.contracts import BrandFacts, DepartmentFacts, PersonFacts, RegionFacts
from fourleaf.kernel.models import Brand, Department, Person, Region, RoleGrant
from fourleaf.kernel.roles import ROLES

__all__ = ["brands", "departments", "people_by_id", "people_now", "people_stamp", "people_who_may", "regions"]


def regions() -> dict[int, RegionFacts]:
    """All regions by id, archived ones too, since old records name them. One query."""
    return {
        region.pk: RegionFacts(
            id=region.pk,
            code=region.code,
            name=region.name,
            time_zone=region.time_zone,
            working_hours=tuple(tuple((begins, ends) for begins, ends in day) for day in region.working_hours),
            analytics_mode=region.analytics_mode,
            works_council=region.works_council,
        )
        for region in Region.objects.order_by("name", "pk")
    }


def departments() -> dict[int, DepartmentFacts]:
    """All departments by id, archived ones too. One query."""
    rows = Department.objects.order_by("name", "pk").values_list("pk", "code", "name", "parent_id")
    return {row[0]: DepartmentFacts(*row) for row in rows}


def brands() -> dict[int, BrandFacts]:
    """All brands by id, archived ones too. One query."""
    rows = Brand.objects.order_by("name", "pk").values_list("pk", "code", "name", "colour")
    return {row[0]: BrandFacts(*row) for row in rows}


_PERSON = ("pk", "name", "title", "email", "department_id", "region_id", "manager_id", "left_on")


def people_by_id(ids: Collection[int]) -> dict[int, PersonFacts]:
    """People with these ids, leavers too, since history keeps its names. A query for each 500."""
    found: dict[int, PersonFacts] = {}
    wanted = list(ids)
    for start in range(0, len(wanted), 500):
        rows = Person.objects.filter(pk__in=wanted[start : start + 500]).order_by().values_list(*_PERSON)
        found.update((row[0], PersonFacts(*row)) for row in rows)
    return found


def people_stamp() -> tuple[object, ...]:
    """Another one whenever somebody came, left or was changed. One query."""
    return tuple(Person.objects.aggregate(n=Count("pk"), at=Max("changed_at"), moved=Sum("version")).values())


def people_now(*, region_id: int | None = None, department_id: int | None = None) -> list[PersonFacts]:
    """Those who work here today, by name; of one region or department (without those below it) if asked."""
    people = Person.objects.filter(Q(left_on__isnull=True) | Q(left_on__gte=clock.today()))
    if region_id is not None:
        people = people.filter(region_id=region_id)
    if department_id is not None:
        people = people.filter(department_id=department_id)
    return [PersonFacts(*row) for row in people.order_by("name", "pk").values_list(*_PERSON)]


def people_who_may(code: str) -> list[int]:
    """Ids of those who can sign in and whose roles carry a permission without limits, by name. One query."""
    roles = [role.code for role in ROLES.values() if code in role.permissions]
    rows = Person.objects.filter(Q(left_on__isnull=True) | Q(left_on__gte=clock.today()), account__is_active=True)
    if "member" not in roles:
        grants = RoleGrant.objects.filter(
            role__in=roles, ended_at__isnull=True, brand__isnull=True, region__isnull=True
        )
        rows = rows.filter(pk__in=grants.values("person_id"))
    return list(rows.order_by("name", "pk").values_list("pk", flat=True))
