"""How long belts last: months with clipped ends, grace, refreshers, and one belt down after two critical defects."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from fourleaf.engine.training.ladder import BELTS, LADDER, Belt, rank, rights_of

__all__ = [
    "DELTA_DAYS",
    "GRACE_DAYS",
    "LEAVE_MONTHS",
    "Award",
    "Due",
    "Standing",
    "State",
    "add_months",
    "day_said",
    "grace_until",
    "needs_refresher",
    "renewed_until",
    "standing",
    "state_on",
    "steps_down",
    "valid_until",
]

#: After the last valid day rights go on for so long before they are suspended (domain 03).
GRACE_DAYS: Final = 14
#: A new major version of a policy is to be learned within so many days (domain 03).
DELTA_DAYS: Final = 30
#: Who was away for longer takes a refresher (domain 03).
LEAVE_MONTHS: Final = 6

State = Literal["ahead", "valid", "grace", "lapsed"]


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months later, or the month's last day where there is no such day.

    31 January plus one month is 28 or 29 February; 29 February plus twelve months is 28 February.
    """
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def valid_until(belt: str, valid_from: date) -> date:
    """The last day of a belt that begins on this day: the day before the same day so many months later."""
    return add_months(valid_from, LADDER[belt].months) - timedelta(days=1)


def renewed_until(belt: str, until: date, on: date) -> date:
    """The new last day of a belt renewed on a day. Renewing early loses nothing: time is added to what is left.

    Only within the last three months before its end can time be added to a belt; earlier, and after its end, it begins
    anew on the day.
    """
    early = add_months(until, -3) <= on <= until
    begin = until + timedelta(days=1) if early else on
    return max(until, valid_until(belt, begin))


def grace_until(until: date) -> date:
    """The last day of grace after a last valid day."""
    return until + timedelta(days=GRACE_DAYS)


def state_on(valid_from: date, until: date, on: date) -> State:
    """Where a belt stands on a day; its last valid day and its last day of grace count."""
    if on < valid_from:
        return "ahead"
    if on <= until:
        return "valid"
    return "grace" if on <= grace_until(until) else "lapsed"


def needs_refresher(begins: date, ends: date) -> bool:
    """Whether an absence from ``begins`` to ``ends`` (both away) was longer than six months."""
    return ends + timedelta(days=1) > add_months(begins, LEAVE_MONTHS)


def steps_down(critical: Collection[date], on: date) -> bool:
    """Whether the critical defects of the twelve months up to a day (which counts) take one belt away: two do."""
    first = add_months(on, -12)
    return sum(first < day <= on for day in critical) >= 2


@dataclass(frozen=True)
class Award:
    """A belt that somebody was given and that was not taken away."""

    belt: Belt
    valid_from: date
    valid_until: date


@dataclass(frozen=True)
class Due:
    """Something still to be learned. From the day after ``grace_until`` rights wait for it: those named, or where none
    are, all from ``belt`` upward."""

    belt: Belt
    grace_until: date
    reason: str
    rights: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Standing:
    """What belts are worth on a day.

    ``belt``: the highest that counts (valid, or within grace); ``held``: the highest that was given and not lost,
    lapsed ones too; ``valid_until`` and ``counts_until`` of ``belt``, without and with grace, None for no belt;
    ``rights`` may be used, ``suspended`` would come back; ``reasons`` are sentences.
    """

    belt: Belt
    held: Belt
    valid_until: date | None
    counts_until: date | None
    rights: frozenset[str]
    suspended: frozenset[str]
    reasons: tuple[str, ...]


def day_said(day: date) -> str:
    """``3 May 2027``."""
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def standing(
    awards: Iterable[Award], dues: Iterable[Due] = (), *, on: date, suspended: Collection[str] = (), reason: str = ""
) -> Standing:
    """What these belts are worth on a day.

    A belt counts until its grace is over, and carries all belts below it. ``suspended`` are rights withheld by
    another part of the product, for ``reason``.
    """
    begun = [award for award in awards if award.valid_from <= on]
    held = max((award.belt for award in begun), key=rank, default=BELTS[0])
    counting = [award for award in begun if state_on(award.valid_from, award.valid_until, on) in ("valid", "grace")]
    best = max(counting, key=lambda award: (rank(award.belt), award.valid_until), default=None)
    belt: Belt = best.belt if best else BELTS[0]
    rights = set(rights_of(belt))
    reasons = []
    if rank(held) > rank(belt):
        ended = max(award.valid_until for award in begun if award.belt == held)
        reasons.append(
            f"The {LADDER[held].label} belt ran out on {day_said(ended)}; "
            "its rights come back as soon as it is renewed."
        )
    elif best and on > best.valid_until:
        reasons.append(
            f"The {LADDER[belt].label} belt ran out on {day_said(best.valid_until)}. Its rights go on until "
            f"{day_said(grace_until(best.valid_until))}; renew it before."
        )
    for due in dues:
        if on > due.grace_until:
            withheld = rights & (due.rights or rights_of("black") - _under(due.belt))
            if withheld:
                rights -= withheld
                reasons.append(due.reason)
    if rights & set(suspended):
        rights -= set(suspended)
        reasons.append(reason)
    return Standing(
        belt=belt,
        held=held,
        valid_until=best.valid_until if best else None,
        counts_until=grace_until(best.valid_until) if best else None,
        rights=frozenset(rights),
        suspended=rights_of(held) - rights,
        reasons=tuple(text for text in reasons if text),
    )


def _under(belt: str) -> frozenset[str]:
    """The rights that need less than this belt."""
    return rights_of(BELTS[max(0, rank(belt) - 1)])
