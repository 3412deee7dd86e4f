"""Frozen values that governance hands to other contexts, and its news; no framework in here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

__all__ = [
    "ACKNOWLEDGED_KINDS",
    "ALL_RIGHTS",
    "CONSULTED_KINDS",
    "KINDS",
    "RIGHTS_BY_KIND",
    "AcknowledgementFacts",
    "Obligation",
    "PolicyAcknowledged",
    "PolicyCameIntoForce",
    "PolicyEnded",
    "PolicyFacts",
    "PolicyInForce",
]

#: The documents of the set, code -> name.
KINDS: Final[Mapping[str, str]] = {
    "P-SM": "Social media policy",
    "G-ROE": "Rules of engagement",
    "P-MOD": "Public moderation",
    "G-VT": "Voice and tone",
    "P-CRI": "Crisis",
    "P-LIS": "Listening and data",
    "P-INF": "Influencers and ambassadors",
    "P-ACC": "Accounts and access",
    "P-VOI": "Anonymous employee voice",
    "other": "Other",
}
#: What a belt gives leave to do, in the order of the belts; training has the same list.
ALL_RIGHTS: Final = (
    "internal_post",
    "share_approved",
    "triage",
    "submit_draft",
    "author_official",
    "byline",
    "reply",
    "moderate",
    "publish",
    "review",
    "crisis",
    "break_glass",
    "train",
    "appeal",
)
#: The rights that rest while a policy of this kind is not acknowledged, unless a version says otherwise.
RIGHTS_BY_KIND: Final[Mapping[str, tuple[str, ...]]] = {
    "P-SM": ALL_RIGHTS,
    "P-MOD": ("moderate",),
    "P-CRI": ("crisis",),
    "P-INF": ("engage_influencers",),
    "G-VT": ("publish",),
}
#: Kinds that are acknowledged by those in scope, unless a version says otherwise.
ACKNOWLEDGED_KINDS: Final = frozenset({"P-SM", "G-ROE", "P-MOD", "G-VT", "P-CRI", "P-INF"})
#: Kinds about conduct or monitoring: a region with a works council is consulted before they are approved.
CONSULTED_KINDS: Final = frozenset({"P-SM", "G-ROE", "P-MOD", "P-LIS", "P-ACC", "P-VOI"})


@dataclass(frozen=True)
class PolicyInForce:
    """A version that is in force for what was asked. ``language`` is the one asked for, or the first that there is."""

    policy_id: int
    version_id: int
    kind: str
    title: str
    version: str
    major: int
    effective_on: date
    language: str
    languages: tuple[str, ...]


@dataclass(frozen=True)
class Obligation:
    """What a person has to acknowledge, or has acknowledged. ``suspended``: overdue beyond the grace."""

    policy_id: int
    kind: str
    title: str
    major: int
    language: str
    due_on: date
    grace_until: date
    acknowledged_on: date | None
    state: Literal["done", "open", "overdue", "suspended"]
    version_id: int = 0


@dataclass(frozen=True)
class PolicyFacts:
    """One version with its scope, as a snapshot needs it. Empty scope: all."""

    policy_id: int
    version_id: int
    kind: str
    title: str
    version: str
    state: str
    owner_id: int | None
    effective_on: date | None
    ended_on: date | None
    review_due: date | None
    channels: tuple[str, ...]
    except_channels: tuple[str, ...]
    region_ids: tuple[int, ...]
    brand_ids: tuple[int, ...]
    groups: tuple[str, ...]
    languages: tuple[str, ...]
    acknowledged: bool


@dataclass(frozen=True)
class AcknowledgementFacts:
    """Coverage of a version in a region. ``current`` is None where fewer than five people are in scope."""

    policy_id: int
    version_id: int
    region_id: int | None
    in_scope: int
    current: int | None
    as_of: date


# --- news, see kernel.events -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PolicyCameIntoForce:
    """A version is in force from today. ``major``: it needs a new acknowledgement. Empty tuples: all."""

    policy_id: int
    version_id: int
    kind: str
    major: bool
    region_ids: tuple[int, ...]
    brand_ids: tuple[int, ...]
    channels: tuple[str, ...]


@dataclass(frozen=True)
class PolicyEnded:
    """A version is no longer in force: ``superseded`` by another or ``withdrawn``."""

    policy_id: int
    version_id: int
    kind: str
    state: Literal["superseded", "withdrawn"]


@dataclass(frozen=True)
class PolicyAcknowledged:
    """A person has acknowledged a major version."""

    person_id: int
    policy_id: int
    major: int
