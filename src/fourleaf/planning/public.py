"""What other contexts may ask planning: plans as facts, and their content as the plan model and snapshot."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.engine.alignment.snapshot import Snapshot
from fourleaf.kernel.actors import Actor
from fourleaf.planning.contracts import ObjectInfo, PlanInfo

if TYPE_CHECKING:
    from fourleaf.planning.models import PlanObject

__all__ = [
    "count_objects",
    "current_plan",
    "model_of",
    "object_at",
    "object_keys",
    "person_keys",
    "plan_info",
    "plans",
    "put_object",
    "remove_object",
    "snapshot_of",
]


def current_plan(actor: Actor) -> PlanInfo | None:
    """The current plan, if there is one and the actor may see it. One query."""
    from fourleaf.planning.selectors import current_plan as row

    plan = row(actor)
    return None if plan is None else plan.info


def plan_info(actor: Actor, plan_id: int) -> PlanInfo:
    """One plan; `NotFoundError` for absent and forbidden alike. One query."""
    from fourleaf.planning.selectors import get_plan_for

    return get_plan_for(actor, plan_id).info


def model_of(actor: Actor, plan_id: int) -> PlanModel:
    """The content with what the kernel knows; see `selectors.content.model_of`."""
    from fourleaf.planning import selectors

    return selectors.model_of(actor, plan_id)


def snapshot_of(actor: Actor, plan_id: int, as_of: date | None = None) -> Snapshot:
    """What rules see today, or on another day."""
    from fourleaf.planning import selectors

    return selectors.snapshot_of(actor, plan_id, as_of)


def plans(actor: Actor) -> list[PlanInfo]:
    """All plans that are not archived, the youngest first; none for whoever may see none. One query."""
    from fourleaf.planning.selectors import visible_plans

    return [plan.info for plan in visible_plans(actor, archived=False)]


def object_at(actor: Actor, plan_id: int, section: str, key: str = "") -> ObjectInfo | None:
    """One object, None where the plan has none at this address; `NotFoundError` for a plan that cannot be seen."""
    from fourleaf.planning.selectors import objects

    row = objects(actor, plan_id, section).filter(key=key).first()
    return None if row is None else _info(row)


def object_keys(actor: Actor, plan_id: int, section: str) -> frozenset[str]:
    """The ids that are taken in a section; `NotFoundError` for a plan that cannot be seen."""
    from fourleaf.planning.selectors import objects

    return frozenset(objects(actor, plan_id, section).values_list("key", flat=True))


def count_objects(actor: Actor, plan_id: int) -> int:
    """How many objects the plan has; `NotFoundError` for a plan that cannot be seen."""
    from fourleaf.planning.selectors import objects

    return objects(actor, plan_id).count()


def put_object(
    *, actor: Actor, plan_id: int, section: str, data: Mapping[str, Any], version: int | None = None
) -> ObjectInfo:
    """Add or change an object; see `services.objects.put_object` for versions and errors."""
    from fourleaf.planning import services

    return _info(services.put_object(actor=actor, plan_id=plan_id, section=section, data=data, version=version))


def remove_object(*, actor: Actor, plan_id: int, section: str, key: str = "", version: int | None = None) -> None:
    """Take an object out; `InUseError` while others refer to it."""
    from fourleaf.planning import services

    services.remove_object(actor=actor, plan_id=plan_id, section=section, key=key, version=version)


def _info(row: PlanObject) -> ObjectInfo:
    return ObjectInfo(row.section, row.key, row.version, dict(row.data))


def person_keys(person_ids: Collection[int]) -> dict[int, str]:
    """Row of a person -> their id in plans, whether or not a plan has them. A query for each 500."""
    from fourleaf.kernel.models import Person
    from fourleaf.planning.linking import person_key

    found: dict[int, str] = {}
    wanted = list(person_ids)
    for start in range(0, len(wanted), 500):
        rows = Person.objects.filter(pk__in=wanted[start : start + 500]).order_by().values_list("pk", "external_id")
        found.update({pk: person_key(pk, external_id) for pk, external_id in rows})
    return found
