"""How fast a survey is scored, beside a loop over groups with pandas and pingouin as an analyst would write it.

    OMP_NUM_THREADS=1 python benchmarks/survey.py  # 50,000 made-up respondents, 8 departments, 5 regions, 3 rounds

The baseline makes, for each leaf and each cell of department, region and both, the mean with its interval, the share
that agrees and r*_wg by pandas, and for the company Cronbach's alpha by pingouin. It hides nothing. Ours makes all of
that, omega, ICC, agreement and gaps, and the exact check that no small group can be worked out. Rounds alternate, and
the median counts, so that a busy machine disturbs both alike. CPU time of the process is measured.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pingouin
import pyarrow as pa
from scipy import stats

from fourleaf.engine.survey import STANDARD, score


def made_up(people: int, departments: int, regions: int, seed: int = 1) -> pa.Table:
    """Answers with one factor for each leaf and 4 % gaps."""
    rng = np.random.default_rng(seed)
    columns: dict[str, Any] = {
        "department": [f"D{code}" for code in rng.integers(0, departments, people)],
        "region": [f"R{code}" for code in rng.integers(0, regions, people)],
        "leader": rng.random(people) < 0.06,
    }
    factor = {key: rng.normal(0, 0.6, people) for key in "CLGTW"}
    for item in STANDARD.items:
        answer = np.clip(np.rint(3.2 + factor[item.id[0]] + rng.normal(0, 0.8, people)), 1, 5)
        columns[item.id] = pa.array(6 - answer if item.reverse else answer, pa.int8(), mask=rng.random(people) < 0.04)
    return pa.table(columns)


def baseline(frame: pd.DataFrame) -> list[Any]:
    """Every leaf in every cell, one group after the other."""
    found: list[Any] = []
    for item in STANDARD.scored:
        if item.reverse:
            frame = frame.assign(**{item.id: 6 - frame[item.id]})
    for leaf in STANDARD.leaves:
        items = [item.id for item in STANDARD.of_leaf(leaf)]
        found.append(pingouin.cronbach_alpha(frame[items].dropna()))
        for keys in (["department"], ["region"], ["department", "region"]):
            for _, group in frame.groupby(keys):
                answers = group[items]
                scores = answers.mean(axis=1)[answers.notna().sum(axis=1) >= 6]
                half = stats.t.ppf(0.975, len(scores) - 1) * scores.std() / len(scores) ** 0.5
                agreeing = (answers >= 4).sum().sum() / answers.notna().sum().sum()
                found.append((scores.mean(), half, agreeing, 1 - answers.var().mean() / 2))
    return found


def timed(work: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--departments", type=int, default=8)
    parser.add_argument("--regions", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    table = made_up(given.people, given.departments, given.regions)
    frame = table.to_pandas()
    ours, theirs = [], []
    for _ in range(given.rounds):
        ours.append(timed(lambda: score(table)))
        theirs.append(timed(lambda: baseline(frame)))
    mine, other = statistics.median(ours), statistics.median(theirs)
    print(f"{given.people:,} respondents, {given.departments} departments, {given.regions} regions")
    print(f"fourleaf          {mine:8.2f} CPU s")
    print(f"pandas, pingouin  {other:8.2f} CPU s, which hides nothing")
    print(f"ratio             {other / mine:8.2f} times as fast")


if __name__ == "__main__":
    main()
