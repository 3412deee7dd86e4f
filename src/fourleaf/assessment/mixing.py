"""Putting an answer among the others so that nothing about the row says when it came.

Databases remember more than columns: SQLite's rowid and the order on the disk grow with time, PostgreSQL notes the
transaction that wrote a row, the same for the answer and for the mark on the invitation. So every answer that comes in
is written together with others, all of them deleted and written again in random order, in one transaction; and the mark
on the invitation is written together with other invitations, which keep their value. Up to `CROWD` rows take part, so
the row that came last is one of so many that look alike. Only while a wave has few answers is the crowd small: the
very first one hides behind nobody until others follow.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Final, TypeVar

from django.db.models import Case, F, Value, When

from fourleaf.assessment.models import Invitation, Remark, Sheet, Wave

__all__ = ["CROWD", "mark_used", "put_among", "shuffle_all"]

#: How many rows are rewritten with each answer.
CROWD: Final = 500
_chance = secrets.SystemRandom()
R = TypeVar("R", Sheet, Remark)


def put_among(wave: Wave, rows: Sequence[R]) -> None:
    """Store rows of one kind and rewrite others with them. The caller holds the wave (see `services.answering`)."""
    if not rows:
        return
    model = type(rows[0])
    others = list(model._default_manager.filter(wave=wave).values_list("pk", flat=True))
    if len(others) > CROWD - len(rows):
        others = _chance.sample(others, max(0, CROWD - len(rows)))
    _rewrite(model, others, list(rows))


def shuffle_all(wave: Wave, model: type[R]) -> None:
    """Write all rows of the wave again in random order, once no more will come."""
    others = list(model._default_manager.filter(wave=wave).values_list("pk", flat=True))
    _rewrite(model, others, [])


def _rewrite(model: type[R], keys: Sequence[object], rows: list[R]) -> None:
    for start in range(0, len(keys), CROWD):
        part = keys[start : start + CROWD]
        rows.extend(model._default_manager.filter(pk__in=part))
        model._default_manager.filter(pk__in=part).delete()
    _chance.shuffle(rows)
    model._default_manager.bulk_create(rows, batch_size=CROWD)


def mark_used(invitation: Invitation) -> bool:
    """Note that an answer came, for whoever is first; False when it was noted before."""
    if not Invitation.objects.filter(pk=invitation.pk, used=False).exists():
        return False
    others = list(
        Invitation.objects.filter(wave_id=invitation.wave_id).exclude(pk=invitation.pk).values_list("pk", flat=True)
    )
    crowd = [invitation.pk, *_chance.sample(others, min(len(others), CROWD - 1))]
    # One statement writes all of them; the others keep what they had.
    Invitation.objects.filter(pk__in=crowd).update(
        used=Case(When(pk=invitation.pk, then=Value(value=True)), default=F("used"))
    )
    return True
