"""How fast a plan is checked: CPU seconds of all rules over a plan 100 times the size of the sample organisation.

    python benchmarks/plan_check.py              # 100 copies
    python benchmarks/plan_check.py --copies 10

The plan is examples/tarnbeck.yaml so many times, each copy with ids of its own and closed in itself: references stay in
the copy, policies that held for all regions hold for those of the copy, and template items of the roadmap become own
ones. Measured is `check` over a new `Snapshot`, with all its indexes; validating the plan is printed apart.

The baseline is the same number of checks of the sample alone, each with a new snapshot, in the same run. A ratio near 1
means that the time grows with the size of the plan and no faster. Medians of seven runs, on one core.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fourleaf.engine.alignment.checking import by_blocked, check
from fourleaf.engine.alignment.loading import load_plan
from fourleaf.engine.alignment.loading.shapes import shape_of
from fourleaf.engine.alignment.plan import Part, Plan
from fourleaf.engine.alignment.roadmap import joined
from fourleaf.engine.alignment.snapshot import Snapshot

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "tarnbeck.yaml"


def renamed(part: type[Part], data: dict[str, Any], tail: str) -> dict[str, Any]:
    """The same data with `tail` after each id and each reference."""
    new = dict(data)
    for name, field in shape_of(part).fields.items():
        value = data.get(name)
        if value is None:
            continue
        if field.part is not None:
            inner = field.part
            new[name] = [renamed(inner, v, tail) for v in value] if field.many else renamed(inner, value, tail)
        elif field.ref is not None or (name == "id" and shape_of(part).named):
            new[name] = [v + tail for v in value] if field.many else value + tail
    return new


def sample() -> Plan:
    """The sample with what the copies need: the whole roadmap spelt out, policies bound to its regions."""
    loaded = load_plan(EXAMPLE)
    if loaded.plan is None:
        raise SystemExit("\n".join(map(str, loaded.problems)))
    data = loaded.plan.model_dump()
    regions = [region.id for region in loaded.plan.regions]
    for section in ("policies", "processing_activities"):
        for thing in data[section]:
            thing["regions"] = thing["regions"] or regions
    data["roadmap"] = list(data["roadmap"])
    for step in joined(loaded.plan.roadmap).values():
        own = {"title": step.title, "side": step.side, "phase": step.phase, "weeks": step.weeks}
        own |= {"hard": list(step.hard), "soft": list(step.soft)}
        known = next((item for item in data["roadmap"] if item["id"] == step.id), None)
        if known is None:
            data["roadmap"].append(own | {"id": step.id, "state": step.state})
        else:
            known.update(own)
    return Plan.model_validate(data)


def copies(plan: Plan, count: int) -> dict[str, Any]:
    """The plan so many times over, as data."""
    whole = plan.model_dump()
    lists = [name for name, field in shape_of(Plan).fields.items() if field.part is not None and field.many]
    result = dict(whole)
    for name in lists:
        result[name] = []
    for number in range(count):
        copy = renamed(Plan, whole, f"-{number}")
        for name in lists:
            result[name].extend(copy[name])
    return result


def median(call: Callable[[], object], times: int = 7) -> float:
    taken = []
    for _ in range(times):
        start = time.process_time()
        call()
        taken.append(time.process_time() - start)
    return statistics.median(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--copies", type=int, default=100)
    count = parser.parse_args().copies
    small = sample()
    data = copies(small, count)
    start = time.process_time()
    large = Plan.model_validate(data)
    validated = time.process_time() - start
    objects = sum(len(part) for name in Plan.model_fields if isinstance(part := getattr(large, name), tuple))
    findings = check(Snapshot(large))
    one = median(lambda: check(Snapshot(small)))
    all_of_it = median(lambda: check(Snapshot(large)))
    grouped = median(lambda: by_blocked(findings, Snapshot(large)))
    print(f"{objects:,} objects, {len(findings):,} findings ({len(check(Snapshot(small)))} in the sample)")
    print(f"validating the model         {validated:8.3f} s CPU")
    print(f"checking                     {all_of_it:8.3f} s CPU")
    print(f"grouping by what is held up  {grouped:8.3f} s CPU")
    print(
        f"baseline: {count} checks of the sample alone {one * count:.3f} s CPU; ratio {all_of_it / (one * count):.2f}"
    )


if __name__ == "__main__":
    main()
