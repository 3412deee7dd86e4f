"""Pages of maturity and of the organisation model."""

from __future__ import annotations

from typing import Any

import pytest

from fourleaf.assessment.models import DeclaredModel, GateEvidence, ModelMeasures


@pytest.mark.django_db
class TestMaturity:
    def test_the_ladder_shows_gates_and_keeps_its_budget(
        self, client_for: Any, analyst: Any, query_budget: Any
    ) -> None:
        client = client_for(analyst)
        with query_budget(5):
            response = client.get("/assess/maturity/")
        html = response.content.decode()
        assert "Maturity: dormant" in html
        assert html.count('class="gate"') == 35

    def test_evidence_is_noted_on_its_page(self, client_for: Any, strategist: Any, analyst: Any) -> None:
        client = client_for(strategist)
        bad = client.post("/assess/maturity/owner_named/", {"value": "yes", "note": "", "version": "0"})
        assert bad.status_code == 422
        client.post("/assess/maturity/owner_named/", {"value": "yes", "note": "Stella.", "version": "0"})
        client.post("/assess/maturity/committee_functions/", {"value": "6", "note": "See minutes.", "version": "0"})
        client.post("/assess/maturity/enthusiast_groups/", {"value": "1", "note": "One.", "version": "0"})
        assert set(GateEvidence.objects.values_list("fact", "value")) == {
            ("owner_named", True), ("committee_functions", 6.0), ("enthusiast_groups", 1.0),
        }  # fmt: skip
        assert "Stella." in client_for(analyst).get("/assess/maturity/").content.decode()
        assert client_for(analyst).post("/assess/maturity/owner_named/", {"value": "no"}).status_code == 403
        assert client.get("/assess/maturity/moon_phase/").status_code == 404


@pytest.mark.django_db
def test_the_model_is_declared_measured_and_compared(
    client_for: Any, strategist: Any, analyst: Any, member: Any, query_budget: Any
) -> None:
    client = client_for(strategist)
    assert "Not measured" in client.get("/assess/model/").content.decode()
    client.post("/assess/model/", {"model": "honeycomb", "reason": "Everybody."})
    bad = client.post("/assess/model/measures/", {"window_end": "2026-01-31", "cr": "7"})
    assert bad.status_code == 422
    values = {"window_end": "2026-01-31", "cr": "0.48", "ap": "0.81", "act": "0.55", "ht": "0.57", "std": "0.71"}
    assert client.post("/assess/model/measures/", values).status_code == 302
    assert (DeclaredModel.objects.count(), ModelMeasures.objects.count()) == (1, 1)
    reader = client_for(analyst)
    with query_budget(5):
        html = reader.get("/assess/model/").content.decode()
    assert "Hub and spoke" in html
    assert "1 step apart" in html
    assert "by the rules" in html
    assert client_for(member).get("/assess/model/").status_code == 403
    assert client_for(analyst).post("/assess/model/", {"model": "organic"}).status_code == 403
