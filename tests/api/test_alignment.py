"""Findings, rules and what if over the API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fourleaf.alignment.services import check_plan
from fourleaf.engine.alignment.loading import load_plan
from fourleaf.planning.services import import_plan, set_current

pytestmark = pytest.mark.django_db
JSON = {"content_type": "application/json"}
SAMPLE = Path(__file__).resolve().parents[2] / "examples" / "tarnbeck.yaml"


@pytest.fixture
def plan(strategist: Any) -> Any:
    made, _ = import_plan(actor=strategist.actor, loaded=load_plan(SAMPLE), name="Sample")
    check_plan(actor=strategist.actor, plan_id=made.pk)
    return set_current(actor=strategist.actor, plan_id=made.pk)


def test_findings_come_in_pages_and_are_narrowed(plan: Any, analyst: Any, api_for: Any, query_budget: Any) -> None:
    client = api_for(analyst)
    first = client.get("/api/v1/alignment/findings?limit=10").json()
    second = client.get(f"/api/v1/alignment/findings?limit=10&cursor={first['next']}").json()
    ids = [item["id"] for item in first["items"] + second["items"]]
    assert len(set(ids)) == 20
    assert first["items"][0]["severity"] == "error"
    with query_budget(8):
        held = client.get("/api/v1/alignment/findings?holds_up=programmes/P07&severity=error&limit=100").json()
    assert {"A08", "A30"} <= {item["rule"] for item in held["items"]}
    assert all("programmes/P07" in item["holds_up"] for item in held["items"])
    assert client.get("/api/v1/alignment/findings?state=gone").json()["items"] == []
    assert client.get(f"/api/v1/alignment/findings?plan_id={plan.pk}&rule=A06").json()["items"][0]["holds_up"] == []


def test_rules_say_why(analyst: Any, api_for: Any) -> None:
    rules = api_for(analyst).get("/api/v1/alignment/rules").json()
    assert len(rules) == 58
    assert rules[29]["id"] == "A30"
    assert rules[29]["source"]


def test_what_if_saves_nothing(plan: Any, analyst: Any, api_for: Any) -> None:
    client = api_for(analyst)
    change = {"section": "programmes", "id": "P07", "field": "counterparts", "value": ["N2"]}
    said = client.post("/api/v1/alignment/what-if", {"changes": [change]}, **JSON).json()
    assert [finding["rule"] for finding in said["goes"]] == ["A30"]
    assert said["after"]["error"] == said["before"]["error"] - 1
    still = client.get("/api/v1/alignment/findings?rule=A30").json()["items"]
    assert still[0]["state"] == "open"
    wrong = client.post("/api/v1/alignment/what-if", {"changes": [{**change, "value": ["N99"]}]}, **JSON)
    assert wrong.status_code == 422
    assert "not among" in wrong.content.decode()


def test_who_may_not_see_findings_gets_none(plan: Any, member: Any, api_for: Any) -> None:
    client = api_for(member)
    assert client.get("/api/v1/alignment/findings").status_code in (403, 404)
    assert client.get("/api/v1/alignment/rules").status_code in (403, 404)
    assert client.post("/api/v1/alignment/what-if", {"changes": []}, **JSON).status_code in (403, 404, 422)


def test_without_a_current_plan_there_is_nothing(analyst: Any, api_for: Any) -> None:
    assert api_for(analyst).get("/api/v1/alignment/findings").status_code == 404
