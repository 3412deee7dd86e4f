"""What every page's frame needs, without a query of its own."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from fourleaf.web import navigation
from fourleaf.web.kit.requests import in_panel

__all__ = ["frame", "theme_of"]


def theme_of(request: HttpRequest) -> str:
    """ "light", "dark" or "" (as the device): the account's choice, or the cookie's where nobody is signed in."""
    user = getattr(request, "user", None)
    # The actor shows whether the account was loaded already: asking the lazy user would cost a query, or fail offline.
    if getattr(request, "actor", None) is not None:
        return str(getattr(user, "theme", ""))
    chosen = request.COOKIES.get("theme", "")
    return chosen if chosen in ("light", "dark") else ""


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of the page frame; ``layout`` is what a page extends: the whole frame, or the side panel's."""
    actor = getattr(request, "actor", None)
    panel = in_panel(request)
    rail = SimpleLazyObject(lambda: navigation.rail(actor, request.path) if actor else [])
    return {
        "actor": actor,
        "theme": theme_of(request),
        "rail_state": "narrow" if request.COOKIES.get("rail") == "narrow" else "",
        "layout": "base/panel.html" if panel else "base/page.html",
        "in_panel": panel,
        "rail": rail,
        "rail_bar": SimpleLazyObject(lambda: navigation.bar(actor, rail) if actor else []),
        "rail_tabs": SimpleLazyObject(lambda: navigation.tabs(rail, request.path)),
        "demo": settings.DEMO,
        "version": settings.VERSION,
    }
