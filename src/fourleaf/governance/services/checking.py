"""What the services of gaps, registers and bodies check alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Model

from fourleaf.kernel import clock
from fourleaf.kernel.errors import InvalidError
from fourleaf.kernel.models import Brand, Person, Region

__all__ = [
    "LONG",
    "check_link",
    "check_texts",
    "known_brand",
    "known_person",
    "known_region",
    "raise_faults",
    "take_over",
]

#: Characters of a text that people write freely.
LONG = 5_000
Faults = dict[str, list[str]]


def check_texts(
    faults: Faults, values: dict[str, Any], limits: Mapping[str, int], needed: Collection[str] = ()
) -> None:
    """Strip the texts in place, and note those that are too long or missing."""
    for field, limit in limits.items():
        if field not in values:
            continue
        values[field] = str(values[field] or "").strip()
        if len(values[field]) > limit:
            faults[field] = [f"This has {len(values[field])} characters; {limit} fit."]
        elif field in needed and not values[field]:
            faults[field] = ["Write something here."]


def check_link(faults: Faults, field: str, link: str) -> None:
    """An address must be one of the web."""
    if link and (urlsplit(link).scheme not in ("http", "https") or len(link) > 500):
        faults[field] = ["Give an address that begins with https:// or http://."]


def known_person(faults: Faults, field: str, person_id: int | None, *, present: bool = True) -> None:
    """Whoever is named must exist and, where ``present``, still work here."""
    if person_id is None:
        return
    person = Person.objects.filter(pk=person_id).first()
    if person is None or (present and person.has_left(clock.today())):
        faults[field] = ["This person does not work here any more. Choose somebody else."]


def known_region(faults: Faults, field: str, region_id: int | None) -> None:
    """The region must exist."""
    if region_id is not None and not Region.objects.filter(pk=region_id).exists():
        faults[field] = ["This region no longer exists. Choose another one."]


def known_brand(faults: Faults, field: str, brand_id: int | None) -> None:
    """The brand must exist."""
    if brand_id is not None and not Brand.objects.filter(pk=brand_id).exists():
        faults[field] = ["This brand no longer exists. Choose another one."]


def take_over(known: Model, values: Mapping[str, Any]) -> list[str]:
    """Set the values that differ, and give the names of their fields."""
    changed = sorted(name for name, value in values.items() if getattr(known, name) != value)
    for name in changed:
        setattr(known, name, values[name])
    return changed


def raise_faults(faults: Faults) -> None:
    """`InvalidError` if there are any."""
    if faults:
        raise InvalidError(fields=faults)
