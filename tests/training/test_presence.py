"""Coverage by role and by hour: counts of two or more, and nothing about people of regions that count teams only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from fourleaf.governance.models import RoleHolding
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.errors import NotAllowedError
from fourleaf.kernel.models import Region
from fourleaf.training.public import BeltToSet, set_belts
from fourleaf.training.selectors.presence import HoursCoverage, coverage_by_hour, coverage_by_role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def team(hire: Callable[..., Any], organisation: Any) -> dict[str, list[Any]]:
    """Six people in the North (teams only), four in the South (individuals); two of each hold the Green belt."""
    people = {
        "north": [hire(f"North {n}", region=organisation.north) for n in range(6)],
        "south": [hire(f"South {n}", region=organisation.south) for n in range(4)],
    }
    set_belts(
        actor=system_actor("the test"),
        wishes=[
            BeltToSet(one.person.pk, "green", date(2026, 1, 1), None, "Test.")
            for one in (*people["north"][:2], *people["south"][:2])
        ],
    )
    return people


def test_two_of_a_region_cover_its_hours_and_one_never_does(strategist: Any, team: Any, organisation: Any) -> None:
    found = coverage_by_hour(strategist.actor, belt="green", zone="Europe/Berlin")
    monday, saturday = found.steps[0], found.steps[5]
    # Berlin from 9 to 17, New York from 15 to 23; four people while both are at work.
    assert [hour for hour, step in enumerate(monday) if step] == list(range(9, 23))
    assert not any(saturday)
    assert (found.covered, found.longest_gap) == (5 * 14, (58, 4, 23))
    set_belts(
        actor=system_actor("the test"),
        wishes=[BeltToSet(team["south"][0].person.pk, "none", date(2026, 1, 1), None, "Test.")],
    )
    one_left = coverage_by_hour(strategist.actor, belt="green", zone="Europe/Berlin").steps[0]
    assert [hour for hour, step in enumerate(one_left) if step] == list(range(9, 17))
    in_utc = coverage_by_hour(strategist.actor, belt="green").steps[0]
    assert [hour for hour, step in enumerate(in_utc) if step] == list(range(7, 15))


def test_small_regions_that_count_teams_only_are_left_out(strategist: Any, team: Any, organisation: Any) -> None:
    Region.objects.filter(pk=organisation.south.pk).update(analytics_mode="team_only")
    found = coverage_by_hour(strategist.actor, belt="green", zone="Europe/Berlin")
    assert found.left_out == ("South",)
    assert found.covered == 5 * 8


def test_roles_are_counted_where_no_single_person_is_told(
    strategist: Any, member: Any, team: Any, hire: Callable[..., Any], organisation: Any
) -> None:
    def hold(role: str, people: list[Any]) -> None:
        for one in people:
            RoleHolding.objects.create(role=role, person=one.person, since=date(2026, 1, 1))

    # Five of the South, all Green: counted, since their region measures individuals. One of them alone is not.
    south = [*team["south"], hire("South 4", region=organisation.south)]
    set_belts(
        actor=system_actor("the test"),
        wishes=[BeltToSet(one.person.pk, "green", date(2026, 1, 1), None, "Test.") for one in south[2:]],
    )
    hold("responder", team["north"][:5])
    hold("moderator", team["north"][2:])
    hold("strategist", team["north"][:1])
    hold("publisher", team["south"][:1])
    hold("author", south)
    hold("editor", [*team["south"][:1], team["north"][0]])
    found = {one.code: (one.people, one.holding) for one in coverage_by_role(strategist.actor, belt="green")}
    assert found == {
        "responder": (5, 2),
        "moderator": (None, None),
        "strategist": (None, None),
        "publisher": (None, None),
        "author": (5, 5),
        "editor": (None, None),
    }
    with pytest.raises(NotAllowedError):
        coverage_by_role(member.actor, belt="green")
    with pytest.raises(NotAllowedError):
        coverage_by_hour(member.actor, belt="green")


def test_a_week_that_is_never_or_always_covered_has_its_gap_told() -> None:
    empty = HoursCoverage("UTC", ((0,) * 24,) * 7, ())
    full = HoursCoverage("UTC", ((1,) * 24,) * 7, ())
    assert (empty.longest_gap, full.longest_gap) == ((168, 0, 0), None)
