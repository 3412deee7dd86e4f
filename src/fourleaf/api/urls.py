"""Addresses of the API."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path

from fourleaf.api.application import api
from fourleaf.api.problems import problem


def nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Any other address below /api/ answers as the API does."""
    return problem(request, 404, "There is no such address. The API is described in docs/reference/openapi.json.")


urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", api.urls),
    path("", login_not_required(nothing_here)),
    path("<path:rest>", login_not_required(nothing_here)),
]
