"""Plans copied, and the organisation brought in: what moves, what begins anew, what the kernel knows better."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from fourleaf.engine.alignment.loading import load_plan
from fourleaf.kernel import clock
from fourleaf.kernel.errors import InvalidError, NotFoundError
from fourleaf.planning import selectors, services
from fourleaf.planning.models import Plan, PlanChange, PlanObject
from fourleaf.planning.services.organisation import suggested_function
from fourleaf.planning.shifting import shifted

Put = Callable[..., PlanObject]
YEAR = """
format: 1
as_of: 2026-09-30
started_on: 2026-01-01
regions: [{id: NO, name: Nord, time_zone: UTC}, {id: SO, name: South, time_zone: UTC}]
departments: [{id: MKT, name: Marketing, function: marketing}]
people:
  - {id: E1, role: Head, region: SO, department: MKT}
  - {id: E2, role: Chief, region: NO}
  - {id: E3, role: Outside, region: NO}
goals: [{id: G1, text: Goal, owner: E1}]
objectives: [{id: O1, text: Cut, goal: G1, due: 2026-12-31, agreed_on: 2026-01-15}]
programmes:
  - {id: P1, name: Answers, side: external, state: live, owner: E1, launch_at: "2026-03-01T09:00:00+01:00",
     responders: [{person: E1}, {person: E3}], authors: [E1, E3]}
roadmap:
  - {id: "0.O", state: done, started_on: 2026-01-05, done_on: 2026-01-20, evidence: [minutes]}
  - {id: 1.I1, state: in_progress, planned_start: 2026-02-01, planned_end: 2026-02-28}
experiments: [{id: X1, title: Try, owner: E1, ends_on: 2026-06-30, state: done}]
pilots:
  - {id: T1, name: One, state: scale, locked_on: 2026-02-01, decision_on: 2026-05-31, threshold: 5, decision: scale}
learnings: [{id: L1, source: pilots/T1, text: An hour}]
leader_activity: [{id: M1, month: 2026-09-01, active_share: 0.3}]
"""


@pytest.fixture
def year(strategist: Any) -> Plan:
    plan, _ = services.import_plan(actor=strategist.actor, loaded=load_plan(YEAR), name="2026")
    services.change_plan(
        actor=strategist.actor, plan_id=plan.pk, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)
    )
    return plan


@pytest.mark.parametrize(
    ("begin", "end", "begins", "ends"),
    [
        (date(2026, 11, 22), date(2027, 11, 21), date(2027, 11, 22), date(2028, 11, 21)),
        (date(2027, 11, 22), date(2028, 11, 21), date(2028, 11, 22), date(2029, 11, 21)),
        (date(2027, 1, 1), date(2028, 12, 31), date(2029, 1, 1), date(2030, 12, 31)),
        (date(2027, 3, 1), date(2028, 2, 28), date(2028, 2, 29), date(2029, 2, 28)),
        (date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 1), date(2026, 6, 29)),
    ],
)
def test_a_copy_of_a_year_is_a_year(strategist: Any, begin: date, end: date, begins: date, ends: date) -> None:
    first = services.create_plan(actor=strategist.actor, name="First", starts_on=begin, ends_on=end)
    copy = services.copy_plan(actor=strategist.actor, plan_id=first.pk, name="Second")
    assert (copy.starts_on, copy.ends_on) == (begins, ends)


def test_a_copy_for_next_year(strategist: Any, year: Plan) -> None:
    copy = services.copy_plan(actor=strategist.actor, plan_id=year.pk, name="2027")
    assert (copy.starts_on, copy.ends_on, copy.copied_from, copy.state) == (
        date(2027, 1, 1),
        date(2027, 12, 31),
        year,
        "draft",
    )
    model = selectors.model_of(strategist.actor, copy.pk)
    assert (model.objectives[0].due, model.objectives[0].agreed_on) == (date(2027, 12, 31), None)
    assert str(model.programmes[0].launch_at) == "2027-03-01 09:00:00+01:00"
    assert {model.programmes[0].state, *(item.state for item in model.roadmap)} == {"planned"}
    assert (model.roadmap[0].done_on, model.roadmap[0].evidence) == (None, ())
    assert model.roadmap[1].planned_start == date(2027, 2, 1)
    pilot = model.pilots[0]
    assert (pilot.state, pilot.locked_on, pilot.decision_on, pilot.threshold) == ("draft", None, date(2027, 5, 31), 5)
    assert (model.learnings, model.leader_activity) == ((), ())
    assert not PlanChange.objects.filter(plan=copy, kind="changed").exists()
    assert selectors.model_of(strategist.actor, year.pk).programmes[0].state == "live"


def test_a_copy_that_keeps_states(strategist: Any, year: Plan) -> None:
    copy = services.copy_plan(actor=strategist.actor, plan_id=year.pk, name="What if", reset_states=False)
    model = selectors.model_of(strategist.actor, copy.pk)
    assert (model.programmes[0].state, model.roadmap[0].state) == ("live", "done")


def test_a_plan_on_other_days_is_the_same_plan() -> None:
    model = load_plan(YEAR).plan
    assert model is not None
    later = shifted(model, 40)
    assert (later.as_of, later.roadmap[0].done_on) == (date(2026, 11, 9), date(2026, 3, 1))
    assert later.leader_activity[0].month == date(2026, 10, 1)
    assert later.programmes[0].launch_at is not None
    assert later.programmes[0].launch_at.isoformat() == "2026-04-10T09:00:00+01:00"
    assert shifted(shifted(model, 31), -31).programmes == model.programmes


def test_what_the_kernel_knows_takes_the_place_of_what_the_plan_says(
    strategist: Any, year: Plan, hire: Any, organisation: Any, query_budget: Any
) -> None:
    organisation.south.works_council = True
    organisation.south.save()
    hire("Eva One", external_id="E1", department=organisation.service, region=organisation.north)
    hire("Eva Two", external_id="E2", department=organisation.marketing, region=organisation.north)
    hire("Eva Three", external_id="E3", left_on=date(2026, 1, 31))
    with query_budget(4):
        model = selectors.model_of(strategist.actor, year.pk)
    people = {person.id: person for person in model.people}
    assert people["E1"].region == "NO"
    assert people["E1"].department == "MKT"  # Customer Service is not in the plan
    assert people["E2"].department is None  # the plan puts this one above the departments
    regions = {region.id: region for region in model.regions}
    assert (regions["NO"].analytics_mode, regions["SO"].analytics_mode) == ("team_only", "person")
    assert regions["SO"].employee_representation
    assert "E3" in people
    snapshot = selectors.snapshot_of(strategist.actor, year.pk)
    assert "E3" not in snapshot.people
    programme = snapshot.programmes["P1"]
    assert ([r.person for r in programme.responders], programme.authors) == (["E1"], ("E1",))
    assert selectors.snapshot_of(strategist.actor, year.pk, as_of=date(2026, 1, 31)).people.keys() == people.keys()
    text = services.export_plan(actor=strategist.actor, plan_id=year.pk)
    assert load_plan(text).plan == load_plan(YEAR).plan


def test_the_organisation_comes_into_the_plan(strategist: Any, plan: Plan, organisation: Any) -> None:
    organisation.legal.name = "Guild of Scribes"
    organisation.legal.save()
    sync = {"actor": strategist.actor, "plan_id": plan.pk}
    done = services.sync_organisation(**sync)
    assert set(done.added) == {
        "regions/NO",
        "regions/SO",
        "departments/MKT",
        "departments/CSV",
        "brands/EM",
        "brands/LO",
    }
    assert done.without_function == ["LEG"]
    again = services.sync_organisation(**sync, functions={"LEG": "legal_risk_it"})
    assert (again.added, again.changed) == (["departments/LEG"], [])
    organisation.ember.name = "Emberlyn"
    organisation.ember.save()
    assert services.sync_organisation(**sync).changed == ["brands/EM"]
    with pytest.raises(InvalidError, match="no function"):
        services.sync_organisation(**sync, functions={"LEG": "law"})


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("Corporate Communications", "communications"),
        ("Customer Service", "service"),
        ("Insights & Data", "insights"),
        ("Sales & Commerce", "sales"),
        ("Product Development", "product"),
        ("Legal, Risk & IT", "legal_risk_it"),
        ("IT", "legal_risk_it"),
        ("Italian desk", None),
        ("Security", None),
    ],
)
def test_names_of_departments_suggest_functions(name: str, function: str | None) -> None:
    assert suggested_function(name) == function


def test_a_person_is_added_when_somebody_picks_them(strategist: Any, plan: Plan, hire: Any, put: Put) -> None:
    known = hire("Eva One", external_id="E1", title="Head of Service")
    nameless = hire("Eva Two", external_id="no id/at all")
    ensure = {"actor": strategist.actor, "plan_id": plan.pk}
    assert services.ensure_person(**ensure, person_id=known.person.pk) == "E1"
    assert services.ensure_person(**ensure, person_id=known.person.pk) == "E1"
    key = services.ensure_person(**ensure, person_id=nameless.person.pk)
    assert key == f"person-{nameless.person.pk}"
    people = {person.id: person for person in selectors.model_of(strategist.actor, plan.pk).people}
    assert (people["E1"].role, people["E1"].region) == ("Head of Service", "NO")
    assert "Eva" not in services.export_plan(actor=strategist.actor, plan_id=plan.pk)
    put("goals", id="G1", text="Goal", owner=key)
    with pytest.raises(NotFoundError):
        services.ensure_person(**ensure, person_id=999_999)
    nameless.person.left_on = date(2026, 1, 31)
    nameless.person.save()
    assert selectors.snapshot_of(strategist.actor, plan.pk, as_of=clock.today()).goals["G1"].owner is None


def test_a_person_without_a_region_is_not_added(strategist: Any, plan: Plan, hire: Any) -> None:
    somebody = hire("Eva One", external_id="E1")
    somebody.person.region = None
    somebody.person.save()
    with pytest.raises(InvalidError, match="belongs to no region"):
        services.ensure_person(actor=strategist.actor, plan_id=plan.pk, person_id=somebody.person.pk)
    assert not PlanObject.objects.exists()
