"""The API: tokens and scopes, problems, cursor pages, and that it does no more than its caller may."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from fourleaf.api.pages import decode_cursor, encode_cursor
from fourleaf.kernel import audit, clock, jobs
from fourleaf.kernel.errors import InvalidError
from fourleaf.kernel.models import ApiToken, Person

pytestmark = pytest.mark.django_db
JSON = {"content_type": "application/json"}
FILE = b"""id,created_at,author,text
1,2026-06-01T10:00:00Z,ann,I love my emberlyn grill
2,2026-06-01T11:00:00Z,ben,The rivalgrill lid is terrible
3,2026-06-02T10:00:00Z,cat,emberlyn or rivalgrill?
4,2026-06-02T11:00:00Z,dan,Something else
"""


class TestTokens:
    def test_without_a_token_the_answer_is_a_401_problem(self, stranger: Any) -> None:
        answer = stranger.get("/api/v1/me")
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert "account page" in answer.json()["detail"]

    @pytest.mark.parametrize("value", ["Bearer ", "Bearer nonsense", "Basic YTpi", "Bearer fl_aaaaaaaaaa_" + "x" * 43])
    def test_a_wrong_token_is_refused(self, stranger: Any, value: str) -> None:
        assert stranger.get("/api/v1/me", headers={"authorization": value}).status_code == 401

    def test_a_session_is_no_token(self, client_for: Any, admin: Any) -> None:
        assert client_for(admin).get("/api/v1/me").status_code == 401

    def test_a_token_does_only_what_its_scopes_allow(self, api_for: Any, admin: Any) -> None:
        client = api_for(admin, ["kernel.view_people"])
        assert client.get("/api/v1/me").json()["rights"] == ["kernel.view_people"]
        assert client.get("/api/v1/people").status_code == 200
        assert client.get("/api/v1/audit").json()["items"] == []

    def test_expired_and_revoked_tokens_and_leavers_are_refused(self, api_for: Any, analyst: Any) -> None:
        client = api_for(analyst)
        token = ApiToken.objects.get()
        assert client.get("/api/v1/me").status_code == 200
        ApiToken.objects.update(expires_at=clock.now() - timedelta(seconds=1))
        assert client.get("/api/v1/me").status_code == 401
        ApiToken.objects.update(expires_at=token.expires_at, revoked_at=clock.now())
        assert client.get("/api/v1/me").status_code == 401
        ApiToken.objects.update(revoked_at=None)
        Person.objects.filter(pk=analyst.person.pk).update(left_on=clock.today() - timedelta(days=1))
        assert client.get("/api/v1/me").status_code == 401


class TestPages:
    def test_pages_are_complete_and_without_doubles_while_rows_come(self, api_for: Any, admin: Any, hire: Any) -> None:
        for number in range(7):
            hire(f"Person {number:02}")
        client = api_for(admin)
        names: list[str] = []
        cursor = ""
        for step in range(10):
            body = client.get(f"/api/v1/people?limit=3&cursor={cursor}").json()
            names += [item["name"] for item in body["items"]]
            if step == 0:
                hire("Aaron Before")
            if body["next"] is None:
                break
            cursor = body["next"]
        assert names == sorted(["Ada Admin", *(f"Person {number:02}" for number in range(7))])

    @pytest.mark.parametrize(
        "cursor",
        ["x", "AAAA", "é", encode_cursor([1]), encode_cursor([["a"], 1]), encode_cursor(["a", {"b": 1}]), "W10"],
    )
    def test_a_broken_cursor_is_a_problem_that_says_what_to_send(self, api_for: Any, admin: Any, cursor: str) -> None:
        answer = api_for(admin).get("/api/v1/people", {"cursor": cursor})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/cursor"

    def test_a_cursor_round_trips(self) -> None:
        assert decode_cursor(encode_cursor(["ü", 3]), 2) == ["ü", 3]
        with pytest.raises(InvalidError):
            decode_cursor(encode_cursor(["ü"]), 2)

    @pytest.mark.parametrize("limit", ["0", "201", "many"])
    def test_a_wrong_limit_names_its_place(self, api_for: Any, admin: Any, limit: str) -> None:
        answer = api_for(admin).get(f"/api/v1/people?limit={limit}")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/limit"


class TestKernel:
    def test_absent_and_forbidden_answer_alike(self, api_for: Any, member: Any, admin: Any) -> None:
        made = jobs.Job.objects.create(
            kind="x", next_attempt_at=clock.now(), created_at=clock.now(), created_by="y", created_by_person_id=None
        )
        client = api_for(member)
        forbidden, absent = client.get(f"/api/v1/jobs/{made.pk}"), client.get("/api/v1/jobs/999999")
        assert forbidden.status_code == absent.status_code == 404
        assert forbidden.json()["detail"] == absent.json()["detail"]

    def test_the_trail_is_read_page_by_page(self, api_for: Any, admin: Any, query_budget: Any) -> None:
        client = api_for(admin)
        with transaction.atomic():
            for number in range(5):
                audit.record(admin.actor, "kernel.brand.added", ("kernel.brand", number))
        first = client.get("/api/v1/audit?limit=2&code=kernel.brand.added").json()
        assert [item["subject_id"] for item in first["items"]] == ["4", "3"]
        with query_budget(6):
            second = client.get(f"/api/v1/audit?limit=2&code=kernel.brand.added&cursor={first['next']}").json()
        assert [item["subject_id"] for item in second["items"]] == ["2", "1"]

    def test_the_organisation_comes_whole(self, api_for: Any, member: Any) -> None:
        client = api_for(member)
        assert {region["code"] for region in client.get("/api/v1/regions").json()} == {"NO", "SO"}
        assert len(client.get("/api/v1/departments").json()) == 3
        assert len(client.get("/api/v1/brands").json()) == 2


class TestListening:
    @pytest.fixture
    def imported(self, api_for: Any, analyst: Any, lake_dir: Path, settings: Any, tmp_path: Path) -> Any:
        from django.core.files.uploadedfile import SimpleUploadedFile

        settings.MEDIA_ROOT = tmp_path / "uploads"
        client = api_for(analyst)
        for name, role, text in (("Ember", "own", "emberlyn"), ("Rival", "competitor", "rivalgrill")):
            answer = client.post("/api/v1/queries", {"name": name, "role": role, "text": text}, **JSON)
            assert answer.status_code == 201, answer.content
        sent = client.post("/api/v1/imports", {"file": SimpleUploadedFile("posts.csv", FILE)})
        assert sent.status_code == 201, sent.content
        import_id = sent.json()["id"]
        started = client.post(f"/api/v1/imports/{import_id}/start", {}, **JSON)
        assert started.status_code == 200, started.content
        jobs.run_until_idle()
        done = client.get(f"/api/v1/imports/{import_id}").json()
        assert (done["state"], done["rows_stored"]) == ("done", 4)
        return client

    def test_share_of_voice_of_an_imported_file(self, imported: Any) -> None:
        body = imported.get("/api/v1/reports/share-of-voice?first_day=2026-06-01&last_day=2026-06-30").json()
        assert body["own"]["value"] == 0.5
        assert body["own"]["base"] == 4
        assert 0.1 < body["own"]["low"] < 0.5 < body["own"]["high"] < 0.9
        assert {item["name"]: item["raw"] for item in body["contenders"]} == {"Ember": 2, "Rival": 2}

    def test_share_of_voice_asks_for_the_brand_when_there_are_several(self, imported: Any, organisation: Any) -> None:
        from fourleaf.listening.models import ListeningQuery

        address = "/api/v1/reports/share-of-voice?first_day=2026-06-01&last_day=2026-06-30"
        brands = [organisation.ember, organisation.loom]
        ListeningQuery.objects.filter(name="Ember").update(brand=brands[0])
        assert imported.get(address).status_code == 200
        second = imported.post(
            "/api/v1/queries", {"name": "Second", "role": "own", "text": "rivalgrill"}, **JSON
        ).json()
        ListeningQuery.objects.filter(pk=second["id"]).update(brand=brands[1])
        refused = imported.get(address)
        assert refused.status_code == 422
        assert refused["Content-Type"] == "application/problem+json"
        (error,) = refused.json()["errors"]
        assert error["pointer"] == "/brand_id"
        for brand in brands[:2]:
            assert f"{brand.pk} ({brand.name})" in error["detail"]
        own = imported.get(f"{address}&brand_id={brands[0].pk}").json()
        assert {item["name"] for item in own["contenders"]} == {"Ember", "Rival"}
        # The pages' other two choices: queries without a brand alone, and all together with a remark.
        third = imported.post("/api/v1/queries", {"name": "Third", "role": "own", "text": "lid"}, **JSON).json()
        assert "none (queries without a brand)" in imported.get(address).json()["errors"][0]["detail"]
        alone = imported.get(f"{address}&brand_id=none").json()
        assert {item["name"] for item in alone["contenders"]} == {"Rival", "Third"}
        everyone = imported.get(f"{address}&brand_id=all").json()
        assert {item["name"] for item in everyone["contenders"]} == {"Ember", "Rival", "Second", "Third"}
        assert "several markets" in everyone["remarks"][0]
        assert imported.get(f"{address}&brand_id=987654").status_code == 422
        assert imported.get(f"{address}&brand_id=nobody").status_code == 422
        imported.post(f"/api/v1/queries/{third['id']}/archive", {}, **JSON)
        imported.post(f"/api/v1/queries/{second['id']}/archive", {}, **JSON)
        assert imported.get(address).status_code == 200

    def test_the_same_file_again_is_recognised(self, imported: Any) -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        again = imported.post("/api/v1/imports", {"file": SimpleUploadedFile("again.csv", FILE)})
        assert again.status_code == 200
        assert again.json()["rows_stored"] == 4

    def test_mentions_are_listed_searched_and_corrected(self, imported: Any) -> None:
        span = "first_day=2026-06-01&last_day=2026-06-30"
        listed = imported.get(f"/api/v1/mentions?{span}&limit=3").json()
        assert len(listed["items"]) == 3
        rest = imported.get(f"/api/v1/mentions?{span}&limit=3&cursor={listed['next']}").json()
        assert len(rest["items"]) == 1
        assert rest["next"] is None
        found = imported.get(f"/api/v1/mentions?{span}&q=lid").json()["items"]
        assert [item["author"] for item in found] == ["ben"]
        path = f"/api/v1/mentions/{found[0]['id']}"
        changed = imported.patch(path, {"sentiment": "positive", "version": 0}, **JSON)
        assert (changed.status_code, changed.json()["sentiment"]) == (200, "positive")
        assert imported.patch(path, {"sentiment": "neutral", "version": 0}, **JSON).status_code == 409
        assert imported.get(path).json()["sentiment_corrected"] is True

    def test_a_wrong_query_names_its_place(self, imported: Any) -> None:
        answer = imported.post("/api/v1/queries", {"name": "X", "text": '"unclosed'}, **JSON)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/text"

    def test_a_change_made_from_an_old_version_is_a_conflict(self, imported: Any) -> None:
        query = imported.get("/api/v1/queries").json()["items"][0]
        change = {"name": query["name"], "role": query["role"], "text": "emberlyn*", "version": query["version"]}
        path = f"/api/v1/queries/{query['id']}"
        assert imported.put(path, change, **JSON).status_code == 200
        assert imported.put(path, {**change, "text": "ember*"}, **JSON).status_code == 409

    def test_members_find_no_listening(self, imported: Any, api_for: Any, member: Any) -> None:
        client = api_for(member)
        assert client.get("/api/v1/queries").json()["items"] == []
        assert client.get("/api/v1/mentions").status_code in (403, 404)
        assert client.get("/api/v1/imports").json()["items"] == []


def test_every_operation_has_a_summary_and_a_docstring() -> None:
    from fourleaf.api.application import api

    bare = [
        f"{method} {path}"
        for path, item in api.get_openapi_schema()["paths"].items()
        for method, operation in item.items()
        if not operation.get("summary") or not operation.get("description")
    ]
    assert bare == []


@pytest.mark.parametrize("path", ["/api/", "/api/v1/nope", "/api/v2/people"])
def test_unknown_addresses_answer_as_problems(stranger: Any, path: str) -> None:
    answer = stranger.get(path)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
