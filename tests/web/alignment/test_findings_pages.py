"""Findings in groups and bundles, as a list, waived together; the choice of the plan; where evidence leads."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from fourleaf.alignment.models import FindingRecord, PlanCheck
from fourleaf.alignment.services import waive_finding
from fourleaf.engine.alignment.loading import load_plan
from fourleaf.kernel import clock as time
from fourleaf.planning.services import export_plan, import_plan
from fourleaf.web.alignment.places import Places
from fourleaf.web.alignment.registered import waivers_ending

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(sample: Any, strategist: Any, client_for: Callable[..., Any]) -> Any:
    return client_for(strategist)


def test_findings_open_by_what_they_hold_up_with_the_list_one_click_away(
    client: Any, query_budget: Callable[[int], Any]
) -> None:
    client.get("/alignment/findings/")
    with query_budget(25):
        answer = client.get("/alignment/findings/")
    groups = answer.context["groups"]
    assert groups[0].title.startswith("Short videos Iberia")
    ranks = [(group.rank, -group.of(0)) for group in groups]
    assert ranks == sorted(ranks)
    assert reverse("alignment:list") in answer.content.decode()
    old = client.get("/alignment/findings/?holds=programmes/P07&rule=A30")
    assert old["Location"] == "/alignment/findings/list/?holds=programmes%2FP07&rule=A30"


def test_many_findings_of_a_rule_are_one_line_that_is_dealt_with_at_once(
    client: Any, sample: Any, strategist: Any
) -> None:
    groups = client.get("/alignment/findings/by/severity/").context["groups"]
    bundle = next(b for group in groups for b in group.bundles if b.folded and b.open)
    assert len(bundle.rows) >= 3
    sent = {"all_matching": "1", "query": bundle.query, "plan": sample.pk}
    form = client.post("/alignment/findings/assign/", sent)
    assert f"Assign {len(bundle.rows)} findings" in form.content.decode()
    chosen = re.search(r'name="chosen" value="([^"]*)"', form.content.decode())
    assert chosen
    assert {int(pk) for pk in chosen[1].split(",")} == {row.pk for row in bundle.rows}
    waiving = client.post("/alignment/findings/waive/", sent)
    assert f"Waive {bundle.open} findings" in waiving.content.decode()
    until = (time.today() + timedelta(days=9)).isoformat()
    data = {"chosen": chosen[1], "reason": "Together", "owner": "R23"}
    assert client.post("/alignment/findings/waive/", {**data, "until": "2031-01-01"}).status_code == 422
    assert client.post("/alignment/findings/waive/", {**data, "until": until}).status_code == 302
    states = set(FindingRecord.objects.filter(pk__in=[r.pk for r in bundle.rows]).values_list("state", flat=True))
    assert states == {"waived"}
    text = client.get("/alignment/waivers/").content.decode()
    assert text.count("Together") == bundle.open
    assert "Ends soon" in text
    assert [need.count for need in waivers_ending(strategist.actor)] == [0, bundle.open]
    assert client.get("/alignment/findings/list/?state=ending").context["table"].count == bundle.open


def test_the_list_is_narrowed_by_part_owner_and_day(client: Any, sample: Any, strategist: Any) -> None:
    def count(query: str) -> int:
        return int(client.get(f"/alignment/findings/list/?{query}").context["table"].count)

    at_people = FindingRecord.objects.filter(plan=sample, object__startswith="people/")
    assert count("section=people") == at_people.count() > 0
    at_people.update(owner=strategist.person, due_on=time.today() - timedelta(days=1))
    assert count(f"owner={strategist.person.pk}") == at_people.count() == count("due=late")
    assert count("due=none") == count("owner=nobody") == count("") - at_people.count()


def test_a_waiver_is_given_only_where_something_is_found(client: Any) -> None:
    form = {"rule": "A30", "object": "programmes/P01", "reason": "So", "owner": "R23", "until": time.today()}
    refused = client.post("/alignment/waivers/add/", form)
    assert refused.status_code == 422
    assert "A30 finds nothing at programmes/P01 now" in unescape(refused.content.decode())
    assert client.post("/alignment/waivers/add/", {**form, "object": "programmes/P07"}).status_code == 302
    assert "A30" in client.get("/alignment/waivers/").content.decode()


def test_any_plan_may_be_looked_at_and_a_draft_is_checked_now(client: Any, sample: Any, strategist: Any) -> None:
    again = load_plan(export_plan(actor=strategist.actor, plan_id=sample.pk))
    draft, _ = import_plan(actor=strategist.actor, loaded=again, name="Next year")
    PlanCheck.objects.filter(pk=draft.pk).delete()
    FindingRecord.objects.filter(plan=draft).delete()
    for path in ("", "findings/", "findings/list/", "findings/by/rule/", "rules/"):
        text = client.get(f"/alignment/{path}?plan={draft.pk}").content.decode()
        assert "Checked now, not stored" in text, path
        assert "Next year" in text
    kept = client.get("/alignment/findings/list/?severity=error")
    assert kept.context["table"].count == FindingRecord.objects.filter(plan=sample, severity="error").count()
    assert client.get("/alignment/findings/list/?export=csv").status_code == 200
    assert client.get("/alignment/what-if/?at=programmes/P07").status_code == 200
    assert not FindingRecord.objects.filter(plan=draft).exists()
    assert "not stored" not in client.get(f"/alignment/?plan={sample.pk}").content.decode()
    assert client.get("/alignment/?plan=999999").status_code == 404


def test_all_evidence_leads_to_a_page_that_is_there(client: Any, sample: Any, strategist: Any) -> None:
    places = Places(strategist.actor, sample.pk)
    rows = FindingRecord.objects.filter(plan=sample)
    addresses = {at for row in rows for at in (row.object, *row.evidence, *row.blocks)}
    urls = {places.url(at): at for at in sorted(addresses)}
    assert "" not in urls, urls.get("")
    wrong = {at: status for url, at in urls.items() if (status := client.get(url).status_code) != 200}
    assert not wrong


def test_the_printed_picture_names_organisation_plan_and_day(client: Any, sample: Any, strategist: Any) -> None:
    head = client.get("/alignment/").content.decode().split('class="glance-paper"')[1].split("</header>")[0]
    assert "Tarnbeck" in head
    assert sample.name in head
    assert f"{time.today().year}" in head


def test_an_ended_waiver_is_a_need(client: Any, sample: Any, strategist: Any, clock: Any, finding: Any) -> None:
    from fourleaf.alignment.services import check_plan

    pk = finding("A30", "programmes/P07").pk
    waive_finding(actor=strategist.actor, finding_id=pk, reason="So", owner="R23", until=time.today())
    clock.move(days=2)
    check_plan(actor=strategist.actor, plan_id=sample.pk)
    assert next(need.count for need in waivers_ending(strategist.actor)) == 1
    assert "Mend it, or waive it again" in client.get("/alignment/waivers/").content.decode()
