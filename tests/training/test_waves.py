"""Waves with people of regions that count teams only: counted in steps, proposed by department, never told apart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from fourleaf.kernel import clock
from fourleaf.kernel.actors import system_actor
from fourleaf.training.models import Cohort, Tie
from fourleaf.training.public import BeltToSet, set_belts
from fourleaf.training.selectors.candidates import candidates, units_to_ask
from fourleaf.training.selectors.rollout import gate_facts
from fourleaf.training.services.rollout import add_people, add_wave, move_wave, remove_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def _certify(people: list[Any]) -> None:
    wishes = [BeltToSet(one.person.pk, "white", date(2026, 1, 1), None, "Test.") for one in people]
    set_belts(actor=system_actor("the test"), wishes=wishes)


def _started(actor: Any, name: str, people: list[Any]) -> Cohort:
    cohort = add_wave(actor=actor, name=name)
    add_people(actor=actor, cohort_id=cohort.pk, person_ids=[one.person.pk for one in people])
    return move_wave(actor=actor, cohort_id=cohort.pk, state="running", reason="The test.")


def test_no_wave_can_be_built_that_tells_one_person_from_the_others(
    strategist: Any, hire: Callable[..., Any], organisation: Any
) -> None:
    north = [hire(f"North {n}", region=organisation.north) for n in range(7)]
    south = [hire(f"South {n}", region=organisation.south) for n in range(5)]
    _certify([*north[:4], *south])
    actor = strategist.actor
    # Beside five whose belts are known by name, one of a region that counts teams only is not counted.
    gate = gate_facts([one := _started(actor, "Wave 0", [*south, north[0]])])[one.pk]
    assert (gate.size, gate.said[0], gate.uncounted) == (5, "5 of 5", 1)
    # Four of five would be a step further than three of five; taking somebody out or adding one moves nothing.
    mixed = _started(actor, "Wave 1", north[1:6])
    before = gate_facts([mixed])[mixed.pk]
    assert (before.said[0], before.in_steps, before.exact) == ("3 of 5", True, False)
    remove_person(actor=actor, cohort_id=mixed.pk, person_id=north[5].person.pk)
    add_people(actor=actor, cohort_id=mixed.pk, person_ids=[north[6].person.pk])
    assert gate_facts([mixed])[mixed.pk] == before
    # A second wave of the same people but one: only that one is new, and alone is not counted.
    again = _started(actor, "Wave 2", [*north[1:5], north[6]])
    assert (gate_facts([again])[again.pk].size, gate_facts([again])[again.pk].uncounted) == (0, 1)


def test_candidates_have_ties_by_team_too_and_other_regions_are_proposed_by_department(
    strategist: Any, hire: Callable[..., Any], organisation: Any, client_for: Callable[..., Any]
) -> None:
    lead = hire("Team Lead", region=organisation.south)
    north = [
        hire(f"North {n}", region=organisation.north, department=organisation.service, manager=lead.person)
        for n in range(5)
    ]
    south = hire("South One", region=organisation.south, manager=lead.person)
    _certify([lead, strategist])
    # A tie was given, but none of these people.
    low, high = sorted((strategist.person.pk, hire("Far Away").person.pk))
    Tie.objects.create(low_id=low, high_id=high, source="test", added_at=clock.now())
    cohort = add_wave(actor=strategist.actor, name="Wave 0")
    found = {one.person_id: one.ties for one in candidates(strategist.actor, cohort, limit=15)}
    assert found[south.person.pk] == 1
    assert not found.keys() & {one.person.pk for one in north}
    assert next((one.region, one.department, one.ties) for one in units_to_ask(cohort, limit=8)) == (
        "North", organisation.service.name, 5,
    )  # fmt: skip
    shown = client_for(strategist).get(f"/training/waves/{cohort.pk}/").content.decode()
    assert "Units to ask" in shown
    assert "North 0" not in shown
    _certify(north[:1])
    assert "North" not in {one.region for one in units_to_ask(cohort, limit=8) if one.ties == 4}
