"""What is done, where: programmes outside and inside, their activities, channels and share kits."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from fourleaf.engine.alignment.plan.base import (
    AudienceId,
    BrandId,
    ChannelId,
    DepartmentId,
    Duty,
    Function,
    Language,
    Named,
    ObjectiveId,
    Part,
    PartnerId,
    PersonId,
    PilotId,
    ProgrammeId,
    Ref,
    RegionId,
    ResourceId,
    Share,
    Text,
)

__all__ = [
    "Activity",
    "Channel",
    "ContentMix",
    "Contribution",
    "InventoryItem",
    "Programme",
    "Responder",
    "Rollout",
    "ShareKit",
]


class Responder(Part):
    """A person who answers the public for a programme."""

    person: PersonId = Field(description="Who answers.")
    regions: tuple[RegionId, ...] = Field(default=(), description="For which regions; empty: all of the programme.")


class ContentMix(Part):
    """Shares of items by verb (domain §9.5)."""

    window_days: int = Field(default=30, ge=1, description="Days over which the items were counted.")
    promotional: Share = Field(description="Share of promotional items.")
    dialogue: Share = Field(description="Share of replies and questions.")
    items: int | None = Field(default=None, ge=0, description="Number of items counted.")


class Rollout(Part):
    """Marks a programme as the roll-out of something that was piloted."""

    pilot: PilotId | None = Field(default=None, description="The pilot whose decision it follows.")
    units: tuple[DepartmentId, ...] = Field(default=(), description="Units it is rolled out to.")
    started_on: date | None = Field(default=None, description="Day the roll-out began.")


class ShareKit(Named):
    """Ready material for employees or influencers."""

    kind: Literal["employee", "influencer"] = Field(description="Who shares it.")
    disclosure_text: str | None = Field(default=None, description="Words by which the sharer shows the connection.")
    state: Literal["draft", "live", "withdrawn"] = Field(default="live", description="Whether it is in use.")


class Programme(Named):
    """A lasting effort, outside or inside. External ones name their internal counterparts: the parallel path (S0)."""

    name: Text = Field(description="Name of the programme.")
    side: Literal["external", "internal"] = Field(description="Whether the public or employees are addressed.")
    strand: (
        Literal["engagement", "training", "process", "organisation", "knowledge", "policies", "culture", "money"] | None
    ) = Field(default=None, description="Internal strand (S0), for internal programmes.")
    state: Literal["planned", "live", "paused", "ended"] = Field(default="planned", description="Where it stands.")
    owner: PersonId | None = Field(default=None, description="Who answers for it.")
    sponsoring_unit: DepartmentId | None = Field(default=None, description="Department that sponsors and owns it.")
    functions: tuple[Function, ...] = Field(
        default=(), description="Business functions it serves besides that of the sponsoring unit."
    )
    brand: BrandId | None = Field(default=None, description="Brand; left out: the group.")
    regions: tuple[RegionId, ...] = Field(default=(), description="Regions where it runs.")
    staffed_regions: tuple[RegionId, ...] | None = Field(
        default=None, description="Regions that need responders; left out: all its regions; empty: none."
    )
    languages: tuple[Language, ...] = Field(default=(), description="Languages it uses.")
    channels: tuple[ChannelId, ...] = Field(default=(), description="Channels it uses.")
    objectives: tuple[ObjectiveId, ...] = Field(default=(), description="Objectives it serves.")
    audiences: tuple[AudienceId, ...] = Field(default=(), description="Audiences it speaks with.")
    resources: tuple[ResourceId, ...] = Field(default=(), description="Resources it draws on.")
    counterparts: tuple[Annotated[str, Ref(("programmes", "activities", "roadmap"))], ...] = Field(
        default=(), description="Internal counterpart: a programme, activity or roadmap item of the inside."
    )
    responders: tuple[Responder, ...] = Field(default=(), description="Who answers the public.")
    authors: tuple[PersonId, ...] = Field(default=(), description="Who writes for it.")
    starts_on: date | None = Field(default=None, description="First day.")
    ends_on: date | None = Field(default=None, description="Last day.")
    launch_at: AwareDatetime | None = Field(default=None, description="When it becomes public, with a zone.")
    major_launch: bool = Field(default=False, description="Whether employees must hear of the launch first.")
    internal_notice_at: AwareDatetime | None = Field(
        default=None, description="When employees were or will be told, with a zone."
    )
    scope: Literal["full", "narrow_beta"] = Field(default="full", description="Full, or a narrow-focus beta (S2).")
    internal_use_weeks: float | None = Field(
        default=None, ge=0, description="Weeks for which the owning unit itself had been active inside at launch."
    )
    content_mix: ContentMix | None = Field(default=None, description="Promotional and dialogue shares.")
    share_kits: tuple[ShareKit, ...] = Field(default=(), description="What staff or influencers are given to share.")
    rollout: Rollout | None = Field(default=None, description="Set when it rolls out something that was piloted.")

    IN_ORDER = (("starts_on", "ends_on"),)


class Activity(Named):
    """A single piece of work of a programme."""

    programme: ProgrammeId = Field(description="Programme it belongs to.")
    text: Text = Field(description="What is done.")
    owner: PersonId | None = Field(default=None, description="Who does it.")
    channel: ChannelId | None = Field(default=None, description="Channel, where it has one.")
    state: Literal["planned", "in_progress", "done", "dropped"] = Field(default="planned", description="State.")
    starts_on: date | None = Field(default=None, description="First day.")
    ends_on: date | None = Field(default=None, description="Last day.")

    IN_ORDER = (("starts_on", "ends_on"),)


class InventoryItem(Named):
    """Something that was found in the inventory: an account, a blog, a tool, a group, a habit.

    Each ends in one of three ways: it serves an objective, it is kept as an experiment with an end, or it is stopped.
    """

    kind: Literal["account", "blog", "group", "tool", "campaign", "practice", "other"] = Field(
        description="What it is."
    )
    name: Text = Field(description="Name.")
    url: str | None = Field(default=None, description="Address where it is found, such as https://example.org/page.")
    official: bool | None = Field(
        default=None, description="Whether the organisation itself runs it; left out: not known yet."
    )
    owner: PersonId | None = Field(default=None, description="Who answers for it.")
    decision: Literal["keep", "experiment", "merge", "stop", "close", "undecided"] = Field(
        default="undecided", description="What becomes of it; close is stop for an account or channel."
    )
    objective: ObjectiveId | None = Field(default=None, description="Objective it serves, where it is kept.")
    ends_on: date | None = Field(default=None, description="Last day, where it is kept as an experiment.")
    channel: ChannelId | None = Field(default=None, description="The channel it is or became.")
    note: str | None = Field(default=None, description="Where it was found, and anything else worth knowing.")


class Channel(Named):
    """A place where the organisation talks: an account on a network, its own community, or an internal network."""

    name: Text = Field(description="Name.")
    network: Text = Field(description="Network or software, such as photo network or own community.")
    side: Literal["external", "internal"] = Field(default="external", description="Who can read it.")
    state: Literal["planned", "live", "closed"] = Field(default="live", description="Whether it is in use.")
    brand: BrandId | None = Field(default=None, description="Brand; left out: the group.")
    regions: tuple[RegionId, ...] = Field(default=(), description="Regions it serves; empty: all.")
    languages: tuple[Language, ...] = Field(default=(), description="Languages used on it.")
    account_owner: PersonId | None = Field(default=None, description="Who owns the account.")
    comments_open: bool = Field(default=False, description="Whether visitors can comment.")
    agency: PartnerId | None = Field(default=None, description="Agency that runs it, if any.")
    in_pause_group: bool = Field(default=False, description="Whether pausing its brand pauses it too.")
    single_pause: bool = Field(default=False, description="Whether it, or one post on it, can be stopped singly.")
    pause_tested_on: date | None = Field(default=None, description="Last day on which both kinds of pause were tested.")


class Contribution(Named):
    """What a person did in public, summed: needed for the check of belts, never for appraisal (domain §4.5)."""

    person: PersonId = Field(description="Who.")
    channel: ChannelId = Field(description="Where.")
    programme: ProgrammeId | None = Field(default=None, description="For which programme.")
    duty: Duty = Field(description="What kind of thing: author, reply, moderate, publish, review.")
    content_class: str | None = Field(default=None, description="Class of the content, as in routes and strata.")
    region: RegionId | None = Field(default=None, description="Region it was meant for.")
    on: date = Field(description="Day, or the last day of those summed.")
    count: int = Field(default=1, ge=1, description="How many.")
