"""Frozen values that governance hands to other contexts, and its news; no framework in here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from fourleaf.engine.training.ladder import RIGHTS

__all__ = [
    "ACKNOWLEDGED_KINDS",
    "ALL_RIGHTS",
    "CONSULTED_KINDS",
    "DUE_DAYS",
    "KINDS",
    "RIGHTS_BY_KIND",
    "AcknowledgementFacts",
    "BodyFacts",
    "CentreFacts",
    "CommitteeFacts",
    "ConsultationFacts",
    "GapFacts",
    "LegalReview",
    "Obligation",
    "PolicyAcknowledged",
    "PolicyCameIntoForce",
    "PolicyEnded",
    "PolicyFacts",
    "PolicyHandedOver",
    "PolicyInForce",
    "PolicyLeftLegalReview",
    "ProcessingFacts",
    "RegisterFacts",
    "SeatFacts",
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
#: What a belt gives leave to do, in the order of the belts.
ALL_RIGHTS: Final = tuple(RIGHTS)
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
#: Days that people have to acknowledge a new major version (domain §3).
DUE_DAYS: Final = 30
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


@dataclass(frozen=True)
class LegalReview:
    """A version as those read it who give the legal view.

    ``content`` is text by part: what changed, scope, and each section of each language, in reading order. ``waits``
    says whether the legal view is asked for now. ``author_id`` is who wrote it, else the owner of the policy; None
    where neither is known. ``region_id``, ``brand_id`` and ``language`` are given where there is exactly one.
    """

    policy_id: int
    version_id: int
    title: str
    number: str
    state: str
    waits: bool
    author_id: int | None
    region_id: int | None
    brand_id: int | None
    language: str
    content: Mapping[str, str]


# --- gaps, registers, bodies: parts of a snapshot --------------------------------------------------------------------


@dataclass(frozen=True)
class GapFacts:
    """A situation on which the rules were silent. States: open, triaged, accepted, declined, in_version."""

    id: int
    text: str
    policy_id: int | None
    kind: str | None
    section: str
    channel: str
    state: Literal["open", "triaged", "accepted", "declined", "in_version"]
    found_on: date
    triaged_on: date | None
    #: The day it was decided or taken into a version.
    closed_on: date | None
    owner_id: int | None


@dataclass(frozen=True)
class ConsultationFacts:
    """Representatives of a region on subjects: comments, author_logs, personal_metrics, survey, voice, other."""

    id: int
    region_id: int
    subjects: tuple[str, ...]
    state: Literal["pending", "agreed", "declined"]
    started_on: date | None
    recorded_on: date | None


@dataclass(frozen=True)
class ProcessingFacts:
    """An entry of the register of processing; ``kind`` as in the plan model. No regions: everywhere."""

    id: int
    name: str
    kind: str
    legal_basis: str
    retention: str
    region_ids: tuple[int, ...]
    live: bool
    since: date | None


@dataclass(frozen=True)
class RegisterFacts:
    """What rules on consultation and personal figures read (A51, A56).

    ``person_level``: regions in which figures of single people may be had; the product gives them nowhere else.
    """

    consultations: tuple[ConsultationFacts, ...]
    processing: tuple[ProcessingFacts, ...]
    person_level: frozenset[int]


@dataclass(frozen=True)
class SeatFacts:
    """A seat; ``function`` is "" for that of the person's department."""

    person_id: int
    region_id: int | None
    function: str


@dataclass(frozen=True)
class CommitteeFacts:
    """A committee with its present seats. ``last_met_on``: the last meeting with minutes."""

    id: int
    name: str
    kind: Literal["steering", "brand", "regional", "other"]
    chair_id: int | None
    sponsor_id: int | None
    seats: tuple[SeatFacts, ...]
    last_met_on: date | None


@dataclass(frozen=True)
class CentreFacts:
    """The centre of excellence; ``full_time_equivalents`` is the sum of its members' shares."""

    lead_id: int | None
    member_ids: tuple[int, ...]
    full_time_equivalents: float | None
    services: tuple[str, ...]


@dataclass(frozen=True)
class BodyFacts:
    """Committees, the centre, and who holds which role of the catalogue (code -> ids of people)."""

    committees: tuple[CommitteeFacts, ...]
    centre: CentreFacts | None
    roles: Mapping[str, tuple[int, ...]]


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
class PolicyHandedOver:
    """A version waits for the legal view; its text is frozen."""

    policy_id: int
    version_id: int


@dataclass(frozen=True)
class PolicyLeftLegalReview:
    """A version no longer waits for the legal view: it was given, or the version was returned or given up."""

    policy_id: int
    version_id: int
    state: str


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
