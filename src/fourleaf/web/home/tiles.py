"""Tiles of the home page: a registry that the contexts fill.

    tiles.register(Tile("listening-week", "This week in the conversation", "web/listening/tile.html", build,
                        permission="listening.view_reports", url_name="listening:overview", order=10, later=True))

``build(actor)`` gives the template's context, or None when there is nothing worth a tile. A tile that counts in the
mention store says ``later=True``: the page is shown at once and the tile comes after it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fourleaf.kernel.actors import Actor
from fourleaf.web.navigation import carried

__all__ = ["STARTS", "TILES", "Start", "Tile", "register", "register_start", "starts_for", "tiles_for"]


@dataclass(frozen=True)
class Tile:
    """One tile; ``wide`` takes two columns where there is room."""

    code: str
    title: str
    template: str
    build: Callable[[Actor], Mapping[str, Any] | None]
    permission: str | None = None
    url_name: str = ""
    order: int = 100
    later: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Start:
    """A first step of a new installation: offered to those who may do it, until ``done(actor)``."""

    code: str
    title: str
    about: str
    url_name: str
    icon: str
    permission: str
    done: Callable[[Actor], bool]
    order: int = 100


TILES: dict[str, Tile] = {}
STARTS: dict[str, Start] = {}


def register(tile: Tile) -> Tile:
    """Add a tile."""
    if tile.code in TILES:
        raise ValueError(f"The tile {tile.code} is registered twice.")
    TILES[tile.code] = tile
    return tile


def register_start(start: Start) -> Start:
    """Add a first step."""
    if start.code in STARTS:
        raise ValueError(f"The first step {start.code} is registered twice.")
    STARTS[start.code] = start
    return start


def tiles_for(actor: Actor) -> list[Tile]:
    """The tiles that the actor may see, in order."""
    return sorted((tile for tile in TILES.values() if carried(actor, tile.permission)), key=lambda tile: tile.order)


def starts_for(actor: Actor) -> list[Start]:
    """The first steps that the actor may do and that are not done."""
    mine = (start for start in STARTS.values() if carried(actor, start.permission))
    return sorted((start for start in mine if not start.done(actor)), key=lambda start: start.order)
