"""What the roadmap's picture, list and table tell about each item: dates, slack, what it waits for, how far ahead.

Pure: a snapshot of the plan and a baseline in, facts out. The pages and exports show nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from fourleaf.engine.alignment.plan import Experiment, Programme
from fourleaf.engine.alignment.roadmap import ItemState, Roadmap
from fourleaf.engine.alignment.roadmap_dates import Days, critical, days_of, first_known, slack_weeks
from fourleaf.engine.alignment.roadmap_template import PHASES, TEMPLATE
from fourleaf.engine.alignment.snapshot import Snapshot

__all__ = ["STATE_WORDS", "Facts", "ItemFacts", "Launch", "PhaseSpan", "facts_of"]

Side = Literal["internal", "external", "both"]
Span = tuple[date, date]

STATE_WORDS: Final[Mapping[str, str]] = {
    "planned": "Planned",
    "ready": "Ready to start",
    "in_progress": "In progress",
    "done": "Done",
    "dropped": "Dropped",
}


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """One item. ``start`` and ``end`` are planned or actual days, worked out where nobody gave them (``guessed``).

    finish: earliest day on which it can be done, from today on; slack: weeks it can slip before the whole ends later
    (None once it is finished); critical: that slack is 0; lag: phases by which it runs ahead of ``behind``; shift: days
    that the end moved since the baseline; followers: items that need it.
    """

    id: str
    title: str
    side: Side
    phase: int
    state: ItemState
    start: date
    end: date
    guessed: bool
    finish: date
    earliest: date
    weeks: float
    slack: float | None
    critical: bool
    hard: tuple[str, ...]
    soft: tuple[str, ...]
    unmet_hard: tuple[str, ...]
    unmet_soft: tuple[str, ...]
    followers: tuple[str, ...]
    lag: int
    behind: str
    owner: str
    brand: str
    region: str
    wanted: str
    evidence: tuple[str, ...]
    reason: str
    baseline: Span | None
    own: bool
    stored: bool
    late_days: int
    planned_start: date | None

    @property
    def shift(self) -> int | None:
        """Days by which the end moved against the baseline; None without one."""
        return None if self.baseline is None else (self.end - self.baseline[1]).days

    @property
    def finished(self) -> bool:
        """Nothing waits for it any longer."""
        return self.state in ("done", "dropped")

    @property
    def state_word(self) -> str:
        """The state in words."""
        return STATE_WORDS[self.state]

    @property
    def side_word(self) -> str:
        """Where the work is done, in words."""
        return {"external": "Outside", "internal": "Inside", "both": "Both sides"}[self.side]

    @property
    def ahead(self) -> str:
        """``runs 2 phases ahead of 2.I4``; empty when it does not."""
        return f"runs {self.lag} phase{'' if self.lag == 1 else 's'} ahead of {self.behind}" if self.lag else ""


@dataclass(frozen=True, slots=True)
class PhaseSpan:
    """The days in which a phase is the active one, as planned: from the end of the one before to its own last end."""

    number: int
    name: str
    start: date
    end: date
    complete: bool


@dataclass(frozen=True, slots=True)
class Launch:
    """A programme's first day, or an experiment's last."""

    id: str
    title: str
    on: date
    kind: Literal["external", "internal", "experiment"]
    state: str
    address: str


@dataclass(frozen=True, slots=True)
class Facts:
    """The whole roadmap on one day."""

    as_of: date
    starts: date
    ends: date
    items: tuple[ItemFacts, ...]
    phases: tuple[PhaseSpan, ...]
    launches: tuple[Launch, ...]
    active_phase: int
    critical_path: tuple[str, ...]
    baseline_name: str = ""

    def item(self, key: str) -> ItemFacts | None:
        """One item by its id."""
        return next((item for item in self.items if item.id == key), None)

    @property
    def ahead(self) -> tuple[ItemFacts, ...]:
        """Items outside that run ahead of the inside, the furthest first."""
        return tuple(sorted((item for item in self.items if item.lag), key=lambda item: (-item.lag, item.id)))


def facts_of(
    snapshot: Snapshot,
    *,
    baseline: Mapping[str, Span] | None = None,
    baseline_name: str = "",
    starts: date | None = None,
) -> Facts:
    """The facts on the snapshot's day.

    baseline: id -> first and last day as they were planned then; starts: first day of the roadmap, by default that of
    the plan, or the earliest that is known of any item.
    """
    roadmap, as_of = snapshot.roadmap, snapshot.as_of
    origin = starts or snapshot.plan.started_on or first_known(snapshot.plan.roadmap, as_of)
    forecast, drawn = roadmap.forecast(as_of), days_of(roadmap, origin, as_of)
    slack, tight = slack_weeks(roadmap, as_of), critical(roadmap, as_of)
    names = {person.id: person.role for person in snapshot.plan.people}
    followers: dict[str, list[str]] = {key: [] for key in roadmap.steps}
    for key, step in roadmap.steps.items():
        for name in step.hard:
            if name in followers:
                followers[name].append(key)
    items = tuple(
        _item(roadmap, key, drawn[key], as_of, forecast[key], slack[key], key in tight, tuple(followers[key]), names,
              (baseline or {}).get(key))
        for key in roadmap.steps
    )  # fmt: skip
    launches = (*_launches(snapshot.plan.programmes), *_experiments(snapshot.plan.experiments))
    days = [day for item in items for day in (item.start, item.end, *(item.baseline or ()))]
    return Facts(
        as_of=as_of,
        starts=min([origin, as_of, *days]),
        ends=max([as_of, *days]),
        items=items,
        phases=_phases(roadmap, items, min([origin, *days])),
        launches=launches,
        active_phase=roadmap.active_phase,
        critical_path=tight,
        baseline_name=baseline_name,
    )


def _item(
    roadmap: Roadmap,
    key: str,
    drawn: Days,
    as_of: date,
    forecast: Span,
    slack: float | None,
    critical: bool,
    followers: tuple[str, ...],
    names: Mapping[str, str],
    baseline: Span | None,
) -> ItemFacts:
    step, item = roadmap.steps[key], roadmap.steps[key].item
    template = TEMPLATE.get(key)
    lag = roadmap.lags.get(key)
    due = item.planned_end if item and not step.finished else None
    return ItemFacts(
        id=key,
        title=step.title,
        side=step.side,
        phase=step.phase,
        state=roadmap.state(key),
        start=drawn.start,
        end=drawn.end,
        guessed=drawn.guessed,
        # The forecast counts to the first day after it; shown is the last day, as everywhere.
        finish=forecast[1] if step.finished else max(forecast[1] - timedelta(days=1), forecast[0], as_of),
        earliest=forecast[0],
        weeks=step.weeks,
        slack=slack,
        critical=critical,
        hard=tuple(name for name in step.hard if name in roadmap.steps),
        soft=tuple(name for name in step.soft if name in roadmap.steps),
        unmet_hard=roadmap.unmet_hard(key),
        unmet_soft=roadmap.unmet_soft(key),
        followers=followers,
        lag=lag.phases if lag else 0,
        behind=(lag.behind or "") if lag and lag.phases else "",
        owner=names.get(item.owner, item.owner) if item and item.owner else "",
        brand=(item.brand or "") if item else "",
        region=(item.region or "") if item else "",
        wanted=template.evidence if template else "",
        evidence=item.evidence if item else (),
        reason=(item.reason or "") if item else "",
        baseline=baseline,
        own=template is None,
        stored=item is not None,
        late_days=max(0, (as_of - due).days) if due else 0,
        planned_start=item.planned_start if item else None,
    )


def _phases(roadmap: Roadmap, items: Sequence[ItemFacts], first: date) -> tuple[PhaseSpan, ...]:
    spans: list[PhaseSpan] = []
    begins = first
    for number, name in enumerate(PHASES):
        ends = max([begins, *(item.end for item in items if item.phase == number and item.state != "dropped")])
        spans.append(PhaseSpan(number, name, begins, ends, roadmap.phase_complete(number)))
        begins = ends
    return tuple(spans)


def _launches(programmes: Iterable[Programme]) -> Iterable[Launch]:
    for programme in programmes:
        on = programme.launch_at.date() if programme.launch_at else programme.starts_on
        if on is not None:
            yield Launch(
                programme.id, programme.name, on, programme.side, programme.state, f"programmes/{programme.id}"
            )


def _experiments(experiments: Iterable[Experiment]) -> Iterable[Launch]:
    for one in experiments:
        yield Launch(one.id, one.title, one.ends_on, "experiment", one.state, f"experiments/{one.id}")
