"""Undo links: they expire, cannot be changed, and work for one account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing

from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import InvalidError, NotAllowedError
from fourleaf.web.kit import undo

NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
ADA = Actor("person", "Ada", account_id=1)
MIA = Actor("person", "Mia", account_id=2)


@pytest.fixture
def done(monkeypatch) -> list[tuple[str, object]]:
    calls: list[tuple[str, object]] = []
    monkeypatch.setattr(undo, "REGISTRY", {})
    undo.register("test", lambda actor, data: calls.append((actor.label, data["id"])))
    undo.register("says", lambda actor, data: "The view is back.")
    return calls


def test_it_calls_the_function_with_actor_and_data(done) -> None:
    link = undo.link(ADA, "test", {"id": 7})
    assert undo.run(ADA, link.token) == "Undone."
    assert done == [("Ada", 7)]
    assert undo.run(ADA, undo.link(ADA, "says", {}).token) == "The view is back."


def test_it_expires(done) -> None:
    with clock.frozen(NOON) as time:
        token = undo.link(ADA, "test", {"id": 7}).token
        time.move(seconds=undo.LIFETIME.total_seconds() - 1)
        undo.run(ADA, token)
        time.move(seconds=2)
        with pytest.raises(InvalidError, match="too late"):
            undo.run(ADA, token)
    assert len(done) == 1


def test_it_works_for_nobody_else(done) -> None:
    token = undo.link(ADA, "test", {"id": 7}).token
    with pytest.raises(NotAllowedError, match="Only the person"):
        undo.run(MIA, token)
    assert done == []


@pytest.mark.parametrize("change", [lambda t: t[:-1] + ("a" if t[-1] != "a" else "b"), lambda t: "", lambda t: "x:y:z"])
def test_it_cannot_be_changed(done, change) -> None:
    token = undo.link(ADA, "test", {"id": 7}).token
    with pytest.raises(InvalidError, match="damaged"):
        undo.run(ADA, change(token))
    assert done == []


def test_another_signature_of_the_product_does_not_do(done) -> None:
    forged = signing.dumps({"c": "test", "d": {"id": 1}, "a": 1, "u": 9e12}, salt="something.else")
    with pytest.raises(InvalidError):
        undo.run(ADA, forged)


def test_a_function_that_is_gone_says_so(done) -> None:
    token = undo.link(ADA, "test", {"id": 7}).token
    del undo.REGISTRY["test"]
    with pytest.raises(InvalidError, match="no longer"):
        undo.run(ADA, token)


def test_registering_twice_or_linking_nothing_is_refused(done) -> None:
    with pytest.raises(ValueError, match="twice"):
        undo.register("test", lambda actor, data: None)
    with pytest.raises(KeyError):
        undo.link(ADA, "unknown", {})


@pytest.mark.django_db
def test_through_the_page(client_for, admin, member) -> None:
    client = client_for(admin)
    client.post("/kit/demo/", {"next": "/kit/"})
    page = client.get("/").content.decode()
    assert "nothing was changed" in page
    token = page.split('name="token" value="')[1].split('"')[0]
    assert client.get("/undo/").status_code == 405
    assert client.post("/undo/", {"token": token, "next": "/search"})["Location"] == "/search"
    assert "It is as it was." in client.get("/").content.decode()
    other = client_for(member)
    other.post("/undo/", {"token": token})
    assert "Only the person who did it" in other.get("/").content.decode()


def test_the_lifetime_is_said_in_minutes() -> None:
    assert timedelta(minutes=30) == undo.LIFETIME
