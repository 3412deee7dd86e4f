"""How quick review is: time to the verdict and age of the queue, by tier. Never by person or group."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final, cast

from fourleaf.engine.review import TIERS
from fourleaf.kernel import clock
from fourleaf.review.models import OPEN, ReviewItem
from fourleaf.review.routing import calendars

__all__ = ["PACE_DAYS", "Pace", "pace"]

#: Verdicts of so many days are looked at.
PACE_DAYS: Final = 28
#: Fewer verdicts than this say something about people rather than about review.
_LEAST: Final = 5
#: Most items looked at, the latest first.
_MOST: Final = 1000
_Waiting = tuple[str, int | None, datetime]
_Decided = tuple[str, int | None, datetime, datetime, datetime | None]


@dataclass(frozen=True)
class Pace:
    """One tier. Minutes are those in which the region of an item works; a median needs five verdicts.

    ``in_time``: share of the verdicts that came by their target, 0 to 1; None where there is none, as for R4.
    """

    tier: str
    decided: int
    median_minutes: float | None
    in_time: float | None
    open: int
    oldest_minutes: float | None


def pace() -> list[Pace]:
    """Each tier that was decided lately or has open items, the gravest first. Three queries."""
    now, open_at = clock.now(), calendars()
    waited: dict[str, list[float]] = defaultdict(list)
    kept: dict[str, list[bool]] = defaultdict(list)
    since = now - timedelta(days=PACE_DAYS)
    rows = ReviewItem.objects.filter(before=True, decided_at__gte=since, submitted_at__isnull=False).exclude(tier="")
    latest = rows.order_by("-decided_at").values_list("tier", "region_id", "submitted_at", "decided_at", "due_at")
    for tier, region, start, end, due in cast("list[_Decided]", list(latest[:_MOST])):
        waited[tier].append(open_at(region).minutes_between(start, end))
        if due is not None:
            kept[tier].append(end <= due)
    ages: dict[str, list[float]] = defaultdict(list)
    waiting = ReviewItem.objects.filter(state__in=OPEN, submitted_at__isnull=False).exclude(tier="")
    oldest = waiting.order_by("submitted_at").values_list("tier", "region_id", "submitted_at")
    for tier, region, start in cast("list[_Waiting]", list(oldest[:_MOST])):
        ages[tier].append(open_at(region).minutes_between(start, now))
    return [
        Pace(
            tier=tier,
            decided=len(waited[tier]),
            median_minutes=median(waited[tier]) if len(waited[tier]) >= _LEAST else None,
            in_time=sum(kept[tier]) / len(kept[tier]) if len(kept[tier]) >= _LEAST else None,
            open=len(ages[tier]),
            oldest_minutes=max(ages[tier], default=None),
        )
        for tier in reversed(TIERS)
        if waited[tier] or ages[tier]
    ]
