"""Made-up answers for the survey's tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from fourleaf.engine.survey import STANDARD


def made_up(n: int, *, departments: int = 4, regions: int = 3, seed: int = 1, missing: float = 0.03) -> pa.Table:
    """Answers with one factor for each leaf, leaders half a point happier with leadership, and a few gaps."""
    rng = np.random.default_rng(seed)
    department = rng.integers(0, departments, n)
    region = np.minimum(rng.geometric(0.5, n) - 1, regions - 1)
    leader = rng.random(n) < 0.15
    columns: dict[str, Any] = {
        "respondent": [f"r{number}" for number in range(n)],
        "department": [f"D{code}" for code in department],
        "region": [f"R{code}" for code in region],
        "leader": leader,
        "day": [dt.date(2026, 5, 1) + dt.timedelta(days=int(number * 10 // n)) for number in range(n)],
    }
    base = {"C": 3.4, "L": 2.9, "G": 3.1, "T": 3.6, "W": 3.0}
    factor = {key: rng.normal(0, 0.5, n) + (0.9 * leader if key == "L" else 0.0) for key in base}
    for item in STANDARD.items:
        key = item.id[0]
        answer = np.clip(np.rint(base[key] + factor[key] + rng.normal(0, 0.7, n)), 1, 5).astype(int)
        answer = 6 - answer if item.reverse else answer
        columns[item.id] = pa.array(answer, pa.int8(), mask=rng.random(n) < missing)
    return pa.table(columns)


@pytest.fixture
def answers() -> Callable[..., pa.Table]:
    """``answers(n, departments=4, regions=3, seed=1)`` makes a table."""
    return made_up
