"""Policies that cover what runs, are read, and are kept up to date (A08 to A13)."""

from __future__ import annotations

from collections.abc import Iterator

from fourleaf.engine.alignment.plan import Channel, Programme
from fourleaf.engine.alignment.rules.registry import LintDefaults, Note, at, listed, named, refs, rule
from fourleaf.engine.alignment.snapshot import Snapshot

__all__ = ["a08", "a09", "a10", "a11", "a12", "a13"]

Cell = tuple[str | None, str | None]


def _cells(programme: Programme, channel: Channel) -> list[Cell]:
    """(region, language) pairs in which a programme uses a channel; None where neither of them says."""
    regions: list[str | None] = [r for r in programme.regions if not channel.regions or r in channel.regions] or list(
        channel.regions
    )
    languages: list[str | None] = [x for x in programme.languages if not channel.languages or x in channel.languages]
    return [(r, x) for r in regions or [None] for x in languages or channel.languages or [None]]


@rule(
    "A08",
    severity="error",
    title="A policy in force covers every channel, region and language of a live programme",
    rationale="Programmes that run outside without rules inside are the mismatch this product exists for.",
    source="S0 programmes without infrastructure",
    satisfied="A P-SM in force whose scope takes in channel, region and brand, with a text in the language.",
    reads=("programmes", "channels", "policies"),
    blocks="programme",
    milestone="1.I2",
    hint="Take {object} into a P-SM policy that is in force, with {what}.",
)
def a08(snapshot: Snapshot, _: LintDefaults) -> Iterator[Note]:
    """Channels with live external programmes. Planned and paused programmes: silent until they go live."""
    for key, programmes in snapshot.live_on_channel.items():
        channel = snapshot.channels.get(key)
        if channel is None:
            continue
        cells: dict[tuple[Cell, str | None], None] = {}
        for programme in programmes:
            cells.update(dict.fromkeys((cell, programme.brand or channel.brand) for cell in _cells(programme, channel)))
        bare = [
            " ".join(filter(None, cell))
            for cell, brand in cells
            if not any(
                snapshot.covers(policy, channel=key, region=cell[0], brand=brand, language=cell[1])
                for policy in snapshot.policies_for("P-SM", cell[0])
            )
        ]
        if bare:
            where = listed(filter(None, bare)) or "any region"
            yield at(
                f"channels/{key}",
                f"No policy in force covers {named(channel)} in {where}, where {listed(p.id for p in programmes)} "
                f"{'is' if len(programmes) == 1 else 'are'} live.",
                [f"channels/{key}", *refs("programmes", (p.id for p in programmes))],
                what=f"scope and text for {where}",
            )


@rule(
    "A09",
    severity="warning",
    title="Policies are reviewed in time",
    rationale="What people do in public changes faster than its rules; a policy that nobody reads again goes stale.",
    source="S0 policies need constant updating",
    satisfied="A review date that has not passed (error once it passed by more than 60 days).",
    reads=("policies",),
    blocks="programme",
    hint="Review {object}, then fill in {what}.",
)
def a09(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """Policies in force. Drafts and superseded versions: silent."""
    for policy in snapshot.plan.policies:
        if not snapshot.in_force(policy):
            continue
        due = policy.review_due
        late = (snapshot.as_of - due).days if due else 0
        if due and late <= 0:
            continue
        ref = f"policies/{policy.id}"
        yield at(
            ref,
            f"{named(policy)} should have been reviewed {late} days ago, by {due}."
            if due
            else f"{named(policy)} is in force without a day by which it must be reviewed.",
            (f"{ref}/review_due",),
            what="the next review_due",
            severity="error" if late > defaults.overdue_error_days else "warning",
        )


@rule(
    "A10",
    severity="warning",
    title="Four in five people in scope acknowledged the current policy",
    rationale="Guidelines are worth something only when those who act by them have seen the version that holds.",
    source="S0 guidelines relevant and actionable",
    satisfied="Acknowledgements of 80 % or more in each region with a live programme (error below 50 %).",
    reads=("acknowledgements", "policies", "programmes", "regions"),
    blocks="programme",
    milestone="2.I2",
    hint="Remind people in {object}, then fill in {what}.",
)
def a10(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """Regions with live programmes: the lowest coverage of a policy in force counts.

    Where a P-SM is in force for the region but nothing was counted, a warning: unknown is not in order, nor below 50 %.
    """
    by_region: dict[str, list[tuple[float, str, str]]] = {}
    for ack in snapshot.plan.acknowledgements:
        policy = snapshot.policies.get(ack.policy)
        if policy and ack.coverage is not None and snapshot.in_force(policy):
            by_region.setdefault(ack.region, []).append((ack.coverage, ack.id, policy.id))
    for region in snapshot.live_regions:
        counted = sorted(by_region.get(region, ()))
        low = [entry for entry in counted if entry[0] < defaults.acknowledged_warn]
        if low:
            share, _, policy_id = low[0]
            others = listed(f"{other:.0%} that of {entry}" for other, _, entry in low[1:])
            yield at(
                f"regions/{region}",
                f"In {named(snapshot.regions[region])} only {share:.0%} of people in scope have acknowledged the "
                f"current version of {policy_id}{f', {others}' if others else ''}.",
                refs("acknowledgements", (entry[1] for entry in low)),
                what=f"current for {listed(entry[2] for entry in low)} in acknowledgements",
                severity="error" if share < defaults.acknowledged_error else "warning",
            )
        elif not counted and any(snapshot.covers(p, region=region) for p in snapshot.policies_for("P-SM", region)):
            yield at(
                f"regions/{region}",
                f"Nobody counted who acknowledged the policy in {named(snapshot.regions[region])}.",
                refs("policies", (p.id for p in snapshot.policies_for("P-SM", region))),
                what="acknowledgements for the region",
            )


@rule(
    "A11",
    severity="warning",
    title="Conduct guideline and policy both exist",
    rationale="A policy says what holds, a guideline how to act by it; people need both, and both get revisited.",
    source="S0 revisit both areas",
    satisfied="A G-ROE and a P-SM in force.",
    reads=("policies", "programmes"),
    blocks="roadmap",
    milestone="2.I2",
    hint="In {object}, bring into force {what}.",
)
def a11(snapshot: Snapshot, _: LintDefaults) -> Iterator[Note]:
    """Once an external programme is live. Nothing live: silent."""
    lacking = [kind for kind in ("P-SM", "G-ROE") if not snapshot.policies_in_force.get(kind)]
    if snapshot.live and lacking:
        yield at(
            "policies",
            f"Programmes are live, but no {' and no '.join(lacking)} is in force.",
            refs("programmes", (p.id for p in snapshot.live)),
            what=f"a {' and a '.join(lacking)}",
        )


@rule(
    "A12",
    severity="warning",
    title="The gap log is used, and gaps do not stay open",
    rationale="Guidelines are work in progress: use shows what they left out. A log that nobody fills shows only that "
    "nobody looks.",
    source="S3 guideline is work in progress",
    satisfied="An entry triaged in each quarter in which programmes run (else a hint); none undecided beyond 60 days.",
    reads=("gaps", "programmes"),
    blocks="plan",
    hint="In {object}, fill in {what}.",
)
def a12(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """Each gap that is open or triaged but not decided; the log as a whole only while programmes are live."""
    recent = False
    for gap in snapshot.plan.gaps:
        age = (snapshot.as_of - gap.found_on).days
        looked = gap.closed_on or gap.triaged_on
        if looked is not None:
            recent = recent or 0 <= (snapshot.as_of - looked).days <= defaults.quarter_days
        if gap.state in ("open", "triaged") and gap.closed_on is None and age > defaults.gap_open_days:
            yield at(
                f"gaps/{gap.id}",
                f"The gap {gap.id} has been open for {age} days: {gap.text}",
                (f"gaps/{gap.id}/state",),
                what="state (accepted, declined or in_version) and closed_on",
            )
    if snapshot.live and not recent:
        yield at(
            "gaps",
            "Programmes run, but no gap of the guidelines was looked at in the last quarter.",
            refs("programmes", (p.id for p in snapshot.live)),
            what="what people ran into, with triaged_on",
            severity="hint",
        )


@rule(
    "A13",
    severity="error",
    title="A moderation policy is in force before comments are open",
    rationale="Whoever invites the public to speak says first what is removed and what never is.",
    source="S1 phase 1, external",
    satisfied="A P-MOD in force that covers each live channel with open comments, in all its regions.",
    reads=("channels", "policies"),
    blocks="programme",
    milestone="1.E1",
    hint="Close the comments of {object}, or take it into {what}.",
)
def a13(snapshot: Snapshot, _: LintDefaults) -> Iterator[Note]:
    """Live external channels with open comments, whether or not a programme uses them. Closed comments: silent."""
    for channel in snapshot.plan.channels:
        if channel.side != "external" or channel.state != "live" or not channel.comments_open:
            continue
        bare = [
            region
            for region in channel.regions or (None,)
            if not any(
                snapshot.covers(policy, channel=channel.id, region=region, brand=channel.brand)
                for policy in snapshot.policies_for("P-MOD", region)
            )
        ]
        if bare:
            where = f" in {listed(filter(None, bare))}" if any(bare) else ""
            ref = f"channels/{channel.id}"
            message = f"Comments on {named(channel)} are open, but no moderation policy is in force for it{where}."
            yield at(ref, message, (f"{ref}/comments_open",), what=f"a P-MOD that is in force{where}")
