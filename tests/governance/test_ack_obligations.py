"""Who owes what until when, which rights rest, and how they come back; coverage; evidence; reminders."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from fourleaf.governance.contracts import ALL_RIGHTS, PolicyAcknowledged
from fourleaf.governance.errors import UnansweredError, WrongAnswersError
from fourleaf.governance.groups import RESOLVERS, register
from fourleaf.governance.models import Acknowledgement, Policy, PolicyReminder, PolicyText, PolicyVersion
from fourleaf.governance.public import acknowledgement_facts, obligations, policy_facts, suspended_rights
from fourleaf.governance.selectors.acknowledgements_coverage import ShownCell, UnitCell, cells, coverage_of, totals
from fourleaf.governance.selectors.acknowledgements_notices import notices
from fourleaf.governance.services.acknowledging import acknowledge, evidence
from fourleaf.governance.services.acknowledging_reminders import letter, send_reminders
from fourleaf.kernel import clock, events
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from fourleaf.kernel.models import AuditEvent, Person, Region
from fourleaf.kernel.public import people_by_id

pytestmark = pytest.mark.django_db
BEGINS = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def put() -> Callable[..., PolicyVersion]:
    """A version in force, written straight into the tables: its life cycle is tested elsewhere."""

    def make(kind: str = "P-SM", *, major: int = 1, policy: Policy | None = None, **fields: Any) -> PolicyVersion:
        policy = policy or Policy.objects.create(kind=kind, title=f"Policy {kind}", created_at=NOON, created_by="test")
        values = {"state": "in_force", "effective_on": BEGINS, "rights": list(ALL_RIGHTS), **fields}
        quiz = values.pop("quiz", [])
        row = PolicyVersion.objects.create(policy=policy, major=major, created_at=NOON, changed_at=NOON, **values)
        PolicyText.objects.create(version=row, language="en", title="In English", body="## A\n\nText.", quiz=quiz)
        return row

    return make


def owed(person: Person, on: date) -> list[tuple[str, date]]:
    return [(one.state, one.due_on) for one in obligations([person.pk], on=on)[person.pk]]


def test_open_overdue_suspended_and_back(member: Any, put: Any, django_capture_on_commit_callbacks: Any) -> None:
    version = put()
    told: list[PolicyAcknowledged] = []
    events.subscribe(PolicyAcknowledged)(told.append)
    due = BEGINS + timedelta(days=30)
    assert owed(member.person, BEGINS - timedelta(days=1)) == []
    assert owed(member.person, due) == [("open", due)]
    assert owed(member.person, due + timedelta(days=14)) == [("overdue", due)]
    assert suspended_rights([member.person.pk], on=due + timedelta(days=14)) == {}
    late = due + timedelta(days=15)
    assert owed(member.person, late) == [("suspended", due)]
    assert suspended_rights([member.person.pk], on=late) == {member.person.pk: frozenset(ALL_RIGHTS)}
    with clock.frozen(datetime(late.year, late.month, late.day, 9, tzinfo=UTC)):
        with django_capture_on_commit_callbacks(execute=True):
            acknowledge(actor=member.actor, policy_id=version.policy_id, version_id=version.pk, language="en")
        assert suspended_rights([member.person.pk]) == {}
        again = acknowledge(actor=member.actor, policy_id=version.policy_id, version_id=version.pk, language="en")
    assert Acknowledgement.objects.get() == again
    assert again.text_hash
    assert [event.major for event in told if event.person_id == member.person.pk] == [1]
    assert AuditEvent.objects.filter(code="governance.policy.acknowledged").count() == 1


def test_a_new_major_version_is_owed_again_a_minor_one_is_not(member: Any, put: Any) -> None:
    first = put()
    Acknowledgement.objects.create(
        person=member.person, policy=first.policy, major=1, version=first, language="en", text_hash="x", at=NOON
    )
    day = BEGINS + timedelta(days=40)
    PolicyVersion.objects.filter(pk=first.pk).update(state="superseded", ended_on=day)
    put(policy=first.policy, minor=1, effective_on=day)
    assert [state for state, _ in owed(member.person, day)] == ["done"]
    put(policy=first.policy, major=2, effective_on=day + timedelta(days=1))
    assert owed(member.person, day + timedelta(days=1)) == [("open", day + timedelta(days=31))]


def test_a_minor_version_is_told_for_two_weeks_to_those_who_knew_the_one_before(
    member: Any, other_unit: Any, put: Any
) -> None:
    first = put()
    Acknowledgement.objects.create(
        person=member.person, policy=first.policy, major=1, version=first, language="en", text_hash="x", at=NOON
    )
    day = BEGINS + timedelta(days=40)
    PolicyVersion.objects.filter(pk=first.pk).update(state="superseded", ended_on=day)
    second = put(policy=first.policy, minor=1, effective_on=day)
    ids = [member.person.pk, other_unit.person.pk]
    assert notices(ids, on=day - timedelta(days=1)) == {}
    found = notices(ids, on=day + timedelta(days=13))
    # Somebody who has yet to acknowledge reads the new text anyway.
    assert {person: [one.version_id for one in told] for person, told in found.items()} == {ids[0]: [second.pk]}
    assert notices(ids, on=day + timedelta(days=14)) == {}
    subject, text = letter(people_by_id(ids)[ids[0]], obligations(ids, on=day)[ids[1]], found[ids[0]])
    assert subject.startswith("One policy waits")
    assert "nothing to acknowledge:\n\n- In English, version 1.1.0" in text


def test_time_runs_from_the_first_day_at_work_and_leavers_owe_nothing(hire: Any, put: Any) -> None:
    put()
    new, gone = hire("Nia New").person, hire("Leo Left").person
    Person.objects.filter(pk=new.pk).update(started_on=BEGINS + timedelta(days=100))
    Person.objects.filter(pk=gone.pk).update(left_on=BEGINS + timedelta(days=10))
    on = BEGINS + timedelta(days=101)
    assert owed(new, on) == [("open", BEGINS + timedelta(days=130))]
    assert owed(new, BEGINS + timedelta(days=50)) == []
    assert owed(gone, on) == []


def test_scope_by_region_department_brand_and_groups_of_others(
    organisation: Any, member: Any, other_unit: Any, put: Any
) -> None:
    put("P-SM", region_ids=[organisation.south.pk])
    put("P-MOD", groups=["department:MKT"])
    put("G-VT", brand_ids=[organisation.ember.pk])
    put("P-CRI", groups=["rank:captain"])
    put("P-LIS", acknowledged=False)
    register("rank", lambda ids, on: {other_unit.person.pk: frozenset({"rank:captain"})})
    try:
        member.person.brands.add(organisation.ember)
        found = obligations([member.person.pk, other_unit.person.pk], on=BEGINS)
        assert {one.kind for one in found[member.person.pk]} == {"P-MOD", "G-VT"}
        assert {one.kind for one in found[other_unit.person.pk]} == {"P-SM", "P-CRI"}
    finally:
        RESOLVERS.pop("rank")


def test_the_questions_must_be_answered_and_the_section_is_named(member: Any, put: Any) -> None:
    quiz = [
        {"question": "A?", "options": ["yes", "no"], "answer": 0, "section": "a"},
        {"question": "B?", "options": ["yes", "no"], "answer": 1, "section": "b"},
    ]
    version = put(quiz=quiz)
    given = {"actor": member.actor, "policy_id": version.policy_id, "version_id": version.pk, "language": "en"}
    with clock.frozen(NOON):
        for answers, sections in (([0, 0], {1: "b"}), ([1, 0], {0: "a", 1: "b"}), ([1, 1, 1], {0: "a"})):
            with pytest.raises(WrongAnswersError) as error:
                acknowledge(**given, answers=answers)
            assert error.value.sections == sections
        for answers, open_ones in (([], [0, 1]), ([1], [1]), ([None, 1], [0])):  # nothing is marked before all have one
            with pytest.raises(UnansweredError, match="Answer all 2 questions") as unanswered:
                acknowledge(**given, answers=answers)
            assert unanswered.value.places == open_ones
        acknowledge(**given, answers=[0, 1])
        with pytest.raises(ConflictError):
            acknowledge(**{**given, "version_id": version.pk + 1})
        with pytest.raises(NotFoundError):
            acknowledge(**{**given, "policy_id": version.policy_id + 1})
        with pytest.raises(NotAllowedError):
            acknowledge(**{**given, "actor": system_actor("test")})


@pytest.fixture
def crowd(organisation: Any, put: Any) -> PolicyVersion:
    """5,000 people in ten cells of uneven size, 60 % of whom have acknowledged; and one cell of three."""
    version: PolicyVersion = put()
    units = [organisation.marketing, organisation.service, organisation.legal]
    regions = [organisation.north, organisation.south]
    Person.objects.bulk_create(
        Person(
            name=f"P{n}",
            search=f"p{n}",
            region=regions[1] if n < 3 else regions[n % 2],
            department=units[2] if n < 3 else units[n % 4 // 2],
            started_on=date(2020, 1, 1),
            created_at=NOON,
            changed_at=NOON,
        )
        for n in range(5_000)
    )
    ids = list(Person.objects.order_by("pk").values_list("pk", flat=True))
    Acknowledgement.objects.bulk_create(
        Acknowledgement(
            person_id=key, policy_id=version.policy_id, major=1, version=version, language="en", text_hash="x", at=NOON
        )
        for place, key in enumerate(ids)
        if place % 5 < 3
    )
    return version


def test_coverage_is_counted_in_few_queries_and_hides_small_groups(
    crowd: PolicyVersion, strategist: Any, organisation: Any, member: Any, query_budget: Any
) -> None:
    with query_budget(7):
        found = cells(on=BEGINS)
    assert totals(found)[crowd.pk] == (5_002, 3_000)
    with query_budget(4):
        table = coverage_of(strategist.actor, crowd.pk, found=found)
    legal = organisation.legal.pk
    assert table.inner[organisation.south.pk, legal].in_scope is None
    # Legal has nobody elsewhere, so its margin would give the hidden cell away.
    assert table.by_department[legal].in_scope is None
    assert table.whole.in_scope == 5_002
    shown = [cell.in_scope for cell in table.inner.values() if cell.in_scope]
    hidden = 5_002 - sum(shown)
    assert hidden >= 5
    with pytest.raises(NotAllowedError):
        coverage_of(member.actor, crowd.pk, found=found)
    facts = {fact.region_id: (fact.in_scope, fact.current) for fact in acknowledgement_facts(on=BEGINS)}
    assert sum(pair[0] for pair in facts.values()) == 5_002
    assert [fact.version for fact in policy_facts()] == ["1.0.0"]


def test_all_or_nobody_of_a_group_is_said_as_a_band(put: Any, organisation: Any, strategist: Any) -> None:
    """A hundred people in four cells, of which one has acknowledged as a whole, and one not at all."""
    version = put()
    north, south = organisation.north, organisation.south
    service, legal = organisation.service.pk, organisation.legal.pk

    def table(*figures: tuple[int, int]) -> dict[tuple[int, int], ShownCell]:
        places = [(north.pk, service), (north.pk, legal), (south.pk, service), (south.pk, legal)]
        found = [UnitCell(version.pk, *at, *pair) for at, pair in zip(places, figures, strict=True)]
        shown = coverage_of(strategist.actor, version.pk, found=found)
        return {**shown.inner, **{(key, 0): cell for key, cell in shown.by_region.items()}, (0, 0): shown.whole}

    Region.objects.all().update(analytics_mode="team_only")
    shown = table((25, 25), (25, 10), (25, 0), (25, 12))
    assert shown[north.pk, service].current is None
    assert shown[north.pk, service].band_words == "all, or all but one"
    assert shown[south.pk, service].band_words == "at most one"
    # Nobody may take the shown cells from a margin either: the whole, the row and the cell beside would give it.
    for region in (north.pk, south.pk):
        exact = [
            cell for key, cell in shown.items() if key in ((region, 0), (region, legal)) and cell.current is not None
        ]
        assert len(exact) < 2
    assert table((40, 1), (40, 2), (40, 20), (40, 39))[north.pk, legal].band_words == "5 % or fewer"
    # Two groups at most one away from an end, and a sum that says which end both are at.
    edge = table((10, 10), (10, 1), (30, 15), (30, 15))[north.pk, 0]
    assert (edge.in_scope, edge.current) == (20, None)
    # Where people may be named, nothing is hidden by it.
    Region.objects.all().update(analytics_mode="individual")
    free = table((25, 25), (25, 10), (25, 0), (25, 12))
    assert (free[north.pk, service].share, free[south.pk, service].share) == (1.0, 0.0)
    assert free[0, 0].current == 47


def test_suspension_of_thousands_takes_a_handful_of_queries(crowd: PolicyVersion, query_budget: Any) -> None:
    ids = list(Person.objects.values_list("pk", flat=True))
    with query_budget(12):
        resting = suspended_rights(ids, on=BEGINS + timedelta(days=60))
    assert len(resting) == len(ids) - 3_000


def test_counting_singly_agrees_with_counting_in_groups(
    put: Any, hire: Any, organisation: Any, query_budget: Any
) -> None:
    put("P-SM")
    put("P-MOD", brand_ids=[organisation.ember.pk, organisation.loom.pk])
    people = [hire(f"N{n}", department=[organisation.legal, organisation.service][n % 2]).person for n in range(6)]
    for person in people[:4]:
        person.brands.add(organisation.ember, organisation.loom)
    with query_budget(15):
        sums = totals(cells(on=BEGINS))
    by_kind = {version.policy.kind: sums[version.pk] for version in PolicyVersion.objects.select_related("policy")}
    assert by_kind == {"P-SM": (6, 0), "P-MOD": (4, 0)}


def test_evidence_names_people_only_where_their_region_allows_it_or_for_a_case(
    put: Any, member: Any, other_unit: Any, strategist: Any, hire: Any
) -> None:
    counsel = hire("Lea Law", role="legal")
    version = put()
    Person.objects.filter(pk=other_unit.person.pk).update(name="=HYPERLINK(1)")
    for who in (member, other_unit):
        Acknowledgement.objects.create(
            person=who.person, policy=version.policy, major=1, version=version, language="en", text_hash="ab", at=NOON
        )
    rows = list(csv.DictReader(io.StringIO("".join(evidence(actor=counsel.actor)))))
    assert [row["person"] for row in rows] == ["not named: figures about teams only", "'=HYPERLINK(1)"]
    assert [row["acknowledged at"] for row in rows] == ["2026-03-02", "2026-03-02T12:00:00+00:00"]
    with pytest.raises(InvalidError):
        evidence(actor=counsel.actor, person_id=member.person.pk)
    one = "".join(evidence(actor=counsel.actor, person_id=member.person.pk, reason="Case 12"))
    assert "Mia Member" in one
    assert AuditEvent.objects.filter(code="governance.evidence.exported").count() == 2
    with pytest.raises(NotAllowedError):
        evidence(actor=strategist.actor)


def test_reminders_go_to_those_who_must_act_and_not_twice(put: Any, member: Any, hire: Any, settings: Any) -> None:
    version = put()
    done, gone = hire("Dora Done"), hire("Leo Left")
    Person.objects.filter(pk=gone.person.pk).update(left_on=BEGINS - timedelta(days=1))
    Acknowledgement.objects.create(
        person=done.person, policy=version.policy, major=1, version=version, language="en", text_hash="x", at=NOON
    )
    machine = system_actor("test")
    with clock.frozen(NOON) as time:
        settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
        assert send_reminders(actor=machine)["mails"] == 0
        assert not PolicyReminder.objects.exists()
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        assert send_reminders(actor=machine) == {"mails": 1, "refused": 0}
        assert send_reminders(actor=machine)["mails"] == 0
        assert [letter.to for letter in mail.outbox] == [[member.person.email]]
        assert "In English" in mail.outbox[0].body
        time.move(days=8)
        assert send_reminders(actor=machine)["mails"] == 0  # the due day is far
        time.move(days=40)
        assert send_reminders(actor=machine)["mails"] == 1
        assert "rights rest" in mail.outbox[1].body
