"""Light and dark: kept on the account, or in a cookie; in the page before it is drawn."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db


def test_the_choice_is_kept_on_the_account(client_for, member) -> None:
    client = client_for(member)
    assert 'data-theme=""' in client.get("/").content.decode()
    assert client.post("/theme/", {"theme": "dark"}, headers={"HX-Request": "true"}).status_code == 204
    member.account.refresh_from_db()
    assert member.account.theme == "dark"
    assert 'data-theme="dark"' in client_for(member).get("/").content.decode()


def test_what_is_not_a_theme_means_the_device(client_for, member) -> None:
    client = client_for(member)
    client.post("/theme/", {"theme": "dark"})
    client.post("/theme/", {"theme": '"><script>'})
    member.account.refresh_from_db()
    assert member.account.theme == ""


def test_a_stranger_keeps_it_in_a_cookie(stranger) -> None:
    response = stranger.post("/theme/", {"theme": "light", "next": "https://elsewhere.example/"})
    assert response["Location"] == "/"
    assert stranger.cookies["theme"].value == "light"
    assert 'data-theme="light"' in stranger.get("/account/login/").content.decode()


def test_the_rail_is_drawn_narrow_from_the_start(client_for, member) -> None:
    client = client_for(member)
    client.cookies["rail"] = "narrow"
    assert 'data-rail="narrow"' in client.get("/").content.decode()
