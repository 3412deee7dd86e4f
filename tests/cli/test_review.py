"""`fourleaf review simulate`: what it prints and how it ends."""

from __future__ import annotations

import json

from click.testing import CliRunner, Result

from fourleaf.cli import main


def run(*arguments: str) -> Result:
    # A fixed width: sentences are wrapped to the terminal's.
    return CliRunner(env={"COLUMNS": "140"}).invoke(main, ["review", "simulate", *arguments])


def test_json() -> None:
    result = run("--rate", "0.02", "--items", "500", "--runs", "40", "--seed", "5", "--json")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    assert list(found["levels"]) == ["Q0", "Q1", "Q2", "Q3", "QT"]
    assert 0.4 < found["reviewed"] < 0.9
    assert 0 < found["escaped"] < 0.02
    assert found["standard_error"]["reviewed"] > 0
    assert result.stdout == run("--rate", "0.02", "--items", "500", "--runs", "40", "--seed", "5", "--json").stdout


def test_table() -> None:
    result = run("--rate", "0.02", "--items", "500", "--runs", "40", "--miss", "0.2", "--preset", "fast")
    assert result.exit_code == 0, result.stderr
    assert "40 strata of 500 items; 2.00% have a major defect; reviewers miss 20%; preset fast." in result.stdout
    assert "standard error" in result.stdout
    assert "confirmed at once" in result.stdout
    assert "perfect reviewers" in run("--rate", "0.02", "--items", "5", "--runs", "1").stdout


def test_one_run_has_no_standard_error() -> None:
    result = run("--rate", "0.02", "--items", "50", "--runs", "1", "--json")
    assert json.loads(result.stdout)["standard_error"]["reviewed"] is None


def test_wrong_use() -> None:
    assert run("--rate", "1.5").exit_code == 2
    assert run().exit_code == 2
    for share in ("nan", "-nan", "inf", "-inf"):
        assert run("--rate", share).exit_code == 2
        assert run("--rate", "0.02", "--miss", share).exit_code == 2
    nothing = run("--rate", "-0", "--items", "5", "--runs", "1")
    assert (nothing.exit_code, "; 0.00% have" in nothing.stdout) == (0, True)
    too_many = run("--rate", "0.1", "--items", "1000000", "--runs", "10000")
    assert too_many.exit_code == 2
    assert "more than 100 million items" in too_many.stderr
