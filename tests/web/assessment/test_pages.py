"""Pages of waves and results: who may see them, what they show, how many queries they cost; and the whole path."""

from __future__ import annotations

import html
import io
import re
from typing import Any

import pytest
from django.test import Client

from fourleaf.assessment import jobs as assessment_jobs
from fourleaf.assessment.models import Invitation, Sheet, Wave, WaveResult
from fourleaf.kernel import jobs
from fourleaf.kernel.models import AuditEvent


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.django_db
class TestResults:
    PAGES = ("", "leaf/leadership/", "units/", "units/?leaf=technology", "statements/", "answers/")

    @pytest.mark.parametrize("part", PAGES)
    def test_every_page_is_shown_within_its_budget(
        self, published: Any, client_for: Any, analyst: Any, query_budget: Any, part: str
    ) -> None:
        wave = published()
        client = client_for(analyst)
        with query_budget(10):
            response = client.get(f"/assess/{wave.pk}/{part}")
        assert response.status_code == 200
        assert wave.name in text_of(response)

    def test_the_clover_says_what_limits_it(self, published: Any, client_for: Any, analyst: Any) -> None:
        wave = published()
        assert client_for(analyst).get("/assess/")["Location"] == f"/assess/{wave.pk}/"
        response = client_for(analyst).get(f"/assess/{wave.pk}/")
        shown = response.content.decode()
        assert 'class="clover"' in shown
        assert "leadership limits the clover" in shown
        assert shown.count('class="clover-limit"') == 1
        points = {row["leaf"]: f"{row['points']:.0f}" for row in WaveResult.objects.get().report["leaves"]}
        assert f"Leadership: {points['leadership']} points, limiting leaf" in shown
        assert "style=" not in shown

    def test_only_those_who_run_waves_see_what_is_not_published(
        self, published: Any, client_for: Any, analyst: Any, strategist: Any, member: Any
    ) -> None:
        wave = published(publish=False)
        for part in self.PAGES:
            assert client_for(analyst).get(f"/assess/{wave.pk}/{part}").status_code == 404
            assert client_for(member).get(f"/assess/{wave.pk}/{part}").status_code == 403
        assert "Only you see this" in text_of(client_for(strategist).get(f"/assess/{wave.pk}/"))
        assert "Nothing has been asked yet" in text_of(client_for(analyst).get("/assess/"))

    def test_too_few_answers_are_said_to_be_too_few(self, published: Any, client_for: Any, analyst: Any) -> None:
        wave = published(20)
        assert "Too few answered to show a result" in text_of(client_for(analyst).get(f"/assess/{wave.pk}/"))
        assert "Too few answered" in text_of(client_for(analyst).get(f"/assess/{wave.pk}/leaf/culture/"))

    @pytest.mark.parametrize("table", ["leaves", "units", "statements"])
    def test_tables_are_exported_and_that_is_noted(
        self, published: Any, client_for: Any, analyst: Any, table: str
    ) -> None:
        wave = published()
        response = client_for(analyst).get(f"/assess/{wave.pk}/{table}.csv")
        lines = b"".join(response.streaming_content).decode("utf-8-sig").strip().splitlines()  # type: ignore[attr-defined]  # a stream
        assert len(lines) > 4
        assert AuditEvent.objects.filter(code="assessment.results.exported").count() == 1
        assert client_for(analyst).get(f"/assess/{wave.pk}/people.csv").status_code == 404

    def test_hidden_cells_show_no_number(self, published: Any, client_for: Any, analyst: Any) -> None:
        wave = published()
        shown_page = client_for(analyst).get(f"/assess/{wave.pk}/units/").content.decode()
        hidden = re.findall(r'heat-hidden" title="[^"]*">([^<]*)<', shown_page)
        report = WaveResult.objects.get().report
        assert set(hidden) == {"too few"}
        numbers = re.findall(r'heat-[1-7]" title="[^"]*">([0-9]+)<', shown_page)
        shown = [row["leaves"]["culture"] for row in report["breakdown"] if row["shown"]]
        assert sorted(map(int, numbers)) == sorted(cell["points"] for cell in shown if cell and not cell["divided"])


@pytest.mark.django_db
class TestWaves:
    def test_pages_are_for_those_who_run_waves(self, running: Any, client_for: Any, analyst: Any) -> None:
        wave = running().wave
        for path in ("", "add/", f"{wave.pk}/", f"{wave.pk}/change/", f"{wave.pk}/mails/", f"{wave.pk}/statements/"):
            assert client_for(analyst).get(f"/waves/{path}").status_code in (403, 404)
        assert client_for(analyst).post(f"/waves/{wave.pk}/do/close/").status_code in (403, 404)
        assert Wave.objects.get(pk=wave.pk).state == "open"

    def test_statements_are_edited_translated_added_and_left_out(
        self, client_for: Any, strategist: Any, noon: Any
    ) -> None:
        client = client_for(strategist)
        client.post("/waves/add/", {"name": "Autumn"})
        wave = Wave.objects.get()
        url = f"/waves/{wave.pk}/statements/"
        assert client.get(url).content.decode().count("<textarea") == 35
        client.post(f"{url}?language=fr", {"version": "1", "text_C1": "On parle du travail en cours."})
        client.post(url, {"version": "2", "text_C2": "Changed.", "with_languages": "1", "languages": ["de", "fr"]})
        wave.refresh_from_db()
        assert wave.instrument["items"][0]["texts"]["fr"] == "On parle du travail en cours."
        assert wave.instrument["items"][1]["texts"]["en"] == "Changed."
        assert wave.instrument["languages"] == ["en", "de", "fr"]
        late = client.post(url, {"version": "1", "text_C1": "Too late."})
        assert late.status_code == 422
        assert "Somebody else changed" in text_of(late)
        assert "Too late." in late.content.decode()
        client.post(f"/waves/{wave.pk}/item/", {"code": "X1", "text": "Our own.", "leaf": "culture"})
        client.post(f"/waves/{wave.pk}/item/", {"remove": "C3"})
        client.post(f"/waves/{wave.pk}/item/", {"code": "X1", "text": "Again."})
        wave.refresh_from_db()
        ids = [row["id"] for row in wave.instrument["items"]]
        assert ids.count("X1") == 1
        assert "C3" not in ids

    def test_a_list_of_links_is_shown_once(self, running: Any, client_for: Any, strategist: Any) -> None:
        wave = running().wave
        client = client_for(strategist)
        response = client.post(f"/waves/{wave.pk}/links/", {"who": "all"})
        assert response.content.decode().count('class="code"') == 13
        assert "no-store" in response["Cache-Control"]
        assert client.post(f"/waves/{wave.pk}/links/", {"who": "all"}).status_code == 302
        assert client.get(f"/waves/{wave.pk}/links/").status_code == 405

    def test_import_shows_faults_beside_the_field(self, running: Any, client_for: Any, strategist: Any) -> None:
        wave = running().wave
        client = client_for(strategist)
        bad = client.post(f"/waves/{wave.pk}/import/", {"file": io.BytesIO(b"x,y\n1,2\n")})
        assert bad.status_code == 422
        sample = client.get(f"/waves/{wave.pk}/import/?sample=1").content.replace(b",DE,", b",NO,")
        upload = io.BytesIO(sample)
        upload.name = "answers.csv"
        preview = client.post(f"/waves/{wave.pk}/import/", {"file": upload})
        assert preview.status_code == 200
        assert "the department is not kept" in text_of(preview)
        assert Sheet.objects.count() == 0
        kept = re.findall(r'name="kept" value="([^"]+)"', preview.content.decode())[0]
        client.post(f"/waves/{wave.pk}/import/", {"kept": html.unescape(kept)[:-3] + "xyz"})
        assert Sheet.objects.count() == 0
        assert client.post(f"/waves/{wave.pk}/import/", {"kept": html.unescape(kept)}).status_code == 302
        assert Sheet.objects.count() == 1

    def test_the_page_of_a_running_wave_keeps_its_budget(
        self, running: Any, client_for: Any, strategist: Any, query_budget: Any
    ) -> None:
        wave = running(30).wave
        client = client_for(strategist)
        with query_budget(14):
            response = client.get(f"/waves/{wave.pk}/")
        assert "31" in text_of(response)


@pytest.mark.django_db
def test_the_whole_path(
    client_for: Any, strategist: Any, analyst: Any, staff: Any, noon: Any, monkeypatch: Any
) -> None:
    """Prepare, open, mail 40 people, 40 answers through the sheet, close, publish, look at the clover."""
    from django.core import mail

    monkeypatch.setattr(assessment_jobs, "PAUSE", 0)
    staff(38)
    client = client_for(strategist)
    client.post("/waves/add/", {"name": "First wave"})
    wave = Wave.objects.get()
    form = client.get(f"/waves/{wave.pk}/change/")
    assert form.status_code == 200
    values = {
        "name": "First wave", "last_day": "2026-06-30", "zone": "Europe/Berlin", "asks_remark": "on", "k_scores": "5",
        "k_verbatim": "10", "reminders_allowed": "2", "version": "1",
    }  # fmt: skip
    assert client.post(f"/waves/{wave.pk}/change/", values).status_code == 302
    client.post(f"/waves/{wave.pk}/do/open/", {"version": "2"})
    client.post(f"/waves/{wave.pk}/do/invite/")
    jobs.run_until_idle()
    assert Invitation.objects.count() == len(mail.outbox) == 40
    for number, message in enumerate(mail.outbox):
        token = message.body.split("/s/")[1].split("/")[0]
        person = Client()
        person.get(f"/s/{token}/")
        for page, letter in enumerate("CLGT", 1):
            answers = {f"item-{letter}{n}": str(1 + (number + n * page) % 5) for n in range(1, 9)}
            person.post(f"/survey/{page}/", {**answers, "next": "1"})
        assert person.post("/survey/5/", {"item-W1": "3", "hand_in": "1"})["Location"] == "/survey/thanks/"
    assert Sheet.objects.count() == 40
    client.post(f"/waves/{wave.pk}/do/close/")
    client.post(f"/waves/{wave.pk}/do/conclude/")
    jobs.run_until_idle()
    client.post(f"/waves/{wave.pk}/do/publish/")
    response = client_for(analyst).get(f"/assess/{wave.pk}/")
    assert "40 of 40 people answered" in text_of(response)
    report = WaveResult.objects.get().report
    for row in report["leaves"]:
        assert f">{row['points']:.0f}</text>" in response.content.decode()
