"""Plans to start from: whole, of different sizes, and closed until people have decided."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

import pytest

from fourleaf.engine.alignment.loading import dump_plan, load_plan
from fourleaf.engine.alignment.plan import RoleAssignment
from fourleaf.engine.alignment.roadmap import Roadmap
from fourleaf.engine.alignment.roadmap_template import TEMPLATE
from fourleaf.kernel.errors import InvalidError, NotAllowedError
from fourleaf.planning import selectors, services
from fourleaf.planning.models import Plan
from fourleaf.planning.templates import SIZES, Size, plan_from_template

START = date(2026, 1, 5)


@pytest.mark.parametrize("size", list(SIZES))
def test_a_template_is_a_plan_without_mistakes(size: Any) -> None:
    model = plan_from_template(size, START, name="Ours", employees=80)
    assert load_plan(dump_plan(model)).problems == ()
    assert [item.id for item in model.roadmap] == list(TEMPLATE)
    assert {role.role for role in model.roles} == set(get_args(RoleAssignment.model_fields["role"].annotation))
    assert all(item.planned_start and item.planned_start >= START for item in model.roadmap)
    roadmap = Roadmap(model.roadmap)
    days = {item.id: (str(item.planned_start), str(item.planned_end)) for item in model.roadmap}
    early = [
        (key, needed) for key, step in roadmap.steps.items() for needed in step.hard if days[key][0] <= days[needed][1]
    ]
    assert early == []


def test_larger_companies_plan_longer_and_for_more() -> None:
    sizes: tuple[Size, ...] = ("small", "medium", "large")
    ends = [max(str(item.planned_end) for item in plan_from_template(size, START).roadmap) for size in sizes]
    assert ends == sorted(set(ends))
    assert [len(plan_from_template(size, START).objectives) for size in sizes] == [2, 3, 5]


def test_a_plan_begins_from_a_template_behind_a_closed_gate(strategist: Any) -> None:
    plan = services.start_from_template(
        actor=strategist.actor, name="First", size="small", starts_on=START, organisation="Ours", employees=60
    )
    assert (plan.state, plan.starts_on, plan.as_of) == ("draft", START, START)
    gate = selectors.gate(strategist.actor, plan.pk)
    assert gate[0] == "No objective is complete: O1 lacks an owner."
    assert len(gate) == 3


def test_sizes_and_rights(strategist: Any, analyst: Any) -> None:
    with pytest.raises(InvalidError, match="small, medium, large"):
        services.start_from_template(actor=strategist.actor, name="First", size="huge")  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(NotAllowedError):
        services.start_from_template(actor=analyst.actor, name="First", size="small")
    assert not Plan.objects.exists()
