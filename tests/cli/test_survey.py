"""`fourleaf survey score`: what it prints and how it ends."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fourleaf.cli import main
from fourleaf.engine.survey import STANDARD

Write = Callable[..., str]


@pytest.fixture(autouse=True)
def _wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "140")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """``write({"Sales": 30}, C1="9")`` writes answers of a department's people; cells given replace the first row's."""

    def call(departments: dict[str, int], **cells: str) -> str:
        chance = random.Random(4)
        path = tmp_path / "answers.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            out = csv.DictWriter(file, ["respondent", "department", "leader", *STANDARD.ids])
            out.writeheader()
            for department, people in departments.items():
                for number in range(people):
                    mood = chance.choice([2, 3, 4])
                    row: dict[str, Any] = {"respondent": f"{department}-{number}", "department": department}
                    row["leader"] = "yes" if number % 4 == 0 else "no"
                    for item in STANDARD.items:
                        answer = mood + chance.choice([-1, 0, 0, 1])
                        row[item.id] = 6 - answer if item.reverse else answer
                    out.writerow(row | cells if number == 0 else row)
        return str(path)

    return call


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["survey", "score", *arguments])


def test_tables(write: Write) -> None:
    result = run(write({"Sales": 40, "Service": 30, "Press": 3}))
    assert result.exit_code == 0, result.stderr
    assert "73 people answered." in result.stdout
    assert "Clover index" in result.stdout
    assert "limiting leaf" in result.stdout
    assert "culture 0.267, leadership 0.267, governance 0.267, technology 0.200" in result.stdout
    lines = {line.split()[0]: line for line in result.stdout.splitlines() if line.split()}
    assert "hidden (fewer than 5)" in lines["Press"]
    # Two departments are left, and the smaller would give the hidden one away.
    assert "hidden to protect another group" in lines["Service"]
    assert "20-49" in lines["Sales"]
    for leaf in STANDARD.leaves:
        assert leaf in lines


def test_json_and_people(write: Write, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("id,department\n" + "".join(f"{n},Sales\n" for n in range(80)), encoding="utf-8")
    result = run(write({"Sales": 40}), "--people", str(people), "--json")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    assert found["response"]["rate"] == 0.5
    assert [leaf["leaf"] for leaf in found["leaves"]] == list(STANDARD.leaves)
    assert found["breakdown"][0]["key"] == {"department": "Sales"}
    assert "Sales-1" not in result.stdout


def test_too_few_answers_end_with_one(write: Write) -> None:
    result = run(write({"Sales": 12}))
    assert result.exit_code == 1
    assert "No result is shown: 12 people answered; a result needs 30." in result.stderr
    assert "Clover" not in result.stdout


def test_wrong_values_end_with_two_and_their_places(write: Write) -> None:
    result = run(write({"Sales": 40, "Service": 40}, C4="9"))
    assert result.exit_code == 2
    assert "line 2, column 'C4': This is outside the scale. ('9') Write a whole number from 1 to 5" in result.stderr
    assert "line 42" in result.stderr
    assert result.stdout == ""


def test_many_errors_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("\n".join([",".join(STANDARD.ids), *[",".join(["x"] * 34)] * 3]) + "\n", encoding="utf-8")
    result = run(str(path))
    assert result.exit_code == 2
    assert "82 more like these" in result.stderr


def test_a_file_that_is_not_there() -> None:
    result = run("nowhere.csv")
    assert result.exit_code == 2
    assert "nowhere.csv" in result.stderr
