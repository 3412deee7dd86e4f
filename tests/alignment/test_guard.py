"""Nothing goes live while an error holds it up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from fourleaf.alignment.guard import obstacles
from fourleaf.alignment.selectors import glance
from fourleaf.alignment.services import check_plan, waive_finding, waive_obstacle
from fourleaf.kernel import clock as time
from fourleaf.kernel.errors import ConflictError, InvalidError, NotAllowedError
from fourleaf.planning.errors import GateError
from fourleaf.planning.services import change_programme_state, put_object

pytestmark = pytest.mark.django_db


@pytest.fixture
def newcomer(sample: Any, strategist: Any) -> str:
    """A planned programme that lacks a counterpart; the sample's overdue crisis policy is reviewed."""
    from fourleaf.planning.selectors import get_object_for

    policy = get_object_for(strategist.actor, sample.pk, "policies", "P-CRI").data
    due = (time.today() + timedelta(days=100)).isoformat()
    for section, data in (
        ("policies", {**policy, "review_due": due}),
        (
            "programmes",
            {
                "id": "PX", "name": "Trail talk", "side": "external", "brand": "LV", "regions": ["UK"],
                "channels": ["H9"], "objectives": ["O3"], "audiences": ["A3"], "resources": ["CSV-UK"],
                "staffed_regions": [], "owner": "R16", "sponsoring_unit": "MKT", "languages": ["en"],
            },
        ),
    ):  # fmt: skip
        put_object(actor=strategist.actor, plan_id=sample.pk, section=section, data=data)
    return "PX"


def test_an_error_stops_the_launch_and_is_named(sample: Any, strategist: Any, newcomer: str) -> None:
    with pytest.raises(GateError) as caught:
        change_programme_state(actor=strategist.actor, plan_id=sample.pk, key=newcomer, state="live")
    assert any(
        sentence.startswith("A30: Trail talk (PX) has no internal counterpart") for sentence in caught.value.missing
    )


def test_once_mended_it_goes_live(sample: Any, strategist: Any, newcomer: str, put: Callable[..., Any]) -> None:
    put("programmes", newcomer, counterparts=["N2"])
    row = change_programme_state(actor=strategist.actor, plan_id=sample.pk, key=newcomer, state="live")
    assert row.data["state"] == "live"


def test_once_waived_it_goes_live(sample: Any, strategist: Any, newcomer: str, finding: Callable[..., Any]) -> None:
    from fourleaf.alignment.services import check_plan

    check_plan(actor=strategist.actor, plan_id=sample.pk)
    record = finding("A30", f"programmes/{newcomer}")
    waive_finding(actor=strategist.actor, finding_id=record.pk, reason="Soon.", owner="R16", until=time.today())
    row = change_programme_state(actor=strategist.actor, plan_id=sample.pk, key=newcomer, state="live")
    assert row.data["state"] == "live"


def test_rules_see_the_plan_as_it_would_be(sample: Any, strategist: Any, put: Callable[..., Any]) -> None:
    """A08 speaks of live programmes only; a planned one on a channel without a policy is held back all the same."""
    put("programmes", "P07", state="paused")
    assert "A08" in {f.rule for f in obstacles(sample.pk, "programmes", "P07", "live")}


def test_the_glance_says_of_a_planned_programme_what_would_refuse_it(
    sample: Any, strategist: Any, newcomer: str, put: Callable[..., Any]
) -> None:
    channel = {"id": "HX", "name": "Trail clips", "network": "video", "regions": ["IB"], "languages": ["pt"]}
    put_object(actor=strategist.actor, plan_id=sample.pk, section="channels", data=channel)
    put("programmes", newcomer, channels=["HX"], languages=["pt"], regions=["IB"], counterparts=["N2"])
    check_plan(actor=strategist.actor, plan_id=sample.pk)
    picture = glance(strategist.actor, sample.pk)
    row = next(row for row in picture.rows if row.address == f"programmes/{newcomer}")
    refusing = {(f.rule, f.object) for f in obstacles(sample.pk, "programmes", newcomer, "live")}
    said = [f for cell in row.cells for f in cell.findings if f.state == "open" and f.gravity == 0]
    assert {cell.column.code: cell.state for cell in row.cells}["policy"] in {"ahead", "missing"}
    assert 0 < row.ahead <= len(refusing - {(f.rule, f.object) for f in said})
    assert "One planned programme could not go live yet." in picture.sentence


def test_a_roadmap_item_is_stopped_by_its_own_errors_only(sample: Any) -> None:
    assert obstacles(sample.pk, "roadmap", "0.A", "in_progress") == []
    assert {f.rule for f in obstacles(sample.pk, "roadmap", "4.E2", "in_progress")} >= {"A57"}


def test_a_pilot_needs_its_baseline(sample: Any) -> None:
    assert {f.rule for f in obstacles(sample.pk, "pilots", "T5", "running")} == {"A39"}
    assert obstacles(sample.pk, "pilots", "T3", "running") == []


def test_what_the_gate_does_not_know_passes(sample: Any) -> None:
    assert obstacles(sample.pk, "programmes", "unknown", "live") == []
    assert obstacles(sample.pk, "activities", "unknown", "in_progress") == []


def test_an_error_that_is_not_open_yet_can_be_waived_ahead(
    sample: Any, strategist: Any, analyst: Any, put: Callable[..., Any]
) -> None:
    """Some rules have nothing to say while a programme is paused, and stand in the way of its going live."""
    from fourleaf.alignment.models import FindingRecord
    from fourleaf.planning.public import model_of

    first = next(p for p in model_of(strategist.actor, sample.pk).programmes if p.id == "P07")
    data = first.model_dump(mode="json") | {"id": "PX", "name": "Later", "state": "planned", "staffed_regions": None}
    put_object(actor=strategist.actor, plan_id=sample.pk, section="programmes", data=data)
    put("programmes", "P07", state="ended")
    held_back = "PX"
    is_open = set(FindingRecord.objects.filter(state="open").values_list("rule", "object"))
    found = next(f for f in obstacles(sample.pk, "programmes", held_back, "live") if (f.rule, f.object) not in is_open)
    wanted = {
        "plan_id": sample.pk, "programme": held_back, "rule": found.rule, "object": found.object,
        "reason": "Until the policy is signed.", "owner": "R23",
    }  # fmt: skip
    with pytest.raises(NotAllowedError):
        waive_obstacle(actor=analyst.actor, until=time.today(), **wanted)
    with pytest.raises(InvalidError) as caught:
        waive_obstacle(actor=strategist.actor, until=time.today() + timedelta(days=91), **wanted)
    assert set(caught.value.fields) == {"until"}
    key = waive_obstacle(actor=strategist.actor, until=time.today() + timedelta(days=90), **wanted)
    assert key.startswith(f"W-{found.rule}-")
    left = obstacles(sample.pk, "programmes", held_back, "live")
    assert (found.rule, found.object) not in {(f.rule, f.object) for f in left}
    with pytest.raises(ConflictError, match="waived already"):
        waive_obstacle(actor=strategist.actor, until=time.today(), **wanted)
