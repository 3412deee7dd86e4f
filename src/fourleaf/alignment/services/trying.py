"""Saving what was tried out: all changes in one transaction, each on the version that its author saw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from fourleaf.alignment.changes import Change
from fourleaf.alignment.services.checking import check_plan
from fourleaf.alignment.snapshot import checked
from fourleaf.engine.alignment.roadmap_template import TEMPLATE
from fourleaf.kernel import audit
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, InvalidError
from fourleaf.kernel.permissions import require
from fourleaf.planning.errors import GateError
from fourleaf.planning.public import object_at, put_object

__all__ = ["save_changes"]


def save_changes(*, actor: Actor, plan_id: int, changes: Sequence[Change]) -> int:
    """Make the changes in the plan; gives the number of objects that changed. All of them, or none.

    Raises `InvalidError`, also with what the readiness gate says, or `ConflictError`.
    """
    require(actor, "alignment.view_findings")
    if not changes:
        raise InvalidError("There is nothing to save: no change is in the list.")
    by_object: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        by_object.setdefault((change.section, change.key), []).append(change)
    seen = checked(actor, plan_id)
    for change in changes:
        if seen.kept_elsewhere(change.section, change.key, change.field):
            sentence = (
                f"{change.address} is not kept in the plan: what was tried shows what would follow, "
                "but it is changed where its page lies. Take it out of the list to save the rest."
            )
            raise InvalidError(fields={"": [sentence]})
    with transaction.atomic():
        for (section, key), wanted in by_object.items():
            _save(actor, plan_id, section, key, wanted)
        data = {"objects": [f"{section}/{key}" for section, key in by_object]}
        audit.record(actor, "alignment.what_if.saved", ("planning.plan", str(plan_id)), data=data)
        check_plan(actor=actor, plan_id=plan_id)
    return len(by_object)


def _save(actor: Actor, plan_id: int, section: str, key: str, wanted: Sequence[Change]) -> None:
    row = object_at(actor, plan_id, section, key)
    if row is None:
        if section != "roadmap" or key not in TEMPLATE:
            raise ConflictError(f"Somebody else removed {section}/{key} while you were trying things out.")
        data: dict[str, Any] = {"id": key}
    else:
        data = dict(row.data)
    for change in wanted:
        if change.value is None:
            data.pop(change.field, None)
        else:
            data[change.field] = change.value
    seen = next((change.version for change in wanted if change.version is not None), None)
    try:
        put_object(actor=actor, plan_id=plan_id, section=section, data=data, version=seen if row else 0)
    except GateError as error:
        raise InvalidError(error.message) from error
    except InvalidError as error:
        said = [sentence for sentences in error.fields.values() for sentence in sentences] or [error.message]
        raise InvalidError(fields={"": [f"{section}/{key}: {sentence}" for sentence in said]}) from error
