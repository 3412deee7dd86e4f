"""People: belts, responders, training, teams, early voices, roles, consent (A14 to A17, A35 to A38, A48)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from fourleaf.engine.alignment.plan import Belt, Contribution, Duty, EarlyVoice, FirstTeam, Person
from fourleaf.engine.alignment.rules.registry import LintDefaults, Note, at, listed, named, refs, rule
from fourleaf.engine.alignment.snapshot import Snapshot

__all__ = ["a14", "a15", "a16", "a17", "a35", "a36", "a37", "a38", "a48"]

#: Belts for duties where the plan says nothing (domain §3).
_USUAL_BELTS: Final[dict[Duty, Belt]] = {
    "share": "white",
    "route": "yellow",
    "author": "orange",
    "reply": "green",
    "moderate": "green",
    "publish": "blue",
    "review": "blue",
    "crisis": "black",
}
_ROLES: Final = ("strategist", "content", "community", "analyst")


def _needed(snapshot: Snapshot, done: Contribution) -> Belt:
    asked = snapshot.belt_needed(done.duty, content_class=done.content_class, channel=done.channel, region=done.region)
    return asked or _USUAL_BELTS[done.duty]


@rule(
    "A14",
    severity="error",
    title="Whoever publishes or replies holds the belt for it",
    rationale="Somebody who speaks for the company is trained first, whatever their title.",
    source="S0 representatives need training first",
    satisfied="The belt that duty, content class, channel and region need, valid on the day.",
    reads=("contributions", "people", "belt_requirements"),
    blocks="programme",
    milestone="2.I3",
    hint="Train {object}, or give the duty to somebody else: {what}.",
)
def a14(snapshot: Snapshot, _: LintDefaults) -> Iterator[Note]:
    """What was really done in public, never a mere assignment. Where the plan names no belt, that of domain §3."""
    found: dict[str, list[tuple[Contribution, Belt]]] = {}
    for done in snapshot.plan.contributions:
        person = snapshot.people.get(done.person)
        if person and not snapshot.holds(person, _needed(snapshot, done), done.on):
            found.setdefault(person.id, []).append((done, _needed(snapshot, done)))
    for key, entries in found.items():
        person = snapshot.people[key]
        acts = listed(f"{done.duty} on {done.channel} (needs {belt})" for done, belt in entries)
        yield at(
            f"people/{key}",
            f"{named(person)} holds the belt {snapshot.belt_held(person)} and did: {acts}.",
            [f"people/{key}/belt", *refs("contributions", (done.id for done, _ in entries))],
            what=f"belt {listed(belt for _, belt in entries)}",
        )


@rule(
    "A15",
    severity="warning",
    title="Two certified responders in each staffed region of a live programme",
    rationale="Service that hangs on one person stops with a holiday; scaling starts with two.",
    source="S0 scaling service, no single points",
    satisfied="At least two responders with a valid Green belt per staffed region.",
    reads=("programmes", "people"),
    blocks="programme",
    milestone="2.I4",
    hint="In {object}, name responders with a Green belt: {what}.",
)
def a15(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """Live external programmes; an empty list of staffed regions: silent. Without regions, all responders count."""
    for programme in snapshot.live:
        regions = snapshot.staffed_regions(programme)
        if not regions and (programme.regions or programme.staffed_regions is not None):
            continue
        short: list[str] = []
        seen: list[str] = []
        for region in regions or ("",):
            people = snapshot.responders(programme, region)
            green = sum(snapshot.holds(person, "green") for person in people)
            if green < defaults.responders_min:
                short.append(f"{green} in {region or 'all'}")
                seen += [person.id for person in people]
        if short:
            ref = f"programmes/{programme.id}"
            yield at(
                ref,
                f"{named(programme)} has too few certified responders: {listed(short)}, "
                f"where {defaults.responders_min} are needed.",
                [f"{ref}/responders", *refs("people", seen, "belt")],
                what=f"{defaults.responders_min} each instead of {listed(short)}",
            )


@rule(
    "A16",
    severity="hint",
    title="The first training wave is a small connected group, later waves adjoin",
    rationale="Habits spread along ties. A dozen who already work together carry them further than a mailing to all.",
    source="S0 small connected groups, expand",
    satisfied="A first wave of at most 12 people with a density of 0.4 or more; half of a later wave tied to certified "
    "people.",
    reads=("training_waves",),
    blocks="roadmap",
    milestone="2.I3",
    hint="Compose {object} anew: {what}.",
)
def a16(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """Waves of any state. Ties that nobody measured: silent, since measuring them is voluntary."""
    first = min((wave.number for wave in snapshot.plan.training_waves), default=0)
    for wave in snapshot.plan.training_waves:
        faults: list[tuple[str, str, str]] = []
        if wave.number == first:
            if wave.size > defaults.first_wave_max:
                faults.append(("size", f"has {wave.size} people", f"size at most {defaults.first_wave_max}"))
            if wave.density is not None and wave.density < defaults.first_wave_density:
                faults.append(("density", f"has a density of {wave.density:.2f}", "people who work together"))
        elif wave.adjacent_share is not None and wave.adjacent_share < defaults.later_wave_adjacent:
            share = f"{wave.adjacent_share:.0%} with a tie to somebody certified"
            faults.append(("adjacent_share", f"has {share}", "more people next to certified ones"))
        if faults:
            yield at(
                f"training_waves/{wave.id}",
                f"Wave {wave.number} {listed(fault[1] for fault in faults)}.",
                refs(f"training_waves/{wave.id}", (fault[0] for fault in faults)),
                what=listed(fault[2] for fault in faults),
            )


@rule(
    "A17",
    severity="error",
    title="Whoever serves customers in public did the care role-play",
    rationale="Being good on the phone is not being at ease before an audience; that is tried out first.",
    source="S0 not everyone is comfortable in public",
    satisfied="A care role-play before the first reply, or the Green belt that includes it.",
    reads=("contributions", "people"),
    blocks="programme",
    milestone="2.I3",
    hint="Hold the role-play with {object} and fill in {what}.",
)
def a17(snapshot: Snapshot, _: LintDefaults) -> Iterator[Note]:
    """People who replied in public; an assignment without a reply: silent (A15 counts those)."""
    found: dict[str, list[str]] = {}
    for done in snapshot.plan.contributions:
        person = snapshot.people.get(done.person)
        if done.duty != "reply" or person is None or snapshot.holds(person, "green", done.on):
            continue
        if not person.care_role_play or (person.care_role_play_on and person.care_role_play_on > done.on):
            found.setdefault(person.id, []).append(done.id)
    for key, replies in found.items():
        yield at(
            f"people/{key}",
            f"{named(snapshot.people[key])} replies to customers in public without the care role-play.",
            [f"people/{key}/care_role_play", *refs("contributions", replies)],
            what="care_role_play and care_role_play_on",
        )


def _has_duty(person: Person, snapshot: Snapshot) -> bool:
    return any(programme.state == "live" for programme in snapshot.public_duties.get(person.id, ()))


@rule(
    "A35",
    severity="warning",
    title="Public duties stand in the job description",
    rationale="Where appraisal does not know of sharing, those who share do it against their own interest.",
    source="S2 reviews did not recognise sharers",
    satisfied="The mark on each person who answers or writes for a live programme.",
    reads=("people", "programmes", "departments"),
    blocks="roadmap",
    milestone="3.I3",
    hint="For {object}, change job descriptions and fill in {what}.",
)
def a35(snapshot: Snapshot, _: LintDefaults) -> Iterator[Note]:
    """People with duties in live programmes, one finding for each department (or person without one)."""
    groups: dict[str, list[Person]] = {}
    for person in snapshot.people.values():
        if not person.duty_in_job_description and _has_duty(person, snapshot):
            known = person.department in snapshot.departments
            groups.setdefault(f"departments/{person.department}" if known else f"people/{person.id}", []).append(person)
    for ref, people in groups.items():
        yield at(
            ref,
            f"Public duties stand in no job description of {listed(map(named, people))}.",
            refs("people", (person.id for person in people), "duty_in_job_description"),
            what="duty_in_job_description of " + listed(person.id for person in people),
        )


@rule(
    "A36",
    severity="error",
    title="Nobody is given a public duty against their wish",
    rationale="Not everybody wants to speak in public, and whoever does so unwillingly does it badly.",
    source="S2 not everyone wants this",
    satisfied="No responder, author or early voice who entered that they prefer not to.",
    reads=("people", "programmes", "early_voices"),
    blocks="programme",
    hint="Relieve {object} of {what}.",
)
def a36(snapshot: Snapshot, _: LintDefaults) -> Iterator[Note]:
    """External programmes that are planned, live or paused; the person's own entry only, never a survey."""
    voices: dict[str, list[str]] = {}
    for voice in snapshot.plan.early_voices:
        voices.setdefault(voice.person, []).append(voice.id)
    for person in snapshot.people.values():
        if not person.opted_out:
            continue
        duties = refs("programmes", (p.id for p in snapshot.public_duties.get(person.id, ())))
        duties += refs("early_voices", voices.get(person.id, ()))
        if duties:
            yield at(
                f"people/{person.id}",
                f"{named(person)} prefers not to take part, but has a public duty in {listed(duties)}.",
                (f"people/{person.id}/opted_out", *duties),
                what=f"duties in {listed(duties)}",
            )


def _team_faults(team: FirstTeam, snapshot: Snapshot, defaults: LintDefaults) -> Iterator[tuple[str, str]]:
    """(what fails, field) of the five tests of domain §9.3, and the size."""
    members = {member.person: member for member in team.members}
    people = [snapshot.people[key] for key in members if key in snapshot.people]
    size = len(members)
    if not defaults.team_min <= size <= defaults.team_max:
        yield f"size {size}, not {defaults.team_min} to {defaults.team_max}", "members"
    departments = Counter(person.department or person.id for person in people)
    if len(departments) < 3 or max(departments.values()) * 2 > size:
        yield "F1 three departments, none with more than half", "members"
    away = sum(team.main_region is not None and person.region != team.main_region for person in people)
    if len({person.region for person in people}) < 2 or away < 0.4 * size:
        yield "F2 two sites, two in five outside the main one", "main_region"
    skills = Counter(skill for member in members.values() for skill in set(member.skills))
    if not members or any(all(skills[skill] > 1 for skill in member.skills) for member in members.values()):
        yield "F3 a skill of their own for each member", "members"
    if not team.leader_volunteered or min(team.leader_enthusiasm or 0, team.members_enthusiasm or 0) < 4:
        yield "F4 a leader who volunteered, enthusiasm of 4 or more", "leader_volunteered"
    if not team.benefit or not team.benefit_measure or (team.benefit_clear_share or 0) < 0.8:
        yield "F5 a benefit with a measure, clear to 80 %", "benefit"


@rule(
    "A37",
    severity="warning",
    title="The first internal team has all five characteristics",
    rationale="The first team is the proof inside: mixed, spread, needed, willing, and with a benefit that all see.",
    source="S2 list of five",
    satisfied="F1 to F5 of the first team all met, six to twelve members.",
    reads=("first_teams", "people"),
    blocks="programme",
    hint="In {object}, change or fill in {what}.",
)
def a37(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """First teams that exist; what is not recorded counts as not met. No team yet: silent."""
    for team in snapshot.plan.first_teams:
        faults = list(_team_faults(team, snapshot, defaults))
        if faults:
            ref = f"first_teams/{team.id}"
            yield at(
                ref,
                f"{named(team)} does not meet: {'; '.join(fault for fault, _ in faults)}.",
                [f"{ref}/{field}" for _, field in faults],
                what="; ".join(fault for fault, _ in faults),
            )


def _voice_faults(voice: EarlyVoice, defaults: LintDefaults) -> Iterator[tuple[str, str]]:
    scores = (voice.writes, voice.expertise, voice.judgement, voice.time, voice.listens)
    if voice.chosen_by == "title":
        yield "chosen by title", "chosen_by"
    if not voice.time_confirmed:
        yield "time not confirmed by the manager", "time_confirmed"
    if (voice.hours_a_week or 0) < defaults.voice_hours:
        yield f"less than {defaults.voice_hours:g} hours a week", "hours_a_week"
    if min(voice.judgement or 0, voice.time or 0) < defaults.voice_gate:
        yield f"judgement or time below {defaults.voice_gate}", "judgement"
    if sum(score or 0 for score in scores) < defaults.voice_sum:
        yield f"a score below {defaults.voice_sum}", "writes"


@rule(
    "A38",
    severity="warning",
    title="Early voices are chosen by score, not by title, and have the time",
    rationale="Who writes well, knows the matter, judges well and listens speaks first; rank helps none of that.",
    source="S3 who and when",
    satisfied="Ten points of fifteen, judgement and time at least 2, two hours a week confirmed by the manager.",
    reads=("early_voices",),
    blocks="programme",
    hint="Choose another for {object}, or mend: {what}.",
)
def a38(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """Everybody named as an early voice; what was not scored counts as nothing. Nobody named: silent."""
    for voice in snapshot.plan.early_voices:
        faults = list(_voice_faults(voice, defaults))
        if faults:
            ref = f"early_voices/{voice.id}"
            yield at(
                ref,
                f"The early voice {voice.person} has: {listed(fault for fault, _ in faults)}.",
                [f"people/{voice.person}", *(f"{ref}/{field}" for _, field in faults)],
                what=listed(field for _, field in faults),
            )


@rule(
    "A48",
    severity="warning",
    title="Strategist, content, community and analyst roles are held",
    rationale="New work needs somebody whose work it is; otherwise it is done when there is time, so never.",
    source="S1 new roles",
    satisfied="A holder of each of the four roles, or a reason why nobody holds it now.",
    reads=("roles", "people", "programmes"),
    blocks="roadmap",
    milestone="1.I5",
    hint="In {object}, fill in holders or waived for {what}.",
)
def a48(snapshot: Snapshot, _: LintDefaults) -> Iterator[Note]:
    """Once an external programme is live. Nothing live: silent."""
    if not snapshot.live:
        return
    filled: set[str] = set()
    empty: dict[str, list[str]] = {}
    for entry in snapshot.plan.roles:
        if entry.waived or any(key in snapshot.people for key in entry.holders):
            filled.add(entry.role)
        else:
            empty.setdefault(entry.role, []).append(entry.id)
    lacking = [role for role in _ROLES if role not in filled]
    if lacking:
        yield at(
            "roles",
            f"Programmes are live, but nobody holds the role of {listed(lacking)}.",
            refs("roles", (key for role in lacking for key in empty.get(role, ()))),
            what=listed(lacking),
        )
