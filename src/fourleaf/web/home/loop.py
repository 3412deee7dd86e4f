"""The loop as a picture: one station for each group that exists, on a ring that leads from the inside out and back."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fourleaf.web.navigation import GROUPS, ShownGroup

__all__ = ["LoopPicture", "Station", "loop_picture"]

#: The drawing's measures, in its own units.
WIDTH, HEIGHT = 720, 280
_CENTRE_X, _CENTRE_Y, _RADIUS_X, _RADIUS_Y = WIDTH / 2, HEIGHT / 2, 235, 96


@dataclass(frozen=True)
class Station:
    """One group on the ring: the point, and where its label goes."""

    code: str
    label: str
    idea: str
    url: str
    x: float
    y: float
    label_x: float
    label_y: float
    align: str


@dataclass(frozen=True)
class LoopPicture:
    """The ring as an SVG path, an arrow head on it, and the stations."""

    path: str
    arrows: tuple[tuple[float, float, float], ...]
    stations: tuple[Station, ...]


def _point(turn: float) -> tuple[float, float]:
    """The point at ``turn`` (0 to 1) along the ring, from the far left, clockwise."""
    angle = math.pi + 2 * math.pi * turn
    return _CENTRE_X + _RADIUS_X * math.cos(angle), _CENTRE_Y + _RADIUS_Y * math.sin(angle)


def loop_picture(groups: list[ShownGroup]) -> LoopPicture | None:
    """The picture for the groups that this actor sees; none while fewer than two stations exist."""
    order = [code for code, group in GROUPS.items() if group.in_loop]
    shown = {item.group.code: item for item in groups if item.group.in_loop}
    if len(shown) < 2:
        return None
    stations = []
    for place, code in enumerate(order):
        if code not in shown:
            continue
        x, y = _point(place / len(order))
        # Labels stand outside the ring: beside it at the ends, above and below it otherwise.
        across = (x - _CENTRE_X) / _RADIUS_X
        beside = abs(across) > 0.8
        away = 20 if across > 0 else -20
        down = 32 if y > _CENTRE_Y else -20
        stations.append(
            Station(
                code,
                shown[code].group.label,
                shown[code].group.idea,
                shown[code].entries[0].url,
                round(x, 1),
                round(y, 1),
                round(x + (away if beside else 0), 1),
                round(y + (6 if beside else down), 1),
                ("start" if across > 0 else "end") if beside else "middle",
            )
        )
    arrows = []
    for place in range(len(order)):
        turn = (place + 0.5) / len(order)
        x, y = _point(turn)
        ahead_x, ahead_y = _point(turn + 0.002)
        arrows.append((round(x, 1), round(y, 1), round(math.degrees(math.atan2(ahead_y - y, ahead_x - x)), 1)))
    path = (
        f"M{_CENTRE_X - _RADIUS_X} {_CENTRE_Y}"
        f"a{_RADIUS_X} {_RADIUS_Y} 0 1 1 {2 * _RADIUS_X} 0a{_RADIUS_X} {_RADIUS_Y} 0 1 1 {-2 * _RADIUS_X} 0Z"
    )
    return LoopPicture(path, tuple(arrows), tuple(stations))
