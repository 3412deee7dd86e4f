"""Who has to acknowledge what, by when, and which rights rest meanwhile. Set queries; people are never asked singly."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from fourleaf.engine.policies.force import Question, select
from fourleaf.governance.contracts import DUE_DAYS, Obligation
from fourleaf.governance.groups import groups_of
from fourleaf.governance.models import Acknowledgement
from fourleaf.governance.selectors.policies_force import Loaded, load
from fourleaf.kernel import clock
from fourleaf.kernel import public as organisation
from fourleaf.kernel.models import Person

__all__ = ["DUE", "GRACE", "PEOPLE_AT_ONCE", "applying", "obligations", "owed", "reader_of", "suspended_rights"]

#: Time to acknowledge, from the day a major version begins or somebody joins; then the grace until rights rest.
DUE: Final = timedelta(days=DUE_DAYS)
GRACE: Final = timedelta(days=14)
#: Ids in one query; below the limits of both databases.
PEOPLE_AT_ONCE: Final = 5_000


@dataclass(frozen=True)
class Reader:
    """A person as far as scopes ask."""

    region_id: int
    groups: frozenset[str]
    brands: frozenset[int]

    @property
    def question(self) -> Question:
        return Question(region=self.region_id, groups=self.groups, brands=self.brands)


@dataclass(frozen=True)
class Duty:
    """A version that applies to a kind of reader, and the first day on which this major version did."""

    loaded: Loaded
    since: date


def applying(known: Sequence[Loaded], reader: Reader, on: date) -> list[Duty]:
    """What a reader has to acknowledge on a day, without knowing who they are."""
    asked = [one for one in known if one.acknowledged]
    by_id = {one.version_id: one for one in known}
    chosen = select((one.standing for one in known), reader.question, on)
    wanted = {one.version_id for one in asked}
    duties = []
    for standing in chosen:
        if standing.version not in wanted:
            continue
        loaded = by_id[standing.version]
        began = [
            one.standing.effective_on
            for one in asked
            if one.policy_id == standing.policy
            and one.major == loaded.major
            and one.standing.effective_on is not None
            and one.standing.effective_on <= on
            and reader.region_id in (one.standing.scope.regions or {reader.region_id})
        ]
        duties.append(Duty(loaded, min(began)))
    return duties


def _chunks(ids: Collection[int]) -> Iterator[list[int]]:
    wanted = list(dict.fromkeys(ids))
    for start in range(0, len(wanted), PEOPLE_AT_ONCE):
        yield wanted[start : start + PEOPLE_AT_ONCE]


class _Days:
    """The day that is asked about: the given one, or the present one of each region."""

    def __init__(self, on: date | None) -> None:
        self.on = on
        self.home = on or clock.today()
        self._by_region: dict[int, date] = {}
        if on is None:
            zones = organisation.regions()
            self._by_region = {key: clock.today(ZoneInfo(one.time_zone)) for key, one in zones.items()}

    def of(self, region_id: int) -> date:
        return self._by_region.get(region_id, self.home)


def _readers(
    rows: Sequence[tuple[int, int | None, int | None, date | None]], known: Sequence[Loaded], on: date
) -> dict[int, Reader]:
    groups = groups_of(
        {row[0]: row[2] for row in rows}, on, wanted={code for one in known for code in one.standing.scope.groups}
    )
    brands: dict[int, set[int]] = {}
    if any(one.standing.scope.brands for one in known):
        links = Person.brands.through.objects.filter(person_id__in=[row[0] for row in rows])
        for person_id, brand_id in links.values_list("person_id", "brand_id"):
            brands.setdefault(person_id, set()).add(brand_id)
    nobody: frozenset[str] = frozenset()
    # Region 0 stands for "in no region": only versions without a limit to regions cover it.
    return {row[0]: Reader(row[1] or 0, groups.get(row[0], nobody), frozenset(brands.get(row[0], ()))) for row in rows}


def reader_of(person_id: int, on: date) -> Reader | None:
    """One person as scopes see them; None for somebody unknown."""
    rows = list(Person.objects.filter(pk=person_id).values_list("pk", "region_id", "department_id", "started_on"))
    return _readers(rows, load(), on).get(person_id)


def _state(on: date, due: date, grace: date) -> Literal["open", "overdue", "suspended"]:
    return "open" if on <= due else "overdue" if on <= grace else "suspended"


def obligations(
    person_ids: Collection[int], *, on: date | None = None, policy_id: int | None = None
) -> dict[int, list[Obligation]]:
    """What each person has to acknowledge or has acknowledged; nobody who has left, or starts later, owes anything.

    About six queries for each 5,000 people. ``due_on`` is 30 days after the major version began where they are, or
    after their first day; rights rest when ``grace_until`` (14 days more) is over.
    """
    found = owed(person_ids, on, policy_id=policy_id)
    return {person: [_obligation(*one) for one in items] for person, items in found.items()}


def _obligation(duty: Duty, day: date, started: date | None, given: tuple[str, date] | None) -> Obligation:
    due = max(duty.since, started or duty.since) + DUE
    loaded = duty.loaded
    language = given[0] if given else loaded.language
    return Obligation(
        policy_id=loaded.policy_id,
        kind=loaded.kind,
        title=loaded.titles.get(language) or loaded.title,
        major=loaded.major,
        language=language,
        due_on=due,
        grace_until=due + GRACE,
        acknowledged_on=given[1] if given else None,
        state="done" if given else _state(day, due, due + GRACE),
        version_id=loaded.version_id,
    )


_Owed = tuple[Duty, date, date | None, tuple[str, date] | None]


def owed(person_ids: Collection[int], on: date | None, *, policy_id: int | None = None) -> dict[int, list[_Owed]]:
    """For each person: the duty, their day, their first day at work, and language and day of what they gave."""
    known = load(policy_id=policy_id)
    days = _Days(on)
    found: dict[int, list[_Owed]] = {}
    shared: dict[Reader, list[Duty]] = {}
    for ids in _chunks(person_ids):
        rows = list(
            Person.objects.filter(pk__in=ids)
            .order_by()
            .values_list("pk", "region_id", "department_id", "started_on", "left_on")
        )
        readers = _readers([row[:4] for row in rows], known, days.home)
        given: dict[tuple[int, int, int], tuple[str, date]] = {}
        stored = Acknowledgement.objects.filter(person_id__in=ids).order_by()
        if policy_id is not None:
            stored = stored.filter(policy_id=policy_id)
        for person, policy, major, language, at in stored.values_list(
            "person_id", "policy_id", "major", "language", "at"
        ):
            if on is None or at.date() <= on:
                given[person, policy, major] = (language, at.date())
        for person, region, _, started, left in rows:
            day = days.of(region or 0)
            if (left is not None and left < day) or (started is not None and started > day):
                found[person] = []
                continue
            reader = readers[person]
            if reader not in shared:
                shared[reader] = applying(known, reader, day)
            found[person] = [
                (duty, day, started, given.get((person, duty.loaded.policy_id, duty.loaded.major)))
                for duty in shared[reader]
            ]
    return found


def suspended_rights(person_ids: Collection[int], *, on: date | None = None) -> dict[int, frozenset[str]]:
    """The rights that rest, for those who have any resting: acknowledgements overdue beyond the grace."""
    found: dict[int, frozenset[str]] = {}
    for person, items in owed(person_ids, on).items():
        resting: set[str] = set()
        for duty, day, started, given in items:
            since = max(duty.since, started or duty.since)
            if given is None and day > since + DUE + GRACE:
                resting.update(duty.loaded.rights)
        if resting:
            found[person] = frozenset(resting)
    return found
