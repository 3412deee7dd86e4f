"""The ids that the plan uses for people, regions, brands and channels of the database."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from fourleaf.engine.alignment.plan import Person
from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.kernel import public as kernel
from fourleaf.planning.public import person_keys

__all__ = ["Known", "slug", "unique"]


class Known:
    """Translates rows into ids of one plan. What the plan does not know has no id there.

    People whom the plan does not name yet, but whose region it has, get an id all the same; `people` holds those that
    were asked for, to be added, and `places` where they are kept.
    """

    def __init__(self, model: PlanModel, person_ids: Iterable[int] = ()) -> None:
        self._there = {person.id for person in model.people}
        regions = {region.id for region in model.regions}
        self._brands = {brand.id for brand in model.brands}
        self._channels = {channel.id for channel in model.channels}
        self._model = model
        self._region_codes = {pk: facts.code for pk, facts in kernel.regions().items() if facts.code in regions}
        self._brand_codes = {pk: facts.code for pk, facts in kernel.brands().items() if facts.code in self._brands}
        ids = set(person_ids)
        self._keys = person_keys(ids)
        self._facts = kernel.people_by_id(ids)
        self.people: dict[str, Person] = {}
        self.places: dict[str, tuple[str, int]] = {}

    def region(self, pk: int | None) -> str | None:
        """The plan's region, None if it has none like it."""
        return self._region_codes.get(pk or 0)

    def regions(self, pks: Iterable[int]) -> tuple[str, ...]:
        """Those that the plan has."""
        return tuple(code for pk in pks if (code := self.region(pk)))

    def brand(self, pk: int | None) -> str | None:
        """The plan's brand, None if it has none like it."""
        return self._brand_codes.get(pk or 0)

    def brands(self, pks: Iterable[int]) -> tuple[str, ...]:
        """Those that the plan has."""
        return tuple(code for pk in pks if (code := self.brand(pk)))

    def channel(self, code: str) -> str | None:
        """The plan's channel of this code."""
        return code if code in self._channels else None

    def channels(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Those that the plan has."""
        return tuple(code for code in codes if code in self._channels)

    def departments(self, pks: Iterable[int]) -> tuple[str, ...]:
        """Those that the plan has."""
        return tuple(code for pk in pks if (code := self._department_codes.get(pk)))

    @cached_property
    def _department_codes(self) -> dict[int, str]:
        there = {department.id for department in self._model.departments}
        return {pk: facts.code for pk, facts in kernel.departments().items() if facts.code in there}

    def person(self, pk: int | None) -> str | None:
        """The id of a person who works here; None for nobody, for leavers, and where the plan lacks their region."""
        key, facts = self._keys.get(pk or 0), self._facts.get(pk or 0)
        if key is None or facts is None or facts.left_on is not None:
            return None
        if key in self._there or key in self.people:
            return key
        region = self.region(facts.region_id)
        if region is None:
            return None
        self.people[key] = Person(id=key, role=facts.title or "Employee", region=region)
        self.places[f"people/{key}"] = ("person", facts.id)
        return key

    def persons(self, pks: Iterable[int]) -> tuple[str, ...]:
        """Those who have an id, each once."""
        return tuple(dict.fromkeys(key for pk in pks if (key := self.person(pk))))


def slug(text: str) -> str:
    """An id made of a name: letters, digits and hyphens."""
    made = "".join(char if char.isalnum() and char.isascii() else "-" for char in text.strip())
    return "-".join(part for part in made.split("-") if part)[:60] or "unnamed"


def unique(wanted: str, taken: set[str], number: int) -> str:
    """``wanted``, with the row's number if another has it already; it is taken afterwards."""
    key = wanted if wanted not in taken else f"{wanted}-{number}"
    taken.add(key)
    return key
