"""What contexts add to the plan before it is checked: facts that they know better than the plan's author.

    register_provider(Provider("assessment", leaf_scores, stamp=newest_wave))

A provider gives objects that take the place of those with the same id (or are added), and fields that are laid over
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
    """objects: section -> objects. fields: section -> id -> field -> value. single: section of one object -> it."""

    objects: Mapping[str, Sequence[Named]] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    single: Mapping[str, Part] = field(default_factory=dict)


@dataclass(frozen=True)
class Provider:
    """A context's part. ``facts(actor)`` reads them; ``stamp(actor)`` costs a query at most."""

    name: str
    facts: Callable[[Actor], Facts]
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
    changed: dict[str, Any] = {}
    for section, objects in facts.objects.items():
        if section in PlanModel.model_fields:
            known = {thing.id: thing for thing in getattr(model, section)}
            changed[section] = tuple({**known, **{thing.id: thing for thing in objects}}.values())
    for section, over in facts.fields.items():
        if section in PlanModel.model_fields:
            things: Sequence[Named] = changed.get(section, getattr(model, section))
            changed[section] = tuple(
                thing.model_copy(update=dict(over[thing.id])) if thing.id in over else thing for thing in things
            )
    changed.update({section: part for section, part in facts.single.items() if section in PlanModel.model_fields})
    return model.model_copy(update=changed) if changed else model
