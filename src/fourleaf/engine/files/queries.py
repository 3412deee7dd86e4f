"""Listening queries out of a YAML file.

The file is a list; each entry has a `name`, a `query` and, if it is not a topic, a `role`:

    - name: Tarnbeck
      role: own
      query: 'tarnbeck OR "tarn beck"'

Everything that is wrong is found in one go and named with its line and column. Aliases are refused (they are how YAML
bombs are built), unknown keys and duplicate names too.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from fourleaf.engine.files.errors import FileProblemError, shorten

if TYPE_CHECKING:
    from fourleaf.engine.listening import Matcher, QuerySpec

__all__ = ["QueryFileError", "QueryFileErrors", "read_queries"]

_KEYS: Final = ("name", "query", "role")
_ROLES: Final = ("own", "competitor", "topic")
_LARGEST: Final = 4 << 20
_MOST: Final = 20_000
_DEEPEST: Final = 10
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, order=True)
class QueryFileError:
    """One thing that is wrong; line and column count from 1."""

    line: int
    column: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.message} {self.hint}".rstrip()


class QueryFileErrors(Exception):  # noqa: N818 - the name says that it holds several
    """Everything that is wrong with a file of queries, in `errors`, by place."""

    def __init__(self, path: str | Path, errors: list[QueryFileError]) -> None:
        self.path = str(path)
        self.errors = sorted(errors)
        super().__init__("\n".join(f"{self.path}, {error}" for error in self.errors))


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    role: str
    query: str
    node: Any


class _Reader:
    def __init__(self, path: str | Path) -> None:
        self.path = path
        self.errors: list[QueryFileError] = []
        self.text = self._text()

    def _text(self) -> str:
        path = Path(self.path)
        try:
            if path.is_dir():
                raise FileProblemError(path, "This is a directory, not a file of queries.")
            with path.open("rb") as handle:
                raw = handle.read(_LARGEST + 1)
        except FileNotFoundError:
            raise FileProblemError(path, "There is no such file.", "Check the spelling and the folder.") from None
        except PermissionError:
            raise FileProblemError(path, "You are not allowed to read this file.") from None
        except (OSError, ValueError) as error:
            raise FileProblemError(path, f"The file cannot be opened: {error}.") from None
        if len(raw) > _LARGEST:
            raise FileProblemError(path, f"The file of queries is larger than {_LARGEST >> 20} MiB.")
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            message = f"The byte 0x{raw[error.start]:02X} is not UTF-8."
            raise FileProblemError(path, message, "Save the file as UTF-8.", line=line) from None

    def refuse(self, mark: Any, message: str, hint: str = "") -> None:
        self.errors.append(QueryFileError(mark.line + 1, mark.column + 1, message, hint))

    # --- YAML -----------------------------------------------------------------------------------------------

    def root(self) -> Any:
        """The top node, or None with errors noted."""
        try:
            if not self._harmless():
                return None
            return yaml.compose(self.text, Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            what = ", ".join(part for part in (error.context, error.problem) if part)
            begun = error.context_mark
            if mark is not None and begun is not None and begun.line != mark.line:
                what += f" (it began in line {begun.line + 1})"
            if mark is not None:
                self.refuse(mark, f"This is not YAML: {what}.", "Quote values that hold : or # or begin with a sign.")
            else:
                raise FileProblemError(self.path, f"This is not YAML: {what}.") from None
        except yaml.YAMLError as error:
            reason = shorten(str(error).splitlines()[0], 200)
            raise FileProblemError(self.path, f"This is not YAML: {reason}.") from None
        return None

    def _harmless(self) -> bool:
        """Without aliases, and not nested deeper than a list of entries can be. Every alias is named."""
        depth, aliases = 0, 0
        for event in yaml.parse(self.text, Loader=_LOADER):
            if isinstance(event, yaml.AliasEvent):
                self.refuse(event.start_mark, f"The alias *{event.anchor} is not allowed.", "Write the value out.")
                aliases += 1
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > _DEEPEST:
                    self.refuse(event.start_mark, "This is nested too deeply.", "The file is a list of entries.")
                    return False
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
        return not aliases

    # --- entries --------------------------------------------------------------------------------------------

    def entries(self, root: Any) -> Iterator[_Entry]:
        if not isinstance(root, yaml.SequenceNode):
            hint = "Begin each entry with '- name: …'."
            self.refuse(root.start_mark, "The file must be a list of queries.", hint)
            return
        if not root.value:
            self.refuse(root.start_mark, "The list of queries is empty.", "Begin each entry with '- name: …'.")
        if len(root.value) > _MOST:
            self.refuse(root.start_mark, f"The list has {len(root.value):,} queries; {_MOST:,} are read.")
            return
        for node in root.value:
            entry = self._entry(node)
            if entry is not None:
                yield entry

    def _entry(self, node: Any) -> _Entry | None:
        if not isinstance(node, yaml.MappingNode):
            self.refuse(node.start_mark, "An entry must have a name and a query.", "Begin it with '- name: …'.")
            return None
        before = len(self.errors)
        values: dict[str, Any] = {}
        for key, value in node.value:
            self._take(values, key, value)
        for key in ("name", "query"):
            if key not in values and len(self.errors) == before:
                self.refuse(node.start_mark, f"The entry has no {key}.", f"Add '{key}: …'.")
        role = values["role"].value if "role" in values else "topic"
        if role not in _ROLES:
            close = difflib.get_close_matches(role, _ROLES, 1)
            hint = f"Did you mean {close[0]}?" if close else f"Roles are {', '.join(_ROLES)}."
            self.refuse(values["role"].start_mark, f"There is no role {shorten(role)!r}.", hint)
        if "query" not in values or not values["query"].value.strip():
            return None
        # Whatever else is wrong with the entry, its query is looked at, so that all of it can be mended in one go.
        name = values["name"].value.strip() if "name" in values else ""
        return _Entry(name, role, values["query"].value, values["query"])

    def _take(self, values: dict[str, Any], key: Any, value: Any) -> None:
        """Check one key of an entry and keep its value's node."""
        name = key.value if isinstance(key, yaml.ScalarNode) else None
        if name not in _KEYS:
            close = difflib.get_close_matches(str(name), _KEYS, 1)
            hint = f"Did you mean {close[0]}?" if close else f"Keys are {', '.join(_KEYS)}."
            self.refuse(key.start_mark, f"There is no key {shorten(name)!r}.", hint)
        elif name in values:
            self.refuse(key.start_mark, f"The key {name} occurs twice in this entry.", "Remove one.")
        elif not isinstance(value, yaml.ScalarNode):
            self.refuse(value.start_mark, f"The {name} must be a text.", "Quote it if it begins with [ or {.")
        elif not value.value.strip() or value.tag == "tag:yaml.org,2002:null":
            self.refuse(value.start_mark, f"The {name} is empty.")
            values[name] = value
        else:
            values[name] = value

    def check_names(self, entries: list[_Entry]) -> None:
        seen: dict[str, _Entry] = {}
        for entry in (entry for entry in entries if entry.name):
            first = seen.setdefault(entry.name.casefold(), entry)
            if first is not entry:
                line = first.node.start_mark.line + 1
                self.refuse(
                    entry.node.start_mark,
                    f"There are two queries named {shorten(entry.name)!r}; the other one is near line {line}.",
                    "Give them different names.",
                )

    # --- queries --------------------------------------------------------------------------------------------

    def place_in_query(self, node: Any, position: int) -> tuple[int, int]:
        """(line, column) in the file, from 1, of a character of a query.

        The written form and the value are walked side by side; what the value lacks (indentation, doubled quotes) is
        passed over, and a folded line end stands for a space.
        """
        source, value = self.text, node.value
        at, end = node.start_mark.index, node.end_mark.index
        if node.style in ("'", '"'):
            at += 1
        elif node.style in ("|", ">"):
            at = source.find("\n", at) + 1
        for wanted in value[:position]:
            at = self._next(source, at, end, wanted) + 1
        if position < len(value):
            at = self._next(source, at, end, value[position])
        at = min(at, end)
        line = source.count("\n", 0, at)
        return line + 1, at - (source.rfind("\n", 0, at) + 1) + 1

    @staticmethod
    def _next(source: str, at: int, end: int, wanted: str) -> int:
        while at < end and source[at] != wanted and not (wanted == " " and source[at] == "\n"):
            at += 1
        return at


def read_queries(path: str | Path) -> tuple[list[QuerySpec], Matcher]:
    """The queries of a file, numbered from 1, and the matcher made of them.

    Raises
        FileProblemError: the file cannot be read.
        QueryFileErrors: something in it is wrong.
    """
    from fourleaf.engine.listening import QueryErrors, QuerySpec, compile_queries

    reader = _Reader(path)
    root = reader.root()
    if root is None:
        if not reader.errors:
            raise FileProblemError(path, "The file holds no queries.", "Begin each entry with '- name: …'.")
        raise QueryFileErrors(path, reader.errors)
    entries = list(reader.entries(root))
    reader.check_names(entries)
    wrong = list(_query_errors(reader, entries)) if reader.errors else []
    specs: list[Any] = [
        QuerySpec(id=number, name=entry.name, query=entry.query, role=entry.role)  # type: ignore[arg-type]  # checked
        for number, entry in enumerate(entries, 1)
    ]
    matcher = None
    if not reader.errors:
        try:
            matcher = compile_queries(specs)
        except QueryErrors:
            wrong = list(_query_errors(reader, entries))
    reader.errors += wrong
    if reader.errors or matcher is None:
        raise QueryFileErrors(path, reader.errors)
    return specs, matcher


def _query_errors(reader: _Reader, entries: list[_Entry]) -> Iterator[QueryFileError]:
    """What is wrong with the queries' texts. Names may be missing or double here, so entries are known by number."""
    from fourleaf.engine.listening import QueryErrors, QuerySpec, compile_queries

    if not entries:
        return
    try:
        compile_queries([QuerySpec(id=at, name=str(at), query=entry.query) for at, entry in enumerate(entries)])
    except QueryErrors as wrong:
        for error in wrong.errors:
            entry = entries[int(error.query_name)]
            line, column = reader.place_in_query(entry.node, error.position)
            where = f"In the query {shorten(entry.name)!r}" if entry.name else "In this entry's query"
            yield QueryFileError(line, column, f"{where}: {error.message}", error.suggestion)
