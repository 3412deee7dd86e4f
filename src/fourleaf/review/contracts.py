"""Frozen values that review hands to other contexts, its news, and its words; no framework in here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal

__all__ = [
    "CONTENT_CLASSES",
    "DEFECTS",
    "FLAGS",
    "ORDER",
    "Clearance",
    "ItemApproved",
    "ItemExpired",
    "ItemReturned",
    "ItemSubmitted",
    "RouteFact",
    "RouteGroupFact",
    "StepStanding",
    "StratumFact",
    "SubjectFacts",
    "TransitionFact",
    "TrustChanged",
]

#: Classes of content that the product knows; others may be named freely and are treated as posts.
CONTENT_CLASSES: Final[Mapping[str, str]] = {
    "post": "Post",
    "reply": "Reply",
    "reshare": "Re-share",
    "expert_blog": "Expert blog",
    "event": "Event",
    "job_post": "Job post",
    "crisis_statement": "Crisis statement",
}
#: What an author says about an item; the rules of the tiers ask for it.
FLAGS: Final[Mapping[str, str]] = {
    "established_topic": "Answers in an established topic",
    "approved_source": "Re-shares what was approved",
    "campaign_new": "Opens a new campaign",
    "product_launch": "Launches a product",
    "competitor_comparison": "Compares with a competitor",
    "first_in_format": "First in this format",
    "first_in_channel": "First in this channel",
    "first_in_language": "First in this language",
    "health_claim": "Makes a health claim",
    "safety_claim": "Makes a safety claim",
    "environment_claim": "Makes an environmental claim",
    "price": "States a price",
    "contest_terms": "States the terms of a contest",
    "named_third_party": "Names a third party",
    "minors": "Shows or addresses minors",
    "paid_endorsement": "Is or contains a paid endorsement",
    "ai_image_of_people": "Shows people in an image made by AI",
    "politics": "Touches politics",
    "employee_data": "Contains data about employees",
    "admission": "Admits a fault or a liability",
    "legal_dispute": "Concerns a legal dispute",
    "financial_guidance": "Gives financial guidance",
    "personnel_case": "Concerns a personnel case",
    "safety_recall": "Concerns a safety recall",
}
#: The field of a content that names the others in reading order. It is no text of its own.
ORDER: Final = "order"
#: Kinds of defect -> (least severity, label).
DEFECTS: Final[Mapping[str, tuple[Literal["minor", "major", "critical"], str]]] = {
    "wording": ("minor", "Wording or tone"),
    "format": ("minor", "Format or link"),
    "accessibility": ("minor", "Accessibility"),
    "fact": ("major", "Factual error"),
    "disclosure": ("major", "Missing disclosure"),
    "policy": ("major", "Breach of a policy"),
    "rights": ("major", "Rights of others"),
    "confidential": ("major", "Confidential detail"),
    "law": ("critical", "Against the law"),
    "safety": ("critical", "Puts safety at risk"),
    "personal_data": ("critical", "Personal data"),
    "discrimination": ("critical", "Discriminates"),
}


@dataclass(frozen=True)
class SubjectFacts:
    """What review needs to know of a subject. ``content`` is text by field; ``flags`` those of `FLAGS`.

    Databases keep no order of fields: where it matters, the field `ORDER` names them, one a line.
    """

    title: str
    content: Mapping[str, str]
    author_person_id: int
    channel: str = ""
    brand_id: int | None = None
    region_id: int | None = None
    language: str = ""
    content_class: str = "post"
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class StepStanding:
    """One step of a route, and how many approvals of the present content it has."""

    id: str
    label: str
    needed: int
    given: int
    approved_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Clearance:
    """Whether a subject may go out. Publishing compares ``content_hash`` with what it is about to send.

    ``state``: "none" while nothing was handed in, else a state of the item. ``cleared`` is the one answer.
    """

    state: Literal["none", "draft", "submitted", "in_review", "approved", "returned", "withdrawn", "expired"]
    cleared: bool = False
    item_id: int | None = None
    content_hash: str = ""
    tier: str = ""
    level: str = ""
    steps: tuple[StepStanding, ...] = ()
    reasons: tuple[str, ...] = ()
    expires_at: datetime | None = None
    audit: bool = False


@dataclass(frozen=True)
class TransitionFact:
    """A change of level of a stratum."""

    on: date
    before: str
    after: str
    cause: str
    reviewed: int
    majors: int
    reviewers: int
    reason: str
    confirmed_by: int | None = None


@dataclass(frozen=True)
class StratumFact:
    """The trust state of a stratum. ``clean`` counts at the present level; ``waits_since``: less is proposed."""

    id: int
    brand_id: int | None
    content_class: str
    author_group: str
    tier: str
    level: str
    reviewed: int
    clean: int
    majors: int
    since: date
    waits_since: date | None
    transitions: tuple[TransitionFact, ...] = ()


@dataclass(frozen=True)
class RouteGroupFact:
    """A step of a route: so many of these people."""

    name: str
    person_ids: tuple[int, ...]
    m: int
    belt: str


@dataclass(frozen=True)
class RouteFact:
    """A route with its scope; empty values mean all."""

    id: int
    name: str
    role: str
    mode: str
    brand_id: int | None
    region_id: int | None
    channel: str
    content_class: str
    tier: str
    answer_minutes: int | None
    groups: tuple[RouteGroupFact, ...]


# --- news, see kernel.events -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ItemSubmitted:
    """An item was handed in."""

    item_id: int
    kind: str
    subject_id: str


@dataclass(frozen=True)
class ItemApproved:
    """An item may go out until ``expires_at``, with this content and no other."""

    item_id: int
    kind: str
    subject_id: str
    content_hash: str
    expires_at: datetime | None


@dataclass(frozen=True)
class ItemReturned:
    """Changes were asked for."""

    item_id: int
    kind: str
    subject_id: str


@dataclass(frozen=True)
class ItemExpired:
    """An approval ran out before it was used."""

    item_id: int
    kind: str
    subject_id: str


@dataclass(frozen=True)
class TrustChanged:
    """Another level of review holds for a stratum."""

    stratum_id: int
    before: str
    after: str
    cause: str
    brand_id: int | None = field(default=None)
