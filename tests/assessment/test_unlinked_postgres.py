"""PostgreSQL notes which transaction wrote a row. That must not join answers to invitations either."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.db import connection

from fourleaf.assessment import mixing
from fourleaf.assessment.models import Invitation, Sheet
from fourleaf.assessment.services.answering import follow, hand_in

COUNT = 40

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL only; set DATABASE_URL"),
]


def rows(table: str, columns: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT xmin::text, {columns} FROM "{table}" ORDER BY ctid')
        return cursor.fetchall()


def test_no_transaction_wrote_one_answer_and_one_invitation_alone(running: Any) -> None:
    wave = running(COUNT)
    for number in range(COUNT):
        hand_in(follow(wave.tokens[number]), {"C1": number % 5 + 1, "C2": number // 5 % 5 + 1, "C3": number // 25 + 1})
    sheets = Counter(row[0] for row in rows(Sheet._meta.db_table, "id"))
    marks = Counter(row[0] for row in rows(Invitation._meta.db_table, "id"))
    # Every row of either table was last written by the same transaction, with all others.
    assert list(sheets.values()) == [COUNT]
    assert list(marks.values()) == [COUNT + 1]


def test_with_a_small_crowd_each_transaction_leaves_a_mixture(running: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(mixing, "CROWD", 10)
    wave = running(COUNT)
    for number in range(COUNT):
        hand_in(follow(wave.tokens[number]), {"C1": number % 5 + 1, "C2": number // 5 % 5 + 1, "C3": number // 25 + 1})
    found = rows(Sheet._meta.db_table, "answers")
    import json

    def number_of(answers: Any) -> int:
        values = json.loads(answers) if isinstance(answers, str) else answers
        return int(values["C1"] - 1 + 5 * (values["C2"] - 1) + 25 * (values["C3"] - 1))

    written: dict[str, set[int]] = {}
    for transaction, answers in found:
        written.setdefault(transaction, set()).add(number_of(answers))
    order = sorted(written, key=int)
    # If the last row of each transaction were its own answer, the numbers would follow the transactions.
    alone = [(order.index(transaction), numbers) for transaction, numbers in written.items() if len(numbers) == 1]
    hits = sum(place + COUNT - len(order) in numbers for place, numbers in alone)
    assert hits <= 8
