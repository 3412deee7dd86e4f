"""What of the snapshot may be shown of single people: nothing of their training where a region shows teams only.

Rules read belts of everybody, since acting in public without one is a finding about the act. Pages, API and exports do
not pass the belt itself on (domain §4.5).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.governance.public import person_level_regions
from fourleaf.kernel import public as kernel

__all__ = ["PERSONAL", "hidden_of", "open_regions", "without_figures_of_people"]

#: Section -> fields that are a figure of one person.
PERSONAL: Final[Mapping[str, frozenset[str]]] = {
    "people": frozenset({"belt", "belt_valid_until", "care_role_play", "care_role_play_on", "opted_out"})
}


def open_regions() -> frozenset[str]:
    """Codes of the regions in which figures of single people may be had. Two queries."""
    allowed = person_level_regions()
    return frozenset(facts.code for pk, facts in kernel.regions().items() if pk in allowed)


def hidden_of(section: str, data: Mapping[str, Any], regions: frozenset[str]) -> frozenset[str]:
    """Fields of this object that are not shown; ``regions`` are the open ones."""
    personal = PERSONAL.get(section, frozenset())
    return frozenset() if data.get("region") in regions else personal


def without_figures_of_people(model: PlanModel) -> PlanModel:
    """The plan with these fields at what they are where nothing is recorded, for people of all other regions."""
    regions, changed = open_regions(), {}
    for section, fields in PERSONAL.items():
        things = getattr(model, section)
        shape = {name: type(things[0]).model_fields[name].default for name in fields} if things else {}
        changed[section] = tuple(
            thing if thing.region in regions else thing.model_copy(update=shape) for thing in things
        )
    return model.model_copy(update=changed)
