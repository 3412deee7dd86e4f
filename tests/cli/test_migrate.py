"""`fourleaf migrate` on a new PostgreSQL. SQLite's data folders are prepared by it for the browser tests."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif("DATABASE_URL" not in os.environ, reason="PostgreSQL only; set DATABASE_URL")
def test_a_new_postgresql_is_brought_to_this_version(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FOURLEAF_", "DJANGO_"))}
    environ = kept | {"FOURLEAF_DATA_DIR": str(tmp_path)}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "fourleaf", *arguments]
        return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)

    done = run("migrate")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Bringing the database to this version")
    findings = {found["check"]: found for found in json.loads(run("doctor", "--json").stdout)["findings"]}
    assert findings["database"]["state"] == "ok"
    assert re.fullmatch(r"postgresql, answers in \d+ ms, fits this version", findings["database"]["found"])
