"""Time that counts: minutes and days within working hours, in a zone with its changes of the clock."""

from __future__ import annotations

from fourleaf.engine.businesstime.calendar import ALWAYS, BusinessCalendar

__all__ = ["ALWAYS", "BusinessCalendar"]
