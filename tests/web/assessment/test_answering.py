"""The sheet in the browser: without an account, on two devices, and turned away calmly."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from fourleaf.assessment.models import Draft, Sheet
from fourleaf.assessment.tokens import written
from fourleaf.kernel.models import AuditEvent, Person


def open_sheet(token: str, **headers: str) -> Client:
    client = Client(headers=headers)
    response = client.get(f"/s/{token}/")
    assert (response.status_code, response["Location"]) == (302, "/survey/")
    return client


def fill(client: Client, page: int, value: int = 4, button: str = "next", **more: str) -> Any:
    import re

    html = client.get(f"/survey/{page}/").content.decode()
    names = dict.fromkeys(re.findall(r'name="(item-[A-Z][0-9]+)"', html))
    return client.post(f"/survey/{page}/", {**dict.fromkeys(names, str(value)), button: "1", **more})


@pytest.mark.django_db
class TestSheet:
    def test_from_the_link_to_thanks_without_an_account(self, running: Any, query_budget: Any) -> None:
        wave = running()
        client = open_sheet(wave.tokens[0])
        start = client.get("/survey/").content.decode()
        assert "about eight minutes" in start
        assert "Nobody can find out what you answered" in start
        with query_budget(4):
            client.get("/survey/1/")
        for page in range(1, 5):
            response = fill(client, page)
            assert response["Location"] == f"/survey/{page + 1}/"
        last = client.get("/survey/5/").content.decode()
        assert "32 of 34 answered" in last
        response = fill(client, 5, 2, "hand_in", remark="All is well.")
        assert response["Location"] == "/survey/thanks/"
        assert "nobody can tell which one it is" in client.get("/survey/thanks/").content.decode()
        sheet = Sheet.objects.get()
        assert sheet.answers == {**dict.fromkeys(sheet.answers, 4), "W1": 2, "W2": 2}
        assert len(sheet.answers) == 34
        assert not client.session.keys()
        assert not AuditEvent.objects.filter(sequence__gt=2).exists()
        # The browser has forgotten the link, and the link is used up.
        assert "Your code" in client.get("/survey/").content.decode()
        again = client.get(f"/s/{wave.tokens[0]}/")
        assert again.status_code == 410
        assert "has been used" in again.content.decode()

    def test_save_here_and_go_on_there(self, running: Any) -> None:
        wave = running()
        phone = open_sheet(wave.tokens[0])
        response = fill(phone, 1, 5, "later")
        assert response["Location"] == "/survey/later/"
        assert "same link" in phone.get("/survey/later/").content.decode()
        assert "Your code" in phone.get("/survey/").content.decode()
        desk = open_sheet(wave.tokens[0])
        assert "Go on" in desk.get("/survey/").content.decode()
        html = desk.get("/survey/1/").content.decode()
        assert html.count("checked") == 8
        assert "8 of 34 answered" in html

    def test_the_order_is_this_sheets_own_and_the_same_on_every_device(self, running: Any) -> None:
        import re

        wave = running()
        orders = [
            re.findall(r"<legend>(.*?)</legend>", open_sheet(token).get("/survey/1/").content.decode())
            for token in (wave.tokens[0], wave.tokens[0], *wave.tokens[1:5])
        ]
        assert orders[0] == orders[1]
        assert len({tuple(order) for order in orders}) > 2
        assert len({frozenset(order) for order in orders}) == 1

    def test_cannot_say_is_kept_as_chosen_but_is_no_answer(self, running: Any) -> None:
        wave = running()
        client = open_sheet(wave.tokens[0])
        client.post("/survey/1/", {"item-C1": "0", "item-C2": "7", "item-C3": "x", "item-L1": "5", "next": "1"})
        html = client.get("/survey/1/").content.decode()
        assert 'name="item-C1" value="0" checked' in html
        assert html.count("checked") == 1
        client.post("/survey/5/", {"hand_in": "1"})
        assert Sheet.objects.get().answers == {}

    def test_languages_switch_and_keep_what_was_entered(self, running: Any) -> None:
        wave = running()
        client = open_sheet(wave.tokens[0], accept_language="de-DE,de;q=0.9")
        assert "Wie arbeiten wir zusammen" in client.get("/survey/").content.decode()
        response = client.post("/survey/1/", {"item-C1": "5", "language": "en"})
        assert response["Location"] == "/survey/1/"
        html = client.get("/survey/1/").content.decode()
        assert "strongly agree" in html
        assert html.count("checked") == 1

    def test_open_statements_are_named_before_handing_in(self, running: Any) -> None:
        wave = running()
        client = open_sheet(wave.tokens[0])
        fill(client, 1)
        html = client.get("/survey/5/").content.decode()
        assert "24 statements are still open" in html
        assert 'href="/survey/2/"' in html

    def test_a_typed_code_opens_the_sheet(self, running: Any) -> None:
        wave = running()
        client = Client()
        assert client.post("/survey/", {"code": "nonsense"}).status_code == 422
        response = client.post("/survey/", {"code": written(wave.tokens[0]).lower()})
        assert response["Location"] == "/survey/"
        assert "Begin" in client.get("/survey/").content.decode()

    @pytest.mark.parametrize("page", [0, 6, 99])
    def test_pages_that_are_not_there_lead_to_the_start(self, running: Any, page: int) -> None:
        client = open_sheet(running().tokens[0])
        assert client.get(f"/survey/{page}/")["Location"] == "/survey/"


@pytest.mark.django_db
class TestTurnedAway:
    def test_unknown(self, db: None) -> None:
        response = Client().get("/s/ABCDEFGHJKMNPQRSTVWX/")
        assert response.status_code == 404
        assert "not known here" in response.content.decode()

    def test_after_the_end(self, running: Any, noon: Any) -> None:
        wave = running()
        client = open_sheet(wave.tokens[0])
        noon.move(days=16)
        for response in (
            client.post("/survey/1/", {"item-C1": "5", "next": "1"}),
            Client().get(f"/s/{wave.tokens[1]}/"),
        ):
            assert response.status_code == 410
            assert "ended on 30 June 2026" in response.content.decode()
        assert not Draft.objects.exists()

    def test_a_leaver(self, running: Any) -> None:
        wave = running()
        client = open_sheet(wave.tokens[0])
        Person.objects.filter(pk=wave.invitations[0].person_id).update(left_on=date(2026, 6, 1))
        response = client.post("/survey/5/", {"hand_in": "1"})
        assert response.status_code == 410
        text = response.content.decode()
        assert "no longer valid" in text
        assert wave.invitations[0].person.name not in text

    def test_a_second_device_that_comes_too_late(self, running: Any) -> None:
        wave = running()
        phone, desk = open_sheet(wave.tokens[0]), open_sheet(wave.tokens[0])
        assert phone.post("/survey/5/", {"hand_in": "1"}).status_code == 302
        late = desk.post("/survey/5/", {"hand_in": "1"})
        assert late.status_code == 410
        assert Sheet.objects.count() == 1

    def test_without_a_link_there_is_a_field_for_the_code(self, db: None) -> None:
        assert Client().get("/survey/1/")["Location"] == "/survey/"
        assert "Your code" in Client().get("/survey/").content.decode()


@pytest.mark.django_db
def test_the_link_stands_in_one_address_and_on_no_page(running: Any) -> None:
    wave = running()
    token = wave.tokens[0]
    client = open_sheet(token)
    for path in ("/survey/", "/survey/1/", "/survey/5/"):
        response = client.get(path)
        assert token not in response.content.decode()
        assert "no-store" in response["Cache-Control"]
    cookie = client.cookies["survey"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/survey/")


@pytest.mark.django_db
def test_somebody_who_is_signed_in_leaves_no_trace_either(running: Any, client_for: Any, member: Any) -> None:
    from django.contrib.sessions.models import Session

    wave = running()
    client = client_for(member)
    before = list(Session.objects.values_list("session_key", "session_data"))
    client.get(f"/s/{wave.tokens[0]}/")
    client.post("/survey/1/", {"item-C1": "5", "next": "1"})
    assert client.post("/survey/5/", {"hand_in": "1"})["Location"] == "/survey/thanks/"
    assert list(Session.objects.values_list("session_key", "session_data")) == before
    assert not AuditEvent.objects.filter(sequence__gt=2).exists()
