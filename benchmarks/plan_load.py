"""How long a large plan takes to load and to write: CPU seconds and peak memory.

python benchmarks/plan_load.py                 # 50,000 objects
python benchmarks/plan_load.py --objects 10000
"""

from __future__ import annotations

import argparse
import resource
import time

from fourleaf.engine.alignment import dump_plan, load_plan


def made_up(objects: int) -> str:
    """A plan of half people, a quarter channels, a quarter activities, each with its references."""
    rows = ["format: 1", "as_of: 2026-01-31", "regions: [{id: DE, name: Germany, time_zone: Europe/Berlin}]", "people:"]
    for n in range(objects // 2):
        rows += [f"  - id: R{n}", f"    role: Role {n}", "    region: DE", "    belt: green"]
        rows += ["    belt_valid_until: 2026-12-31"]
    rows.append("channels:")
    for n in range(objects // 4):
        rows += [f"  - id: H{n}", f"    name: Channel {n}", "    network: photo network", f"    account_owner: R{n}"]
        rows += ["    comments_open: true"]
    rows.append("activities:")
    for n in range(objects // 4):
        rows += [f"  - id: X{n}", "    programme: P1", f"    text: Do {n}", f"    owner: R{n}", f"    channel: H{n}"]
        rows += ["    starts_on: 2026-01-01"]
    rows.append("programmes: [{id: P1, name: All of it, side: external}]")
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=50_000)
    text = made_up(parser.parse_args().objects)
    begun = time.process_time()
    loaded = load_plan(text)
    read = time.process_time()
    if loaded.plan is None:
        raise SystemExit("\n".join(map(str, loaded.problems[:5])))
    dump_plan(loaded.plan)
    written = time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(text) / 1e6:.1f} MB: loaded in {read - begun:.2f} CPU s, written in {written - read:.2f} CPU s,", end=" "
    )
    print(f"peak {peak:.0f} MiB")


if __name__ == "__main__":
    main()
