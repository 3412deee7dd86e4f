"""Who is there with a belt: in the roles of the catalogue, and in the hours of a week. Counts, never one person.

Small regions that must not be shown, and roles whose few holders would be figures of single people where a region
counts teams only, are left out and named as such.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from fourleaf.engine.businesstime import BusinessCalendar
from fourleaf.engine.training.ladder import Belt, at_least
from fourleaf.governance import public as governance
from fourleaf.kernel import clock, public
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.permissions import require
from fourleaf.training.selectors.coverage import FEWEST
from fourleaf.training.selectors.standings import standings

__all__ = ["BANDS", "HoursCoverage", "RoleCoverage", "coverage_by_hour", "coverage_by_role"]

_VIEW: Final = "training.view_coverage"
#: The least number of people for each step of the strip. One person alone is no cover, and would be a figure of one.
BANDS: Final[tuple[int, ...]] = (2, 5, 10)


@dataclass(frozen=True)
class RoleCoverage:
    """A role of the catalogue. ``people`` and ``holding`` are None where they may not be shown."""

    code: str
    people: int | None
    holding: int | None


def coverage_by_role(actor: Actor, *, belt: Belt) -> list[RoleCoverage]:
    """How many holders of each role hold at least a belt, in the order of codes.

    From five holders on, as units are; and where some region counts teams only, unless all or none of them hold it,
    since that would say it of each.
    """
    require(actor, _VIEW)
    here = {person.id: person.region_id for person in public.people_now()}
    roles = {
        code: [one for one in people if one in here] for code, people in governance.body_facts().roles.items()
    }  # fmt: skip
    worth = standings({one for people in roles.values() for one in people}, on=clock.today())
    open_regions = governance.person_level_regions()
    found = []
    for code, people in sorted(roles.items()):
        holding = sum(at_least(worth[one].belt, belt) for one in people)
        open_to_all = all(here[one] in open_regions for one in people)
        if len(people) >= FEWEST and (open_to_all or 0 < holding < len(people)):
            found.append(RoleCoverage(code, len(people), holding))
        else:
            found.append(RoleCoverage(code, None, None))
    return found


@dataclass(frozen=True)
class HoursCoverage:
    """A week of 24 hours a day, Monday first, in ``zone``. Each hour is a step: 0 fewer than two people, 1 to 3 as
    `BANDS`. ``left_out``: regions too small to count here."""

    zone: str
    steps: tuple[tuple[int, ...], ...]
    left_out: tuple[str, ...]

    @property
    def covered(self) -> int:
        """Hours of the 168 in which two or more are at work."""
        return sum(step > 0 for day in self.steps for step in day)

    @property
    def longest_gap(self) -> tuple[int, int, int] | None:
        """(hours, weekday, hour of the day) of the longest stretch without two people, over the end of the week."""
        week = [step > 0 for day in self.steps for step in day]
        if all(week):
            return None
        if not any(week):
            return 168, 0, 0
        begin = next(place for place in range(168) if week[place - 1] and not week[place])
        turned = [*range(begin, 168), *range(begin)]
        gaps = [list(run) for on, run in groupby(turned, key=lambda place: week[place]) if not on]
        longest = max(gaps, key=len)
        return len(longest), *divmod(longest[0], 24)


def coverage_by_hour(actor: Actor, *, belt: Belt, zone: str = "UTC") -> HoursCoverage:
    """In which hours of this week people with the belt are at work, by the working hours of their regions.

    Leave and public holidays are not looked at. An hour counts when its middle lies in working hours.
    """
    require(actor, _VIEW)
    people = [person for person in public.people_now() if person.region_id is not None]
    sizes = Counter(person.region_id for person in people)
    # Steps are coarse and no total is told, so nothing hidden can be worked out and no second region need be.
    hidden = {key for key, size in sizes.items() if size < FEWEST} - set(governance.person_level_regions())
    shown = [person for person in people if person.region_id not in hidden]
    worth = standings([person.id for person in shown], on=clock.today())
    holding = Counter(person.region_id for person in shown if at_least(worth[person.id].belt, belt))
    regions = public.regions()
    calendars = {
        key: BusinessCalendar.of(ZoneInfo(regions[key].time_zone), regions[key].working_hours)
        for key in holding
        if key is not None and key in regions
    }
    numbers = {key: holding[key] for key in calendars}
    return HoursCoverage(
        zone=zone,
        steps=_week(calendars, numbers, ZoneInfo(zone)),
        left_out=tuple(sorted(regions[key].name for key in hidden if key is not None and key in regions)),
    )


def _week(
    calendars: Mapping[int, BusinessCalendar], numbers: Mapping[int, int], zone: tzinfo
) -> tuple[tuple[int, ...], ...]:
    today = clock.now().astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    rows = []
    for day in range(7):
        row = []
        for hour in range(24):
            at = datetime.combine(monday + timedelta(days=day), datetime.min.time(), zone).replace(hour=hour, minute=30)
            there = sum(numbers[key] for key, calendar in calendars.items() if calendar.is_open(at))
            row.append(sum(there >= least for least in BANDS))
        rows.append(tuple(row))
    return tuple(rows)
