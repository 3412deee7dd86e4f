"""What training adds: belts with their last day, the care role-play, opting out, and waves."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final, cast

from fourleaf.alignment.parts.known import Known
from fourleaf.alignment.parts.news import remembered
from fourleaf.alignment.providers import Facts, Provider, register_provider
from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.engine.alignment.plan import TrainingWave
from fourleaf.kernel.actors import Actor
from fourleaf.planning.public import person_keys
from fourleaf.training import public
from fourleaf.training.contracts import BeltFact, WaveFact

__all__ = ["training"]


def _read() -> tuple[Mapping[int, BeltFact], Sequence[WaveFact]]:
    return public.belt_facts(), public.wave_facts()


def _facts(actor: Actor, model: PlanModel) -> Facts:
    belts, all_waves = remembered("training", _read)
    there = {person.id for person in model.people}
    people: dict[str, dict[str, Any]] = {}
    if any(fact.belt != "none" for fact in belts.values()):
        for number, key in person_keys(belts).items():
            if key in there:
                fact = belts[number]
                people[key] = {
                    "belt": fact.belt,
                    # Through its grace; a suspended right shows as a belt that no longer counts (domain §3).
                    "belt_valid_until": fact.counts_until,
                    "opted_out": fact.opted_out,
                    "care_role_play": fact.care_role_play,
                    "care_role_play_on": fact.care_role_play_on,
                }
    known = Known(model)
    waves = [
        TrainingWave(
            id=f"wave-{wave.number}",
            number=wave.number,
            state=cast("Any", wave.state),
            size=wave.size,
            departments=known.departments(wave.department_ids),
            regions=known.regions(wave.region_ids),
            density=wave.density,
            adjacent_share=wave.adjacent_share,
            completed_share=wave.completed_share,
            passed_share=wave.passed_share,
            used_share=wave.used_share,
            starts_on=wave.starts_on,
            ends_on=wave.ends_on,
        )
        for wave in all_waves
    ]
    return Facts(
        whole={"training_waves": waves} if waves else {},
        fields={"people": people},
        places={f"training_waves/{wave.id}": ("wave", wave.number) for wave in waves},
    )


def _stamp(actor: Actor) -> Hashable:
    """Nothing of its own: that of governance follows changes here too."""
    return None


training: Final = register_provider(Provider("training", _facts, _stamp))
