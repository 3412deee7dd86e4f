"""Importing the packages is cheap; every exported name is there."""

from __future__ import annotations

import subprocess
import sys

import pytest

import fourleaf.engine.lake
import fourleaf.engine.metrics


@pytest.mark.parametrize("package", ["fourleaf.engine.lake", "fourleaf.engine.metrics"])
def test_heavy_libraries_are_not_loaded_by_the_import(package):
    script = f"import sys, {package}; print(sorted({{'duckdb', 'deltalake', 'sqlglot'}} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


@pytest.mark.parametrize("package", [fourleaf.engine.lake, fourleaf.engine.metrics])
def test_every_exported_name_is_there(package):
    assert all(getattr(package, name) is not None for name in package.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Lagoon'"):
        _ = package.Lagoon
