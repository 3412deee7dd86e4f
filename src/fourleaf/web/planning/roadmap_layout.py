"""Where things go on the roadmap's picture: days to the right, bars in lanes, labels where they are free.

Pure geometry in the units of the picture's view box.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal

__all__ = ["Lanes", "Placed", "Scale", "Tick", "place_label", "text_width", "ticks"]

#: Average width of a letter of the interface's face at 11 units, measured generously so that labels never collide.
_LETTER: Final = 5.75
_WIDE: Final = frozenset("mwMWQOGD%&–")
_NARROW: Final = frozenset("iljtfr.,:;'I1 ()")

Anchor = Literal["inside", "right", "left"]


@dataclass(frozen=True, slots=True)
class Scale:
    """Days from ``start`` to ``end`` on the units from ``left`` to ``right``."""

    start: date
    end: date
    left: float
    right: float

    def x(self, day: date) -> float:
        """The place of a day; days outside are outside."""
        return self.left + (day - self.start).days * self.per_day

    def clamp(self, day: date, beyond: float = 0.0) -> float:
        """The place of a day, at most ``beyond`` units outside."""
        return min(max(self.x(day), self.left - beyond), self.right + beyond)

    @property
    def per_day(self) -> float:
        """Units for one day."""
        return (self.right - self.left) / max(1, (self.end - self.start).days)

    def shows(self, first: date, last: date) -> bool:
        """Whether any of these days is on the picture."""
        return last >= self.start and first <= self.end


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a label goes: its left end, and the units from ``low`` to ``high`` that bar and label take together."""

    anchor: Anchor
    x: float
    low: float
    high: float


@dataclass(slots=True)
class Lanes:
    """Lanes that fill from the axis outwards; each holds what does not touch."""

    gap: float = 8.0
    taken: list[list[tuple[float, float]]] = field(default_factory=list)

    def put(self, low: float, high: float) -> int:
        """The number of the first lane that has the stretch free; it is taken then."""
        for lane, taken in enumerate(self.taken):
            if all(high + self.gap <= other_low or low >= other_high + self.gap for other_low, other_high in taken):
                taken.append((low, high))
                return lane
        self.taken.append([(low, high)])
        return len(self.taken) - 1

    def __len__(self) -> int:
        return len(self.taken)


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the calendar; ``strong`` begins a year."""

    on: date
    label: str
    strong: bool


def text_width(text: str, *, strong: bool = False, size: float = 11.0) -> float:
    """About how wide a text is, in units."""
    letters = sum(1.5 if c in _WIDE or c.isupper() else 0.62 if c in _NARROW else 1.0 for c in text)
    return letters * _LETTER * (1.06 if strong else 1.0) * size / 11.0


def place_label(x0: float, x1: float, width: float, bounds: tuple[float, float], *, pad: float = 6.0) -> Placed:
    """Inside the bar if the label fits, else to the right of it, else to the left."""
    low, high = max(x0, bounds[0]), min(x1, bounds[1])
    if high - low >= width + 2 * pad:
        return Placed("inside", low + pad, x0, x1)
    if high + pad + width <= bounds[1]:
        return Placed("right", high + pad - 1, x0, high + pad + width)
    return Placed("left", max(low - pad - width + 1, bounds[0]), max(low - pad - width, bounds[0]), x1)


def ticks(start: date, end: date) -> list[Tick]:
    """Years' quarters for long stretches, months for middling ones, weeks for short ones."""
    days = (end - start).days
    if days <= 120:
        first = start + timedelta(days=-start.weekday() % 7)
        step = 1 if days <= 70 else 2
        return [_week(first + timedelta(weeks=n)) for n in range(0, (end - first).days // 7 + 1, step)]
    every = 1 if days <= 550 else 3
    found, year, month = [], start.year, start.month
    while date(year, month, 1) <= end:
        day = date(year, month, 1)
        if day >= start and (month - 1) % every == 0:
            found.append(_month(day) if every == 1 else _quarter(day))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def _week(day: date) -> Tick:
    return Tick(day, f"{day.day} {day:%b}", day.day <= 7 and day.month == 1)


def _month(day: date) -> Tick:
    return Tick(day, f"{day:%b} {day.year}" if day.month == 1 else f"{day:%b}", day.month == 1)


def _quarter(day: date) -> Tick:
    number = (day.month - 1) // 3 + 1
    return Tick(day, f"{day.year}" if number == 1 else f"Q{number}", number == 1)
