"""Plan files: YAML or JSON to a `Plan` with every mistake named at once, and back.

Limits: 64 MiB, 20 levels, 4 million keys and values. Anchors, aliases, merge keys and tags of YAML are refused.
Scalars are read by the type of their field, so `id: 12` is text and `language: no` is Norwegian. Only a syntax error
ends the reading early, since what follows it cannot be understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from fourleaf.engine.alignment.loading.checks import check_between
from fourleaf.engine.alignment.loading.problems import Problem, Problems
from fourleaf.engine.alignment.loading.reading import Reading, read
from fourleaf.engine.alignment.loading.sentences import say_model_errors
from fourleaf.engine.alignment.loading.tree import LARGEST, Node, from_python, read_tree
from fourleaf.engine.alignment.loading.writing import dump_plan, json_schema
from fourleaf.engine.alignment.plan import Plan

__all__ = ["LoadedPlan", "Places", "Problem", "dump_plan", "json_schema", "load_plan", "verify"]


_JSON_BEGINS: Final = re.compile(r'\s*\{\s*["}]')


class Places(Mapping[str, tuple[int, int]]):
    """(line, column), from 1, of `section`, `section/id` and `section/id/field`; made when asked for."""

    def __init__(self, root: Node | None = None, objects: Mapping[str, Node] | None = None) -> None:
        self._root: Final = root
        self._objects: Final = objects or {}

    def __getitem__(self, address: str) -> tuple[int, int]:
        node = self._objects.get(address)
        if node is not None:
            return node.place
        owner, slash, name = address.rpartition("/")
        holder = self._objects.get(owner) if slash else self._root
        entry = holder.value.get(name) if holder is not None and holder.kind == "map" else None
        if entry is None:
            raise KeyError(address)
        return entry[0], entry[1]

    def __iter__(self) -> Iterator[str]:
        if self._root is not None and self._root.kind == "map":
            yield from (name for name in self._root.value if name not in self._objects)
        for address, node in self._objects.items():
            yield address
            if node.kind == "map":
                inner = (f"{address}/{name}" for name in node.value)
                yield from (name for name in inner if name not in self._objects)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def nearest(self, address: str) -> tuple[int, int] | None:
        """The place of the address, or of what holds it; None when nothing does."""
        while address:
            if address in self:
                return self[address]
            address = address.rpartition("/")[0]
        return None


@dataclass(frozen=True, slots=True)
class LoadedPlan:
    """What came of a plan file. plan is None when there are problems; places are kept either way."""

    plan: Plan | None
    problems: tuple[Problem, ...]
    places: Places


def load_plan(source: bytes | str | Path) -> LoadedPlan:
    """Read a plan. A `str` is the text of a plan; a `Path` names a file (.json is read as JSON).

    Never raises for what is in the file or for a file that cannot be read: all of it is in `problems`, by place.
    """
    problems = Problems()
    text = _text(source, problems)
    root = None if text is None else read_tree(text, problems, as_json=_is_json(source, text))
    if root is None:
        return LoadedPlan(None, problems.in_order(), Places())
    reading = read(root, problems)
    check_between(reading)
    plan = _made(reading, root)
    places = Places(root, reading.objects)
    return LoadedPlan(None if problems.found else plan, problems.in_order(), places)


def verify(plan: Plan) -> tuple[Problem, ...]:
    """What loading would say of a plan made in code: duplicate ids, unknown references, order, circles, waivers."""
    problems = Problems()
    check_between(read(from_python(plan.model_dump(mode="json", exclude_defaults=True)), problems))
    return problems.in_order()


def _made(reading: Reading, root: Node) -> Plan | None:
    try:
        return Plan.model_validate(reading.data)
    except ValidationError as error:
        say_model_errors(error, reading, root)
        return None


def _text(source: bytes | str | Path, problems: Problems) -> str | None:
    raw: bytes | str = source if isinstance(source, bytes | str) else b""
    if isinstance(source, Path):
        try:
            with source.open("rb") as handle:
                raw = handle.read(LARGEST + 1)
        except FileNotFoundError:
            message, hint = f"There is no file {source}.", "Check the spelling and the folder."
            problems.add((0, 0), "", "unreadable", message, hint)
            return None
        except IsADirectoryError:
            problems.add((0, 0), "", "unreadable", f"{source} is a directory, not a plan file.")
            return None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            problems.add((0, 0), "", "unreadable", f"{source} cannot be opened: {reason}.")
            return None
    if len(raw) > LARGEST:
        problems.add((0, 0), "", "limit", f"The plan is larger than {LARGEST >> 20} MiB.", "Split it.")
        return None
    if isinstance(raw, str):
        return raw.removeprefix("\ufeff")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        message = f"The byte 0x{raw[error.start]:02X} is not UTF-8."
        problems.add((line, column), "", "unreadable", message, "Save the file as UTF-8.")
        return None


def _is_json(source: bytes | str | Path, text: str) -> bool:
    """By the name of a file; otherwise by how the text begins."""
    if isinstance(source, Path) and source.suffix.lower() in (".json", ".yaml", ".yml"):
        return source.suffix.lower() == ".json"
    return _JSON_BEGINS.match(text) is not None
