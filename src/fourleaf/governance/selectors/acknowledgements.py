"""Who has to acknowledge what, by when, and which rights rest meanwhile. Set queries; people are never asked singly."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from fourleaf.engine.policies.duties import Ints, alike, joint
from fourleaf.governance.contracts import DUE_DAYS, Obligation
from fourleaf.governance.selectors.acknowledgements_people import Duty, Given, Part, given_by, roster
from fourleaf.governance.selectors.policies_force import load

__all__ = ["DUE", "GRACE", "obligations", "suspended_rights"]

#: Time to acknowledge, from the day a major version begins or somebody joins; then the grace until rights rest.
DUE: Final = timedelta(days=DUE_DAYS)
GRACE: Final = timedelta(days=14)


def obligations(
    person_ids: Collection[int], *, on: date | None = None, policy_id: int | None = None
) -> dict[int, list[Obligation]]:
    """What each person has to acknowledge or has acknowledged; nobody who has left, or starts later, owes anything.

    About six queries, however many people. ``due_on`` is 30 days after the major version began where they are, or
    after their first day; rights rest when ``grace_until`` (14 days more) is over.
    """
    people = roster(person_ids, load(policy_id=policy_id), on)
    given = given_by(people, people.duties, on)
    found: dict[int, list[Obligation]] = {person: [] for person in people.ids.tolist()}
    for part in people.parts:
        if part.duties:
            columns = [_obligations(duty, part, people.started, given) for duty in part.duties]
            found.update(zip(people.ids[part.at].tolist(), np.stack(columns, axis=1).tolist(), strict=True))
    return found


def _obligations(duty: Duty, part: Part, started: Ints, given: Given) -> NDArray[Any]:
    """The obligation of each of these people. Those who owe the same until the same day share one."""
    rows = given.of(duty, part.at)
    begun = np.maximum(started[part.at], duty.since.toordinal())
    kinds, firsts = alike([begun, given.days[rows], given.languages[rows]])
    made = np.empty(len(firsts), object)
    for place, first in enumerate(firsts.tolist()):
        row = rows[first]
        language = given.names[given.languages[row]] if row >= 0 else ""
        on = date.fromordinal(int(given.days[row])) if row >= 0 else None
        made[place] = _obligation(duty, part.day, date.fromordinal(int(begun[first])) + DUE, language, on)
    shared: NDArray[Any] = made[kinds]
    return shared


def _obligation(duty: Duty, day: date, due: date, language: str, acknowledged_on: date | None) -> Obligation:
    loaded = duty.loaded
    language = language if acknowledged_on else loaded.language
    return Obligation(
        policy_id=loaded.policy_id,
        kind=loaded.kind,
        title=loaded.titles.get(language) or loaded.title,
        major=loaded.major,
        language=language,
        due_on=due,
        grace_until=due + GRACE,
        acknowledged_on=acknowledged_on,
        state="done" if acknowledged_on else _state(day, due, due + GRACE),
        version_id=loaded.version_id,
    )


def _state(on: date, due: date, grace: date) -> Literal["open", "overdue", "suspended"]:
    return "open" if on <= due else "overdue" if on <= grace else "suspended"


def suspended_rights(person_ids: Collection[int], *, on: date | None = None) -> dict[int, frozenset[str]]:
    """The rights that rest, for those who have any resting: acknowledgements overdue beyond the grace.

    Only duties that can be overdue for anybody are looked up, so it costs little while nothing is.
    """
    people = roster(person_ids, load(), on)
    late = [(part, [duty for duty in part.duties if _may_rest(duty, part.day)]) for part in people.parts]
    given = given_by(people, (duty for _, duties in late for duty in duties), on, told=False)
    found: dict[int, frozenset[str]] = {}
    for part, duties in late:
        if not duties:
            continue
        # Who joined later than the version has until later.
        in_time = (part.day - DUE - GRACE).toordinal() <= people.started[part.at]
        resting = np.stack([(given.of(duty, part.at) < 0) & ~in_time for duty in duties], axis=1)
        kinds, firsts = alike(joint(resting))
        rights = [
            frozenset(right for at in np.flatnonzero(resting[first]).tolist() for right in duties[at].loaded.rights)
            for first in firsts.tolist()
        ]
        at_rest = resting.any(axis=1)
        who = people.ids[part.at][at_rest].tolist()
        found.update(zip(who, (rights[kind] for kind in kinds[at_rest].tolist()), strict=True))
    return found


def _may_rest(duty: Duty, day: date) -> bool:
    """Whether the duty carries rights and is overdue for whoever was here when it began."""
    return bool(duty.loaded.rights) and day > duty.since + DUE + GRACE
