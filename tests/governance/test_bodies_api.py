"""Gaps, registers and bodies over the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from fourleaf.governance.services.bodies import add_committee, record_decision
from fourleaf.governance.services.centre import change_centre
from fourleaf.governance.services.registers import add_consultation, add_starter_processing
from fourleaf.kernel.services.tokens import available_scopes, make_token

pytestmark = pytest.mark.django_db


def client_of(who: Any) -> Client:
    key = make_token(actor=who.actor, name="test", scopes=[code for code, _ in available_scopes(who.actor)]).key
    return Client(headers={"authorization": f"Bearer {key}"})


def test_a_gap_is_reported_and_read_by_those_whom_it_concerns(member: Any, other_unit: Any, strategist: Any) -> None:
    client = client_of(member)
    bad = client.post("/api/v1/gaps", {"situation": " "}, content_type="application/json")
    assert bad.status_code == 422
    made = client.post(
        "/api/v1/gaps", {"situation": "May I?", "channel": "H8", "severity": "high"}, content_type="application/json"
    )
    assert made.status_code == 201
    gap = made.json()
    assert (gap["state"], gap["channel"], gap["severity"]) == ("open", "H8", "high")
    assert client_of(other_unit).get(f"/api/v1/gaps/{gap['id']}").status_code == 404
    assert [one["id"] for one in client_of(strategist).get("/api/v1/gaps?state=open").json()["items"]] == [gap["id"]]
    assert client_of(other_unit).get("/api/v1/gaps").json()["items"] == []


def test_consultations_and_decisions_are_recorded(strategist: Any, member: Any, organisation: Any) -> None:
    client, kind = client_of(strategist), "application/json"
    given = {"title": "Logs", "region_id": organisation.north.pk, "subjects": ["author_logs"]}
    url = "/api/v1/registers/consultations"
    assert client_of(member).post(url, given, content_type=kind).status_code in (403, 404)
    assert client.post(url, {**given, "subjects": ["weather"]}, content_type=kind).status_code == 422
    made = client.post(url, given, content_type=kind)
    assert made.status_code == 201
    answer = {"agreed": True, "recorded_on": "2026-05-01", "reference": "BV 7"}
    done = client.post(f"{url}/{made.json()['id']}/answer", answer, content_type=kind)
    assert (done.status_code, done.json()["state"]) == (200, "agreed")
    decided = client.post("/api/v1/decisions", {"title": "Go", "reason": "Time."}, content_type=kind)
    assert (decided.status_code, decided.json()["title"]) == (201, "Go")


def test_registers_and_bodies_are_read(strategist: Any, member: Any, organisation: Any) -> None:
    add_starter_processing(actor=strategist.actor)
    add_consultation(actor=strategist.actor, title="Logs", region_id=organisation.north.pk, subjects=["author_logs"])
    add_committee(actor=strategist.actor, name="Steering", chair_id=member.person.pk)
    record_decision(actor=strategist.actor, title="Go", reason="Time.")
    change_centre(actor=strategist.actor, charter="We serve.", lead_id=None)
    client, reader = client_of(strategist), client_of(member)
    assert len(client.get("/api/v1/registers/processing").json()["items"]) == 8
    assert client.get("/api/v1/registers/consultations").json()["items"][0]["state"] == "pending"
    assert reader.get("/api/v1/registers/processing").status_code == 403
    assert reader.get("/api/v1/committees").json()["items"][0]["seats"] == 1
    assert reader.get("/api/v1/decisions").json()["items"][0]["title"] == "Go"
    assert reader.get("/api/v1/centre").json()["charter"] == "We serve."
