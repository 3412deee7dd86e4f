"""Two at once on a plan: one outcome, a sentence for the other, both in the trail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from at_once import at_once
from fourleaf.kernel import audit
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.errors import ConflictError
from fourleaf.kernel.models import AuditEvent
from fourleaf.planning import contracts, services
from fourleaf.planning.errors import GateError
from fourleaf.planning.models import Plan, PlanChange, PlanObject

ACTOR = system_actor("test")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _only_own_guards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contracts, "_guards", [])


@pytest.fixture
def plan() -> Plan:
    """A plan with an open gate and a programme that might go live."""
    made = services.create_plan(actor=ACTOR, name="This year")
    for section, data in (
        ("regions", {"id": "NO", "name": "North", "time_zone": "Europe/Berlin"}),
        ("departments", {"id": "CSV", "name": "Service", "function": "service"}),
        ("people", {"id": "R1", "role": "Head of Service", "region": "NO"}),
        ("goals", {"id": "G1", "text": "Fewer contacts"}),
        ("kpis", {"id": "contacts", "name": "Contacts", "formula": "contacts/products", "level": "outcome"}),
        ("objectives", {"id": "O1", "text": "Cut contacts", "goal": "G1", "owner": "R1", "kpis": ["contacts"]}),
        ("audiences", AUDIENCE),
        ("resources", {"id": "S1", "department": "CSV", "slack_hours": 20}),
        ("programmes", PROGRAMME),
    ):
        services.put_object(actor=ACTOR, plan_id=made.pk, section=section, data=data)
    return made


AUDIENCE = {"id": "A1", "name": "Grillers", "venues": ["video comments"], "source": "interviews"}
PROGRAMME = {
    "id": "P1",
    "name": "Answers",
    "side": "external",
    "owner": "R1",
    "objectives": ["O1"],
    "audiences": ["A1"],
    "resources": ["S1"],
}


def test_two_edits_of_one_object_have_one_outcome_and_one_sentence(plan: Plan) -> None:
    def edit(text: str) -> Callable[[], Any]:
        data = {"id": "G1", "text": text}
        return lambda: services.put_object(actor=ACTOR, plan_id=plan.pk, section="goals", data=data, version=1)

    raised = at_once(edit("By a tenth"), edit("By a fifth"))
    lost = [error for error in raised if error is not None]
    assert [type(error) for error in lost] == [ConflictError]
    assert "Somebody else changed" in str(lost[0])
    row = PlanObject.objects.get(plan=plan, section="goals", key="G1")
    assert row.version == 2
    assert row.data["text"] == ("By a fifth" if raised[0] else "By a tenth")
    assert PlanChange.objects.filter(plan=plan, section="goals", key="G1").count() == 2
    assert AuditEvent.objects.filter(code="planning.object.changed").count() == 1


def test_edits_of_different_objects_are_both_kept_with_a_version_each(plan: Plan) -> None:
    before = Plan.objects.get(pk=plan.pk).content_version
    goals = [{"id": f"N{number}", "text": "More"} for number in range(4)]
    put = services.put_object
    raised = at_once(
        *(lambda data=data: put(actor=ACTOR, plan_id=plan.pk, section="goals", data=data, version=0) for data in goals)
    )
    assert raised == [None] * 4
    assert Plan.objects.get(pk=plan.pk).content_version == before + 4
    versions = (
        PlanChange.objects.filter(plan=plan, key__startswith="N").exclude(key="NO").values_list("content_version")
    )
    assert len(set(versions)) == 4


def test_going_live_and_an_edit_that_takes_its_ground_away_never_pass_each_other(plan: Plan) -> None:
    def live() -> None:
        services.change_programme_state(actor=ACTOR, plan_id=plan.pk, key="P1", state="live")

    def edit() -> None:
        data = {name: value for name, value in AUDIENCE.items() if name != "source"}
        services.put_object(actor=ACTOR, plan_id=plan.pk, section="audiences", data=data)

    refused, lost = at_once(live, edit)
    assert lost is None
    state = PlanObject.objects.get(plan=plan, section="programmes", key="P1").data.get("state", "planned")
    changes = list(
        PlanChange.objects.filter(plan=plan, kind="changed").order_by("pk").values_list("section", flat=True)
    )
    if refused is None:  # it went live first; what was taken away afterwards is for the findings
        assert (state, changes) == ("live", ["programmes", "audiences"])
        assert AuditEvent.objects.filter(code="planning.object.state_changed").count() == 1
    else:
        assert isinstance(refused, GateError)
        assert "No audience is complete" in " ".join(refused.missing)
        assert (state, changes) == ("planned", ["audiences"])
    assert AuditEvent.objects.filter(code="planning.object.changed").count() == 1
    assert list(audit.verify())[-1] == AuditEvent.objects.count()
