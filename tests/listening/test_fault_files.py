"""Files of faulty rows are safe to open: what strangers wrote is no formula there, and numbers stay numbers."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from fourleaf.listening.selectors.imports import fault_rows

pytestmark = pytest.mark.django_db


def test_values_of_strangers_are_no_formulas(analyst: Any, collect: Any) -> None:
    values = ["=1+1", "  =1+1", "|calc", "-5x", "-5"]
    lines = [
        "id,created_at,text",
        *(f'p{n},"{value}",ember' for n, value in enumerate(values)),
        "p9,2026-06-01T08:00:00Z,x",
    ]
    upload = collect(analyst.actor, "\n".join(lines).encode())
    rows = list(csv.DictReader(io.StringIO("".join(fault_rows(analyst.actor, upload.pk)))))
    found = [list(row.values())[3] for row in rows]
    assert found == ["'=1+1", "'  =1+1", "'|calc", "'-5x", "-5"]
