"""Departments, regions and brands that a file names and that are to be added with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django.conf import settings

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.models import Brand, Department, Region
from fourleaf.kernel.services.organisation import add_brand, add_department, add_region
from fourleaf.kernel.services.people_import.planning import Missing, Planned

__all__ = ["ADDABLE", "add_units", "replace_texts"]

#: Kinds of units that an import may add when asked to.
ADDABLE = ("departments", "regions", "brands")
#: kind -> text of the file, folded -> id
Ids = dict[str, dict[str, int]]


def add_units(actor: Actor, missing: Missing) -> tuple[dict[str, list[str]], Ids]:
    """Add what is missing: names by kind, and ids by text. New regions get the organisation's time zone."""
    ids: Ids = {"department_id": {}, "region_id": {}, "brands": {}}
    names: dict[str, list[str]] = {}
    taken = {code.casefold() for code in Department.objects.values_list("code", flat=True)}
    for text in _once(missing.departments):
        unit = add_department(actor=actor, code=_code(text, taken), name=text[:100])
        ids["department_id"][text.casefold()] = unit.pk
        names.setdefault("departments", []).append(unit.name)
    taken = {code.casefold() for code in Region.objects.values_list("code", flat=True)}
    for text in _once(missing.regions):
        region = add_region(actor=actor, code=_code(text, taken), name=text[:100], time_zone=settings.TIME_ZONE)
        ids["region_id"][text.casefold()] = region.pk
        names.setdefault("regions", []).append(region.name)
    taken = {code.casefold() for code in Brand.objects.values_list("code", flat=True)}
    for text in _once(missing.brands):
        brand = add_brand(actor=actor, code=_code(text, taken), name=text[:100])
        ids["brands"][text.casefold()] = brand.pk
        names.setdefault("brands", []).append(brand.name)
    return names, ids


def _once(texts: Iterable[str]) -> list[str]:
    """Each text once whatever its case, in the order of the alphabet, so that two runs add alike."""
    seen: dict[str, str] = {}
    for text in texts:
        seen.setdefault(text.casefold(), text)
    return [seen[key] for key in sorted(seen)]


def _code(text: str, taken: set[str]) -> str:
    """The text itself where it can be a code, else its letters; a number behind it where that is taken."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    base = re.sub(r"[^A-Za-z0-9_-]+", "-", plain).strip("-_")[:20].rstrip("-_") or "unit"
    code, number = base, 2
    while code.casefold() in taken:
        code = f"{base[: 20 - len(str(number)) - 1]}-{number}"
        number += 1
    taken.add(code.casefold())
    return code


def replace_texts(planned: Planned, ids: Ids) -> None:
    """Put ids where the plan had the texts of units that were not there yet."""

    def swap(name: str, value: Any) -> Any:
        if name == "brands" and isinstance(value, list):
            return [ids[name][item.casefold()] if isinstance(item, str) else item for item in value]
        if name in ("department_id", "region_id") and isinstance(value, str):
            return ids[name][value.casefold()]
        return value

    planned.values = {name: swap(name, value) for name, value in planned.values.items()}
    planned.changes = {name: [before, swap(name, after)] for name, (before, after) in planned.changes.items()}
