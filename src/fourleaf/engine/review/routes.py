"""Who must approve an item, who may, what is still missing, and what an edit opens again.

A need is a tree: a `Step` asks for m approvals out of a group, `AllOf` for all its parts, `AnyOf` for one of them. Who
holds a belt, is away or has handed over comes in as facts; an approval counts only for the content it was given for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, get_args

from fourleaf.engine.review.tiers import Flag, Item, Tier, tier_of

__all__ = [
    "BELTS", "AllOf", "AnyOf", "Approval", "Belt", "Candidate", "Delegation", "Facts", "Missing", "Need", "Person",
    "RegionalRule", "RouteProblem", "Step", "candidates", "content_hash", "finished", "lint", "missing", "reopened",
    "route", "steps",
]  # fmt: skip

Belt = Literal["none", "white", "yellow", "orange", "green", "blue", "black"]
#: From the lowest to the highest.
BELTS: Final[tuple[Belt, ...]] = get_args(Belt)


@dataclass(frozen=True)
class Step:
    """`m` approvals out of `people`, who are asked in their order. `fields` are what it judges; empty: everything.

    With `distinct_departments` no two of the m may be of the same department.
    """

    id: str
    label: str
    people: tuple[str, ...]
    m: int = 1
    belt: Belt = "none"
    fields: frozenset[str] = frozenset()
    distinct_departments: bool = False

    def __post_init__(self) -> None:
        if self.m < 1:
            raise ValueError(f"{self.label} asks for {self.m} approvals. A step needs at least one; else leave it out.")


@dataclass(frozen=True)
class AllOf:
    """Every part is needed. Without parts nothing is."""

    parts: tuple[Need, ...] = ()


@dataclass(frozen=True)
class AnyOf:
    """One part is enough."""

    parts: tuple[Need, ...]

    def __post_init__(self) -> None:
        if not self.parts:
            raise ValueError("A choice needs at least one part, or nothing could ever satisfy it.")


Need = Step | AllOf | AnyOf


@dataclass(frozen=True)
class RegionalRule:
    """What a region asks for in addition, for all items or those with one of `flags`."""

    id: str
    region: str
    sentence: str
    need: Need
    flags: frozenset[Flag] = frozenset()

    def applies(self, item: Item) -> bool:
        """Whether it concerns the item."""
        return item.region == self.region and (not self.flags or bool(item.flags & self.flags))


@dataclass(frozen=True)
class Person:
    """Facts about an approver. `absent` are spans of days, both included; deputies stand in during them."""

    id: str
    department: str = ""
    belt: Belt = "none"
    belt_until: date | None = None
    absent: tuple[tuple[date, date], ...] = ()
    deputies: tuple[str, ...] = ()

    def away(self, day: date) -> bool:
        """Whether the person is absent on a day."""
        return any(first <= day <= last for first, last in self.absent)

    def holds(self, belt: Belt, day: date) -> bool:
        """Whether the person holds at least that belt on a day, the last valid day included."""
        valid = self.belt_until is None or day <= self.belt_until
        return BELTS.index(self.belt if valid else "none") >= BELTS.index(belt)


@dataclass(frozen=True)
class Delegation:
    """`giver` lets `to` approve in their place from the first to the last day; it always has an end."""

    giver: str
    to: str
    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"The delegation of {self.giver} to {self.to} ends before it begins.")


@dataclass(frozen=True)
class Facts:
    """Everybody who may play a part, and who has handed over to whom."""

    people: Mapping[str, Person]
    delegations: tuple[Delegation, ...] = ()


@dataclass(frozen=True)
class Approval:
    """One decision. `content` is the hash, for the fields of the step, of what was approved."""

    step: str
    by: str
    at: datetime
    content: str
    verdict: Literal["approved", "returned"] = "approved"


@dataclass(frozen=True)
class Candidate:
    """Somebody who may approve a step, and for whose place in the group."""

    person: str
    seat: str
    because: Literal["member", "deputy", "delegate"] = "member"


@dataclass(frozen=True)
class Missing:
    """A step that is not finished: how many approvals it lacks, and who may give them.

    `stuck`: even if all candidates approved it would not be enough.
    """

    step: Step
    lacking: int
    candidates: tuple[Candidate, ...]
    stuck: bool

    @property
    def sentence(self) -> str:
        """What is missing, in words."""
        people = "approval is" if self.lacking == 1 else "approvals are"
        said = f"{self.step.label}: {self.lacking} more {people} needed"
        if self.stuck:
            return f"{said}, but too few people may give them today. Add people to the group or name a deputy."
        return f"{said}, from {', '.join(dict.fromkeys(c.person for c in self.candidates))}."


@dataclass(frozen=True)
class RouteProblem:
    """What is wrong with a route before anything is sent along it."""

    step: str
    severity: Literal["error", "warning"]
    sentence: str


def steps(need: Need) -> Iterator[Step]:
    """All steps of a need, in their order."""
    if isinstance(need, Step):
        yield need
    else:
        for part in need.parts:
            yield from steps(part)


def route(item: Item, by_tier: Mapping[Tier, Need], regional: Iterable[RegionalRule] = ()) -> Need:
    """What an item needs: the need of its tier and that of every regional rule that concerns it.

    Raises ValueError when the tier has no need, since silence would mean that nobody looks.
    """
    tier = tier_of(item).tier
    if tier not in by_tier:
        raise ValueError(f"There is no route for tier {tier}. Add one; an empty one says that nothing is needed.")
    parts = [by_tier[tier], *(rule.need for rule in regional if rule.applies(item))]
    distinct = tuple(dict.fromkeys(parts))
    return distinct[0] if len(distinct) == 1 else AllOf(distinct)


def content_hash(content: Mapping[str, object], fields: frozenset[str] = frozenset()) -> str:
    """SHA-256 of the content, or of some fields of it; the order of the fields does not matter.

    A field that is absent differs from one that is empty.
    """
    seen = {name: value for name, value in content.items() if not fields or name in fields}
    text = json.dumps(seen, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def reopened(need: Need, before: Mapping[str, object], after: Mapping[str, object]) -> tuple[Step, ...]:
    """The steps whose approvals an edit makes void: those that judge a field that changed."""
    return tuple(s for s in steps(need) if content_hash(before, s.fields) != content_hash(after, s.fields))


def candidates(step: Step, facts: Facts, day: date, author: str) -> tuple[Candidate, ...]:
    """Who may approve a step on a day, in the order of the group.

    Never the author, nor anybody in the author's place. Deputies act while a member is absent, delegates while their
    delegation lasts. All of them need the belt of the step.
    """
    found = []
    for seat in step.people:
        member = facts.people.get(seat)
        if seat == author or member is None:
            continue
        deputies = member.deputies if member.away(day) else ()
        delegates = [d.to for d in facts.delegations if d.giver == seat and d.first <= day <= d.last]
        acting = [Candidate(seat, seat), *(Candidate(p, seat, "deputy") for p in deputies)]
        acting += [Candidate(p, seat, "delegate") for p in delegates]
        found += [c for c in acting if c.person != author and _able(facts.people.get(c.person), step.belt, day)]
    return tuple(dict.fromkeys(found))


def _able(person: Person | None, belt: Belt, day: date) -> bool:
    return person is not None and not person.away(day) and person.holds(belt, day)


def missing(
    need: Need,
    approvals: Sequence[Approval],
    facts: Facts,
    *,
    author: str,
    content: Mapping[str, object],
    day: date,
) -> tuple[Missing, ...]:
    """The steps that are still open; empty when the item may go out. Of a choice, the open steps of every part.

    An approval counts when it was given for the present content, by somebody who might give it on that day, and was
    not followed by a return of the same person.
    """
    if isinstance(need, Step):
        left = _left(need, approvals, facts, author, content, day)
        return (left,) if left is not None else ()
    each = [missing(part, approvals, facts, author=author, content=content, day=day) for part in need.parts]
    if isinstance(need, AnyOf) and any(not part for part in each):
        return ()
    return tuple(dict.fromkeys(one for part in each for one in part))


def finished(
    need: Need, approvals: Sequence[Approval], facts: Facts, *, author: str, content: Mapping[str, object]
) -> bool:
    """Whether everything that is needed was approved. Does not depend on the day: approvals keep their own."""
    return not missing(need, approvals, facts, author=author, content=content, day=date.min)


def _left(
    step: Step, approvals: Sequence[Approval], facts: Facts, author: str, content: Mapping[str, object], day: date
) -> Missing | None:
    """What a step lacks; None when it is finished."""
    wanted = content_hash(content, step.fields)
    latest = {a.by: a for a in sorted(approvals, key=lambda a: a.at) if a.step == step.id and a.content == wanted}
    given = [
        candidate
        for approval in latest.values()
        if approval.verdict == "approved"
        for candidate in candidates(step, facts, approval.at.date(), author)
        if candidate.person == approval.by
    ]
    taken = _most_seated(step, facts, given)
    if taken >= step.m:
        return None
    # Somebody is worth asking whose approval would raise the number that counts.
    open_ones = candidates(step, facts, day, author)
    free = tuple(
        c
        for c in open_ones
        if c.person not in {g.person for g in given} and _most_seated(step, facts, [*given, c]) > taken
    )
    return Missing(step, step.m - taken, free, _most_seated(step, facts, [*given, *free]) < step.m)


def _most_seated(step: Step, facts: Facts, given: Sequence[Candidate]) -> int:
    """How many approvals can count at once: one for each seat, and one of each person, or department if so asked.

    The largest matching of people (or departments) with seats, by augmenting paths (H. Kuhn, Naval Research Logistics
    Quarterly 2, 1955).
    """
    seats_of: dict[str, list[str]] = {}
    for one in given:
        key = facts.people[one.person].department if step.distinct_departments else one.person
        seats_of.setdefault(key, []).append(one.seat)
    holder: dict[str, str] = {}

    def find_seat(key: str, tried: set[str]) -> bool:
        for seat in seats_of[key]:
            if seat not in tried:
                tried.add(seat)
                if seat not in holder or find_seat(holder[seat], tried):
                    holder[seat] = key
                    return True
        return False

    return sum(find_seat(key, set()) for key in seats_of)


def lint(need: Need) -> tuple[RouteProblem, ...]:
    """What makes a route slow or impossible: groups of one, quorums too large, quorums that one absence stops."""
    found = []
    for step in dict.fromkeys(steps(need)):
        size = len(set(step.people))
        if step.m > size:
            said = f"{step.label} asks for {step.m} of {size} people. Ask for 1 to {size}, or add people."
            found.append(RouteProblem(step.id, "error", said))
        if size == 1:
            said = f"{step.label} has one approver, so one absence stops everything. Add a second person."
            found.append(RouteProblem(step.id, "error", said))
        elif size and step.m == size:
            said = f"{step.label} needs all its {size} people, so one absence stops everything. Add a person."
            found.append(RouteProblem(step.id, "warning", said))
    return tuple(found)
