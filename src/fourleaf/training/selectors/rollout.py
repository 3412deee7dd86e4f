"""Reads of waves: their gates, who could be next, what sessions there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from fourleaf.engine.training.ladder import LADDER, RIGHTS, as_belt, at_least
from fourleaf.engine.training.rollout import USE_DAYS, GateFacts, band, gate_missing, neighbours
from fourleaf.governance import public as governance
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.models import Person
from fourleaf.training.contracts import WaveFact
from fourleaf.training.models import BeltAward, Cohort, CohortMember, Defect, QuizAttempt, RightUse, Tie
from fourleaf.training.selectors.coverage import FEWEST

__all__ = ["cohorts_visible_to", "gate_facts", "get_cohort_for", "tied", "uses_to_tell", "wave_facts"]


def cohorts_visible_to(actor: Actor) -> QuerySet[Cohort]:
    """Twin of ``training.run_waves``: all waves for those who run them, none for others."""
    return Cohort.objects.all() if actor.may("training.run_waves") else Cohort.objects.none()


def get_cohort_for(actor: Actor, cohort_id: int) -> Cohort:
    """One wave; `NotFoundError` if absent or not visible."""
    cohort = cohorts_visible_to(actor).filter(pk=cohort_id).first()
    if cohort is None:
        raise NotFoundError
    return cohort


def tied() -> dict[int, set[int]]:
    """Person -> those they are tied to: by the given ties; for somebody of whom none was given, people of one team.

    One team: the same manager, or manager and report. Two queries.
    """
    given = list(Tie.objects.order_by().values_list("low_id", "high_id"))
    known = {person for pair in given for person in pair}
    teams: dict[int, list[int]] = defaultdict(list)
    pairs: list[tuple[int, int]] = []
    for person, manager in Person.objects.filter(manager__isnull=False).order_by().values_list("pk", "manager_id"):
        pairs.append((person, manager))
        teams[manager].append(person)
    for team in teams.values():
        pairs += [(a, b) for place, a in enumerate(team) for b in team[place + 1 :]]
    # Of two whose ties were given, a tie that is not among them is none.
    return neighbours([*given, *(pair for pair in pairs if not known.issuperset(pair))])


def gate_facts(cohorts: Collection[Cohort]) -> dict[int, GateFacts]:
    """Wave -> what its gate counts. Eight queries for all of them.

    People of regions that allow figures of single ones are counted as they are. The others are counted together, in
    steps, and only from five on: the names of a wave are known and so are the belts of the first ones, so that a count
    of all would say it of each of a few. See `_together` for who they are.
    """
    openly, together = _apart(cohorts)
    people = {person for groups in (openly, together) for group in groups.values() for person in group}
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

    def counted(cohort: Cohort, group: Collection[int]) -> tuple[int, int, int]:
        rights = LADDER[cohort.belt].rights
        complete = used = 0
        for person in group:
            until = _use_until(awards[person], cohort)
            complete += until is not None
            used += until is not None and any(u.right in rights and u.first_on <= until for u in uses[person])
        return complete, sum(tries.get((person, cohort.belt), 3) <= 2 for person in group), used

    found = {}
    for cohort in cohorts:
        one_by_one, rest = openly[cohort.pk], together[cohort.pk]
        few = len(rest) < FEWEST
        steps = [(0, 0)] * 3 if few else [band(done, len(rest)) for done in counted(cohort, rest)]
        complete, passed, used = (
            done + low for done, (low, _) in zip(counted(cohort, one_by_one), steps, strict=True)
        )  # fmt: skip
        found[cohort.pk] = GateFacts(
            size=len(one_by_one) + (0 if few else len(rest)),
            complete=complete,
            passed=passed,
            used=used,
            open_critical=len(one_by_one & wrong) + (not few and bool(rest & wrong)),
            more=(steps[0][1] - steps[0][0], steps[1][1] - steps[1][0], steps[2][1] - steps[2][0]),
            in_steps=not few,
            uncounted=len(rest) if few else 0,
        )
    return found


def _apart(cohorts: Collection[Cohort]) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """Wave -> people who are counted one by one, and wave -> those who are counted together. Four queries."""
    together = _together(cohorts)
    members: dict[int, set[int]] = {cohort.pk: set() for cohort in cohorts}
    for key, person in CohortMember.objects.filter(cohort_id__in=members).values_list("cohort_id", "person_id"):
        members[key].add(person)
    people = {person for groups in (members, together) for group in groups.values() for person in group}
    allowed = governance.person_level_regions()
    single = set(Person.objects.filter(pk__in=people, region_id__in=allowed).values_list("pk", flat=True))
    return (
        {key: group & single for key, group in members.items()},
        {key: together.get(key, set()) - single for key in members},
    )


def _together(cohorts: Collection[Cohort]) -> dict[int, set[int]]:
    """Wave -> who was in it when it started, and in no earlier wave for its belt. Two queries.

    Taking somebody out, adding one, or planning a second wave that differs by one person thus changes no figure from
    which that one could be told. A wave that has not started has none. Where the start was not noted: who is in it.
    """
    started = list(
        Cohort.objects.filter(belt__in={cohort.belt for cohort in cohorts})
        .exclude(state__in=("planned", "dropped"))
        .order_by("number")
    )
    now: dict[int, set[int]] = defaultdict(set)
    unknown = [cohort.pk for cohort in started if "people" not in cohort.facts]
    for key, person in CohortMember.objects.filter(cohort_id__in=unknown).values_list("cohort_id", "person_id"):
        now[key].add(person)
    before: dict[str, set[int]] = defaultdict(set)
    found = {}
    for cohort in started:
        there = set(cohort.facts.get("people", now[cohort.pk]))
        found[cohort.pk] = there - before[cohort.belt]
        before[cohort.belt] |= there
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


def wave_facts() -> list[WaveFact]:
    """All waves that were not dropped, by number; shares are None where they would be figures of single people."""
    cohorts = list(Cohort.objects.filter(~Q(state="dropped")))
    gates = gate_facts(cohorts)
    sizes = dict(
        CohortMember.objects.order_by().values("cohort_id").annotate(n=Count("pk")).values_list("cohort_id", "n")
    )
    found = []
    for cohort in cohorts:
        gate = gates[cohort.pk]
        complete, passed, used = gate.shares if gate.size and gate.exact else (None, None, None)
        found.append(
            WaveFact(
                number=cohort.number,
                state=cohort.state,
                belt=as_belt(cohort.belt),
                size=sizes.get(cohort.pk) or int(cohort.facts.get("size", 0)),
                department_ids=tuple(cohort.facts.get("departments", ())),
                region_ids=tuple(cohort.facts.get("regions", ())),
                density=cohort.facts.get("density"),
                adjacent_share=cohort.facts.get("adjacent_share"),
                completed_share=complete,
                passed_share=passed,
                used_share=used,
                starts_on=cohort.starts_on,
                ends_on=cohort.ends_on,
                open_critical=gate.open_critical if gate.exact else None,
                missing=tuple(gate_missing(gate)) if cohort.state != "planned" else (),
            )
        )
    return found
