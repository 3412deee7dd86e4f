"""What `fourleaf plan check --format json` prints keeps to its published schema."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from fourleaf.cli import main
from fourleaf.engine.alignment.checking import output_schema

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("text", "least"),
    [((ROOT / "examples/tarnbeck.yaml").read_text(encoding="utf-8"), 50), ("format: 1\nas_of: never\n", 0)],
    ids=["example", "mistakes"],
)
def test_the_output_keeps_to_the_schema(text: str, least: int) -> None:
    printed = json.loads(CliRunner().invoke(main, ["plan", "check", "-", "--format", "json"], input=text).stdout)
    jsonschema.Draft202012Validator.check_schema(output_schema())
    assert list(jsonschema.Draft202012Validator(output_schema()).iter_errors(printed)) == []
    assert len(printed["findings"]) >= least
    assert bool(printed.get("problems")) == (least == 0)
    assert list(jsonschema.Draft202012Validator(output_schema()).iter_errors(printed | {"more": 1})) != []
