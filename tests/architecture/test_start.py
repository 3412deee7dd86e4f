"""What a start of the product loads: every command, worker and web process pays for it."""

from __future__ import annotations

import os
import subprocess
import sys

#: Each takes from a tenth to half of a second, and most commands never need it.
HEAVY = {"altair", "deltalake", "duckdb", "pandas", "scipy", "sklearn", "sqlglot", "xlsxwriter"}


def test_a_start_loads_no_library_that_only_some_work_needs() -> None:
    code = f"import django, sys; django.setup(); print(sorted(set({sorted(HEAVY)!r}) & sys.modules.keys()))"
    environ = os.environ | {"DJANGO_SETTINGS_MODULE": "settings_for_tests", "PYTHONPATH": "tests"}
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr
