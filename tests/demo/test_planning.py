"""The plan of the sample: the example file, for today, with the sample's own people."""

from __future__ import annotations

from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from fourleaf.demo.organisation import ROLES
from fourleaf.demo.planning import seed_planning
from fourleaf.engine.alignment.loading import load_plan
from fourleaf.kernel.actors import system_actor
from fourleaf.planning import selectors
from fourleaf.planning.models import Plan

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "tarnbeck.yaml"


def test_the_package_carries_the_example() -> None:
    carried = resources.files("fourleaf.demo").joinpath("tarnbeck.yaml").read_bytes()
    assert carried == EXAMPLE.read_bytes()


@pytest.mark.django_db
def test_the_plan_describes_today_and_is_current() -> None:
    said: list[str] = []
    seed_planning(said.append, as_of=date(2026, 12, 24))
    seed_planning(said.append, as_of=date(2026, 12, 24))
    plan = Plan.objects.get()
    assert (plan.state, plan.as_of) == ("current", date(2026, 12, 24))
    model = selectors.model_of(system_actor("test"), plan.pk)
    example = load_plan(EXAMPLE).plan
    assert example is not None
    assert len(model.programmes) == len(example.programmes)
    assert (model.as_of - example.as_of) == (model.pilots[0].decision_on - example.pilots[0].decision_on)  # type: ignore[operator]  # both given
    assert {person.id for person in model.people} == {role.id for role in ROLES}
    assert len(said) == 2
