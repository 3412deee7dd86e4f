"""What governance says about people's rights and policies, asked at the moment of use."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from fourleaf.governance import public as governance

__all__ = [
    "OpenAcknowledgement",
    "TaughtPolicy",
    "open_acknowledgements",
    "policies_to_teach",
    "rights_withheld",
]

#: States of a version that is, or is about to be, what people have to know.
_TO_TEACH: Final = frozenset({"approved", "scheduled", "in_force"})
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


@dataclass(frozen=True)
class TaughtPolicy:
    """A major version of a policy whose changes a module may teach."""

    policy_id: int
    major: int
    title: str


def policies_to_teach() -> list[TaughtPolicy]:
    """Major versions that are in force, or agreed and on their way, by title; neither drafts nor what was put aside."""
    found = {
        (one.policy_id, int(one.version.partition(".")[0])): one.title
        for one in governance.policy_facts()
        if one.ended_on is None and one.state in _TO_TEACH and one.version[:1].isdigit()
    }
    return [
        TaughtPolicy(policy, major, title)
        for (policy, major), title in sorted(found.items(), key=lambda item: (item[1], item[0]))
    ]
