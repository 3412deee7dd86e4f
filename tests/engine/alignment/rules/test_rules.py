"""Each rule by itself: a sound plan, a small change after which exactly it fires, and one after which nothing does."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from fourleaf.engine.alignment.checking import RULES, check
from fourleaf.engine.alignment.loading import verify
from fourleaf.engine.alignment.plan import Plan
from fourleaf.engine.alignment.roadmap_template import TEMPLATE
from fourleaf.engine.alignment.snapshot import Snapshot

HERE: Final = Path(__file__).parent
SOUND: Final[dict[str, Any]] = yaml.safe_load((HERE / "sound.yaml").read_text(encoding="utf-8"))
CASES: Final[dict[str, dict[str, Any]]] = yaml.safe_load((HERE / "cases.yaml").read_text(encoding="utf-8"))


def _merged(things: list[dict[str, Any]], changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_id = {thing["id"]: dict(thing) for thing in things}
    for change in changes:
        by_id.setdefault(change["id"], {}).update(change)
    return list(by_id.values())


def _plan(changes: dict[str, Any]) -> Plan:
    data = deepcopy(SOUND)
    for section, change in changes.items():
        name = section.removesuffix("_also")
        if name == "done_through":
            ids = [key for key, activity in TEMPLATE.items() if activity.phase <= change]
            data["roadmap"] = [{"id": key, "state": "done"} for key in ids]
        elif change is None:
            data.pop(name)
        elif isinstance(change, dict):
            data[name] = data.get(name, {}) | change
        else:
            data[name] = _merged(data.get(name, []), change)
    plan = Plan.model_validate(data)
    assert verify(plan) == ()
    return plan


def test_the_sound_plan_has_no_finding() -> None:
    assert check(Snapshot(_plan({}))) == []


def test_every_rule_has_a_case_and_every_case_a_rule() -> None:
    assert sorted(CASES) == sorted(RULES) == [f"A{number:02}" for number in range(1, 59)]


@pytest.mark.parametrize("key", sorted(CASES))
def test_the_failing_plan_fires_exactly_this_rule(key: str) -> None:
    case = CASES[key]
    findings = check(Snapshot(_plan(case["fails"])))
    assert {finding.rule for finding in findings} == {key, *case.get("also", ())}
    (finding,) = (found for found in findings if found.rule == key)
    assert finding.object == case["at"]
    assert finding.severity == case.get("severity", RULES[key].severity)
    assert finding.message.endswith((".", "customers", "Nicknames"))
    assert finding.object in finding.hint
    assert "{" not in finding.hint
    assert finding.evidence
    assert all(part.partition("/")[0] in Plan.model_fields for part in finding.evidence)


@pytest.mark.parametrize("key", sorted(CASES))
def test_nearly_the_same_plan_passes(key: str) -> None:
    assert check(Snapshot(_plan(CASES[key]["passes"]))) == []


@pytest.mark.parametrize("key", sorted(RULES))
def test_a_rule_says_everything_about_itself(key: str) -> None:
    rule = RULES[key]
    assert rule.title
    assert rule.rationale.endswith(".")
    assert rule.satisfied.endswith(".")
    assert rule.source
    assert "{object}" in rule.hint
    assert "{what}" in rule.hint
    assert rule.reads
    assert set(rule.reads) <= set(Plan.model_fields)
    assert rule.milestone is None or rule.milestone in TEMPLATE
    assert rule.check.__doc__


GRAVER: Final = {
    "A06": {"effort_lines": [{"id": "tools", "money": 60}]},
    "A09": {"policies": [{"id": "SM", "review_due": "2026-04-30"}]},
    "A10": {"acknowledgements": [{"id": "SM-DE", "current": 49}]},
}


@pytest.mark.parametrize("key", sorted(GRAVER))
def test_far_beyond_the_limit_is_an_error(key: str) -> None:
    assert [(f.rule, f.severity) for f in check(Snapshot(_plan(GRAVER[key])))] == [(key, "error")]


def test_a_log_of_gaps_that_nobody_uses_is_a_hint() -> None:
    (finding,) = check(Snapshot(_plan({"gaps": None})))
    assert (finding.rule, finding.severity, finding.object) == ("A12", "hint", "gaps")


def test_one_phase_ahead_is_a_warning() -> None:
    items = [
        {"id": "in", "title": "In", "side": "internal", "phase": 2},
        {"id": "out", "title": "Out", "side": "external", "phase": 3, "hard": ["in"], "state": "in_progress"},
    ]
    found = {finding.rule: finding.severity for finding in check(Snapshot(_plan({"roadmap": items})))}
    assert found == {"A45": "warning", "A57": "error"}


def test_a_model_two_steps_away_is_a_warning() -> None:
    seen = {"centre_share": 0.9, "approval_share": 0.9, "active_units": 0.1, "hub_ties": 0.1, "standard": 0.1}
    (finding,) = check(Snapshot(_plan({"organisation_model": {"declared": "dandelion", "observed": seen}})))
    assert (finding.rule, finding.severity) == ("A26", "warning")


#: Sections without which a live programme must not count as in order, and the rule that says so.
NOT_THERE: Final = {
    "acknowledgements": "A10",
    "committees": "A27",
    "crisis_authorities": "A19",
    "crisis_playbooks": "A21",
    "drills": "A21",
    "kpi_reviews": "A44",
    "leader_activity": "A33",
    "listening_queries": "A46",
    "organisation_model": "A26",
    "roles": "A48",
    "rota_slots": "A20",
    "stakeholder_groups": "A50",
    "voice": "A52",
}


@pytest.mark.parametrize("section", sorted(NOT_THERE))
def test_what_is_not_there_yet_is_not_in_order(section: str) -> None:
    assert NOT_THERE[section] in {finding.rule for finding in check(Snapshot(_plan({section: None})))}


def test_where_nothing_runs_nothing_is_asked() -> None:
    assert check(Snapshot(Plan(format=1, as_of=SOUND["as_of"]))) == []
