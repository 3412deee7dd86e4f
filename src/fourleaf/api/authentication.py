"""A token in the ``Authorization`` header becomes the actor of the request."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from ninja.security import HttpBearer

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.services.tokens import actor_for_token

__all__ = ["TokenAuth", "actor_of"]


class TokenAuth(HttpBearer):
    """Bearer tokens; what a token may do is what its scopes and its owner's roles both allow."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        return actor_for_token(token)


def actor_of(request: HttpRequest) -> Actor:
    """The actor behind an authenticated request."""
    return cast("Actor", request.auth)  # type: ignore[attr-defined]  # set by the API library
