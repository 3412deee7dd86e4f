"""Error pages: what is wrong in one sentence, and what to do next. They work without a database."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

__all__ = [
    "bad_request",
    "conflict",
    "csrf_failure",
    "database_away",
    "forbidden",
    "invalid",
    "not_found",
    "server_error",
    "sign_in_url",
    "too_large",
]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Problem:
    status: int
    title: str
    sentence: str
    advice: str
    icon: str = "exclamation-triangle"
    #: Whether the page may ask who is signed in (and thereby the database).
    quiet: bool = False


def sign_in_url(path: str) -> str:
    """The sign-in page, and where to go afterwards."""
    return f"{resolve_url(settings.LOGIN_URL)}?next={quote(path)}"


def _answer(request: HttpRequest, problem: _Problem) -> HttpResponse:
    context: dict[str, object] = {"problem": problem}
    if request.headers.get("HX-Request") == "true" and not problem.quiet:
        # The page stays as it is; the sentence appears as a message.
        html = render_to_string("web/errors/message.html", context)
        return HttpResponse(
            html,
            status=problem.status,
            headers={"HX-Retarget": "#flashes", "HX-Reswap": "beforeend", "HX-Push-Url": "false"},
        )
    known = not problem.quiet and getattr(request, "actor", None) is not None
    template = "web/errors/inside.html" if known else "web/errors/outside.html"
    try:
        html = render_to_string(template, context, request=request if not problem.quiet else None)
    except Exception:
        # The last resort must not fail: no template, no database, no files.
        _log.exception("The error page itself failed.")
        html = SafeString(
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{problem.title} · Fourleaf</title>'
            f"<h1>{problem.title}</h1><p>{problem.sentence}</p><p>{problem.advice}</p></html>"
        )
    return HttpResponse(html, status=problem.status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, the same for what is absent and what may not be seen."""
    return _answer(
        request,
        _Problem(
            404,
            "Nothing here",
            "This page does not exist, or you may not see it.",
            "Check the address, or search for what you were looking for.",
            icon="map",
        ),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 with the sentence of the service that said no."""
    sentence = getattr(exception, "message", "") or "You may not do this with the rights that you have."
    return _answer(
        request,
        _Problem(403, "Not allowed", sentence, "Nothing was changed.", icon="lock-closed"),
    )


def conflict(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """409: somebody else was faster, or the state does not permit it."""
    sentence = getattr(exception, "message", "") or "Somebody else changed this in the meantime."
    return _answer(
        request,
        _Problem(409, "Not done", sentence, "Nothing was changed. Go back, look at the present state and try again."),
    )


def invalid(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """422: a request that a service refused and no form caught."""
    sentence = getattr(exception, "message", "") or "This cannot be used."
    return _answer(request, _Problem(422, "This cannot be used", sentence, "Nothing was changed. Go back and mend it."))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400; 413 where the request was too large."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return too_large(request, exception)
    return _answer(
        request,
        _Problem(
            400,
            "Not understood",
            "The server did not understand this request.",
            "Go back, load the page again and repeat what you did. If it happens again, tell your administrator.",
        ),
    )


def too_large(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """413."""
    return _answer(
        request,
        _Problem(
            413,
            "Too large",
            f"This is more than the server takes at once. A file for import may have {settings.UPLOAD_LIMIT_MB:,} MB.",
            "Split the file and import the parts one after the other; nothing is counted twice.",
            icon="archive-box-x-mark",
        ),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form's token did not fit, mostly because the page was open while somebody signed in again."""
    return _answer(
        request,
        _Problem(
            403,
            "The form has gone stale",
            "The page was open for a long time, or you signed in again meanwhile, so the form could not be accepted.",
            "Go back, load the page again and send it once more. Cookies must be permitted for this site.",
            icon="clock",
        ),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500; 503 where the database is away. Says nothing about the inside and asks nothing of the database."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        # Raised before a view was reached, while the session or the account was read.
        return database_away(request, error)
    return _answer(
        request,
        _Problem(
            500,
            "Something broke",
            "The fault is on our side, and it has been written to the log.",
            "Try again in a minute. If it stays, tell your administrator the time at which it happened.",
            icon="wrench",
            quiet=True,
        ),
    )


def database_away(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """503: the database does not answer."""
    _log.error("The database does not answer: %s", exception)
    response = _answer(
        request,
        _Problem(
            503,
            "The database does not answer",
            "The pages cannot be read or changed at the moment. Nothing was lost.",
            "Try again in a minute. If it stays, your administrator should look at the database server.",
            icon="server-stack",
            quiet=True,
        ),
    )
    response["Retry-After"] = "30"
    return response
