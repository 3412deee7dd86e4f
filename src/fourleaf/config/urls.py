"""All addresses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from fourleaf.web.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health, name="health"),
    path("account/", include("fourleaf.web.account.replaced")),
    path("account/", include("allauth.urls")),
    path("api/", include("fourleaf.api.urls")),
    path("", include("fourleaf.web.urls")),
]

handler400 = "fourleaf.web.errors.bad_request"
handler403 = "fourleaf.web.errors.forbidden"
handler404 = "fourleaf.web.errors.not_found"
handler500 = "fourleaf.web.errors.server_error"
