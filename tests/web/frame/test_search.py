"""Search asks the providers that the actor may use, and survives those that break."""

from __future__ import annotations

import pytest

from fourleaf.kernel.actors import Actor
from fourleaf.web import search
from fourleaf.web.search import Result


@pytest.fixture
def providers(monkeypatch):
    monkeypatch.setattr(search, "PROVIDERS", {})


def test_providers_are_asked_in_order_and_by_right(providers) -> None:
    def give(name: str):
        return lambda actor, text, limit: [Result(f"{name} {text} {i}", "/") for i in range(9)]

    search.register("b", "Later", give("b"), order=20)
    search.register("a", "Sooner", give("a"), order=10)
    search.register("c", "Not for all", give("c"), permission="kernel.view_audit")
    groups = search.find(Actor("person", "Nobody"), "x", 3)
    assert [(group.label, len(group.results)) for group in groups] == [("Sooner", 3), ("Later", 3)]


def test_a_provider_that_breaks_is_left_out_and_logged(providers, caplog) -> None:
    def broken(actor: Actor, text: str, limit: int) -> list[Result]:
        raise RuntimeError

    search.register("broken", "Broken", broken)
    search.register("fine", "Fine", lambda actor, text, limit: [Result("Found", "/")])
    assert [group.code for group in search.find(Actor("person", "Nobody"), "x", 3)] == ["fine"]
    assert "broken" in caplog.text


def test_nothing_is_asked_for_nothing(providers) -> None:
    search.register("loud", "Loud", lambda actor, text, limit: pytest.fail("asked"))
    assert search.find(Actor("person", "Nobody"), "  ", 3) == []


def test_what_is_called_exactly_so_comes_first(providers) -> None:
    found = {"regions": ["Emberland", "North of Ember"], "queries": ["Ember and more", "EMBÉR"], "pages": ["Embers"]}

    def give(name: str):
        return lambda actor, text, limit: [Result(label, "/") for label in found[name]]

    for order, name in enumerate(found):
        search.register(name, name, give(name), order=order)
    groups = search.find(Actor("person", "Nobody"), "ember", 5)
    assert [group.code for group in groups] == ["queries", "regions", "pages"]
    assert [result.label for result in groups[0].results] == ["EMBÉR", "Ember and more"]


@pytest.mark.django_db
def test_pages_are_found_by_name_and_without_diacritics(client_for, admin) -> None:
    client = client_for(admin)
    text = client.get("/search", {"q": "AUDÍT"}).content.decode()
    assert "Audit trail" in text.split("</h1>")[1]


@pytest.mark.django_db
def test_the_short_list_is_a_fragment_with_options(client_for, admin) -> None:
    response = client_for(admin).get("/search", {"q": "audit"}, headers={"HX-Request": "true"})
    text = response.content.decode()
    assert 'role="option"' in text
    assert "<html" not in text


@pytest.mark.django_db
def test_what_was_typed_is_escaped(client_for, member) -> None:
    text = client_for(member).get("/search", {"q": '<script>alert(1)</script>"'}).content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text
