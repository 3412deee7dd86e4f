"""Errors as ``application/problem+json`` (RFC 9457): what went wrong, where, and how to mend it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from fourleaf.kernel.errors import (
    ConflictError,
    DomainError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    TransitionError,
)

__all__ = ["install", "problem"]

_TITLES = {
    400: "The request cannot be understood",
    401: "A token is needed",
    403: "Not allowed",
    404: "Not found",
    409: "Conflict",
    413: "Too large",
    422: "Something in the request cannot be used",
    429: "Too many requests",
    500: "Something broke",
}


def problem(
    request: HttpRequest,
    status: int,
    detail: str,
    *,
    errors: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The answer for an error. ``errors`` are items with ``pointer`` (a JSON pointer or a field) and ``detail``."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": _TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
        "instance": request.path,
    }
    if errors:
        body["errors"] = list(errors)
    return HttpResponse(
        json.dumps(body, ensure_ascii=False),
        status=status,
        content_type="application/problem+json",
        headers=dict(headers or {}),
    )


_STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (NotFoundError, 404),
    (NotAllowedError, 403),
    (ConflictError, 409),
    (TransitionError, 409),
    (InvalidError, 422),
    (DomainError, 422),
)


def _domain(request: HttpRequest, error: DomainError) -> HttpResponse:
    status = next(code for kind, code in _STATUS if isinstance(error, kind))
    errors: list[dict[str, Any]] = []
    if isinstance(error, InvalidError):
        errors = [
            {"pointer": f"/{name}" if name else "", "detail": s} for name, items in error.fields.items() for s in items
        ]
    return problem(request, status, error.message, errors=errors)


def _validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [
        {"pointer": "/" + "/".join(str(part) for part in item.get("loc", ())[1:]), "detail": str(item.get("msg", ""))}
        for item in error.errors
    ]
    return problem(request, 422, "See errors: each names a place in the request.", errors=errors)


def install(api: NinjaAPI) -> None:
    """Register the handlers on the API."""
    # The library types the handler's argument as "error or its class"; it always passes the error.
    api.add_exception_handler(DomainError, cast(Any, _domain))
    api.add_exception_handler(ValidationError, cast(Any, _validation))
    api.add_exception_handler(
        AuthenticationError,
        lambda request, error: problem(
            request,
            401,
            "Send a token of yours as “Authorization: Bearer …”. Tokens are made on your account page.",
            headers={"WWW-Authenticate": 'Bearer realm="Fourleaf"'},
        ),
    )
    api.add_exception_handler(Http404, lambda request, error: problem(request, 404, str(NotFoundError())))
    api.add_exception_handler(
        HttpError, lambda request, error: problem(request, error.status_code, str(error) or "The request failed.")
    )
