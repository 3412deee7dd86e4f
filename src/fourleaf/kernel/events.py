"""News between contexts, delivered after the transaction commits.

An event is a frozen dataclass. It travels upward: a lower context publishes, a higher one subscribes. What must not be
lost is also visible as state and picked up by a due loop; a subscriber that fails is logged and does not stop others.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction

__all__ = ["publish", "subscribe"]

E = TypeVar("E")
_subscribers: dict[type, list[Callable[[Any], None]]] = defaultdict(list)
_log = logging.getLogger(__name__)


def subscribe(event_type: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Decorator: call the function with each event of this type, after commit."""

    def register(function: Callable[[E], None]) -> Callable[[E], None]:
        if function not in _subscribers[event_type]:
            _subscribers[event_type].append(function)
        return function

    return register


def publish(event: object) -> None:
    """Deliver the event to its subscribers once the present transaction has committed."""

    def deliver() -> None:
        for function in _subscribers[type(event)]:
            try:
                function(event)
            except Exception:
                _log.exception("%s failed on %r", function.__qualname__, event)

    transaction.on_commit(deliver)
