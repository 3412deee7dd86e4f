"""Checks one object before it is stored: by the plan model, and by what else is in the plan.

The sentences are those of plan files, since the same reading makes them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import ValidationError

from fourleaf.engine.alignment.loading.checks import check_between
from fourleaf.engine.alignment.loading.problems import Problems, close_to
from fourleaf.engine.alignment.loading.reading import Pointer, Reading, read
from fourleaf.engine.alignment.loading.sentences import say_model_errors
from fourleaf.engine.alignment.loading.tree import Node, from_python
from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.engine.alignment.roadmap_template import TEMPLATE
from fourleaf.planning.errors import PlanContentError
from fourleaf.planning.models import Plan, PlanObject
from fourleaf.planning.sections import HEAD, Section, fields_of_section

__all__ = ["checked", "normal_form"]

_ANY_DAY: Final = "2000-01-01"
_INDEX: Final = re.compile(r"\[\d+\]$")


def checked(plan: Plan, section: Section, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data as it is stored, all its references known in ``plan``. Raises `PlanContentError` with every sentence."""
    stored, reading, root = _read(section, data)
    _check_pointers(plan, section, stored, reading)
    if section.name == "roadmap" and not reading.problems.found:
        _check_roadmap(plan, stored, reading)
    _refuse(section, stored, reading, root)
    return stored


def normal_form(section: Section, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data as it is stored, without a look at the rest of the plan."""
    stored, reading, root = _read(section, data)
    _refuse(section, stored, reading, root)
    return stored


def _read(section: Section, data: Mapping[str, Any]) -> tuple[dict[str, Any], Reading, Node]:
    try:
        text = json.dumps(data, default=str, ensure_ascii=True)
        root = from_python(_document(section, data))
    except (RecursionError, TypeError, ValueError):
        raise PlanContentError(
            [("", "This is nested too deeply or is no data.")],
            fields={"": ["This is nested too deeply or is no data."]},
        ) from None
    problems = Problems()
    if r"\u0000" in text:
        problems.add((0, 0), _address(section, data), "value", "A text has the character NUL in it.", "Delete it.")
    reading = read(root, problems)
    if section.name == HEAD:
        known = fields_of_section(section).fields
        for name in data:
            if name not in known and name in PlanModel.model_fields:
                problems.add((0, 0), name, "unknown_key", f"{name} is not kept here.", f"Kept are: {', '.join(known)}.")
    try:
        model = PlanModel.model_validate(reading.data)
    except ValidationError as error:
        say_model_errors(error, reading, root)
        if not problems.found:  # said of a place that was spoiled before: cannot be, but never store it
            problems.add((0, 0), "", "value", "This cannot be stored as it is.")
        return {}, reading, root
    if problems.found:
        return {}, reading, root
    return _stored(section, model), reading, root


def _document(section: Section, data: Mapping[str, Any]) -> dict[str, Any]:
    whole: dict[str, Any] = {"format": 1, "as_of": _ANY_DAY}
    if section.name == HEAD:
        return whole | {name: value for name, value in data.items() if name not in whole}
    return whole | {section.name: [dict(data)] if section.many else dict(data)}


def _stored(section: Section, model: PlanModel) -> dict[str, Any]:
    if section.name == HEAD:
        found = model.model_dump(mode="json", exclude_defaults=True, include=set(fields_of_section(section).fields))
        return dict(found)
    part = getattr(model, section.name)
    part = part[0] if section.many else part
    stored: dict[str, Any] = part.model_dump(mode="json", exclude_defaults=True)
    return stored


def _address(section: Section, data: Mapping[str, Any]) -> str:
    if section.name == HEAD:
        return ""
    key = data.get("id")
    return f"{section.name}/{str(key).strip()}" if section.many and key else section.name


# --- references ----------------------------------------------------------------------------------------------------


def _check_pointers(plan: Plan, section: Section, stored: Mapping[str, Any], reading: Reading) -> None:
    """Note each reference that leads nowhere; one query for all sections that are pointed into."""
    wanted = {name for pointer in reading.pointers for name in _sections_of(pointer)}
    ids: dict[str, set[str]] = {name: set() for name in wanted}
    rows = PlanObject.objects.filter(plan=plan, section__in=wanted) if wanted else PlanObject.objects.none()
    for name, key in rows.order_by("section", "position", "pk").values_list("section", "key"):
        ids[name].add(key)
    if section.many and stored and section.name in ids:
        ids[section.name].add(stored["id"])
    if "roadmap" in ids:
        ids["roadmap"] |= TEMPLATE.keys()
    for pointer in reading.pointers:
        if pointer.ref.sections:
            _known(pointer, pointer.ref.sections, pointer.value, ids, reading)
        else:
            _address_known(plan, pointer, ids, reading)


def _sections_of(pointer: Pointer) -> Iterable[str]:
    return pointer.ref.sections or (pointer.value.partition("/")[0],)


def _known(
    pointer: Pointer, sections: tuple[str, ...], key: str, ids: Mapping[str, set[str]], reading: Reading
) -> None:
    if any(key in ids[name] for name in sections):
        return
    where = " or ".join(name.replace("_", " ") for name in sections)
    hint = close_to(key, {name for section in sections for name in ids[section]})
    message = f"“{pointer.value}” is not among the {where} of this plan."
    reading.problems.add(
        (0, 0), pointer.path, "unknown_reference", message, hint or "Add it there first, or correct it."
    )


def _address_known(plan: Plan, pointer: Pointer, ids: Mapping[str, set[str]], reading: Reading) -> None:
    """An address is `section`, `section/id`, or a path inside an object."""
    name, slash, rest = pointer.value.partition("/")
    if name not in PlanModel.model_fields:
        hint = close_to(name, PlanModel.model_fields) or "Write section/id, such as programmes/P07."
        message = f"“{pointer.value}”: a plan has no section “{name}”."
        reading.problems.add((0, 0), pointer.path, "unknown_reference", message, hint)
        return
    key, deeper, _ = rest.partition("/")
    if not slash or pointer.value in reading.objects or (rest in ids[name]):
        return
    holder = PlanObject.objects.filter(plan=plan, section=name, key=key if deeper else "").first()
    if holder is not None and "" not in (key, name) and pointer.value in _inside(holder):
        return
    _known(pointer, (name,), rest, ids, reading)


def _inside(holder: PlanObject) -> Iterable[str]:
    from fourleaf.planning.sections import section_named

    reading = read(from_python(_document(section_named(holder.section), holder.data)), Problems())
    return reading.objects


def _check_roadmap(plan: Plan, stored: dict[str, Any], reading: Reading) -> None:
    """Own activities give what the template would; dependencies do not go round in a circle."""
    others = PlanObject.objects.filter(plan=plan, section="roadmap").exclude(key=stored["id"])
    items = [stored, *others.order_by("position", "pk").values_list("data", flat=True)]
    whole = Reading(reading.problems, data={"roadmap": items})
    whole.objects = reading.objects
    check_between(whole)


# --- sentences -----------------------------------------------------------------------------------------------------


def _refuse(section: Section, stored: Mapping[str, Any], reading: Reading, root: Node) -> None:
    if not reading.problems.found:
        return
    node = root.child(section.name)
    if node is not None and section.many:
        node = node.value[0]
    key = (node.text("id") or "").strip() if node is not None and node.kind == "map" else ""
    prefixes = [f"{section.name}/{key}", f"{section.name}[0]", section.name] if section.name != HEAD else [""]
    fields: dict[str, list[str]] = {}
    listed: list[tuple[str, str]] = []
    for problem in reading.problems.in_order():
        sentence = f"{problem.message} {problem.hint}".strip()
        listed.append((problem.path, sentence))
        fields.setdefault(_field(problem.path, prefixes), []).append(sentence)
    raise PlanContentError(listed, fields=fields)


def _field(path: str, prefixes: list[str]) -> str:
    """The object's field that a path leads through; "" for the object as a whole."""
    for prefix in prefixes:
        if path == prefix:
            return ""
        if not prefix or path.startswith(prefix + "/"):
            first = path[len(prefix) :].lstrip("/").partition("/")[0]
            return _INDEX.sub("", first)
    return ""
