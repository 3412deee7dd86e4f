"""The home page: what needs me, first steps, tiles, the loop."""

from __future__ import annotations

import pytest

from fourleaf.web import navigation, needs
from fourleaf.web.home import tiles
from fourleaf.web.home.loop import loop_picture
from fourleaf.web.home.tiles import Start, Tile
from fourleaf.web.navigation import GROUPS, Shown, ShownGroup
from fourleaf.web.needs import Need


@pytest.fixture
def bare(monkeypatch):
    """A home page without what the contexts register."""
    monkeypatch.setattr(tiles, "TILES", {})
    monkeypatch.setattr(tiles, "STARTS", {})
    monkeypatch.setattr(needs, "PROVIDERS", {})
    monkeypatch.setattr(navigation, "_ENTRIES", {code: [] for code in GROUPS})


@pytest.mark.django_db
def test_needs_are_shown_blocking_first_and_counted(bare, client_for, member) -> None:
    needs.register("a", lambda actor: [Need("Policies to read", 3, "/policies/"), Need("Nothing", 0, "/")])
    needs.register("b", lambda actor: [Need("Imports that failed", 2, "/imports/", kind="blocking")])
    client = client_for(member)
    text = client.get("/").content.decode()
    assert text.index("Imports that failed") < text.index("Policies to read")
    assert "Nothing waits" not in text
    assert ">5<" in client.get("/needs/").content.decode()


@pytest.mark.django_db
def test_a_broken_provider_does_not_take_the_page(bare, client_for, member, caplog) -> None:
    needs.register("broken", lambda actor: 1 / 0)
    tiles.register(Tile("broken", "Broken", "web/kit/examples/words.html", lambda actor: 1 / 0))
    response = client_for(member).get("/")
    assert response.status_code == 200
    assert "Nothing waits for you" in response.content.decode()
    assert "could not be counted" in response.content.decode()
    assert "broken" in caplog.text


@pytest.mark.django_db
def test_tiles_and_first_steps_follow_rights(bare, client_for, member, admin) -> None:
    tiles.register(
        Tile("audit", "Changes", "web/frame/needs.html", lambda actor: {"total": 1}, permission="kernel.view_audit")
    )
    tiles.register(Tile("slow", "Slow one", "web/frame/needs.html", lambda actor: {"total": 7}, later=True))
    tiles.register(Tile("void", "Void", "web/frame/needs.html", lambda actor: None))
    tiles.register_start(Start("x", "Add people", "…", "home:home", "users", "kernel.edit_people", lambda actor: False))
    tiles.register_start(Start("y", "Done step", "…", "home:home", "users", "kernel.edit_people", lambda actor: True))
    theirs = client_for(member).get("/").content.decode()
    assert "Changes" not in theirs
    assert "Add people" not in theirs
    assert "Void" not in theirs
    assert 'hx-get="/home/tiles/slow/"' in theirs
    mine = client_for(admin).get("/").content.decode()
    assert "Changes" in mine
    assert "Add people" in mine
    assert "Done step" not in mine
    assert client_for(member).get("/home/tiles/audit/").status_code == 404
    later = client_for(member).get("/home/tiles/slow/", headers={"HX-Request": "true"}).content.decode()
    assert ">7<" in later
    assert "<html" not in later


def station(code: str) -> ShownGroup:
    return ShownGroup(GROUPS[code], (Shown("Page", f"/{code}/", "map", "", "", False),))


def test_the_loop_needs_two_stations_and_leaves_out_what_is_not_built() -> None:
    assert loop_picture([]) is None
    assert loop_picture([station("listen"), station("administration")]) is None
    picture = loop_picture([station("assess"), station("listen"), station("organisation")])
    assert picture is not None
    assert [(found.label, found.url) for found in picture.stations] == [("Assess", "/assess/"), ("Listen", "/listen/")]
    left, right = picture.stations
    assert left.x < 360 < right.x


@pytest.mark.django_db
def test_home_has_a_query_budget(bare, client_for, member, query_budget) -> None:
    client = client_for(member)
    client.get("/")
    with query_budget(3):
        client.get("/")


@pytest.mark.django_db
def test_an_employee_without_figures_finds_what_there_is(client_for, member, analyst) -> None:
    text = client_for(member).get("/").content.decode().partition("<main")[2]
    part = text.partition("What you can do here")[2].partition("</section>")[0]
    assert 'href="/people/"' in part
    assert "Everybody who works here." in part
    assert f'href="/people/{member.person.pk}/"' in part
    assert 'action="/search"' in part
    assert "What you can do here" not in client_for(analyst).get("/").content.decode()
