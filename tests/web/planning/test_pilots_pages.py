"""Pilots from the draft to the archive: what each step asks, what is locked, what the figures say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from fourleaf.engine.alignment.loading import load_plan
from fourleaf.kernel import clock
from fourleaf.planning.models import Plan
from fourleaf.planning.selectors import comments, objects
from fourleaf.planning.services import set_current
from fourleaf.planning.services.transfer import import_plan
from fourleaf.web.planning.registered_pilots import due_decisions, find_pilots

Signed = Callable[[Any], Client]
EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "tarnbeck.yaml"
DESIGN = {
    "name": "Answers at night",
    "action": "answer at night",
    "because": "grills are lit after work",
    "audience": "A1",
    "channel": "H2",
    "metric": "solved",
    "kind": "share",
    "baseline": "41",
    "threshold": "12",
    "weeks": "8",
    "baseline_weeks": "6",
    "comparison": "randomised",
    "n": "400",
    "decision_on": "2026-12-01",
    "decider": "R05",
    "decision_rule": "Scale above 0 and from 12 points on; stop below",
    "guard_1": "Staff hours",
    "limit_1": "more than 18 a week",
}


@pytest.fixture(autouse=True)
def _on_a_day() -> Iterator[None]:
    """The day that the example describes."""
    with clock.frozen(datetime(2026, 9, 30, 9, 0, tzinfo=UTC)):
        yield


@pytest.fixture
def plan(strategist: Any) -> Plan:
    """The example organisation's plan, made current."""
    made, _ = import_plan(actor=strategist.actor, loaded=load_plan(EXAMPLE))
    return set_current(actor=strategist.actor, plan_id=made.pk)


def data(who: Any, plan: Plan, key: str, section: str = "pilots") -> dict[str, Any]:
    row = objects(who.actor, plan.pk, section).filter(key=key).first()
    return dict(row.data) if row else {}


def test_readers_see_pilots_and_change_nothing(client_for: Signed, member: Any, analyst: Any, plan: Plan) -> None:
    client = client_for(analyst)
    assert client_for(member).get("/pilots/").status_code == 403
    listed = client.get("/pilots/").content.decode()
    assert "Reply within an hour" in listed
    assert "Begin a pilot" not in listed
    url = f"/pilots/{plan.pk}/pilot/T3/"
    assert "Enter what was observed" not in client.get(url).content.decode()
    for name in ("step", "observe", "learn"):
        assert client.post(f"{url}{name}/", {"state": "stop"}).status_code == 403
    for address in (f"{url}change/", f"{url}copy/", f"/pilots/{plan.pk}/add/", f"/pilots/{plan.pk}/people/voice/"):
        assert client.get(address).status_code == 403
    assert client.get(f"/pilots/{plan.pk}/pilot/T99/").status_code == 404


def test_the_list_is_cheap_grouped_and_exported(
    client_for: Signed, strategist: Any, plan: Plan, query_budget: Callable[[int], Any]
) -> None:
    client = client_for(strategist)
    client.get("/pilots/")
    with query_budget(16):
        listed = client.get("/pilots/?in=decided").content.decode()
    assert "Reply within an hour" in listed
    assert "Members answer members" not in listed
    text = b"".join(client.get("/pilots/?export=csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a streamed file
    assert "+13.1 [6.2; 20]" in text


def test_without_pilots_the_page_says_what_one_is(client_for: Signed, strategist: Any, plan: Plan) -> None:
    objects(strategist.actor, plan.pk, "pilots").delete()
    Plan.objects.filter(pk=plan.pk).update(content_version=plan.content_version + 10)
    plan.refresh_from_db()
    from fourleaf.planning.selectors import content

    content._kept.clear()
    assert "No pilot yet" in client_for(strategist).get("/pilots/").content.decode()


def test_a_decided_pilot_shows_interval_rule_and_curve(client_for: Signed, analyst: Any, plan: Plan) -> None:
    shown = client_for(analyst).get(f"/pilots/{plan.pk}/pilot/T1/").content.decode()
    assert 'class="pl-interval"' in shown
    assert "The rule says: scale." in shown
    assert 'class="pl-curve"' in shown
    assert "enough for proof" in shown
    assert "style=" not in shown.split("<main")[1].split("</main>")[0]


def test_less_is_better_where_the_kpi_says_so(client_for: Signed, analyst: Any, plan: Plan) -> None:
    assert "34 → 24" in client_for(analyst).get(f"/pilots/{plan.pk}/pilot/T3/").content.decode()


def test_working_it_out_stores_nothing(client_for: Signed, strategist: Any, plan: Plan) -> None:
    client = client_for(strategist)
    client.post(f"/pilots/{plan.pk}/add/", {"id": "T6", "name": "Answers at night"})
    url = f"/pilots/{plan.pk}/pilot/T6/change/"
    shown = client.post(url, {**DESIGN, "act": "work_out"}).content.decode()
    sentence = (
        "If we answer at night for Weekend grillers, 28 to 50 on Emberlyn videos NA, Solved in the channel moves from "
        "41 to at least 53 within 8 weeks, because grills are lit after work."
    )
    assert sentence in shown
    assert "enough for proof" in shown
    assert data(strategist, plan, "T6") == {"id": "T6", "name": "Answers at night"}
    few = client.post(url, {**DESIGN, "n": "100", "act": "work_out"}).content.decode()
    assert "learning, not proof" in few


def test_a_pilot_goes_from_draft_to_archive(client_for: Signed, strategist: Any, plan: Plan) -> None:
    client = client_for(strategist)
    assert client.post(f"/pilots/{plan.pk}/add/", {"id": "T6", "name": "x"}).status_code == 302
    url = f"/pilots/{plan.pk}/pilot/T6/"
    refused = client.post(f"{url}step/", {"state": "baseline"})
    assert refused.status_code == 422
    assert "It has no hypothesis." in refused.content.decode()
    assert client.post(f"{url}change/", DESIGN).status_code == 302
    kept = data(strategist, plan, "T6")
    assert kept["hypothesis"].startswith("If we answer at night for")
    assert kept["minimum_detectable_effect"] == pytest.approx(9.86, abs=0.02)
    assert kept["guardrails"] == [{"text": "Staff hours", "limit": "more than 18 a week"}]
    for state in ("baseline", "approved", "running"):
        assert client.post(f"{url}step/", {"state": state}).status_code == 302, state
    assert data(strategist, plan, "T6")["locked_on"] == "2026-09-30"
    early = client.post(f"{url}step/", {"state": "evaluating"})
    assert "looking earlier would find effects that are not there" in early.content.decode()

    with clock.frozen(datetime(2026, 12, 1, 9, 0, tzinfo=UTC)):
        assert client.post(f"{url}step/", {"state": "evaluating"}).status_code == 302
        counts = {"comparison_hits": "164", "comparison_cases": "400", "pilot_hits": "217", "pilot_cases": "400"}
        assert client.post(f"{url}observe/", counts).status_code == 302
        assert data(strategist, plan, "T6")["effect"]["point"] == 13.25
        assert "Pilot: successes: 217" in comments(strategist.actor, plan.pk, "pilots", "T6")[0].text
        assert client.post(f"{url}step/", {"state": "stop"}).status_code == 302
        assert client.post(f"{url}step/", {"state": "archived"}).status_code == 422
        assert client.post(f"{url}learn/", {"text": "At night they ask about gas.", "unit": "CSV"}).status_code == 302
        assert data(strategist, plan, "L-T6-1", "learnings")["source"] == "pilots/T6"
        assert client.post(f"{url}step/", {"state": "archived"}).status_code == 302


def test_what_was_approved_is_locked_and_copied_instead(client_for: Signed, strategist: Any, plan: Plan) -> None:
    client = client_for(strategist)
    url = f"/pilots/{plan.pk}/pilot/T3/"
    before = data(strategist, plan, "T3")
    agreed = {name: before[name] for name in ("baseline", "comparison", "n", "decision_rule", "decision_on", "decider")}
    kept = {**DESIGN, **agreed, "baseline_weeks": "6"}
    # A later day, an easier comparison or another start would make any result come true.
    refused = client.post(f"{url}change/", {**kept, "baseline": "20", "comparison": "randomised"})
    assert refused.status_code == 422
    assert "cannot change any more: it was approved" in refused.content.decode()
    client.post(f"{url}change/", {**kept, "hypothesis": "Something else", "threshold": "2", "metric": "leads"})
    after = data(strategist, plan, "T3")
    assert after["name"] == "Answers at night"
    for name, value in agreed.items():
        assert after[name] == value
    for name in ("hypothesis", "metric", "threshold"):
        assert after[name] == before[name]
    assert client.post(f"{url}copy/", {"id": "T3b", "name": "Once more"}).status_code == 302
    copied = data(strategist, plan, "T3b")
    assert copied["hypothesis"] == before["hypothesis"]
    assert "locked_on" not in copied


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "Fill in all the counts"),
        ({"point": "3", "low": "4", "high": "5"}, "lies between the two ends"),
        ({"point": "3"}, "a point and both ends"),
        ({"pilot_before": "30 31 x", "pilot_after": "22 20"}, "“x”, value 3 of pilot before, is no number."),
        ({"pilot_before": "30", "pilot_after": "22"}, "At least two weeks"),
    ],
    ids=["nothing", "outside", "half", "no-number", "too-few"],
)
def test_observations_that_say_nothing_are_refused_at_the_form(
    client_for: Signed, strategist: Any, plan: Plan, values: dict[str, str], said: str
) -> None:
    answer = client_for(strategist).post(f"/pilots/{plan.pk}/pilot/T3/observe/", values)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "effect" not in data(strategist, plan, "T3")


def test_weekly_values_become_an_effect(client_for: Signed, strategist: Any, plan: Plan) -> None:
    weeks = {"pilot_before": "34 35 33 36 34,5 33", "pilot_after": "22\n21\n20 19 21 20"}
    client = client_for(strategist)
    early = client.post(f"/pilots/{plan.pk}/pilot/T3/observe/", weeks)
    assert early.status_code == 422
    assert "looking earlier" in early.content.decode()
    assert "Nobody looks before" in client.get(f"/pilots/{plan.pk}/pilot/T3/").content.decode()
    assert "effect" not in data(strategist, plan, "T3")
    with clock.frozen(datetime(2026, 11, 13, 9, 0, tzinfo=UTC)):
        client.post(f"/pilots/{plan.pk}/pilot/T3/step/", {"state": "evaluating"})
        assert client.post(f"/pilots/{plan.pk}/pilot/T3/observe/", weeks).status_code == 302
    effect = data(strategist, plan, "T3")["effect"]
    assert effect["low"] < effect["point"] < effect["high"] < -10


def test_a_narrow_beta_shows_the_leaders_steps(client_for: Signed, analyst: Any, plan: Plan) -> None:
    shown = client_for(analyst).get(f"/pilots/{plan.pk}/pilot/T4/").content.decode()
    assert "4 of 6 steps done." in shown
    assert shown.count(": not yet</span>") == 2


def test_first_people_are_tested_and_scored(client_for: Signed, strategist: Any, plan: Plan) -> None:
    client = client_for(strategist)
    page = f"/pilots/{plan.pk}/people/"
    shown = client.get(page).content.decode()
    assert "All five tests are passed" in shown
    assert "Chosen by title" in shown
    scores = {"person": "R50", "writes": "3", "expertise": "3", "judgement": "2", "time": "2", "listens": "2"}
    assert client.post(f"{page}voice/", scores).status_code == 302
    assert "no two hours a week that the manager confirmed" in client.get(page).content.decode().lower()
    team = {"name": "Second", "members": "R43: ovens\nR99: nobody"}
    refused = client.post(f"{page}team/", team)
    assert refused.status_code == 422
    assert "Line 2: nobody in the plan has the id “R99”." in refused.content.decode()
    assert client.post(f"{page}team/", {"name": "Second", "members": "R43: ovens, trade"}).status_code == 302
    assert "Second" in client.get(page).content.decode()
    assert client.get(f"{page}team/cold-start/").status_code == 200
    assert client.get(f"{page}voice/nobody/").status_code == 404


def test_a_decision_that_is_due_is_said_to_who_may_take_it(strategist: Any, analyst: Any, plan: Plan) -> None:
    assert due_decisions(strategist.actor) == []
    with clock.frozen(datetime(2026, 11, 14, 9, 0, tzinfo=UTC)):
        (need,) = due_decisions(strategist.actor)
        assert (need.count, need.url) == (1, "/pilots/?in=running")
        assert due_decisions(analyst.actor) == []


def test_pilots_are_found_by_name(strategist: Any, member: Any, plan: Plan) -> None:
    assert [found.label for found in find_pilots(strategist.actor, "hour", 5)] == ["T1 Reply within an hour"]
    assert list(find_pilots(member.actor, "hour", 5)) == []
