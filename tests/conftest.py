"""The fixed cast, signed-in clients, query budgets and the place of real data; every test folder may use them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from django.test import Client

    from fourleaf.kernel.actors import Actor
    from fourleaf.kernel.models import Account, Brand, Department, Person, Region

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "a quiet meadow in june"
NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)

# A busy machine is no failure: no test is timed.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


#: Files that take minutes. They go first, so that no worker is left alone with one of them at the end.
_LONG = ("e2e/test_screens.py", "e2e/test_stranger.py", "e2e/", "cli/test_up.py", "listening/test_killed_worker.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, the others in the (random) order in which they are."""

    def rank(item: pytest.Item) -> int:
        path = item.path.as_posix()
        return next((place for place, part in enumerate(_LONG) if f"/tests/{part}" in path), len(_LONG))

    items.sort(key=rank)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With ``--dist loadfile``: one process for all browser tests, so that the sample is seeded and served once."""
    from xdist.scheduler import LoadFileScheduling

    class _BrowserTogether(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "tests/e2e" if nodeid.startswith("tests/e2e/") else super()._split_scope(nodeid)

    return _BrowserTogether(config, log) if config.getoption("dist") == "loadfile" else None


@dataclass
class Member:
    """One of the cast."""

    person: Person
    account: Account
    actor: Actor


@dataclass
class Organisation:
    """Two regions, three departments, two brands."""

    north: Region
    south: Region
    marketing: Department
    service: Department
    legal: Department
    ember: Brand
    loom: Brand


@pytest.fixture
def organisation(db: None) -> Organisation:
    from fourleaf.kernel.models import Brand, Department, Region

    hours = [[["09:00", "17:00"]]] * 5 + [[], []]
    return Organisation(
        north=Region.objects.create(
            code="NO", name="North", time_zone="Europe/Berlin", working_hours=hours, analytics_mode="team_only"
        ),
        south=Region.objects.create(
            code="SO", name="South", time_zone="America/New_York", working_hours=hours, analytics_mode="individual"
        ),
        marketing=Department.objects.create(code="MKT", name="Marketing"),
        service=Department.objects.create(code="CSV", name="Customer Service"),
        legal=Department.objects.create(code="LEG", name="Legal"),
        ember=Brand.objects.create(code="EM", name="Ember", colour=0),
        loom=Brand.objects.create(code="LO", name="Loom", colour=1),
    )


@pytest.fixture
def hire(organisation: Organisation) -> Callable[..., Member]:
    """``hire("Ann Lee", role="analyst", department=..., region=...)`` makes a person with an account and a role."""
    from fourleaf.kernel.models import Account, Person, RoleGrant
    from fourleaf.kernel.selectors import actor_for

    def make(
        name: str,
        *,
        role: str | None = None,
        department: Department | None = None,
        region: Region | None = None,
        brand: Brand | None = None,
        **fields: Any,
    ) -> Member:
        email = name.lower().replace(" ", ".") + "@example.org"
        person = Person.objects.create(
            name=name,
            email=email,
            department=department or organisation.marketing,
            region=region or organisation.north,
            started_on=date(2020, 1, 1),
            created_at=NOON,
            changed_at=NOON,
            **fields,
        )
        account = Account.objects.create_user(email, PASSWORD, person=person)
        if role:
            RoleGrant.objects.create(person=person, role=role, brand=brand, granted_at=NOON, granted_by="the test")
        return Member(person, account, actor_for(account))

    return make


@pytest.fixture
def admin(hire: Callable[..., Member]) -> Member:
    return hire("Ada Admin", role="admin")


@pytest.fixture
def strategist(hire: Callable[..., Member]) -> Member:
    return hire("Stella Strategist", role="strategist")


@pytest.fixture
def analyst(hire: Callable[..., Member]) -> Member:
    return hire("Anton Analyst", role="analyst")


@pytest.fixture
def member(hire: Callable[..., Member]) -> Member:
    """Every employee: no role but the one that all have."""
    return hire("Mia Member")


@pytest.fixture
def other_unit(hire: Callable[..., Member], organisation: Organisation) -> Member:
    """Somebody from another department and region."""
    return hire("Otto Other", department=organisation.legal, region=organisation.south)


@pytest.fixture
def stranger() -> Client:
    """A client that nobody has signed in to."""
    from django.test import Client

    return Client()


@pytest.fixture
def client_for() -> Callable[[Member], Client]:
    """A client signed in as one of the cast."""
    from django.test import Client

    def make(who: Member) -> Client:
        client = Client()
        client.force_login(who.account, backend="fourleaf.kernel.authentication.AccountBackend")
        return client

    return make


@pytest.fixture
def query_budget() -> Callable[[int], Any]:
    """``with query_budget(8): ...`` fails when more queries are made, and lists them."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    @contextmanager
    def budget(limit: int) -> Iterator[None]:
        with CaptureQueriesContext(connection) as captured:
            yield
        made = [query["sql"][:300] for query in captured.captured_queries]
        assert len(made) <= limit, f"{len(made)} queries, {limit} allowed:\n" + "\n".join(made)

    return budget


@pytest.fixture
def lake_dir(tmp_path: Path, settings: Any) -> Path:
    """A mention store of the test's own."""
    settings.LAKE_DIR = tmp_path / "lake"
    return tmp_path / "lake"


@pytest.fixture
def real_data() -> Callable[[str], Path]:
    """``real_data("us_airline_sentiment/tweets.csv.gz")`` gives the path, or skips where the data is absent."""

    def find(name: str) -> Path:
        base = Path(os.environ.get("FOURLEAF_TEST_DATA") or ROOT.parent / "shared" / "data")
        path = base / name
        if not path.exists():
            pytest.skip(f"real data {name} is not here; set FOURLEAF_TEST_DATA to the folder that holds it")
        return path

    return find
