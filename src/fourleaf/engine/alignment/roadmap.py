"""The roadmap as a graph: what is ready, when things can finish, what is critical, how far outside is ahead of inside.

Pure scheduling over `RoadmapItem`s joined with the template (domain §9.1). Weeks count from the start of the roadmap.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Final, Literal

from fourleaf.engine.alignment.plan import RoadmapItem
from fourleaf.engine.alignment.roadmap_template import TEMPLATE

__all__ = ["ItemState", "Lag", "Roadmap", "RoadmapCycleError", "Step", "dependency_cycle", "joined"]

ItemState = Literal["planned", "ready", "in_progress", "done", "dropped"]
_WEEK: Final = timedelta(weeks=1)
_LAST_PHASE: Final = 4


class RoadmapCycleError(ValueError):
    """Dependencies go round in a circle; `.cycle` names it, first id repeated at the end."""

    def __init__(self, cycle: Sequence[str]) -> None:
        self.cycle = tuple(cycle)
        super().__init__(f"The roadmap goes round in a circle: {' needs '.join(self.cycle)}.")


@dataclass(frozen=True, slots=True)
class Step:
    """A roadmap item joined with its template activity; `item` is None for a template activity not in the plan."""

    id: str
    title: str
    side: Literal["internal", "external", "both"]
    phase: int
    weeks: float
    hard: tuple[str, ...]
    soft: tuple[str, ...]
    state: Literal["planned", "in_progress", "done", "dropped"]
    item: RoadmapItem | None

    @property
    def finished(self) -> bool:
        """Whether nothing need wait for it: done, or dropped with a reason."""
        return self.state == "done" or (self.state == "dropped" and self.item is not None and bool(self.item.reason))


@dataclass(frozen=True, slots=True)
class Lag:
    """How far an external item in progress is ahead of the inside.

    phases: phase of the item minus phase of `behind`, its earliest unfinished internal hard ancestor; 0 and None when
    there is none.
    """

    id: str
    phases: int
    behind: str | None


def joined(items: Iterable[RoadmapItem], *, whole_template: bool = True) -> dict[str, Step]:
    """id -> step. What an item leaves out comes from the template; own items without a phase count as phase 0.

    whole_template: add the template activities that the plan does not list, as planned.
    """
    steps: dict[str, Step] = {}
    listed = {item.id: item for item in items}
    for key in [*(name for name in TEMPLATE if whole_template and name not in listed), *listed]:
        item, template = listed.get(key), TEMPLATE.get(key)
        own = item or RoadmapItem(id=key)
        weeks = own.weeks if own.weeks is not None else (template.weeks if template else None)
        steps[key] = Step(
            id=key,
            title=own.title or (template.title if template else key),
            side=own.side or (template.side if template else "both"),
            phase=own.phase if own.phase is not None else (template.phase if template else 0),
            weeks=weeks or 0.0,
            hard=own.hard if own.hard is not None else (template.hard if template else ()),
            soft=own.soft if own.soft is not None else (template.soft if template else ()),
            state=own.state,
            item=item,
        )
    order = {key: place for place, key in enumerate(TEMPLATE)}
    return dict(sorted(steps.items(), key=lambda pair: order.get(pair[0], len(order))))


def dependency_cycle(needs: Mapping[str, Iterable[str]]) -> tuple[str, ...] | None:
    """A cycle in id -> ids it needs, as (a, b, …, a) with a needing b; None when there is none."""
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        # The sorter names the cycle from the needed to the needing.
        found = list(reversed(error.args[1]))[:-1]
        first = found.index(min(found))
        return (*found[first:], *found[:first], found[first])
    return None


class Roadmap:
    """The graph of all steps. Raises RoadmapCycleError when the hard dependencies have a cycle.

    Dependencies on ids that do not exist are left out; loading names them.
    """

    def __init__(self, items: Iterable[RoadmapItem], *, whole_template: bool = True) -> None:
        self.steps: Final = joined(items, whole_template=whole_template)
        cycle = dependency_cycle(self._needs)
        if cycle:
            raise RoadmapCycleError(cycle)

    @cached_property
    def _needs(self) -> dict[str, tuple[str, ...]]:
        return {key: tuple(name for name in step.hard if name in self.steps) for key, step in self.steps.items()}

    @cached_property
    def _order(self) -> tuple[str, ...]:
        """Everything after what it needs."""
        return tuple(TopologicalSorter(self._needs).static_order())

    # --- states ---------------------------------------------------------------------------------------------

    def unmet_hard(self, key: str) -> tuple[str, ...]:
        """Hard dependencies of the item that are not done (nor dropped with a reason)."""
        return tuple(name for name in self._needs[key] if not self.steps[name].finished)

    def unmet_soft(self, key: str) -> tuple[str, ...]:
        """Soft dependencies that are not done (nor dropped with a reason)."""
        known = (name for name in self.steps[key].soft if name in self.steps)
        return tuple(name for name in known if not self.steps[name].finished)

    def state(self, key: str) -> ItemState:
        """The state; `ready` is planned with all hard dependencies done."""
        state = self.steps[key].state
        return "ready" if state == "planned" and not self.unmet_hard(key) else state

    @property
    def ready(self) -> tuple[str, ...]:
        """Items that may start now, whatever their phase (the parallel path)."""
        return tuple(key for key in self.steps if self.state(key) == "ready")

    @property
    def started_too_early(self) -> tuple[str, ...]:
        """Items in progress with an unmet hard dependency."""
        return tuple(key for key, step in self.steps.items() if step.state == "in_progress" and self.unmet_hard(key))

    # --- phases ---------------------------------------------------------------------------------------------

    def phase_complete(self, phase: int) -> bool:
        """Whether all items of the phase are finished. The other exit criteria are looked at by who knows them."""
        return all(step.finished for step in self.steps.values() if step.phase == phase)

    @cached_property
    def active_phase(self) -> int:
        """The first phase with an unfinished item (0 to 4); phase n + 1 is active once n is complete."""
        return next((phase for phase in range(_LAST_PHASE) if not self.phase_complete(phase)), _LAST_PHASE)

    # --- time -----------------------------------------------------------------------------------------------

    @cached_property
    def earliest(self) -> dict[str, tuple[float, float]]:
        """id -> (earliest start, earliest finish) in weeks from the very beginning, as if nothing were done yet."""
        times: dict[str, tuple[float, float]] = {}
        for key in self._order:
            start = max((times[name][1] for name in self._needs[key]), default=0.0)
            times[key] = (start, start + self.steps[key].weeks)
        return times

    def phase_finish(self, phase: int) -> float:
        """Earliest week at which all items of the phase can be done."""
        return max((self.earliest[key][1] for key, step in self.steps.items() if step.phase == phase), default=0.0)

    def forecast(self, as_of: date) -> dict[str, tuple[date, date]]:
        """id -> (earliest start, earliest finish) from today on.

        Finished items keep their dates (today where none is recorded). Items in progress run for the rest of their
        duration from their start, and end today at the earliest. Planned items start when all hard dependencies are
        done, at their planned start at the earliest, and never in the past.
        """
        times: dict[str, tuple[date, date]] = {}
        for key in self._order:
            step, item = self.steps[key], self.steps[key].item
            begun = item.started_on if item else None
            if step.finished:
                end = (item.done_on if item else None) or as_of
                times[key] = (begun or end, end)
                continue
            freed = max((times[name][1] for name in self._needs[key] if not self.steps[name].finished), default=as_of)
            if step.state == "in_progress":
                start = begun or as_of
            else:
                start = max(freed, as_of, (item.planned_start if item else None) or as_of)
            times[key] = (start, max(start + _WEEK * step.weeks, as_of, freed))
        return times

    # --- inside and outside ---------------------------------------------------------------------------------

    @cached_property
    def _ancestors(self) -> dict[str, frozenset[str]]:
        above: dict[str, frozenset[str]] = {}
        for key in self._order:
            above[key] = frozenset(self._needs[key]).union(*(above[name] for name in self._needs[key]))
        return above

    def ancestors(self, key: str) -> frozenset[str]:
        """Everything the item needs, directly or through others."""
        return self._ancestors[key]

    @cached_property
    def _place(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.steps)}

    def lag(self, key: str) -> Lag:
        """Phases by which an item is ahead of its earliest unfinished internal hard ancestor."""
        open_inside = [
            name
            for name in self._ancestors[key]
            if self.steps[name].side == "internal" and not self.steps[name].finished
        ]
        if not open_inside:
            return Lag(key, 0, None)
        behind = min(open_inside, key=lambda name: (self.steps[name].phase, self._place[name]))
        return Lag(key, max(0, self.steps[key].phase - self.steps[behind].phase), behind)

    @cached_property
    def lags(self) -> dict[str, Lag]:
        """id -> lag of every external item in progress."""
        return {
            key: self.lag(key)
            for key, step in self.steps.items()
            if step.side == "external" and step.state == "in_progress"
        }

    @property
    def alignment_lag(self) -> int:
        """The largest lag; 0 when no external item is ahead. Warn from 1, error from 2."""
        return max((lag.phases for lag in self.lags.values()), default=0)
