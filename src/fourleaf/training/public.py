"""What others may ask of training: belts, rights, coverage; and note: defects, uses of a right, belts by hand."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from fourleaf.kernel import clock
from fourleaf.kernel import public as organisation
from fourleaf.training.clean_items import register_clean_items
from fourleaf.training.contracts import BeltFact, BeltStanding, Decision, WaveFact
from fourleaf.training.models import PracticalWork
from fourleaf.training.selectors.standings import decision, standings
from fourleaf.training.services.belts import BeltToSet, set_belt, set_belts
from fourleaf.training.services.defects import note_defect, withdraw_defect
from fourleaf.training.services.uses import note_use

__all__ = [
    "BeltToSet",
    "belt_facts",
    "belts_of",
    "holds",
    "note_defect",
    "note_use",
    "register_clean_items",
    "set_belt",
    "set_belts",
    "wave_facts",
    "withdraw_defect",
]


def belts_of(person_ids: Collection[int], *, on: date | None = None) -> dict[int, BeltStanding]:
    """What belts are worth on a day (today), for everybody asked about; rights that governance suspends are off.

    A fixed handful of queries, however many people.
    """
    return standings(person_ids, on=on)


def holds(person_id: int, right: str, *, brand_id: int | None = None, on: date | None = None) -> Decision:
    """Whether somebody may use a right (see `contracts.RIGHTS`) on a day (today), in the name of a brand if given."""
    return decision(person_id, right, brand_id=brand_id, on=on)


def belt_facts(*, on: date | None = None) -> dict[int, BeltFact]:
    """Everybody who works here -> their belt, for the snapshot of the organisation."""
    people = [person.id for person in organisation.people_now()]
    plays = PracticalWork.objects.filter(kind="role_play", state="accepted").order_by("decided_at")
    played: dict[int, list[date]] = {}
    for person, at in plays.values_list("person_id", "decided_at"):
        if at is not None:
            played.setdefault(person, []).append(at.astimezone(clock.local_zone()).date())
    return {
        person: BeltFact(
            person_id=person,
            belt=worth.belt,
            counts_until=worth.counts_until,
            care_role_play=bool(played.get(person)),
            care_role_play_on=played[person][-1] if played.get(person) else None,
            opted_out=worth.opted_out,
        )
        for person, worth in belts_of(people, on=on).items()
    }


def wave_facts() -> list[WaveFact]:
    """The waves of training with what their gates count."""
    from fourleaf.training.selectors.rollout import wave_facts as facts

    return facts()
