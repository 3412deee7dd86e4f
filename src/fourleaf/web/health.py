"""``/health``: for proxies and supervisors; says only whether the database answers."""

from __future__ import annotations

from django.db import Error, connection
from django.http import HttpRequest, JsonResponse

__all__ = ["health"]


def health(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, else 503. No sign-in, no details."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return JsonResponse({"status": "database unreachable"}, status=503)
    return JsonResponse({"status": "ok"})
