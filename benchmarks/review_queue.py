"""How fast the review queue is with 50,000 items: the page of one's own queue against the named baseline.

    python benchmarks/review_queue.py                   # 50,000 items in a new SQLite database
    python benchmarks/review_queue.py --items 5000

The baseline is what one would write first: all open items with their people, and a Python loop that asks for each
whether it waits for the reader. Printed is the median time of a page through the whole stack (view, table, template),
for each queue, the number of queries, and the ratio to the baseline for finding the items alone.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from datetime import timedelta
from typing import Any


def build(items: int) -> tuple[Any, Any]:
    """Four groups of five, items of all states. Gives account and actor of a reviewer."""
    from django.core.management import call_command

    from fourleaf.kernel import clock
    from fourleaf.kernel.models import Account, Brand, Person, Region
    from fourleaf.kernel.selectors import actor_for
    from fourleaf.review.models import Decision, ReviewItem, Waiting

    call_command("migrate", verbosity=0)
    now = clock.now()
    region = Region.objects.create(code="DE", name="Germany", time_zone="Europe/Berlin")
    brands = [Brand.objects.create(code=f"B{n}", name=f"Brand {n}", colour=n) for n in range(4)]
    people = [
        Person.objects.create(
            name=f"Person {n}", email=f"p{n}@example.org", region=region, created_at=now, changed_at=now
        )
        for n in range(40)
    ]
    account = Account.objects.create_user("p0@example.org", None, person=people[0])
    states = ("submitted", "in_review", "approved", "approved", "approved", "returned", "expired", "expired", "expired")
    rows = [
        ReviewItem(
            kind="draft", subject_id=str(n), title=f"Item number {n}", author=people[20 + n % 20], brand=brands[n % 4],
            region=region, content_class="post", state=states[n % len(states)], tier="R1", level="Q0",
            submitted_at=now - timedelta(minutes=10 * n), due_at=now + timedelta(minutes=n % 5000 - 100),
            created_at=now, content={"text": "x" * 280}, content_hash=f"{n:064d}", need={"all_of": []}, submission=1,
        )
        for n in range(items)
    ]  # fmt: skip
    ReviewItem.objects.bulk_create(rows, batch_size=500)
    waiting = [
        Waiting(item=row, person=people[5 * (n % 4) + k], asked=k == 0, since=now)
        for n, row in enumerate(rows) if row.state in ("submitted", "in_review") for k in range(5)
    ]  # fmt: skip
    Waiting.objects.bulk_create(waiting, batch_size=2000)
    Decision.objects.bulk_create(
        [
            Decision(item=row, person=people[5 * (n % 4)], name="P", verdict="approved", content_hash="x", submission=1,
                     at=now)
            for n, row in enumerate(rows) if row.state not in ("submitted", "in_review")
        ],
        batch_size=2000,
    )  # fmt: skip
    return account, actor_for(account)


def baseline(actor: Any) -> list[Any]:
    """Every open item, and for each a look at its people."""
    from fourleaf.review.models import ReviewItem

    rows = ReviewItem.objects.filter(state__in=("submitted", "in_review")).prefetch_related("waiting")
    mine = [row for row in rows if any(w.person_id == actor.person_id and w.asked for w in row.waiting.all())]
    return sorted(mine, key=lambda row: (row.due_at, row.pk))[:50]


def timed(work: Any, repeat: int) -> float:
    """Median seconds."""
    taken = []
    for _ in range(repeat):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=50_000)
    parser.add_argument("--repeat", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FOURLEAF_DATA_DIR"] = folder
        os.environ["FOURLEAF_DEBUG"] = "1"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fourleaf.config.settings")
        import django

        django.setup()
        from django.db import connection
        from django.test import Client

        from fourleaf.review.selectors import queue_of

        account, actor = build(asked.items)
        client = Client(headers={"host": "localhost"})
        client.force_login(account, backend="fourleaf.kernel.authentication.AccountBackend")
        print(f"{asked.items:,} items, {connection.vendor}")
        for queue in ("mine", "others", "own", "done", "all"):
            address = f"/review/?queue={queue}"
            answer = client.get(address)
            if answer.status_code != 200:
                raise SystemExit(f"{address} answers {answer.status_code}")
            made: list[str] = []

            def note(execute: Any, sql: str, *more: Any, made: list[str] = made) -> Any:
                made.append(sql)
                return execute(sql, *more)

            with connection.execute_wrapper(note):
                client.get(address)
            seconds = timed(lambda address=address: client.get(address), asked.repeat)
            print(f"  page {queue:7} {1000 * seconds:8.1f} ms   {len(made)} queries")
        ours = timed(lambda: list(queue_of(actor, "mine").order_by("due_at", "pk")[:50]), asked.repeat)
        theirs = timed(lambda: baseline(actor), 3)
        print(f"  finding mine: {1000 * ours:.2f} ms, baseline {1000 * theirs:.0f} ms, {theirs / ours:.0f} times")


if __name__ == "__main__":
    main()
