"""The sample's gaps, registers and bodies are those of its story, however often they are seeded."""

from __future__ import annotations

from typing import Any

import pytest

from fourleaf.demo.governance_bodies import seed_bodies
from fourleaf.governance.models import Committee, Gap, ServiceRequest
from fourleaf.governance.public import body_facts, gap_facts, register_facts
from fourleaf.governance.selectors.gaps import gap_standing
from fourleaf.kernel import clock
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.models import Person


@pytest.mark.django_db
def test_the_sample_tells_its_story_once(organisation: Any) -> None:
    organisation.north.code = "DE"
    organisation.north.save()
    now = clock.now()
    Person.objects.bulk_create(
        Person(
            external_id=f"R{n:02}",
            name=f"Person {n}",
            search=f"person {n}",
            region=organisation.north,
            department=organisation.marketing,
            created_at=now,
            changed_at=now,
        )
        for n in range(1, 61)
    )
    day = clock.today()
    seed_bodies(lambda _: None, as_of=day)
    seed_bodies(lambda _: None, as_of=day)
    numbers = dict(Person.objects.values_list("pk", "external_id"))
    standing = gap_standing(system_actor("test"))
    assert (len(gap_facts()), standing.oldest, standing.undecided) == (9, 71, 4)
    bodies, registers = body_facts(), register_facts()
    committee = bodies.committees[0]
    assert [numbers[seat.person_id] for seat in committee.seats] == ["R05", "R13", "R25", "R34", "R52", "R56"]
    assert committee.last_met_on is not None
    assert (day - committee.last_met_on).days == 14
    assert bodies.centre is not None
    assert bodies.centre.full_time_equivalents == 4.5
    assert {numbers[one] for one in bodies.centre.member_ids} >= {"R06", "R07", "R10", "R11"}
    states = {one.subjects: one.state for one in registers.consultations}
    assert states == {("comments",): "agreed", ("survey", "voice"): "agreed", ("author_logs",): "pending"}
    live = {one.kind for one in registers.processing if one.live}
    assert live == {"author_logs", "survey", "voice", "mentions", "training"}
    assert (Gap.objects.count(), Committee.objects.count(), ServiceRequest.objects.count()) == (9, 1, 6)
