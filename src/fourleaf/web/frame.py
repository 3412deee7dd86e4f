"""Small acts of the frame: undo, the theme, and the number of things that wait."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from fourleaf.kernel.errors import DomainError
from fourleaf.kernel.services.preferences import choose_theme
from fourleaf.web.kit import undo as undo_links
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.requests import PageRequest, safe_next
from fourleaf.web.needs import needs_of

__all__ = ["needs", "theme", "undo"]

_YEAR = 365 * 24 * 3600


@require_POST
def undo(request: PageRequest) -> HttpResponse:
    """Undo what a flash offered, and go back to the page."""
    try:
        flash(request, undo_links.run(request.actor, request.POST.get("token", "")))
    except DomainError as error:
        flash(request, error.message, "attention")
    return redirect(safe_next(request))


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Choose light, dark or as the device: on the account, or in a cookie for somebody who is not signed in."""
    chosen = request.POST.get("theme", "")
    chosen = chosen if chosen in ("light", "dark") else ""
    actor = cast(PageRequest, request).actor
    if actor is not None:
        choose_theme(actor=actor, theme=chosen)
    response: HttpResponse = (
        HttpResponse(status=204) if request.headers.get("HX-Request") else redirect(safe_next(request))
    )
    # The cookie too, so that the sign-in page looks the same.
    response.set_cookie("theme", chosen, max_age=_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    return response


@require_GET
def needs(request: PageRequest) -> HttpResponse:
    """The number in the top bar, asked for after the page is shown."""
    found = needs_of(request.actor)
    return render(request, "web/frame/needs.html", {"needs": found, "total": sum(need.count for need in found)})
