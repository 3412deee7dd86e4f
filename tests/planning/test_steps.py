"""Steps from state to state: the gate, hard dependencies, guards, the lock and the rule of pilots, moved dates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from fourleaf.engine.alignment.checking import check
from fourleaf.engine.alignment.loading import load_plan
from fourleaf.kernel import clock
from fourleaf.kernel.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, TransitionError
from fourleaf.planning import contracts, selectors, services
from fourleaf.planning.errors import GateError, LockedError
from fourleaf.planning.models import Plan, PlanObject
from fourleaf.planning.selectors import snapshot_of

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "tarnbeck.yaml"
Put = Callable[..., PlanObject]


@pytest.fixture
def gated(put: Put) -> None:
    """What opens the plan gate."""
    put("regions", id="NO", name="North", time_zone="Europe/Berlin")
    put("departments", id="CSV", name="Service", function="service")
    put("people", id="R1", role="Head of Service", region="NO")
    put("goals", id="G1", text="Fewer contacts")
    put("kpis", id="contacts", name="Contacts", formula="contacts/products", level="outcome")
    put("objectives", id="O1", text="Cut contacts", goal="G1", owner="R1", kpis=["contacts"])
    put("audiences", id="A1", name="Grillers", venues=["video comments"], source="interviews")
    put("resources", id="S1", department="CSV", slack_hours=20)


@pytest.fixture
def guard() -> Iterator[list[str]]:
    """A guard that objects with whatever is put into the list."""
    said: list[str] = []

    def object_to(actor: Any, plan_id: int, section: str, key: str, new_state: str) -> list[str]:
        return [f"{section}/{key} {new_state}: {sentence}" for sentence in said]

    contracts.register_guard(object_to)
    yield said
    contracts._guards.remove(object_to)


@pytest.fixture
def step(strategist: Any, plan: Plan) -> Callable[..., PlanObject]:
    def step(section: str, key: str, state: str, **fields: Any) -> PlanObject:
        return services.change_state(
            actor=strategist.actor, plan_id=plan.pk, section=section, key=key, state=state, **fields
        )

    return step


Step = Callable[..., PlanObject]


def test_the_gate_says_what_is_missing(strategist: Any, plan: Plan, put: Put, step: Step) -> None:
    assert selectors.gate(strategist.actor, plan.pk) == [
        "There is no objective yet.",
        "There is no audience yet.",
        "There is no resource yet.",
    ]
    put("objectives", id="O1", text="Cut contacts")
    said = selectors.gate(strategist.actor, plan.pk)
    assert said[0] == "No objective is complete: O1 lacks a business goal, an owner and a KPI that shows it."


def test_phase_0_may_begin_behind_a_closed_gate_and_nothing_else(step: Step) -> None:
    assert step("roadmap", "0.O", "in_progress").data["started_on"]
    with pytest.raises(GateError) as caught:
        step("roadmap", "1.I1", "in_progress")
    assert "There is no resource yet." in caught.value.missing
    assert "0.O (Objectives) must be done first." in caught.value.missing


@pytest.mark.usefixtures("gated")
def test_an_item_starts_when_what_it_needs_is_done(strategist: Any, plan: Plan, step: Step) -> None:
    with pytest.raises(GateError, match=r"0\.O"):
        step("roadmap", "1.I1", "in_progress")
    step("roadmap", "0.O", "in_progress")
    done = step("roadmap", "0.O", "done", evidence=["minutes of March"])
    assert done.data["done_on"] == clock.today().isoformat()
    assert selectors.what_stops(strategist.actor, plan.pk, "1.I1") == []
    assert step("roadmap", "1.I1", "in_progress").data["state"] == "in_progress"


@pytest.mark.usefixtures("gated")
def test_a_waiver_lets_an_item_begin_early(put: Put, step: Step) -> None:
    today = clock.today()
    put(
        "waivers",
        id="W1",
        rule="A57",
        object="roadmap/1.I1",
        reason="The sponsor decided.",
        owner="R1",
        granted_on=today.isoformat(),
        until=today.isoformat(),
    )
    assert step("roadmap", "1.I1", "in_progress").data["state"] == "in_progress"


def test_states_cannot_be_written_past_the_rules(put: Put) -> None:
    put("roadmap", id="1.I1")
    with pytest.raises(GateError):
        put("roadmap", id="1.I1", state="in_progress")
    with pytest.raises(GateError):
        put("roadmap", id="1.I2", state="done")


def test_what_is_under_way_may_be_written_down_as_it_is(put: Put) -> None:
    assert put("programmes", id="P1", name="Lunches", side="internal", state="paused").data["state"] == "paused"
    assert put("roadmap", id="0.C", state="done", done_on="2026-03-01").data["started_on"] == "2026-03-01"


def test_an_activity_is_recorded_as_done_with_its_days(gated: None, put: Put) -> None:
    put("programmes", id="N9", name="Who answers what", side="internal")
    activity = {"id": "W9", "programme": "N9", "text": "Write it down"}
    put("activities", **activity)
    with pytest.raises(TransitionError):
        put("activities", **activity, state="done")
    done = put("activities", **activity, state="done", starts_on="2026-05-01", ends_on="2026-05-08")
    assert done.data["state"] == "done"


def test_dropping_needs_a_reason(put: Put, step: Step) -> None:
    put("roadmap", id="1.E4")
    with pytest.raises(InvalidError, match="Say why"):
        step("roadmap", "1.E4", "dropped")
    assert step("roadmap", "1.E4", "dropped", reason="No paid media this year").data["state"] == "dropped"


def test_ready_is_worked_out_and_unknown_states_are_named(strategist: Any, plan: Plan, step: Step) -> None:
    with pytest.raises(InvalidError, match="worked out"):
        services.change_roadmap_state(actor=strategist.actor, plan_id=plan.pk, key="0.O", state="ready")
    with pytest.raises(InvalidError, match="planned, in_progress, done, dropped"):
        step("roadmap", "0.O", "finished")
    with pytest.raises(TransitionError):
        services.change_roadmap_state(actor=strategist.actor, plan_id=plan.pk, key="0.O", state="done")
    with pytest.raises(NotFoundError):
        step("roadmap", "NONE", "in_progress")


def _programme(**more: Any) -> dict[str, Any]:
    return {"id": "P1", "name": "Answers", "side": "external", "owner": "R1", **more}


@pytest.mark.usefixtures("gated")
def test_a_programme_goes_live_with_all_three_and_without_objections(put: Put, step: Step, guard: list[str]) -> None:
    put("programmes", **_programme())
    with pytest.raises(GateError) as caught:
        step("programmes", "P1", "live")
    assert len(caught.value.missing) == 3
    put("programmes", **_programme(objectives=["O1"], audiences=["A1"], resources=["S1"]))
    guard.append("no policy covers it")
    with pytest.raises(GateError, match="programmes/P1 live: no policy covers it"):
        step("programmes", "P1", "live")
    guard.clear()
    assert step("programmes", "P1", "live").data["state"] == "live"
    assert step("programmes", "P1", "ended").data["state"] == "ended"
    with pytest.raises(TransitionError):
        step("programmes", "P1", "live")


def test_a_guard_that_fails_stops_the_step(put: Put, step: Step) -> None:
    def broken(*args: Any) -> list[str]:
        raise RuntimeError("no answer")

    contracts.register_guard(broken)
    try:
        with pytest.raises(RuntimeError):
            step("roadmap", "0.O", "in_progress")
    finally:
        contracts._guards.remove(broken)
    assert not PlanObject.objects.exists()


def test_experiments_need_a_cap_and_an_end_ahead(put: Put, step: Step) -> None:
    put("regions", id="NO", name="North", time_zone="Europe/Berlin")
    put("people", id="R1", role="Head", region="NO")
    put("experiments", id="X1", title="Try it", owner="R1", ends_on="2020-01-31")
    with pytest.raises(GateError) as caught:
        step("experiments", "X1", "in_progress")
    assert len(caught.value.missing) == 2
    put("experiments", id="X1", title="Try it", owner="R1", ends_on="2099-01-31", cap=500)
    assert step("experiments", "X1", "in_progress").data["state"] == "in_progress"


# --- pilots --------------------------------------------------------------------------------------------------------


def _pilot(**more: Any) -> dict[str, Any]:
    return {
        "id": "T1",
        "name": "Within an hour",
        "hypothesis": "If we reply within an hour, the share solved rises by 10 points within 10 weeks.",
        "metric_text": "share solved",
        "baseline": 41,
        "baseline_weeks": 6,
        "threshold": 10,
        "comparison": "randomised",
        "n": 400,
        "minimum_detectable_effect": 9.8,
        "decision_rule": "by the rule",
        "decision_on": "2026-09-01",
        "decider": "R1",
        **more,
    }


@pytest.fixture
def june() -> Iterator[Any]:
    with clock.frozen(datetime(2026, 6, 1, 9, tzinfo=UTC)) as time:
        yield time


@pytest.mark.usefixtures("gated")
@pytest.mark.parametrize(
    ("lacking", "words"),
    [
        ({"baseline_weeks": 3}, "covers 3 weeks"),
        ({"minimum_detectable_effect": 12}, "learning, not as proof"),
        ({"decision_on": None}, "no decision date"),
        ({"metric_text": None}, "no metric"),
        ({"narrow_beta": True, "staff": 9}, "8 at most"),
    ],
)
def test_what_approval_needs(june: Any, put: Put, step: Step, lacking: dict[str, Any], words: str) -> None:
    put("pilots", **_pilot())
    step("pilots", "T1", "baseline")
    put("pilots", **_pilot(state="baseline", **lacking))
    with pytest.raises(GateError, match=words):
        step("pilots", "T1", "approved")


def test_without_a_rule_nothing_is_evaluated(june: Any, strategist: Any) -> None:
    """The example's T5 runs without rule, threshold and day: so no result may be read into it."""
    made, _ = services.import_plan(actor=strategist.actor, loaded=load_plan(EXAMPLE))
    june.move(days=200)
    change = {"actor": strategist.actor, "plan_id": made.pk, "section": "pilots", "key": "T5"}
    with pytest.raises(GateError) as refused:
        services.change_state(**change, state="evaluating")
    assert {"It has no decision rule.", "It has no decision date."} <= set(refused.value.missing)
    with pytest.raises(LockedError, match="It has no decision rule"):
        services.change_state(**change, state="running", effect={"point": 1, "low": 0, "high": 2})
    found = check(snapshot_of(strategist.actor, made.pk))
    assert [finding.rule for finding in found if finding.object == "pilots/T5" and finding.rule == "A39"] == ["A39"]


@pytest.mark.usefixtures("gated")
def test_the_life_of_a_pilot(june: Any, strategist: Any, plan: Plan, put: Put, step: Step) -> None:
    put("pilots", **_pilot())
    for state in ("baseline", "approved", "running"):
        row = step("pilots", "T1", state)
    assert (row.data["locked_on"], row.data["starts_on"]) == ("2026-06-01", "2026-06-01")
    with pytest.raises(LockedError, match="a new pilot"):
        put("pilots", **{**row.data, "threshold": 5})
    with pytest.raises(LockedError, match="looking earlier"):
        put("pilots", **{**row.data, "effect": {"point": 13.1, "low": 6.2, "high": 20.0}})
    with pytest.raises(GateError, match="looking earlier"):
        step("pilots", "T1", "evaluating")
    june.move(days=93)
    step("pilots", "T1", "evaluating")
    with pytest.raises(GateError, match="No effect"):
        step("pilots", "T1", "scale")
    with pytest.raises(GateError, match="The rule says iterate"):
        step("pilots", "T1", "scale", effect={"point": 9, "low": 1, "high": 17})
    row = step("pilots", "T1", "scale", effect={"point": 13.1, "low": 6.2, "high": 20.0})
    assert (row.data["decision"], row.data["closed_on"]) == ("scale", "2026-09-02")
    with pytest.raises(GateError, match="learned"):
        step("pilots", "T1", "archived")
    put("learnings", id="L1", source="pilots/T1", text="An hour matters")
    assert step("pilots", "T1", "archived").data["state"] == "archived"
    copy = services.copy_pilot(
        actor=strategist.actor, plan_id=plan.pk, key="T1", new_key="T2", threshold=5, name="Within two hours"
    )
    assert copy.data["threshold"] == 5
    assert not {"state", "locked_on", "effect", "decision"} & copy.data.keys()


@pytest.mark.usefixtures("gated")
def test_a_pilot_is_repeated_twice_at_most(june: Any, put: Put, step: Step) -> None:
    put("pilots", **_pilot(decision_on="2026-06-01"))
    vague = {"point": 9, "low": -1, "high": 19}
    for state in ("baseline", "approved", "running", "evaluating"):
        step("pilots", "T1", state)
    for repeated in (1, 2):
        assert step("pilots", "T1", "iterate", effect=vague).data["iterations"] == repeated
        step("pilots", "T1", "running")
        step("pilots", "T1", "evaluating")
    with pytest.raises(GateError, match="after two repetitions"):
        step("pilots", "T1", "iterate", effect=vague)
    assert step("pilots", "T1", "stop").data["decision"] == "stop"


# --- dates ---------------------------------------------------------------------------------------------------------


def _dated(put: Put) -> None:
    common = {"side": "internal", "phase": 1}
    put("roadmap", id="X1", title="One", planned_start="2026-06-01", planned_end="2026-06-10", **common)
    put("roadmap", id="X2", title="Two", planned_start="2026-06-11", planned_end="2026-06-20", hard=["X1"], **common)
    put("roadmap", id="X3", title="Three", planned_start="2026-07-20", planned_end="2026-07-25", hard=["X2"], **common)


def test_moving_an_item_pushes_what_would_begin_too_early(strategist: Any, plan: Plan, put: Put) -> None:
    _dated(put)
    services.set_baseline(actor=strategist.actor, plan_id=plan.pk, name="Spring")
    move: dict[str, Any] = {"actor": strategist.actor, "plan_id": plan.pk, "key": "X1"}
    alone = services.reschedule_item(**move, planned_start=date(2026, 6, 3), planned_end=date(2026, 6, 12))
    assert [row.key for row in alone] == ["X1"]
    moved = services.reschedule_item(
        **move, planned_start=date(2026, 6, 8), planned_end=date(2026, 6, 17), move_dependents=True
    )
    assert [(row.key, row.data["planned_start"], row.data["planned_end"]) for row in moved] == [
        ("X1", "2026-06-08", "2026-06-17"),
        ("X2", "2026-06-18", "2026-06-27"),
    ]
    assert selectors.baseline_dates(strategist.actor, plan.pk)["X2"] == (date(2026, 6, 11), date(2026, 6, 20))


def test_dates_the_wrong_way_round_or_on_an_old_version(strategist: Any, plan: Plan, put: Put) -> None:
    _dated(put)
    move: dict[str, Any] = {"actor": strategist.actor, "plan_id": plan.pk, "key": "X1"}
    with pytest.raises(InvalidError, match="before it begins"):
        services.reschedule_item(**move, planned_start=date(2026, 6, 8), planned_end=date(2026, 6, 7))
    with pytest.raises(ConflictError):
        services.reschedule_item(**move, planned_start=None, planned_end=None, version=9)


# --- history and comments ------------------------------------------------------------------------------------------


def test_the_history_shows_field_by_field_what_changed(strategist: Any, plan: Plan, put: Put) -> None:
    put("goals", id="G1", text="One")
    put("regions", id="NO", name="North", time_zone="Europe/Berlin")
    put("people", id="R1", role="Head", region="NO")
    put("goals", id="G1", text="Two", owner="R1")
    change = selectors.history(strategist.actor, plan.pk, "goals", "G1")[0]
    found = selectors.differences(change.section, change.before, change.after)
    assert [(d.field, d.before, d.after) for d in found] == [("text", "One", "Two"), ("owner", None, "R1")]
    assert found[0].description


def test_comments(strategist: Any, analyst: Any, member: Any, plan: Plan, put: Put) -> None:
    put("goals", id="G1", text="One")
    about = {"plan_id": plan.pk, "section": "goals", "key": "G1"}
    comment = services.add_comment(actor=analyst.actor, **about, text=" Why only one? ")  # type: ignore[arg-type]  # by name
    with pytest.raises(InvalidError):
        services.add_comment(actor=analyst.actor, **about, text="  ")  # type: ignore[arg-type]  # by name
    with pytest.raises(NotFoundError):
        services.add_comment(actor=member.actor, **about, text="Hello")  # type: ignore[arg-type]  # by name
    with pytest.raises(NotFoundError):
        services.add_comment(actor=analyst.actor, plan_id=plan.pk, section="goals", key="G9", text="Hello")
    assert [c.text for c in selectors.comments(analyst.actor, plan.pk, "goals", "G1")] == ["Why only one?"]
    services.resolve_comment(actor=analyst.actor, plan_id=plan.pk, comment_id=comment.pk)
    assert not selectors.comments(analyst.actor, plan.pk, resolved=False).exists()
    other = services.add_comment(actor=strategist.actor, plan_id=plan.pk, section="goals", text="Of the section")
    with pytest.raises(NotAllowedError):
        services.resolve_comment(actor=analyst.actor, plan_id=plan.pk, comment_id=other.pk)
