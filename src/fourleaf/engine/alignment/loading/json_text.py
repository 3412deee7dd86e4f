"""JSON as events with places; the standard library gives values without them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

__all__ = ["JsonTextError", "json_events"]

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_STRING: Final = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WORD: Final = re.compile(r"true|false|null")
_OPEN: Final = {"{": "map", "[": "list"}
_CLOSE: Final = {"{": "}", "[": "]"}


class JsonTextError(ValueError):
    """Not JSON; .reason says why, .line and .column (from 1) where."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        self.reason, self.line, self.column = reason, line, column
        super().__init__(f"line {line}, column {column}: {reason}")


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.line_start = 0

    def skip(self) -> None:
        found = _SPACE.match(self.text, self.at)
        end = found.end() if found else self.at
        newlines = self.text.count("\n", self.at, end)
        if newlines:
            self.line += newlines
            self.line_start = self.text.rfind("\n", self.at, end) + 1
        self.at = end

    @property
    def here(self) -> str:
        return self.text[self.at : self.at + 1]

    @property
    def column(self) -> int:
        return self.at - self.line_start + 1

    def error(self, reason: str) -> JsonTextError:
        return JsonTextError(reason, self.line, self.column)

    def take(self, pattern: re.Pattern[str]) -> str | None:
        found = pattern.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        return found.group()

    def string(self) -> str:
        start = self.column
        written = self.take(_STRING)
        if written is None:
            raise self.error("a text is not closed, or holds a line end or control character")
        try:
            value = json.loads(written)
        except ValueError:
            raise JsonTextError("a text holds a wrong escape", self.line, start) from None
        # Half a surrogate pair is no character; it would fail much later, when somebody writes it.
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise JsonTextError("a text holds half a character (a lone surrogate)", self.line, start)
        return str(value)


def json_events(text: str) -> Iterator[tuple[str, str, int, int]]:
    """(what, value, line, column): what is map, list, end, text or null; keys come as text before their values.

    Numbers and true and false come as the text that was written. Raises JsonTextError.
    """
    scan = _Scanner(text)
    stack: list[str] = []
    scan.skip()
    if not scan.here:
        return
    while True:
        yield from _value(scan, stack)
        while True:
            scan.skip()
            if not stack:
                if scan.here:
                    raise scan.error("something follows after the end")
                return
            if scan.here == _CLOSE[stack[-1]]:
                yield "end", "", scan.line, scan.column
                scan.at += 1
                stack.pop()
                continue
            if scan.here != ",":
                raise scan.error(f"a comma or {_CLOSE[stack[-1]]} is missing")
            scan.at += 1
            break
        if stack[-1] == "{":
            yield _key(scan)


def _key(scan: _Scanner) -> tuple[str, str, int, int]:
    scan.skip()
    place = scan.line, scan.column
    if scan.here != '"':
        raise scan.error('a key in double quotes is missing, or the comma before "}" is one too many')
    key = scan.string()
    scan.skip()
    if scan.here != ":":
        raise scan.error("the colon after a key is missing")
    scan.at += 1
    return "text", key, *place


def _value(scan: _Scanner, stack: list[str]) -> Iterator[tuple[str, str, int, int]]:
    """One value; of a list or mapping that is not empty, everything up to the first value inside."""
    while True:
        scan.skip()
        place = scan.line, scan.column
        sign = scan.here
        if sign in _OPEN:
            scan.at += 1
            yield _OPEN[sign], "", *place
            stack.append(sign)
            scan.skip()
            if scan.here == _CLOSE[sign]:
                yield "end", "", scan.line, scan.column
                scan.at += 1
                stack.pop()
                return
            if sign == "{":
                yield _key(scan)
            continue
        if sign == '"':
            yield "text", scan.string(), *place
            return
        written = scan.take(_WORD) or scan.take(_NUMBER)
        if written is None:
            raise scan.error("a value is missing")
        yield ("null", "", *place) if written == "null" else ("text", written, *place)
        return
