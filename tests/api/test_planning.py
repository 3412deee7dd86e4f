"""Plans over the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fourleaf.engine.alignment.loading import load_plan
from fourleaf.planning.models import Plan, PlanObject

pytestmark = pytest.mark.django_db
JSON = {"content_type": "application/json"}
TEXT = b"format: 1\nas_of: 2026-09-30\ngoals: [{id: G1, text: First}, {id: G2, text: Second}]\n"


def _file(content: bytes = TEXT) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("plan.yaml", content)}


@pytest.fixture
def client(api_for: Any, strategist: Any) -> Any:
    return api_for(strategist)


@pytest.fixture
def address(client: Any) -> str:
    answer = client.post("/api/v1/plans/import?name=Ours", _file())
    assert answer.status_code == 201, answer.content
    return f"/api/v1/plans/{answer.json()['plan']['id']}"


def test_a_file_goes_in_and_comes_out(client: Any, address: str) -> None:
    assert client.get("/api/v1/plans").json()["items"][0]["name"] == "Ours"
    assert client.get(address).json()["as_of"] == "2026-09-30"
    answer = client.get(f"{address}/export")
    assert answer["Content-Type"].startswith("application/yaml")
    assert load_plan(answer.content).plan == load_plan(TEXT).plan
    dry = client.post(f"{address}/import?mode=replace&dry_run=true", _file(TEXT.replace(b"G2", b"G3")))
    assert (dry.json()["added"], dry.json()["removed"]) == (["goals/G3"], ["goals/G2"])
    assert PlanObject.objects.filter(key="G3").count() == 0
    assert client.post(f"{address}/import", _file(TEXT.replace(b"First", b"1st"))).json()["changed"] == ["goals/G1"]


def test_sections_and_objects(client: Any, address: str, query_budget: Any) -> None:
    counts = {s["name"]: s["objects"] for s in client.get(f"{address}/sections").json()}
    assert (counts["goals"], counts["people"]) == (2, 0)
    page = client.get(f"{address}/sections/goals?limit=1").json()
    rest = client.get(f"{address}/sections/goals?limit=1&cursor={page['next']}").json()
    assert [page["items"][0]["key"], rest["items"][0]["key"]] == ["G1", "G2"]
    with query_budget(12):
        client.get(f"{address}/sections/goals")


def test_an_object_is_put_and_removed(client: Any, address: str) -> None:
    one = f"{address}/sections/goals/G9"
    assert client.get(one).status_code == 404
    made = client.put(one, {"data": {"text": "Ninth"}, "version": 0}, **JSON)
    assert (made.status_code, made.json()["data"], made.json()["version"]) == (200, {"id": "G9", "text": "Ninth"}, 1)
    assert client.put(one, {"data": {"text": "9"}, "version": 7}, **JSON).status_code == 409
    wrong = client.put(one, {"data": {"text": "9", "onwer": "x"}}, **JSON)
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/onwer")
    assert client.put(one, {"data": {"id": "G8", "text": "9"}}, **JSON).status_code == 422
    assert client.delete(f"{one}?version=1").status_code == 204
    assert client.delete(one).status_code == 404
    whole = f"{address}/sections/organisation/-"
    assert client.put(whole, {"data": {"name": "Tarn", "size": 3}}, **JSON).status_code == 200
    assert client.get(whole).json()["data"] == {"name": "Tarn", "size": 3}
    assert client.put(whole[:-1] + "x", {"data": {"name": "Tarn", "size": 3}}, **JSON).status_code == 422


def test_a_wrong_file_is_refused_with_lines(client: Any) -> None:
    answer = client.post("/api/v1/plans/import", _file(TEXT.replace(b"goals", b"gaols")))
    assert answer.status_code == 422
    assert "line 3" in answer.json()["errors"][0]["detail"]
    assert not Plan.objects.exists()


def test_rights(client: Any, address: str, api_for: Any, analyst: Any, member: Any) -> None:
    reader, nobody = api_for(analyst), api_for(member)
    assert reader.get(f"{address}/sections/goals/G1").status_code == 200
    change = {"data": {"text": "Mine"}}
    assert reader.put(f"{address}/sections/goals/G1", change, **JSON).status_code == 403
    assert nobody.get("/api/v1/plans").json()["items"] == []
    forbidden = nobody.put(f"{address}/sections/goals/G1", change, **JSON)
    absent = nobody.put("/api/v1/plans/999999/sections/goals/G1", change, **JSON)
    assert (forbidden.status_code, forbidden.json()["detail"]) == (absent.status_code, absent.json()["detail"])
    assert forbidden.status_code == 404
