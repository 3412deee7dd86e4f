"""What is wrong or worth knowing in a file, by line and column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Finding", "fault", "notice"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about one place. ``line`` is the line of the file (1 is the header), None for the whole file.

    A row with an "error" is not imported; a "warning" is worth a look.
    """

    line: int | None
    column: str
    value: str
    message: str
    mend: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        where = f"line {self.line}" if self.line is not None else "file"
        column = f", {self.column}" if self.column else ""
        return f"{where}{column}: {self.message} {self.mend}".rstrip()


def fault(line: int | None, column: str, value: str, message: str, mend: str = "") -> Finding:
    """A finding that keeps its row out."""
    return Finding(line, column, value[:200], message, mend)


def notice(line: int | None, column: str, value: str, message: str, mend: str = "") -> Finding:
    """A finding that does not."""
    return Finding(line, column, value[:200], message, mend, "warning")
