"""How fast a change is tried out, beside checking the whole plan again.

    python benchmarks/what_if.py                    # the example plan
    python benchmarks/what_if.py --copies 100       # a hundred times as many objects

Each change is made on the snapshot, the rules that read its section run again, waivers are applied, and findings before
and after are compared: what the page does between two strokes, without reading the plan (it is in memory). The
baseline checks the whole changed plan. Both run in turn; the medians count. CPU time of the process is measured.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from plan_check import copies, sample

from fourleaf.alignment.changes import Change, compared, tried
from fourleaf.engine.alignment.checking import apply_waivers, check, check_changed
from fourleaf.engine.alignment.findings import Finding
from fourleaf.engine.alignment.plan import Plan
from fourleaf.engine.alignment.snapshot import Snapshot

__all__: list[str] = []

CHANGES = (
    ("a counterpart", Change("programmes", "P07", "counterparts", ["N2"])),
    ("a review date", Change("policies", "P-CRI", "review_due", "2099-01-01")),
    ("an owner", Change("objectives", "O1", "owner", "R02")),
    ("a state on the roadmap", Change("roadmap", "3.E2", "state", "planned")),
    ("a pause", Change("channels", "H8", "single_pause", True)),
    ("a belt", Change("people", "R32", "belt", "green")),
)


def _renamed(change: Change, tail: str) -> Change:
    """The same change in the first of several copies."""
    value = [f"{key}{tail}" for key in change.value] if isinstance(change.value, list) else change.value
    if change.field == "owner":
        value = f"{value}{tail}"
    return replace(change, key=f"{change.key}{tail}", value=value)


def cpu(call: Callable[[], object], rounds: int) -> float:
    """Median CPU seconds of a call."""
    spent = []
    for _ in range(rounds):
        began = time.process_time()
        call()
        spent.append(time.process_time() - began)
    return statistics.median(spent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--copies", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    plan = sample() if given.copies == 1 else Plan.model_validate(copies(sample(), given.copies))
    before = Snapshot(plan)
    findings = check(before)
    open_before, _ = apply_waivers(findings, plan.waivers, before.as_of)
    number = sum(len(held) for name in Plan.model_fields if isinstance(held := getattr(plan, name), tuple))
    print(f"{Path(__file__).name}: {number:,} objects, {len(findings):,} findings, medians of {given.rounds} rounds")
    tail = "" if given.copies == 1 else "-0"
    for name, of_sample in CHANGES:
        change = _renamed(of_sample, tail)
        after: list[Finding] = []

        def what_if(change: Change = change, after: list[Finding] = after) -> None:
            changed = tried(before, [change])
            after[:] = check_changed(findings, before, changed, {change.section})
            compared(open_before, apply_waivers(after, plan.waivers, before.as_of)[0])

        def whole(change: Change = change) -> list[Finding]:
            return check(tried(before, [change]))

        ours, theirs = cpu(what_if, given.rounds), cpu(whole, given.rounds)
        assert after == whole()
        print(f"  {name:<24} {ours * 1000:8.2f} ms   whole check {theirs * 1000:8.2f} ms   ratio {ours / theirs:5.2f}")


if __name__ == "__main__":
    main()
