"""Whole plans in and out: what an import would do, the import in one transaction, and the file again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from django.db import transaction

from fourleaf.engine.alignment.loading import LoadedPlan, dump_plan, verify
from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import InvalidError
from fourleaf.kernel.permissions import require
from fourleaf.planning.contracts import idle_waivers
from fourleaf.planning.errors import LockedError, PlanContentError
from fourleaf.planning.models import Plan, PlanChange, PlanObject
from fourleaf.planning.pilot_steps import check_lock
from fourleaf.planning.sections import HEAD, SECTIONS, fields_of_section
from fourleaf.planning.selectors.content import model_from, stored_model
from fourleaf.planning.selectors.plans import get_plan_for
from fourleaf.planning.services.plans import YEAR, new_plan
from fourleaf.planning.store import editing

__all__ = ["ImportPreview", "documents", "export_plan", "import_plan", "preview_import"]

Mode = Literal["merge", "replace"]
_AT_ONCE: Final = 1000


@dataclass(frozen=True)
class ImportPreview:
    """What an import would do to a plan, as addresses; ``refused`` are sentences on why it will not.

    ``warnings`` are sentences on waivers that come in and hold for nothing.
    """

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0
    refused: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """The counts in words."""
        counts = f"{len(self.added):,} added, {len(self.changed):,} changed, {len(self.removed):,} removed"
        return f"{counts}, {self.unchanged:,} as they are."


def preview_import(
    *, actor: Actor, loaded: LoadedPlan | PlanModel, plan_id: int | None = None, mode: Mode = "merge"
) -> ImportPreview:
    """What `import_plan` would do, without doing it. Raises `PlanContentError` for a file with problems."""
    model = _model(loaded)
    if plan_id is None:
        require(actor, "planning.edit_plan")
        return ImportPreview(added=[_address(*at) for at, _ in documents(model)], warnings=idle_waivers(model))
    plan = get_plan_for(actor, plan_id)
    require(actor, "planning.edit_plan", plan, seen_by="planning.view_plan")
    return _Merge(plan, model, mode).preview


def import_plan(
    *,
    actor: Actor,
    loaded: LoadedPlan | PlanModel,
    plan_id: int | None = None,
    name: str = "",
    mode: Mode = "merge",
    origin: str = "",
) -> tuple[Plan, ImportPreview]:
    """Bring a plan file in: into a new draft (``plan_id`` None), or into a plan that is there.

    ``merge`` adds and changes what the file names and leaves the rest; ``replace`` also removes what it does not name.
    ``origin`` is what the history says instead of “brought in from a file”.
    States are taken as the file says. All or nothing. Raises `PlanContentError` with every problem, or `LockedError`.
    """
    if mode not in ("merge", "replace"):
        raise InvalidError(fields={"mode": ["Choose merge or replace."]})
    model = _model(loaded)
    require(actor, "planning.edit_plan")
    with transaction.atomic():
        if plan_id is None:
            starts_on = model.started_on or model.as_of
            name = name or _free_name(model)
            plan_id = new_plan(actor, name, starts_on, starts_on + YEAR).pk
            mode = "replace"
        with editing(actor, plan_id) as plan:
            merge = _Merge(plan, model, mode, origin)
            merge.write(actor)
            if mode == "replace":
                plan.as_of = model.as_of
            done = merge.preview
            counts = {"added": len(done.added), "changed": len(done.changed), "removed": len(done.removed)}
            audit.record(actor, "planning.plan.imported", plan, data={"mode": mode, **counts})
    return plan, done


def export_plan(*, actor: Actor, plan_id: int) -> str:
    """The plan as a file (YAML); importing it gives the same plan."""
    return dump_plan(stored_model(get_plan_for(actor, plan_id)))


def documents(model: PlanModel) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """((section, key), data) of everything in a plan, in its order."""
    data = model.model_dump(mode="json", exclude_defaults=True)
    head = {name: data[name] for name in fields_of_section(SECTIONS[HEAD]).fields if name in data}
    if head:
        yield (HEAD, ""), head
    for name, section in SECTIONS.items():
        if name == HEAD or name not in data:
            continue
        if section.many:
            yield from (((name, str(thing["id"])), thing) for thing in data[name])
        else:
            yield (name, ""), data[name]


def _address(section: str, key: str) -> str:
    return f"{section}/{key}" if key else section


def _model(loaded: LoadedPlan | PlanModel) -> PlanModel:
    """The plan of a file without problems. Raises `PlanContentError` with all of them, each with its place."""
    if isinstance(loaded, PlanModel):
        said = [(problem.path, str(problem)) for problem in verify(loaded)]
        model: PlanModel | None = loaded
    else:
        said = [(problem.path, str(problem)) for problem in loaded.problems]
        model = loaded.plan
    if model is not None and not said and r"\u0000" in json.dumps(model.model_dump(mode="json")):
        said = [("", "A text in the file has the character NUL in it. Delete it.")]
    if said or model is None:
        raise PlanContentError(said, fields={"": [sentence for _, sentence in said]})
    return model


def _free_name(model: PlanModel) -> str:
    base = f"{model.organisation.name if model.organisation else 'Plan'} {model.as_of.year}"[:100]
    taken = set(Plan.objects.filter(name__startswith=base).values_list("name", flat=True))
    number = 1
    while (name := base if number == 1 else f"{base} ({number})") in taken:
        number += 1
    return name


class _Merge:
    """What a file does to the objects of a plan."""

    def __init__(self, plan: Plan, model: PlanModel, mode: Mode, origin: str = "") -> None:
        self.origin = origin[:300]
        self.plan, self.model, self.mode = plan, model, mode
        rows = PlanObject.objects.filter(plan=plan).order_by("section", "position", "pk")
        self.there = {(row.section, row.key): row for row in rows}
        self.wanted = dict(documents(model))
        self.added = [at for at in self.wanted if at not in self.there]
        self.changed = [at for at, data in self.wanted.items() if at in self.there and self.there[at].data != data]
        gone = [at for at in self.there if at not in self.wanted] if mode == "replace" else []
        self.removed = gone
        self.refused = list(self._refusals())
        moved = any(section == "waivers" for section, _ in (*self.added, *self.changed))
        self.warnings = idle_waivers(self._together()) if moved and not self.refused else []

    @property
    def preview(self) -> ImportPreview:
        return ImportPreview(
            added=[_address(*at) for at in self.added],
            changed=[_address(*at) for at in self.changed],
            removed=[_address(*at) for at in self.removed],
            unchanged=len(self.wanted) - len(self.added) - len(self.changed),
            refused=self.refused,
            warnings=self.warnings,
        )

    def _refusals(self) -> Iterator[str]:
        for section, key in self.changed:
            if section == "pilots":
                try:
                    check_lock(self.there[section, key].data, self.wanted[section, key])
                except LockedError as error:
                    yield error.message
        if self.mode == "merge" and self.there and (self.added or self.changed):
            yield from (str(problem) for problem in verify(self._together()))

    def _together(self) -> PlanModel:
        """The plan as it would be."""
        if self.mode == "replace" or not self.there:
            return self.model
        merged = {at: row.data for at, row in self.there.items()} | self.wanted
        return model_from(self.model.as_of, [(section, data) for (section, _), data in merged.items()])

    def write(self, actor: Actor) -> None:
        """Store it with bulk operations. Raises `LockedError` or `PlanContentError` for what is refused."""
        if self.refused:
            raise PlanContentError([("", said) for said in self.refused], fields={"": self.refused})
        changes = [*self._written(actor), *self._taken_out(actor)]
        PlanChange.objects.bulk_create(changes, batch_size=_AT_ONCE)

    def _written(self, actor: Actor) -> list[PlanChange]:
        now, rows, changes = clock.now(), [], []
        following: dict[str, int] = {}
        if self.mode == "merge":
            for (section, _), row in self.there.items():
                following[section] = max(following.get(section, 0), row.position + 1)
        moved = set(self.added) | set(self.changed)
        for (section, key), data in self.wanted.items():
            old = self.there.get((section, key))
            place = old.position if old is not None and self.mode == "merge" else following.get(section, 0)
            if old is None or self.mode == "replace":
                following[section] = place + 1
            if (section, key) not in moved and old is not None and old.position == place:
                continue
            differs = (section, key) in moved
            if differs:
                changes.append(self._change(actor, section, key, place, old.data if old else None, data))
            row = PlanObject(plan=self.plan, section=section, key=key, position=place, data=data)
            row.version = (old.version + differs) if old else 1
            row.changed_at = now if differs or old is None else old.changed_at
            row.changed_by = actor.label[:200] if differs or old is None else old.changed_by
            row.changed_by_account_id = actor.account_id if differs or old is None else old.changed_by_account_id
            rows.append(row)
        PlanObject.objects.bulk_create(
            rows,
            batch_size=_AT_ONCE,
            update_conflicts=True,
            unique_fields=["plan", "section", "key"],
            update_fields=["position", "data", "version", "changed_at", "changed_by", "changed_by_account"],
        )
        return changes

    def _taken_out(self, actor: Actor) -> list[PlanChange]:
        gone = [self.there[at] for at in self.removed]
        for start in range(0, len(gone), _AT_ONCE):
            PlanObject.objects.filter(pk__in=[row.pk for row in gone[start : start + _AT_ONCE]]).delete()
        return [self._change(actor, row.section, row.key, row.position, row.data, None) for row in gone]

    def _change(self, actor: Actor, section: str, key: str, position: int, before: Any, after: Any) -> PlanChange:
        return PlanChange(
            plan=self.plan,
            section=section,
            key=key,
            kind="removed" if after is None else "imported",
            at=clock.now(),
            by=actor.label[:200],
            by_account_id=actor.account_id,
            content_version=self.plan.content_version,
            before=before,
            after=after,
            position=position,
            note="with an import" if after is None else self.origin,
        )
