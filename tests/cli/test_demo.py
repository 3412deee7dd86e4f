"""``fourleaf demo``: what it refuses before it touches anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from fourleaf.cli import demo
from fourleaf.demo.mentions.plan import SMALLEST_N


def test_too_few_posts_are_refused_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOURLEAF_DATA_DIR", str(tmp_path / "data"))
    result = CliRunner().invoke(demo.demo, ["--mentions", str(SMALLEST_N - 1)])
    assert result.exit_code == 2
    assert f"needs {SMALLEST_N} posts or more" in result.output
    assert not (tmp_path / "data").exists()
