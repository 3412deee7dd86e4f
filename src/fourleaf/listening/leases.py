"""Taking turns: a named lease in the database, waited for, renewed, and given up.

1. Taking is compare-and-set: a lease that is free, has run out, or is held under the same name passes to the taker,
   and its token rises.
2. The holder renews it with every piece of work that it records; the token is its fence. Who finds another token has
   lost the lease and stops (`LeaseLostError`).
3. A killed holder's lease runs out by itself; the same work, when it is taken up again, gets it at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, Q

from fourleaf.kernel import clock
from fourleaf.kernel.errors import LeaseLostError
from fourleaf.kernel.jobs import Run
from fourleaf.listening.models import StoreLease

__all__ = ["Lease", "taken"]

_TERM = timedelta(seconds=120)
_PAUSE = 0.3


@dataclass(frozen=True)
class Lease:
    """A lease that is held."""

    name: str
    token: int

    def renew(self) -> None:
        """Hold it for another term; raises `LeaseLostError` when somebody else has it."""
        mine = StoreLease.objects.filter(name=self.name, token=self.token)
        if not mine.update(until=clock.now() + _TERM):
            raise LeaseLostError


def _take(name: str, holder: str) -> Lease | None:
    now = clock.now()
    free = Q(until=None) | Q(until__lt=now) | Q(holder=holder)
    row = StoreLease.objects.filter(name=name).first()
    if row is None:
        row, _ = StoreLease.objects.get_or_create(name=name)
    changed = StoreLease.objects.filter(free, name=name, token=row.token).update(
        token=F("token") + 1, holder=holder, until=now + _TERM
    )
    return Lease(name, row.token + 1) if changed else None


@contextmanager
def taken(name: str, holder: str, run: Run) -> Iterator[Lease]:
    """Hold the lease for the block; while somebody else has it, wait and say so in the job's progress."""
    while (lease := _take(name, holder)) is None:
        other = StoreLease.objects.filter(name=name).values_list("holder", flat=True).first()
        run.progress(0, note=f"Waiting until {other or 'another job'} has finished.")
        run.stop.wait(_PAUSE)
    try:
        yield lease
    finally:
        StoreLease.objects.filter(name=name, token=lease.token).update(until=None, holder="")
