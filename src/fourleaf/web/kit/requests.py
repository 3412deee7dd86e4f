"""Types of the requests that views receive, and what may be asked of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from fourleaf.kernel.actors import Actor

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

__all__ = ["PANEL", "PageRequest", "in_panel", "is_fragment", "safe_next"]

#: The id of the side panel's element, and thereby the value of HX-Target for requests that come from it.
PANEL = "side"


class PageRequest(HttpRequest):
    """A request of somebody who is signed in; only for annotations: ``def people(request: PageRequest) -> ...``."""

    actor: Actor
    htmx: HtmxDetails


def in_panel(request: HttpRequest) -> bool:
    """Whether the answer goes into the side panel."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Target") == PANEL


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page rather than for the page (or the panel, which is a page as well)."""
    return (
        request.headers.get("HX-Request") == "true"
        and not in_panel(request)
        and request.headers.get("HX-Boosted") != "true"
        and request.headers.get("HX-History-Restore-Request") != "true"
    )


def safe_next(request: HttpRequest, default: str = "/") -> str:
    """Where to go afterwards: ``next`` of the form, or the page before, if it is one of ours."""
    for candidate in (request.POST.get("next", ""), request.GET.get("next", ""), request.headers.get("Referer", "")):
        if candidate and url_has_allowed_host_and_scheme(
            candidate, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            return candidate
    return default
