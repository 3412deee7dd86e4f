"""`fourleaf plan check`: what it prints in each format, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fourleaf.cli import main
from fourleaf.engine.alignment import Finding, Snapshot

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = "examples/tarnbeck.yaml"
WRONG = "format: 1\nas_of: 2026-01-31\npeple: []\nprogrammes:\n  - {id: P1, name: A, side: outside}\n"

FOUND = [
    Finding("A01", "error", "programmes/P07", "Nothing is aimed at.", ("activities/X07",), "Link an objective."),
    Finding("A33", "warning", "leader_activity", "Leaders are seldom seen."),
    Finding("A50", "hint", "stakeholder_groups/suppliers", "Nobody looks after suppliers."),
]


def run(*args: str, text: str | None = None) -> Result:
    return CliRunner().invoke(main, ["plan", "check", *args], input=text)


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    """Lets the rules find what the test says, whatever the rules are."""
    kept = list(FOUND)

    def check(_snapshot: Snapshot, rules: Sequence[str] | None = None) -> Iterable[Finding]:
        return [finding for finding in kept if rules is None or finding.rule in rules]

    monkeypatch.setattr("fourleaf.engine.alignment.checking.check", check)
    return kept


@pytest.fixture(autouse=True)
def _at_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_findings_come_as_json_with_their_lines(found: list[Finding]) -> None:
    result = run(EXAMPLE, "--format", "json")
    assert result.exit_code == 1
    listed = json.loads(result.stdout)["findings"]
    assert [finding["rule"] for finding in listed] == ["A01", "A33", "A50"]
    assert set(listed[0]) == {"rule", "severity", "object", "message", "evidence", "hint", "line"}
    lines = (ROOT / EXAMPLE).read_text(encoding="utf-8").splitlines()
    assert "id: P07" in lines[listed[0]["line"] - 1]
    assert lines[listed[1]["line"] - 1] == "leader_activity:"
    assert "id: suppliers" in lines[listed[2]["line"] - 1]


def test_without_errors_the_end_is_good(found: list[Finding]) -> None:
    del found[0]
    result = run(EXAMPLE)
    assert result.exit_code == 0
    assert "1 warning, 1 hint." in result.stderr
    assert "Leaders are seldom seen." in result.stdout


def test_findings_come_as_sarif(found: list[Finding]) -> None:
    log = json.loads(run(EXAMPLE, "--format", "sarif", "--quiet").stdout)
    assert log["version"] == "2.1.0"
    (tool_run,) = log["runs"]
    assert [result["level"] for result in tool_run["results"]] == ["error", "warning", "note"]
    for result in tool_run["results"]:
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == EXAMPLE
        assert place["region"]["startLine"] > 1
        assert tool_run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]


def test_chosen_rules_are_asked_alone(found: list[Finding]) -> None:
    listed = json.loads(run(EXAMPLE, "--rules", "a33, A50", "--format", "json").stdout)["findings"]
    assert [finding["rule"] for finding in listed] == ["A33", "A50"]


def test_mistakes_in_the_file_end_with_2_and_are_all_named() -> None:
    result = run("-", text=WRONG)
    assert result.exit_code == 2
    assert "line 3, column 1" in result.stderr
    assert "line 5, column 29" in result.stderr
    assert "2 mistakes" in result.stderr


def test_mistakes_in_the_file_come_as_json_and_sarif() -> None:
    as_json = run("-", "--format", "json", text=WRONG)
    assert as_json.exit_code == 2
    assert [problem["kind"] for problem in json.loads(as_json.stdout)["problems"]] == ["unknown_key", "value"]
    as_sarif = run("-", "--format", "sarif", text=WRONG)
    assert as_sarif.exit_code == 2
    results = json.loads(as_sarif.stdout)["runs"][0]["results"]
    assert [result["ruleId"] for result in results] == ["plan-file/unknown_key", "plan-file/value"]


def test_a_file_that_is_not_there_is_a_sentence() -> None:
    result = run("no/such/plan.yaml")
    assert result.exit_code == 2
    assert "There is no file no/such/plan.yaml." in result.stderr
    assert "region" not in run("no/such/plan.yaml", "--format", "sarif").stdout


@pytest.mark.parametrize("args", [("--rules", "B1"), ("--rules", ","), ("--as-of", "soon")])
def test_wrong_options_are_refused(args: tuple[str, str]) -> None:
    assert run(EXAMPLE, *args).exit_code == 2


def test_the_rules_have_something_to_say_of_the_example() -> None:
    result = run(EXAMPLE, "--format", "json", "--rules", "A01,A57")
    assert result.exit_code == 1
    objects = {finding["object"] for finding in json.loads(result.stdout)["findings"]}
    assert "roadmap/3.E2" in objects


def test_waivers_that_hold_for_nothing_are_named(tmp_path: Path) -> None:
    waiver = "  - {id: W-%s, rule: %s, object: %s, reason: So, owner: R01, granted_on: 2026-01-30, until: 2026-02-20}\n"
    text = (
        "format: 1\nas_of: 2026-01-31\nregions:\n  - {id: DE, name: Germany, time_zone: Europe/Berlin}\n"
        "people:\n  - {id: R01, role: Lead, region: DE}\n"
        "programmes:\n  - {id: P1, name: A, side: external}\nwaivers:\n"
    )
    file = tmp_path / "plan.yaml"
    file.write_text(text + waiver % ("1", "A99", "programmes/P1") + waiver % ("2", "A30", "people/R01"), "utf-8")
    result = run(str(file))
    assert "Waiver W-1 holds for nothing: There is no rule A99." in result.stderr
    assert "Waiver W-2 holds for nothing: A30 finds nothing" in result.stderr
