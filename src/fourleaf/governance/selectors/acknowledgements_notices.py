"""What became clearer in a policy that somebody acknowledged before: a notice for two weeks, nothing to acknowledge.

Whether a notice was read is not stored anywhere; it ends by itself.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Q

from fourleaf.engine.policies.force import IN_FORCE_STATES
from fourleaf.governance.models import PolicyVersion
from fourleaf.governance.selectors.acknowledgements import owed
from fourleaf.governance.selectors.policies_force import Loaded, load
from fourleaf.kernel import clock

__all__ = ["NOTICED_FOR", "Notice", "notices"]

NOTICED_FOR: Final = timedelta(days=14)


@dataclass(frozen=True)
class Notice:
    """A minor version that came into force after somebody acknowledged the major one."""

    policy_id: int
    version_id: int
    title: str
    number: str
    since: date


def _began(known: Collection[Loaded]) -> dict[tuple[int, int, int], date]:
    """(policy, major, minor) -> the first day of it anywhere; patches belong to the minor version that they mend."""
    found: dict[tuple[int, int, int], date] = {}
    for one in known:
        day = one.standing.effective_on
        if day is not None:
            key = (one.policy_id, *one.standing.number[:2])
            found[key] = min(day, found.get(key, day))
    return found


def notices(person_ids: Collection[int], *, on: date | None = None) -> dict[int, list[Notice]]:
    """Person -> notices, for those who have any. One query while there is nothing new, else two more than
    `obligations`."""
    day = on or clock.today()
    # A day more than needed, since the present day differs by region.
    lately = Q(minor__gt=0, state__in=IN_FORCE_STATES, effective_on__gte=day - NOTICED_FOR - timedelta(days=1))
    if not PolicyVersion.objects.filter(lately).exists():
        return {}
    began = _began(load())
    found: dict[int, list[Notice]] = {}
    for person, items in owed(person_ids, on).items():
        for duty, present, _, given in items:
            loaded = duty.loaded
            major, minor, _patch = loaded.standing.number
            since = began.get((loaded.policy_id, major, minor))
            if minor and since is not None and given is not None and given[1] < since <= present < since + NOTICED_FOR:
                title = loaded.titles.get(given[0]) or loaded.title
                notice = Notice(loaded.policy_id, loaded.version_id, title, loaded.number, since)
                found.setdefault(person, []).append(notice)
    return found
