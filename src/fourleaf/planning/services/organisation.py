"""The kernel's regions, departments, brands and people, brought into a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, get_args

from fourleaf.engine.alignment.plan import Function
from fourleaf.kernel import audit
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import InvalidError, NotFoundError
from fourleaf.kernel.models import Person, Region
from fourleaf.kernel.selectors import visible_brands, visible_departments, visible_regions
from fourleaf.planning.checking import checked
from fourleaf.planning.linking import person_key
from fourleaf.planning.models import Plan
from fourleaf.planning.sections import section_named
from fourleaf.planning.store import add_row, change_row, editing, row_at

__all__ = ["Synced", "ensure_person", "suggested_function", "sync_organisation"]

#: Words in the name of a department -> function; the first that fits.
_FUNCTION_WORDS: Final[tuple[tuple[str, str], ...]] = (
    ("communication", "communications"),
    ("press", "communications"),
    ("marketing", "marketing"),
    ("brand", "marketing"),
    ("service", "service"),
    ("support", "service"),
    ("care", "service"),
    ("insight", "insights"),
    ("research", "insights"),
    ("data", "insights"),
    ("sales", "sales"),
    ("commerce", "sales"),
    ("product", "product"),
    ("development", "product"),
    ("engineering", "product"),
    ("people", "people"),
    ("human", "people"),
    ("personnel", "people"),
    ("legal", "legal_risk_it"),
    ("risk", "legal_risk_it"),
    ("it", "legal_risk_it"),
)


@dataclass(frozen=True)
class Synced:
    """What came of it, as addresses; ``without_function`` are departments whose function nobody has said."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    without_function: list[str] = field(default_factory=list)


def suggested_function(name: str) -> str | None:
    """The business function that the name of a department suggests; None when it suggests none."""
    words = name.casefold().replace("&", " ").replace(",", " ").split()
    for word, function in _FUNCTION_WORDS:
        if any(w == word or (len(word) > 2 and w.startswith(word)) for w in words):
            return function
    return None


def sync_organisation(*, actor: Actor, plan_id: int, functions: Mapping[str, str] | None = None) -> Synced:
    """Add the regions, departments and brands in use that the plan does not have, and bring names up to date.

    ``functions`` says which of the eight business functions a department (by code) serves; otherwise its name may
    suggest one, and one that suggests none is not added but listed. Nothing is removed.
    """
    known = get_args(Function)
    if wrong := sorted({value for value in (functions or {}).values() if value not in known}):
        raise InvalidError(fields={"functions": [f"“{wrong[0]}” is no function; there are: {', '.join(known)}."]})
    done = Synced()
    with editing(actor, plan_id) as plan:
        for region in visible_regions(actor):
            facts = {"name": region.name, "time_zone": region.time_zone, "headcount": region.people_count}  # type: ignore[attr-defined]  # annotated
            facts["employee_representation"] = region.works_council
            _bring(actor, plan, done, "regions", region.code, facts)
        for department in visible_departments(actor):
            facts = {"name": department.name, "headcount": department.people_count}  # type: ignore[attr-defined]  # annotated
            function = (functions or {}).get(department.code)
            there = row_at(plan, "departments", department.code)
            if function is None and there is None:
                function = suggested_function(department.name)
            if function is None and there is None:
                done.without_function.append(department.code)
                continue
            _bring(
                actor, plan, done, "departments", department.code, facts | ({"function": function} if function else {})
            )
        for brand in visible_brands(actor):
            _bring(actor, plan, done, "brands", brand.code, {"name": brand.name})
        counts = {"added": len(done.added), "changed": len(done.changed)}
        audit.record(actor, "planning.plan.organisation_synced", plan, data=counts)
    return done


def _bring(actor: Actor, plan: Plan, done: Synced, section: str, key: str, facts: Mapping[str, Any]) -> None:
    row = row_at(plan, section, key)
    stored = checked(plan, section_named(section), {**(row.data if row else {"id": key}), **facts})
    if row is None:
        add_row(actor, plan, section, key, stored)
        done.added.append(f"{section}/{key}")
    elif row.data != stored:
        change_row(actor, plan, row, stored, note="from the organisation")
        done.changed.append(f"{section}/{key}")


def ensure_person(*, actor: Actor, plan_id: int, person_id: int) -> str:
    """The id of a person of the kernel in the plan; the person, and their region, are added if they are not there.

    No name is put into the plan, only the title. Raises `InvalidError` for somebody without a region.
    """
    person = Person.objects.select_related("region", "department").filter(pk=person_id).first()
    if person is None:
        raise NotFoundError
    with editing(actor, plan_id) as plan:
        key = person_key(person.pk, person.external_id)
        if row_at(plan, "people", key) is not None:
            return key
        if person.region is None:
            raise InvalidError(
                fields={"person": [f"{person.name} belongs to no region. Say which in the list of people first."]}
            )
        _region(actor, plan, person.region)
        data: dict[str, Any] = {"id": key, "role": person.title or "Employee", "region": person.region.code}
        if person.department is not None and row_at(plan, "departments", person.department.code) is not None:
            data["department"] = person.department.code
        add_row(actor, plan, "people", key, checked(plan, section_named("people"), data))
        return key


def _region(actor: Actor, plan: Plan, region: Region) -> None:
    if row_at(plan, "regions", region.code) is None:
        data: dict[str, Any] = {"id": region.code, "name": region.name, "time_zone": region.time_zone}
        data["employee_representation"] = region.works_council
        add_row(actor, plan, "regions", region.code, checked(plan, section_named("regions"), data))
