"""Somebody with the whole database cannot say who gave which answer."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from fourleaf.assessment import mixing
from fourleaf.assessment.cells import Cell, coarse_cells
from fourleaf.assessment.models import Draft, Invitation, Remark, Sheet
from fourleaf.assessment.services.answering import follow, hand_in, load_draft, save_draft
from fourleaf.assessment.tokens import digest_of, draft_id, new_token, open_draft, seal_draft

COUNT = 40
#: Of 40 shuffled pairs one fits by chance on average; nine or more do so once in about a million times.
CHANCE = 8


def dump() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, in the order in which the database gives them, with SQLite's own row number."""
    tables = {}
    extra = "rowid AS hidden_row, " if connection.vendor == "sqlite" else "ctid::text AS hidden_row, "
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT {extra}* FROM "{table}"')
            names = [column[0] for column in cursor.description]
            tables[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return tables


def code_of(number: int) -> dict[str, int]:
    """Answers that tell the test, and nobody else, which person gave them: the number in base 5, in four statements."""
    return {f"C{digit + 1}": number // 5**digit % 5 + 1 for digit in range(3)} | {"L1": 3}


def number_of(sheet: Any) -> int:
    import json

    answers = json.loads(sheet) if isinstance(sheet, str) else sheet
    return sum((answers[f"C{digit + 1}"] - 1) * 5**digit for digit in range(3))


@pytest.fixture
def answered(running: Any) -> Any:
    """Forty people answer, one after the other, in an order of their own; gives the wave and that order."""
    wave = running(COUNT)
    order = list(range(COUNT))
    random.Random(3).shuffle(order)
    for number in order:
        followed = follow(wave.tokens[number])
        save_draft(followed, {"answers": code_of(number), "seen": ["culture"]})
        hand_in(followed, code_of(number), f"remark of {number}")
    return wave, order


@pytest.mark.django_db
class TestWholeDatabase:
    def test_no_value_of_a_sheet_stands_in_any_other_table_but_units_and_the_wave(self, answered: Any) -> None:
        tables = dump()
        sheets = tables[Sheet._meta.db_table]
        assert len(sheets) == COUNT
        ids = {str(row["id"]) for row in sheets} | {str(row["id"]) for row in tables[Remark._meta.db_table]}
        assert len(ids) == 2 * COUNT
        elsewhere = {
            str(value)
            for table, rows in tables.items()
            if table not in (Sheet._meta.db_table, Remark._meta.db_table)
            for row in rows
            for value in row.values()
        }
        assert not ids & elsewhere
        assert not any(one in text for one in ids for text in elsewhere if len(text) > 30)
        assert set(sheets[0]) == {
            "hidden_row", "id", "wave_id", "department_id", "region_id", "leads", "late", "answers",
        }  # fmt: skip

    def test_nothing_of_an_answer_or_a_person_is_in_the_other_table(self, answered: Any) -> None:
        tables = dump()
        remarks = tables[Remark._meta.db_table]
        assert set(remarks[0]) == {"hidden_row", "id", "wave_id", "department_id", "text"}
        invitations = tables[Invitation._meta.db_table]
        # Days of sending and being reminded, no time, no day of answering.
        times = [name for name in invitations[0] if name.endswith(("_at", "_on"))]
        assert sorted(times) == ["reminded_on", "sent_on"]
        assert all(row["used"] for row in invitations if row["id"] in {one.pk for one in answered[0].invitations})

    def test_no_order_of_sheets_follows_an_order_of_people(self, answered: Any) -> None:
        """By place, by hidden row and by id, in the order of asking and of answering, forwards and backwards."""
        _, order = answered
        rows = dump()[Sheet._meta.db_table]
        by_hidden_row = sorted(rows, key=lambda row: str(row["hidden_row"]).zfill(40))
        by_id = sorted(rows, key=lambda row: str(row["id"]))
        for name, ordered in (("place", rows), ("hidden row", by_hidden_row), ("id", by_id)):
            found = [number_of(row["answers"]) for row in ordered]
            for expected in (list(range(COUNT)), order):
                assert sorted(found) == sorted(expected)
                for people in (expected, expected[::-1]):
                    hits = sum(one == other for one, other in zip(found, people, strict=True))
                    assert hits <= CHANCE, name
        # Nor are those who answered one after the other neighbours in the table.
        found = [number_of(row["answers"]) for row in by_hidden_row]
        followers = set(itertools.pairwise(order))
        assert sum(pair in followers for pair in itertools.pairwise(found)) <= CHANCE

    def test_the_sheet_does_not_lie_where_its_remark_lies(self, answered: Any) -> None:
        tables = dump()
        sheets = [number_of(row["answers"]) for row in tables[Sheet._meta.db_table]]
        remarks = [int(row["text"].rsplit(" ", 1)[1]) for row in tables[Remark._meta.db_table]]
        assert sorted(sheets) == sorted(remarks)
        assert sum(one == other for one, other in zip(sheets, remarks, strict=True)) <= CHANCE

    def test_the_last_one_who_answered_cannot_be_told_by_the_last_row(self, running: Any) -> None:
        """The newest row number belongs to the newest answer no more often than to any other."""
        wave = running(COUNT)
        newest = Counter[bool]()
        for number in range(COUNT):
            hand_in(follow(wave.tokens[number]), code_of(number))
            last = max(dump_of_sheets(), key=lambda row: row["hidden_row"])
            newest[number_of(last["answers"]) == number] += 1
        # The expected number of hits is 1 + 1/2 + ... + 1/40 = 4.3; the first answer always is one.
        assert newest[True] <= 14

    def test_no_trail_no_job_no_session_and_no_account_of_answering(self, running: Any, answered: Any) -> None:
        from fourleaf.kernel.models import AuditEvent, Job

        codes = set(AuditEvent.objects.values_list("code", flat=True))
        assert codes <= {"assessment.wave.added", "assessment.wave.opened"}
        assert not Job.objects.exists()
        sessions = dump().get("django_session", [])
        assert sessions == []

    def test_drafts_are_gone_with_the_answer_and_closed_to_the_server_before(self, running: Any) -> None:
        wave = running(6)
        followed = follow(wave.tokens[0])
        save_draft(followed, {"answers": {"C1": 5}, "remark": "between us", "seen": ["culture"]})
        row = Draft.objects.get()
        assert b"between us" not in bytes(row.sealed)
        digests = {token.digest for one in wave.invitations for token in one.tokens.all()}
        assert row.pk not in digests
        assert open_draft(new_token(), bytes(row.sealed)) == {}
        assert load_draft(followed)["answers"] == {"C1": 5}
        hand_in(followed, {"C1": 5})
        assert not Draft.objects.exists()

    def test_what_was_asked_of_whom_is_forgotten_when_the_wave_closes(self, answered: Any, strategist: Any) -> None:
        from fourleaf.assessment.services.waves import close_wave

        wave, _ = answered
        close_wave(actor=strategist.actor, wave_id=wave.wave.pk)
        assert not Invitation.objects.filter(used=True).exists()
        assert Sheet.objects.count() == COUNT

    def test_every_kept_cell_is_shared_by_at_least_five_people(self, answered: Any) -> None:
        asked = Counter(
            Invitation.objects.values_list("cell_department_id", "cell_region_id", "cell_leads")
        )  # fmt: skip
        for row in Sheet.objects.values_list("department_id", "region_id", "leads"):
            assert asked[row] >= 5


def dump_of_sheets() -> list[dict[str, Any]]:
    return dump()[Sheet._meta.db_table]


@pytest.mark.django_db
def test_a_crowd_smaller_than_the_wave_still_mixes(running: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(mixing, "CROWD", 10)
    wave = running(COUNT)
    for number in range(COUNT):
        hand_in(follow(wave.tokens[number]), code_of(number))
    assert sorted(number_of(row["answers"]) for row in dump_of_sheets()) == list(range(COUNT))
    assert Invitation.objects.filter(used=True).count() == COUNT


@given(
    st.lists(
        st.builds(Cell, st.sampled_from([1, 2, 3, None]), st.sampled_from([1, 2, 3, None]), st.booleans()), max_size=60
    ),
    st.integers(2, 8),
)
def test_kept_cells_have_at_least_k_people_and_never_invent(people: list[Cell], k: int) -> None:
    kept = coarse_cells(people, k)
    assert len(kept) == len(people)
    if len(people) >= k:
        assert all(size >= k for size in Counter(kept).values())
    for one, was in zip(kept, people, strict=True):
        assert one.department in (None, was.department)
        assert one.region in (None, was.region)
        assert one.leads in (None, was.leads)


def test_a_small_region_takes_the_next_smallest_with_it() -> None:
    people = [Cell(1, 1, False)] * 20 + [Cell(1, 2, False)] * 3 + [Cell(1, 3, False)] * 7
    sizes = Counter(coarse_cells(people, 5))
    assert sizes == {Cell(1, 1, None): 20, Cell(1, None, None): 10}


def test_a_token_opens_its_own_draft_only() -> None:
    token, other = new_token(), new_token()
    sealed = seal_draft(token, {"answers": {"C1": 2}})
    assert open_draft(token, sealed) == {"answers": {"C1": 2}}
    assert open_draft(other, sealed) == {}
    assert len({digest_of(token), draft_id(token), digest_of(other), draft_id(other)}) == 4
    # An empty draft and a long one take the same room.
    assert len(sealed) == len(seal_draft(token, {"answers": {f"C{n}": 3 for n in range(30)}}))
