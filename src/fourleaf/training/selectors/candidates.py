"""Who could be in the next wave: ranked by ties to certified people, willingness and need of the role.

People are named only where their region measures individuals: belts by name are a matter for consultation (domain 04,
Germany), and a list of who could come is one of who holds no belt. Of other regions units are proposed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fourleaf.engine.training.ladder import at_least
from fourleaf.engine.training.rollout import Candidate, first_group, ranked
from fourleaf.governance import public as governance
from fourleaf.kernel import clock, public
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.contracts import PersonFacts
from fourleaf.training.contracts import BeltStanding
from fourleaf.training.models import Cohort, CohortMember, LearnerProfile
from fourleaf.training.selectors.coverage import FEWEST
from fourleaf.training.selectors.rollout import tied
from fourleaf.training.selectors.standings import away_on, standings
from fourleaf.training.selectors.work import named_people

__all__ = ["Proposed", "ProposedUnit", "candidates", "first_proposal", "units_to_ask"]

#: Words in a title that say how much the role needs a belt; others count half. A start, not a judgement.
_NEED = (
    (1.0, ("community", "care", "press", "editor", "communications", "service", "content", "social")),
    (0.75, ("manager", "lead", "head", "recruiter", "sales", "expert", "engineer")),
)


@dataclass(frozen=True)
class Proposed:
    """Somebody proposed for a wave; ``ties`` to certified people, or within the first group."""

    person_id: int
    name: str
    title: str
    department: str
    region: str
    ties: int
    score: float


@dataclass(frozen=True)
class ProposedUnit:
    """A department in a region that does not measure individuals. ``ties``: between those of it who could come and
    certified people anywhere."""

    department: str
    region: str
    ties: int


def _need(title: str) -> float:
    words = title.casefold()
    return next((need for need, known in _NEED if any(word in words for word in known)), 0.5)


def _open_to(actor: Actor) -> dict[int, PersonFacts]:
    """Those who may be listed and could learn now: in a region that measures individuals, and not away."""
    listed = set(named_people(actor).values_list("pk", flat=True)) - away_on(clock.today())
    return {person.id: person for person in public.people_now() if person.id in listed}


def _shown(people: Mapping[int, PersonFacts], rows: Iterable[tuple[int, int, float]]) -> list[Proposed]:
    departments, regions = public.departments(), public.regions()
    found = []
    for one, ties, score in rows:
        facts = people[one]
        unit, region = departments.get(facts.department_id or 0), regions.get(facts.region_id or 0)
        found.append(
            Proposed(
                one, facts.name, facts.title, unit.name if unit else "", region.name if region else "", ties, score
            )
        )
    return found


def candidates(actor: Actor, cohort: Cohort, *, limit: int) -> list[Proposed]:
    """The best candidates for a wave who do not hold its belt, are in no open wave and not away.

    Only people whose region measures individuals: a ranked list says who holds no belt. Others are added by name, by
    somebody who knows them. What people answered about their willingness is not shown.
    """
    people = _open_to(actor)
    worth, certified, busy = _taken(cohort)
    willing = dict(LearnerProfile.objects.values_list("person_id", "willingness"))
    ties = tied()
    found = ranked(
        Candidate(
            person,
            len(ties.get(person, set()) & certified),
            willing.get(person),
            _need(people[person].title),
            worth[person].opted_out,
        )
        for person in people
        if person not in certified and person not in busy
    )
    return _shown(people, ((one.person, one.certified_ties, one.score) for one in found[:limit]))


def _taken(cohort: Cohort) -> tuple[Mapping[int, BeltStanding], set[int], set[int]]:
    """Everybody's standing, who holds the belt of a wave, and who is in an open wave."""
    worth = standings([person.id for person in public.people_now()])
    certified = {one for one, standing in worth.items() if at_least(standing.belt, cohort.belt)}
    busy = CohortMember.objects.filter(cohort__state__in=("planned", "running")).values_list("person_id", flat=True)
    return worth, certified, set(busy)


def units_to_ask(cohort: Cohort, *, limit: int) -> list[ProposedUnit]:
    """Departments by region where people are not listed by name, by their ties to certified people, best first.

    Only where five or more could come, so that the number of ties is nobody's own. How many could come is not told.
    """
    worth, certified, busy = _taken(cohort)
    single = governance.person_level_regions()
    groups: dict[tuple[int, int], list[int]] = defaultdict(list)
    for person in public.people_now():
        out = person.id in certified or person.id in busy or worth[person.id].opted_out
        if person.region_id and person.department_id and person.region_id not in single and not out:
            groups[person.region_id, person.department_id].append(person.id)
    ties, departments, regions = tied(), public.departments(), public.regions()
    found = [
        ProposedUnit(
            departments[unit].name,
            regions[region].name,
            sum(len(ties.get(person, set()) & certified) for person in people),
        )
        for (region, unit), people in groups.items()
        if len(people) >= FEWEST and unit in departments and region in regions
    ]
    return sorted(found, key=lambda one: (-one.ties, one.region, one.department))[:limit]


def first_proposal(actor: Actor, size: int = 9) -> list[Proposed]:
    """A connected first group from at least three departments, where ties allow one; else nobody.

    As in `candidates`, only people of regions that measure individuals.
    """
    people = _open_to(actor)
    out = set(LearnerProfile.objects.filter(opted_out=True).values_list("person_id", flat=True))
    ties = tied()
    pool = [one for one in people if one not in out]
    chosen = first_group(pool, {one: people[one].department_id for one in people}, ties, size=size)
    return _shown(people, ((one, len(ties.get(one, set()) & set(chosen)), 0.0) for one in chosen))
