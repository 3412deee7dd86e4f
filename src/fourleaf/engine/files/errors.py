"""What can be wrong with a file: one exception for the whole file, one record for a single row.

Both carry a sentence that says what is wrong and where, and a hint that says how to mend it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

__all__ = ["FileProblemError", "RowError", "RowErrors", "shorten"]

SHOWN_CHARACTERS: Final = 60


def shorten(value: object, limit: int = SHOWN_CHARACTERS) -> str:
    """A value as one printable line of at most `limit` characters; control characters are escaped."""
    text = str(value)
    cut = text[: limit + 1]
    shown = "".join(ch if ch.isprintable() else ascii(ch)[1:-1] for ch in cut)
    if len(text) <= limit and len(shown) <= limit:
        return shown
    return shown[: limit - 1] + "…"


class FileProblemError(Exception):
    """The file as a whole cannot be read (further).

    `message` says what is wrong, `hint` how to mend it; `path` is as the caller gave it. `line` is set when the
    place is known. `command` says how to mend it on the command line, where that has a word for it, and `field` what
    the caller could say to mend it: "day_first", "text" or "created_at".
    """

    def __init__(
        self,
        path: object,
        message: str,
        hint: str = "",
        *,
        line: int | None = None,
        command: str = "",
        field: str = "",
    ) -> None:
        self.path = str(path)
        self.message = message
        self.hint = hint
        self.line = line
        self.command = command
        self.field = field
        where = self.path if line is None else f"{self.path}, line {line:,}"
        super().__init__(f"{where}: {message} {command or hint}".rstrip())


@dataclass(frozen=True, slots=True)
class RowError:
    """One row that was left out.

    `line` is the physical line on which the row begins (1 is the first line of the file; for Parquet and JSON
    arrays the ordinal of the row or object), `column` the file's own column name, or None when the row as a whole
    is broken.
    """

    line: int
    column: str | None
    message: str
    value: str = ""
    hint: str = ""

    def __str__(self) -> str:
        where = f"line {self.line:,}" + (f", column {self.column!r}" if self.column is not None else "")
        shown = f" ({self.value!r})" if self.value else ""
        return f"{where}: {self.message}{shown} {self.hint}".rstrip()


@dataclass(slots=True)
class RowErrors:
    """Collects row errors: all are counted, the first `keep` are kept."""

    keep: int = 100
    total: int = 0
    kept: list[RowError] = field(default_factory=list)

    def __call__(self, error: RowError) -> None:
        self.total += 1
        if len(self.kept) < self.keep:
            self.kept.append(error)

    @property
    def ordered(self) -> list[RowError]:
        """The kept ones in the order of the file; they are found in several passes over each part of it."""
        return sorted(self.kept, key=lambda error: error.line)
