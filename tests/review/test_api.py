"""Review through the API: from the draft to the verdict, with the same refusals as on pages."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from fourleaf.kernel.services.tokens import available_scopes, make_token


def api_of(who: Any) -> Client:
    scopes = [code for code, _ in available_scopes(who.actor)]
    key = make_token(actor=who.actor, name="test", scopes=scopes).key
    return Client(headers={"authorization": f"Bearer {key}"})


def test_from_the_draft_to_the_verdict(house: Any) -> None:
    author, lead = api_of(house.author), api_of(house.lead)

    def post(client: Client, path: str, body: Any = None) -> Any:
        return client.post(f"/api/v1/review/{path}", json.dumps(body or {}), content_type="application/json")

    brand = house.organisation.ember.pk
    facts = {"brand_id": brand, "flags": ["price"], "content_class": "post"}
    found = post(author, "preview", facts).json()
    assert (found["tier"], found["review_probability"], found["route"]) == ("R3", 1.0, "Claims")
    assert post(author, "preview", {**facts, "flags": ["prices"]}).status_code == 422
    made = post(author, "drafts", {"title": "T", "text": "Light the coals.", "brand_id": brand})
    assert made.status_code == 201
    number = made.json()["id"]
    house.belts.unacknowledged.add(house.author.person.pk)
    refused = post(author, f"items/{number}/submit")
    assert refused.status_code == 422
    assert "not acknowledged" in refused.content.decode()
    house.belts.unacknowledged.clear()
    item = post(author, f"items/{number}/submit").json()
    assert (item["state"], item["cleared"], item["steps"][0]["given"]) == ("submitted", False, 0)
    assert [one["id"] for one in lead.get("/api/v1/review/items").json()["items"]] == [number]
    # A severity that was left out is no clean one.
    assert post(lead, f"items/{number}/decisions", {"verdict": "approved", "content_hash": "x"}).status_code == 422
    verdict = {"verdict": "approved", "severity": "clean", "content_hash": "x"}
    assert post(lead, f"items/{number}/decisions", verdict).status_code == 409
    done = post(lead, f"items/{number}/decisions", {**verdict, "content_hash": item["content_hash"]}).json()
    assert (done["state"], done["cleared"]) == ("approved", True)
    assert api_of(house.outsider).get(f"/api/v1/review/items/{number}").status_code == 404
    defect = {"source": "complaint", "severity": "minor", "defects": ["wording"], "note": "Too loud."}
    assert post(lead, f"items/{number}/defects", defect).status_code == 403
    assert post(api_of(house.keeper), f"items/{number}/defects", defect).json()["cleared"] is True
    strata = api_of(house.keeper).get("/api/v1/review/strata").json()
    assert (strata[0]["level"], strata[0]["reviewed"], strata[0]["proposed"]) == ("Q0", 2, None)
    assert author.get("/api/v1/review/strata").status_code == 403
    confirm = post(api_of(house.keeper), f"strata/{strata[0]['id']}/confirm", {"reason": "why"})
    assert confirm.status_code == 422
