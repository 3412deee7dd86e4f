"""From a tree to the raw data of a plan, led by the model: one walk that notes everything that is wrong on the way.

What the walk learns for later (ids, references, dates in pairs) comes from the annotations of the model alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fourleaf.engine.alignment.loading.problems import Problems
from fourleaf.engine.alignment.loading.shapes import FieldShape, PartShape, shape_of
from fourleaf.engine.alignment.loading.tree import Node
from fourleaf.engine.alignment.loading.values import WrongValueError, convert, shown
from fourleaf.engine.alignment.plan import Plan, Ref

__all__ = ["Pointer", "Reading", "read"]

Loc = tuple[str | int, ...]
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Pointer:
    """A reference that was written."""

    ref: Ref
    value: str
    place: Place
    path: str


@dataclass(slots=True)
class Reading:
    """What a walk found. data: for the model; ids: section -> id -> place; objects: `section/id` -> its node.

    spoiled: places in the data about which something was said already.
    """

    problems: Problems
    data: dict[str, Any] = field(default_factory=dict)
    ids: dict[str, dict[str, Place]] = field(default_factory=dict)
    pointers: list[Pointer] = field(default_factory=list)
    objects: dict[str, Node] = field(default_factory=dict)
    spoiled: set[Loc] = field(default_factory=set)

    # --- parts ----------------------------------------------------------------------------------------------

    def part(self, node: Node, shape: PartShape, path: str, loc: Loc) -> dict[str, Any]:
        """The data of a mapping; what is wrong in it is left out and noted."""
        if node.kind != "map":
            self.spoiled.add(loc)
            message = f"{path or 'The file'} must be a mapping of fields."
            self.problems.add(
                node.place, path, "structure", message, f"Write lines like '{next(iter(shape.fields))}: …'."
            )
            return {}
        data: dict[str, Any] = {}
        for key, (line, column, value) in node.value.items():
            known = shape.fields.get(key)
            at = f"{path}/{key}" if path else key
            if known is None:
                hint = self.problems.suggestion(key, shape.fields)
                hint = hint or f"Known keys: {', '.join(shape.fields)}."
                message = f"{path or 'The file'} has the unknown key {shown(key)}."
                self.problems.add((line, column), at, "unknown_key", message, hint)
            elif value.kind == "null" and not known.required:
                continue
            else:
                self._field(value, known, at, (*loc, key), data)
        self._in_order(node, shape, path, data)
        return data

    def _field(self, node: Node, shape: FieldShape, path: str, loc: Loc, data: dict[str, Any]) -> None:
        if shape.many:
            if node.kind != "list":
                self._say_structure(node, shape, path, loc, "a list")
                return
            if shape.part is not None:
                data[shape.name] = self._parts(node, shape, path, loc)
            else:
                found = [self._scalar(item, shape, f"{path}[{i}]", (*loc, i)) for i, item in enumerate(node.value)]
                data[shape.name] = found
        elif shape.part is not None:
            data[shape.name] = self.part(node, shape_of(shape.part), path, loc)
            self.objects.setdefault(path, node)
        else:
            data[shape.name] = self._scalar(node, shape, path, loc)

    def _parts(self, node: Node, shape: FieldShape, path: str, loc: Loc) -> list[dict[str, Any]]:
        if shape.part is None:
            raise AssertionError("a list of parts has a part")
        inner = shape_of(shape.part)
        seen: dict[str, Place] = {}
        found = []
        for number, item in enumerate(node.value):
            name = item.text("id") if inner.named else None
            address = f"{path}/{name.strip()}" if name else f"{path}[{number}]"
            found.append(self.part(item, inner, address, (*loc, number)))
            if name:
                self._note_id(item, name.strip(), address, seen)
        if len(loc) == 1:
            self.ids[path] = seen
        return found

    def _note_id(self, node: Node, name: str, address: str, seen: dict[str, Place]) -> None:
        place = node.value["id"][:2]
        if name in seen:
            message = f"The id {shown(name)} is taken: {address} is already in line {seen[name][0]}."
            self.problems.add(place, address, "duplicate_id", message, "Give each its own id.")
            return
        seen[name] = place
        self.objects[address] = node

    # --- scalars --------------------------------------------------------------------------------------------

    def _scalar(self, node: Node, shape: FieldShape, path: str, loc: Loc) -> object:
        if node.kind != "text":
            self._say_structure(node, shape, path, loc, _WANTED.get(shape.kind, "one of: " + ", ".join(shape.choices)))
            return None
        try:
            value = convert(node.value, shape, self.problems)
        except WrongValueError as wrong:
            self.spoiled.add(loc)
            self.problems.add(node.place, path, "value", _at(path, shape.name, wrong.message), wrong.hint)
            return None
        if shape.ref is not None:
            self.pointers.append(Pointer(shape.ref, node.value.strip(), node.place, path))
        return value

    def _say_structure(self, node: Node, shape: FieldShape, path: str, loc: Loc, wanted: str) -> None:
        self.spoiled.add(loc)
        has = {"map": "a mapping", "list": "a list", "null": "nothing", "text": "a single value"}[node.kind]
        hint = ""
        if shape.many and node.kind == "text":
            hint = f"Write [{node.value}]." if shape.part is None else "Begin each entry with '- '."
        elif shape.many and node.kind == "map":
            hint = "Begin each entry with '- id: …'."
        self.problems.add(node.place, path, "structure", f"{path} has {has}, but needs {wanted}.", hint)

    # --- pairs ----------------------------------------------------------------------------------------------

    def _in_order(self, node: Node, shape: PartShape, path: str, data: dict[str, Any]) -> None:
        for first, last in shape.part.IN_ORDER:
            early, late = data.get(first), data.get(last)
            if early is None or late is None or early <= late:
                continue
            later = "lies after" if isinstance(early, date) else "is larger than"
            message = f"{path}: {first} ({early}) {later} {last} ({late})."
            self._say_pair(node, path, first, message, "Check both; one of them is probably mistyped.")
        for first, last, days in shape.part.AT_MOST_DAYS:
            early, late = data.get(first), data.get(last)
            if isinstance(early, date) and isinstance(late, date) and (late - early).days > days:
                message = f"{path}: {last} ({late}) is {(late - early).days} days after {first}; {days} are allowed."
                self._say_pair(node, path, last, message, "Choose an earlier day.")

    def _say_pair(self, node: Node, path: str, name: str, message: str, hint: str) -> None:
        entry = node.value.get(name)
        place = entry[:2] if entry else node.place
        self.problems.add(place, f"{path}/{name}", "order", message, hint)


_WANTED = {
    "text": "text",
    "integer": "a whole number",
    "number": "a number",
    "truth": "true or false",
    "date": "a date",
    "time": "a date and time",
}


def _at(path: str, name: str, message: str) -> str:
    """The message with the owner of the field in front, where it has one."""
    owner = path.rpartition("/")[0]
    return f"{owner}: {message}" if owner and message.startswith(name) else message


def read(root: Node, problems: Problems) -> Reading:
    """Walk a whole document."""
    reading = Reading(problems)
    reading.data = reading.part(root, shape_of(Plan), "", ())
    return reading
