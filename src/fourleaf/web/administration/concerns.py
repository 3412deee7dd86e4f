"""What a job is about: the query, the file, the list. The contexts say it for their own kinds of work.

    concerns.register("listening.mentions_imported", "import_id", find_imports)

``find(actor, ids)`` gives what this actor may see, by id; one call serves a whole page of jobs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.models import Job
from fourleaf.web.kit.tables import Order, QuerySource

__all__ = ["Concern", "JobRows", "attach", "register"]

_CHUNK = 500
Find = Callable[[Actor, Sequence[Any]], Mapping[Any, "Concern"]]
_FINDERS: dict[str, tuple[str, Find]] = {}


@dataclass(frozen=True)
class Concern:
    """One thing that work is about."""

    label: str
    url: str


def register(kind: str, argument: str, find: Find) -> None:
    """Say how the thing is found that jobs of this kind name in their ``argument``."""
    if kind in _FINDERS:
        raise ValueError(f"It is said twice what jobs of the kind {kind} are about.")
    _FINDERS[kind] = (argument, find)


def attach(actor: Actor, jobs: Sequence[Job]) -> None:
    """Set ``concern`` of each job: what it is about, or None when that is unknown, gone or not for this actor."""
    wanted: dict[str, set[Any]] = {}
    for job in jobs:
        if (known := _FINDERS.get(job.kind)) is not None and known[0] in job.arguments:
            wanted.setdefault(job.kind, set()).add(job.arguments[known[0]])
    found = {kind: _FINDERS[kind][1](actor, sorted(ids)) for kind, ids in wanted.items()}
    for job in jobs:
        known = _FINDERS.get(job.kind)
        about = found.get(job.kind, {}).get(job.arguments.get(known[0])) if known is not None else None
        job.concern = about  # type: ignore[attr-defined]  # read by the list's column and the page


@dataclass(frozen=True)
class JobRows(QuerySource):
    """Jobs with what they are about, one question for each kind on a page."""

    actor: Actor | None = None

    def rows(self, order: Sequence[Order], start: int, stop: int) -> Sequence[Any]:
        return self._attached(super().rows(order, start, stop))

    def stream(self, order: Sequence[Order]) -> Iterator[Any]:
        left = super().stream(order)
        while rows := list(islice(left, _CHUNK)):
            yield from self._attached(rows)

    def _attached(self, rows: Sequence[Any]) -> Sequence[Any]:
        if self.actor is not None:
            attach(self.actor, rows)
        return rows
