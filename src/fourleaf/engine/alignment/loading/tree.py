"""A document as a tree that knows its places, out of YAML or JSON, within limits.

Scalars stay the text that was written: the model says what type a field has, so that `id: 12`, `language: no` and
`version: 1.0` mean what they say. YAML anchors, aliases, merge keys and tags are refused: a plan file needs none,
aliases are how small files grow into large trees, and tags are how files ask for objects.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import yaml

from fourleaf.engine.alignment.loading.json_text import JsonTextError, json_events
from fourleaf.engine.alignment.loading.problems import Problems

__all__ = ["DEEPEST", "LARGEST", "MOST_NODES", "Node", "from_python", "read_tree"]

#: Bytes of a file.
LARGEST: Final = 64 << 20
#: Levels of lists and mappings; the model needs six.
DEEPEST: Final = 20
#: Keys and values together.
MOST_NODES: Final = 4_000_000

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})


class Node:
    """kind "map": value is {key: (key line, key column, Node)}; "list": [Node]; "text": str; "null": None."""

    __slots__ = ("column", "kind", "line", "value")

    def __init__(self, kind: str, value: Any, line: int, column: int) -> None:
        self.kind = kind
        self.value = value
        self.line = line
        self.column = column

    @property
    def place(self) -> tuple[int, int]:
        return self.line, self.column

    def child(self, key: str) -> Node | None:
        """The value of a key of a mapping."""
        entry = self.value.get(key) if self.kind == "map" else None
        return entry[2] if entry else None

    def text(self, key: str) -> str | None:
        """The text of a key of a mapping, where it is one."""
        node = self.child(key)
        return node.value if node is not None and node.kind == "text" else None


class _Stop(Exception):  # noqa: N818 - ends the reading after a problem was noted
    pass


class _Builder:
    """Makes nodes of events; keeps duplicate keys and limits in mind."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.root: Node | None = None
        self.stack: list[Node] = []
        #: For each open mapping the key that waits for its value.
        self.keys: list[tuple[str, int, int] | None] = []
        self.nodes = 0

    def refuse(self, line: int, column: int, kind: str, message: str, hint: str = "") -> _Stop:
        self.problems.add((line, column), "", kind, message, hint)
        return _Stop()

    def scalar(self, value: str, line: int, column: int, *, null: bool) -> None:
        if self.stack and self.stack[-1].kind == "map" and self.keys[-1] is None:
            self._count(line, column)
            if value == "<<":
                raise self.refuse(line, column, "syntax", "Merge keys (<<) are not allowed.", "Write the values out.")
            self.keys[-1] = (value, line, column)
            return
        self._put(Node("null", None, line, column) if null else Node("text", value, line, column))

    def open(self, kind: str, line: int, column: int) -> None:
        if self.stack and self.stack[-1].kind == "map" and self.keys[-1] is None:
            raise self.refuse(line, column, "syntax", "A key must be a word, not a list or a mapping.")
        if len(self.stack) >= DEEPEST:
            raise self.refuse(line, column, "limit", "This is nested too deeply.", "The plan format needs six levels.")
        node = Node(kind, {} if kind == "map" else [], line, column)
        self._put(node)
        self.stack.append(node)
        self.keys.append(None)

    def close(self) -> None:
        self.stack.pop()
        self.keys.pop()

    def _count(self, line: int, column: int) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise self.refuse(line, column, "limit", f"The file has more than {MOST_NODES:,} keys and values.")

    def _put(self, node: Node) -> None:
        self._count(node.line, node.column)
        if not self.stack:
            if self.root is not None:
                message = "A second document begins here."
                raise self.refuse(node.line, node.column, "syntax", message, "A plan file is one document.")
            self.root = node
            return
        top = self.stack[-1]
        if top.kind == "list":
            top.value.append(node)
            return
        key = self.keys[-1]
        self.keys[-1] = None
        if key is None:
            raise AssertionError("a value without a key")
        name, line, column = key
        if name in top.value:
            message = f"The key {name} is here a second time; the first is in line {top.value[name][0]}."
            self.problems.add((line, column), name, "duplicate_key", message, "Keep one of them.")
        else:
            top.value[name] = (line, column, node)


def read_tree(text: str, problems: Problems, *, as_json: bool) -> Node | None:
    """The tree of a document; None when it could not be read, with the reason in `problems`."""
    builder = _Builder(problems)
    try:
        if as_json:
            _from_json(text, builder)
        else:
            _from_yaml(text, builder)
    except _Stop:
        return None
    if builder.root is None or builder.root.kind == "null":
        problems.add((1, 1), "", "syntax", "The file is empty.", "Begin with 'format: 1' and 'as_of: 2026-01-31'.")
        return None
    return builder.root


def _from_yaml(text: str, builder: _Builder) -> None:
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            _yaml_event(event, builder)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = ", ".join(part for part in (error.context, error.problem) if part)
        hint = "Quote values that hold ': ' or ' #' or begin with a sign; indent with spaces."
        place = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise builder.refuse(*place, "syntax", f"This is not YAML: {what}.", hint) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - (text.rfind("\n", 0, error.position) + 1) + 1
        message = f"The character U+{int(error.character):04X} is not allowed in YAML."
        raise builder.refuse(line, column, "syntax", message, "Delete it.") from None
    except yaml.YAMLError as error:
        raise builder.refuse(0, 0, "syntax", f"This is not YAML: {error}.") from None


def _yaml_event(event: Any, builder: _Builder) -> None:
    kind = type(event)
    if kind is yaml.ScalarEvent:
        mark = event.start_mark
        if event.anchor is not None or event.tag is not None:
            raise _refuse_extra(event, builder)
        plain = not event.style
        builder.scalar(event.value, mark.line + 1, mark.column + 1, null=plain and event.value in _NULLS)
    elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
        mark = event.start_mark
        if event.anchor is not None or event.tag is not None:
            raise _refuse_extra(event, builder)
        builder.open("map" if kind is yaml.MappingStartEvent else "list", mark.line + 1, mark.column + 1)
    elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
        builder.close()
    elif kind is yaml.AliasEvent:
        raise _refuse_extra(event, builder)


def _refuse_extra(event: Any, builder: _Builder) -> _Stop:
    line, column = event.start_mark.line + 1, event.start_mark.column + 1
    if isinstance(event, yaml.AliasEvent):
        message = f"The alias *{event.anchor} is not allowed."
    elif event.anchor is not None:
        message = f"The anchor &{event.anchor} is not allowed."
    else:
        return builder.refuse(line, column, "syntax", f"The tag {event.tag} is not allowed.", "Write the plain value.")
    return builder.refuse(line, column, "syntax", message, "Write the value out where it is needed.")


def _from_json(text: str, builder: _Builder) -> None:
    try:
        for what, value, line, column in json_events(text):
            if what == "text":
                builder.scalar(value, line, column, null=False)
            elif what == "null":
                builder.scalar("", line, column, null=True)
            elif what == "end":
                builder.close()
            else:
                builder.open(what, line, column)
    except JsonTextError as error:
        raise builder.refuse(error.line, error.column, "syntax", f"This is not JSON: {error.reason}.") from None


def from_python(value: object) -> Node:
    """A tree without places (line and column 0) out of plain dicts, lists, strings, numbers and None."""
    if isinstance(value, Mapping):
        return Node("map", {str(key): (0, 0, from_python(item)) for key, item in value.items()}, 0, 0)
    if isinstance(value, list | tuple):
        return Node("list", [from_python(item) for item in value], 0, 0)
    if value is None:
        return Node("null", None, 0, 0)
    if isinstance(value, bool):
        return Node("text", "true" if value else "false", 0, 0)
    return Node("text", str(value), 0, 0)
