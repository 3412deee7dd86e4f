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


def _exists(address: str, snapshot: Snapshot) -> bool:
    """Whether an address names a section, an object or a field of one that the plan knows."""
    section, _, rest = address.partition("/")
    key, _, field = rest.partition("/")
    if section not in Plan.model_fields:
        return False
    single = getattr(snapshot.plan, section)
    if not isinstance(single, tuple):
        return single is None or not key or key in type(single).model_fields
    thing = snapshot.find(f"{section}/{key}")
    if thing is None:
        return not key or (section == "roadmap" and key in TEMPLATE)
    return not field or field in type(thing).model_fields


def test_the_sound_plan_has_no_finding() -> None:
    assert check(Snapshot(_plan({}))) == []


def test_every_rule_has_a_case_and_every_case_a_rule() -> None:
    assert sorted(CASES) == sorted(RULES) == [f"A{number:02}" for number in range(1, 59)]


@pytest.mark.parametrize("key", sorted(CASES))
def test_the_failing_plan_fires_exactly_this_rule(key: str) -> None:
    case = CASES[key]
    snapshot = Snapshot(_plan(case["fails"]))
    findings = check(snapshot)
    assert {finding.rule for finding in findings} == {key, *case.get("also", ())}
    (finding,) = (found for found in findings if found.rule == key)
    assert finding.object == case["at"]
    assert finding.severity == case.get("severity", RULES[key].severity)
    assert finding.message.endswith((".", "customers", "Nicknames"))
    assert finding.object in finding.hint
    assert "{" not in finding.hint
    assert finding.evidence
    assert [part for part in finding.evidence if not _exists(part, snapshot)] == []


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


#: Changes that reach a branch of a rule its case does not, with what it must then say.
BRANCHES: Final[list[tuple[str, str, dict[str, Any], str]]] = [
    ("A01", "late", {"objectives": [{"id": "O1", "agreed_on": "2026-04-01"}]}, "earlier agreed objectives"),
    ("A01", "owner", {"objectives": [{"id": "O1", "owner": None}]}, "owner of its objectives"),
    ("A01", "venues", {"audiences": [{"id": "AU1", "venues": []}]}, "venues of its audiences"),
    ("A01", "hours", {"resources": [{"id": "RE1", "slack_hours": None, "planned_hours": None}]}, "hours of its"),
    ("A03", "channel", {"objectives": [{"id": "O1", "text": "More talk on the video page"}]}, "video page"),
    ("A05", "unmeasured", {"resources": [{"id": "RE1", "slack_hours": None}]}, "slack was not measured"),
    ("A06", "days", {"effort_lines": [{"id": "tools", "money": 0, "days": 9}]}, "100% of days"),
    ("A07", "never", {"purchases": [{"id": "inbox", "need_approved_on": None}]}, "never approved"),
    ("A08", "brand", {"brands": [{"id": "B2", "name": "B"}], "policies": [{"id": "SM", "brands": ["B2"]}]}, "DE de"),
    ("A08", "draft", {"policies": [{"id": "SM", "state": "draft"}]}, "DE de"),
    ("A09", "none", {"policies": [{"id": "SM", "review_due": None}]}, "without a day"),
    ("A14", "expired", {"people": [{"id": "ann", "belt_valid_until": "2026-05-31"}]}, "reply on C1"),
    ("A16", "density", {"training_waves": [{"id": "W0", "density": 0.3}]}, "density of 0.30"),
    (
        "A16",
        "later",
        {"training_waves": [{"id": "W1", "number": 1, "size": 30, "adjacent_share": 0.4}]},
        "40% with a tie",
    ),
    ("A18", "nobody", {"routes": [{"id": "R1", "all_of": [{"any_of": []}]}]}, "nobody can approve"),
    (
        "A19",
        "pool",
        {"crisis_authorities": [{"id": "s3", "severity": "SEV3", "any_of": ["ben", "cem"]}]},
        "3 are needed",
    ),
    ("A19", "expired", {"people": [{"id": "cem", "belt_valid_until": "2026-06-29"}]}, "ben alone may act at SEV2"),
    ("A21", "drill", {"drills": [{"id": "spring", "passed": False}]}, "No drill"),
    ("A23", "skipped", {"strata": [{"id": "S1", "level": "Q2"}]}, "all steps from Q0"),
    (
        "A29",
        "agency",
        {"partners": [{"id": "AG", "name": "AG", "kind": "agency"}], "brands": [{"id": "B1", "agency": "AG"}]},
        "agency contact",
    ),
    ("A30", "none", {"programmes": [{"id": "P1", "counterparts": []}]}, "no internal counterpart."),
    ("A31", "unknown", {"programmes": [{"id": "P1", "internal_use_weeks": None}]}, "no internal use on record"),
    ("A32", "untold", {"programmes": [{"id": "P1", "major_launch": True}]}, "are not told"),
    ("A40", "no pilot", {"programmes": [{"id": "P1", "rollout": {}}]}, "no pilot is named"),
    ("A41", "baseline", {"kpis": [{"id": "K1", "baseline": None}]}, "no baseline"),
    (
        "A43",
        "formula",
        {"kpis": [{"id": "K2", "name": "SoV", "catalogue": "K01", "level": "output", "formula": "own/all"}]},
        "own/all",
    ),
    ("A47", "unmeasured", {"ideas": {"submitted": 3}}, "nobody measured"),
    ("A47", "share", {"ideas": {"submitted": 3, "answered_in_time_share": 0.4}}, "Only 40%"),
    (
        "A51",
        "late",
        {
            "regions": [{"id": "DE", "employee_representation": True}],
            "processing_activities": [
                {"id": "log", "name": "Log", "kind": "author_logs", "live": True, "since": "2026-03-01"}
            ],
            "consultations": [
                {
                    "id": "c",
                    "region": "DE",
                    "subjects": ["comments", "author_logs"],
                    "state": "agreed",
                    "recorded_on": "2026-03-02",
                }
            ],
        },
        "author logs went live",
    ),
    ("A52", "late", {"voice": {"answer_days": 11}}, "answer days"),
    ("A54", "uncounted", {"programmes": [{"id": "P1", "content_mix": None}]}, "nobody counted"),
    (
        "A56",
        "undecided",
        {"regions": [{"id": "DE", "person_level_analytics": True, "analytics_mode": None}]},
        "no mode",
    ),
]


@pytest.mark.parametrize(
    ("key", "changes", "said"),
    [(key, changes, said) for key, _, changes, said in BRANCHES],
    ids=[f"{key}-{branch}" for key, branch, _, _ in BRANCHES],
)
def test_a_rule_says_which_part_of_it_is_not_met(key: str, changes: dict[str, Any], said: str) -> None:
    (finding,) = check(Snapshot(_plan(changes)), [key])
    assert said in finding.message


def test_where_nothing_runs_nothing_is_asked() -> None:
    assert check(Snapshot(Plan(format=1, as_of=SOUND["as_of"]))) == []
