"""``fourleaf doctor`` speaks of the product that runs on the data, as the System page does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fourleaf.cli.serve import AlreadyRunning, data_lock, told_to_the_product


def test_the_examination_follows_what_the_product_was_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOURLEAF_TIME_ZONE", "Asia/Tokyo")
    monkeypatch.delenv("FOURLEAF_DEMO", raising=False)
    with data_lock(tmp_path):
        assert told_to_the_product(tmp_path) == {"FOURLEAF_TIME_ZONE": "Asia/Tokyo"}
        with pytest.raises(AlreadyRunning, match=rf"\(process {os.getpid()}\)"), data_lock(tmp_path):
            pass

    def zone(**more: str) -> str:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("FOURLEAF_", "DJANGO_"))}
        env = {**kept, "FOURLEAF_DATA_DIR": str(tmp_path), **more}
        done = subprocess.run(
            [sys.executable, "-m", "fourleaf", "doctor", "--json"], env=env, capture_output=True, text=True, check=False
        )
        found = json.loads(done.stdout)["findings"]
        return next(str(finding["found"]) for finding in found if finding["check"] == "clock").rpartition(" ")[2]

    assert zone() == "Asia/Tokyo"
    assert zone(FOURLEAF_TIME_ZONE="Europe/Paris") == "Europe/Paris"  # told otherwise, it does otherwise
