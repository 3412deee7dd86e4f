"""Middleware of the pages: the actor, the sign-in that every page needs, and domain errors as pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseRedirectBase
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, DomainError, InvalidError, NotAllowedError, NotFoundError
from fourleaf.kernel.permissions import PERMISSIONS
from fourleaf.kernel.selectors import actor_for
from fourleaf.web import errors, navigation

__all__ = ["ActorMiddleware", "PageMiddleware", "SignInMiddleware"]

#: Addresses that are not pages: they sign in by themselves, or need nobody.
_NOT_PAGES = ("/static/", "/api/", "/health")


class ActorMiddleware:
    """``request.actor`` is the `Actor` of the signed-in account, or None; the person's time zone becomes current."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(("/static/", "/api/")):
            return self.get_response(request)
        actor = actor_for(request.user) if request.user.is_authenticated else None
        request.actor = actor  # type: ignore[attr-defined]  # our own attribute
        if actor is None:
            return self.get_response(request)
        with timezone.override(ZoneInfo(actor.time_zone)):
            return self.get_response(request)


class SignInMiddleware(LoginRequiredMiddleware):
    """Every page needs somebody signed in, unless its view is marked ``login_not_required``."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if request.path.startswith(_NOT_PAGES):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(  # type: ignore[override]  # the stubs know only a redirect; any response will do
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        # A fragment that asks for sign-in must not be swapped into the page: the whole page goes there.
        if request.headers.get("HX-Request") == "true":
            shown = request.headers.get("HX-Current-URL", "")
            path = "/" + shown.split("/", 3)[3] if shown.count("/") >= 3 else "/"
            response = HttpResponse(status=204)
            response["HX-Redirect"] = errors.sign_in_url(path)
            return response
        return super().handle_no_permission(request, view_func)


class PageMiddleware:
    """Domain errors become pages, redirects after an htmx form become redirects of the page, messages travel along."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(_NOT_PAGES):
            return response
        if request.headers.get("HX-Request") == "true":
            response = self._for_htmx(request, response)
        content_type = response.get("Content-Type", "")
        if content_type.startswith("text/html"):
            # The same address answers with a page or a part of it, and neither belongs into a cache.
            patch_vary_headers(response, ("HX-Request", "HX-Target"))
            response.setdefault("Cache-Control", "private, no-store")
        return response

    def _for_htmx(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if isinstance(response, HttpResponseRedirectBase) and request.method == "POST":
            # The browser would follow it inside the request and put a whole page into a part of one.
            moved = HttpResponse(status=204)
            moved["HX-Redirect"] = response.url
            moved.cookies = response.cookies
            return moved
        html = response.get("Content-Type", "").startswith("text/html") and not response.streaming
        stays = html and "HX-Redirect" not in response and "HX-Refresh" not in response
        if stays and response.status_code in (200, 422) and getattr(request, "actor", None) is not None:
            parts = render_to_string("web/frame/flashes.html#swapped", {}, request=request).strip()
            if parts:
                response.write(parts)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Errors that services raise on purpose, and a database that is away."""
        if request.path.startswith(_NOT_PAGES):
            return None
        if (
            isinstance(error, NotFoundError | NotAllowedError)
            and (refusal := _page_refused(request, error)) is not None
        ):
            return errors.forbidden(request, refusal)
        if isinstance(error, NotFoundError):
            return errors.not_found(request, error)
        if isinstance(error, NotAllowedError):
            return errors.forbidden(request, error)
        if isinstance(error, ConflictError):
            return errors.conflict(request, error)
        if isinstance(error, InvalidError):
            return errors.invalid(request, error)
        if isinstance(error, DomainError):
            return errors.conflict(request, error)
        if isinstance(error, OperationalError | InterfaceError):
            return errors.database_away(request, error)
        return None


def _page_refused(request: HttpRequest, error: DomainError) -> NotAllowedError | None:
    """The one refusal of pages that every installation has: 403, with the right that is missing.

    The rows behind an address with an id are another matter: absent and forbidden look alike there. But an address
    without arguments is no secret, so a list whose entry in the rail is hidden says why, whoever wrote its view.
    """
    actor: Actor | None = getattr(request, "actor", None)
    found = request.resolver_match
    if request.method not in ("GET", "HEAD") or actor is None or found is None or "<" in found.route:
        return None
    entry = navigation.barred(actor, request.path)
    if entry is None or entry.permission not in PERMISSIONS:
        if isinstance(error, NotAllowedError) or request.GET:
            return None  # it has a sentence of its own, or may have named something that is absent
        return NotAllowedError("You may not see this page. An administrator can grant a role that may.")
    return NotAllowedError(
        f"You may not see this page: it needs the right “{PERMISSIONS[entry.permission].label}”. "
        "An administrator can grant a role that carries it."
    )
