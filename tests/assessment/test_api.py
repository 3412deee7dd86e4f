"""Survey results through the API: published figures only."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from fourleaf.kernel.services.tokens import available_scopes, make_token


def api_of(who: Any) -> Client:
    scopes = [code for code, _ in available_scopes(who.actor)]
    key = make_token(actor=who.actor, name="test", scopes=scopes).key
    return Client(headers={"authorization": f"Bearer {key}"})


@pytest.mark.django_db
def test_the_clover_and_its_departments(published: Any, analyst: Any, member: Any) -> None:
    client = api_of(analyst)
    assert client.get("/api/v1/clover").status_code == 404
    published(60)
    clover = client.get("/api/v1/clover").json()
    assert (clover["n"], clover["limiting"], len(clover["leaves"])) == (60, "leadership", 4)
    departments = client.get("/api/v1/clover/departments").json()
    assert [one["code"] for one in departments] == ["CSV", "MKT"]
    assert client.get("/api/v1/organisation-model").json() == {
        "declared": None, "observed": None, "confidence": None, "steps_apart": None,
    }  # fmt: skip
    assert api_of(member).get("/api/v1/clover").status_code == 403
