"""The sample's wave gives the figures of its story, and hides what must be hidden."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest

from fourleaf.assessment.models import Invitation, Sheet, Wave, WaveResult
from fourleaf.assessment.selectors.maturity import model_of, standing_of
from fourleaf.demo.assessment import ANSWERED, POINTS, seed_assessment
from fourleaf.kernel import jobs
from fourleaf.kernel.actors import system_actor

AS_OF = date(2026, 6, 15)


@pytest.mark.django_db
def test_the_sample_tells_its_story(settings: Any, noon: Any) -> None:
    from fourleaf.demo.seed import seed_organisation

    settings.TIME_ZONE = "UTC"
    seed_organisation(lambda _: None, as_of=AS_OF)
    began = time.process_time()
    seed_assessment(lambda _: None, as_of=AS_OF)
    assert time.process_time() - began < 15
    waves = {one.name: one for one in Wave.objects.all()}
    report = WaveResult.objects.get(wave=waves["Wave 1"]).report
    assert (report["response"]["n"], report["response"]["invited"]) == (1043, 1850)
    leaves = {row["leaf"]: row for row in report["leaves"]}
    assert [round(leaves[leaf]["points"]) for leaf in leaves] == [58, 46, 52, 63]
    assert [round(leaves[leaf]["agreement"]["value"], 2) for leaf in leaves] == [
        pytest.approx(value, abs=0.015) for value in (0.61, 0.44, 0.58, 0.66)
    ]
    assert report["clover"]["limiting"] == "leadership"
    assert report["clover"]["badge"] == "three-leaf"
    assert report["clover"]["index"] == pytest.approx(53.84, abs=0.1)
    gap = leaves["leadership"]["leader_gap"]
    assert (gap["n_first"], gap["flag"]) == (62, "rosier")
    assert gap["delta"] == pytest.approx(0.74, abs=0.01)
    assert gap["low"] == pytest.approx(0.49, abs=0.04)
    assert leaves["culture"]["leader_gap"]["delta"] == pytest.approx(0.41, abs=0.01)
    for row in report["breakdown"]:
        if list(row["key"]) == ["department"]:
            for leaf, cell in row["leaves"].items():
                wanted = POINTS[row["key"]["department"]][list(leaves).index(leaf)]
                assert cell["divided"] or cell["points"] == pytest.approx(wanted, abs=1)
    # Sales, product development and service agree enough for their leadership to be shown.
    shown = {row["key"]["department"]: row["leaves"]["leadership"]["points"] for row in report["breakdown"]
             if list(row["key"]) == ["department"]}  # fmt: skip
    assert (shown["SAL"], shown["PRD"], shown["CSV"]) == (41, 43, 47)
    cells = {(row["key"].get("department"), row["key"].get("region")): row["shown"] for row in report["breakdown"]}
    hidden = {key for key, shown in cells.items() if not shown}
    assert {("LRI", "IB"), ("PPL", "ND"), ("PPL", "IB")} <= hidden
    # Four people were asked in communications of North America: their answers do not keep the region at all.
    assert ("COM", "NA") not in cells
    assert sum(ANSWERED.values()) == Sheet.objects.filter(wave=waves["Wave 1"]).count()
    assert {one.state for one in waves.values()} == {"published"}
    # Ten months before: every leaf lower, leaders further away, and the change is shown.
    before = WaveResult.objects.get(wave=waves["Wave 0"]).report
    assert before["response"]["n"] == 616
    old = {row["leaf"]: row for row in before["leaves"]}
    for leaf, change in report["changes"][""].items():
        assert change["delta"] == pytest.approx(leaves[leaf]["points"] - old[leaf]["points"], abs=0.1)
        # Technology has hardly moved.
        assert change["low"] > 0 or leaf == "technology"
    assert old["leadership"]["leader_gap"]["delta"] > leaves["leadership"]["leader_gap"]["delta"]
    assert any(one["culture"]["delta"] is not None for code, one in report["changes"].items() if code)
    assert not Invitation.objects.filter(used=True).exists()
    actor = system_actor("the test")
    assert standing_of(actor).maturity.name == "trying"
    assert model_of(actor).comparison.kind == "same"  # type: ignore[union-attr]  # both are seeded
    assert jobs.run_until_idle() <= 1
    seed_assessment(lambda _: None, as_of=AS_OF)
    assert Wave.objects.count() == 2
