"""The walk of trust as a picture: the sum step by step between its two lines, made on the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from fourleaf.review.models import TrustStep

__all__ = ["Walk", "walk_of"]

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 760.0, 280.0, 44.0, 12.0, 16.0, 30.0


@dataclass(frozen=True)
class Stretch:
    """The steps at one level: the walk, both lines, and where its name stands."""

    level: str
    points: str
    lower: str
    upper: str
    x: float
    begins: float


@dataclass(frozen=True)
class Mark:
    """A step with a defect, or a change of level."""

    x: float
    y: float
    kind: str
    title: str


@dataclass(frozen=True)
class Walk:
    """The picture, and what it says for those who do not see it."""

    stretches: tuple[Stretch, ...]
    marks: tuple[Mark, ...]
    ticks: tuple[tuple[float, str], ...]
    zero: float
    description: str
    width: int = int(_WIDTH)
    height: int = int(_HEIGHT)
    rows: tuple[tuple[str, ...], ...] = field(default=())


def walk_of(steps: Sequence[TrustStep]) -> Walk | None:
    """The picture of the latest steps; None while there are none."""
    if not steps:
        return None
    lines = [value for one in steps for value in (one.s, one.lower, one.upper) if value is not None]
    low, high = min(*lines, -1.5), max(*lines, 2.0)
    count = max(len(steps), 10)

    def x(place: float) -> float:
        return round(_LEFT + (_WIDTH - _LEFT - _RIGHT) * place / count, 1)

    def y(value: float) -> float:
        return round(_TOP + (_HEIGHT - _TOP - _BOTTOM) * (high - value) / (high - low), 1)

    stretches, marks, begin = [], [], 0
    for place in range(1, len(steps) + 1):
        if place < len(steps) and steps[place].level == steps[begin].level:
            continue
        part = steps[begin:place]
        points = [(x(begin), y(0.0)), *((x(at + 1), y(one.s)) for at, one in enumerate(part, begin))]
        ends = (x(begin), x(place))
        lower = next((one.lower for one in part if one.lower is not None), None)
        upper = next((one.upper for one in part if one.upper is not None), None)
        stretches.append(
            Stretch(
                part[0].level,
                " ".join(f"{a},{b}" for a, b in points),
                f"{ends[0]},{y(lower)} {ends[1]},{y(lower)}" if lower is not None else "",
                f"{ends[0]},{y(upper)} {ends[1]},{y(upper)}" if upper is not None else "",
                round((ends[0] + ends[1]) / 2, 1),
                ends[0],
            )
        )
        begin = place
    for at, one in enumerate(steps, 1):
        if one.what in ("minor", "major", "critical", "complaint", "correction", "takedown") or one.cause:
            kind = "change" if one.cause and one.what not in ("major", "critical") else one.what
            title = f"{one.before} to {one.level}: {one.cause}" if one.cause else f"{one.what} defect"
            marks.append(Mark(x(at), y(one.s), kind, title))
    return Walk(
        tuple(stretches),
        tuple(marks),
        tuple((y(value), f"{value:g}") for value in (-1, 0, 1, 2, 3) if low <= value <= high),
        y(0.0),
        _said(steps),
        rows=tuple(
            (str(at), one.what.replace("_", " "), one.level, f"{one.s:.2f}", f"{one.c:.2f}")
            for at, one in enumerate(steps, 1)
        ),
    )


def _said(steps: Sequence[TrustStep]) -> str:
    last = steps[-1]
    changes = sum(1 for one in steps if one.cause)
    moved = f"{changes} change{'s' if changes != 1 else ''} of level among them" if changes else "no change of level"
    where = ""
    if last.lower is not None and last.upper is not None:
        where = f" between the lines at {last.lower:.2f} (less review) and {last.upper:.2f} (more)"
    return f"{len(steps)} steps, {moved}. The walk stands at {last.s:.2f}{where}, at level {last.level}."
