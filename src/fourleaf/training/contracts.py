"""Frozen values that training hands to other contexts, and its news; no framework in here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from fourleaf.engine.training.ladder import BELTS, RIGHT_LABELS, RIGHTS, Belt, Right, at_least, belt_of_right, rights_of

__all__ = [
    "BELTS",
    "RIGHTS",
    "RIGHT_LABELS",
    "Belt",
    "BeltFact",
    "BeltGranted",
    "BeltRestored",
    "BeltStanding",
    "BeltSuspended",
    "Decision",
    "Right",
    "WaveFact",
    "at_least",
    "belt_of_right",
    "rights_of",
]


@dataclass(frozen=True)
class BeltStanding:
    """What somebody's belts are worth on a day.

    ``belt``: the highest that counts (valid, or within its fourteen days of grace). ``held``: the highest that was
    given and not taken away, also when its rights are suspended because it ran out. ``valid_until``: last day without
    grace; ``counts_until``: with grace. ``rights`` may be used; ``suspended`` come back when what ``reasons`` say is
    done. ``brand_badges``: brands whose voice was learned. ``opted_out``: the person wants the job free of public
    communication.
    """

    person_id: int
    belt: Belt = "none"
    held: Belt = "none"
    valid_until: date | None = None
    counts_until: date | None = None
    rights: frozenset[str] = frozenset()
    suspended: frozenset[str] = frozenset()
    reasons: tuple[str, ...] = ()
    brand_badges: frozenset[int] = frozenset()
    opted_out: bool = False


@dataclass(frozen=True)
class Decision:
    """Whether somebody may, and if not, why: sentences for that person."""

    allowed: bool
    reasons: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.allowed


@dataclass(frozen=True)
class BeltFact:
    """Somebody's belt for the snapshot of the organisation. ``counts_until`` includes grace."""

    person_id: int
    belt: Belt
    counts_until: date | None
    care_role_play: bool
    care_role_play_on: date | None
    opted_out: bool


@dataclass(frozen=True)
class WaveFact:
    """A wave of training; shares are 0 to 1, None while there is nothing to count or it would be of single people."""

    number: int
    state: str
    belt: Belt
    size: int
    department_ids: tuple[int, ...]
    region_ids: tuple[int, ...]
    density: float | None
    adjacent_share: float | None
    completed_share: float | None
    passed_share: float | None
    used_share: float | None
    starts_on: date | None
    ends_on: date | None
    open_critical: int | None = 0
    missing: tuple[str, ...] = field(default=())


# --- news, see kernel.events ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BeltGranted:
    """Somebody has a belt, or has it again for longer."""

    person_id: int
    belt: Belt
    valid_until: date


@dataclass(frozen=True)
class BeltSuspended:
    """Rights were suspended; the belt is not lost."""

    person_id: int
    rights: frozenset[str]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class BeltRestored:
    """Suspended rights are back."""

    person_id: int
    rights: frozenset[str]
