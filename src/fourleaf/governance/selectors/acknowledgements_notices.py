"""What became clearer in a policy that somebody acknowledged before: a notice for two weeks, nothing to acknowledge.

Whether a notice was read is not stored anywhere; it ends by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Q

from fourleaf.engine.policies.force import IN_FORCE_STATES
from fourleaf.governance.models import PolicyVersion
from fourleaf.governance.selectors.acknowledgements_people import Duty, given_by, roster
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
    """Person -> notices, for those who have any. One query while there is nothing new, else as many as `obligations`
    and one more."""
    day = on or clock.today()
    # A day more than needed, since the present day differs by region.
    lately = Q(minor__gt=0, state__in=IN_FORCE_STATES, effective_on__gte=day - NOTICED_FOR - timedelta(days=1))
    if not PolicyVersion.objects.filter(lately).exists():
        return {}
    known = load()
    began = _began(known)
    people = roster(person_ids, known, on)
    told = [(duty, since) for duty in people.duties if (since := _news(duty, began))]
    given = given_by(people, (duty for duty, _ in told), on)
    found: dict[int, list[Notice]] = {}
    for duty, since in told:
        rows = given.of(duty)
        before = (rows >= 0) & (given.days[rows] < since.toordinal())
        shown = {language: _notice(duty.loaded, language, since) for language in given.names}
        languages = given.languages[rows[before]].tolist()
        for person, language in zip(people.ids[duty.at[before]].tolist(), languages, strict=True):
            found.setdefault(person, []).append(shown[given.names[language]])
    return found


def _news(duty: Duty, began: Mapping[tuple[int, int, int], date]) -> date | None:
    """Since when the version is a minor one that is told about; None where it is not."""
    major, minor, _patch = duty.loaded.standing.number
    since = began.get((duty.loaded.policy_id, major, minor)) if minor else None
    return since if since is not None and since <= duty.day < since + NOTICED_FOR else None


def _notice(loaded: Loaded, language: str, since: date) -> Notice:
    title = loaded.titles.get(language) or loaded.title
    return Notice(loaded.policy_id, loaded.version_id, title, loaded.number, since)
