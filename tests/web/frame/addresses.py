"""Addresses that go wrong on purpose; the whole product's addresses come after them."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path

from fourleaf.kernel.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, TransitionError
from fourleaf.web.kit.flash import flash

ERRORS: dict[str, Exception] = {
    "not-found": NotFoundError(),
    "absent": Http404(),
    "not-allowed": NotAllowedError("You may not do this: it needs the right “Sing”."),
    "conflict": ConflictError("Ada changed this policy after you opened it."),
    "transition": TransitionError("This is archived, so it cannot become running."),
    "invalid": InvalidError("A name is needed."),
    "suspicious": SuspiciousOperation(),
    "too-big": RequestDataTooBig(),
    "database": OperationalError("connection refused"),
    "broken": ZeroDivisionError("secret detail"),
}


def wrong(request: HttpRequest, code: str) -> HttpResponse:
    raise ERRORS[code]


def done(request: HttpRequest) -> HttpResponse:
    flash(request, "Done.")
    return redirect("/") if request.method == "POST" else HttpResponse("<p>a part</p>")


urlpatterns = [
    path("wrong/<str:code>/", wrong),
    path("done/", done),
    path("", include("fourleaf.config.urls")),
]
handler400 = "fourleaf.web.errors.bad_request"
handler403 = "fourleaf.web.errors.forbidden"
handler404 = "fourleaf.web.errors.not_found"
handler500 = "fourleaf.web.errors.server_error"
