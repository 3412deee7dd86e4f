"""Reads of waves: their gates, who could be next, what sessions there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from fourleaf.engine.training.ladder import LADDER, RIGHTS, as_belt, at_least
from fourleaf.engine.training.rollout import USE_DAYS, GateFacts, gate_missing, neighbours
from fourleaf.governance import public as governance
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.models import Person
from fourleaf.training.contracts import WaveFact
from fourleaf.training.models import BeltAward, Cohort, CohortMember, Defect, QuizAttempt, RightUse, Tie

__all__ = ["cohorts_visible_to", "counted_openly", "gate_facts", "get_cohort_for", "tied", "uses_to_tell", "wave_facts"]


def cohorts_visible_to(actor: Actor) -> QuerySet[Cohort]:
    """Twin of ``training.run_waves``: all waves for those who run them, none for others."""
    return Cohort.objects.all() if actor.may("training.run_waves") else Cohort.objects.none()


def get_cohort_for(actor: Actor, cohort_id: int) -> Cohort:
    """One wave; `NotFoundError` if absent or not visible."""
    cohort = cohorts_visible_to(actor).filter(pk=cohort_id).first()
    if cohort is None:
        raise NotFoundError
    return cohort


def tied(*, same_unit: bool = True) -> dict[int, set[int]]:
    """Person -> those they are tied to: by the given ties; where none were given, people of one team.

    One team: the same manager, or manager and report. Two queries.
    """
    given = list(Tie.objects.order_by().values_list("low_id", "high_id"))
    if given or not same_unit:
        return neighbours(given)
    teams: dict[int, list[int]] = defaultdict(list)
    pairs: list[tuple[int, int]] = []
    for person, manager in Person.objects.filter(manager__isnull=False).order_by().values_list("pk", "manager_id"):
        pairs.append((person, manager))
        teams[manager].append(person)
    for team in teams.values():
        pairs += [(a, b) for place, a in enumerate(team) for b in team[place + 1 :]]
    return neighbours(pairs)


def gate_facts(cohorts: Collection[Cohort]) -> dict[int, GateFacts]:
    """Wave -> what its gate counts. Five queries for all of them."""
    members: dict[int, set[int]] = defaultdict(set)
    keys = [cohort.pk for cohort in cohorts]
    for key, person in CohortMember.objects.filter(cohort_id__in=keys).values_list("cohort_id", "person_id"):
        members[key].add(person)
    people = {person for group in members.values() for person in group}
    awards: dict[int, list[BeltAward]] = defaultdict(list)
    for award in BeltAward.objects.filter(person_id__in=people).only("person_id", "belt", "valid_from"):
        awards[award.person_id].append(award)
    # The try at which each first passed; a renewal years later is another matter.
    tries: dict[tuple[int, str], int] = {}
    attempts = QuizAttempt.objects.filter(person_id__in=people, kind="belt", state="passed").order_by("finished_at")
    for person, belt, number in attempts.values_list("person_id", "belt", "number"):
        tries.setdefault((person, belt), number)
    uses: dict[int, list[RightUse]] = defaultdict(list)
    for use in RightUse.objects.filter(person_id__in=people):
        uses[use.person_id].append(use)
    wrong = set(
        Defect.objects.filter(person_id__in=people, severity="critical", mended_on__isnull=True).values_list(
            "person_id", flat=True
        )
    )
    found = {}
    for cohort in cohorts:
        rights = LADDER[cohort.belt].rights
        group = members[cohort.pk]
        complete = used = 0
        for person in group:
            until = _use_until(awards[person], cohort)
            complete += until is not None
            used += until is not None and any(u.right in rights and u.first_on <= until for u in uses[person])
        found[cohort.pk] = GateFacts(
            size=len(group),
            complete=complete,
            passed=sum(tries.get((person, cohort.belt), 3) <= 2 for person in group),
            used=used,
            open_critical=len(group & wrong),
        )
    return found


def uses_to_tell(person_id: int) -> list[str]:
    """Rights of a new belt that somebody in a wave has not used yet, in their thirty days; empty once one was used."""
    found: dict[str, None] = {}
    cohorts = list(Cohort.objects.filter(members__person_id=person_id, state__in=("running", "done")))
    if not cohorts:
        return []
    awards = list(BeltAward.objects.filter(person_id=person_id).only("belt", "valid_from"))
    used = set(RightUse.objects.filter(person_id=person_id).values_list("right", flat=True))
    for cohort in cohorts:
        rights = [right for right, belt in RIGHTS.items() if belt == cohort.belt]
        until = _use_until(awards, cohort)
        if until is not None and clock.today() <= until and not used & set(rights):
            found.update(dict.fromkeys(rights))
    return list(found)


def _use_until(awards: Collection[BeltAward], cohort: Cohort) -> date | None:
    """The last of the thirty days in which the gate counts a use; None without the belt."""
    got = [award.valid_from for award in awards if at_least(award.belt, cohort.belt)]
    return min(got) + timedelta(days=USE_DAYS) if got else None


def counted_openly(cohorts: Collection[Cohort]) -> frozenset[int]:
    """Waves whose counts may be shown: the regions of all their people allow figures of single ones. Two queries.

    The list of a wave stands beside its counts, so that none or all of them, or a count before and after somebody is
    taken out, would say it of each. Elsewhere only whether the gate is reached is told.
    """
    allowed = governance.person_level_regions()
    closed = (
        CohortMember.objects.filter(cohort_id__in=[cohort.pk for cohort in cohorts])
        .exclude(person__region_id__in=allowed)
        .values_list("cohort_id", flat=True)
    )
    return frozenset(cohort.pk for cohort in cohorts) - frozenset(closed)


def wave_facts() -> list[WaveFact]:
    """All waves that were not dropped, by number; shares are None where they would be figures of single people."""
    cohorts = list(Cohort.objects.filter(~Q(state="dropped")))
    gates = gate_facts(cohorts)
    openly = counted_openly(cohorts)
    found = []
    for cohort in cohorts:
        gate = gates[cohort.pk]
        complete, passed, used = gate.shares if gate.size and cohort.pk in openly else (None, None, None)
        found.append(
            WaveFact(
                number=cohort.number,
                state=cohort.state,
                belt=as_belt(cohort.belt),
                size=gate.size or int(cohort.facts.get("size", 0)),
                department_ids=tuple(cohort.facts.get("departments", ())),
                region_ids=tuple(cohort.facts.get("regions", ())),
                density=cohort.facts.get("density"),
                adjacent_share=cohort.facts.get("adjacent_share"),
                completed_share=complete,
                passed_share=passed,
                used_share=used,
                starts_on=cohort.starts_on,
                ends_on=cohort.ends_on,
                open_critical=gate.open_critical if cohort.pk in openly else None,
                missing=tuple(gate_missing(gate, counts=cohort.pk in openly)) if cohort.state != "planned" else (),
            )
        )
    return found
