"""Purpose first: objectives, audiences and resources come before activities (A01 to A04)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from fourleaf.engine.alignment.plan import Activity, Programme
from fourleaf.engine.alignment.rules.registry import LintDefaults, Note, at, listed, named, refs, rule
from fourleaf.engine.alignment.snapshot import Snapshot

__all__ = ["a01", "a02", "a03", "a04"]

_WORD: Final = re.compile(r"\w+")
#: Networks by name. Names that are also common words (X, Threads) are left to the channels of the plan.
_NETWORKS: Final = re.findall(
    r"\w+",
    "bluesky discord facebook flickr foursquare instagram linkedin mastodon myspace pinterest quora reddit snapchat "
    "telegram tiktok tumblr twitch twitter vimeo wechat weibo whatsapp xing youtube",
)


def _first_day(programme: Programme, activities: Iterable[Activity]) -> date | None:
    days = [day for day in (programme.starts_on, *(a.starts_on for a in activities)) if day]
    return min(days, default=None)


@rule(
    "A01",
    severity="error",
    title="Activities only once objectives, audiences and resources are filled in",
    rationale="Activities and tools are chosen last; without an aim, somebody to speak with and people who have the "
    "time they are busywork.",
    source="S2 inside-out plan: objectives, audience, resources, then activities",
    satisfied="At least one linked objective with an owner, audience with venues, and resource with hours; the "
    "objective agreed before the first day.",
    reads=("programmes", "activities", "objectives", "audiences", "resources"),
    blocks="programme",
    hint="In {object}, fill in {what}.",
)
def a01(snapshot: Snapshot, _: LintDefaults) -> Iterator[Note]:
    """External programmes that are live or have activities which are not dropped. Planned ones without any: silent."""
    for programme in snapshot.external:
        activities = snapshot.activities_of.get(programme.id, ())
        if programme.state != "live" and not activities:
            continue
        lacking = list(_lacking(snapshot, programme, _first_day(programme, activities)))
        if lacking:
            ref = f"programmes/{programme.id}"
            yield at(
                ref,
                f"{named(programme)} has activities or is live, but lacks {listed(lacking)}.",
                [f"{ref}/{field.split()[-1]}" for field in lacking]
                + list(refs("activities", (a.id for a in activities))),
                what=listed(lacking),
            )


def _lacking(snapshot: Snapshot, programme: Programme, first_day: date | None) -> Iterator[str]:
    """What is missing, each ending in the name of the field."""
    aims = [snapshot.objectives[key] for key in programme.objectives if key in snapshot.objectives]
    if not any(aim.owner for aim in aims):
        yield "an owner of its objectives" if aims else "objectives"
    elif first_day and all(aim.agreed_on and aim.agreed_on > first_day for aim in aims):
        yield "earlier agreed objectives"
    whom = [snapshot.audiences[key] for key in programme.audiences if key in snapshot.audiences]
    if not any(audience.venues or audience.how for audience in whom):
        yield "venues of its audiences" if whom else "audiences"
    means = [snapshot.resources[key] for key in programme.resources if key in snapshot.resources]
    if all(r.slack_hours is None and r.planned_hours is None and r.assigned_hours is None for r in means):
        yield "hours of its resources" if means else "resources"


@rule(
    "A02",
    severity="error",
    title="Every objective serves a goal of the business",
    rationale="A social strategy of its own does not earn its keep; there is one strategy, and this serves it.",
    source="S2 use the business strategy",
    satisfied="A link to a goal, and an owner.",
    reads=("objectives", "goals"),
    blocks="programme",
    milestone="0.O",
    hint="In {object}, fill in {what}.",
)
def a02(snapshot: Snapshot, _: LintDefaults) -> Iterator[Note]:
    """All objectives; none: silent, since A01 asks programmes for them."""
    for aim in snapshot.plan.objectives:
        lacking = [] if aim.goal in snapshot.goals else ["goal"]
        lacking += [] if aim.owner else ["owner"]
        if lacking:
            ref = f"objectives/{aim.id}"
            message = f"The objective {aim.id} has no {' and no '.join(lacking)}."
            yield at(ref, message, [f"{ref}/{field}" for field in lacking], what=listed(lacking))


@rule(
    "A03",
    severity="warning",
    title="No objective is worded as a platform",
    rationale="To be on some network is no aim. Begin and end with the people served; the place follows from them.",
    source="S4 start and end with customers",
    satisfied="No name of a network or channel in the text of the objective.",
    reads=("objectives", "channels"),
    blocks="programme",
    milestone="0.O",
    hint="Reword the text of {object} without {what}: say what changes for whom.",
)
def a03(snapshot: Snapshot, _: LintDefaults) -> Iterator[Note]:
    """All objectives, against well-known networks and the external channels of the plan by name and network."""
    names: dict[tuple[str, ...], str] = {(network,): "" for network in _NETWORKS}
    for channel in snapshot.plan.channels:
        if channel.side == "external":
            for name in (channel.name, channel.network):
                names.setdefault(_words(name), channel.id)
    names.pop((), None)
    sizes = sorted({len(name) for name in names})
    for aim in snapshot.plan.objectives:
        words = _words(aim.text)
        runs = (words[i : i + size] for size in sizes for i in range(len(words) - size + 1))
        found = next((run for run in runs if run in names), None)
        if found:
            platform = " ".join(found)
            evidence = [f"objectives/{aim.id}/text", *refs("channels", filter(None, [names[found]]))]
            yield at(
                f"objectives/{aim.id}",
                f"The objective {aim.id} names a platform: {platform}.",
                evidence,
                what=f"the words “{platform}”",
            )


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold()))


@rule(
    "A04",
    severity="warning",
    title="Each audience says where it talks and how that is known",
    rationale="Go where people already are, and know it from asking or listening, not from habit.",
    source="S2, S3 where they already are; ask them",
    satisfied="A venue, a source, and a date of the source within 12 months.",
    reads=("audiences",),
    blocks="programme",
    milestone="0.A",
    hint="In {object}, fill in {what}.",
)
def a04(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """All audiences; none: silent, since A01 asks programmes for them."""
    for audience in snapshot.plan.audiences:
        lacking = [] if audience.venues else ["venues"]
        lacking += [] if audience.source else ["source"]
        if audience.source_date is None:
            lacking.append("source_date")
        elif (snapshot.as_of - audience.source_date).days > defaults.source_days:
            lacking.append("a source_date within 12 months")
        if lacking:
            ref = f"audiences/{audience.id}"
            yield at(
                ref,
                f"{named(audience)} does not say {'where it talks' if not audience.venues else 'how that is known'}"
                f": {listed(lacking)} {'is' if len(lacking) == 1 else 'are'} missing.",
                [f"{ref}/{field.split()[1] if ' ' in field else field}" for field in lacking],
                what=listed(lacking),
            )
