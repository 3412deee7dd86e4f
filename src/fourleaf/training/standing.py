"""What governance says about people's rights and policies, asked at the moment of use."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from fourleaf.governance import public as governance

__all__ = ["OpenAcknowledgement", "open_acknowledgements", "policy_title", "rights_withheld"]

#: Said where rights wait for an acknowledgement.
WITHHELD = "A policy that these rights depend on has not been acknowledged; they come back when it is."


@dataclass(frozen=True)
class OpenAcknowledgement:
    """A policy that somebody has still to acknowledge; ``state``: "open", "overdue" or "suspended"."""

    policy_id: int
    title: str
    major: int
    due_on: date
    grace_until: date
    state: str


def rights_withheld(person_ids: Collection[int], on: date) -> dict[int, frozenset[str]]:
    """Person -> rights that wait for an overdue acknowledgement."""
    return governance.suspended_rights(person_ids, on=on)


def open_acknowledgements(person_id: int, on: date) -> list[OpenAcknowledgement]:
    """What somebody has still to acknowledge, the most pressing first."""
    return [
        OpenAcknowledgement(one.policy_id, one.title, one.major, one.due_on, one.grace_until, one.state)
        for one in sorted(governance.obligations([person_id], on=on).get(person_id, []), key=lambda one: one.due_on)
        if one.state != "done"
    ]


def policy_title(policy_id: int, on: date) -> str:
    """The title of a policy in force, or "a policy" where none is found."""
    return next((one.title for one in governance.in_force(on=on) if one.policy_id == policy_id), "a policy")
