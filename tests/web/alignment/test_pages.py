"""Pages of alignment: the glance, findings, rules, trend, and what may be done on them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from fourleaf.alignment.services import handle_finding, look_back
from fourleaf.kernel import clock as time
from fourleaf.web.alignment.places import with_rule_links
from fourleaf.web.alignment.registered import build_tile, due_findings, find_findings

pytestmark = pytest.mark.django_db
P07 = ("A30", "programmes/P07")


def test_the_glance_has_the_worst_programme_first(
    sample: Any, strategist: Any, client_for: Callable[..., Any], query_budget: Callable[[int], Any]
) -> None:
    client = client_for(strategist)
    client.get("/alignment/")
    with query_budget(30):
        answer = client.get("/alignment/")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "holds back all 10 programmes" in text
    assert text.index("Short videos Iberia") < text.index("Trail community")
    assert "holds=programmes%2FP07&amp;about=policy" in text
    assert "2 phases ahead" in text


def test_without_a_plan_the_pages_say_what_they_are_for(strategist: Any, client_for: Callable[..., Any]) -> None:
    client = client_for(strategist)
    for path in ("", "findings/", "findings/list/", "findings/by/rule/", "waivers/", "trend/", "what-if/"):
        answer = client.get(f"/alignment/{path}")
        assert answer.status_code == 200
        assert "There is no current plan" in answer.content.decode()
    assert "Rules of alignment" in client.get("/alignment/rules/").content.decode()


@pytest.mark.parametrize(
    "path",
    ["", "findings/", "findings/list/", "waivers/", "findings/by/held-up/", "findings/by/rule/",
     "findings/by/owner/", "findings/by/severity/",
     "trend/", "rules/", "rules/A08/", "what-if/", "what-if/?at=programmes/P07", "for/programmes/P07/"],
)  # fmt: skip
def test_pages_are_there_for_readers_only(
    sample: Any, analyst: Any, member: Any, stranger: Any, client_for: Callable[..., Any], path: str
) -> None:
    assert client_for(analyst).get(f"/alignment/{path}").status_code == 200
    assert client_for(member).get(f"/alignment/{path}").status_code in (403, 404)
    assert stranger.get(f"/alignment/{path}").status_code == 302


def test_the_list_is_narrowed_to_what_holds_up_a_programme(
    sample: Any, analyst: Any, client_for: Callable[..., Any]
) -> None:
    client = client_for(analyst)
    text = client.get("/alignment/findings/list/?holds=programmes/P07&about=policy").content.decode()
    assert "A13" in text
    assert "/alignment/rules/A30/" not in text
    assert "A06" in client.get("/alignment/findings/list/?holds=plan").content.decode()
    assert "no internal counterpart" in client.get("/alignment/findings/list/?q=counterpart").content.decode()


def test_the_list_is_exported_with_a_trace(sample: Any, analyst: Any, client_for: Callable[..., Any]) -> None:
    from fourleaf.kernel.models import AuditEvent

    answer = client_for(analyst).get("/alignment/findings/list/?export=csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) > 40
    assert AuditEvent.objects.filter(code="alignment.findings.exported").exists()


def test_a_finding_is_handled_waived_and_opened_again(
    sample: Any, strategist: Any, client_for: Callable[..., Any], finding: Callable[..., Any]
) -> None:
    client, record = client_for(strategist), finding(*P07)
    url = f"/alignment/findings/{record.pk}/"
    due = (time.today() + timedelta(days=5)).isoformat()
    answer = client.post(url, {"owner": "Stella Strategist", "due_on": due, "note": "", "version": record.version})
    assert answer.status_code == 302
    assert "Stella Strategist" in client.get(url).content.decode()
    wrong = client.post(url, {"owner": "Nobody Known"})
    assert wrong.status_code == 422
    assert "Nobody is called Nobody Known" in wrong.content.decode()
    refused = client.post(f"{url}waive/", {"reason": "So", "owner": "R23", "until": "2031-01-01"})
    assert refused.status_code == 422
    assert client.post(f"{url}waive/", {"reason": "Agency first", "owner": "R23", "until": due}).status_code == 302
    assert "Agency first" in client.get(url).content.decode()
    assert "Waived until" in client.get("/alignment/for/programmes/P07/").content.decode()
    assert client.post(f"{url}withdraw/").status_code == 302
    assert finding(*P07).state == "open"


def test_part_of_a_name_is_enough_where_only_one_is_meant(
    sample: Any, strategist: Any, client_for: Callable[..., Any], finding: Callable[..., Any], hire: Callable[..., Any]
) -> None:
    client, record = client_for(strategist), finding(*P07)
    url = f"/alignment/findings/{record.pk}/"
    assert client.post(url, {"owner": "stella str", "version": record.version}).status_code == 302
    assert finding(*P07).owner == strategist.person
    hire("Stella Strandberg")
    several = client.post(url, {"owner": "stella str"})
    assert several.status_code == 422
    assert "may be several people: Stella Strandberg" in several.content.decode()


def test_readers_see_no_forms_and_cannot_post(
    sample: Any, analyst: Any, client_for: Callable[..., Any], finding: Callable[..., Any]
) -> None:
    client, url = client_for(analyst), f"/alignment/findings/{finding(*P07).pk}/"
    assert 'name="due_on"' not in client.get(url).content.decode()
    for path, data in (("", {"note": "x"}), ("waive/", {}), ("withdraw/", {})):
        assert client.post(url + path, data).status_code == 403
    assert client.post("/alignment/findings/assign/", {"selected": "1"}).status_code == 403


def test_several_findings_are_assigned(
    sample: Any, strategist: Any, client_for: Callable[..., Any], finding: Callable[..., Any]
) -> None:
    client = client_for(strategist)
    ids = [finding(*P07).pk, finding("A08", "channels/H8").pk]
    form = client.post("/alignment/findings/assign/", {"selected": ids})
    assert "Assign 2 findings" in form.content.decode()
    chosen = ",".join(map(str, ids))
    assert client.post("/alignment/findings/assign/", {"chosen": chosen}).status_code == 422
    done = client.post("/alignment/findings/assign/", {"chosen": chosen, "owner": "stella.strategist@example.org"})
    assert done.status_code == 302
    assert finding(*P07).owner == strategist.person


def test_checking_now_says_what_is_open(sample: Any, analyst: Any, client_for: Callable[..., Any]) -> None:
    answer = client_for(analyst).post("/alignment/check/", follow=True)
    assert "Checked: " in answer.content.decode()


def test_the_trend_says_which_days_were_computed_afterwards(
    sample: Any, strategist: Any, client_for: Callable[..., Any]
) -> None:
    look_back(actor=strategist.actor, plan_id=sample.pk, days=[time.today() - timedelta(weeks=4)])
    text = client_for(strategist).get("/alignment/trend/").content.decode()
    assert "computed afterwards" in text
    picture = client_for(strategist).get("/alignment/trend/?chart=alignment-trend.svg")
    assert picture.status_code == 200
    assert picture["Content-Type"].startswith("image/svg")


def test_a_rule_says_why_and_an_unknown_one_that_it_is_not(
    sample: Any, analyst: Any, client_for: Callable[..., Any]
) -> None:
    text = client_for(analyst).get("/alignment/rules/A30/").content.decode()
    assert "inside out" in text
    assert "no internal counterpart" in text
    assert client_for(analyst).get("/alignment/rules/A99/").status_code == 404


def test_the_home_page_the_search_and_what_needs_me(
    sample: Any, strategist: Any, client_for: Callable[..., Any], finding: Callable[..., Any]
) -> None:
    tile = build_tile(strategist.actor)
    assert tile is not None
    assert tile["programmes"] == 10
    assert tile["worst"][0][:2] == ("programmes/P07", "Short videos Iberia (P07)")
    assert "hold back 10 programmes" in client_for(strategist).get("/").content.decode()
    found = [result.label for result in find_findings(strategist.actor, "counterpart", 10)]
    assert any(label.startswith("A30") for label in found)
    assert any("has no internal counterpart" in label for label in found)
    handle_finding(
        actor=strategist.actor, finding_id=finding(*P07).pk, owner_id=strategist.person.pk, due_on=time.today()
    )
    assert [need.count for need in due_findings(strategist.actor)] == [1]


def test_rules_in_a_sentence_lead_to_their_page() -> None:
    linked = with_rule_links("A30: <b>no</b> counterpart, A99")
    assert linked == '<a href="/alignment/rules/A30/">A30</a>: &lt;b&gt;no&lt;/b&gt; counterpart, A99'


def test_pages_of_a_draft_show_the_findings_of_the_draft(
    sample: Any, strategist: Any, client_for: Callable[..., Any]
) -> None:
    from fourleaf.alignment.models import FindingRecord, PlanCheck
    from fourleaf.engine.alignment.loading import load_plan
    from fourleaf.planning.selectors import get_object_for
    from fourleaf.planning.services import export_plan, import_plan, put_object

    again = load_plan(export_plan(actor=strategist.actor, plan_id=sample.pk))
    draft, _ = import_plan(actor=strategist.actor, loaded=again, name="Next year")
    row = get_object_for(strategist.actor, draft.pk, "programmes", "P07")
    data = {**row.data, "counterparts": ["N2"]}
    put_object(actor=strategist.actor, plan_id=draft.pk, section="programmes", data=data, version=row.version)
    client = client_for(strategist)
    shown = f"/alignment/for/programmes/P07/?plan={draft.pk}"
    assert shown in client.get(reverse("planning:programme", args=[draft.pk, "P07"])).content.decode()

    PlanCheck.objects.filter(pk=draft.pk).delete()
    FindingRecord.objects.filter(plan=draft).delete()
    text = client.get(shown).content.decode()
    assert "Held back" in text
    assert "no internal counterpart" not in text
    assert not FindingRecord.objects.filter(plan=draft).exists()
    assert "no internal counterpart" in client.get("/alignment/for/programmes/P07/").content.decode()
    assert "Nothing found" in client.get(f"/alignment/for/audiences/nothing/?plan={draft.pk}").content.decode()
    assert client.get("/alignment/for/programmes/P07/?plan=999999").status_code == 404


def test_what_refuses_going_live_is_waived_from_there(
    sample: Any, strategist: Any, client_for: Callable[..., Any], put: Callable[..., Any]
) -> None:
    put("programmes", "P07", state="paused")
    client = client_for(strategist)
    programme = reverse("planning:programme", args=[sample.pk, "P07"])
    refused = client.post(reverse("planning:programme_state", args=[sample.pk, "P07"]), {"state": "live"})
    assert refused.status_code == 422
    links = re.findall(r'href="(/alignment/ahead/[^"]*/A30/waive/[^"]*)"', refused.content.decode())
    assert links
    url = unescape(links[0])
    assert "no internal counterpart" in client.get(url).content.decode()
    late = (time.today() + timedelta(days=91)).isoformat()
    assert client.post(url, {"reason": "So", "owner": "R23", "until": late}).status_code == 422
    done = client.post(url, {"reason": "So", "owner": "R23", "until": time.today().isoformat()})
    assert (done.status_code, done["Location"]) == (302, programme)
    again = client.post(reverse("planning:programme_state", args=[sample.pk, "P07"]), {"state": "live"})
    assert "/A30/waive/" not in again.content.decode()
    assert client.get(url)["Location"] == programme


def test_a_waived_error_stays_visible_beside_what_is_open(
    sample: Any, strategist: Any, client_for: Callable[..., Any], finding: Callable[..., Any]
) -> None:
    from fourleaf.alignment.selectors import glance
    from fourleaf.alignment.services import waive_finding

    cells = [cell for row in glance(strategist.actor, sample.pk).rows for cell in row.cells]
    chosen = next(c for c in cells if sum(f.state == "open" for f in c.findings) > 1)
    pk = chosen.findings[0].pk
    waive_finding(actor=strategist.actor, finding_id=pk, reason="So", owner="R23", until=time.today())
    assert "1 waived</small>" in client_for(strategist).get("/alignment/").content.decode()


@pytest.mark.django_db
def test_each_cell_opens_exactly_what_it_counts(sample: Any, client_for: Any, strategist: Any) -> None:
    client = client_for(strategist)
    rows = client.get("/alignment/").context["rows"]
    opened = 0
    for row, cells, link in rows:
        there = [(link, row.errors + row.warnings)] if row.programme else []
        there += [(url, cell.count) for cell, _, _, url in cells if cell.findings and not cell.ahead]
        for url, count in there:
            shown = client.get(f"{url}&size=200").content.decode()
            assert len(set(re.findall(r'href="/alignment/findings/(\d+)/"', shown))) == count, url
            opened += 1
    assert opened > 20
