"""What readers have to acknowledge, worked out once for all of them whom no scope tells apart (domain §4.2).

Readers come in columns: whole numbers, one for each reader. Days are ordinals as in `datetime.date.toordinal`; 0 is
"no such day".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fourleaf.engine.policies.force import Question, Standing, select

__all__ = ["NO_DAY", "Duty", "Flags", "Ints", "alike", "duties", "joint", "ordinals", "places"]

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
NO_DAY: Final = 0
_EPOCH: Final = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Duty:
    """A version that is to be acknowledged, and the first day on which its major version held for the reader."""

    standing: Standing
    since: date


def duties(standings: Iterable[Standing], asked: Collection[int], question: Question, on: date) -> list[Duty]:
    """What a reader has to acknowledge on a day. ``asked``: the versions that need it; the question is complete."""
    by_policy: dict[int, list[Standing]] = {}
    for one in standings:
        by_policy.setdefault(one.policy, []).append(one)
    found = []
    for known in by_policy.values():
        for chosen in select(known, question, on):
            if chosen.version in asked:
                begun = [
                    one.effective_on
                    for one in known
                    if one.version in asked
                    and one.number[0] == chosen.number[0]
                    and one.effective_on is not None
                    and one.effective_on <= on
                    and (not one.scope.regions or question.region in one.scope.regions)
                ]
                found.append(Duty(chosen, min(begun)))
    return found


def ordinals(days: Sequence[date | None], missing: int = NO_DAY) -> Ints:
    """Days as ordinals, ``missing`` where there is none."""
    since_epoch = pa.array(days, pa.date32()).cast(pa.int32()).cast(pa.int64())
    column: Ints = since_epoch.fill_null(missing - _EPOCH).to_numpy(zero_copy_only=False)
    return column + _EPOCH


def alike(columns: Sequence[Ints]) -> tuple[Ints, Ints]:
    """Rows that are the same in all columns: the number of each row's class, and one row of each class."""
    classes = np.zeros(len(columns[0]), np.int64)
    if not len(classes):
        return classes, classes
    for column in columns:
        low = int(column.min())
        span = int(column.max()) - low + 1
        if span > 1:
            _, classes = np.unique(classes * span + (column - low), return_inverse=True)
    _, rows = np.unique(classes, return_index=True)
    return classes, rows


def joint(flags: Flags) -> list[Ints]:
    """Columns for `alike` that hold the flags of each row (rows x flags), eight to a column."""
    return [column.astype(np.int64) for column in np.packbits(flags, axis=1).T]


def places(known: Ints, asked: Ints) -> tuple[Ints, Flags]:
    """Where each of ``asked`` stands in ``known`` (ascending), and whether it is there at all."""
    if not len(known):
        return np.zeros(len(asked), np.int64), np.zeros(len(asked), np.bool_)
    at = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    return at, known[at] == asked
