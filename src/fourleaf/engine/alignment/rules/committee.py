"""Who steers: organisation model, committee, seats of regions, brand teams (A26 to A29)."""

from __future__ import annotations

from collections.abc import Iterator

from fourleaf.engine.alignment.observed_model import observed_model, steps_between
from fourleaf.engine.alignment.plan import Committee, Function
from fourleaf.engine.alignment.rules.registry import LintDefaults, Note, at, listed, named, refs, rule
from fourleaf.engine.alignment.snapshot import Snapshot

__all__ = ["a26", "a27", "a28", "a29"]


@rule(
    "A26",
    severity="error",
    title="An organisation model is declared, and what is seen comes close to it",
    rationale="Who may do what follows from the model. A model on paper only leaves everybody guessing.",
    source="S0, S1 organisation models",
    satisfied="A declared model; the one observed at most one step away (else a warning).",
    reads=("organisation_model", "programmes"),
    blocks="roadmap",
    milestone="1.I2",
    hint="In {object}, {what}.",
)
def a26(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """Declared: once an external programme is live. Observed: where the measures are there, whatever runs."""
    model = snapshot.plan.organisation_model
    if model is None or model.declared is None:
        if snapshot.live:
            live = refs("programmes", (p.id for p in snapshot.live))
            message = "Programmes are live, but no organisation model is declared."
            yield at("organisation_model", message, live, what="fill in declared and declared_on")
        return
    seen = observed_model(model.observed) if model.observed else None
    if seen and steps_between(model.declared, seen) > defaults.model_steps:
        names = model.declared.replace("_", " "), seen.replace("_", " ")
        yield at(
            "organisation_model",
            f"The declared model is {names[0]}, what is seen is {names[1]}: "
            f"{steps_between(model.declared, seen)} steps apart.",
            ("organisation_model/declared", "organisation_model/observed"),
            what="change what is declared, or decide how work will move towards it",
            severity="warning",
        )


def _functions(committee: Committee, snapshot: Snapshot) -> set[Function]:
    found: set[Function] = set()
    for seat in committee.members:
        person = snapshot.people.get(seat.person)
        department = snapshot.departments.get(person.department) if person and person.department else None
        function = seat.function or (department.function if department else None)
        if function:
            found.add(function)
    return found


@rule(
    "A27",
    severity="error",
    title="The steering committee spans four functions, with service and legal or people",
    rationale="A committee of marketers decides on marketing. What customers meet is decided where service, law and "
    "people sit at the table.",
    source="S1 committee of several departments; clover leaf governance",
    satisfied="A steering committee with seats of four functions or more, service among them, and legal or people.",
    reads=("committees", "people", "departments", "programmes"),
    blocks="roadmap",
    milestone="1.I1",
    hint="In {object}, fill in {what}.",
)
def a27(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """Each steering committee; none: a finding once an external programme is live."""
    steering = [c for c in snapshot.plan.committees if c.kind == "steering"]
    if snapshot.live and not steering:
        live = refs("programmes", (p.id for p in snapshot.live))
        yield at(
            "committees",
            "Programmes are live, but there is no steering committee.",
            live,
            what="a steering committee with members",
        )
    for committee in steering:
        found = _functions(committee, snapshot)
        lacking = [] if "service" in found else ["a seat for service"]
        lacking += [] if found & {"legal_risk_it", "people"} else ["a seat for legal or people"]
        if len(found) < defaults.committee_functions:
            lacking.append(f"{defaults.committee_functions - len(found)} more functions")
        if lacking:
            ref = f"committees/{committee.id}"
            people = refs("people", (seat.person for seat in committee.members))
            message = f"{named(committee)} lacks {listed(lacking)}."
            yield at(ref, message, (f"{ref}/members", *people), what=f"members: {listed(lacking)}")


@rule(
    "A28",
    severity="warning",
    title="Every region has a seat once the third phase is active",
    rationale="What is scaled to a region without its voice is done to it.",
    source="S1 extend the committee to regions",
    satisfied="A seat that speaks for the region in a steering or regional committee.",
    reads=("committees", "regions", "roadmap"),
    blocks="roadmap",
    milestone="3.I4",
    hint="For {object}, fill in {what}.",
)
def a28(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """All regions, from phase 3 of the roadmap on. Before: silent."""
    roadmap = snapshot.sound_roadmap
    if roadmap is None or roadmap.active_phase < defaults.formal_phase:
        return
    committees = [c for c in snapshot.plan.committees if c.kind in ("steering", "regional")]
    seated = {seat.region for committee in committees for seat in committee.members}
    for region in snapshot.plan.regions:
        if region.id not in seated:
            yield at(
                f"regions/{region.id}",
                f"{named(region)} has no seat in the committee, though phase {defaults.formal_phase} is active.",
                refs("committees", (c.id for c in committees), "members"),
                what="a seat in committees with this region",
            )


@rule(
    "A29",
    severity="warning",
    title="Each brand has a team with owner and deputy",
    rationale="A brand is run by its own people; with one of them only, it stands still when that one is away.",
    source="S1 each brand managed by a brand team",
    satisfied="Owner, deputy, and an inside contact for each agency and technology partner that works for it.",
    reads=("brands", "programmes"),
    blocks="programme",
    milestone="1.I2",
    hint="In {object}, fill in {what}.",
)
def a29(snapshot: Snapshot, _: LintDefaults) -> Iterator[Note]:
    """Brands with an external programme that is planned, paused or live. Other brands: silent."""
    active = {programme.brand for programme in snapshot.external}
    for brand in snapshot.plan.brands:
        lacking = [] if brand.owner else ["owner"]
        lacking += [] if brand.deputy and brand.deputy != brand.owner else ["deputy"]
        lacking += ["agency_contact"] if brand.agency and not brand.agency_contact else []
        lacking += ["technology_contact"] if brand.technology_partner and not brand.technology_contact else []
        if brand.id in active and lacking:
            ref = f"brands/{brand.id}"
            message = f"The team of {named(brand)} has no {listed(lacking).replace('_', ' ')}."
            yield at(ref, message, refs(ref, lacking), what=listed(lacking))
