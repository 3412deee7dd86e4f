"""How fast the simulation of review is, beside the rules taken item by item on the same draws.

    OMP_NUM_THREADS=1 python benchmarks/review.py  # 400 strata of 3,000 items, once

The baseline runs `step` and `confirm` of the engine, which the product itself uses, for one item of one stratum after
the other. Both must give the same counts, to the last item. Rounds alternate, and the median of the CPU time counts.
"""

from __future__ import annotations

import argparse
import statistics
import time

import numpy as np

from fourleaf.engine.review.simulation import Tally, tally, tally_stepwise


def same(first: Tally, second: Tally) -> bool:
    """Whether every count of every stratum is equal."""
    return all(
        np.array_equal(getattr(first, name), getattr(second, name), equal_nan=name == "first_relaxed")
        for name in ("reviewed", "escaped", "levels", "first_relaxed")
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=0.02)
    parser.add_argument("--items", type=int, default=3_000)
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=1)
    given = parser.parse_args()
    ours, theirs = [], []
    for seed in range(given.rounds):
        begun = time.process_time()
        together = tally(given.rate, items=given.items, runs=given.runs, seed=seed)
        middle = time.process_time()
        stepwise = tally_stepwise(given.rate, items=given.items, runs=given.runs, seed=seed)
        ours.append(middle - begun)
        theirs.append(time.process_time() - middle)
        if not same(together, stepwise):
            raise SystemExit(f"The counts differ (seed {seed}).")
    mine, other = statistics.median(ours), statistics.median(theirs)
    print(f"{given.runs:,} strata of {given.items:,} items at {given.rate:.2%}; all counts equal")
    print(f"side by side  {mine:8.2f} CPU s")
    print(f"step by step  {other:8.2f} CPU s")
    print(f"ratio         {other / mine:8.1f} times as fast")


if __name__ == "__main__":
    main()
