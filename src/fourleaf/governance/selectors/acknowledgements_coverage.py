"""Coverage: how many of those in scope have acknowledged, by region and department.

Counting is done by the database in groups (region x department); a policy whose versions are limited to brands or to
groups other than departments is counted here, in classes of people (`acknowledgements_people`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import numpy as np
from django.db.models import Count, Q, QuerySet

from fourleaf.engine.policies.duties import Ints, alike
from fourleaf.engine.policies.force import Question, select
from fourleaf.engine.survey.suppression import Cell, crossed_cells, publish
from fourleaf.governance.analytics import person_level_regions
from fourleaf.governance.contracts import AcknowledgementFacts
from fourleaf.governance.groups import department_groups
from fourleaf.governance.models import Acknowledgement
from fourleaf.governance.selectors.acknowledgements_people import given_by, roster
from fourleaf.governance.selectors.policies_force import Loaded, load
from fourleaf.kernel import clock
from fourleaf.kernel import public as organisation
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.models import Person
from fourleaf.kernel.permissions import require

__all__ = [
    "SMALLEST",
    "CoverageTable",
    "ShownCell",
    "UnitCell",
    "acknowledgement_facts",
    "cells",
    "coverage_of",
    "margin_of",
    "totals",
    "working",
]

#: Groups of fewer people are not shown.
SMALLEST: Final = 5


@dataclass(frozen=True)
class UnitCell:
    """People of a region and department in the scope of a version; either may be unknown."""

    version_id: int
    region_id: int | None
    department_id: int | None
    in_scope: int
    current: int


@dataclass(frozen=True)
class ShownCell:
    """A cell as it may be shown; both counts are None where it is hidden, and 0 where nobody is in scope.

    ``band`` is "low" or "high" where only so much may be said: at most, or all but, one person or 5 %. It is "hidden"
    where not even that may be said beside what the other cells show. ``current`` is None in both cases.
    """

    in_scope: int | None
    current: int | None
    band: Literal["", "low", "high", "hidden"] = ""

    @property
    def share(self) -> float | None:
        if not self.in_scope or self.current is None:
            return None
        return self.current / self.in_scope

    @property
    def band_words(self) -> str:
        """The band in words; "" where there is none."""
        if self.band not in ("low", "high") or self.in_scope is None:
            return ""
        if margin_of(self.in_scope) == 1:
            return "at most one" if self.band == "low" else "all, or all but one"
        return "5 % or fewer" if self.band == "low" else "95 % or more"


@dataclass(frozen=True)
class CoverageTable:
    """Regions in rows, departments in columns, both margins and the whole; small groups are hidden in all of it."""

    regions: tuple[tuple[int | None, str], ...]
    departments: tuple[tuple[int | None, str], ...]
    inner: Mapping[tuple[int | None, int | None], ShownCell]
    by_region: Mapping[int | None, ShownCell]
    by_department: Mapping[int | None, ShownCell]
    whole: ShownCell
    hidden: int


def _at_work(on: date, path: str = "") -> Q:
    begun = Q(**{f"{path}started_on__isnull": True}) | Q(**{f"{path}started_on__lte": on})
    return begun & (Q(**{f"{path}left_on__isnull": True}) | Q(**{f"{path}left_on__gte": on}))


def working(on: date) -> QuerySet[Person]:
    """Those who work here on a day."""
    return Person.objects.filter(_at_work(on))


def _needs_people(known: Iterable[Loaded]) -> bool:
    return any(
        one.standing.scope.brands or any(not code.startswith("department:") for code in one.standing.scope.groups)
        for one in known
    )


def cells(*, policy_ids: Iterable[int] | None = None, on: date | None = None) -> list[UnitCell]:
    """Counts for every version that is in force somewhere and has to be acknowledged. Five queries, or seven more."""
    day = on or clock.today()
    wanted = None if policy_ids is None else set(policy_ids)
    by_policy: dict[int, list[Loaded]] = defaultdict(list)
    for one in load():
        if wanted is None or one.policy_id in wanted:
            by_policy[one.policy_id].append(one)
    singly = {policy for policy, versions in by_policy.items() if _needs_people(versions)}
    found = _in_groups({key: value for key, value in by_policy.items() if key not in singly}, day)
    if singly:
        found += _one_by_one([one for policy in singly for one in by_policy[policy]], day)
    return found


def _in_groups(by_policy: Mapping[int, Sequence[Loaded]], day: date) -> list[UnitCell]:
    people = Counter(
        {
            (row[0], row[1]): row[2]
            for row in working(day).order_by().values_list("region_id", "department_id").annotate(n=Count("pk"))
        }
    )
    given: Counter[tuple[int, int, int | None, int | None]] = Counter()
    rows = Acknowledgement.objects.filter(_at_work(day, "person__"), policy_id__in=list(by_policy))
    for policy, major, region, department, n in (
        rows.order_by()
        .values_list("policy_id", "major", "person__region_id", "person__department_id")
        .annotate(n=Count("pk"))
    ):
        given[policy, major, region, department] = n
    groups = department_groups()
    found = []
    for policy, versions in by_policy.items():
        known = {one.version_id: one for one in versions}
        for (region, department), n in people.items():
            question = Question(region=region or 0, groups=groups.get(department or 0, frozenset()))
            for standing in select((one.standing for one in versions), question, day):
                loaded = known[standing.version]
                if loaded.acknowledged:
                    current = given[policy, loaded.major, region, department]
                    found.append(UnitCell(standing.version, region, department, n, current))
    return found


def _one_by_one(known: Sequence[Loaded], day: date) -> list[UnitCell]:
    people = roster(None, known, day)
    given = given_by(people, people.duties, day, told=False)
    units, firsts = alike([people.regions, people.departments])
    sums: dict[int, tuple[Ints, Ints]] = {}
    for duty in people.duties:
        in_scope, current = sums.get(duty.loaded.version_id, (0, 0))
        done = units[duty.at[given.of(duty) >= 0]]
        sums[duty.loaded.version_id] = (
            in_scope + np.bincount(units[duty.at], minlength=len(firsts)),
            current + np.bincount(done, minlength=len(firsts)),
        )
    places = list(zip(people.regions[firsts].tolist(), people.departments[firsts].tolist(), strict=True))
    return [
        UnitCell(version, region or None, department or None, n, current)
        for version, pair in sums.items()
        for (region, department), n, current in zip(places, pair[0].tolist(), pair[1].tolist(), strict=True)
        if n
    ]


def totals(found: Iterable[UnitCell]) -> dict[int, tuple[int, int]]:
    """Version id -> (in scope, acknowledged)."""
    sums: dict[int, tuple[int, int]] = {}
    for cell in found:
        n, current = sums.get(cell.version_id, (0, 0))
        sums[cell.version_id] = (n + cell.in_scope, current + cell.current)
    return sums


def acknowledgement_facts(*, on: date | None = None) -> list[AcknowledgementFacts]:
    """Coverage of each version in force by region; ``current`` is left out where fewer than five are in scope."""
    day = on or clock.today()
    loaded = {one.version_id: one.policy_id for one in load()}
    sums: dict[tuple[int, int | None], list[int]] = {}
    for cell in cells(on=day):
        pair = sums.setdefault((cell.version_id, cell.region_id), [0, 0])
        pair[0] += cell.in_scope
        pair[1] += cell.current
    return [
        AcknowledgementFacts(loaded[version], version, region, n, current if n >= SMALLEST else None, day)
        for (version, region), (n, current) in sums.items()
    ]


def margin_of(n: int) -> int:
    """How many people a figure must stay away from nobody and from everybody: one, or 5 % of the group."""
    return max(1, n // 20)


def _band(n: int, current: int) -> Literal["", "low", "high"]:
    return "low" if current <= margin_of(n) else "high" if n - current <= margin_of(n) else ""


def _range(n: int, current: int, *, shown: bool, band: str) -> tuple[int, int]:
    """What a reader knows of a group's count."""
    if shown and not band:
        return current, current
    if shown and band == "low":
        return 0, margin_of(n)
    return (n - margin_of(n), n) if shown and band == "high" else (0, n)


def _figures(
    table: Sequence[Cell], counts: Sequence[int], current: Sequence[int], free: Sequence[bool]
) -> dict[Hashable, ShownCell]:
    """What may be shown of each cell, as in the survey: small groups are hidden, and groups that are all alike too.

    That everybody or nobody of a group has acknowledged says so of each of them. Unless all of its people may be
    named (``free``, by atom), a group so near to either is given as a band only, and no other cell may be so exact
    that the rest follows from it.
    """
    n_of = {cell.key: sum(counts[at] for at in cell.atoms) for cell in table}
    current_of = {cell.key: sum(current[at] for at in cell.atoms) for cell in table}
    people = publish(table, counts, SMALLEST)
    bands: dict[Hashable, Literal["low", "high"]] = {}
    for cell in table:
        if n_of[cell.key] and not all(free[at] or not counts[at] for at in cell.atoms):
            band = _band(n_of[cell.key], current_of[cell.key])
            if band:
                bands[cell.key] = band
    exact = people
    if bands:
        secrets = [cell.atoms for cell in table if cell.key in bands]
        exact = publish(table, counts, SMALLEST, allowed=people.visible - bands.keys(), secrets=secrets)
    single = {cell.atoms[0]: cell.key for cell in table if len(cell.atoms) == 1 and cell.depth == 2}

    def told(at: int) -> tuple[int, int]:
        key = single[at]
        shown = key in exact.visible or (key in bands and key in people.visible)
        return _range(counts[at], current[at], shown=shown, band="" if key in exact.visible else bands.get(key, ""))

    found: dict[Hashable, ShownCell] = {}
    for cell in table:
        n, key = n_of[cell.key], cell.key
        ranges = [told(at) for at in cell.atoms if counts[at]]
        # A sum at the edge of what its parts can be would say which of them are at their edges.
        edges = {sum(low for low, _ in ranges), sum(high for _, high in ranges)}
        fixed = all(low == high for low, high in ranges)
        if n == 0:
            found[key] = ShownCell(0, 0)
        elif key not in people.visible:
            found[key] = ShownCell(None, None)
        elif key in bands:
            found[key] = ShownCell(n, None, bands[key])
        elif key not in exact.visible or (bands and not fixed and current_of[key] in edges):
            found[key] = ShownCell(n, None, "hidden")
        else:
            found[key] = ShownCell(n, current_of[key])
    return found


def coverage_of(
    actor: Actor, version_id: int, *, found: Iterable[UnitCell], named: Collection[int] | None = None
) -> CoverageTable:
    """The table of one version, made of `cells`, with what is hidden hidden so that nobody can work it out.

    ``named``: the regions whose people may be named, if the caller has asked already.
    """
    require(actor, "governance.view_coverage")
    mine = {(cell.region_id, cell.department_id): cell for cell in found if cell.version_id == version_id}
    region_names = {key: one.name for key, one in organisation.regions().items()}
    department_names = {key: one.name for key, one in organisation.departments().items()}
    rows = sorted({key[0] for key in mine}, key=lambda key: region_names.get(key or 0, "~"))
    columns = sorted({key[1] for key in mine}, key=lambda key: department_names.get(key or 0, "~"))
    if not mine:
        return CoverageTable((), (), {}, {}, {}, ShownCell(0, 0), 0)
    free = person_level_regions() if named is None else named
    atoms = [(row, column) for row in rows for column in columns]
    shown = _figures(
        crossed_cells(("region", [str(row) for row in rows]), ("department", [str(column) for column in columns])),
        [mine[at].in_scope if at in mine else 0 for at in atoms],
        [mine[at].current if at in mine else 0 for at in atoms],
        [row in free for row, _ in atoms],
    )
    inner = {at: shown[_key(*at)] for at in atoms}
    return CoverageTable(
        regions=tuple((row, region_names.get(row or 0, "No region")) for row in rows),
        departments=tuple((column, department_names.get(column or 0, "No department")) for column in columns),
        inner=inner,
        by_region={row: shown[(("region", str(row)),)] for row in rows},
        by_department={column: shown[(("department", str(column)),)] for column in columns},
        whole=shown[()],
        hidden=sum(cell.in_scope is None for cell in inner.values()),
    )


def _key(region: int | None, department: int | None) -> Hashable:
    return (("region", str(region)), ("department", str(department)))
