"""Puts the actor on each request."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from fourleaf.kernel.selectors import actor_for

__all__ = ["ActorMiddleware"]


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
