"""Rendering: one call for a page, its fragments and its errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

__all__ = ["page"]


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int | None = None
) -> HttpResponse:
    """Render a page (or ``page.html#part``).

    The status is 422 when a bound form in the context has errors, so that htmx, browsers and tests can tell.
    """
    values = dict(context or {})
    if status is None:
        wrong = any(isinstance(value, BaseForm) and value.is_bound and value.errors for value in values.values())
        status = 422 if wrong and request.method == "POST" else 200
    return render(request, template, values, status=status)
