"""The registers of processing and consultation, and what rules A51 and A56 read from them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from fourleaf.engine.alignment.plan import Consultation, Plan, ProcessingActivity, Region
from fourleaf.engine.alignment.rules.regions import a51, a56
from fourleaf.engine.alignment.rules.registry import LintDefaults
from fourleaf.engine.alignment.snapshot import Snapshot
from fourleaf.governance.models import ProcessingActivity as Entry
from fourleaf.governance.public import person_level_allowed, person_level_condition, register_facts, role_level_allowed
from fourleaf.governance.services.registers import (
    add_consultation,
    add_processing,
    add_starter_processing,
    answer_consultation,
    change_consultation,
    change_processing,
    reopen_consultation,
)
from fourleaf.governance.starter_activities import PROCESSING_KINDS, STARTERS, SUBJECTS
from fourleaf.kernel import clock
from fourleaf.kernel.errors import InvalidError, NotAllowedError, NotFoundError, TransitionError
from fourleaf.kernel.models import AuditEvent, Person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


@pytest.fixture
def legal(hire: Any) -> Any:
    return hire("Lena Legal", role="legal")


def test_the_starter_set_is_entered_once_and_runs_nowhere(legal: Any) -> None:
    assert add_starter_processing(actor=legal.actor) == len(STARTERS) == 8
    assert add_starter_processing(actor=legal.actor) == 0
    assert not Entry.objects.filter(live=True).exists()
    assert {starter.kind for starter in STARTERS} <= set(PROCESSING_KINDS)


def test_an_entry_keeps_its_history(legal: Any, organisation: Any) -> None:
    made = add_processing(actor=legal.actor, name="Log", kind="author_logs", region_ids=[organisation.north.pk])
    with pytest.raises(InvalidError) as fault:
        change_processing(actor=legal.actor, processing_id=made.pk, live=True)
    assert "since" in fault.value.fields
    change_processing(actor=legal.actor, processing_id=made.pk, live=True, since=date(2026, 5, 4), region_ids=[])
    event = AuditEvent.objects.filter(code="governance.processing.changed").get()
    assert event.data["changes"] == {
        "live": [False, True],
        "since": [None, "2026-05-04"],
        "regions": [[organisation.north.pk], []],
    }
    with pytest.raises(InvalidError) as fault:
        add_processing(actor=legal.actor, name="log", kind="gossip", impact_state="not_needed")
    assert set(fault.value.fields) == {"name", "kind", "impact_note"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.filter(pk=made.pk).update(since=None)


def test_an_outcome_has_a_day_and_a_document(legal: Any, organisation: Any) -> None:
    with clock.frozen(NOW):
        asked = add_consultation(
            actor=legal.actor,
            title="Author logs",
            region_id=organisation.north.pk,
            subjects=["author_logs"],
            started_on=date(2026, 5, 1),
        )
        with pytest.raises(InvalidError) as fault:
            answer_consultation(
                actor=legal.actor, consultation_id=asked.pk, agreed=True, recorded_on=date(2026, 4, 1), reference=""
            )
        assert set(fault.value.fields) == {"recorded_on", "reference"}
        done = answer_consultation(
            actor=legal.actor, consultation_id=asked.pk, agreed=True, recorded_on=date(2026, 6, 1), reference="BV 7"
        )
        assert (done.state, done.recorded_by) == ("agreed", "Lena Legal")
        with pytest.raises(TransitionError):
            answer_consultation(
                actor=legal.actor, consultation_id=asked.pk, agreed=False, recorded_on=date(2026, 6, 1), reference="x"
            )
        change_consultation(actor=legal.actor, consultation_id=asked.pk, link="https://example.org/bv7")
        assert reopen_consultation(actor=legal.actor, consultation_id=asked.pk).state == "pending"
    with pytest.raises(InvalidError) as fault:
        add_consultation(actor=legal.actor, title="", subjects=["weather"])
    assert set(fault.value.fields) == {"title", "region_id", "subjects"}


def test_who_may_not_read_the_registers_learns_nothing(legal: Any, member: Any, analyst: Any, hire: Any) -> None:
    made = add_processing(actor=legal.actor, name="Log", kind="author_logs")
    reader = hire("Sten Steering", role="steering")
    for missing in (made.pk, made.pk + 99):
        with pytest.raises(NotFoundError):
            change_processing(actor=member.actor, processing_id=missing, purpose="x")
    with pytest.raises(NotFoundError):
        add_processing(actor=analyst.actor, name="Other", kind="other")
    with pytest.raises(NotAllowedError):
        change_processing(actor=reader.actor, processing_id=made.pk, purpose="x")


def _plan() -> Plan:
    """A plan made of the facts, as alignment makes one."""
    facts = register_facts()
    regions = (
        Region(
            id="NO", name="North", time_zone="Europe/Berlin", employee_representation=True, analytics_mode="team_only"
        ),
        Region(id="SO", name="South", time_zone="UTC", analytics_mode="person", person_level_analytics=True),
    )
    return Plan(
        format=1,
        as_of=date(2026, 6, 15),
        regions=regions,
        consultations=tuple(
            Consultation(
                id=f"c{one.id}",
                region="NO",
                subjects=one.subjects,  # type: ignore[arg-type]  # checked by the model
                state=one.state,
                started_on=one.started_on,
                recorded_on=one.recorded_on,
            )
            for one in facts.consultations
        ),
        processing_activities=tuple(
            ProcessingActivity(
                id=f"p{one.id}",
                name=one.name,
                kind=one.kind,  # type: ignore[arg-type]  # checked by the model
                live=one.live,
                since=one.since,
                regions=("NO",) if one.region_ids else (),
            )
            for one in facts.processing
        ),
    )


def test_a51_reads_the_registers(legal: Any, organisation: Any) -> None:
    """Live author logs without an agreement are an error; one that is older than the start mends it."""
    with clock.frozen(NOW):
        add_processing(
            actor=legal.actor, name="Log", kind="author_logs", live=True, since=date(2026, 5, 4),
            region_ids=[organisation.north.pk],
        )  # fmt: skip
        asked = add_consultation(
            actor=legal.actor, title="Logs", region_id=organisation.north.pk, subjects=["author_logs"]
        )
        assert len(list(a51(Snapshot(_plan()), LintDefaults()))) == 1
        answer_consultation(
            actor=legal.actor, consultation_id=asked.pk, agreed=True, recorded_on=date(2026, 5, 1), reference="BV 7"
        )
        assert list(a51(Snapshot(_plan()), LintDefaults())) == []
        assert list(a56(Snapshot(_plan()), LintDefaults())) == []


def test_figures_of_single_people_are_had_only_where_a_region_decided_so(
    organisation: Any, member: Any, other_unit: Any, hire: Any
) -> None:
    nowhere = hire("Nora Nowhere")
    Person.objects.filter(pk=nowhere.person.pk).update(region=None)
    allowed = Person.objects.filter(person_level_condition())
    assert list(allowed) == [other_unit.person]
    own = Person.objects.filter(person_level_condition(viewer_person_id=member.person.pk))
    assert set(own) == {other_unit.person, member.person}
    assert person_level_allowed(organisation.south.pk)
    assert not person_level_allowed(organisation.north.pk)
    assert not person_level_allowed(None)
    organisation.south.analytics_mode = ""
    organisation.south.save()
    assert not person_level_allowed(organisation.south.pk)
    assert register_facts().person_level == frozenset()
    # By role: figures of roles of five or more, and still none of a single person.
    organisation.south.analytics_mode = "role"
    organisation.south.save()
    assert not person_level_allowed(organisation.south.pk)
    assert role_level_allowed(organisation.south.pk, 5)
    assert not role_level_allowed(organisation.south.pk, 4)
    assert not role_level_allowed(organisation.north.pk, 50)


def test_subjects_and_kinds_are_those_of_the_plan() -> None:
    subjects = Consultation.model_fields["subjects"].annotation.__args__[0].__args__  # type: ignore[union-attr]  # a tuple of literals
    assert set(subjects) == set(SUBJECTS)
    kinds = ProcessingActivity.model_fields["kind"].annotation.__args__  # type: ignore[union-attr]  # a literal
    assert set(kinds) == set(PROCESSING_KINDS)
