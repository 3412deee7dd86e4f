"""What other contexts see of planning, and the news it gives them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fourleaf.kernel import events
from fourleaf.kernel.errors import NotFoundError
from fourleaf.planning import public, services
from fourleaf.planning.contracts import PlanChanged
from fourleaf.planning.models import Plan, PlanObject

Put = Callable[..., PlanObject]


def test_plans_as_facts(strategist: Any, member: Any, plan: Plan, put: Put) -> None:
    assert public.current_plan(strategist.actor) is None
    services.set_current(actor=strategist.actor, plan_id=plan.pk)
    before = public.plan_info(strategist.actor, plan.pk)
    assert public.current_plan(strategist.actor) == before
    put("goals", id="G1", text="One")
    after = public.plan_info(strategist.actor, plan.pk)
    assert after.content_version == before.content_version + 1
    assert after.content_key != before.content_key
    assert public.model_of(strategist.actor, plan.pk).goals[0].id == "G1"
    assert public.snapshot_of(strategist.actor, plan.pk).goals["G1"].text == "One"
    assert public.current_plan(member.actor) is None
    for read in (public.plan_info, public.model_of, public.snapshot_of):
        with pytest.raises(NotFoundError):
            read(member.actor, plan.pk)


def test_changes_are_told_after_commit(plan: Plan, put: Put, django_capture_on_commit_callbacks: Any) -> None:
    told: list[PlanChanged] = []

    def listen(event: PlanChanged) -> None:
        told.append(event)

    events.subscribe(PlanChanged)(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            put("goals", id="G1", text="One")
            assert told == []
    finally:
        events._subscribers[PlanChanged].remove(listen)
    assert told == [PlanChanged(plan.pk, 2)]


def test_a_change_takes_few_queries_however_large_the_plan(plan: Plan, put: Put, query_budget: Any) -> None:
    rows = [
        PlanObject(plan=plan, section="goals", key=f"G{n}", position=n, data={"id": f"G{n}", "text": "x"}, version=1)
        for n in range(300)
    ]
    for row in rows:
        row.changed_at, row.changed_by = plan.changed_at, "the test"
    PlanObject.objects.bulk_create(rows)
    with query_budget(18):
        put("objectives", id="O1", text="Cut contacts", goal="G299")
    with query_budget(18):
        put("objectives", id="O1", text="Cut contacts by a tenth", goal="G299")


def test_contexts_above_read_and_write_objects_without_the_rows(strategist: Any, member: Any, plan: Plan) -> None:
    added = public.put_object(
        actor=strategist.actor, plan_id=plan.pk, section="goals", data={"id": "G1", "text": "One"}, version=0
    )
    assert public.object_at(strategist.actor, plan.pk, "goals", "G1") == added
    assert (added.version, added.data["text"]) == (1, "One")
    assert public.object_at(strategist.actor, plan.pk, "goals", "G2") is None
    assert public.object_keys(strategist.actor, plan.pk, "goals") == {"G1"}
    assert public.count_objects(strategist.actor, plan.pk) == 1
    assert [found.id for found in public.plans(strategist.actor)] == [plan.pk]
    assert public.plans(member.actor) == []
    with pytest.raises(NotFoundError):
        public.object_keys(member.actor, plan.pk, "goals")
    public.remove_object(actor=strategist.actor, plan_id=plan.pk, section="goals", key="G1")
    assert public.count_objects(strategist.actor, plan.pk) == 0
