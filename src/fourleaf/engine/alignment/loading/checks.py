"""What must hold between objects: references that lead somewhere, and a roadmap without circles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fourleaf.engine.alignment.loading.problems import Problems
from fourleaf.engine.alignment.loading.reading import Place, Pointer, Reading
from fourleaf.engine.alignment.loading.values import shown
from fourleaf.engine.alignment.plan import Plan
from fourleaf.engine.alignment.roadmap import dependency_cycle
from fourleaf.engine.alignment.roadmap_template import TEMPLATE

__all__ = ["check_between"]

_NEEDED_OF_OWN_ITEMS = ("title", "side", "phase")


def check_between(reading: Reading) -> None:
    """Note unknown references, incomplete own roadmap items, and circles."""
    _references(reading)
    items = reading.data.get("roadmap")
    if isinstance(items, list):
        _own_items(items, reading)
        _circles(items, reading)


def _references(reading: Reading) -> None:
    missing: dict[tuple[str, ...], list[Pointer]] = {}
    for pointer in reading.pointers:
        if not pointer.ref.sections:
            _address(pointer, reading)
        elif not _known(pointer.value, pointer.ref.sections, reading.ids):
            if any(reading.ids.get(section) for section in pointer.ref.sections):
                _say_unknown(pointer, reading)
            else:
                missing.setdefault(pointer.ref.sections, []).append(pointer)
    for sections, pointers in missing.items():
        _say_missing_section(sections, pointers, reading.problems)


def _known(value: str, sections: tuple[str, ...], ids: Mapping[str, Mapping[str, Place]]) -> bool:
    return any(value in ids.get(section, ()) or (section == "roadmap" and value in TEMPLATE) for section in sections)


def _address(pointer: Pointer, reading: Reading) -> None:
    """`section/id`, or a bare section where a finding is about all of it."""
    section, slash, key = pointer.value.partition("/")
    problems = reading.problems
    if section not in Plan.model_fields:
        hint = problems.suggestion(section, Plan.model_fields) or "Write section/id, such as programmes/P07."
        message = f"{pointer.path} points at {shown(pointer.value)}, and there is no section {shown(section)}."
        problems.add(pointer.place, pointer.path, "unknown_reference", message, hint)
    elif slash and not _known(key, (section,), reading.ids) and pointer.value not in reading.objects:
        hint = problems.suggestion(key, reading.ids.get(section, {}))
        message = f"{pointer.path} points at {shown(pointer.value)}, which does not exist."
        problems.add(pointer.place, pointer.path, "unknown_reference", message, hint or f"Add it to {section}.")


def _say_unknown(pointer: Pointer, reading: Reading) -> None:
    sections = pointer.ref.sections
    candidates = {key: None for section in sections for key in reading.ids.get(section, ())}
    if "roadmap" in sections:
        candidates |= dict.fromkeys(TEMPLATE)
    where = " or ".join(sections)
    message = f"{pointer.path} names {shown(pointer.value)}, which is not in {where}."
    hint = reading.problems.suggestion(pointer.value, candidates) or f"Add it to {where}, or correct the id."
    reading.problems.add(pointer.place, pointer.path, "unknown_reference", message, hint)


def _say_missing_section(sections: tuple[str, ...], pointers: list[Pointer], problems: Problems) -> None:
    """One problem for all references into a section that is not there."""
    first = pointers[0]
    where = " or ".join(sections)
    more = f", and {len(pointers) - 1:,} more references like it" if len(pointers) > 1 else ""
    message = f"{first.path} names {shown(first.value)}{more}, but the file has no section {where}."
    problems.add(first.place, first.path, "unknown_reference", message, f"Add the section {where}.")


def _own_items(items: list[dict[str, Any]], reading: Reading) -> None:
    for item in items:
        key = item.get("id")
        if not isinstance(key, str) or key in TEMPLATE:
            continue
        absent = [name for name in _NEEDED_OF_OWN_ITEMS if item.get(name) is None]
        # Something was said already about what was written wrong.
        node = reading.objects.get(f"roadmap/{key}")
        absent = [name for name in absent if node is None or node.child(name) is None]
        if absent:
            place = node.place if node else (0, 0)
            message = f"roadmap/{key} is not an activity of the template and has no {', '.join(absent)}."
            hint = reading.problems.suggestion(key, TEMPLATE) or "Own activities give title, side and phase."
            reading.problems.add(place, f"roadmap/{key}", "missing", message, hint)


def _circles(items: list[dict[str, Any]], reading: Reading) -> None:
    listed = {item["id"]: item for item in items if isinstance(item.get("id"), str)}
    hard, all_of_them = {}, {}
    for key in [*TEMPLATE, *(key for key in listed if key not in TEMPLATE)]:
        hard[key] = _needs(key, "hard", listed)
        all_of_them[key] = [*hard[key], *_needs(key, "soft", listed)]
    cycle, word = dependency_cycle(hard), "hard"
    if cycle is None:
        cycle, word = dependency_cycle(all_of_them), "hard and soft"
    if cycle is None:
        return
    key = next((name for name in cycle if name in listed), cycle[0])
    node = reading.objects.get(f"roadmap/{key}")
    message = f"The roadmap's {word} dependencies go round in a circle: {' needs '.join(cycle)}."
    place = node.place if node else (0, 0)
    reading.problems.add(place, f"roadmap/{key}", "cycle", message, "Take one of these dependencies out.")


def _needs(key: str, kind: str, listed: Mapping[str, Mapping[str, Any]]) -> list[str]:
    own = listed.get(key, {}).get(kind)
    if own is not None:
        return [name for name in own if isinstance(name, str)]
    template = TEMPLATE.get(key)
    return list(getattr(template, kind)) if template else []
