"""The walk of trust as a picture: the sum step by step between its two lines, made on the server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.utils.formats import date_format
from django.utils.timezone import localtime

from fourleaf.review.models import TrustStep

__all__ = ["Walk", "walk_of"]

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 760.0, 312.0, 44.0, 132.0, 16.0, 62.0
#: So many steps are named below the picture at the most, and so much room has each of them.
_NAMED, _APART = 5, 90.0


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
class LineLabel:
    """What a line means and where it lies, beside its right end."""

    y: float
    kind: str
    value: str
    words: str


@dataclass(frozen=True)
class Walk:
    """The picture, and what it says for those who do not see it."""

    stretches: tuple[Stretch, ...]
    marks: tuple[Mark, ...]
    ticks: tuple[tuple[float, str], ...]
    zero: float
    description: str
    #: The lines by name, and steps with their dates along the bottom: (place, number, date).
    lines: tuple[LineLabel, ...] = ()
    steps: tuple[tuple[float, str, str], ...] = ()
    right: float = _WIDTH - _RIGHT
    bottom: float = _HEIGHT - _BOTTOM
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
        # The lines of the present level hold for what comes, too.
        ends = (x(begin), x(place) if place < len(steps) else _WIDTH - _RIGHT)
        lower = next((one.lower for one in part if one.lower is not None), None)
        upper = next((one.upper for one in part if one.upper is not None), None)
        stretches.append(
            Stretch(
                part[0].level,
                " ".join(f"{a},{b}" for a, b in points),
                f"{ends[0]},{y(lower)} {ends[1]},{y(lower)}" if lower is not None else "",
                f"{ends[0]},{y(upper)} {ends[1]},{y(upper)}" if upper is not None else "",
                round((x(begin) + x(place)) / 2, 1),
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
        lines=_lines(steps[-1], y),
        steps=_named(steps, x),
        rows=tuple(
            (str(at), one.what.replace("_", " "), one.level, f"{one.s:.2f}", f"{one.c:.2f}")
            for at, one in enumerate(steps, 1)
        ),
    )


def _lines(last: TrustStep, y: Callable[[float], float]) -> tuple[LineLabel, ...]:
    """The lines of the present level, with their values."""
    given = ((last.upper, "upper", "more review"), (last.lower, "lower", "less is proposed"))
    return tuple(LineLabel(y(value), kind, _value(value), words) for value, kind, words in given if value is not None)


def _value(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _named(steps: Sequence[TrustStep], x: Callable[[float], float]) -> tuple[tuple[float, str, str], ...]:
    """Some steps with number and date, as far apart as their names need; the last is always among them."""
    wanted = dict.fromkeys(round(1 + (len(steps) - 1) * part / (_NAMED - 1)) for part in range(_NAMED))
    kept: list[int] = []
    for at in sorted(wanted, reverse=True):
        if not kept or x(kept[-1]) - x(at) >= _APART:
            kept.append(at)
    return tuple((x(at), str(at), date_format(localtime(steps[at - 1].at), "j M Y")) for at in reversed(kept))


def _said(steps: Sequence[TrustStep]) -> str:
    last = steps[-1]
    changes = sum(1 for one in steps if one.cause)
    moved = f"{changes} change{'s' if changes != 1 else ''} of level among them" if changes else "no change of level"
    where = ""
    if last.lower is not None and last.upper is not None:
        where = f" between the lines at {_value(last.lower)} (less review) and {_value(last.upper)} (more)"
    count = f"{len(steps)} step{'s' if len(steps) != 1 else ''}"
    return f"{count}, {moved}. The walk stands at {_value(last.s)}{where}, at level {last.level}."
