"""The sample organisation holds the facts it is meant to hold, and the snapshot's indexes answer on it."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from fourleaf.engine.alignment import Snapshot, load_plan, verify

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "tarnbeck.yaml"


@cache
def tarnbeck() -> Snapshot:
    loaded = load_plan(EXAMPLE)
    assert loaded.problems == ()
    assert loaded.plan is not None
    return Snapshot(loaded.plan)


def test_it_is_as_large_as_it_should_be() -> None:
    plan = tarnbeck().plan
    assert verify(plan) == ()
    assert [person.id for person in plan.people] == [f"R{number:02}" for number in range(1, 61)]
    assert sum(department.headcount or 0 for department in plan.departments) == 1850
    assert sum(region.headcount or 0 for region in plan.regions) == 1850
    assert sum(resource.slack_hours or 0 for resource in plan.resources) == 62


def test_ages_are_as_stated() -> None:
    snapshot = tarnbeck()
    review = snapshot.policies["P-CRI"].review_due
    assert review is not None
    assert snapshot.as_of - review == timedelta(days=74)
    assert max(snapshot.as_of - gap.found_on for gap in snapshot.plan.gaps if gap.state == "open").days == 71


def test_means_of_the_departments_give_those_of_the_whole() -> None:
    plan = tarnbeck().plan
    assert plan.organisation is not None
    assert plan.organisation.leaves is not None
    cells = [department.leaves for department in plan.departments if department.leaves]
    total = sum(cell.n for cell in cells)
    assert total == 1043
    for leaf in ("culture", "leadership", "governance", "technology"):
        mean = sum(getattr(cell, leaf) * cell.n for cell in cells) / total
        assert round(mean) == getattr(plan.organisation.leaves, leaf)


def test_technology_takes_31_percent_of_the_effort() -> None:
    lines = tarnbeck().plan.effort_lines
    share = sum(line.money or 0 for line in lines if line.category == "technology") / sum(x.money or 0 for x in lines)
    assert share == pytest.approx(0.3097, abs=1e-4)


def test_outside_is_ahead_of_inside_where_iberia_began_early() -> None:
    roadmap = tarnbeck().roadmap
    assert {name: lag.phases for name, lag in roadmap.lags.items() if lag.phases} == {"3.E2": 1, "4.E1": 2}
    assert roadmap.started_too_early == ("3.E2", "4.E1")
    assert roadmap.active_phase == 1


def test_the_rota_has_its_holes() -> None:
    rota = tarnbeck().rota
    assert set(rota) == {"DE", "UK", "ND", "NA"}
    thin = {region: sum(len(people) < 2 for people in week) for region, week in rota.items()}
    assert thin == {"DE": 0, "UK": 0, "ND": 0, "NA": 48}
    assert sum(not people for people in rota["NA"]) == 16
    assert rota["NA"][5 * 24 + 8] == {"R09"}


def test_policies_reach_channels_regions_and_languages() -> None:
    snapshot = tarnbeck()
    policy = snapshot.policies["P-SM"]
    assert snapshot.in_force(policy)
    assert snapshot.covers(policy, channel="H1", region="DE", language="de")
    assert not snapshot.covers(policy, channel="H8")
    assert not snapshot.covers(policy, language="es")
    assert not snapshot.in_force(policy, snapshot.as_of.replace(month=1))
    assert "P-INF" not in snapshot.policies_in_force
    assert {kind: len(found) for kind, found in snapshot.policies_in_force.items()}["G-VT"] == 2


def test_belts_are_asked_with_their_validity() -> None:
    snapshot = tarnbeck()
    assert snapshot.belt_needed("reply", channel="H8", region="IB") == "green"
    assert not snapshot.holds(snapshot.people["R32"], "green")
    assert snapshot.holds(snapshot.people["R17"], "green")
    assert snapshot.belt_held(snapshot.people["R17"], snapshot.as_of + timedelta(days=400)) == "none"


def test_responders_are_those_of_the_region() -> None:
    snapshot = tarnbeck()
    stories = snapshot.programmes["P06"]
    assert [person.id for person in snapshot.responders(stories, "ND")] == ["R20", "R33"]
    assert snapshot.live_regions == ("DE", "UK", "ND", "NA", "IB")
    assert [programme.id for programme in snapshot.live_on_channel["H9"]] == ["P05", "P09"]


def test_objects_are_found_by_address() -> None:
    snapshot = tarnbeck()
    assert snapshot.find("programmes/P07") is snapshot.programmes["P07"]
    assert snapshot.find("programmes/P99") is None
    assert snapshot.find("organisation") is None
    assert snapshot.find("nothing/X") is None
