"""What contexts add to the plan before it is checked: facts that they know better than the plan's author.

    register_provider(Provider("assessment", leaf_scores, stamp=newest_wave))

A provider gives whole sections that it keeps in the plan's stead, objects that take the place of those with the same
id (or are added), objects that are added only where the plan has none with their id, and fields that are laid over
objects that are there: only what every reader of findings may know. Its stamp is cheap and another one whenever the
facts may be; the snapshot is kept by it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from fourleaf.engine.alignment.plan import Named, Part
from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.kernel.actors import Actor

__all__ = ["Facts", "Provider", "providers", "register_provider", "with_facts"]


@dataclass(frozen=True)
class Facts:
    """whole, objects, missing: section -> objects. fields: section -> id -> field -> value. single: section -> it.

    ``places``: address -> (kind, number of the row) of what another context keeps, so that pages lead there.
    """

    whole: Mapping[str, Sequence[Named]] = field(default_factory=dict)
    objects: Mapping[str, Sequence[Named]] = field(default_factory=dict)
    missing: Mapping[str, Sequence[Named]] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    single: Mapping[str, Part] = field(default_factory=dict)
    places: Mapping[str, tuple[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Provider:
    """A context's part. ``facts(actor, model)`` reads them for a plan; ``stamp(actor)`` costs a query at most."""

    name: str
    facts: Callable[[Actor, PlanModel], Facts]
    stamp: Callable[[Actor], Hashable]


_providers: Final[dict[str, Provider]] = {}


def register_provider(provider: Provider) -> Provider:
    """Add a part, in the place of one with the same name."""
    _providers[provider.name] = provider
    return provider


def providers() -> tuple[Provider, ...]:
    """All parts, in the order of their registration; later ones win."""
    return tuple(_providers.values())


def with_facts(model: PlanModel, facts: Facts) -> PlanModel:
    """The plan with these facts. Objects of sections that the plan does not know are left out."""
    changed: dict[str, Any] = {
        section: tuple(objects) for section, objects in facts.whole.items() if section in PlanModel.model_fields
    }
    for section, objects in facts.missing.items():
        if section in PlanModel.model_fields:
            held: tuple[Named, ...] = changed.get(section, getattr(model, section))
            there = {thing.id for thing in held}
            changed[section] = (*held, *(thing for thing in objects if thing.id not in there))
    for section, objects in facts.objects.items():
        if section in PlanModel.model_fields:
            known = {thing.id: thing for thing in changed.get(section, getattr(model, section))}
            changed[section] = tuple({**known, **{thing.id: thing for thing in objects}}.values())
    for section, over in facts.fields.items():
        if section in PlanModel.model_fields:
            things: Sequence[Named] = changed.get(section, getattr(model, section))
            changed[section] = tuple(
                thing.model_copy(update=dict(over[thing.id])) if thing.id in over else thing for thing in things
            )
    changed.update({section: part for section, part in facts.single.items() if section in PlanModel.model_fields})
    return model.model_copy(update=changed) if changed else model
