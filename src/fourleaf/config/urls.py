"""All addresses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from fourleaf.web.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health, name="health"),
    path("account/", include("allauth.urls")),
    path("", include("fourleaf.web.urls")),
]
