"""What the kernel tells other contexts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from fourleaf.kernel import clock, public
from fourleaf.kernel.models import Person


def test_units_are_given_as_facts(organisation: Any) -> None:
    north = public.regions()[organisation.north.pk]
    assert (north.code, north.time_zone, north.analytics_mode) == ("NO", "Europe/Berlin", "team_only")
    assert north.working_hours[0] == (("09:00", "17:00"),)
    assert [d.name for d in public.departments().values()] == ["Customer Service", "Legal", "Marketing"]
    assert public.brands()[organisation.loom.pk].colour == 1


def test_people_are_given_as_facts(
    member: Any, other_unit: Any, organisation: Any, query_budget: Callable[[int], Any]
) -> None:
    Person.objects.filter(pk=other_unit.person.pk).update(left_on=clock.today() - timedelta(days=1))
    assert [p.name for p in public.people_now()] == ["Mia Member"]
    assert public.people_now(region_id=organisation.south.pk) == []
    assert [p.id for p in public.people_now(department_id=organisation.marketing.pk)] == [member.person.pk]
    with query_budget(1):
        both = public.people_by_id([member.person.pk, other_unit.person.pk, 999_999])
    assert {p.name for p in both.values()} == {"Mia Member", "Otto Other"}
