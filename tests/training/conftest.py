"""Belts for the cast."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from fourleaf.kernel import clock

NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


@pytest.fixture
def noon() -> Iterator[Any]:
    """The clock held at noon of 15 June 2026; move it with ``noon.move(days=3)``."""
    with clock.frozen(NOON) as held:
        yield held


@pytest.fixture
def give(db: None) -> Callable[..., Any]:
    """``give(member, "green")`` sets a belt that began on 1 January 2026."""
    from fourleaf.kernel.actors import system_actor
    from fourleaf.training.services.belts import set_belt

    def make(who: Any, belt: str, *, begin: date = date(2026, 1, 1), until: date | None = None) -> Any:
        return set_belt(
            actor=system_actor("the test"),
            person_id=who.person.pk,
            belt=belt,
            valid_from=begin,
            valid_until=until,
            reason="The test needs it.",
        )

    return make
