"""How many people hold at least a belt, by region and department, with small units suppressed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fourleaf.engine.training.ladder import BELTS, LADDER, at_least, rank
from fourleaf.kernel import clock, public
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.contracts import PersonFacts
from fourleaf.kernel.permissions import require
from fourleaf.training.contracts import Belt, BeltStanding
from fourleaf.training.selectors.standings import standings

__all__ = ["FEWEST", "BeltShare", "Coverage", "UnitCoverage", "coverage"]

#: Units with fewer people are not shown by themselves.
FEWEST: Final = 5


@dataclass(frozen=True)
class BeltShare:
    """How many of a unit hold at least a belt."""

    belt: Belt
    label: str
    holding: int


@dataclass(frozen=True)
class UnitCoverage:
    """A unit's people and belts. ``shares`` is None where the unit is too small, or where it would give a smaller one
    away."""

    id: int | None
    name: str
    people: int | None
    shares: tuple[BeltShare, ...] | None
    #: Whether at least two people hold the belt that was asked for; None where hidden.
    covered: bool | None


@dataclass(frozen=True)
class Coverage:
    """Everybody, by region and by department. ``belt`` is the one that "covered" asks for."""

    people: int
    shares: tuple[BeltShare, ...]
    belt: Belt
    regions: tuple[UnitCoverage, ...]
    departments: tuple[UnitCoverage, ...]
    suspended: int

    @property
    def reach(self) -> tuple[int, int]:
        """Departments with at least two people at the belt, of those shown."""
        shown = [unit for unit in self.departments if unit.covered is not None]
        return sum(bool(unit.covered) for unit in shown), len(shown)


def _shares(belts: Counter[str]) -> tuple[BeltShare, ...]:
    return tuple(
        BeltShare(belt, LADDER[belt].label, sum(n for held, n in belts.items() if at_least(held, belt)))
        for belt in BELTS[1:]
    )


def _hidden(sizes: Mapping[int | None, int]) -> set[int | None]:
    """Units under the threshold, and the next smallest while a hidden one could be worked out from the total."""
    hidden = {unit for unit, size in sizes.items() if size < FEWEST}
    rest = sorted((unit for unit in sizes if unit not in hidden), key=lambda unit: (sizes[unit], str(unit)))
    while hidden and rest and (len(hidden) == 1 or sum(sizes[unit] for unit in hidden) < FEWEST):
        hidden.add(rest.pop(0))
    return hidden


def _by_unit(
    people: list[PersonFacts],
    worth: Mapping[int, BeltStanding],
    names: Mapping[int, str],
    unit_of: Mapping[int, int | None],
    belt: str,
) -> tuple[UnitCoverage, ...]:
    belts: dict[int | None, Counter[str]] = defaultdict(Counter)
    for person in people:
        belts[unit_of[person.id]][worth[person.id].belt] += 1
    sizes = {unit: sum(counted.values()) for unit, counted in belts.items()}
    hidden = _hidden(sizes)
    rows = []
    for unit, counted in belts.items():
        name = names.get(unit, "") if unit is not None else "Without a unit"
        if unit in hidden:
            rows.append(UnitCoverage(unit, name, None, None, None))
            continue
        shares = _shares(counted)
        holding = next(share.holding for share in shares if share.belt == belt)
        rows.append(UnitCoverage(unit, name, sizes[unit], shares, holding >= 2))
    return tuple(sorted(rows, key=lambda row: row.name))


def coverage(actor: Actor, *, belt: Belt = "white") -> Coverage:
    """Belts today, by region and department. Counts only: nobody is named, and small units are not shown."""
    require(actor, "training.view_coverage")
    if rank(belt) < 1:
        belt = "white"
    people = public.people_now()
    worth = standings([person.id for person in people], on=clock.today())
    regions = {region.id: region.name for region in public.regions().values()}
    departments = {one.id: one.name for one in public.departments().values()}
    return Coverage(
        people=len(people),
        shares=_shares(Counter(worth[person.id].belt for person in people)) if len(people) >= FEWEST else (),
        belt=belt,
        regions=_by_unit(people, worth, regions, {p.id: p.region_id for p in people}, belt),
        departments=_by_unit(people, worth, departments, {p.id: p.department_id for p in people}, belt),
        suspended=sum(bool(worth[person.id].suspended) for person in people) if len(people) >= FEWEST else 0,
    )
