"""The home page."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.roles import ROLES
from fourleaf.web.home.loop import loop_picture
from fourleaf.web.home.tiles import Tile, starts_for, tiles_for
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.navigation import rail
from fourleaf.web.needs import needs_of

__all__ = ["home", "tile"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ShownTile:
    """A tile with its content, or with the address from which it comes later."""

    tile: Tile
    url: str
    html: SafeString
    later: str = ""
    failed: bool = False


def _address(url_name: str) -> str:
    try:
        return reverse(url_name) if url_name else ""
    except NoReverseMatch:
        return ""


def _filled(request: PageRequest, tile: Tile) -> ShownTile | None:
    try:
        values = tile.build(request.actor)
        if values is None:
            return None
        context: dict[str, Any] = {**values, "tile": tile}
        html = render_to_string(tile.template, context, request=request)
    except Exception:
        # A tile that breaks must not take the home page with it.
        _log.exception("The tile %s failed.", tile.code)
        return ShownTile(tile, _address(tile.url_name), SafeString(""), failed=True)
    return ShownTile(tile, _address(tile.url_name), SafeString(html))


@require_GET
def home(request: PageRequest) -> HttpResponse:
    """What needs me, the loop, the tiles; for a new installation, the first steps."""
    shown: list[ShownTile] = []
    for item in tiles_for(request.actor):
        if item.later:
            later = reverse("home:tile", args=[item.code])
            shown.append(ShownTile(item, _address(item.url_name), SafeString(""), later=later))
        elif (filled := _filled(request, item)) is not None:
            shown.append(filled)
    groups = rail(request.actor)
    # Somebody who has no more to look at than everybody has, as most who work here, finds what there is for them.
    everybody = {None, *ROLES["member"].permissions}
    plain = all(one.tile.permission in everybody for one in shown)
    places = [entry for group in groups for entry in group.entries if entry.url != request.path] if plain else []
    starts = [(start, url) for start in starts_for(request.actor) if (url := _address(start.url_name))]
    return page(
        request,
        "web/home/home.html",
        {
            "needs": needs_of(request.actor),
            "tiles": shown,
            "starts": starts,
            "places": places,
            "groups": groups,
            "loop": loop_picture(groups),
        },
    )


@require_GET
def tile(request: PageRequest, code: str) -> HttpResponse:
    """One tile, asked for after the page is shown (or as a page of its own without JavaScript)."""
    found = next((item for item in tiles_for(request.actor) if item.code == code), None)
    if found is None:
        raise NotFoundError
    template = "web/home/tile.html" if request.htmx else "web/home/tile_page.html"
    return page(request, template, {"shown": _filled(request, found), "tile": found})
