"""Two small pictures of a pilot: what its numbers can show, and what it showed. Pure geometry for SVG templates."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fourleaf.engine.pilots import detectable_difference, detectable_share, rounded_effect, shows

__all__ = ["Curve", "Interval", "Point", "curve_of", "detectable", "interval_of"]

_WIDTH: Final = 560.0
_HEIGHT: Final = 220.0
_LEFT: Final = 46.0
_RIGHT: Final = 548.0
_TOP: Final = 14.0
_BOTTOM: Final = 184.0
_CASES: Final = (25, 50, 100, 200, 400, 800, 1600, 3200, 6400)


@dataclass(frozen=True, slots=True)
class Point:
    """A place with its word."""

    x: str
    y: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Curve:
    """Cases per arm against the smallest effect that they can show."""

    path: str
    area: str
    x_ticks: tuple[Point, ...]
    y_ticks: tuple[Point, ...]
    threshold_y: str
    threshold_label: str
    here: Point | None
    needed: Point | None
    rows: tuple[tuple[int, str], ...]
    description: str


@dataclass(frozen=True, slots=True)
class Interval:
    """A measured effect with its interval, against 0 and the threshold."""

    low: str
    high: str
    point: str
    width: str
    zero: str
    threshold: str
    ticks: tuple[Point, ...]
    good_from: str
    good_width: str
    description: str


def detectable(kind: str, baseline: float, n: int, deviation: float | None, *, down: bool) -> float | None:
    """The smallest effect that n cases per arm can show, in the unit of the metric (shares in points), rounded.

    kind: ``share`` with the baseline in per cent, or ``mean`` with a standard deviation. None where nothing can be
    shown, or something is missing.
    """
    if n < 1:
        return None
    if kind == "share":
        if not 0 <= baseline <= 100:
            return None
        found = detectable_share(baseline / 100, n, direction="down" if down else "up")
        return None if found is None else rounded_effect(100 * found)
    return rounded_effect(detectable_difference(deviation, n)) if deviation is not None and deviation > 0 else None


def curve_of(
    kind: str, baseline: float, threshold: float, n: int | None, deviation: float | None, *, unit: str = "points"
) -> Curve | None:
    """The curve around this pilot; None while too little is known to draw it."""

    def effect(cases: int) -> float | None:
        return detectable(kind, baseline, cases, deviation, down=threshold < 0)

    known = [(cases, size) for cases in _fine() if (size := effect(cases)) is not None]
    if len(known) < 2 or not threshold:
        return None
    highest = max(2.2 * abs(threshold), min(known[0][1], 4 * abs(threshold)))
    known = [(cases, size) for cases, size in known if size <= highest * 1.001]
    if len(known) < 2:
        return None

    def x(cases: float) -> float:
        share = math.log(cases / _CASES[0]) / math.log(_CASES[-1] / _CASES[0])
        return _LEFT + min(max(share, 0.0), 1.0) * (_RIGHT - _LEFT)

    def y(size: float) -> float:
        return _BOTTOM - min(size / highest, 1.0) * (_BOTTOM - _TOP)

    line = "L".join(f"{x(cases):.1f} {y(size):.1f}" for cases, size in known)
    goal = abs(threshold)
    enough = next((cases for cases, size in known if size <= goal), None)
    here = effect(n) if n else None
    marked = Point(f"{x(n):.1f}", f"{y(here):.1f}", f"n {n:,}: {here:g}") if n and here is not None else None
    return Curve(
        path=f"M{line}",
        area=f"M{line}L{x(known[-1][0]):.1f} {_TOP}L{x(known[0][0]):.1f} {_TOP}Z",
        x_ticks=tuple(Point(f"{x(cases):.1f}", "", f"{cases:,}") for cases in _CASES[:: 2 if highest else 1]),
        y_ticks=tuple(Point("", f"{y(size):.1f}", f"{size:g}") for size in _steps(highest)),
        threshold_y=f"{y(goal):.1f}",
        threshold_label=f"threshold {goal:g} {unit}",
        here=marked,
        needed=Point(f"{x(enough):.1f}", f"{y(goal):.1f}", f"{enough:,} a side") if enough else None,
        rows=tuple((cases, f"{size:g}") for cases in _CASES if (size := effect(cases)) is not None),
        description=_said(enough, goal, unit, n, here),
    )


def _fine() -> list[int]:
    """Numbers of cases along the axis, evenly in their logarithm."""
    steps = 120
    ratio = _CASES[-1] / _CASES[0]
    return list(dict.fromkeys(round(_CASES[0] * ratio ** (step / steps)) for step in range(steps + 1)))


def _steps(highest: float) -> list[float]:
    raw = highest / 4
    size = 10 ** math.floor(math.log10(raw))
    step = next(size * m for m in (1, 2, 2.5, 5, 10) if size * m >= raw)
    return [step * number for number in range(int(highest / step) + 1)]


def _said(enough: int | None, goal: float, unit: str, n: int | None, here: float | None) -> str:
    first = (
        f"About {enough:,} cases a side show an effect of {goal:g} {unit}."
        if enough
        else f"No number of cases up to {_CASES[-1]:,} a side shows an effect of {goal:g} {unit}."
    )
    if n is None or here is None:
        return first
    verdict = "enough for proof" if shows(here, goal) else "learning, not proof"
    return f"{first} With {n:,} the smallest effect that can be shown is {here:g} {unit}: {verdict}."


def interval_of(point: float, low: float, high: float, threshold: float, unit: str) -> Interval:
    """The effect's interval, its point, 0 and the threshold on one line of 0 to 560 units."""
    edges = [low, high, 0.0, threshold, point]
    spare = (max(edges) - min(edges) or 1.0) * 0.12
    first, last = min(edges) - spare, max(edges) + spare

    def x(value: float) -> float:
        return 20 + (value - first) / (last - first) * (_WIDTH - 40)

    down = threshold < 0
    better = (20.0, x(threshold)) if down else (x(threshold), _WIDTH - 20)
    where: Callable[[float], str] = "{:.1f}".format
    return Interval(
        low=where(x(low)),
        high=where(x(high)),
        point=where(x(point)),
        width=where(x(high) - x(low)),
        zero=where(x(0.0)),
        threshold=where(x(threshold)),
        ticks=(Point(where(x(0.0)), "", "0"), Point(where(x(threshold)), "", f"{threshold:+g}")),
        good_from=where(better[0]),
        good_width=where(max(0.0, better[1] - better[0])),
        description=f"Effect {point:+g} {unit}, interval {low:g} to {high:g}; threshold {threshold:+g}.",
    )
