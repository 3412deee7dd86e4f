"""People in columns, the versions that apply to them, and what they have acknowledged.

A fixed handful of queries, however many people; scopes are matched once for each class, never for each person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from django.db.models import DateField, QuerySet
from django.db.models.functions import Cast

from fourleaf.engine.policies import duties as engine
from fourleaf.engine.policies.duties import NO_DAY, Flags, Ints, alike, joint, ordinals, places
from fourleaf.engine.policies.force import Question
from fourleaf.governance.groups import RESOLVERS, department_groups
from fourleaf.governance.models import Acknowledgement
from fourleaf.governance.selectors.policies_force import Loaded
from fourleaf.kernel import clock
from fourleaf.kernel import public as organisation
from fourleaf.kernel.models import Person

__all__ = ["PEOPLE_AT_ONCE", "Duty", "Given", "Roster", "given_by", "roster"]

#: Ids in one query; below the limits of both databases. Whoever asks about more gets them from all rows.
PEOPLE_AT_ONCE: Final = 5_000
_PIECE: Final = 5_000
_STILL_HERE: Final = date.max.toordinal()


@dataclass(frozen=True)
class Duty:
    """A version that applies to these people on this day, and the first day on which its major version did.

    ``at`` are their places in the roster.
    """

    loaded: Loaded
    since: date
    day: date
    at: Ints


@dataclass(frozen=True)
class Roster:
    """People by id, in columns; 0 for no region, department or first day. Who is not at work has no duties.

    The duties come in the order of the versions.
    """

    ids: Ints
    regions: Ints
    departments: Ints
    started: Ints
    duties: tuple[Duty, ...]
    #: Whether queries name the ids, or read all rows: long lists are slow, and limited, in SQL.
    listed: bool


def _columns(rows: QuerySet[Any], *names: str) -> list[list[Any]]:
    """Piece by piece, so that not all rows are objects at once."""
    found: list[list[Any]] = [[] for _ in names]
    wanted = rows.values_list(*names).iterator(chunk_size=_PIECE)
    while piece := list(islice(wanted, _PIECE)):
        for column, values in zip(found, zip(*piece, strict=True), strict=True):
            column.extend(values)
    return found


def _ids(values: Sequence[int | None]) -> Ints:
    """Ids as a column, 0 for none."""
    column: Ints = pa.array(values, pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    return column


def roster(person_ids: Collection[int] | None, known: Sequence[Loaded], on: date | None) -> Roster:
    """These people (None: all) with what applies to each on a day, by default on the present day of their region."""
    rows = Person.objects.order_by("pk")
    listed = person_ids is not None and len(person_ids) <= PEOPLE_AT_ONCE
    if person_ids is not None and listed:
        rows = rows.filter(pk__in=list(person_ids))
    raw = _columns(rows, "pk", "region_id", "department_id", "started_on", "left_on")
    ids, regions, departments = (_ids(column) for column in raw[:3])
    started, left = ordinals(raw[3]), ordinals(raw[4], _STILL_HERE)
    if person_ids is not None and not listed:
        kept = np.isin(ids, np.fromiter(person_ids, np.int64))
        ids, regions, departments, started, left = (
            column[kept] for column in (ids, regions, departments, started, left)
        )
    days = _days(regions, on)
    people = Roster(ids, regions, departments, started, (), listed)
    here = np.flatnonzero((left >= days) & (started <= days))
    if not len(here):
        return people
    return replace(people, duties=tuple(_duties(people, known, days, on or clock.today(), here)))


def _days(regions: Ints, on: date | None) -> Ints:
    """The day that is asked about, for each person: the given one, or the present one of their region."""
    if on is not None:
        return np.full(len(regions), on.toordinal(), np.int64)
    zones = {key: one.time_zone for key, one in organisation.regions().items()}
    here, place = np.unique(regions, return_inverse=True)
    present = [clock.today(ZoneInfo(zones[key]) if key in zones else None) for key in here.tolist()]
    return np.array([day.toordinal() for day in present], np.int64)[place]


def _duties(people: Roster, known: Sequence[Loaded], days: Ints, home: date, here: Ints) -> Iterator[Duty]:
    """Of those at these places. Scopes are matched for each class of people whom no scope tells apart."""
    named = {key for one in known for key in one.standing.scope.regions}
    # Region 0 stands for all regions that no scope names, and for none: only versions without a limit cover it.
    regions = np.where(np.isin(people.regions, list(named)), people.regions, 0)
    groups = sorted({code for one in known for code in one.standing.scope.groups})
    brands = sorted({key for one in known for key in one.standing.scope.brands})
    marks = np.hstack((_in_groups(people, groups, home), _with_brands(people, brands)))
    classes, firsts = alike([column[here] for column in (days, regions, *joint(marks))])
    members = np.split(here[np.argsort(classes, kind="stable")], np.cumsum(np.bincount(classes))[:-1])
    standings, asked = [one.standing for one in known], {one.version_id for one in known if one.acknowledged}
    shared: dict[tuple[int, date, date], list[Ints]] = {}
    for first, at in zip(here[firsts].tolist(), members, strict=True):
        belongs = np.flatnonzero(marks[first]).tolist()
        question = Question(
            region=int(regions[first]),
            groups=frozenset(groups[column] for column in belongs if column < len(groups)),
            brands=frozenset(brands[column - len(groups)] for column in belongs if column >= len(groups)),
        )
        day = date.fromordinal(int(days[first]))
        for duty in engine.duties(standings, asked, question, day):
            shared.setdefault((duty.standing.version, duty.since, day), []).append(at)
    versions = {one.version_id: place for place, one in enumerate(known)}
    for (version, since, day), parts in sorted(shared.items(), key=lambda item: (versions[item[0][0]], item[0][1:])):
        yield Duty(known[versions[version]], since, day, np.concatenate(parts))


def _in_groups(people: Roster, groups: Sequence[str], on: date) -> Flags:
    """Who belongs to which of these groups: people x groups."""
    marks = np.zeros((len(people.ids), len(groups)), np.bool_)
    kinds = {code.partition(":")[0] for code in groups}
    if "department" in kinds:
        above = department_groups()
        units, place = np.unique(people.departments, return_inverse=True)
        nothing: frozenset[str] = frozenset()
        held = [[code in above.get(unit, nothing) for code in groups] for unit in units.tolist()]
        marks |= np.array(held, np.bool_)[place]
    for kind in sorted(kinds & RESOLVERS.keys()):
        found = RESOLVERS[kind](people.ids.tolist(), on)
        for column, code in enumerate(groups):
            if code.startswith(f"{kind}:"):
                _mark(marks, people.ids, [person for person, codes in found.items() if code in codes], column)
    return marks


def _with_brands(people: Roster, brands: Sequence[int]) -> Flags:
    """Who works for which of these brands: people x brands. No query without any."""
    marks = np.zeros((len(people.ids), len(brands)), np.bool_)
    if brands:
        links = Person.brands.through.objects.filter(brand_id__in=brands).order_by()
        if people.listed:
            links = links.filter(person_id__in=people.ids.tolist())
        held: dict[int, list[int]] = {}
        for person, brand in links.values_list("person_id", "brand_id"):
            held.setdefault(brand, []).append(person)
        for column, brand in enumerate(brands):
            _mark(marks, people.ids, held.get(brand, ()), column)
    return marks


def _mark(marks: Flags, ids: Ints, people: Sequence[int], column: int) -> None:
    at, there = places(ids, np.array(people, np.int64))
    marks[at[there], column] = True


@dataclass(frozen=True)
class Given:
    """What people have acknowledged: for each major version and each place of the roster a row, -1 for none.

    ``days`` (of the acknowledgement, in UTC) and ``languages`` (numbers of ``names``) end with an entry for "none", to
    which row -1 leads.
    """

    pairs: Mapping[tuple[int, int], int]
    rows: Ints
    days: Ints
    languages: Ints
    names: tuple[str, ...]

    def of(self, duty: Duty) -> Ints:
        """The row of each of those who have the duty."""
        found: Ints = self.rows[self.pairs[duty.loaded.policy_id, duty.loaded.major], duty.at]
        return found


def given_by(people: Roster, wanted: Iterable[Duty], on: date | None, *, told: bool = True) -> Given:
    """What these people have acknowledged of these duties by a day (or at all). One query, or none without duties.

    ``told``: with the day and the language of each; without, there is only whether.
    """
    numbers = sorted({(duty.loaded.policy_id, duty.loaded.major) for duty in wanted})
    pairs = {pair: place for place, pair in enumerate(numbers)}
    table = np.full((len(pairs), len(people.ids)), -1, np.int64)
    nothing = Given(pairs, table, np.full(1, NO_DAY, np.int64), np.full(1, -1, np.int64), ())
    if not pairs or not len(people.ids):
        return nothing
    policies, majors = (sorted(set(column)) for column in zip(*numbers, strict=True))
    rows = Acknowledgement.objects.filter(policy_id__in=policies, major__in=majors).order_by()
    if people.listed:
        rows = rows.filter(person_id__in=people.ids.tolist())
    if on is not None and on < date.max:
        rows = rows.filter(at__lt=datetime.combine(on + timedelta(days=1), time.min, UTC))
    if told:  # the database makes days of times much faster
        rows = rows.annotate(day=Cast("at", DateField()))
    raw = _columns(rows, "person_id", "policy_id", "major", *(("language", "day") if told else ()))
    person, policy, major = (_ids(column) for column in raw[:3])
    # A major version is a small number: it fits beside the policy.
    pair, known = places(_packed(*np.array(numbers, np.int64).T), _packed(policy, major))
    at, there = places(people.ids, person)
    counted = np.flatnonzero(known & there)
    table[pair[counted], at[counted]] = counted
    if not told:
        return nothing
    language = pa.array(raw[3], pa.string()).dictionary_encode()
    return Given(
        pairs,
        table,
        np.append(ordinals(raw[4]), NO_DAY),
        np.append(language.indices.to_numpy(zero_copy_only=False).astype(np.int64), -1),
        tuple(map(str, language.dictionary.to_pylist())),
    )


def _packed(policy: Ints, major: Ints) -> Ints:
    return policy * (1 << 16) + major
