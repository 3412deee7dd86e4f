"""In regions that show teams only, no figure of a single person can be had: by page, export, API or command.

Somebody of such a region did exactly 283 things of each kind, among others' things. Everything that can be read is
read by those who may read most, files of lists too; that number must not be in it. What shows people at all must be
declared.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urljoin

import click
import pytest
from django.db import transaction
from django.http import HttpResponseNotFound
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from openpyxl import load_workbook

from fourleaf.web import errors
from fourleaf.web.governance.figures_declared import COMMANDS, GUARDED, NAMED, NOBODY, OPERATIONS, WHOLE

COUNT, ALL = 283, 331
#: The number by itself: no part of a word, an address, an id or a decimal, and no place or length in a picture.
FIGURE = re.compile(rf"(?<![\w#/=.-]){COUNT}(?![\w%]|[.,]\d)")
DRAWN = re.compile(r'\s(?:d|[xyr][12]?|c[xy]|width|height|points|viewBox|transform)="[^"]*"')
#: Links to files of a list or a report.
FILES = re.compile(r'href="([^"]*[?;&]export=(?:csv|xlsx)[^"]*)"')
#: Tabs that narrow a page by its address alone.
TABS = re.compile(r'class="tab" href="[^"?]*\?([^"]+)"')
#: Not walked: signing out and in, and pages of the login library, which know nothing but the account.
UNWALKED = ("account_", "mfa_", "socialaccount_", "openid_", "usersessions_", "me:end_sessions", "kit:", "needs")


def names(resolver: Any = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every named page with its namespace; the API and static files have none."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = pattern.namespace or space
            if not inner.startswith("api"):
                yield from names(pattern, inner)
        elif pattern.name and space not in ("admin", "djdt"):
            yield (f"{space}:{pattern.name}" if space else pattern.name), pattern


def named_pages() -> frozenset[str]:
    return frozenset(name for group in NAMED for name in group.split())


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield " ".join(path), command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        assert inner is not None
        yield from commands(inner, (*path, name))


def test_every_page_is_declared() -> None:
    """A new page says in `figures_declared` whether it shows people, and why that is no figure of their work."""
    declared = named_pages() | NOBODY | GUARDED.keys()
    there = {name for name, _ in names()}
    unknown = sorted(name for name in there - declared if not name.startswith(tuple(WHOLE)))
    assert unknown == []
    assert sorted(declared - there) == []
    assert named_pages() & NOBODY == frozenset()


def test_every_operation_and_command_is_declared() -> None:
    from fourleaf.api.application import api
    from fourleaf.cli import main

    paths = [path for path, methods in api.get_openapi_schema()["paths"].items() if "get" in methods]
    assert [path for path in paths if not path.startswith(tuple(OPERATIONS))] == []
    printing = {
        path for path, command in commands(main) if {"--json", "--format"} & {o for p in command.params for o in p.opts}
    }
    assert printing - COMMANDS.keys() == set()
    assert COMMANDS.keys() - printing == set()


def practical_work(who: Any, theirs: Callable[[int], Any], other: Any) -> None:
    """Work that the marked person handed in, and work of others that they decided; and a belt, as others have."""
    from fourleaf.kernel import clock
    from fourleaf.training.models import BeltAward, Defect, PracticalWork

    now, today = clock.now(), clock.today()
    works = []
    for n in range(ALL):
        mine = {"kind": "draft", "state": "accepted", "title": "Draft", "belt": "yellow", "worst": "minor"}
        times = {"handed_in_at": now, "decided_at": now}
        works.append(PracticalWork(person=theirs(n) or other, decided_by="Others", **mine, **times))
        decider = theirs(n)
        works.append(
            PracticalWork(person=other, decided_by=decider.name if decider else "Others",
                          decided_by_person_id=(decider or other).pk, **mine, **times)
        )  # fmt: skip
    PracticalWork.objects.bulk_create(works)
    Defect.objects.bulk_create(
        Defect(person=theirs(n) or other, severity="minor", right="reply", happened_on=today, note="?", noted_at=now,
               noted_by="Others")
        for n in range(ALL)
    )  # fmt: skip
    BeltAward.objects.create(
        person=who, belt="green", valid_from=today, valid_until=today.replace(year=today.year + 1), source="hand",
        granted_at=now, granted_by="Others",
    )  # fmt: skip


def reviewed_items(who: Any, theirs: Callable[[int], Any], organisation: Any) -> None:
    """Items that the marked person wrote, and items of others that they decided, in a region that shows teams only."""
    from fourleaf.kernel import clock
    from fourleaf.kernel.models import Person
    from fourleaf.review.models import Decision, ReviewItem

    now = clock.now()
    other = Person.objects.get(name="Ole Others")
    common = {
        "kind": "draft", "content_class": "post", "region": organisation.north, "brand": organisation.ember,
        "tier": "R1", "level": "Q0", "submission": 1, "created_at": now, "submitted_at": now, "decided_at": now,
        "state": "approved", "content_hash": "x",
    }  # fmt: skip
    written = [ReviewItem(subject_id=f"w{n}", title="Item", author=theirs(n) or other, **common) for n in range(ALL)]
    judged = [ReviewItem(subject_id=f"j{n}", title="Item", author=other, **common) for n in range(ALL)]
    ReviewItem.objects.bulk_create([*written, *judged])
    items = ReviewItem.objects.filter(subject_id__startswith="j").order_by("pk")
    Decision.objects.bulk_create(
        Decision(item=item, person=theirs(n) or other, name=(theirs(n) or other).name, verdict="approved",
                 content_hash="x", submission=1, at=now)
        for n, item in enumerate(items)
    )  # fmt: skip


@pytest.fixture
def marked(hire: Any, organisation: Any) -> Any:
    """Somebody whose region shows teams only, with 283 of everything."""
    from fourleaf.governance.models import CentreService, Gap, ServiceRequest
    from fourleaf.kernel import audit, clock
    from fourleaf.kernel.actors import system_actor
    from fourleaf.kernel.models import AuditHead, Person

    assert organisation.north.analytics_mode == "team_only"
    hired = hire("Xaver Ungewohnt", region=organisation.north)
    who: Person = hired.person
    now, today = clock.now(), clock.today()
    service = CentreService.objects.create(name="Coaching")

    def theirs(number: int) -> Person | None:
        return who if number < COUNT else None

    Gap.objects.bulk_create(
        Gap(situation="?", found_by=theirs(n), owner=theirs(n), found_by_name=(theirs(n) or "Others"), found_on=today,
            created_at=now)
        for n in range(ALL)
    )  # fmt: skip
    ServiceRequest.objects.bulk_create(
        ServiceRequest(service=service, subject="?", asked_by=theirs(n), owner=theirs(n), state="done",
                       asked_by_name="Others", asked_at=now, answered_at=now, due_on=today)
        for n in range(ALL)
    )  # fmt: skip
    practical_work(who, theirs, hire("Ole Others", region=organisation.south).person)
    reviewed_items(who, theirs, organisation)
    # The trail begins at a number beyond the one that is looked for.
    AuditHead.objects.update_or_create(pk=1, defaults={"sequence": 50_400})
    with transaction.atomic():
        for actor, number in ((hired.actor, COUNT), (system_actor("others"), ALL - COUNT)):
            audit.record_many(actor, [audit.Entry("kernel.person.changed", "kernel.person", "9", "?")] * number)
    return who


def text_of(response: Any) -> str:
    """What somebody would read: a page, JSON, CSV, or the cells of a workbook; "" for pictures and the like."""
    content = b"".join(response) if response.streaming else response.content
    kind = response.headers.get("Content-Type", "")
    if "spreadsheetml" in kind:
        rows = (row for sheet in load_workbook(BytesIO(content), read_only=True) for row in sheet.values)
        return "\n".join("\t".join(str(cell) for cell in row) for row in rows)
    if not kind.startswith(("text/", "application/json")):
        return ""
    text = content.decode("utf-8", "replace")
    return DRAWN.sub("", text) if kind.startswith("text/html") else text


def parsed(query: str) -> dict[str, str]:
    return dict(parse_qsl(html.unescape(query)))


def addresses(who: Any) -> Iterator[tuple[str, str]]:
    """(name, address) of every page that can be asked for, with the marked person where a person is meant."""
    for name, pattern in names():
        if name.startswith(UNWALKED):
            continue
        given = {
            key: who.pk if key == "person_id" else 1 if type(kind).__name__ == "IntConverter" else "departments"
            for key, kind in pattern.pattern.converters.items()
        }
        try:
            yield name, reverse(name, kwargs=given)
        except NoReverseMatch:
            continue


@pytest.mark.django_db
def test_no_page_export_operation_or_command_counts_a_single_person(
    marked: Any,
    admin: Any,
    strategist: Any,
    other_unit: Any,
    client_for: Callable[[Any], Any],
    lake_dir: Any,
    monkeypatch: Any,
) -> None:
    """One test, since writing what is looked for takes longer than looking."""
    # Addresses of objects that are not there are passed over; their page, the same each time, need not be drawn.
    monkeypatch.setattr(errors, "not_found", lambda request, exception=None: HttpResponseNotFound())
    client = client_for(admin)
    pages_count_nobody(marked, client)
    operations_count_nobody(marked, (admin, strategist))
    times_name_only_those_allowed(marked, client, other_unit)


def pages_count_nobody(marked: Any, client: Any) -> None:
    found, shown, seen, books = [], [], 0, 0
    for name, address in addresses(marked):
        response = client.get(address)
        if response.status_code != 200:
            continue
        seen += 1
        text = text_of(response)
        if FIGURE.search(text):
            found.append(address)
        if marked.name in text and name in NOBODY:
            shown.append(name)
        # Lists are narrowed to the person, and taken away as files, as are reports.
        files = {urljoin(address, html.unescape(link)) for link in FILES.findall(text)}
        if 'type="search" name="q"' in text and 'class="filters"' in text:
            files |= {f"{address}?export=csv", f"{address}?export=xlsx"}
            narrowed = [{"q": "Xaver"}, *({**parsed(tab), "q": "Xaver"} for tab in TABS.findall(text))]
            found += [f"{address}?{query}" for query in narrowed if FIGURE.search(text_of(client.get(address, query)))]
        for file in sorted(files):
            answer = client.get(file)
            books += "spreadsheetml" in answer.headers["Content-Type"]
            if FIGURE.search(text_of(answer)):
                found.append(file)
    assert found == []
    assert shown == []
    assert seen > 60  # of those that need no object of their own
    assert books > 15


def operations_count_nobody(marked: Any, cast: tuple[Any, Any]) -> None:
    from click.testing import CliRunner
    from django.test import Client

    from fourleaf.api.application import api
    from fourleaf.cli import main
    from fourleaf.kernel.services.tokens import available_scopes, make_token

    found, seen = [], 0
    paths = [path for path, methods in api.get_openapi_schema()["paths"].items() if "get" in methods]
    for who in cast:
        scopes = [code for code, _ in available_scopes(who.actor)]
        key = make_token(actor=who.actor, name="walk", scopes=scopes).key
        client = Client(headers={"authorization": f"Bearer {key}"})
        for path in paths:
            answer = client.get(path.replace("{person_id}", str(marked.pk)), {"limit": 100} if "{" not in path else {})
            seen += answer.status_code == 200
            if FIGURE.search(text_of(answer)):
                found.append(path)
    assert found == []
    assert seen > 20
    for words in (["audit", "verify", "--json"],):
        assert not FIGURE.search(CliRunner().invoke(main, words).output)


def times_name_only_those_allowed(marked: Any, client: Any, other_unit: Any) -> None:
    """Who answered, beside when it was asked and answered, would say how quickly somebody works."""
    from fourleaf.governance.models import ServiceRequest

    ServiceRequest.objects.filter(owner__isnull=True).update(owner=other_unit.person)
    file = text_of(client.get(reverse("governance:requests"), {"export": "csv"}))
    assert marked.name not in file
    assert "The centre" in file
    assert other_unit.person.name in file


@pytest.mark.django_db
def test_the_walk_finds_a_figure_where_there_is_one() -> None:
    """A count by person, as a page or a file would write it, is caught; ids and other numbers are not."""
    from fourleaf.web.kit import numbers
    from fourleaf.web.kit.export import csv_response, xlsx_response

    assert FIGURE.search(f"Xaver Ungewohnt: {numbers.number(COUNT)} gaps")
    assert FIGURE.search(f'{{"count": {COUNT}}}')
    by_person = [["Xaver Ungewohnt", COUNT], ["Others", ALL - COUNT]]
    for make in (csv_response, xlsx_response):
        for rows, told in ((by_person, True), (by_person[1:] * COUNT, False)):
            with closing(make("Gaps", ["Name", "Gaps"], rows, UTC)) as file:
                assert bool(FIGURE.search(text_of(file))) == told
    assert not FIGURE.search(f'<a href="/gaps/{COUNT}/">')
    assert not FIGURE.search(f"1{COUNT} mentions, {COUNT}.5 points, {COUNT},400 posts, a{COUNT}f")
    assert not FIGURE.search(DRAWN.sub("", f'<path d="M{COUNT} 4"/><rect x="{COUNT}" width="{COUNT}"/>'))
