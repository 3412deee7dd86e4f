"""Waves of training: how tied a group is, who comes next, and whether the gate to the next wave is open.

Small, connected groups first, then outwards along ties (domain 03, "rollout").
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

__all__ = [
    "FIRST_SIZE",
    "GATE",
    "MIN_DENSITY",
    "MIN_DEPARTMENTS",
    "USE_DAYS",
    "Candidate",
    "GateFacts",
    "Ranked",
    "band",
    "density",
    "first_group",
    "first_group_faults",
    "gate_missing",
    "neighbours",
    "ranked",
]

FIRST_SIZE: Final = (6, 12)
MIN_DEPARTMENTS: Final = 3
MIN_DENSITY: Final = 0.4
#: Shares that a wave must reach before the next one starts: complete, passed at the first or second try, right used.
GATE: Final = (0.8, 0.8, 0.5)

#: A new right is to be used within so many days.
USE_DAYS: Final = 30

Pair = tuple[int, int]


def neighbours(ties: Iterable[Pair]) -> dict[int, set[int]]:
    """Person -> those they are tied to. A tie to oneself is none."""
    found: dict[int, set[int]] = defaultdict(set)
    for low, high in ties:
        if low != high:
            found[low].add(high)
            found[high].add(low)
    return dict(found)


def density(members: Collection[int], tied: Mapping[int, Collection[int]]) -> float | None:
    """Ties inside a group / possible ties, 0 to 1; None for fewer than two people."""
    inside = set(members)
    if len(inside) < 2:
        return None
    ties = sum(b in tied.get(a, ()) for a, b in combinations(sorted(inside), 2))
    return ties / (len(inside) * (len(inside) - 1) / 2)


def first_group_faults(
    members: Collection[int], department: Mapping[int, int | None], tied: Mapping[int, Collection[int]]
) -> list[str]:
    """What a group lacks to be the first wave, as sentences; none if nothing."""
    found = []
    low, high = FIRST_SIZE
    if not low <= len(members) <= high:
        found.append(f"The first wave has {low} to {high} people; this one has {len(members)}.")
    units = {department.get(person) for person in members} - {None}
    if len(units) < MIN_DEPARTMENTS:
        found.append(f"They come from {len(units)} departments; take at least {MIN_DEPARTMENTS}.")
    tight = density(members, tied)
    if tight is None or tight < MIN_DENSITY:
        said = "none" if tight is None else f"{tight:.0%}"
        found.append(
            f"Of the possible ties within the group {said} are there; at least {MIN_DENSITY:.0%} make a group that "
            "carries each other."
        )
    return found


def first_group(
    people: Collection[int], department: Mapping[int, int | None], tied: Mapping[int, Collection[int]], *, size: int = 9
) -> list[int]:
    """A proposal for the first wave: grown from the best tied person, always by whoever has most ties to the group.

    While fewer than three departments are in it, people of new departments come first. Ties in rank are broken by
    the smaller id, so the same input gives the same group. Fewer than six people are no proposal: an empty list.
    """
    pool = set(people)
    inside = {person: set(tied.get(person, ())) & pool for person in pool}
    seeds = sorted(pool, key=lambda person: (-len(inside[person]), person))[:25]
    best: list[int] = []
    best_score = (-1, -1.0)
    for seed in seeds:
        group = [seed]
        while len(group) < size:
            units = {department.get(person) for person in group}
            around = {one for person in group for one in inside[person]} - set(group)
            if not around:
                break
            lacking = len(units) < MIN_DEPARTMENTS

            def rank(
                one: int, lacking: bool = lacking, units: set[int | None] = units, group: list[int] = group
            ) -> tuple[bool, int, int]:
                new = lacking and department.get(one) not in units
                return not new, -len(inside[one] & set(group)), one

            group.append(min(around, key=rank))
        if len(group) < FIRST_SIZE[0]:
            continue
        faults = len(first_group_faults(group, department, inside))
        score = (-faults, density(group, inside) or 0.0)
        if score > best_score or not best:
            best, best_score = group, score
    return best


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be in the next wave. ``willingness`` 1 to 5, None if not asked; ``need`` 0 to 1, how much
    the role needs the belt; ``opted_out`` takes them off the list."""

    person: int
    certified_ties: int
    willingness: int | None = None
    need: float = 0.5
    opted_out: bool = False


@dataclass(frozen=True)
class Ranked:
    """A candidate with the score that ranks them and the parts of it."""

    person: int
    score: float
    certified_ties: int
    willingness: int | None
    need: float


def ranked(candidates: Iterable[Candidate]) -> list[Ranked]:
    """Candidates by ties to certified people x willingness x need, best first; equal ones by id.

    One is added to the ties, so that somebody without any is ranked by the other two rather than lost; who was not
    asked counts as undecided (3 of 5).
    """
    found = [
        Ranked(
            one.person,
            (1 + one.certified_ties) * ((one.willingness or 3) / 5) * one.need,
            one.certified_ties,
            one.willingness,
            one.need,
        )
        for one in candidates
        if not one.opted_out
    ]
    return sorted(found, key=lambda one: (-one.score, one.person))


def band(done: int, size: int) -> tuple[int, int]:
    """(lowest, highest) of the step that a count falls into: fewer than half, half to 80 %, 80 % or more of a group.

    The steps are those that a gate asks for. None and all are never told apart from other counts if ``size`` >= 5.
    """
    steps = (0, (size + 1) // 2, (4 * size + 4) // 5, size + 1)
    place = max(number for number in range(3) if steps[number] <= done)
    return steps[place], steps[place + 1] - 1


@dataclass(frozen=True)
class GateFacts:
    """What the gate after a wave counts: people who are counted, complete, passed at once or at the second try, right
    used within 30 days, critical defects that are open.

    Where some are counted in steps, the three counts are the lowest they may be, ``more`` is how much higher each may
    be, and ``open_critical`` counts as one what such people have. ``uncounted`` are too few to be counted at all.
    """

    size: int
    complete: int
    passed: int
    used: int
    open_critical: int
    more: tuple[int, int, int] = (0, 0, 0)
    in_steps: bool = False
    uncounted: int = 0

    @property
    def exact(self) -> bool:
        """Whether everybody is counted as they are."""
        return not self.in_steps and not self.uncounted

    @property
    def said(self) -> tuple[str, ...]:
        """Complete, passed, used as words: "4 of 6", "3 to 5 of 11"."""
        lows = (self.complete, self.passed, self.used)
        return tuple(
            f"{low} to {low + more} of {self.size}" if more else f"{low} of {self.size}"
            for low, more in zip(lows, self.more, strict=True)
        )

    @property
    def shares(self) -> tuple[float, float, float]:
        """Complete, passed, used, each of the size; 0 for an empty wave."""
        of = self.size or 1
        return self.complete / of, self.passed / of, self.used / of


def gate_missing(facts: GateFacts) -> list[str]:
    """What is missing before the next wave may start, as sentences; none: the gate is open.

    Nothing but what `GateFacts` tells is looked at, so that the sentences say no more of anybody than the counts do.
    """
    if facts.size == 0 and facts.uncounted:
        return ["Its people are too few to be counted where only teams are counted; write a reason to go on."]
    if facts.size == 0:
        return ["Nobody is in the wave."]
    words: Sequence[str] = (
        "have finished",
        "have passed the quiz at the first or second try",
        "have used their new right within 30 days",
    )
    found = []
    for share, needed, so_far, said in zip(facts.shares, GATE, facts.said, words, strict=True):
        if share < needed:
            found.append(f"{so_far} {said}; the gate asks for {needed:.0%}.")
    if facts.open_critical and facts.in_steps:
        found.append("A critical defect is still open.")
    elif facts.open_critical:
        plural = "" if facts.open_critical == 1 else "s"
        found.append(f"{facts.open_critical} critical defect{plural} still open.")
    return found
