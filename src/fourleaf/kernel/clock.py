"""The injected clock. Nothing in the product asks the operating system for the time but this module."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

__all__ = ["frozen", "local_zone", "now", "today"]

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)  # noqa: TID251 - the one place that may ask


def local_zone() -> ZoneInfo:
    """The organisation's reporting zone."""
    return ZoneInfo(settings.TIME_ZONE)


def today(zone: ZoneInfo | None = None) -> date:
    """The present date in a zone; by default in the organisation's."""
    return now().astimezone(zone or local_zone()).date()


class _Frozen:
    """Handle of a frozen clock, for tests that let time pass."""

    def move(self, **delta: float) -> datetime:
        """Let time pass, by the keywords of ``timedelta``; gives the new time."""
        moved = now() + timedelta(**delta)
        _frozen.set(moved)
        return moved


@contextmanager
def frozen(at: datetime) -> Iterator[_Frozen]:
    """Hold the clock at ``at`` (aware) within the block."""
    if at.tzinfo is None:
        raise ValueError("The clock can only be frozen at an aware time.")
    token = _frozen.set(at.astimezone(UTC))
    try:
        yield _Frozen()
    finally:
        _frozen.reset(token)
