"""The settings of listening: own accounts, how long posts are kept, authors who are not collected."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from fourleaf.kernel.models import AuditEvent
from fourleaf.listening.contracts import MentionFilter
from fourleaf.listening.models import ListeningSettings, OwnAccount, SuppressedAuthor
from fourleaf.listening.selectors.mentions import count_mentions
from fourleaf.listening.services.privacy import add_own_account, erase_author, release_suppression, suppress_again

pytestmark = pytest.mark.django_db
BASE = "/listening/settings/"
PAGES = ("", "accounts/", "accounts/add/", "keeping/", "authors/", "authors/erase/", "authors/release/")


def text_of(response: Any) -> str:
    return str(response.content.decode())


def undo(client: Any, response: Any) -> str:
    """Follow the undo button of the message on a page."""
    page = text_of(response)
    token = re.search(r'name="token" value="([^"]+)"', page)
    action = re.search(r'<form[^>]*action="([^"]*undo[^"]*)"', page)
    assert token, "no undo was offered"
    assert action
    return text_of(client.post(action.group(1), {"token": token.group(1)}, follow=True))


@pytest.mark.parametrize("page", PAGES)
def test_only_who_may_erase_finds_the_pages(client_for: Any, analyst: Any, member: Any, place: None, page: str) -> None:
    assert client_for(analyst).get(BASE + page).status_code == 200
    assert client_for(member).get(BASE + page).status_code == 403


def test_legal_erases_but_does_not_edit_own_accounts(client_for: Any, hire: Any, place: None) -> None:
    client = client_for(hire("Leo Legal", role="legal"))
    shown = text_of(client.get(BASE))
    assert "Authors not collected" in shown
    assert "Own accounts" not in shown.split("<main")[1]
    assert client.get(BASE + "accounts/").status_code == 403
    assert "Listening settings" in text_of(client.get("/"))


def test_an_account_is_added_left_out_and_taken_back(client_for: Any, analyst: Any, stock: Callable[..., None]) -> None:
    stock(analyst.actor, [{"text": "ours", "author": "EmberHQ"}, {"text": "theirs"}])
    client = client_for(analyst)
    assert "No own accounts yet" in text_of(client.get(BASE + "accounts/"))
    said = client.post(
        BASE + "accounts/add/", {"handle": "@emberhq", "platform": "microblog", "kind": "brand"}, follow=True
    )
    assert "Reports leave out posts by @emberhq on microblog" in text_of(said)
    assert count_mentions(analyst.actor, None, MentionFilter()) == 1
    again = client.post(BASE + "accounts/add/", {"handle": "EMBERHQ", "platform": "microblog", "kind": "staff"})
    assert again.status_code == 422
    assert "in the list already" in text_of(again)
    assert "off the list again" in undo(client, said)
    assert count_mentions(analyst.actor, None, MentionFilter()) == 2


def test_chosen_accounts_are_removed_and_brought_back(client_for: Any, analyst: Any, place: None) -> None:
    rows = [add_own_account(actor=analyst.actor, handle=f"ember{n}", kind="staff") for n in range(3)]
    client = client_for(analyst)
    said = client.post(BASE + "accounts/remove/", {"selected": [rows[0].pk, rows[2].pk]}, follow=True)
    assert "2 accounts are off the list" in text_of(said)
    assert [row.handle for row in OwnAccount.objects.all()] == ["ember1"]
    undo(client, said)
    assert {(row.handle, row.kind) for row in OwnAccount.objects.all()} == {(f"ember{n}", "staff") for n in range(3)}


def test_own_accounts_are_found_by_the_search(client_for: Any, analyst: Any, place: None) -> None:
    add_own_account(actor=analyst.actor, handle="emberhq", platform="video")
    assert "Own account, video" in text_of(client_for(analyst).get("/search?q=emberh"))


def test_shorter_keeping_is_asked_for_twice_and_can_be_undone(
    client_for: Any, analyst: Any, stock: Callable[..., None]
) -> None:
    stock(analyst.actor, [{"text": "old", "created_at": "2026-01-01T10:00:00Z"}, {"text": "new"}])
    client = client_for(analyst)
    version = ListeningSettings.objects.get().version
    sent = {"keep": "days", "days": "90", "version": version}
    asked = client.post(BASE + "keeping/", sent)
    assert asked.status_code == 422
    assert "1 stored post would be erased" in text_of(asked)
    assert ListeningSettings.objects.get().keep_days == 0
    said = client.post(BASE + "keeping/", sent | {"confirmed": "on"}, follow=True)
    assert "older than 90 days" in text_of(said)
    assert ListeningSettings.objects.get().keep_days == 90
    assert AuditEvent.objects.filter(code="listening.settings.changed").exists()
    stale = client.post(BASE + "keeping/", {"keep": "ever", "version": version})
    assert stale.status_code == 422
    assert "Somebody else has changed" in text_of(stale)
    undo(client, said)
    assert ListeningSettings.objects.get().keep_days == 0


def test_days_are_needed_to_erase_by_age(client_for: Any, analyst: Any, place: None) -> None:
    answer = client_for(analyst).post(BASE + "keeping/", {"keep": "days", "days": "", "version": 1})
    assert answer.status_code == 422
    assert "from 1 to 36,500" in text_of(answer)


def test_an_author_is_erased_after_a_look_and_collected_again(
    client_for: Any, analyst: Any, stock: Callable[..., None]
) -> None:
    stock(analyst.actor, [{"text": "one", "author": "Jo_Doe"}, {"text": "two", "author": "ann"}])
    client = client_for(analyst)
    sent = {"handle": "@jo_doe", "reference": "ticket 12"}
    asked = text_of(client.post(BASE + "authors/erase/", sent))
    assert "1 stored post will be erased" in asked
    assert count_mentions(analyst.actor, None, MentionFilter()) == 2
    assert not SuppressedAuthor.objects.exists()
    listed = text_of(client.post(BASE + "authors/erase/", sent | {"confirmed": "yes"}, follow=True))
    assert "1 post was erased" in listed
    assert "ticket 12" in listed
    assert count_mentions(analyst.actor, None, MentionFilter()) == 1
    wrong = client.post(BASE + "authors/release/", {"handle": "jo_do"})
    assert wrong.status_code == 422
    assert "Nobody with this handle is suppressed." in text_of(wrong)
    said = client.post(BASE + "authors/release/", {"handle": "JO_DOE"}, follow=True)
    assert not SuppressedAuthor.objects.exists()
    assert "not collected again" in undo(client, said)
    assert SuppressedAuthor.objects.get().reference == "ticket 12"


def test_the_reference_must_not_keep_the_handle(client_for: Any, analyst: Any, place: None) -> None:
    sent = {"handle": "@jo_doe", "reference": "request of Jo_Doe", "confirmed": "yes"}
    answer = client_for(analyst).post(BASE + "authors/erase/", sent)
    assert answer.status_code == 422
    assert not SuppressedAuthor.objects.exists()


def test_a_suppression_is_lifted_by_its_reference(client_for: Any, analyst: Any, place: None) -> None:
    erase_author(actor=analyst.actor, handle="jo", reference="a")
    erase_author(actor=analyst.actor, handle="mo", reference="b")
    row = SuppressedAuthor.objects.get(reference="a")
    client_for(analyst).post(BASE + "authors/release-selected/", {"selected": [row.pk]})
    assert [left.reference for left in SuppressedAuthor.objects.all()] == ["b"]


def test_taking_back_twice_leaves_one_row_and_one_event(analyst: Any, place: None) -> None:
    erase_author(actor=analyst.actor, handle="jo", reference="a")
    row = release_suppression(actor=analyst.actor, suppression_id=SuppressedAuthor.objects.get().pk)
    for _ in range(2):
        suppress_again(actor=analyst.actor, digest=row.digest, reference=row.reference)
    assert SuppressedAuthor.objects.count() == 1
    assert AuditEvent.objects.filter(code="listening.author.suppressed_again").count() == 1
