"""Server time of the list pages and reports: p50 and p95 at a large store, against the same pages at a small one.

    python benchmarks/pages.py [--mentions 1000000] [--baseline 10000] [--rounds 12]

Each size gets a data folder of its own, filled through the product's import and its people import, so that what is
timed is what people get. A page is asked for by the framework's test client as an analyst (an administrator where a
page needs one), after one visit that is not counted. The first figure of a pair is wall time; the machine's load is
printed, since wall time on a busy machine says little.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

PAGES = {
    "mentions, newest": "/mentions/?period=365",
    "mentions, one query": "/mentions/?period=365&query=1",
    "mentions, by reach": "/mentions/?period=28&sort=reach",
    "mentions, text search": "/mentions/?period=28&q=lid",
    "share of voice": "/voice/?period=91",
    "sentiment": "/sentiment/?period=91",
    "platforms, words, authors": "/overview/?period=28",
    "queries": "/queries/",
    "imports": "/imports/",
    "people": "/people/",
    "people, search": "/people/?q=an",
    "audit trail": "/audit/",
    "background work": "/work/",
}


def measure(mentions: int, rounds: int) -> None:
    """In a process of its own: fill a folder, time the pages, print one line each."""
    import django
    from django.conf import settings

    django.setup()
    settings.ALLOWED_HOSTS = ["testserver"]
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    call_command("collectstatic", interactive=False, verbosity=0)
    from fourleaf.demo.organisation import ROLES
    from fourleaf.kernel.models import Account

    clients = {}
    for role in ("analyst", "admin"):
        holder = next(person for person in ROLES if person.product_role == role)
        clients[role] = Client()
        account = Account.objects.get(email=holder.email)
        clients[role].force_login(account, backend="fourleaf.kernel.authentication.AccountBackend")
    for name, path in PAGES.items():
        client = clients["admin" if path.startswith(("/audit", "/work")) else "analyst"]
        made = 0

        def counted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            nonlocal made
            made += 1
            return execute(sql, params, many, context)

        with connection.execute_wrapper(counted):
            answer = client.get(path)
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}")
        taken = []
        for _ in range(rounds):
            began = time.perf_counter()
            answer = client.get(path)
            taken.append((time.perf_counter() - began) * 1000)
        taken.sort()
        p95 = taken[min(len(taken) - 1, round(0.95 * len(taken)))]
        print(f"{name}\t{statistics.median(taken):.1f}\t{p95:.1f}\t{made}", flush=True)


def run(mentions: int, rounds: int) -> dict[str, tuple[float, float, int]]:
    """Seed a folder with the sample organisation and measure in a fresh process."""
    with tempfile.TemporaryDirectory(prefix="fourleaf-bench-") as folder:
        environ = {k: v for k, v in os.environ.items() if not k.startswith(("FOURLEAF_", "DJANGO_"))}
        environ |= {
            "FOURLEAF_DATA_DIR": folder,
            "FOURLEAF_DEMO": "true",
            "FOURLEAF_TIME_ZONE": "Europe/Berlin",
            "DJANGO_SETTINGS_MODULE": "fourleaf.config.settings",
        }
        seed = [sys.executable, "-m", "fourleaf", "demo", "--no-serve", "--mentions", str(mentions)]
        subprocess.run(seed, env=environ, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        timed = subprocess.run(
            [sys.executable, str(Path(__file__)), "--inside", "--mentions", str(mentions), "--rounds", str(rounds)],
            env=environ,
            check=True,
            capture_output=True,
            text=True,
        )
    rows = (line.split("\t") for line in timed.stdout.splitlines() if line.count("\t") == 3)
    return {name: (float(p50), float(p95), int(queries)) for name, p50, p95, queries in rows}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, default=1_000_000)
    parser.add_argument("--baseline", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        measure(asked.mentions, asked.rounds)
        return
    small, large = run(asked.baseline, asked.rounds), run(asked.mentions, asked.rounds)
    print(f"server time in ms, 1,876 people; load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print(f"{'page':<28}{'p50':>9}{'p95':>9}{'queries':>9}   p95 against {asked.baseline:,} mentions")
    for name, (p50, p95, queries) in large.items():
        print(
            f"{name:<28}{p50:>9.0f}{p95:>9.0f}{queries:>9}   {p95 / small[name][1]:.1f} times ({small[name][1]:.0f} ms)"
        )


if __name__ == "__main__":
    main()
