"""Regions, departments and brands: added, changed, archived and taken out of the archive again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, TypedDict, TypeVar, Unpack
from zoneinfo import available_timezones

from django.db import IntegrityError, transaction
from django.db.models import Model, Q

from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import DomainError, InvalidError
from fourleaf.kernel.models import Brand, Department, Person, Region
from fourleaf.kernel.permissions import require
from fourleaf.kernel.selectors import get_brand_for, get_department_for, get_region_for
from fourleaf.kernel.versions import save_at_version
from fourleaf.kernel.working_hours import checked

__all__ = [
    "BRAND_COLOURS",
    "BrandFields",
    "DepartmentFields",
    "RegionFields",
    "add_brand",
    "add_department",
    "add_region",
    "archive_brand",
    "archive_department",
    "archive_region",
    "change_brand",
    "change_department",
    "change_region",
    "restore_brand",
    "restore_department",
    "restore_region",
]

#: How many colours the chart palette has.
BRAND_COLOURS = 8
_EDIT, _SEE = "kernel.edit_organisation", "kernel.view_organisation"
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,19}")
M = TypeVar("M", Region, Department, Brand)


class RegionFields(TypedDict, total=False):
    """What can be said about a region."""

    code: str
    name: str
    time_zone: str
    working_hours: Sequence[Sequence[Sequence[str]]]
    analytics_mode: str
    analytics_reason: str
    works_council: bool


class DepartmentFields(TypedDict, total=False):
    """What can be said about a department."""

    code: str
    name: str
    parent_id: int | None


class BrandFields(TypedDict, total=False):
    """What can be said about a brand."""

    code: str
    name: str
    description: str
    colour: int


# --- regions -----------------------------------------------------------------------------------------------------


def add_region(*, actor: Actor, **fields: Unpack[RegionFields]) -> Region:
    """Add a region; ``code`` and ``name`` are required, the zone is UTC unless given."""
    return _add(actor, Region(), _region_values(None, fields), "kernel.region.added")


def change_region(
    *, actor: Actor, region_id: int, version: int | None = None, **fields: Unpack[RegionFields]
) -> Region:
    """Change the given fields of a region."""
    region = get_region_for(actor, region_id)
    return _change(actor, region, _region_values(region, fields), "kernel.region.changed", version)


def archive_region(*, actor: Actor, region_id: int) -> Region:
    """Hide a region from choices; refused while people belong to it."""
    region = get_region_for(actor, region_id)
    return _archive(actor, region, "kernel.region.archived", people=Q(region=region))


def restore_region(*, actor: Actor, region_id: int) -> Region:
    """Undo of `archive_region`."""
    return _restore(actor, get_region_for(actor, region_id), "kernel.region.restored")


def _region_values(region: Region | None, fields: RegionFields) -> dict[str, Any]:
    values: dict[str, Any] = dict(fields)
    faults = _unit_faults(Region, region, values)
    zone = str(values.get("time_zone", "UTC")).strip()
    if zone not in available_timezones():
        faults["time_zone"] = [
            f"“{zone}” is not a time zone that is known here. Write an IANA name such as Europe/Berlin."
        ]
    elif "time_zone" in values:
        values["time_zone"] = zone
    if "working_hours" in values:
        try:
            values["working_hours"] = checked(values["working_hours"])
        except ValueError as error:
            faults["working_hours"] = [str(error)]
    mode = values.get("analytics_mode", "")
    if mode not in Region.AnalyticsMode.values:
        faults["analytics_mode"] = [
            f"“{mode}” is not a choice: {', '.join(filter(None, Region.AnalyticsMode.values))}."
        ]
    _too_long(faults, values, analytics_reason=300)
    if faults:
        raise InvalidError(fields=faults)
    return values


# --- departments ---------------------------------------------------------------------------------------------------


def add_department(*, actor: Actor, **fields: Unpack[DepartmentFields]) -> Department:
    """Add a department; ``code`` and ``name`` are required."""
    return _add(actor, Department(), _department_values(None, fields), "kernel.department.added")


def change_department(
    *, actor: Actor, department_id: int, version: int | None = None, **fields: Unpack[DepartmentFields]
) -> Department:
    """Change the given fields of a department; it cannot be put below itself."""
    department = get_department_for(actor, department_id)
    with transaction.atomic():
        values = _department_values(department, fields)
        return _change(actor, department, values, "kernel.department.changed", version)


def archive_department(*, actor: Actor, department_id: int) -> Department:
    """Hide a department from choices; refused while people or other departments belong to it."""
    department = get_department_for(actor, department_id)
    below = list(department.children.filter(archived_at__isnull=True).values_list("name", flat=True)[:3])
    if below:
        raise DomainError(
            f"{department.name} still has departments below it ({', '.join(below)}). Move or archive those first."
        )
    return _archive(actor, department, "kernel.department.archived", people=Q(department=department))


def restore_department(*, actor: Actor, department_id: int) -> Department:
    """Undo of `archive_department`."""
    return _restore(actor, get_department_for(actor, department_id), "kernel.department.restored")


def _department_values(department: Department | None, fields: DepartmentFields) -> dict[str, Any]:
    values: dict[str, Any] = dict(fields)
    faults = _unit_faults(Department, department, values)
    parent_id = values.get("parent_id")
    if parent_id is not None:
        parents: dict[int, int | None] = dict(Department.objects.values_list("pk", "parent_id"))
        if parent_id not in parents:
            faults["parent_id"] = ["This department no longer exists. Choose another one."]
        elif department is not None:
            above: int | None = parent_id
            while above is not None and above != department.pk:
                above = parents[above]
            if above is not None:
                faults["parent_id"] = [
                    f"{department.name} cannot be put below itself or below a department that it contains."
                ]
    if faults:
        raise InvalidError(fields=faults)
    return values


# --- brands --------------------------------------------------------------------------------------------------------


def add_brand(*, actor: Actor, **fields: Unpack[BrandFields]) -> Brand:
    """Add a brand; without ``colour`` it gets the palette's colour that is used least."""
    values = _brand_values(None, fields)
    if "colour" not in values:
        taken = list(Brand.objects.filter(archived_at__isnull=True).values_list("colour", flat=True))
        values["colour"] = min(range(BRAND_COLOURS), key=lambda index: (taken.count(index), index))
    return _add(actor, Brand(), values, "kernel.brand.added")


def change_brand(*, actor: Actor, brand_id: int, version: int | None = None, **fields: Unpack[BrandFields]) -> Brand:
    """Change the given fields of a brand."""
    brand = get_brand_for(actor, brand_id)
    return _change(actor, brand, _brand_values(brand, fields), "kernel.brand.changed", version)


def archive_brand(*, actor: Actor, brand_id: int) -> Brand:
    """Hide a brand from choices; people keep it in their records."""
    return _archive(actor, get_brand_for(actor, brand_id), "kernel.brand.archived", people=None)


def restore_brand(*, actor: Actor, brand_id: int) -> Brand:
    """Undo of `archive_brand`."""
    return _restore(actor, get_brand_for(actor, brand_id), "kernel.brand.restored")


def _brand_values(brand: Brand | None, fields: BrandFields) -> dict[str, Any]:
    values: dict[str, Any] = dict(fields)
    faults = _unit_faults(Brand, brand, values)
    colour = values.get("colour", 0)
    if not isinstance(colour, int) or not 0 <= colour < BRAND_COLOURS:
        faults["colour"] = [f"Choose one of the {BRAND_COLOURS} colours of the chart palette."]
    _too_long(faults, values, description=300)
    if faults:
        raise InvalidError(fields=faults)
    return values


# --- what the three have in common -----------------------------------------------------------------------------------


def _unit_faults(model: type[Model], present: Any, values: dict[str, Any]) -> dict[str, list[str]]:
    """Clean ``code`` and ``name`` in place; gives what is wrong with them."""
    faults: dict[str, list[str]] = {}
    for field in ("code", "name"):
        if field in values:
            values[field] = " ".join(str(values[field]).split())
        elif present is None:
            faults[field] = [f"A {field} is needed."]
    if "code" in values:
        code = values["code"]
        if not _CODE.fullmatch(code):
            faults["code"] = ["Use 1 to 20 letters, digits, hyphens or underscores, and begin with a letter or digit."]
        else:
            same = model._default_manager.filter(code__iexact=code)
            if present is not None:
                same = same.exclude(pk=present.pk)
            if other := same.first():
                faults["code"] = [f"The code {code} already belongs to {other}. Choose another one."]
    if "name" in values and not 1 <= len(values["name"]) <= 100:
        faults["name"] = ["Write a name of 1 to 100 characters."]
    return faults


def _too_long(faults: dict[str, list[str]], values: dict[str, Any], **limits: int) -> None:
    for field, limit in limits.items():
        if field in values:
            values[field] = str(values[field]).strip()
            if len(values[field]) > limit:
                faults[field] = [f"This has {len(values[field])} characters; {limit} fit."]


def _add(actor: Actor, thing: M, values: dict[str, Any], code: str) -> M:
    require(actor, _EDIT, seen_by=_SEE)
    for field, value in values.items():
        setattr(thing, field, value)
    try:
        with transaction.atomic():
            thing.save()
            audit.record(actor, code, thing, data={"code": thing.code})
    except IntegrityError as error:
        raise InvalidError(fields={"code": [f"The code {thing.code} was taken a moment ago."]}) from error
    return thing


def _change(actor: Actor, thing: M, values: dict[str, Any], code: str, version: int | None) -> M:
    require(actor, _EDIT, thing, seen_by=_SEE)
    changes = audit.changes_between({name: getattr(thing, name) for name in values}, values)
    for field, value in values.items():
        setattr(thing, field, value)
    if not changes:
        return thing
    try:
        with transaction.atomic():
            save_at_version(thing, changes, version=version)
            audit.record(actor, code, thing, data=changes)
    except IntegrityError as error:
        raise InvalidError(fields={"code": [f"The code {thing.code} was taken a moment ago."]}) from error
    return thing


def _archive(actor: Actor, thing: M, code: str, *, people: Q | None) -> M:
    require(actor, _EDIT, thing, seen_by=_SEE)
    if thing.archived_at is not None:
        return thing
    if people is not None:
        current = Q(left_on__isnull=True) | Q(left_on__gte=clock.today())
        count = Person.objects.filter(people & current).count()
        if count:
            who = "1 person still belongs" if count == 1 else f"{count:,} people still belong"
            raise DomainError(f"{who} to {thing.name}. Move them somewhere else first, then archive it.")
    thing.archived_at = clock.now()
    with transaction.atomic():
        save_at_version(thing, ["archived_at"], version=None)
        audit.record(actor, code, thing)
    return thing


def _restore(actor: Actor, thing: M, code: str) -> M:
    require(actor, _EDIT, thing, seen_by=_SEE)
    if thing.archived_at is None:
        return thing
    thing.archived_at = None
    with transaction.atomic():
        save_at_version(thing, ["archived_at"], version=None)
        audit.record(actor, code, thing)
    return thing
