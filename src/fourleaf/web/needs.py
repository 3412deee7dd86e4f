"""What needs me: a registry of providers, each of which counts things that wait for the actor.

    needs.register("listening.imports", lambda actor: [Need("Imports that failed", 2, "/imports/?state=failed")])

A provider makes at most one or two queries; they run on the home page and, a moment after a page is shown, for the
number in the top bar.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from fourleaf.kernel.actors import Actor

__all__ = ["PROVIDERS", "Need", "needs_of", "register"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Need:
    """Something that waits: what it is, how many, where to deal with it; ``kind`` is a state (attention, blocking)."""

    label: str
    count: int
    url: str
    icon: str = "inbox"
    kind: str = "attention"
    about: str = ""


Provider = Callable[[Actor], Iterable[Need]]
PROVIDERS: dict[str, Provider] = {}


def register(code: str, provider: Provider) -> Provider:
    """Add a provider under a code of its own."""
    if code in PROVIDERS:
        raise ValueError(f"The provider of needs {code} is registered twice.")
    PROVIDERS[code] = provider
    return provider


def needs_of(actor: Actor) -> list[Need]:
    """Everything that waits for this actor, blocking things first. A provider that fails is logged and left out."""
    found: list[Need] = []
    for code, provider in PROVIDERS.items():
        try:
            found.extend(need for need in provider(actor) if need.count > 0)
        except Exception:
            # One broken count must not take every page down with it.
            _log.exception("The provider of needs %s failed.", code)
    return sorted(found, key=lambda need: (need.kind != "blocking", need.label))
