"""What limits is claimed only beyond chance; distributions tell of nobody alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourleaf.cli import survey_table
from fourleaf.engine.survey import STANDARD, score
from fourleaf.engine.survey.distribution import cut_between, merged
from fourleaf.engine.survey.limits import limit_apart, limit_of
from fourleaf.engine.survey.scoring import Estimate


def _leaves(*means: float, n: int = 40, sd: float = 0.6) -> tuple[Any, Any, Any]:
    half = 2.02 * sd / n**0.5
    rows = dict(zip(STANDARD.leaves, means, strict=True))
    return (
        {leaf: Estimate(n, mean, sd, mean - half, mean + half) for leaf, mean in rows.items()},
        {leaf: 25 * (mean - 1) for leaf, mean in rows.items()},
        {leaf: (25 * (mean - half - 1), 25 * (mean + half - 1)) for leaf, mean in rows.items()},
    )


def test_a_leaf_limits_for_certain_only_below_all_others() -> None:
    close = limit_of(*_leaves(2.95, 3.6, 3.0, 3.9))
    assert (close.leaf, close.tied, close.certain) == ("culture", ("governance",), False)
    assert (close.below, close.below_certain) == (True, False)  # 48.75 points, interval beyond 50
    clear = limit_of(*_leaves(2.95, 3.6, 3.0, 3.9, n=4000))
    assert (clear.leaf, clear.certain, clear.below_certain) == ("culture", True, True)


def test_groups_are_judged_by_what_is_shown() -> None:
    touching = limit_apart({"a": 40, "b": 44, "c": 60}, {"a": (36, 44), "b": (40, 48), "c": (55, 65)})
    assert (touching.tied, touching.below_certain) == (("b",), True)


@given(st.lists(st.integers(0, 30), min_size=5, max_size=5).filter(lambda counts: sum(counts) >= 5), st.integers(5, 9))
def test_bands_hold_nobody_or_at_least_k(counts: list[int], k: int) -> None:
    bands = merged(counts, k)
    assert [first for first, *_ in bands] == [1, *(last + 1 for _, last, _ in bands[:-1])]
    assert bands[-1][1] == 5
    assert all(people == sum(counts[first - 1 : last]) for first, last, people in bands)
    assert len(bands) == 1 or all(people == 0 or people >= k for *_, people in bands)
    if all(count == 0 or count >= k for count in counts):
        assert len(bands) == 5


def test_a_cell_of_one_joins_its_own_side() -> None:
    assert merged([1, 9, 12, 14, 9], 5) == ((1, 2, 10), (3, 3, 12), (4, 4, 14), (5, 5, 9))
    assert cut_between(merged([1, 9, 12, 14, 9], 5), 3)
    assert not cut_between(merged([20, 15, 8, 1, 1], 5), 3)


def test_a_report_shows_no_cell_of_one() -> None:
    columns = {item: np.tile([2, 3, 4], 15).astype(np.int8) for item in STANDARD.ids}
    columns["C1"] = np.array([1] + [2] * 14 + [3] * 15 + [4] * 15, np.int8)
    report = score(pa.table(columns))
    item = report.items[0]
    assert (item.id, item.counts, item.agreement) == ("C1", None, None)
    assert item.bands is not None
    assert min(people for *_, people in item.bands if people) >= 5
    assert item.mean == pytest.approx(round(float(columns["C1"].mean()), 1))


def test_a_negative_correlation_is_called_not_meaningful() -> None:
    assert survey_table._icc(-12.94) == "not meaningful: no agreement between groups"
    assert survey_table._icc(0.62) == "0.62"
