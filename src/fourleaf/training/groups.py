"""Belts as groups of people, for the scope of policies: ``belt:green`` holds those with a Green or higher belt."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from fourleaf.engine.training.ladder import BELTS, rank
from fourleaf.engine.training.validity import standing
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
    return {person: _GROUPS[standing(awards, on=on).belt] for person, awards in awards_on(person_ids, on).items()}


register_groups(PREFIX, belt_groups, codes=[f"{PREFIX}:{belt}" for belt in BELTS[1:]])
