"""How fast acknowledgements are with 20,000 people and 100,000 of them: each figure against a named baseline.

    python benchmarks/acknowledgements.py                   # 20,000 people in a new SQLite database
    python benchmarks/acknowledgements.py --people 2000

The baseline is what one would write first: a Python loop over people (or acknowledgements, or policies) that asks for
each what applies to it, with the rows read beforehand in as few queries. Where both give the same thing it is
compared. Printed are the medians of wall and processor time, the number of queries, and the ratio of the processor
times, which a busy machine changes least.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Europe/Madrid", "Europe/Warsaw", "Australia/Sydney",
         "America/Sao_Paulo", "Asia/Kolkata")  # fmt: skip
#: Kind, first day before today, who is in scope, share that has acknowledged.
POLICIES: tuple[tuple[str, int, dict[str, Any], float], ...] = (
    ("P-SM", 400, {}, 0.97), ("G-ROE", 300, {}, 0.95), ("P-INF", 200, {}, 0.9), ("P-LIS", 100, {}, 0.8),
    ("other", 20, {}, 0.4), ("P-VOI", 90, {"regions": 4}, 0.7), ("G-VT", 150, {"brands": 2}, 0.85),
    ("P-MOD", 120, {"groups": ["department:D01", "department:D02"]}, 0.9),
    ("P-CRI", 60, {"groups": ["belt:green"]}, 0.6),
)  # fmt: skip


def organisation(people: int, rng: random.Random) -> tuple[Any, list[Any], list[Any]]:
    """Regions, a tree of departments, brands and people, some of whom have left; a third hold a belt."""
    from fourleaf.kernel import clock
    from fourleaf.kernel.models import Account, Brand, Department, Person, Region, RoleGrant
    from fourleaf.training.models import BeltAward

    now, today = clock.now(), clock.today()
    regions = [
        Region.objects.create(
            code=f"R{n}", name=f"Region {n}", time_zone=zone, analytics_mode="individual" if n % 2 else "team_only"
        )
        for n, zone in enumerate(ZONES)
    ]
    units: list[Any] = []
    for n in range(24):
        above = units[n % 4] if n >= 4 else None
        units.append(Department.objects.create(code=f"D{n:02}", name=f"Department {n}", parent=above))
    brands = [Brand.objects.create(code=f"B{n}", name=f"Brand {n}", colour=n) for n in range(4)]
    Person.objects.bulk_create(
        [
            Person(
                name=f"Person {n:05}", search=f"person {n}", region=rng.choice(regions), department=rng.choice(units),
                started_on=today - timedelta(days=rng.randrange(3000)), created_at=now, changed_at=now,
                left_on=today - timedelta(days=1) if n % 50 == 49 else None,
            )
            for n in range(people)
        ],
        batch_size=1000,
    )  # fmt: skip
    rows = list(Person.objects.order_by("pk"))
    Person.objects.filter(started_on__gt=today).update(started_on=today)
    links = Person.brands.through
    links.objects.bulk_create(
        [links(person_id=row.pk, brand_id=rng.choice(brands).pk) for row in rows if row.pk % 2], batch_size=2000
    )
    BeltAward.objects.bulk_create(
        [
            BeltAward(
                person=row, belt=rng.choice(("white", "yellow", "orange", "green", "blue")), granted_at=now,
                granted_by="the benchmark", source="set", valid_from=today - timedelta(days=100),
                valid_until=today + timedelta(days=rng.randrange(1, 300)),
            )
            for row in rows if row.pk % 3 == 0
        ],
        batch_size=2000,
    )  # fmt: skip
    reader = Person.objects.create(
        name="The Reader", email="reader@example.org", region=regions[0], started_on=today, created_at=now,
        changed_at=now,
    )  # fmt: skip
    for role in ("strategist", "legal"):
        RoleGrant.objects.create(person=reader, role=role, granted_at=now, granted_by="the benchmark")
    return Account.objects.create_user("reader@example.org", None, person=reader), rows, brands


def policies(rows: list[Any], brands: list[Any], rng: random.Random) -> None:
    """Nine policies, the oldest with a new major version in half the regions, and who has acknowledged them."""
    from fourleaf.governance.contracts import RIGHTS_BY_KIND
    from fourleaf.governance.models import Acknowledgement, Policy, PolicyText, PolicyVersion
    from fourleaf.kernel import clock
    from fourleaf.kernel.models import Region

    now, today = clock.now(), clock.today()
    regions = list(Region.objects.order_by("pk").values_list("pk", flat=True))
    given: list[Acknowledgement] = []
    for place, (kind, ago, scope, share) in enumerate(POLICIES):
        policy = Policy.objects.create(kind=kind, title=f"Policy {place}", created_at=now, created_by="benchmark")
        for major in (1, 2) if kind == "P-SM" else (1,):
            version = PolicyVersion.objects.create(
                policy=policy, major=major, state="in_force", created_at=now, changed_at=now,
                effective_on=today - timedelta(days=ago if major == 1 else 70),
                region_ids=regions[: scope.get("regions", 0)] if major == 1 else regions[4:],
                brand_ids=[one.pk for one in brands[: scope.get("brands", 0)]],
                groups=scope.get("groups", []), rights=list(RIGHTS_BY_KIND.get(kind, ())),
            )  # fmt: skip
            for language in ("en", "de"):
                PolicyText.objects.create(version=version, language=language, title=f"{kind} {language}", body="## A")
            given += [
                Acknowledgement(
                    person_id=row.pk, policy=policy, major=major, version=version, language=rng.choice(("en", "de")),
                    text_hash="x" * 64, at=now - timedelta(hours=rng.randrange(1400)),
                )
                for row in rows
                if rng.random() < share * (1 if not scope else 0.3) and (major == 1 or row.region_id in regions[4:])
            ]  # fmt: skip
    Acknowledgement.objects.bulk_create(given, batch_size=2000)


# --- the baseline ----------------------------------------------------------------------------------------------------


class Plain:
    """People, their groups and what they gave, read in a few queries; then asked person by person."""

    def __init__(self, people: list[int] | None = None) -> None:
        from fourleaf.governance.groups import RESOLVERS, department_groups
        from fourleaf.governance.models import Acknowledgement
        from fourleaf.governance.selectors.policies_force import load
        from fourleaf.kernel import clock
        from fourleaf.kernel.models import Person

        rows = Person.objects.select_related("region").prefetch_related("brands")
        stored = Acknowledgement.objects.all()
        if people is not None:
            rows, stored = rows.filter(pk__in=people), stored.filter(person_id__in=people)
        self.people = list(rows)
        self.known = load()
        self.departments = department_groups()
        self.belts = RESOLVERS["belt"]([row.pk for row in self.people], clock.today())
        self.given = {(row.person_id, row.policy_id, row.major): row for row in stored}

    def owed(self, person: Any) -> list[tuple[Any, date, date, Any]]:
        """(version, day, due day, acknowledgement) of each policy that applies to one person."""
        from zoneinfo import ZoneInfo

        from fourleaf.engine.policies.force import Question, select
        from fourleaf.kernel import clock

        day = clock.today(ZoneInfo(person.region.time_zone))
        if (person.left_on and person.left_on < day) or (person.started_on and person.started_on > day):
            return []
        groups = self.departments.get(person.department_id, frozenset()) | self.belts.get(person.pk, frozenset())
        question = Question(
            region=person.region_id, groups=groups, brands=frozenset(brand.pk for brand in person.brands.all())
        )
        chosen = {one.version for one in select((one.standing for one in self.known), question, day)}
        found = []
        for one in self.known:
            if one.version_id in chosen and one.acknowledged:
                began = min(
                    other.standing.effective_on or date.max
                    for other in self.known
                    if (other.policy_id, other.major) == (one.policy_id, one.major)
                    and person.region_id in (other.standing.scope.regions or {person.region_id})
                )
                due = max(began, person.started_on or began) + timedelta(days=30)
                found.append((one, day, due, self.given.get((person.pk, one.policy_id, one.major))))
        return found

    def obligations(self) -> dict[int, list[tuple[Any, ...]]]:
        return {
            person.pk: [
                (
                    one.policy_id, one.version_id, due, given.language if given else one.language,
                    given.at.date() if given else None,
                )
                for one, _, due, given in self.owed(person)
            ]
            for person in self.people
        }  # fmt: skip

    def suspended(self) -> dict[int, frozenset[str]]:
        found = {}
        for person in self.people:
            rights = {
                right
                for one, day, due, given in self.owed(person)
                if given is None and day > due + timedelta(days=14)
                for right in one.rights
            }
            if rights:
                found[person.pk] = frozenset(rights)
        return found

    def coverage(self) -> dict[int, tuple[int, int]]:
        sums: dict[int, tuple[int, int]] = {}
        for person in self.people:
            for one, _, _, given in self.owed(person):
                n, current = sums.get(one.version_id, (0, 0))
                sums[one.version_id] = (n + 1, current + (given is not None))
        return sums


def plain_list() -> list[tuple[Any, Any]]:
    """Every policy with the version that is shown of it, policy by policy."""
    from fourleaf.governance.models import Policy

    found = []
    for policy in Policy.objects.all():
        versions = sorted(policy.versions.all(), key=lambda one: (one.state == "in_force", one.major), reverse=True)
        found.append((policy, versions[0] if versions else None))
    return found


def plain_evidence() -> str:
    """The file of all acknowledgements, made of rows with their people, policies and versions."""
    from fourleaf.governance.models import Acknowledgement

    out = io.StringIO()
    writer = csv.writer(out)
    for row in Acknowledgement.objects.select_related("person__region", "policy", "version"):
        region = row.person.region
        who = row.person.name if region and region.analytics_mode == "individual" else ""
        writer.writerow([who, row.policy.title, row.version.number, row.at, row.language, row.text_hash])
    return out.getvalue()


# --- measuring -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Timing:
    """Medians of wall and processor milliseconds; number of queries and result of the last time."""

    wall: float
    processor: float
    queries: int
    result: Any


def timed(work: Callable[[], Any], repeat: int) -> Timing:
    from django.db import connection

    wall, processor, made, result = [], [], 0, None

    def note(execute: Any, *more: Any) -> Any:
        nonlocal made
        made += 1
        return execute(*more)

    for _ in range(repeat):
        made = 0
        with connection.execute_wrapper(note):
            begin, spent = time.perf_counter(), time.process_time()
            result = work()
            wall.append(time.perf_counter() - begin)
            processor.append(time.process_time() - spent)
    return Timing(1000 * statistics.median(wall), 1000 * statistics.median(processor), made, result)


def line(name: str, ours: Timing, theirs: tuple[str, Timing] | None = None) -> None:
    text = f"  {name:28}{ours.wall:8.1f} ms{ours.processor:8.1f} ms cpu{ours.queries:4} queries"
    if theirs:
        said, loop = theirs
        ratio = loop.processor / ours.processor
        text += f"{ratio:8.1f} times: {said}, {loop.wall:.0f} ms, {loop.processor:.0f} ms cpu, {loop.queries} queries"
    print(text, flush=True)


def same(what: str, ours: object, theirs: object) -> None:
    if ours != theirs:
        raise SystemExit(f"{what} differ from those of the baseline.")


def measure_people(ids: list[int], repeat: int) -> Timing:
    """Everybody and one person; gives the timing of the plain count of all, for the pages."""
    from fourleaf.governance.public import acknowledgement_facts, obligations, suspended_rights
    from fourleaf.governance.selectors.acknowledgements_coverage import cells, totals

    for of, some, people in (("all", ids, None), ("one", ids[7:8], ids[7:8])):
        ours = timed(partial(obligations, some), repeat)
        loop = timed(lambda people=people: Plain(people).obligations(), 1)  # type: ignore[misc]  # bound for each turn
        brief = {
            person: [(one.policy_id, one.version_id, one.due_on, one.language, one.acknowledged_on) for one in owed]
            for person, owed in ours.result.items()
        }
        same("The obligations", brief, loop.result)
        line(f"obligations of {of}", ours, ("plain loop", loop))
    ours, loop = timed(lambda: suspended_rights(ids), repeat), timed(lambda: Plain().suspended(), 1)
    same("The rights at rest", ours.result, loop.result)
    line("suspended rights of all", ours, ("plain loop", loop))
    loop = timed(lambda: Plain().coverage(), 1)
    same("The counts", totals(cells()), loop.result)
    line("coverage of all, as facts", timed(acknowledgement_facts, repeat), ("plain loop", loop))
    return loop


def measure(account: Any, repeat: int) -> None:
    from django.test import Client

    from fourleaf.governance.models import Policy
    from fourleaf.governance.services.acknowledging import evidence
    from fourleaf.kernel.models import Person
    from fourleaf.kernel.selectors import actor_for
    from fourleaf.training.public import belts_of

    client = Client(headers={"host": "localhost"})
    client.force_login(account, backend="fourleaf.kernel.authentication.AccountBackend")
    actor, ids = actor_for(account), list(Person.objects.values_list("pk", flat=True))

    def get(address: str) -> Callable[[], None]:
        def ask() -> None:
            answer = client.get(address)
            if answer.status_code != 200:
                raise SystemExit(f"{address} answers {answer.status_code}")

        ask()
        return ask

    count = measure_people(ids, repeat)
    for kind in ("P-SM", "G-VT"):
        address = f"/policies/{Policy.objects.get(kind=kind).pk}/coverage/"
        line(f"coverage page, {kind}", timed(get(address), repeat), ("plain loop, without a page", count))
    line("list page", timed(get("/policies/"), repeat), ("policy by policy, without a page", timed(plain_list, repeat)))
    ours = timed(lambda: "".join(evidence(actor=actor)), repeat)
    line("evidence of all", ours, ("row by row", timed(plain_evidence, 1)))
    line("belts of all", timed(lambda: belts_of(ids), repeat))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--repeat", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FOURLEAF_DATA_DIR"] = folder
        os.environ["FOURLEAF_DEBUG"] = "1"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fourleaf.config.settings")
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        from fourleaf.governance.models import Acknowledgement
        from fourleaf.kernel import clock

        call_command("migrate", verbosity=0)
        rng = random.Random(2026)
        # Noon: no region changes its day between the two ways.
        with clock.frozen(datetime.combine(clock.today(), datetime.min.time(), UTC) + timedelta(hours=12)):
            account, people, brands = organisation(asked.people, rng)
            policies(people, brands, rng)
            load = f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
            given = Acknowledgement.objects.count()
            print(f"{asked.people:,} people, {given:,} acknowledgements, {connection.vendor}; {load}")
            measure(account, asked.repeat)


if __name__ == "__main__":
    main()
