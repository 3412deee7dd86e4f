"""The inventory: brought in from a file, and decided item by item."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fourleaf.engine.alignment.plan import InventoryItem
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import InvalidError, NotFoundError
from fourleaf.planning.checking import checked
from fourleaf.planning.errors import PlanContentError
from fourleaf.planning.inventory import InventoryRow, open_question, read_inventory
from fourleaf.planning.models import Plan, PlanObject
from fourleaf.planning.sections import section_named
from fourleaf.planning.steps import check_step
from fourleaf.planning.store import add_row, change_row, editing, row_at

__all__ = ["InventoryImport", "decide_inventory", "import_inventory"]


@dataclass(frozen=True)
class InventoryImport:
    """What came of a file: ids, and (line, sentence) of what cannot be used. With errors nothing was stored."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0
    errors: list[tuple[int, str]] = field(default_factory=list)
    stored: bool = False


Meant = Callable[[str, str], str]


class _OnlyLooked(Exception):  # noqa: N818 - takes back what was tried
    pass


def import_inventory(
    *,
    actor: Actor,
    plan_id: int,
    content: bytes,
    dry_run: bool = False,
    skip_errors: bool = False,
    meant: Meant | None = None,
) -> InventoryImport:
    """Bring in a CSV file: rows with the id of something that is there change it, others are added.

    All or nothing, unless ``skip_errors`` leaves rows with errors out. Nothing is removed. ``meant`` finds the id for
    an owner, objective or channel as it is written (field, text); it raises `ValueError` with a sentence.
    """
    done = InventoryImport()
    try:
        with editing(actor, plan_id) as plan:
            taken = PlanObject.objects.filter(plan=plan, section="inventory").values_list("key", flat=True)
            read = read_inventory(content, set(taken))
            done.errors.extend(read.errors)
            unchanged = sum(_store(actor, plan, row, done, meant) for row in read.rows)
            done = InventoryImport(done.added, done.changed, unchanged, sorted(done.errors), stored=True)
            if dry_run or (done.errors and not skip_errors) or not (done.added or done.changed):
                raise _OnlyLooked
    except _OnlyLooked:
        return InventoryImport(done.added, done.changed, done.unchanged, done.errors)
    return done


def _store(actor: Actor, plan: Plan, row: InventoryRow, done: InventoryImport, meant: Meant | None) -> bool:
    """Store a row; gives whether it changed nothing."""
    key = row.data["id"]
    there = row_at(plan, "inventory", key)
    given = dict(row.data)
    try:
        for name in ("owner", "objective", "channel"):
            if meant is not None and name in given:
                given[name] = meant(name, given[name])
        data = checked(plan, section_named("inventory"), {**(there.data if there else {}), **given})
    except PlanContentError as error:
        done.errors.extend((row.line, sentence) for _, sentence in error.problems)
        return False
    except ValueError as error:
        done.errors.append((row.line, str(error)))
        return False
    if data.get("decision") == "experiment" and not data.get("ends_on"):
        done.errors.append((row.line, f"{data['name']}: say in ends_on until which day the experiment runs."))
        return False
    try:
        check_step(actor, plan, "inventory", there.data if there else None, data)
    except InvalidError as error:
        done.errors.extend((row.line, f"{data['name']}: {said}") for texts in error.fields.values() for said in texts)
        return False
    if there is None:
        add_row(actor, plan, "inventory", key, data)
        done.added.append(key)
    elif there.data != data:
        change_row(actor, plan, there, data, note="from a file")
        done.changed.append(key)
    else:
        return True
    return False


def decide_inventory(
    *,
    actor: Actor,
    plan_id: int,
    key: str,
    decision: str,
    objective: str | None = None,
    ends_on: date | None = None,
    version: int | None = None,
) -> PlanObject:
    """Tie a thing found to an objective (keep, merge), keep it as an experiment with an end, or stop it.

    Raises `InvalidError` while the decision leaves something open.
    """
    with editing(actor, plan_id) as plan:
        row = row_at(plan, "inventory", key)
        if row is None:
            raise NotFoundError
        data: dict[str, Any] = {**row.data, "decision": decision}
        data.pop("objective", None)
        data.pop("ends_on", None)
        if objective is not None:
            data["objective"] = objective
        if ends_on is not None:
            data["ends_on"] = ends_on.isoformat()
        stored = checked(plan, section_named("inventory"), data)
        said = open_question(InventoryItem.model_validate(stored), clock.today())
        if said is not None and decision != "undecided":
            where = "ends_on" if decision == "experiment" else "objective"
            raise InvalidError(fields={where: [said]})
        check_step(actor, plan, "inventory", row.data, stored)
        return change_row(actor, plan, row, stored, version=version, note=decision)
