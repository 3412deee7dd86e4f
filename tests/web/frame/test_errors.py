"""Errors as pages: the status, the sentence, a way on; nothing of the inside."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.urls("web.frame.addresses")]

CASES = [
    ("not-found", 404, "or you may not see it"),
    ("absent", 404, "or you may not see it"),
    ("not-allowed", 403, "it needs the right “Sing”"),
    ("conflict", 409, "Ada changed this policy"),
    ("transition", 409, "cannot become running"),
    ("invalid", 422, "A name is needed."),
    ("suspicious", 400, "did not understand"),
    ("too-big", 413, "more than the server takes"),
    ("database", 503, "database does not answer"),
    ("broken", 500, "fault is on our side"),
]


@pytest.fixture
def client(client_for, member):
    client = client_for(member)
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(("code", "status", "sentence"), CASES)
def test_an_error_is_a_page_with_a_sentence(client, code, status, sentence) -> None:
    response = client.get(f"/wrong/{code}/")
    text = response.content.decode()
    assert response.status_code == status
    assert sentence in text
    assert "Go to the home page" in text
    assert "secret detail" not in text
    assert "connection refused" not in text


@pytest.mark.parametrize(("code", "status"), [("not-allowed", 403), ("not-found", 404), ("conflict", 409)])
def test_htmx_gets_the_sentence_as_a_message(client, code, status) -> None:
    response = client.get(f"/wrong/{code}/", headers={"HX-Request": "true"})
    assert response.status_code == status
    assert response["HX-Retarget"] == "#flashes"
    assert "<html" not in response.content.decode()
    assert "data-flash" in response.content.decode()


def test_500_and_503_ask_nothing_of_the_database(client, django_assert_num_queries) -> None:
    # Three for who asks (session, account, grants) come before the view; the error page adds none.
    with django_assert_num_queries(3):
        client.get("/wrong/database/")
    with django_assert_num_queries(3):
        client.get("/wrong/broken/")


def test_a_database_that_is_away_before_the_view_is_503(client, monkeypatch) -> None:
    from django.db import OperationalError

    from fourleaf.web import middleware

    def away(*args: object, **kwargs: object) -> None:
        raise OperationalError("no route")

    monkeypatch.setattr(middleware, "actor_for", away)
    response = client.get("/")
    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert "database does not answer" in response.content.decode()


def test_the_last_resort_works_when_templates_do_not(client, monkeypatch) -> None:
    from fourleaf.web import errors

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no templates")

    monkeypatch.setattr(errors, "render_to_string", broken)
    response = client.get("/wrong/broken/")
    assert response.status_code == 500
    assert "fault is on our side" in response.content.decode()


def test_an_unknown_address_is_404_for_members_and_strangers(client, stranger) -> None:
    assert client.get("/no/such/page/").status_code == 404
    assert stranger.get("/no/such/page/").status_code == 404


def test_a_stale_form_says_so(member) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(member.account, backend="fourleaf.kernel.authentication.AccountBackend")
    response = client.post("/done/")
    assert response.status_code == 403
    assert "gone stale" in response.content.decode()


def test_a_redirect_after_an_htmx_post_moves_the_whole_page(client) -> None:
    response = client.post("/done/", headers={"HX-Request": "true"})
    assert response.status_code == 204
    assert response["HX-Redirect"] == "/"
    assert "Done." in client.get("/").content.decode()


def test_a_message_travels_with_a_fragment(client) -> None:
    response = client.get("/done/", headers={"HX-Request": "true"})
    text = response.content.decode()
    assert text.startswith("<p>a part</p>")
    assert 'hx-swap-oob="beforeend:#flashes"' in text
    assert "Done." in text
