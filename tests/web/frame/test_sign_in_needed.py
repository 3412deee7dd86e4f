"""Every page needs somebody signed in; fragments send the whole page to the sign-in."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/", "/kit/", "/search?q=a", "/needs/", "/views/people/"])
def test_a_stranger_is_sent_to_sign_in(stranger, address) -> None:
    response = stranger.get(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/?next=/")


def test_a_fragment_sends_the_page(stranger) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/people/?q=a"}
    response = stranger.get("/needs/", headers=headers)
    assert response.status_code == 204
    assert response["HX-Redirect"] == "/account/login/?next=/people/%3Fq%3Da"


def test_the_drawing_library_and_the_theme_need_nobody(stranger) -> None:
    assert stranger.post("/theme/", {"theme": "dark"}).status_code == 302
    assert stranger.get("/charts/vega-0.js").status_code == 404


def test_pages_stay_out_of_caches(client_for, member) -> None:
    response = client_for(member).get("/")
    assert response["Cache-Control"] == "private, no-store"
    assert "HX-Request" in response["Vary"]


def test_the_frame_costs_three_queries(client_for, member, query_budget) -> None:
    client = client_for(member)
    client.get("/search")
    with query_budget(3):
        assert client.get("/search").status_code == 200
