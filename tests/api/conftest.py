from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def api_for() -> Callable[..., Any]:
    """``api_for(analyst)`` is a client that sends a token with all rights that its owner can give."""
    from django.test import Client

    from fourleaf.kernel.services.tokens import available_scopes, make_token

    def make(who: Any, scopes: list[str] | None = None) -> Client:
        wanted = [code for code, _ in available_scopes(who.actor)] if scopes is None else scopes
        key = make_token(actor=who.actor, name="test", scopes=wanted).key
        return Client(headers={"authorization": f"Bearer {key}"})

    return make
