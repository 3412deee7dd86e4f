"""What people's belts are worth on a day: a handful of queries however many people are asked about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from fourleaf.engine.training.ladder import RIGHT_LABELS, RIGHTS, VOICED, as_belt, rank
from fourleaf.engine.training.validity import Award, Due, Standing, standing
from fourleaf.kernel import clock
from fourleaf.kernel.models import Person
from fourleaf.training import standing as governance
from fourleaf.training.contracts import BeltStanding, Decision
from fourleaf.training.models import Absence, BeltAward, BrandBadge, LearnerProfile, Module, TrainingDue

__all__ = ["awards_on", "away_on", "decision", "ending_awards", "standings", "voice_needed"]

M = TypeVar("M", bound=Model)
#: From so many people on, all rows are read and sorted out here: long lists of ids are slow, and limited, in SQL.
_LISTED = 400


def _of(rows: QuerySet[M], ids: Collection[int]) -> QuerySet[M]:
    return rows.filter(person_id__in=list(ids)) if len(ids) <= _LISTED else rows


def _awards(ids: Collection[int], on: date) -> dict[int, list[Award]]:
    found: dict[int, list[Award]] = defaultdict(list)
    lasting = Q(ended_on__isnull=True) | Q(ended_on__gt=on)
    rows = _of(BeltAward.objects.filter(lasting, valid_from__lte=on), ids).order_by()
    for person, belt, valid_from, until in rows.values_list("person_id", "belt", "valid_from", "valid_until"):
        found[person].append(Award(as_belt(belt), valid_from, until))
    return found


def awards_on(person_ids: Collection[int], on: date) -> dict[int, list[Award]]:
    """The belts that these people had been given by a day and still had; those without any are left out. One query."""
    ids = set(person_ids)
    return {person: awards for person, awards in _awards(ids, on).items() if person in ids}


def _dues(ids: Collection[int], on: date) -> dict[int, list[Due]]:
    found: dict[int, list[Due]] = defaultdict(list)
    # On a day in the past, what was closed only afterwards was still open.
    unfinished = Q(state="waiting") | Q(closed_on__gt=on)
    rows = _of(TrainingDue.objects.filter(unfinished, opened_on__lte=on, grace_until__lt=on), ids).order_by("pk")
    for person, belt, grace, reason, rights in rows.values_list("person_id", "belt", "grace_until", "reason", "rights"):
        found[person].append(Due(as_belt(belt), grace, reason, frozenset(rights)))
    return found


def standings(person_ids: Collection[int], *, on: date | None = None) -> dict[int, BeltStanding]:
    """Person -> what their belts are worth on a day (today); everybody asked about is in it. Five queries and
    governance's; who has left holds nothing."""
    day = on or clock.today()
    ids = set(person_ids)
    if not ids:
        return {}
    gone = Person.objects.filter(left_on__lt=day).order_by()
    left = set((gone.filter(pk__in=ids) if len(ids) <= _LISTED else gone).values_list("pk", flat=True))
    awards, dues = _awards(ids, day), _dues(ids, day)
    badges: dict[int, set[int]] = defaultdict(set)
    worn = BrandBadge.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day), granted_on__lte=day)
    for person, brand in _of(worn, ids).order_by().values_list("person_id", "brand_id"):
        badges[person].add(brand)
    out = _of(LearnerProfile.objects.filter(opted_out=True), ids).order_by()
    opted_out = set(out.values_list("person_id", flat=True))
    holding = [person for person in awards if person in ids and person not in left]
    withheld = governance.rights_withheld(holding, day) if holding else {}
    found = {}
    # Many have nothing, and many the same: those learned together.
    known: dict[tuple[tuple[Award, ...], tuple[Due, ...], frozenset[str]], Standing] = {}
    for person in ids:
        if person in left:
            found[person] = BeltStanding(person)
            continue
        # Without a belt there is nothing that could wait or rest.
        mine = tuple(awards.get(person, ()))
        key = (mine, tuple(dues.get(person, ())), withheld.get(person, frozenset())) if mine else ((), (), frozenset())
        if key not in known:
            known[key] = standing(key[0], key[1], on=day, suspended=key[2], reason=governance.WITHHELD)
        worth = known[key]
        found[person] = BeltStanding(
            person_id=person,
            belt=worth.belt,
            held=worth.held,
            valid_until=worth.valid_until,
            counts_until=worth.counts_until,
            rights=worth.rights,
            suspended=worth.suspended,
            reasons=worth.reasons,
            brand_badges=frozenset(badges.get(person, ())),
            opted_out=person in opted_out,
        )
    return found


def ending_awards(until: date, *, person_id: int | None = None) -> list[BeltAward]:
    """Awards that end by a day, of the highest belt of each person only: a higher belt includes the lower ones."""
    rows = BeltAward.objects.filter(ended_on__isnull=True).select_related("person").order_by("pk")
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    highest: dict[int, BeltAward] = {}
    for award in rows:
        other = highest.get(award.person_id)
        if other is None or rank(award.belt) > rank(other.belt):
            highest[award.person_id] = award
    return [award for award in highest.values() if award.valid_until <= until]


def away_on(day: date) -> set[int]:
    """Everybody who is on leave on a day. One query."""
    lasting = Q(ends_on__isnull=True) | Q(ends_on__gte=day)
    return set(Absence.objects.filter(lasting, begins_on__lte=day).order_by().values_list("person_id", flat=True))


def voice_needed(brand_id: int) -> bool:
    """Whether a brand has a published voice module, so that its badge can be asked for. One query."""
    return Module.objects.filter(kind="voice", brand_id=brand_id, state="published").exists()


def decision(person_id: int, right: str, *, brand_id: int | None = None, on: date | None = None) -> Decision:
    """Whether somebody may use a right on a day (today), for a brand if given. An unknown right: ``KeyError``."""
    lowest = RIGHTS[right]
    worth = standings([person_id], on=on)[person_id]
    if right not in worth.rights:
        if right in worth.suspended:
            return Decision(False, worth.reasons or ("This right is suspended.",))
        return Decision(False, (f"“{RIGHT_LABELS[right]}” needs the {lowest.capitalize()} belt.",))
    if brand_id is not None and right in VOICED and brand_id not in worth.brand_badges and voice_needed(brand_id):
        return Decision(False, ("To speak for this brand, take its voice module first: the badge is missing.",))
    return Decision(True)
