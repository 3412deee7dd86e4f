"""What governance adds: policies, acknowledgements, gaps, registers, committees, the centre, holders of roles.

As soon as governance keeps one object of a section, the section is its own: what the plan says there is put aside.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date, timedelta
from typing import Any, Final, cast, get_args

from fourleaf.alignment.parts.known import Known, slug, unique
from fourleaf.alignment.parts.news import last_change, remembered
from fourleaf.alignment.providers import Facts, Provider, register_provider
from fourleaf.engine.alignment import plan as model_of
from fourleaf.engine.alignment.plan import Function, Named, Part
from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.governance import public
from fourleaf.governance.contracts import (
    DUE_DAYS,
    AcknowledgementFacts,
    BodyFacts,
    GapFacts,
    PolicyFacts,
    RegisterFacts,
)
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor

__all__ = ["governance"]

#: Roles of the catalogue that the plan model has, by the catalogue's code.
_ROLES: Final = {
    "sponsor": "executive_sponsor",
    "chair": "committee_chair",
    "digital_officer": "chief_digital_officer",
    "content_strategist": "content",
    "community_manager": "community",
    "council_liaison": "works_council_liaison",
}
_PLAN_ROLES: Final = frozenset(get_args(model_of.RoleAssignment.model_fields["role"].annotation))
_FUNCTIONS: Final = frozenset(get_args(Function))
_ENDED: Final = ("superseded", "withdrawn")


class _Gathering:
    """Objects by section, and where each is kept."""

    def __init__(self) -> None:
        self.whole: dict[str, Sequence[Named]] = {}
        self.single: dict[str, Part] = {}
        self.places: dict[str, tuple[str, int]] = {}
        self.policies: dict[int, str] = {}

    def put(self, section: str, objects: Sequence[Named], kind: str, rows: Sequence[int]) -> None:
        """A section with its objects; nothing while there are none."""
        if objects:
            self.whole[section] = objects
            self.places.update((f"{section}/{thing.id}", (kind, row)) for thing, row in zip(objects, rows, strict=True))


_Read = tuple[Sequence[PolicyFacts], Sequence[AcknowledgementFacts], Sequence[GapFacts], RegisterFacts, BodyFacts]


def _read() -> _Read:
    return (
        public.policy_facts(),
        public.acknowledgement_facts(),
        public.gap_facts(),
        public.register_facts(),
        public.body_facts(),
    )


def _facts(actor: Actor, model: PlanModel) -> Facts:
    policies, counts, gaps, registers, bodies = remembered("governance", _read)
    known = Known(model, _people(policies, gaps, bodies))
    made = _Gathering()
    _policies(made, known, policies, counts)
    _gaps(made, known, gaps)
    _registers(made, known, registers)
    _bodies(made, known, bodies)
    regions = {
        code: {"person_level_analytics": pk in registers.person_level}
        for pk in registers.person_level
        if (code := known.region(pk))
    }
    return Facts(
        whole=made.whole,
        missing={"people": tuple(known.people.values())},
        fields={"regions": regions},
        single=made.single,
        places=made.places | known.places,
    )


def _people(policies: Sequence[PolicyFacts], gaps: Sequence[GapFacts], bodies: BodyFacts) -> set[int]:
    """Everybody whom these facts name."""
    named: set[int | None] = {policy.owner_id for policy in policies} | {gap.owner_id for gap in gaps}
    for committee in bodies.committees:
        named |= {committee.chair_id, committee.sponsor_id, *(seat.person_id for seat in committee.seats)}
    if bodies.centre is not None:
        named |= {bodies.centre.lead_id, *bodies.centre.member_ids}
    for holders in bodies.roles.values():
        named |= set(holders)
    return {pk for pk in named if pk is not None}


def _outside(policy: PolicyFacts, known: Known) -> bool:
    """Whether the policy is limited to what this plan does not have; an empty scope would mean everything."""
    return bool(
        (policy.region_ids and not known.regions(policy.region_ids))
        or (policy.brand_ids and not known.brands(policy.brand_ids))
        or (policy.channels and not known.channels(policy.channels))
    )


def _base(policy: PolicyFacts, known: Known) -> str:
    """The id that the version in force has: that of its kind, with the brand where it is for one."""
    if policy.kind == "other":
        return slug(policy.title)
    brands = known.brands(policy.brand_ids)
    return f"{policy.kind}-{brands[0]}" if len(brands) == 1 else policy.kind


def _policies(
    made: _Gathering, known: Known, versions: Sequence[PolicyFacts], counts: Sequence[AcknowledgementFacts]
) -> None:
    by_policy: dict[int, list[PolicyFacts]] = {}
    for version in versions:
        if not _outside(version, known):
            by_policy.setdefault(version.policy_id, []).append(version)
    objects: list[Named] = []
    rows: list[int] = []
    taken: set[str] = set()
    current: dict[int, str] = {}
    for number, held in by_policy.items():
        ahead = [version for version in held if version.state not in _ENDED]
        shown = ahead or held[-1:]
        shown.sort(key=lambda version: version.state != "in_force")
        base = unique(_base(shown[0], known), taken, number)
        made.policies[number] = base
        for place, version in enumerate(shown):
            key = base if place == 0 else unique(f"{base}-{version.version}", taken, version.version_id)
            if version.state == "in_force":
                current[version.version_id] = key
            objects.append(_policy(key, version, known))
            rows.append(number)
    made.put("policies", objects, "policy", rows)
    if not objects:
        return
    begun: dict[tuple[int, str], date] = {}
    for version in versions:
        if version.effective_on is not None:
            at = version.policy_id, version.version.partition(".")[0]
            begun[at] = min(begun.get(at, version.effective_on), version.effective_on)
    majors = {
        version.version_id: begun.get((version.policy_id, version.version.partition(".")[0])) for version in versions
    }
    counted: list[Named] = []
    of: list[int] = []
    ids: set[str] = set()
    for count in counts:
        region, policy = known.region(count.region_id), current.get(count.version_id)
        since = majors.get(count.version_id)
        if region is None or policy is None or since is None:
            continue
        if clock.today() < since + timedelta(days=DUE_DAYS):
            # Nobody is late yet: whoever puts a rule in force shall not have a finding for it on the same day.
            continue
        counted.append(
            model_of.Acknowledgement(
                id=unique(f"{policy}-{region}", ids, len(counted)),
                policy=policy,
                region=region,
                in_scope=count.in_scope,
                current=count.current,
                as_of=count.as_of,
            )
        )
        of.append(count.policy_id)
    made.whole["acknowledgements"] = counted  # none yet is an answer too: the plan's own are not read any more
    made.put("acknowledgements", counted, "policy", of)


def _policy(key: str, version: PolicyFacts, known: Known) -> Named:
    return model_of.Policy(
        id=key,
        kind=cast("Any", version.kind),
        title=version.title,
        version=version.version,
        state=cast("Any", version.state),
        owner=known.person(version.owner_id),
        effective_on=version.effective_on,
        superseded_on=version.ended_on,
        review_due=version.review_due,
        channels=known.channels(version.channels),
        except_channels=known.channels(version.except_channels),
        regions=known.regions(version.region_ids),
        brands=known.brands(version.brand_ids),
        languages=version.languages,
    )


def _gaps(made: _Gathering, known: Known, gaps: Sequence[GapFacts]) -> None:
    objects = [
        model_of.Gap(
            id=f"GAP{gap.id}",
            text=gap.text,
            policy=made.policies.get(gap.policy_id or 0),
            section=gap.section or None,
            channel=known.channel(gap.channel),
            state=gap.state,
            found_on=gap.found_on,
            triaged_on=gap.triaged_on,
            closed_on=gap.closed_on,
            owner=known.person(gap.owner_id),
        )
        for gap in gaps
    ]
    made.put("gaps", objects, "gap", [gap.id for gap in gaps])


def _registers(made: _Gathering, known: Known, registers: RegisterFacts) -> None:
    consulted: list[Named] = []
    rows: list[int] = []
    taken: set[str] = set()
    for one in registers.consultations:
        region = known.region(one.region_id)
        if region is None:
            continue
        subject = one.subjects[0].replace("_", "-") if one.subjects else "other"
        consulted.append(
            model_of.Consultation(
                id=unique(f"{region}-{subject}", taken, one.id),
                region=region,
                subjects=cast("Any", one.subjects),
                state=one.state,
                started_on=one.started_on,
                recorded_on=one.recorded_on,
            )
        )
        rows.append(one.id)
    made.put("consultations", consulted, "consultation", rows)
    named: set[str] = set()
    processed = [
        (
            model_of.ProcessingActivity(
                id=unique(slug(one.name), named, one.id),
                name=one.name,
                kind=cast("Any", one.kind),
                legal_basis=one.legal_basis or None,
                retention=one.retention or None,
                regions=known.regions(one.region_ids),
                live=one.live,
                since=one.since,
            ),
            one.id,
        )
        for one in registers.processing
        if not one.region_ids or known.regions(one.region_ids)
    ]
    made.put(
        "processing_activities", [thing for thing, _ in processed], "processing", [number for _, number in processed]
    )


def _bodies(made: _Gathering, known: Known, bodies: BodyFacts) -> None:
    taken: set[str] = set()
    committees = [
        model_of.Committee(
            id=unique(one.kind if one.kind == "steering" else slug(one.name), taken, one.id),
            name=one.name,
            kind=one.kind,
            chair=known.person(one.chair_id),
            sponsor=known.person(one.sponsor_id),
            members=tuple(
                model_of.Seat(
                    person=person,
                    region=known.region(seat.region_id),
                    function=cast("Any", seat.function if seat.function in _FUNCTIONS else None),
                )
                for seat in one.seats
                if (person := known.person(seat.person_id))
            ),
            last_met_on=one.last_met_on,
        )
        for one in bodies.committees
    ]
    made.put("committees", committees, "committee", [one.id for one in bodies.committees])
    if bodies.centre is not None:
        made.single["centre_of_excellence"] = model_of.CentreOfExcellence(
            lead=known.person(bodies.centre.lead_id),
            members=known.persons(bodies.centre.member_ids),
            full_time_equivalents=bodies.centre.full_time_equivalents,
            services=bodies.centre.services,
        )
        made.places["centre_of_excellence"] = ("centre", 0)
    roles = [
        model_of.RoleAssignment(id=code, role=cast("Any", code), holders=holders)
        for catalogue, pks in bodies.roles.items()
        if (code := _ROLES.get(catalogue, catalogue)) in _PLAN_ROLES and (holders := known.persons(pks))
    ]
    made.put("roles", roles, "roles", [0] * len(roles))


def _stamp(actor: Actor) -> Hashable:
    """For training and review too, which need not ask again."""
    return last_change()


governance: Final = register_provider(Provider("governance", _facts, _stamp))
