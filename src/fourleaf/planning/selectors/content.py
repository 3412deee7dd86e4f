"""The plan as one object of the plan model: as it is stored, with what the kernel knows, and as rules see it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import date
from threading import Lock
from typing import Any, Final
from uuid import UUID

from fourleaf.engine.alignment.loading.shapes import shape_of
from fourleaf.engine.alignment.plan import Part
from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.engine.alignment.snapshot import Snapshot
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.planning.linking import KernelFacts, kernel_facts
from fourleaf.planning.models import Plan, PlanObject
from fourleaf.planning.sections import HEAD, SECTIONS
from fourleaf.planning.selectors.plans import get_plan_for

__all__ = ["model_from", "model_of", "snapshot_of", "stored_model"]

#: Plans kept in memory; one of 50,000 objects takes some 100 MB.
_MOST_KEPT: Final = 4
_kept: OrderedDict[tuple[int, UUID, date], PlanModel] = OrderedDict()
_lock: Final = Lock()


def model_of(actor: Actor, plan_id: int) -> PlanModel:
    """The plan with what the kernel knows of regions, departments, brands and people that are linked.

    Two queries, and two more where objects are linked; what is stored is kept in memory until it changes.
    """
    plan = get_plan_for(actor, plan_id)
    model = stored_model(plan)
    return _overlaid(model, kernel_facts(model))


def snapshot_of(actor: Actor, plan_id: int, as_of: date | None = None) -> Snapshot:
    """What rules see: as `model_of`, and whoever has left by ``as_of`` (today) is no longer named anywhere."""
    plan = get_plan_for(actor, plan_id)
    model = stored_model(plan)
    facts = kernel_facts(model)
    day = as_of or clock.today()
    gone = frozenset(key for key, left_on in facts.left_on.items() if left_on < day)
    overlaid = _overlaid(model, facts)
    return Snapshot(_without(overlaid, gone) if gone else overlaid, day)


def stored_model(plan: Plan) -> PlanModel:
    """The plan as it is stored, without a look at the kernel. One query unless it is in memory."""
    at = (plan.pk, plan.content_key, plan.as_of)
    with _lock:
        if at in _kept:
            _kept.move_to_end(at)
            return _kept[at]
    rows = PlanObject.objects.filter(plan=plan).order_by("section", "position", "pk")
    model = model_from(plan.as_of, rows.values_list("section", "data"))
    with _lock:
        for older in [key for key in _kept if key[0] == plan.pk]:
            del _kept[older]
        _kept[at] = model
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return model


def model_from(as_of: date, rows: Iterable[tuple[str, dict[str, Any]]]) -> PlanModel:
    """The plan model out of (section, data) in their order."""
    document: dict[str, Any] = {"format": 1, "as_of": as_of}
    for section, data in rows:
        if section == HEAD:
            document.update(data)
        elif section not in SECTIONS:
            continue
        elif SECTIONS[section].many:
            document.setdefault(section, []).append(data)
        else:
            document[section] = data
    return PlanModel.model_validate(document)


def _overlaid(model: PlanModel, facts: KernelFacts) -> PlanModel:
    """What the kernel knows takes the place of what the plan says of the same."""
    changed: dict[str, Any] = {}
    for section, known in (("regions", facts.regions), ("people", facts.people)):
        if known:
            things: tuple[Any, ...] = getattr(model, section)
            changed[section] = tuple(
                thing.model_copy(update=known[thing.id]) if thing.id in known else thing for thing in things
            )
    return model.model_copy(update=changed) if changed else model


# --- leavers -------------------------------------------------------------------------------------------------------


def _without(model: PlanModel, gone: frozenset[str]) -> PlanModel:
    """The plan without these people: not in lists, and nobody where a single one was named."""
    changed: dict[str, Any] = {}
    for name, section in SECTIONS.items():
        if name == HEAD:
            continue
        held = getattr(model, name)
        if name == "people":
            changed[name] = tuple(person for person in held if person.id not in gone)
        elif held and section.many:
            changed[name] = tuple(part for part in (_pruned(thing, gone) for thing in held) if part is not None)
        elif held:
            changed[name] = _pruned(held, gone) or held
    return model.model_copy(update=changed)


def _pruned(part: Part, gone: frozenset[str]) -> Part | None:
    """The part without them; None if it is about one of them and means nothing without."""
    changed: dict[str, Any] = {}
    for name, field in shape_of(type(part)).fields.items():
        value = getattr(part, name)
        if not value or (field.part is None and not (field.ref and field.ref.sections == ("people",))):
            continue
        if field.part is not None:
            inner = [_pruned(item, gone) for item in (value if field.many else [value])]
            kept = tuple(item for item in inner if item is not None)
            if field.many:
                changed[name] = kept
            else:
                changed[name] = kept[0] if kept else None
        elif field.many:
            changed[name] = tuple(key for key in value if key not in gone)
        elif value in gone:
            if field.required:
                return None if name == "person" else part
            changed[name] = None
    differs: Mapping[str, Any] = {name: value for name, value in changed.items() if value != getattr(part, name)}
    return part.model_copy(update=dict(differs)) if differs else part
