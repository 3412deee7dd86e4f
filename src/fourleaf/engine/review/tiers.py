"""The risk tier of an item: a table of rules, of which the highest wins and every one that spoke is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from fourleaf.engine.review.parameters import LADDER, Level, Relaxable, stricter

__all__ = ["CAPS", "RULES", "TIERS", "Flag", "Item", "Kind", "Tier", "TierRule", "Tiering", "level_for", "tier_of"]

Tier = Literal["R0", "R1", "R2", "R3", "R4"]
#: From the least to the gravest.
TIERS: Final[tuple[Tier, ...]] = get_args(Tier)

Kind = Literal["post", "reply", "reshare", "expert_blog", "event", "job_post", "crisis_statement"]
Flag = Literal[
    "admission", "legal_dispute", "financial_guidance", "personnel_case", "safety_recall",
    "health_claim", "safety_claim", "environment_claim", "price", "contest_terms", "named_third_party", "minors",
    "paid_endorsement", "ai_image_of_people", "politics", "employee_data",
    "campaign_new", "product_launch", "competitor_comparison", "first_in_format", "first_in_channel",
    "first_in_language",
    "established_topic", "approved_source",
]  # fmt: skip


@dataclass(frozen=True)
class Item:
    """What a rule may ask of an item. `established_topic` is about replies, `approved_source` about re-shares."""

    kind: Kind = "post"
    flags: frozenset[Flag] = frozenset()
    brand: str = ""
    region: str = ""
    channel: str = ""

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"A kind is one of {', '.join(get_args(Kind))}, not {self.kind!r}.")
        if unknown := sorted(self.flags - set(get_args(Flag))):
            raise ValueError(f"Unknown flag {unknown[0]!r}. Known: {', '.join(get_args(Flag))}.")


@dataclass(frozen=True)
class TierRule:
    """One line of the table. `sentence` completes "This item ..."."""

    id: str
    tier: Tier
    sentence: str
    applies: Callable[[Item], bool]


@dataclass(frozen=True)
class Tiering:
    """The tier, the rules that gave it, and all rules that spoke, gravest first."""

    tier: Tier
    deciding: tuple[TierRule, ...]
    spoke: tuple[TierRule, ...]

    @property
    def cap(self) -> Relaxable:
        """The furthest level of review that the tier allows."""
        return CAPS[self.tier]

    @property
    def sentences(self) -> tuple[str, ...]:
        """Each rule that spoke, as a sentence."""
        return tuple(f"{rule.tier}: this item {rule.sentence}." for rule in self.spoke)


#: How far review may be relaxed by tier; R4 never.
CAPS: Final[Mapping[Tier, Relaxable]] = {"R0": "Q3", "R1": "Q3", "R2": "Q2", "R3": "Q1", "R4": "Q0"}


def _any(*flags: Flag) -> Callable[[Item], bool]:
    wanted = frozenset(flags)
    return lambda item: bool(item.flags & wanted)


def _kind(*kinds: Kind) -> Callable[[Item], bool]:
    return lambda item: item.kind in kinds


def _light(item: Item) -> bool:
    """What R0 is for."""
    return (item.kind == "reply" and "established_topic" in item.flags) or (
        item.kind == "reshare" and "approved_source" in item.flags
    )


RULES: Final[tuple[TierRule, ...]] = (
    TierRule("crisis", "R4", "is a crisis statement", _kind("crisis_statement")),
    TierRule("admission", "R4", "admits a fault or a liability", _any("admission")),
    TierRule("legal", "R4", "concerns a legal dispute", _any("legal_dispute")),
    TierRule("finance", "R4", "gives financial guidance", _any("financial_guidance")),
    TierRule("personnel", "R4", "concerns a personnel case", _any("personnel_case")),
    TierRule("recall", "R4", "concerns a safety recall", _any("safety_recall")),
    TierRule(
        "claims",
        "R3",
        "makes a claim on health, safety or the environment",
        _any("health_claim", "safety_claim", "environment_claim"),
    ),
    TierRule("terms", "R3", "states a price or the terms of a contest", _any("price", "contest_terms")),
    TierRule("third-party", "R3", "names a third party", _any("named_third_party")),
    TierRule("minors", "R3", "shows or addresses minors", _any("minors")),
    TierRule("endorsement", "R3", "is or contains a paid endorsement", _any("paid_endorsement")),
    TierRule("ai-image", "R3", "shows people in an image made by AI", _any("ai_image_of_people")),
    TierRule("politics", "R3", "touches politics", _any("politics")),
    TierRule("employee-data", "R3", "contains data about employees", _any("employee_data")),
    TierRule("campaign", "R2", "opens a new campaign", _any("campaign_new")),
    TierRule("launch", "R2", "launches a product", _any("product_launch")),
    TierRule("comparison", "R2", "compares with a competitor", _any("competitor_comparison")),
    TierRule(
        "first",
        "R2",
        "is the first in a new format, channel or language",
        _any("first_in_format", "first_in_channel", "first_in_language"),
    ),
    TierRule("routine", "R1", "is routine content", lambda item: not _light(item)),
    TierRule("light", "R0", "is a reply in an established topic, or re-shares approved content", _light),
)


def tier_of(item: Item, rules: tuple[TierRule, ...] = RULES) -> Tiering:
    """The gravest tier whose rule applies. An item on which no rule speaks is R1, routine content."""
    spoke = sorted((rule for rule in rules if rule.applies(item)), key=lambda rule: -TIERS.index(rule.tier))
    tier: Tier = spoke[0].tier if spoke else "R1"
    return Tiering(tier, tuple(rule for rule in spoke if rule.tier == tier), tuple(spoke))


def level_for(tier: Tier, level: Level) -> Level:
    """The level by which an item of a tier is reviewed in a stratum at `level`: never beyond the tier's cap."""
    if level not in LADDER:
        return level
    return stricter(level, CAPS[tier])
