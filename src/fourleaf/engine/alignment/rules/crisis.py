"""When it burns: authority, rota, playbook, pause (A19 to A22)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from fourleaf.engine.alignment.plan import RotaSlot
from fourleaf.engine.alignment.rules.registry import LintDefaults, Note, at, listed, named, refs, rule
from fourleaf.engine.alignment.snapshot import HOURS_OF_WEEK, Snapshot

__all__ = ["a19", "a20", "a21", "a22"]

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SEVERE: Final = ("SEV3", "SEV4")


def _when(hours: set[int]) -> str:
    """Hours of the week in words: Sat 08–24, Sun 08–24."""
    runs: list[list[int]] = []
    for hour in sorted(hours):
        if runs and runs[-1][1] == hour and hour % 24:
            runs[-1][1] = hour + 1
        else:
            runs.append([hour, hour + 1])
    return listed(f"{_DAYS[a // 24]} {a % 24:02}–{(b - 1) % 24 + 1:02}" for a, b in runs)


def _slots(snapshot: Snapshot) -> dict[str, list[RotaSlot]]:
    found: dict[str, list[RotaSlot]] = {}
    for slot in snapshot.plan.rota_slots:
        found.setdefault(slot.region, []).append(slot)
    return found


def _may_act(key: str, snapshot: Snapshot) -> bool:
    """Whether somebody named as authority still is: the belt has not run out, or it is the office that counts."""
    person = snapshot.people.get(key)
    if person is None:
        return False
    return person.office is not None or person.belt == "none" or snapshot.holds(person, "white")


def _departments(snapshot: Snapshot, people: frozenset[str]) -> int:
    """Different departments among them; whoever has none counts for one."""
    return len({snapshot.people[key].department or f"/{key}" for key in people if key in snapshot.people})


@rule(
    "A19",
    severity="error",
    title="No single person is the only authority, at any severity or hour",
    rationale="In a crisis the one who may decide is on a plane. Authority has more than one source, or it has none.",
    source="S0 multiple sources of authority",
    satisfied="Two people or more who may act (three from SEV3 on) in the plan; where anybody with authority is on "
    "duty, two of different departments.",
    reads=("crisis_authorities", "rota_slots", "people", "programmes", "regions"),
    blocks="programme",
    milestone="2.I4",
    hint="For {object}, fill in {what}.",
)
def a19(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """Live regions hour by hour, and each entry of authority by itself.

    An hour without anybody who may act at a severity is left to A20 and, above SEV2, to paging the whole pool: here
    only those count who are the only one. Whose belt ran out does not count, unless an office gives
    the authority. Programmes live without any authority in the plan: a finding.
    """
    authorities = snapshot.plan.crisis_authorities
    if snapshot.live and not authorities:
        live = refs("programmes", (p.id for p in snapshot.live))
        message = "Programmes are live, but the plan names nobody who may act in a crisis."
        yield at("crisis_authorities", message, live, what="any_of for each severity")
    pools: dict[str, set[str]] = {}
    for entry in authorities:
        able = [key for key in dict.fromkeys(entry.any_of) if _may_act(key, snapshot)]
        pools.setdefault(entry.severity, set()).update(able)
        least = defaults.pool_min_severe if entry.severity in _SEVERE else defaults.pool_min
        if len(able) < least:
            yield at(
                f"crisis_authorities/{entry.id}",
                f"At {entry.severity} only {len(able)} may {entry.act.replace('_', ' ')}; {least} are needed.",
                [f"crisis_authorities/{entry.id}/any_of", *refs("people", able)],
                what=f"any_of with {least} people or more",
            )
    yield from _alone(snapshot, defaults, pools)


def _alone(snapshot: Snapshot, defaults: LintDefaults, pools: dict[str, set[str]]) -> Iterator[Note]:
    slots = _slots(snapshot)
    for region in snapshot.live_regions:
        on_duty = Counter(snapshot.rota.get(region, ()))
        lonely = {
            (people, severity): people & pool
            for people in on_duty
            for severity, pool in sorted(pools.items())
            if people & pool and _departments(snapshot, people & pool) < defaults.on_duty_min
        }
        if not lonely:
            continue
        teams = {people for people, _ in lonely}
        hours = {hour for hour, people in enumerate(snapshot.rota[region]) if people in teams}
        who = sorted(set().union(*lonely.values()))
        used = [slot.id for slot in slots.get(region, ()) if set(who) & set(slot.people)]
        severities = listed(sorted({severity for _, severity in lonely}))
        yield at(
            f"regions/{region}",
            f"In {named(snapshot.regions[region])} {listed(who)} alone may act at {severities}: {_when(hours)}.",
            [*refs("people", who), *refs("rota_slots", used)],
            what=f"rota_slots with a second person of another department for {_when(hours)}",
        )


@rule(
    "A20",
    severity="error",
    title="Every hour of the week is covered in each live region",
    rationale="Crises like weekends: that is when nobody answers.",
    source="S0 crisis takes no weekend off",
    satisfied="Somebody with a Green belt or crisis authority on duty in each of the 168 hours, local time.",
    reads=("rota_slots", "people", "programmes", "regions", "crisis_authorities"),
    blocks="programme",
    milestone="2.I4",
    hint="For {object}, fill in {what}.",
)
def a20(snapshot: Snapshot, _: LintDefaults) -> Iterator[Note]:
    """Regions with live external programmes; no rota at all is 168 open hours. Nothing live: silent."""
    able = {key for entry in snapshot.plan.crisis_authorities for key in entry.any_of if _may_act(key, snapshot)}
    able.update(person.id for person in snapshot.people.values() if snapshot.holds(person, "green"))
    slots = _slots(snapshot)
    nobody = (frozenset[str](),) * HOURS_OF_WEEK
    for region in snapshot.live_regions:
        bare = {hour for hour, people in enumerate(snapshot.rota.get(region, nobody)) if people.isdisjoint(able)}
        if bare:
            when = "the whole week" if len(bare) == HOURS_OF_WEEK else _when(bare)
            yield at(
                f"regions/{region}",
                f"In {named(snapshot.regions[region])} nobody who may act is on duty in {len(bare)} hours of the "
                f"week: {when}.",
                refs("rota_slots", (slot.id for slot in slots.get(region, ()))),
                what=f"rota_slots for {when}",
            )


@rule(
    "A21",
    severity="warning",
    title="The crisis playbook has valid texts and is drilled",
    rationale="The first hour decides, and the first hour is no time to find words or phone numbers.",
    source="S0 Motrin, Domino's",
    satisfied="A playbook and crisis policy in force, a holding text that has not expired for each of the first five "
    "scenarios, a drill within 6 months.",
    reads=("crisis_playbooks", "crisis_scenarios", "holding_statements", "drills", "policies", "programmes"),
    blocks="roadmap",
    milestone="2.I4",
    hint="In {object}, fill in {what}.",
)
def a21(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """Once an external programme is live. Nothing live: silent. A crisis policy that exists has to be in force, too."""
    if not snapshot.live:
        return
    plan, today = snapshot.plan, snapshot.as_of
    live = refs("programmes", (p.id for p in snapshot.live))
    if not any(book.in_force_on and book.in_force_on <= today for book in plan.crisis_playbooks):
        message = "Programmes are live, but no crisis playbook is in force."
        yield at("crisis_playbooks", message, live, what="a playbook with in_force_on")
    rules = [policy for policy in plan.policies if policy.kind == "P-CRI"]
    if rules and not any(snapshot.in_force(policy) for policy in rules):
        ref = f"policies/{rules[0].id}"
        message = f"Programmes are live, but {named(rules[0])} is not in force."
        yield at(ref, message, (ref, *live), what="state in_force")
    if not plan.crisis_scenarios:
        message = "Programmes are live, but no crisis scenario is named."
        yield at("crisis_scenarios", message, live, what=f"{defaults.scenarios} scenarios by rank")
    valid = {
        text.scenario
        for text in plan.holding_statements
        if text.approved_on and text.approved_on <= today and (text.expires_on is None or today <= text.expires_on)
    }
    texts: dict[str, list[str]] = {}
    for text in plan.holding_statements:
        texts.setdefault(text.scenario, []).append(text.id)
    for scenario in plan.crisis_scenarios:
        if scenario.rank <= defaults.scenarios and scenario.id not in valid:
            ref = f"crisis_scenarios/{scenario.id}"
            yield at(
                ref,
                f"There is no valid holding text for {named(scenario)}.",
                (ref, *refs("holding_statements", texts.get(scenario.id, ()))),
                what="a holding_statements entry with approved_on and expires_on",
            )
    ages = [(today - drill.on).days for drill in plan.drills if drill.passed is not False and drill.on <= today]
    if min(ages, default=defaults.drill_days + 1) > defaults.drill_days:
        said = f"The last drill was {min(ages)} days ago" if ages else "No drill was held"
        yield at(
            "drills",
            f"{said}; six months is the limit.",
            refs("drills", (d.id for d in plan.drills)) or live,
            what="a drill within the last six months",
        )


@rule(
    "A22",
    severity="error",
    title="Scheduled posts can be paused, by brand and singly",
    rationale="A cheerful post in the middle of a crisis is a second crisis; stopping it must not need a web agency.",
    source="S0 speed; Motrin",
    satisfied="The channel is in the pause group of its brand and can be stopped singly, tested within 90 days.",
    reads=("channels", "programmes"),
    blocks="programme",
    hint="Test both kinds of pause on {object} and fill in {what}.",
)
def a22(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """External channels on which an external programme is live. Other channels: silent."""
    for key in snapshot.live_on_channel:
        channel = snapshot.channels.get(key)
        if channel is None or channel.side != "external":
            continue
        tested = channel.pause_tested_on
        lacking = [] if channel.in_pause_group else ["in_pause_group"]
        lacking += [] if channel.single_pause else ["single_pause"]
        if tested is None or not 0 <= (snapshot.as_of - tested).days <= defaults.pause_test_days:
            lacking.append("pause_tested_on")
        if lacking:
            yield at(
                f"channels/{key}",
                f"Scheduled posts on {named(channel)} cannot be paused for certain "
                f"({'never tested' if tested is None else f'last tested on {tested}'}).",
                refs(f"channels/{key}", lacking) + refs("programmes", (p.id for p in snapshot.live_on_channel[key])),
                what=listed(lacking),
            )
