"""Belts as groups of people, for the scope of policies: ``belt:green`` holds those with a Green or higher belt."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Final

from fourleaf.engine.training.ladder import BELTS, Belt, rank
from fourleaf.engine.training.validity import Award, state_on
from fourleaf.governance.public import register_groups
from fourleaf.training.selectors.standings import awards_on

__all__ = ["PREFIX", "belt_groups"]

PREFIX: Final = "belt"
#: Belt -> its own group and those of the belts below it.
_GROUPS: Final = {belt: frozenset(f"{PREFIX}:{one}" for one in BELTS[1 : rank(belt) + 1]) for belt in BELTS}


def belt_groups(person_ids: Collection[int], on: date) -> Mapping[int, frozenset[str]]:
    """Person -> groups, for those who hold a belt that counts on the day. One query.

    Suspended rights are not looked at: they depend on which policies apply, which is asked with the help of this.
    """
    return {person: _GROUPS[_counting(awards, on)] for person, awards in awards_on(person_ids, on).items()}


def _counting(awards: Iterable[Award], on: date) -> Belt:
    """The highest belt that is valid or within grace."""
    states = ((award.belt, state_on(award.valid_from, award.valid_until, on)) for award in awards)
    return max((belt for belt, state in states if state in ("valid", "grace")), key=rank, default=BELTS[0])


register_groups(PREFIX, belt_groups, codes=[f"{PREFIX}:{belt}" for belt in BELTS[1:]])
