"""An installation's data folder as `fourleaf migrate` leaves it, made once for all processes of a test run."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def prepared_data(factory: pytest.TempPathFactory, target: Path) -> None:
    """Fill ``target`` with a new installation's data: nobody in it, database and static files of this version."""
    base = factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        base = base.parent  # what the processes of one run share
    made = base / "prepared-data"
    with (base / "prepared-data.lock").open("w", encoding="ascii") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not made.exists():
            half = base / "prepared-data-half"
            kept = {k: v for k, v in os.environ.items() if not k.startswith(("FOURLEAF_", "DJANGO_"))}
            kept.pop("DATABASE_URL", None)
            subprocess.run(
                [sys.executable, "-m", "fourleaf", "migrate"],
                env=kept | {"FOURLEAF_DATA_DIR": str(half)},
                check=True,
                capture_output=True,
            )
            half.rename(made)
    shutil.copytree(made, target, dirs_exist_ok=True)
