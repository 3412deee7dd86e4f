"""The roadmap's pages: what each of the cast sees and may do, and what is said when something cannot be done."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from fourleaf.engine.alignment.loading import load_plan
from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.kernel import clock
from fourleaf.kernel.models import AuditEvent
from fourleaf.planning.models import Plan, RoadmapBaseline
from fourleaf.planning.phase_exit import exit_criteria
from fourleaf.planning.selectors import model_of, objects
from fourleaf.planning.services import set_current
from fourleaf.planning.services.transfer import import_plan

Signed = Callable[[Any], Client]
EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "tarnbeck.yaml"


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


def data(who: Any, plan: Plan, key: str) -> dict[str, Any]:
    row = objects(who.actor, plan.pk, "roadmap").filter(key=key).first()
    return dict(row.data) if row else {}


def test_only_who_sees_the_plan_sees_the_roadmap(
    client_for: Signed, stranger: Client, member: Any, analyst: Any, plan: Plan
) -> None:
    for url in ("/roadmap/", f"/roadmap/{plan.pk}/", f"/roadmap/{plan.pk}/items/2.I4/"):
        assert stranger.get(url).status_code == 302
        assert client_for(member).get(url).status_code in (403, 404)
        seen = client_for(analyst).get(url)
        assert seen.status_code == 200
        for act in ("Add an activity", "Plan these days", "Mark as done", "data-move-form"):
            assert act not in seen.content.decode()


def test_without_a_current_plan_the_page_says_what_it_is_for(client_for: Signed, strategist: Any) -> None:
    said = client_for(strategist).get("/roadmap/").content.decode()
    assert "No plan is current yet" in said
    assert '<svg class="rm"' not in said


def test_the_page_holds_picture_list_and_table(
    client_for: Signed, strategist: Any, plan: Plan, query_budget: Callable[[int], Any]
) -> None:
    client = client_for(strategist)
    client.get("/roadmap/")
    with query_budget(16):
        said = client.get("/roadmap/").content.decode()
    assert said.count('class="rm-item ') >= 38
    assert said.count("data-twin=") == 38
    assert "runs 2 phases ahead of 2.I1" in said
    assert "38 activities" in said
    assert "style=" not in said.split("<main")[1].split("</main>")[0]


def test_launches_lead_to_their_pages(client_for: Signed, analyst: Any, plan: Plan) -> None:
    client = client_for(analyst)
    found = re.findall(r'<a class="rm-mark (\w+) [^"]*" href="([^"]+)"', client.get("/roadmap/").content.decode())
    assert {kind for kind, _ in found} == {"external", "internal", "experiment"}
    for kind in ("external", "internal", "experiment"):
        assert client.get(dict(found)[kind]).status_code == 200


@pytest.mark.parametrize(
    ("query", "bars"),
    [("side=external", 19), ("phase=2", 8), ("state=ahead", 2), ("state=dropped", 0), ("side=internal&phase=4", 3)],
)
def test_filters_narrow_picture_and_table_alike(
    client_for: Signed, strategist: Any, plan: Plan, query: str, bars: int
) -> None:
    said = client_for(strategist).get(f"/roadmap/?{query}").content.decode()
    assert len(re.findall(r'<a class="rm-item ', said)) == bars
    assert f"{bars} activit" in said or "No activit" in said or bars == 0


@pytest.mark.parametrize("show", ["phase-2", "2026q4", "nonsense", "phase-9", "9999q1"])
def test_stretches_are_links(client_for: Signed, strategist: Any, plan: Plan, show: str) -> None:
    response = client_for(strategist).get(f"/roadmap/?show={show}")
    assert response.status_code == 200
    narrowed = show in ("phase-2", "2026q4")
    assert ("outside this stretch" in response.content.decode()) is narrowed


def test_the_table_is_taken_away_as_a_file(client_for: Signed, strategist: Any, plan: Plan) -> None:
    response = client_for(strategist).get("/roadmap/?export=csv")
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a streamed file
    assert text.count("\n") == 39
    assert "2.I4 Community management plan" in text


def test_an_activity_says_why_it_cannot_start(client_for: Signed, strategist: Any, plan: Plan) -> None:
    client = client_for(strategist)
    said = client.get(f"/roadmap/{plan.pk}/items/2.E4/").content.decode()
    assert "2.I4 (Community management plan) must be done first." in said
    answer = client.post(f"/roadmap/{plan.pk}/items/2.E4/state/", {"state": "in_progress"})
    assert answer.status_code == 422
    assert "must be done first" in answer.content.decode()
    assert data(strategist, plan, "2.E4").get("state", "planned") == "planned"


def test_a_state_is_changed_and_dropping_asks_why(client_for: Signed, strategist: Any, plan: Plan) -> None:
    client = client_for(strategist)
    url = f"/roadmap/{plan.pk}/items/1.E4/state/"
    assert client.post(url, {"state": "dropped"}).status_code == 422
    assert client.post(url, {"state": "in_progress"}).status_code == 302
    assert data(strategist, plan, "1.E4")["state"] == "in_progress"


def test_days_are_planned_and_what_needs_it_moves_and_undo_puts_it_back(
    client_for: Signed, strategist: Any, plan: Plan
) -> None:
    client = client_for(strategist)
    before = data(strategist, plan, "2.E4")
    days = {"planned_start": "2026-08-10", "planned_end": "2026-11-30", "move_dependents": "on"}
    url = f"/roadmap/{plan.pk}/items/2.I4/dates/"
    looked = client.post(url, days)
    said = looked.content.decode()
    assert looked.status_code == 422
    assert "Nothing is stored yet" in said
    assert re.search(r"<strong>2\.E4</strong>.*? → <strong>1 Dec 2026 to", said)
    assert "worked out" in said.split("Nothing is stored yet")[1]  # 3.E4 has no days of its own, and moves too
    assert data(strategist, plan, "2.E4") == before
    assert 'name="seen" value="2026-08-10_2026-11-30_1"' in said
    later = client.post(url, {**days, "planned_end": "2027-10-01"}).content.decode()
    assert re.search(
        r"<strong>3\.E4</strong>.*? → <strong>\d+ \w+ (2027|2028) to[^<]*</strong>, worked out", later, re.S
    )
    other = client.post(url, {**days, "planned_end": "2026-12-01", "seen": "2026-08-10_2026-11-30_1"})
    assert other.status_code == 422  # other days are looked at anew
    answer = client.post(url, {**days, "seen": "2026-08-10_2026-11-30_1"}, follow=True)
    said = answer.content.decode()
    assert "1 other moved with it" in said
    assert data(strategist, plan, "2.E4")["planned_start"] == "2026-12-01"
    token = re.search(r'name="token" value="([^"]+)"', said)
    assert token is not None
    client.post("/undo/", {"token": token[1]})
    assert data(strategist, plan, "2.E4") == before
    assert data(strategist, plan, "2.I4")["planned_end"] == "2026-10-16"


def test_a_drag_comes_back_to_the_stretch_that_was_shown(client_for: Signed, strategist: Any, plan: Plan) -> None:
    days = {"planned_start": "2026-11-09", "planned_end": "2027-01-04", "from": "picture"}
    url = f"/roadmap/{plan.pk}/items/2.E4/dates/"
    client = client_for(strategist)
    assert client.post(url, {**days, "next": "/roadmap/?show=2026q4"})["Location"] == "/roadmap/?show=2026q4"
    assert client.post(url, {**days, "next": "https://elsewhere.example/"})["Location"] == f"/roadmap/{plan.pk}/"


def test_a_drag_asks_what_would_move_and_changes_nothing(client_for: Signed, strategist: Any, plan: Plan) -> None:
    version = plan.content_version
    answer = client_for(strategist).get(f"/roadmap/{plan.pk}/items/2.I4/moves/?start=2026-08-10&end=2026-11-30")
    found = {move["key"]: move for move in answer.json()["moves"]}
    assert found["2.E4"]["start"] == "2026-12-01"
    assert " → 1 Dec 2026 to " in found["2.E4"]["sentence"] or " → 1 December 2026 to " in found["2.E4"]["sentence"]
    assert any("(worked out)" in move["sentence"] for move in found.values())
    assert f"{len(found)} others move with it: " in answer.json()["sentence"]
    assert client_for(strategist).get(f"/roadmap/{plan.pk}/items/2.I4/moves/?start=never").json()["moves"] == []
    plan.refresh_from_db()
    assert plan.content_version == version


def test_an_end_before_the_start_is_said_at_the_field(client_for: Signed, strategist: Any, plan: Plan) -> None:
    days = {"planned_start": "2026-12-10", "planned_end": "2026-11-30"}
    answer = client_for(strategist).post(f"/roadmap/{plan.pk}/items/2.I4/dates/", days)
    assert answer.status_code == 422
    assert 'id="id_planned_end_error"' in answer.content.decode()


def test_days_that_are_past_or_too_early_are_asked_about(client_for: Signed, strategist: Any, plan: Plan) -> None:
    client, url = client_for(strategist), f"/roadmap/{plan.pk}/items/2.E4/dates/"
    past = {"planned_start": "2026-09-01", "planned_end": "2026-09-20", "from": "picture", "next": "/roadmap/"}
    answer = client.post(url, past)
    said = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_planned_start_error"' in said
    assert "The first day, 2026-09-01, is past" in said
    assert "It needs 2.I4 Community management plan first" in said
    assert data(strategist, plan, "2.E4").get("planned_start") != "2026-09-01"
    seen = {"seen": "2026-09-01_2026-09-20_0"}
    assert client.post(url, {**past, **seen})["Location"] == "/roadmap/"
    assert data(strategist, plan, "2.E4")["planned_start"] == "2026-09-01"
    begun = client.post(
        f"/roadmap/{plan.pk}/items/2.I4/dates/", {"planned_end": "2020-01-01", "seen": "None_2020-01-01_0"}
    )
    assert begun.status_code == 422
    assert "so it cannot end before that" in begun.content.decode()


def test_what_a_drag_draws_follows_from_the_days(client_for: Signed, strategist: Any, plan: Plan) -> None:
    """The script draws a bar from its days and these values; in a quarter bars are cut off at the edges."""
    said = client_for(strategist).get("/roadmap/?show=2026q4").content.decode()
    svg = re.search(
        r'data-days-per-unit="([\d.]+)" data-first-day="([\d-]+)" data-left="([\d.]+)" data-right="([\d.]+)"', said
    )
    assert svg is not None
    per, first, left, right = float(svg[1]), date.fromisoformat(svg[2]), float(svg[3]), float(svg[4])
    bars = re.findall(
        r'data-start="([\d-]+)" data-end="([\d-]+)".*?<rect class="rm-bar" x="([-\d.]+)" y="[^"]+" width="([\d.]+)"',
        said,
        re.S,
    )
    cut = 0
    for start, end, x, width in bars:
        low, high = (left + (date.fromisoformat(day) - first).days / per for day in (start, end))
        cut += low < left - 8
        low, high = (min(max(at, left - 8), right + 8) for at in (low, high))
        assert float(x) == pytest.approx(low, abs=0.1)
        assert float(width) == pytest.approx(max(high - low, 4), abs=0.2)
    assert cut > 0


def test_readers_change_nothing(client_for: Signed, analyst: Any, plan: Plan) -> None:
    client = client_for(analyst)
    for name in ("dates", "state"):
        assert client.post(f"/roadmap/{plan.pk}/items/2.I4/{name}/", {"state": "done"}).status_code == 403
    for url in ("add/", "experiments/", "baseline/", "items/2.I4/change/"):
        assert client.get(f"/roadmap/{plan.pk}/{url}").status_code == 403
    assert client.get(f"/roadmap/{plan.pk}/items/9.Z9/").status_code == 404


def test_owner_evidence_and_needs_are_changed(client_for: Signed, strategist: Any, plan: Plan) -> None:
    client = client_for(strategist)
    url = f"/roadmap/{plan.pk}/items/2.E4/change/"
    shown = client.get(url)
    assert shown.status_code == 200
    version = objects(strategist.actor, plan.pk, "roadmap").get(key="2.E4").version
    values = {"owner": "R10", "evidence": "Plan on the wall\n\nTwo channels", "hard": ["2.E1"], "version": version}
    assert client.post(url, values).status_code == 302
    kept = data(strategist, plan, "2.E4")
    assert (kept["evidence"], kept["hard"], kept["owner"]) == (["Plan on the wall", "Two channels"], ["2.E1"], "R10")
    assert client.post(url, values).status_code == 422  # somebody was there before: the version is an old one


def test_needs_that_go_round_in_a_circle_are_refused(client_for: Signed, strategist: Any, plan: Plan) -> None:
    answer = client_for(strategist).post(
        f"/roadmap/{plan.pk}/items/2.I3/change/", {"hard": ["2.I4"], "evidence": "", "version": ""}
    )
    assert answer.status_code == 422
    assert "circle" in answer.content.decode()


def test_own_activities_and_experiments_are_added(client_for: Signed, strategist: Any, plan: Plan) -> None:
    client = client_for(strategist)
    own = {"id": "2.X1", "title": "Rota for the fair", "side": "internal", "phase": "2", "weeks": "3", "hard": ["1.I2"]}
    assert client.post(f"/roadmap/{plan.pk}/add/", own).status_code == 302
    assert 'data-item="2.X1"' in client.get("/roadmap/").content.decode()
    assert client.post(f"/roadmap/{plan.pk}/add/", own).status_code == 422
    tried = {"id": "EXP9", "title": "Lunch with cooks", "owner": "R15", "cap": "500", "ends_on": "2026-12-18"}
    assert client.post(f"/roadmap/{plan.pk}/experiments/", tried).status_code == 302
    assert "Lunch with cooks" in client.get(f"/roadmap/{plan.pk}/experiments/").content.decode()
    assert client.post(f"/roadmap/{plan.pk}/experiments/", {**tried, "cap": ""}).status_code == 422


def test_the_card_of_the_last_end_knows_the_baseline(client_for: Signed, strategist: Any, plan: Plan) -> None:
    client = client_for(strategist)
    assert "No baseline is set" in client.get("/roadmap/").content.decode()
    client.post(f"/roadmap/{plan.pk}/baseline/", {"name": "As agreed"})
    said = client.get("/roadmap/").content.decode()
    assert "No baseline is set" not in said
    assert "in the baseline “As agreed”" in said


def test_critical_and_slack_are_one_thing_in_table_and_page(client_for: Signed, strategist: Any, plan: Plan) -> None:
    client = client_for(strategist)
    said = client.get("/roadmap/").content.decode()
    tight = re.findall(r'class="rm-item [^"]*critical[^"]*" href="[^"]*/items/([^/]+)/"', said)
    assert tight
    assert said.count("0 wk · critical") == len(tight)
    assert said.count("0 wk<") == 0
    assert "0 weeks" in (shown := client.get(f"/roadmap/{plan.pk}/items/{tight[0]}/").content.decode())
    assert "No slack at all" in shown


def test_a_baseline_is_set_and_held_against_now(client_for: Signed, strategist: Any, plan: Plan) -> None:
    client = client_for(strategist)
    assert client.post(f"/roadmap/{plan.pk}/baseline/", {"name": "As agreed"}).status_code == 302
    assert RoadmapBaseline.objects.get(plan=plan).name == "As agreed"
    days = {"planned_start": "2026-11-16", "planned_end": "2027-01-11", "seen": "2026-11-16_2027-01-11_0"}
    client.post(f"/roadmap/{plan.pk}/items/2.E4/dates/", days)
    assert "14 days" in client.get(f"/roadmap/{plan.pk}/baseline/").content.decode()
    assert "14 days later than the baseline" in client.get("/roadmap/").content.decode()


def test_comments_are_made_by_who_may(client_for: Signed, analyst: Any, plan: Plan) -> None:
    client = client_for(analyst)
    url = f"/roadmap/{plan.pk}/items/2.I4/"
    assert client.post(f"{url}comment/", {"text": "Rota is short of nights."}).status_code == 302
    assert "Rota is short of nights." in client.get(url).content.decode()
    assert client.post(f"{url}comment/", {"text": " "}).status_code == 422


def test_an_archived_plan_is_only_read(client_for: Signed, strategist: Any, plan: Plan) -> None:
    Plan.objects.filter(pk=plan.pk).update(state="archived")
    client = client_for(strategist)
    assert "Plan these days" not in client.get(f"/roadmap/{plan.pk}/items/2.I4/").content.decode()
    answer = client.post(f"/roadmap/{plan.pk}/items/2.I4/dates/", {"planned_start": str(date(2026, 12, 1))})
    assert answer.status_code == 422
    assert "is archived" in answer.content.decode()


def test_the_calendar_has_an_address_that_ends_when_withdrawn(
    client_for: Signed, analyst: Any, stranger: Client, plan: Plan
) -> None:
    client = client_for(analyst)
    url = f"/roadmap/{plan.pk}/calendar/"

    def address(act: str) -> str:
        shown = client.post(url, {"act": act}).content.decode()
        found = re.search(r'value="http://testserver(/calendar/[^"]+)"', shown)
        return found[1] if found else ""

    assert "roadmap.ics" not in client.get(url).content.decode()
    first = address("show")
    feed = stranger.get(first)
    assert feed.status_code == 200
    assert feed["Content-Type"].startswith("text/calendar")
    assert b"SUMMARY:2.I4 Community management plan" in feed.content
    second = address("renew")
    assert second not in ("", first)
    assert stranger.get(first).status_code == 404
    client.post(url, {"act": "withdraw"})
    assert stranger.get(second).status_code == 404
    assert stranger.get("/calendar/nonsense/roadmap.ics").status_code == 404


def test_a_change_of_state_is_taken_back_while_nothing_else_happened(
    client_for: Signed, strategist: Any, plan: Plan
) -> None:
    client, url = client_for(strategist), f"/roadmap/{plan.pk}/items/1.E4/"
    before = data(strategist, plan, "1.E4")

    def undo_of(answer: Any) -> str:
        found = re.search(r'name="token" value="([^"]+)"', answer.content.decode())
        assert found is not None
        return found[1]

    token = undo_of(client.post(f"{url}state/", {"state": "in_progress"}, follow=True))
    assert data(strategist, plan, "1.E4")["started_on"] == "2026-09-30"
    dropped = undo_of(client.post(f"{url}state/", {"state": "dropped", "reason": "Too dear"}, follow=True))
    client.post("/undo/", {"token": token})  # something else happened since
    assert data(strategist, plan, "1.E4")["state"] == "dropped"
    client.post("/undo/", {"token": dropped})
    assert data(strategist, plan, "1.E4")["state"] == "in_progress"
    assert before.get("state", "planned") == "planned"


def test_states_are_words(client_for: Signed, strategist: Any, plan: Plan) -> None:
    client = client_for(strategist)
    for url in (f"/roadmap/{plan.pk}/experiments/", "/roadmap/", f"/roadmap/{plan.pk}/items/2.I4/"):
        text = re.sub(r"<[^>]+>", " ", client.get(url).content.decode())
        assert "inprogress" not in text
        assert "in_progress" not in text


def test_phases_say_what_holds_and_ask_what_nobody_can_know(
    client_for: Signed, strategist: Any, analyst: Any, member: Any, plan: Plan, query_budget: Callable[[int], Any]
) -> None:
    url = f"/roadmap/{plan.pk}/phases/"
    assert client_for(member).get(url).status_code in (403, 404)
    reader, client = client_for(analyst), client_for(strategist)
    assert "Yes, it holds" not in reader.get(url).content.decode()
    question = {"code": "P2.response", "holds": "True", "note": "Weeks 34 to 37 in the service report"}
    assert reader.post(url, question).status_code == 403
    assert client.post(url, {**question, "note": ""}).status_code == 422
    known = client.post(url, {**question, "code": "P2.pilots"})
    assert "The plan answers this itself" in known.content.decode()
    assert client.post(url, question).status_code == 302
    with query_budget(14):
        said = client.get(url).content.decode()
    assert "Said by hand" in said
    assert "Weeks 34 to 37" in said
    client.post(url, {"code": "P2.response"})
    assert "Said by hand" not in client.get(url).content.decode()
    assert AuditEvent.objects.filter(code="planning.phase.ticked").count() == 2


def test_criteria_follow_from_facts(strategist: Any, plan: Plan) -> None:
    model = model_of(strategist.actor, plan.pk)
    found = {one.code: one for one in exit_criteria(model, date(2026, 9, 30))}
    assert found["P0.gate"].met is True
    assert found["P1.policies"].met is None
    assert [found["P1.policies"].holds(ticked=said) for said in (True, False)] == [True, False]
    assert [found["P0.gate"].holds(ticked=said) for said in (True, False)] == [True, True]
    bare = exit_criteria(PlanModel(format=1, as_of=date(2026, 9, 30)), date(2026, 9, 30))
    assert not any(one.met for one in bare)
    both = model.model_copy(update={"pilots": tuple(p.model_copy(update={"decision": "stop"}) for p in model.pilots)})
    assert {one.code: one.met for one in exit_criteria(both, date(2026, 9, 30))}["P2.pilots"] is True
