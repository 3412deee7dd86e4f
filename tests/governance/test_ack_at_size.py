"""What everybody owes, found out for classes of people at once: the same as person by person, in a few queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fourleaf.engine.policies.force import Question, select
from fourleaf.governance.contracts import Obligation
from fourleaf.governance.groups import RESOLVERS, register
from fourleaf.governance.models import Acknowledgement, Policy, PolicyText, PolicyVersion
from fourleaf.governance.public import acknowledgement_facts, obligations, suspended_rights
from fourleaf.governance.selectors import acknowledgements_people
from fourleaf.governance.selectors.acknowledgements import still_open
from fourleaf.governance.selectors.acknowledgements_coverage import cells, totals
from fourleaf.governance.selectors.acknowledgements_notices import notices
from fourleaf.governance.selectors.policies_force import Loaded, load
from fourleaf.kernel import clock
from fourleaf.kernel.models import Department, Person

pytestmark = pytest.mark.django_db
#: Late enough in UTC that Berlin has the next day, and the south not.
AT = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
TODAY = AT.date()
_WORLD = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture
def units(organisation: Any) -> Iterator[list[Department | None]]:
    """A department below another, one beside them, none; and a kind of groups that others know."""
    register("rank", lambda ids, on: {person: frozenset({f"rank:{person % 3}"}) for person in ids if person % 3})
    shop = Department.objects.create(code="SHP", name="Shop", parent=organisation.service)
    yield [organisation.service, shop, organisation.legal, None]
    RESOLVERS.pop("rank")


def some_of(*values: Any) -> st.SearchStrategy[list[Any]]:
    """Mostly nothing, which stands for all."""
    return st.one_of(st.just([]), st.lists(st.sampled_from(values), unique=True, max_size=2))


def days(low: int, high: int) -> st.SearchStrategy[date]:
    return st.integers(low, high).map(lambda ago: TODAY + timedelta(days=ago))


def put_people(data: st.DataObject, organisation: Any, units: list[Any]) -> list[Person]:
    """Up to twelve, some of whom have left, start later, or are in no region or department."""
    people = []
    for _ in range(data.draw(st.integers(1, 12))):
        started = data.draw(st.none() | st.sampled_from([TODAY, TODAY + timedelta(days=1)]) | days(-70, -20))
        left = data.draw(st.none() | st.sampled_from([TODAY, TODAY - timedelta(days=1)]))
        if left and started and left < started:
            left = None
        region = data.draw(st.sampled_from([organisation.north, organisation.south, None]))
        unit = data.draw(st.sampled_from(units))
        person = Person(name="P", region=region, department=unit, started_on=started, left_on=left)
        person.created_at = person.changed_at = AT
        people.append(person)
    people = Person.objects.bulk_create(people)
    for person in people:
        person.brands.set(data.draw(some_of(organisation.ember, organisation.loom)))
    return people


def put_policies(data: st.DataObject, organisation: Any) -> list[PolicyVersion]:
    """Up to three policies with up to four versions each, of all states, scopes and majors."""
    rows, texts = [], []
    for place in range(data.draw(st.integers(1, 3))):
        policy = Policy.objects.create(kind="other", title=f"Policy {place}", created_at=AT, created_by="the test")
        numbers = st.tuples(st.integers(1, 2), st.integers(0, 1), st.just(0))
        for number in data.draw(st.lists(numbers, unique=True, min_size=1, max_size=4)):
            begins = data.draw(days(-60, 2))
            over = data.draw(st.booleans() | st.just(False))
            rows.append(
                PolicyVersion(
                    policy=policy, major=number[0], minor=number[1], patch=number[2], created_at=AT, changed_at=AT,
                    state=data.draw(st.sampled_from(["in_force", "in_force", "scheduled", "superseded", "approved"])),
                    effective_on=begins,
                    ended_on=begins + timedelta(days=data.draw(st.integers(0, 60))) if over else None,
                    region_ids=data.draw(some_of(organisation.north.pk, organisation.south.pk)),
                    brand_ids=data.draw(some_of(organisation.ember.pk, organisation.loom.pk)),
                    groups=data.draw(some_of("department:CSV", "department:SHP", "rank:1")),
                    acknowledged=data.draw(st.sampled_from([True, True, False])),
                    rights=data.draw(some_of("reply", "crisis")),
                )
            )  # fmt: skip
    rows = PolicyVersion.objects.bulk_create(rows)
    for row in rows:
        for language in data.draw(some_of("en", "de")):
            texts.append(PolicyText(version=row, language=language, title=f"{row} {language}", body="## A"))
    PolicyText.objects.bulk_create(texts)
    return rows


def put_world(data: st.DataObject, organisation: Any, units: list[Any]) -> list[Person]:
    people, versions = put_people(data, organisation, units), put_policies(data, organisation)
    stored = {}
    for _ in range(data.draw(st.integers(0, 20))):
        person, version = data.draw(st.sampled_from(people)), data.draw(st.sampled_from(versions))
        stored[person.pk, version.policy_id, version.major] = Acknowledgement(
            person=person, policy_id=version.policy_id, major=version.major, version=version, text_hash="x",
            language=data.draw(st.sampled_from(["en", "de", "fr"])),
            at=AT - timedelta(hours=data.draw(st.integers(-2, 60 * 24))),
        )  # fmt: skip
    Acknowledgement.objects.bulk_create(stored.values())
    return people


class Plain:
    """The rules for one person, as the domain says them."""

    def __init__(self, person: Person, known: Sequence[Loaded], on: date | None) -> None:
        zone = ZoneInfo(person.region.time_zone) if person.region else None
        self.person, self.known, self.on = person, known, on
        self.day = on or clock.today(zone)
        self.duties = self._duties()

    def _duties(self) -> list[tuple[Any, date, Acknowledgement | None]]:
        """(version, due day, acknowledgement)."""
        person, day = self.person, self.day
        if (person.left_on and person.left_on < day) or (person.started_on and person.started_on > day):
            return []
        groups, unit = {f"rank:{person.pk % 3}"} - {"rank:0"}, person.department
        while unit is not None:
            groups.add(f"department:{unit.code}")
            unit = unit.parent
        brands = frozenset(person.brands.values_list("pk", flat=True))
        question = Question(region=person.region_id or 0, groups=frozenset(groups), brands=brands)
        known = self.known
        chosen = {one.version for one in select((one.standing for one in known), question, day)}
        found = []
        for one in known:
            if one.version_id not in chosen or not one.acknowledged:
                continue
            began = min(
                row.standing.effective_on or date.max
                for row in known
                if (row.policy_id, row.major, row.acknowledged) == (one.policy_id, one.major, True)
                and (not row.standing.scope.regions or question.region in row.standing.scope.regions)
            )
            stored = Acknowledgement.objects.filter(person=person, policy_id=one.policy_id, major=one.major).first()
            if stored and self.on and stored.at.date() > self.on:
                stored = None
            found.append((one, max(began, person.started_on or began) + timedelta(days=30), stored))
        return found

    def obligations(self) -> list[Obligation]:
        made = []
        for one, due, stored in self.duties:
            grace = due + timedelta(days=14)
            late = "open" if self.day <= due else "overdue" if self.day <= grace else "suspended"
            language = stored.language if stored else one.language
            made.append(
                Obligation(
                    one.policy_id, one.kind, one.titles.get(language) or one.title, one.major, language, due, grace,
                    stored.at.date() if stored else None, "done" if stored else late, one.version_id,  # type: ignore[arg-type]  # one of its words
                )
            )  # fmt: skip
        return made

    def rights(self) -> frozenset[str]:
        rest = [one.rights for one, due, stored in self.duties if not stored and self.day > due + timedelta(days=14)]
        return frozenset(right for rights in rest for right in rights)

    def told(self) -> list[int]:
        """Versions of which the person has a notice."""
        found = []
        for one, _, stored in self.duties:
            _major, minor, _patch = one.standing.number
            same = [
                row
                for row in self.known
                if (row.policy_id, row.standing.number[:2]) == (one.policy_id, one.standing.number[:2])
            ]
            since = min(row.standing.effective_on or date.max for row in same)
            if minor and stored and stored.at.date() < since <= self.day < since + timedelta(days=14):
                found.append(one.version_id)
        return found


@_WORLD
@given(data=st.data(), on=st.none() | days(-3, 3))
def test_it_is_the_same_as_person_by_person(organisation: Any, units: list[Any], data: Any, on: date | None) -> None:
    with transaction.atomic(), clock.frozen(AT):
        people = put_world(data, organisation, units)
        known = load()
        plain = {person.pk: Plain(person, known, on) for person in people}
        ids = list(plain)
        owed = {key: one.obligations() for key, one in plain.items()}
        assert obligations(ids, on=on) == owed
        left = {key: [one for one in found if one.state != "done"] for key, found in owed.items()}
        assert still_open(ids, on=on) == {key: found for key, found in left.items() if found}
        assert suspended_rights(ids, on=on) == {key: rights for key, one in plain.items() if (rights := one.rights())}
        told = {person: [one.version_id for one in found] for person, found in notices(ids, on=on).items()}
        assert told == {key: versions for key, one in plain.items() if (versions := one.told())}
        transaction.set_rollback(True)


@_WORLD
@given(data=st.data())
def test_coverage_counts_what_person_by_person_is_owed(organisation: Any, units: list[Any], data: Any) -> None:
    with transaction.atomic(), clock.frozen(AT):
        people = put_world(data, organisation, units)
        Acknowledgement.objects.filter(at__gt=AT).delete()
        on = TODAY
        in_scope: Counter[tuple[int, int | None, int | None]] = Counter()
        current: Counter[tuple[int, int | None, int | None]] = Counter()
        known = load()
        for person in people:
            for one, _, stored in Plain(person, known, on).duties:
                key = one.version_id, person.region_id, person.department_id
                in_scope[key] += 1
                current[key] += stored is not None
        found = cells(on=on)
        counted = {(one.version_id, one.region_id, one.department_id): (one.in_scope, one.current) for one in found}
        assert len(counted) == len(found)
        assert counted == {key: (n, current[key]) for key, n in in_scope.items()}
        transaction.set_rollback(True)


def count(work: Any) -> int:
    with CaptureQueriesContext(connection) as made:
        work()
    return len(made)


def test_ten_times_the_people_are_no_query_more(
    organisation: Any, units: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also beyond the number of ids that one query may hold."""
    monkeypatch.setattr(acknowledgements_people, "PEOPLE_AT_ONCE", 50)
    policy = Policy.objects.create(kind="P-SM", title="Policy", created_at=AT, created_by="the test")
    for scope in ({"major": 1}, {"major": 2, "brand_ids": [organisation.ember.pk]}, {"major": 3, "groups": ["rank:1"]}):
        values: dict[str, Any] = {"state": "in_force", "effective_on": date(2025, 1, 1), "rights": ["reply"], **scope}
        PolicyVersion.objects.create(policy=policy, created_at=AT, changed_at=AT, **values)

    def grow(number: int) -> list[int]:
        Person.objects.bulk_create(
            Person(name="P", region=organisation.north, department=units[n % 4], created_at=AT, changed_at=AT)
            for n in range(number)
        )
        return list(Person.objects.values_list("pk", flat=True))

    def queries(ids: list[int]) -> list[int]:
        return [
            count(lambda: obligations(ids)),
            count(lambda: suspended_rights(ids)),
            count(lambda: still_open(ids)),
            count(acknowledgement_facts),
            count(lambda: totals(cells())),
        ]

    few = queries(grow(20))
    ids = grow(200)
    assert queries(ids) == few
    assert max(few) <= 14
    assert set(obligations(ids)) == set(ids) == set(suspended_rights(ids))
    # Few of many, and many, are read in different ways.
    assert obligations(ids[:60]) == {person: found for person, found in obligations(ids).items() if person in ids[:60]}
    assert obligations(ids[:3]) == {person: found for person, found in obligations(ids).items() if person in ids[:3]}
