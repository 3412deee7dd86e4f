"""The plan of the sample: the example file, for today, with the sample's own people."""

from __future__ import annotations

from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from fourleaf.demo.organisation import REGIONS, ROLES
from fourleaf.demo.planning import seed_planning
from fourleaf.engine.alignment import Snapshot, check
from fourleaf.engine.alignment.loading import load_plan
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.services.organisation import add_region
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


@pytest.mark.django_db
def test_the_sample_is_found_fault_with_as_its_file_is() -> None:
    """What the product knows of the regions overlays the plan; both have to tell the same story."""
    as_of = date(2026, 12, 24)
    for region in REGIONS:
        add_region(
            actor=system_actor("test"),
            code=region.code,
            name=region.name,
            time_zone=region.time_zone,
            works_council=region.employee_representation,
        )
    seed_planning(lambda said: None, as_of=as_of)
    example = load_plan(EXAMPLE).plan
    assert example is not None
    in_product = check(selectors.snapshot_of(system_actor("test"), Plan.objects.get().pk, as_of))
    in_file = check(Snapshot(example))
    named = [[(finding.severity, finding.rule, finding.object) for finding in found] for found in (in_product, in_file)]
    assert named[0] == named[1]
