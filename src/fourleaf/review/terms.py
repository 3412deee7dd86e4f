"""Figures of the house: how long approvals and links hold, and when a stratum has enough items of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

__all__ = ["BULK_TIERS", "EXPIRY", "GROUP_WINDOW", "GUEST_LIFE", "LEAST_IN_WINDOW", "LINK_LIFE", "LONGEST", "UNDO"]

#: How long an approval may be used, by tier: what is said about prices or crises ages quickly.
EXPIRY: Final[Mapping[str, timedelta]] = {
    "R0": timedelta(days=30),
    "R1": timedelta(days=30),
    "R2": timedelta(days=14),
    "R3": timedelta(days=14),
    "R4": timedelta(days=2),
}
#: A group of authors has a stratum of its own from ten items a month on; counted over three months.
GROUP_WINDOW: Final = timedelta(days=90)
LEAST_IN_WINDOW: Final = 30
#: How long a mailed link to one decision works.
LINK_LIFE: Final = timedelta(hours=48)
#: How long a guest's link works unless said otherwise.
GUEST_LIFE: Final = timedelta(days=7)
#: How long a decision can be taken back, if nothing has happened since.
UNDO: Final = timedelta(minutes=1)
#: Longest note or comment, in characters.
LONGEST: Final = 4000
#: Tiers that may be decided many at once; graver ones are opened one by one.
BULK_TIERS: Final = frozenset({"R0", "R1", "R2"})
