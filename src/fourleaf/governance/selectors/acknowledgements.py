"""Who has to acknowledge what, by when, and which rights rest meanwhile. Set queries; people are never asked singly."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from fourleaf.engine.policies.duties import NO_DAY, Ints, alike, joint
from fourleaf.governance.contracts import DUE_DAYS, Obligation
from fourleaf.governance.selectors.acknowledgements_people import Duty, Given, given_by, roster
from fourleaf.governance.selectors.policies_force import load

__all__ = ["DUE", "GRACE", "obligations", "still_open", "suspended_rights"]

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
    if people.duties:
        at = np.concatenate([duty.at for duty in people.duties])
        owed = np.concatenate([_obligations(duty, people.started, given) for duty in people.duties])
        # By person; of each in the order of the versions.
        flat = owed[np.argsort(at, kind="stable")].tolist()
        ends = np.cumsum(np.bincount(at, minlength=len(people.ids)))
        begins = [0, *ends[:-1].tolist()]
        found = {person: flat[a:b] for person, a, b in zip(found, begins, ends.tolist(), strict=True)}
    return found


def still_open(
    person_ids: Collection[int], *, on: date | None = None, policy_id: int | None = None
) -> dict[int, list[Obligation]]:
    """What is not acknowledged yet, for those who have any of it; quicker than `obligations`."""
    people = roster(person_ids, load(policy_id=policy_id), on)
    given = given_by(people, people.duties, on, told=False)
    found: dict[int, list[Obligation]] = {}
    for duty in people.duties:
        without = replace(duty, at=duty.at[given.of(duty) < 0])
        owed = _obligations(without, people.started, given).tolist()
        for person, one in zip(people.ids[without.at].tolist(), owed, strict=True):
            found.setdefault(person, []).append(one)
    return found


def _obligations(duty: Duty, started: Ints, given: Given) -> NDArray[Any]:
    """The obligation of each of those who have the duty. Those who owe the same until the same day share one."""
    rows = given.of(duty)
    begun = np.maximum(started[duty.at], duty.since.toordinal())
    kinds, firsts = alike([begun, given.days[rows], given.languages[rows]])
    made = np.empty(len(firsts), object)
    columns = (begun[firsts], given.days[rows[firsts]], given.languages[rows[firsts]])
    for place, (first, on, language) in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        due = date.fromordinal(first) + DUE
        stored = (given.names[language], date.fromordinal(on)) if on != NO_DAY else None
        made[place] = _obligation(duty, due, stored)
    shared: NDArray[Any] = made[kinds]
    return shared


def _obligation(duty: Duty, due: date, given: tuple[str, date] | None) -> Obligation:
    loaded = duty.loaded
    language = given[0] if given else loaded.language
    return Obligation(
        policy_id=loaded.policy_id,
        kind=loaded.kind,
        title=loaded.titles.get(language) or loaded.title,
        major=loaded.major,
        language=language,
        due_on=due,
        grace_until=due + GRACE,
        acknowledged_on=given[1] if given else None,
        state="done" if given else _state(duty.day, due, due + GRACE),
        version_id=loaded.version_id,
    )


def _state(on: date, due: date, grace: date) -> Literal["open", "overdue", "suspended"]:
    return "open" if on <= due else "overdue" if on <= grace else "suspended"


def suspended_rights(person_ids: Collection[int], *, on: date | None = None) -> dict[int, frozenset[str]]:
    """The rights that rest, for those who have any resting: acknowledgements overdue beyond the grace.

    Only duties that can be overdue for anybody are looked up, so it costs little while nothing is.
    """
    people = roster(person_ids, load(), on)
    late = [duty for duty in people.duties if duty.loaded.rights and duty.day > duty.since + DUE + GRACE]
    given = given_by(people, late, on, told=False)
    resting = np.zeros((len(people.ids), len(late)), np.bool_)
    for column, duty in enumerate(late):
        # Who joined later than the version has until later.
        in_time = people.started[duty.at] >= (duty.day - DUE - GRACE).toordinal()
        resting[duty.at, column] = (given.of(duty) < 0) & ~in_time
    who = np.flatnonzero(resting.any(axis=1))
    kinds, firsts = alike(joint(resting[who])) if len(who) else (who, who)
    rights = [
        frozenset(right for at in np.flatnonzero(resting[first]).tolist() for right in late[at].loaded.rights)
        for first in who[firsts].tolist()
    ]
    return dict(zip(people.ids[who].tolist(), (rights[kind] for kind in kinds.tolist()), strict=True))
