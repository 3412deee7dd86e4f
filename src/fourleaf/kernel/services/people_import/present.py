"""What is in the database when a list is compared: everybody and every unit, in five queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Max, Q, Sum

from fourleaf.kernel.models import Account, Brand, Department, Person, Region, RoleGrant
from fourleaf.kernel.services.administrators import administrators

__all__ = ["Present", "Someone", "Units", "load_present", "stamp"]


@dataclass(slots=True)
class Someone:
    """A person as the database has them."""

    id: int
    external_id: str | None
    name: str
    email: str | None
    title: str
    department_id: int | None
    region_id: int | None
    manager_id: int | None
    started_on: date | None
    left_on: date | None
    version: int
    brands: frozenset[int] = frozenset()


@dataclass
class Units:
    """Departments, regions or brands, to be found by code or name without regard to case."""

    ids: dict[str, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    archived: set[int] = field(default_factory=set)

    def add(self, pk: int, code: str, name: str, archived: bool) -> None:
        """Codes win over names, present units over archived ones."""
        self.names[pk] = name
        if archived:
            self.archived.add(pk)
        for key in (code.casefold(), name.casefold()):
            held = self.ids.get(key)
            if held is None or (held in self.archived and not archived):
                self.ids[key] = pk


@dataclass
class Present:
    """The list of people and the units as they are now."""

    people: dict[int, Someone]
    by_external_id: dict[str, int]
    by_email: dict[str, int]
    departments: Units
    regions: Units
    brands: Units
    #: People who hold roles beyond the one that everybody has: their e-mail may decide who signs in.
    privileged: frozenset[int]
    administrators: frozenset[int]
    with_account: frozenset[int]


def stamp() -> tuple[object, ...]:
    """Changes whenever anything changes that a comparison depends on; a handful of aggregates.

    Every change of a person or unit raises its version, and nothing of it is ever deleted.
    """
    sums = {"rows": Count("pk"), "last": Max("pk"), "versions": Sum("version")}
    grants = RoleGrant.objects.aggregate(rows=Count("pk"), last=Max("pk"), ended=Count("ended_at"))
    accounts = Account.objects.aggregate(rows=Count("pk"), active=Count("pk", filter=Q(is_active=True)))
    parts = [model._default_manager.aggregate(**sums) for model in (Person, Department, Region, Brand)]
    return tuple(tuple(sorted(part.items())) for part in [*parts, grants, accounts])


def load_present() -> Present:
    """Read it all; 100,000 people take about a second and 60 MB."""
    people: dict[int, Someone] = {}
    fields = (
        "pk",
        "external_id",
        "name",
        "email",
        "title",
        "department_id",
        "region_id",
        "manager_id",
        "started_on",
        "left_on",
        "version",
    )
    for values in Person.objects.order_by().values_list(*fields).iterator(chunk_size=5000):
        people[values[0]] = Someone(*values)
    brands: dict[int, set[int]] = {}
    for person_id, brand_id in Person.brands.through.objects.values_list("person_id", "brand_id").iterator(
        chunk_size=5000
    ):
        brands.setdefault(person_id, set()).add(brand_id)
    for person_id, held in brands.items():
        people[person_id].brands = frozenset(held)
    return Present(
        people=people,
        by_external_id={p.external_id: p.id for p in people.values() if p.external_id},
        by_email={p.email.lower(): p.id for p in people.values() if p.email},
        departments=_units(Department),
        regions=_units(Region),
        brands=_units(Brand),
        privileged=frozenset(RoleGrant.objects.filter(ended_at__isnull=True).values_list("person_id", flat=True)),
        administrators=frozenset(administrators().values_list("person_id", flat=True)),
        with_account=frozenset(Account.objects.values_list("person_id", flat=True)),
    )


def _units(model: type[Department] | type[Region] | type[Brand]) -> Units:
    units = Units()
    rows = list(model._default_manager.order_by("pk").values_list("pk", "code", "name", "archived_at"))
    for pk, code, name, archived_at in rows:
        units.add(pk, code, name, archived_at is not None)
    for pk, code, _, archived_at in rows:  # a code belongs to its unit, whatever others are named
        if archived_at is None or code.casefold() not in units.ids:
            units.ids[code.casefold()] = pk
    return units
