"""The page before each step of a wave, and what it says; undo."""

from __future__ import annotations

import re
from typing import Any

import pytest

from fourleaf.assessment.models import InvitationToken, Wave
from fourleaf.assessment.services.waves import add_wave, change_wave


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.django_db
def test_each_step_says_first_what_will_happen(
    running: Any, client_for: Any, strategist: Any, analyst: Any, query_budget: Any
) -> None:
    wave = running(12).wave
    client = client_for(strategist)
    for what, words in {
        "invite": "14 mails will go out, to everybody who has an address and no link yet, in English and Deutsch",
        "close": "0 of 14 people have answered",
        "remind": "reminder 1 of 2",
    }.items():
        with query_budget(12):
            response = client.get(f"/waves/{wave.pk}/do/{what}/")
        assert words in text_of(response)
        assert client_for(analyst).get(f"/waves/{wave.pk}/do/{what}/").status_code in (403, 404)
    assert Wave.objects.get().state == "open"
    # A step that does not fit the state leads back, and one that there is not is not found.
    assert client.get(f"/waves/{wave.pk}/do/publish/").status_code == 302
    assert client.get(f"/waves/{wave.pk}/do/dance/").status_code == 404
    assert client.get(f"/waves/{wave.pk}/").content.decode().count('formaction="/waves') == 0


@pytest.mark.django_db
def test_opening_asks_about_older_translations_and_refuses_what_is_not_whole(
    staff: Any, client_for: Any, strategist: Any, noon: Any
) -> None:
    from datetime import date

    from fourleaf.assessment import questionnaire

    staff(8)
    wave = add_wave(actor=strategist.actor, name="Next", last_day=date(2026, 6, 30))
    changed = questionnaire.translate(wave.instrument, "en", {"C1": "Anew."})
    change_wave(actor=strategist.actor, wave_id=wave.pk, instrument=questionnaire.with_languages(changed, ["de", "fr"]))
    client = client_for(strategist)
    url = f"/waves/{wave.pk}/do/open/"
    assert "Français lacks C1" in text_of(client.get(url))
    assert client.post(url, {"version": "2"}).status_code == 422
    client.post(f"/waves/{wave.pk}/statements/?language=en", {"version": "2", "with_languages": "1", "languages": "de"})
    assert "Translation older than the statement" in text_of(client.get(f"/waves/{wave.pk}/statements/?language=de"))
    assert "These translations still say the same" in text_of(client.get(url))
    assert client.post(url, {"version": "3"}).status_code == 422
    assert client.post(url, {"version": "3", "sure": "yes"}).status_code == 302
    assert Wave.objects.get().state == "open"
    back = client.post(f"/waves/{wave.pk}/do/unopen/")
    assert back.status_code == 302
    assert Wave.objects.get().state == "draft"


@pytest.mark.django_db
def test_closing_and_publishing_are_undone_from_the_message(
    running: Any, published: Any, client_for: Any, strategist: Any
) -> None:
    client = client_for(strategist)
    wave = running(12).wave
    page = client.post(f"/waves/{wave.pk}/do/close/", follow=True).content.decode()
    assert "Open it again" in page
    assert "can be opened again" in page
    client.post(f"/waves/{wave.pk}/do/reopen/")
    assert Wave.objects.get().state == "open"
    client.post(f"/waves/{wave.pk}/do/close/")
    assert "cannot be opened again" in text_of(client.get(f"/waves/{wave.pk}/do/conclude/"))
    client.post(f"/waves/{wave.pk}/do/conclude/")
    assert "cannot be opened again" in text_of(client.post(f"/waves/{wave.pk}/do/reopen/", follow=True))


@pytest.mark.django_db
def test_without_a_mail_server_the_page_says_so_and_offers_the_list(
    running: Any, client_for: Any, strategist: Any, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    wave = running(12).wave
    InvitationToken.objects.all().delete()
    client = client_for(strategist)
    page = client.get(f"/waves/{wave.pk}/").content.decode()
    assert "No mail server is set up" in page
    assert "do/invite/" not in page
    refused = client.post(f"/waves/{wave.pk}/do/invite/")
    assert refused.status_code == 422
    assert "hand the links out" in text_of(refused)


@pytest.mark.django_db
def test_mails_are_written_in_each_language(client_for: Any, strategist: Any, noon: Any) -> None:
    client = client_for(strategist)
    client.post("/waves/add/", {"name": "Autumn"})
    wave = Wave.objects.get()
    url = f"/waves/{wave.pk}/mails/"
    form = client.get(url)
    assert "Subject of the invitation (Deutsch)" in text_of(form)
    names = ("invitation_subject", "invitation_text", "reminder_subject", "reminder_text")
    values = dict.fromkeys(names, "Text {link}") | {f"{name}_de": "Wort {link}" for name in names}
    bad = client.post(url, {**values, "reminder_text_de": "Ohne", "version": "1"})
    assert bad.status_code == 422
    assert "The text must hold {link}" in text_of(bad)
    assert client.post(url, {**values, "version": "1"}).status_code == 302
    wave.refresh_from_db()
    assert wave.mail_texts["de"]["reminder_text"] == "Wort {link}"
