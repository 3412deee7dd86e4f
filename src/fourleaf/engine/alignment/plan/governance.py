"""What is allowed and who decides: policies, acknowledgements, gaps, routes, trust, committees, waivers."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from fourleaf.engine.alignment.plan.base import (
    AnyRef,
    BrandId,
    ChannelId,
    Function,
    Hours,
    Language,
    Named,
    Part,
    PersonId,
    PolicyId,
    RegionId,
    Share,
    Text,
)

__all__ = [
    "Acknowledgement",
    "ApproverGroup",
    "CentreOfExcellence",
    "Committee",
    "Consultation",
    "Gap",
    "NeverRelax",
    "ObservedModel",
    "OrganisationModel",
    "Policy",
    "ProcessingActivity",
    "Route",
    "Seat",
    "Stratum",
    "TrustTransition",
    "Waiver",
]


class Policy(Named):
    """One version of a policy or guideline (domain §4). Empty scope lists mean that it covers all of them."""

    kind: Literal["P-SM", "G-ROE", "P-MOD", "G-VT", "P-CRI", "P-LIS", "P-INF", "P-ACC", "P-VOI", "other"] = Field(
        description="Which document of the set it is."
    )
    title: str | None = Field(default=None, description="Title.")
    version: str = Field(
        pattern=r"^\d+\.\d+(\.\d+)?$", description="Semantic version; a new first number needs a new acknowledgement."
    )
    state: Literal[
        "draft", "legal_review", "consultation", "approved", "scheduled", "in_force", "superseded", "withdrawn"
    ] = Field(description="Place in the life cycle.")
    owner: PersonId | None = Field(default=None, description="Who answers for it.")
    effective_on: date | None = Field(default=None, description="First day in force.")
    superseded_on: date | None = Field(default=None, description="First day no longer in force.")
    review_due: date | None = Field(default=None, description="Day by which it must be reviewed.")
    channels: tuple[ChannelId, ...] = Field(default=(), description="Channels in scope; empty: all.")
    except_channels: tuple[ChannelId, ...] = Field(default=(), description="Channels taken out of scope.")
    regions: tuple[RegionId, ...] = Field(default=(), description="Regions in scope; empty: all.")
    brands: tuple[BrandId, ...] = Field(default=(), description="Brands in scope; empty: all.")
    languages: tuple[Language, ...] = Field(default=(), description="Languages in which the text exists.")

    IN_ORDER = (("effective_on", "superseded_on"),)


class Acknowledgement(Named):
    """How many of the people in scope in a region acknowledged the current major version."""

    policy: PolicyId = Field(description="The policy version.")
    region: RegionId = Field(description="Where.")
    in_scope: int | None = Field(default=None, ge=0, description="People in scope.")
    current: int | None = Field(default=None, ge=0, description="Those with a current acknowledgement.")
    share: Share | None = Field(default=None, description="The share, where the counts are not known.")
    as_of: date | None = Field(default=None, description="Day of the count.")

    IN_ORDER = (("current", "in_scope"),)

    @property
    def coverage(self) -> float | None:
        """current / in_scope, or the given share; None when neither is known or nobody is in scope."""
        if self.current is not None and self.in_scope is not None:
            return self.current / self.in_scope if self.in_scope else None
        return self.share


class Gap(Named):
    """A situation the guidelines did not foresee (S3: guidelines are revised through use)."""

    text: Text = Field(description="The situation.")
    policy: PolicyId | None = Field(default=None, description="Policy it concerns.")
    section: str | None = Field(default=None, description="Section of the policy.")
    channel: ChannelId | None = Field(default=None, description="Where it came up.")
    state: Literal["open", "triaged", "accepted", "declined", "in_version"] = Field(
        default="open", description="State."
    )
    found_on: date = Field(description="Day it was found.")
    triaged_on: date | None = Field(default=None, description="Day somebody looked at it.")
    closed_on: date | None = Field(default=None, description="Day it was accepted, declined or taken into a version.")
    owner: PersonId | None = Field(default=None, description="Who deals with it.")

    IN_ORDER = (("found_on", "triaged_on"), ("triaged_on", "closed_on"), ("found_on", "closed_on"))


class ApproverGroup(Part):
    """People of whom `quorum` must approve; any of them can."""

    name: str | None = Field(default=None, description="What the group is, such as brand approver or legal.")
    any_of: tuple[PersonId, ...] = Field(description="Who can approve.")
    quorum: int = Field(default=1, ge=1, description="How many of them must.")


class Route(Named):
    """Who approves items of a kind: every group of `all_of` must give its quorum (domain §5)."""

    name: str | None = Field(default=None, description="Name.")
    brand: BrandId | None = Field(default=None, description="Brand; left out: all brands.")
    regions: tuple[RegionId, ...] = Field(default=(), description="Regions; empty: all.")
    channels: tuple[ChannelId, ...] = Field(default=(), description="Channels; empty: all.")
    tier: Literal["R0", "R1", "R2", "R3", "R4"] | None = Field(default=None, description="Risk tier; left out: any.")
    content_class: str | None = Field(default=None, description="Content class; left out: any.")
    all_of: tuple[ApproverGroup, ...] = Field(description="Groups that must all approve.")
    answer_hours: Hours | None = Field(default=None, description="Target for the decision, in hours.")


class TrustTransition(Part):
    """A change of the review level of a stratum, with the evidence for it."""

    on: date = Field(description="Day of the change.")
    before: Literal["QH", "QT", "Q0", "Q1", "Q2", "Q3"] = Field(description="Level before.")
    after: Literal["QH", "QT", "Q0", "Q1", "Q2", "Q3"] = Field(description="Level after.")
    confirmed_by: PersonId | None = Field(default=None, description="Who confirmed it.")
    reviewed: int | None = Field(default=None, ge=0, description="Reviewed items the decision rests on.")
    majors: int | None = Field(default=None, ge=0, description="Major defects among them.")
    reviewers: int | None = Field(default=None, ge=0, description="Different reviewers.")
    reason: str | None = Field(default=None, description="Reason in words.")


class Stratum(Named):
    """The trust state of (brand, content class, author group): how much of it is reviewed before publishing."""

    brand: BrandId | None = Field(default=None, description="Brand; left out: the group.")
    content_class: Text = Field(description="Content class.")
    author_group: str | None = Field(default=None, description="Author group; left out: all authors.")
    tier: Literal["R0", "R1", "R2", "R3", "R4"] | None = Field(default=None, description="Risk tier of the class.")
    level: Literal["QH", "QT", "Q0", "Q1", "Q2", "Q3"] = Field(
        default="Q0", description="QH halted, QT tightened, Q0 full review, Q1 50 %, Q2 25 %, Q3 audit afterwards."
    )
    reviewed: int = Field(default=0, ge=0, description="Items reviewed at the present level.")
    clean: int = Field(default=0, ge=0, description="Clean ones among them.")
    since: date | None = Field(default=None, description="Day the present level began.")
    transitions: tuple[TrustTransition, ...] = Field(default=(), description="Changes of level, oldest first.")

    IN_ORDER = (("clean", "reviewed"),)


class NeverRelax(Named):
    """A content class that is always approved before it is published."""

    content_class: Text = Field(description="The class.")
    tier: Literal["R2", "R3", "R4"] = Field(description="Its risk tier.")
    reason: str | None = Field(default=None, description="Why.")


class Seat(Part):
    """A seat in a committee."""

    person: PersonId = Field(description="Who sits there.")
    region: RegionId | None = Field(default=None, description="Region the seat speaks for, if any.")
    function: Function | None = Field(default=None, description="Left out: the function of the person's department.")


class Committee(Named):
    """A committee; the steering committee decides on the programme as a whole."""

    name: Text = Field(description="Name.")
    kind: Literal["steering", "brand", "regional", "other"] = Field(default="steering", description="Kind.")
    chair: PersonId | None = Field(default=None, description="Chair.")
    sponsor: PersonId | None = Field(default=None, description="Executive sponsor.")
    members: tuple[Seat, ...] = Field(default=(), description="Seats, the chair's too.")
    last_met_on: date | None = Field(default=None, description="Day of the last meeting with minutes.")


class ObservedModel(Part):
    """Measures of domain §2 over a window; the classifier turns them into a model."""

    window_days: int = Field(default=90, ge=1, description="Days observed.")
    centre_share: Share | None = Field(default=None, description="CR: items published by the centre / all.")
    approval_share: Share | None = Field(default=None, description="AP: approvals by the centre / all.")
    active_units: Share | None = Field(default=None, description="ACT: units with an active publisher / all units.")
    participation: Share | None = Field(default=None, description="PART: employees with a business post / headcount.")
    evenness: Share | None = Field(default=None, description="H: evenness of publishing over units.")
    standard: Share | None = Field(default=None, description="STD: items by the rules / all items.")
    hub_ties: Share | None = Field(default=None, description="HT: coordination ties that touch the centre / all.")
    sub_hubs: int | None = Field(default=None, ge=0, description="SUB: number of hubs other than the centre.")
    ei_norm: float | None = Field(default=None, ge=-1, le=1, description="Normed external-internal index (K23).")


class OrganisationModel(Part):
    """The declared model and what was observed."""

    declared: Literal["organic", "centralised", "hub_and_spoke", "dandelion", "honeycomb"] | None = Field(
        default=None, description="The model the organisation says it has."
    )
    declared_on: date | None = Field(default=None, description="Day of the decision.")
    observed: ObservedModel | None = Field(default=None, description="What was measured.")


class CentreOfExcellence(Part):
    """The core team that sets rules, trains and coaches."""

    lead: PersonId | None = Field(default=None, description="Lead.")
    members: tuple[PersonId, ...] = Field(default=(), description="Members, the lead too.")
    full_time_equivalents: float | None = Field(default=None, ge=0, description="Full-time equivalents.")
    services: tuple[str, ...] = Field(default=(), description="What it offers.")


class Consultation(Named):
    """Consultation of employee representatives on one subject."""

    region: RegionId = Field(description="Where.")
    subjects: tuple[Literal["comments", "author_logs", "personal_metrics", "survey", "voice", "other"], ...] = Field(
        description="What was consulted on."
    )
    state: Literal["pending", "agreed", "declined"] = Field(description="Outcome so far.")
    started_on: date | None = Field(default=None, description="First day.")
    recorded_on: date | None = Field(default=None, description="Day the outcome was recorded.")

    IN_ORDER = (("started_on", "recorded_on"),)


class ProcessingActivity(Named):
    """Processing of personal data (domain §4.5)."""

    name: Text = Field(description="What is processed.")
    kind: Literal[
        "author_logs", "trust", "training", "survey", "voice", "mentions", "influencers", "personal_metrics", "other"
    ] = Field(default="other", description="Kind.")
    legal_basis: str | None = Field(default=None, description="Legal basis, as counsel confirmed it.")
    retention: str | None = Field(default=None, description="How long it is kept.")
    regions: tuple[RegionId, ...] = Field(default=(), description="Where; empty: everywhere.")
    live: bool = Field(default=False, description="Whether it runs.")
    since: date | None = Field(default=None, description="Day it went live.")


class Waiver(Named):
    """Leave to let a finding stand for a while: at most 90 days."""

    rule: str = Field(pattern=r"^A\d\d$", description="Rule that is waived, such as A31.")
    object: AnyRef = Field(description="Address of the object it is waived for, such as programmes/P07.")
    reason: Text = Field(description="Why.")
    owner: PersonId = Field(description="Who answers for it.")
    granted_on: date = Field(description="First day.")
    until: date = Field(description="Last day, at most 90 days after the first.")

    IN_ORDER = (("granted_on", "until"),)
    AT_MOST_DAYS = (("granted_on", "until", 90),)
