"""Reads of regions, departments and brands."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Count, Q, QuerySet, Value

from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.models import Brand, Department, Person, Region
from fourleaf.kernel.rules import somewhere

__all__ = [
    "descendants",
    "get_brand_for",
    "get_department_for",
    "get_region_for",
    "organisation_counts",
    "unit_choices",
    "visible_brands",
    "visible_departments",
    "visible_regions",
]

_SEE = "kernel.view_organisation"


def _current_people() -> Q:
    return Q(people__isnull=False) & (Q(people__left_on__isnull=True) | Q(people__left_on__gte=clock.today()))


def visible_regions(actor: Actor, *, archived: bool = False) -> QuerySet[Region]:
    """Regions by name, each with ``people_count`` (those who work here today); archived ones only when asked for."""
    rows = Region.objects.all() if somewhere(actor, _SEE) else Region.objects.none()
    if not archived:
        rows = rows.filter(archived_at__isnull=True)
    # A grouped query forgets the model's own order.
    return rows.annotate(people_count=Count("people", filter=_current_people(), distinct=True)).order_by("name", "pk")


def visible_departments(actor: Actor, *, archived: bool = False) -> QuerySet[Department]:
    """Departments by name with ``people_count`` (their own, without sub-departments') and their parent."""
    rows = Department.objects.all() if somewhere(actor, _SEE) else Department.objects.none()
    if not archived:
        rows = rows.filter(archived_at__isnull=True)
    counted = rows.annotate(people_count=Count("people", filter=_current_people(), distinct=True))
    return counted.select_related("parent").order_by("name", "pk")


def visible_brands(actor: Actor, *, archived: bool = False) -> QuerySet[Brand]:
    """Brands by name with ``people_count``."""
    rows = Brand.objects.all() if somewhere(actor, _SEE) else Brand.objects.none()
    if not archived:
        rows = rows.filter(archived_at__isnull=True)
    # A grouped query forgets the model's own order.
    return rows.annotate(people_count=Count("people", filter=_current_people(), distinct=True)).order_by("name", "pk")


def get_region_for(actor: Actor, region_id: int) -> Region:
    """One region, archived or not; `NotFoundError` if absent or not visible."""
    region = visible_regions(actor, archived=True).filter(pk=region_id).first()
    if region is None:
        raise NotFoundError
    return region


def get_department_for(actor: Actor, department_id: int) -> Department:
    """One department, archived or not; `NotFoundError` if absent or not visible."""
    department = visible_departments(actor, archived=True).filter(pk=department_id).first()
    if department is None:
        raise NotFoundError
    return department


def get_brand_for(actor: Actor, brand_id: int) -> Brand:
    """One brand, archived or not; `NotFoundError` if absent or not visible."""
    brand = visible_brands(actor, archived=True).filter(pk=brand_id).first()
    if brand is None:
        raise NotFoundError
    return brand


def descendants(department_id: int) -> set[int]:
    """The department and all below it, in one query whatever the depth."""
    children: dict[int | None, list[int]] = defaultdict(list)
    for pk, parent_id in Department.objects.values_list("pk", "parent_id"):
        children[parent_id].append(pk)
    found, fresh = {department_id}, [department_id]
    while fresh:
        fresh = [child for parent in fresh for child in children[parent] if child not in found]
        found.update(fresh)
    return found


def organisation_counts(actor: Actor) -> dict[str, int]:
    """How many of each there are today: regions, departments, brands, people. One query each."""
    if not somewhere(actor, _SEE):
        return {"regions": 0, "departments": 0, "brands": 0, "people": 0}
    today = clock.today()
    return {
        "regions": Region.objects.filter(archived_at__isnull=True).count(),
        "departments": Department.objects.filter(archived_at__isnull=True).count(),
        "brands": Brand.objects.filter(archived_at__isnull=True).count(),
        "people": Person.objects.filter(Q(left_on__isnull=True) | Q(left_on__gte=today)).count(),
    }


def unit_choices() -> dict[str, list[tuple[int, str]]]:
    """(id, name) of all present regions, departments and brands, for forms; one query for the three."""
    kinds: list[tuple[str, type[Region] | type[Department] | type[Brand]]] = [
        ("departments", Department),
        ("regions", Region),
        ("brands", Brand),
    ]
    parts = [
        model._default_manager.filter(archived_at__isnull=True).order_by().values_list(Value(kind), "pk", "name")
        for kind, model in kinds
    ]
    found: dict[str, list[tuple[int, str]]] = {kind: [] for kind, _ in kinds}
    for kind, pk, name in parts[0].union(*parts[1:], all=True):
        found[kind].append((pk, name))
    return {kind: sorted(units, key=lambda unit: unit[1].casefold()) for kind, units in found.items()}
