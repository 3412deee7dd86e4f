"""Addresses of the sign-in library that are answered by our own pages, or not at all.

Nobody signs up, changes the sign-in e-mail on their own or links other identities; sessions and factors are shown on
the page of one's own account. These stand before the library's addresses.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from fourleaf.kernel.errors import NotFoundError

__all__ = ["urlpatterns"]


@login_not_required
def signup(request: HttpRequest) -> HttpResponse:
    """Accounts are made by the organisation."""
    return render(request, "account/signup_closed.html", status=403)


def to_settings(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """To the page of one's own account; a form sent here changes nothing."""
    return redirect("me:settings")


@login_not_required
def nothing(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """An address of the library that this product does not have."""
    raise NotFoundError


urlpatterns = [
    path("signup/", signup),
    path("email/", to_settings),
    path("confirm-email/", nothing),
    path("confirm-email/<path:key>/", nothing),
    path("login/code/confirm/", nothing),
    path("2fa/", to_settings),
    path("sessions/", to_settings),
    path("3rdparty/", to_settings),
    path("3rdparty/signup/", signup),
]
