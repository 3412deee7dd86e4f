"""Objects of a plan: what is stored, what is refused, who may, what remains in the history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fourleaf.kernel.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from fourleaf.kernel.models import AuditEvent
from fourleaf.planning import selectors, services
from fourleaf.planning.errors import InUseError, PlanContentError
from fourleaf.planning.models import Plan, PlanChange, PlanObject

Put = Callable[..., PlanObject]


def test_an_object_is_stored_as_the_model_says_and_read_back(strategist: Any, plan: Plan, put: Put) -> None:
    put("goals", id="G1", text="  Fewer contacts  ")
    put("objectives", id="O1", text="Cut contacts", goal="G1", due="2027-01-31")
    model = selectors.model_of(strategist.actor, plan.pk)
    assert [goal.text for goal in model.goals] == ["Fewer contacts"]
    assert model.objectives[0].goal == "G1"
    assert str(model.objectives[0].due) == "2027-01-31"


def test_the_model_follows_every_change(strategist: Any, plan: Plan, put: Put) -> None:
    put("goals", id="G1", text="One")
    assert selectors.model_of(strategist.actor, plan.pk).goals[0].text == "One"
    put("goals", id="G1", text="Two")
    assert selectors.model_of(strategist.actor, plan.pk).goals[0].text == "Two"


def test_singletons_and_the_head_have_an_empty_key(strategist: Any, plan: Plan, put: Put) -> None:
    put("organisation", name="Tarn", size=1850)
    put("plan", currency="GBP", started_on="2026-01-01")
    model = selectors.model_of(strategist.actor, plan.pk)
    assert (model.organisation and model.organisation.size, model.currency) == (1850, "GBP")
    assert {row.key for row in selectors.objects(strategist.actor, plan.pk)} == {""}


@pytest.mark.parametrize(
    ("section", "data", "field", "words"),
    [
        ("goals", {"id": "G1"}, "text", "has no text"),
        ("goals", {"text": "x"}, "id", "has no id"),
        ("goals", {"id": "G1", "text": "x", "onwer": "R1"}, "onwer", "Did you mean owner"),
        ("goals", {"id": "a b", "text": "x"}, "id", "letters, digits"),
        ("goals", {"id": "G1", "text": "nul\x00"}, "", "NUL"),
        ("objectives", {"id": "O1", "text": "x", "goal": "GOAL2"}, "goal", "Did you mean GOAL1"),
        (
            "objectives",
            {"id": "O1", "text": "x", "agreed_on": "2026-05-01", "due": "2026-04-01"},
            "agreed_on",
            "lies after",
        ),
        ("objectives", {"id": "O1", "text": "x", "due": "soon"}, "due", "needs a date"),
        ("organisation", {"name": "T", "size": -1}, "size", "at least 0"),
        ("plan", {"currency": "euro"}, "currency", "three capital letters"),
        ("plan", {"as_of": "2026-01-01"}, "as_of", "not kept here"),
    ],
)
def test_what_the_model_refuses_is_said_by_field(
    put: Put, section: str, data: dict[str, Any], field: str, words: str
) -> None:
    put("goals", id="GOAL1", text="There")
    with pytest.raises(PlanContentError) as caught:
        put(section, **data)
    assert words in " ".join(caught.value.fields[field])
    assert PlanObject.objects.count() == 1


def test_nesting_without_end_is_refused(put: Put) -> None:
    deep: Any = "x"
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(PlanContentError, match="nested too deeply"):
        put("goals", id="G1", text=deep)


def test_a_section_that_does_not_exist(put: Put) -> None:
    with pytest.raises(NotFoundError, match="no section “goal”"):
        put("goal", id="G1", text="x")


def test_a_change_on_an_old_version_is_a_conflict(plan: Plan, put: Put) -> None:
    first = put("goals", id="G1", text="One", version=0)
    put("goals", id="G1", text="Two", version=first.version)
    with pytest.raises(ConflictError, match="Somebody else changed"):
        put("goals", id="G1", text="Three", version=first.version)
    with pytest.raises(InvalidError, match="taken"):
        put("goals", id="G1", text="Four", version=0)
    row = PlanObject.objects.get()
    assert (row.data["text"], row.version) == ("Two", 2)


def test_a_conflict_leaves_no_trace(plan: Plan, put: Put) -> None:
    put("goals", id="G1", text="One")
    before = (Plan.objects.get().content_version, PlanChange.objects.count(), AuditEvent.objects.count())
    with pytest.raises(ConflictError):
        put("goals", id="G1", text="Two", version=7)
    assert (Plan.objects.get().content_version, PlanChange.objects.count(), AuditEvent.objects.count()) == before


def test_what_others_use_is_not_removed_and_they_are_named(strategist: Any, plan: Plan, put: Put) -> None:
    put("goals", id="G1", text="Goal")
    put("objectives", id="O1", text="Objective", goal="G1")
    with pytest.raises(InUseError) as caught:
        services.remove_object(actor=strategist.actor, plan_id=plan.pk, section="goals", key="G1")
    assert caught.value.users == ["objectives/O1/goal"]
    put("objectives", id="O1", text="Objective")
    services.remove_object(actor=strategist.actor, plan_id=plan.pk, section="goals", key="G1")
    assert not selectors.objects(strategist.actor, plan.pk, "goals").exists()


def test_what_was_removed_comes_back_in_its_place(strategist: Any, plan: Plan, put: Put) -> None:
    for key in ("G1", "G2", "G3"):
        put("goals", id=key, text=key)
    change = services.remove_object(actor=strategist.actor, plan_id=plan.pk, section="goals", key="G2")
    services.restore_object(actor=strategist.actor, plan_id=plan.pk, change_id=change.pk)
    model = selectors.model_of(strategist.actor, plan.pk)
    assert [goal.id for goal in model.goals] == ["G1", "G2", "G3"]
    kinds = selectors.history(strategist.actor, plan.pk, "goals", "G2").values_list("kind", flat=True)
    assert list(kinds) == ["restored", "removed", "added"]


def test_what_comes_back_is_checked_against_the_plan_of_today(strategist: Any, plan: Plan, put: Put) -> None:
    put("goals", id="G1", text="Goal")
    put("objectives", id="O1", text="Objective", goal="G1")
    remove = {"actor": strategist.actor, "plan_id": plan.pk}
    change = services.remove_object(**remove, section="objectives", key="O1")
    services.remove_object(**remove, section="goals", key="G1")
    with pytest.raises(PlanContentError, match="not among the goals"):
        services.restore_object(actor=strategist.actor, plan_id=plan.pk, change_id=change.pk)


def test_dependencies_in_a_circle_are_named(put: Put) -> None:
    put("roadmap", id="X1", title="One", side="internal", phase=1)
    put("roadmap", id="X2", title="Two", side="internal", phase=1, hard=["X1"])
    with pytest.raises(PlanContentError, match="X1 needs X2 needs X1"):
        put("roadmap", id="X1", title="One", side="internal", phase=1, hard=["X2"])


def test_an_own_activity_says_what_the_template_would(put: Put) -> None:
    put("roadmap", id="1.I1")
    with pytest.raises(PlanContentError, match="has no title, side, phase"):
        put("roadmap", id="OWN")


def test_every_change_is_audited_with_the_names_of_the_fields(plan: Plan, put: Put) -> None:
    put("goals", id="G1", text="One")
    put("goals", id="G1", text="Two")
    events = AuditEvent.objects.filter(code__startswith="planning.object").order_by("sequence")
    assert [(event.code, event.subject_label) for event in events] == [
        ("planning.object.added", "goals/G1"),
        ("planning.object.changed", "goals/G1"),
    ]
    assert events[1].data == {"plan": plan.pk, "fields": ["text"]}


def test_only_those_with_the_right_change_a_plan(analyst: Any, member: Any, plan: Plan) -> None:
    put: dict[str, Any] = {"plan_id": plan.pk, "section": "goals", "data": {"id": "G1", "text": "x"}}
    with pytest.raises(NotAllowedError, match="Change the plan"):
        services.put_object(actor=analyst.actor, **put)
    with pytest.raises(NotFoundError) as forbidden:
        services.put_object(actor=member.actor, **put)
    with pytest.raises(NotFoundError) as absent:
        services.put_object(actor=member.actor, **{**put, "plan_id": 999_999})
    assert str(forbidden.value) == str(absent.value)
    assert not PlanObject.objects.exists()


def test_who_may_see_nothing_reads_nothing(member: Any, plan: Plan, put: Put) -> None:
    put("goals", id="G1", text="x")
    assert list(selectors.visible_plans(member.actor)) == []
    for read in (selectors.model_of, selectors.snapshot_of, selectors.history, selectors.comments, selectors.objects):
        with pytest.raises(NotFoundError):
            read(member.actor, plan.pk)


def test_an_archived_plan_is_not_changed(strategist: Any, plan: Plan, put: Put) -> None:
    services.archive_plan(actor=strategist.actor, plan_id=plan.pk)
    with pytest.raises(ConflictError, match="archived"):
        put("goals", id="G1", text="x")


def test_reading_takes_few_queries(strategist: Any, plan: Plan, put: Put, query_budget: Any) -> None:
    for number in range(30):
        put("goals", id=f"G{number}", text="x")
    with query_budget(2):
        selectors.model_of(strategist.actor, plan.pk)
    with query_budget(1):
        selectors.model_of(strategist.actor, plan.pk)
    put("regions", id="NO", name="North", time_zone="Europe/Berlin")
    with query_budget(3):
        assert selectors.model_of(strategist.actor, plan.pk).regions[0].analytics_mode == "team_only"
