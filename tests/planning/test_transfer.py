"""Plans in and out: nothing lost, nothing half done, what will happen said before."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fourleaf.cli.plan import plan as command
from fourleaf.engine.alignment.loading import dump_plan, load_plan
from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.kernel.errors import ConflictError, NotAllowedError
from fourleaf.kernel.models import AuditEvent
from fourleaf.planning import selectors, services
from fourleaf.planning.errors import PlanContentError
from fourleaf.planning.models import Plan, PlanChange, PlanObject

Put = Callable[..., PlanObject]
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "tarnbeck.yaml"
SMALL = """
format: 1
as_of: 2026-09-30
started_on: 2026-01-05
currency: GBP
regions: [{id: NO, name: North, time_zone: Europe/Berlin}]
people: [{id: R1, role: Head, region: NO}]
goals: [{id: G2, text: Second, owner: R1}, {id: G1, text: First}]
programmes: [{id: P1, name: Answers, side: external, state: live, launch_at: "2026-03-01T09:00:00+01:00"}]
"""


def _imported(actor: Any, text: str, **more: Any) -> tuple[Plan, services.ImportPreview]:
    return services.import_plan(actor=actor, loaded=load_plan(text), **more)


def test_the_example_comes_out_as_it_went_in(strategist: Any) -> None:
    loaded = load_plan(EXAMPLE)
    assert loaded.plan is not None, loaded.problems
    plan, done = services.import_plan(actor=strategist.actor, loaded=loaded)
    text = services.export_plan(actor=strategist.actor, plan_id=plan.pk)
    assert text == dump_plan(loaded.plan)
    assert load_plan(text).plan == loaded.plan
    assert len(done.added) == PlanObject.objects.count() == PlanChange.objects.count()
    assert plan.name == "Tarnbeck Group 2026"
    again = services.preview_import(actor=strategist.actor, loaded=loaded, plan_id=plan.pk, mode="replace")
    assert (again.added, again.changed, again.removed) == ([], [], [])


def test_the_example_takes_few_queries(strategist: Any, query_budget: Any) -> None:
    loaded = load_plan(EXAMPLE)
    with query_budget(30):
        services.import_plan(actor=strategist.actor, loaded=loaded)


_text = st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs", "Cc"]), max_size=12)


@st.composite
def _plans(draw: st.DrawFn) -> PlanModel:
    """Plans with texts, dates, numbers and references of all kinds."""
    ids = draw(st.lists(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:+-]{0,8}", fullmatch=True), unique=True, max_size=4))
    words = _text.map(lambda text: f"w{text.strip()}w")
    goals = [{"id": key, "text": draw(words)} for key in ids]
    objectives = [
        {
            "id": key,
            "text": draw(words),
            "goal": draw(st.none() | st.sampled_from(ids)),
            "due": draw(st.none() | st.dates(date(1990, 1, 1), date(2090, 1, 1))),
        }
        for key in reversed(ids)
    ]
    lines = [{"id": key, "category": "culture", "money": draw(st.none() | st.floats(0, 1e9))} for key in ids]
    return PlanModel.model_validate(
        {
            "format": 1,
            "as_of": draw(st.dates(date(2000, 1, 1), date(2090, 1, 1))),
            "currency": draw(st.sampled_from(["EUR", "USD"])),
            "started_on": draw(st.none() | st.dates(date(2000, 1, 1), date(2090, 1, 1))),
            "goals": goals,
            "objectives": objectives,
            "effort_lines": lines,
            "organisation": draw(st.none() | st.fixed_dictionaries({"name": words, "size": st.integers(0, 10**6)})),
        }
    )


@given(first=_plans(), second=_plans())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_plan_comes_out_as_it_went_in_and_replaces_any_other(
    strategist: Any, first: PlanModel, second: PlanModel
) -> None:
    plan, _ = services.import_plan(actor=strategist.actor, loaded=first)
    for model in (first, second):
        services.import_plan(actor=strategist.actor, loaded=model, plan_id=plan.pk, mode="replace")
        text = services.export_plan(actor=strategist.actor, plan_id=plan.pk)
        assert load_plan(text).plan == model


def test_merging_leaves_what_the_file_does_not_name(strategist: Any, plan: Plan, put: Put) -> None:
    put("goals", id="G1", text="Ours")
    put("goals", id="G9", text="Stays")
    preview = services.preview_import(actor=strategist.actor, loaded=load_plan(SMALL), plan_id=plan.pk)
    assert preview.changed == ["goals/G1"]
    assert "goals/G2" in preview.added
    assert (preview.removed, PlanObject.objects.count()) == ([], 2)
    _imported(strategist.actor, SMALL, plan_id=plan.pk)
    goals = selectors.model_of(strategist.actor, plan.pk).goals
    assert [(goal.id, goal.text) for goal in goals] == [("G1", "First"), ("G9", "Stays"), ("G2", "Second")]
    assert selectors.history(strategist.actor, plan.pk, "goals", "G1")[0].before == {"id": "G1", "text": "Ours"}


def test_replacing_removes_it_and_keeps_it_in_the_history(strategist: Any, plan: Plan, put: Put) -> None:
    put("goals", id="G9", text="Goes")
    _, done = _imported(strategist.actor, SMALL, plan_id=plan.pk, mode="replace")
    assert done.removed == ["goals/G9"]
    model = selectors.model_of(strategist.actor, plan.pk)
    assert [goal.id for goal in model.goals] == ["G2", "G1"]
    assert (str(model.as_of), model.currency) == ("2026-09-30", "GBP")
    change = selectors.history(strategist.actor, plan.pk, "goals", "G9")[0]
    assert services.restore_object(actor=strategist.actor, plan_id=plan.pk, change_id=change.pk).key == "G9"


def test_a_file_with_problems_changes_nothing_and_names_lines(strategist: Any) -> None:
    with pytest.raises(PlanContentError) as caught:
        _imported(strategist.actor, SMALL.replace("owner: R1", "owner: R7"))
    assert "line 8, column" in str(caught.value)
    assert "R7" in str(caught.value)
    assert not Plan.objects.exists()


def test_a_failure_on_the_way_leaves_nothing_behind(strategist: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr("fourleaf.planning.services.transfer.audit.record", broken)
    with pytest.raises(RuntimeError):
        _imported(strategist.actor, SMALL)
    assert (Plan.objects.count(), PlanObject.objects.count(), PlanChange.objects.count()) == (0, 0, 0)


def test_a_merge_that_would_make_a_circle_is_refused(strategist: Any, plan: Plan, put: Put) -> None:
    """Neither side has one alone: here 1.I1 needs X1, and the file says that X1 needs 1.I1."""
    put("roadmap", id="X1", title="One", side="internal", phase=1)
    put("roadmap", id="1.I1", hard=["X1"])
    text = "format: 1\nas_of: 2026-09-30\nroadmap:\n  - {id: X1, title: One, side: internal, phase: 1, hard: [1.I1]}\n"
    assert load_plan(text).plan is not None
    with pytest.raises(PlanContentError, match="circle"):
        _imported(strategist.actor, text, plan_id=plan.pk)
    assert PlanObject.objects.get(key="X1").version == 1


def test_a_locked_pilot_is_not_changed_by_a_file(strategist: Any, plan: Plan, put: Put) -> None:
    text = "format: 1\nas_of: 2026-09-30\npilots: [{id: T1, name: One, state: running, threshold: 5}]\n"
    _imported(strategist.actor, text, plan_id=plan.pk)
    with pytest.raises(PlanContentError, match="a new pilot"):
        _imported(strategist.actor, text.replace("5", "4"), plan_id=plan.pk)


def test_only_those_with_the_right_import(analyst: Any, strategist: Any, plan: Plan) -> None:
    with pytest.raises(NotAllowedError):
        _imported(analyst.actor, SMALL)
    with pytest.raises(NotAllowedError):
        services.preview_import(actor=analyst.actor, loaded=load_plan(SMALL), plan_id=plan.pk)
    services.archive_plan(actor=strategist.actor, plan_id=plan.pk)
    with pytest.raises(ConflictError):
        _imported(strategist.actor, SMALL, plan_id=plan.pk)


# --- the command ---------------------------------------------------------------------------------------------------


@pytest.fixture
def run(db: None, tmp_path: Path) -> Callable[..., Result]:
    def run(*arguments: str, text: str = SMALL, answer: str = "") -> Result:
        file = tmp_path / "plan.yaml"
        file.write_text(text, encoding="utf-8")
        return CliRunner().invoke(command, [a.replace("FILE", str(file)) for a in arguments], input=answer)

    return run


def test_the_command_imports_and_exports(run: Callable[..., Result], tmp_path: Path) -> None:
    dry = run("import", "FILE", "--dry-run", "--json")
    assert (dry.exit_code, json.loads(dry.stdout)["imported"], Plan.objects.count()) == (0, False, 0)
    no = run("import", "FILE", answer="n\n")
    assert (no.exit_code, Plan.objects.count()) == (1, 0)
    done = run("import", "FILE", "--name", "Ours", "--yes")
    assert done.exit_code == 0, done.output
    assert "6 added" in done.stderr
    out = tmp_path / "out.yaml"
    assert run("export", "--plan", "Ours", "-o", str(out)).exit_code == 0
    assert load_plan(out).plan == load_plan(SMALL).plan
    assert run("export", "--plan", "Ours").stdout == out.read_text(encoding="utf-8")
    event = AuditEvent.objects.get(code="planning.plan.imported")
    assert (event.via, event.data["added"]) == ("cli", 6)


def test_the_command_says_what_is_wrong(run: Callable[..., Result]) -> None:
    wrong = run("import", "FILE", "--yes", text=SMALL.replace("goals:", "gaols:"))
    assert (wrong.exit_code, Plan.objects.count()) == (2, 0)
    assert "line 8" in wrong.stderr
    assert run("import", "-").exit_code == 2
    assert run("export").exit_code == 1
    assert "no plan “None such”" in run("export", "--plan", "None such").stderr
