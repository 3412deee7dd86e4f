"""What training and governance say about people: belts, rights, policies. Review asks them here and nowhere else."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Protocol

__all__ = ["Held", "Policies", "Ruling", "Standing", "held_by", "provided", "ruling_on"]


@dataclass(frozen=True)
class Held:
    """A person's belt as it counts today. ``resting``: rights that are suspended. ``reasons`` say why."""

    belt: str = "none"
    until: date | None = None
    rights: frozenset[str] = frozenset()
    resting: frozenset[str] = frozenset()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Policies:
    """The policies that an item falls under, and those of them that the author has not acknowledged."""

    in_force: tuple[str, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ruling:
    """Whether somebody may; if not, what is missing and where to get it."""

    allowed: bool
    reasons: tuple[str, ...] = ()


class Standing(Protocol):
    """Where the facts come from."""

    def held_by(self, person_ids: Collection[int], on: date) -> dict[int, Held]:
        """Belts and rights of people."""

    def may(self, person_id: int, right: str, brand_id: int | None, on: date) -> Ruling:
        """Whether a person has a right today."""

    def policies(
        self, person_id: int, channel: str, region_id: int | None, brand_id: int | None, language: str, on: date
    ) -> Policies:
        """The social media policies for an item, and which of them the author has yet to acknowledge."""


class _OfTheHouse:
    """The real thing: training.public and governance.public."""

    def held_by(self, person_ids: Collection[int], on: date) -> dict[int, Held]:
        from fourleaf.training import public as training

        found = training.belts_of(list(person_ids), on=on)
        return {
            person: Held(one.belt, one.counts_until, one.rights, one.suspended, one.reasons)
            for person, one in found.items()
        }

    def may(self, person_id: int, right: str, brand_id: int | None, on: date) -> Ruling:
        from fourleaf.training import public as training

        # The voice badge of a brand is asked of whoever publishes, not of a draft that somebody else reviews.
        decision = training.holds(person_id, right, on=on)
        return Ruling(decision.allowed, decision.reasons)

    def policies(
        self, person_id: int, channel: str, region_id: int | None, brand_id: int | None, language: str, on: date
    ) -> Policies:
        from fourleaf.governance import public as governance

        in_force = governance.in_force(
            kind="P-SM", channel=channel, region_id=region_id, brand_id=brand_id, language=language, on=on
        )
        owed = governance.obligations([person_id], on=on).get(person_id, [])
        names = {policy.policy_id: f"{policy.title} {policy.version}" for policy in in_force}
        # An author acknowledges before handing in, also while the obligation is not yet due: it takes two minutes.
        missing = [
            f"{one.title}, version {one.major}"
            for one in owed
            if one.policy_id in names and one.acknowledged_on is None
        ]
        return Policies(tuple(names.values()), tuple(missing))


_standing: ContextVar[Standing | None] = ContextVar("review_standing", default=None)
_house = _OfTheHouse()


@contextmanager
def provided(standing: Standing) -> Iterator[None]:
    """Within the block, facts come from ``standing``: for tests, and for the sample's made-up past."""
    token = _standing.set(standing)
    try:
        yield
    finally:
        _standing.reset(token)


def held_by(person_ids: Collection[int], on: date) -> dict[int, Held]:
    """Belts and rights of people; nobody without an entry has any."""
    return (_standing.get() or _house).held_by(person_ids, on) if person_ids else {}


def ruling_on(
    person_id: int,
    right: str,
    *,
    channel: str = "",
    region_id: int | None = None,
    brand_id: int | None = None,
    language: str = "",
    on: date,
) -> Ruling:
    """Whether somebody may hand in an item: the right, a policy in force for it, and its acknowledgement."""
    source = _standing.get() or _house
    right_ruling = source.may(person_id, right, brand_id, on)
    reasons = list(right_ruling.reasons) if not right_ruling.allowed else []
    if not right_ruling.allowed and not reasons:
        reasons.append("A belt is missing for this. What you hold and the way to the next is on the page My belt.")
    policies = source.policies(person_id, channel, region_id, brand_id, language, on)
    if not policies.in_force:
        where = f"channel {channel}" if channel else "this scope"
        reasons.append(
            f"No social media policy is in force for {where}. Ask the centre of excellence, or report the gap on the "
            "page Policies."
        )
    reasons += [f"“{name}” is not acknowledged yet. Read and acknowledge it on the page Policies." for name in
                policies.missing]  # fmt: skip
    return Ruling(not reasons, tuple(reasons))
