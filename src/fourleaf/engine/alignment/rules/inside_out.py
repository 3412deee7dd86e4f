"""Inside before outside: counterparts, internal use, notice, leaders (A30 to A34)."""

from __future__ import annotations

from collections.abc import Iterator

from fourleaf.engine.alignment.plan import LeaderActivity, Programme
from fourleaf.engine.alignment.rules.registry import LintDefaults, Note, at, listed, named, refs, rule
from fourleaf.engine.alignment.snapshot import Snapshot

__all__ = ["a30", "a31", "a32", "a33", "a34"]


def _is_internal(key: str, snapshot: Snapshot) -> bool:
    """Whether the id names something of the inside that is not over: a programme, an activity or a roadmap item."""
    programme = snapshot.programmes.get(key)
    activity = snapshot.find(f"activities/{key}") if programme is None else None
    if activity is not None:
        programme = snapshot.programmes.get(getattr(activity, "programme", ""))
    if programme is not None:
        return programme.side == "internal" and programme.state != "ended"
    step = snapshot.sound_roadmap.steps.get(key) if snapshot.sound_roadmap else None
    return step is not None and step.side != "external" and step.state != "dropped"


@rule(
    "A30",
    severity="error",
    title="Each external programme names its internal counterpart",
    rationale="The parallel path: for whatever is begun outside, something inside makes the organisation able to keep "
    "the promise.",
    source="S0 title idea; S2 inside out",
    satisfied="A link to an internal programme, activity or roadmap item that is not over.",
    reads=("programmes", "activities", "roadmap"),
    blocks="programme",
    hint="In {object}, fill in {what}.",
)
def a30(snapshot: Snapshot, _: LintDefaults) -> Iterator[Note]:
    """External programmes, planned ones too: the time to plan the inside is before the outside is live."""
    for programme in snapshot.external:
        if not any(_is_internal(key, snapshot) for key in programme.counterparts):
            ref = f"programmes/{programme.id}"
            named_ones = f": {listed(programme.counterparts)} is not internal or over" if programme.counterparts else ""
            yield at(
                ref,
                f"{named(programme)} has no internal counterpart{named_ones}.",
                (f"{ref}/counterparts",),
                what="counterparts: who inside is trained, engaged or enabled for it",
            )


@rule(
    "A31",
    severity="warning",
    title="A unit uses social tools inside before it goes outside",
    rationale="Start inside, where mistakes are cheap; a unit silent among colleagues will not talk with strangers.",
    source="S2, S4 start inside; S3 allows exceptions",
    satisfied="Four weeks or more of internal activity of the owning unit at launch, or a waiver.",
    reads=("programmes",),
    blocks="programme",
    hint="In {object}, fill in {what}, or waive this with a reason.",
)
def a31(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """Live external programmes, unrecorded weeks counting as none. Planned ones: silent, the weeks may still come."""
    for programme in snapshot.live:
        weeks = programme.internal_use_weeks
        if weeks is None or weeks < defaults.internal_use_weeks:
            ref = f"programmes/{programme.id}"
            said = "no internal use on record" if weeks is None else f"{weeks:g} weeks of internal use"
            yield at(
                ref,
                f"{named(programme)} went outside with {said}; {defaults.internal_use_weeks:g} weeks are wanted.",
                (f"{ref}/internal_use_weeks", *refs("departments", filter(None, [programme.sponsoring_unit]))),
                what="internal_use_weeks of the owning unit",
            )


@rule(
    "A32",
    severity="warning",
    title="Employees hear of major launches before the public",
    rationale="Whoever learns of the own company's news from strangers cannot stand up for it.",
    source="S0 McDonald's example",
    satisfied="An internal notice earlier than the launch.",
    reads=("programmes",),
    blocks="programme",
    hint="In {object}, fill in {what}.",
)
def a32(snapshot: Snapshot, _: LintDefaults) -> Iterator[Note]:
    """External programmes that are major launches with a time of launch, or live. No time yet and not live: silent."""
    for programme in snapshot.external:
        launch, notice = programme.launch_at, programme.internal_notice_at
        if not programme.major_launch or (launch is None and programme.state != "live"):
            continue
        if notice is None or (launch is not None and notice >= launch):
            ref = f"programmes/{programme.id}"
            when = f"are told only at {notice:%Y-%m-%d %H:%M}" if notice else "are not told"
            yield at(
                ref,
                f"Employees {when} of the major launch {named(programme)}.",
                (f"{ref}/internal_notice_at", f"{ref}/launch_at"),
                what="an internal_notice_at before launch_at",
            )


def _units(snapshot: Snapshot) -> dict[str, list[Programme]]:
    found: dict[str, list[Programme]] = {}
    for programme in snapshot.live:
        found.setdefault(programme.sponsoring_unit or "", []).append(programme)
    return found


@rule(
    "A33",
    severity="warning",
    title="Half of the leaders are visible inside",
    rationale="Leaders who only read along teach everybody that this is not for serious people.",
    source="S2 leaders faltered",
    satisfied="50 % or more of leaders with a post or reply in the last month counted, per unit or in the whole.",
    reads=("leader_activity", "programmes", "departments"),
    blocks="plan",
    hint="For {object}: {what}.",
)
def a33(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """Units that sponsor live programmes, by their own last month, else by that of the whole organisation.

    Programmes live and nothing counted for their unit: a finding.
    """
    latest: dict[str, LeaderActivity] = {}
    for entry in snapshot.plan.leader_activity:
        unit = entry.department or ""
        if entry.month <= snapshot.as_of and (unit not in latest or latest[unit].month < entry.month):
            latest[unit] = entry
    uncounted: list[str] = []
    low: dict[str, tuple[LeaderActivity, list[Programme]]] = {}
    for unit, programmes in _units(snapshot).items():
        entry_of_unit = latest.get(unit) or latest.get("")
        if entry_of_unit is None:
            uncounted += [p.id for p in programmes]
        elif entry_of_unit.active_share < defaults.leaders_active:
            low.setdefault(entry_of_unit.id, (entry_of_unit, []))[1].extend(programmes)
    for key, (entry, programmes) in low.items():
        unit_name = f"of {entry.department}" if entry.department else "of the whole organisation"
        yield at(
            f"leader_activity/{key}",
            f"Only {entry.active_share:.0%} of the leaders {unit_name} were visible inside in {entry.month:%B %Y}.",
            (f"leader_activity/{key}/active_share", *refs("programmes", (p.id for p in programmes))),
            what="agree with leaders on a post or answer a month, beginning with the sponsors",
        )
    if uncounted:
        yield at(
            "leader_activity",
            f"Nobody counted how many leaders are visible inside where {listed(uncounted)} run.",
            refs("programmes", uncounted),
            what="fill in active_share of the last month",
        )


@rule(
    "A34",
    severity="warning",
    title="Where leadership is weak, begin with a narrow beta",
    rationale="A reluctant leader is won by a small thing that works, not by a large one that needs them every day.",
    source="S2 reluctant leader",
    satisfied="50 points or more for leadership in the sponsoring unit (where enough answered), or a narrow scope.",
    reads=("programmes", "departments"),
    blocks="programme",
    hint="In {object}, fill in {what}.",
)
def a34(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """External programmes that are not ended. No score, or fewer than k answers: silent, nothing may be read off."""
    for programme in snapshot.external:
        unit = snapshot.departments.get(programme.sponsoring_unit or "")
        leaves = unit.leaves if unit else None
        if unit is None or leaves is None or leaves.leadership is None or leaves.n < defaults.smallest_cell:
            continue
        if leaves.leadership < defaults.leadership_min and programme.scope != "narrow_beta":
            ref = f"programmes/{programme.id}"
            yield at(
                ref,
                f"{named(programme)} runs in full, though leadership of {unit.id} scores only {leaves.leadership:g}.",
                (f"departments/{unit.id}/leaves", f"{ref}/scope"),
                what="scope narrow_beta, with an immersion of the leader, or a sponsor elsewhere",
            )
