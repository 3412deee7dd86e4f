"""Which column of a file is which: names in any order, in the words that personnel systems use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["ALIASES", "COLUMNS", "ColumnMap", "folded", "recognise"]

COLUMNS = (
    "external_id",
    "name",
    "email",
    "department",
    "region",
    "manager",
    "title",
    "brand",
    "started_on",
    "left_on",
)
ALIASES: dict[str, frozenset[str]] = {
    "external_id": frozenset(
        [
            "external id",
            "id",
            "employee id",
            "employee number",
            "employee no",
            "personnel number",
            "personnel no",
            "staff id",
            "staff number",
            "person id",
            "worker id",
            "personalnummer",
            "emp id",
            "payroll id",
        ]
    ),
    "name": frozenset(["name", "full name", "display name", "employee name", "employee", "person", "preferred name"]),
    "first_name": frozenset(["first name", "given name", "forename", "firstname", "vorname"]),
    "last_name": frozenset(["last name", "family name", "surname", "lastname", "nachname"]),
    "email": frozenset(["email", "mail", "email address", "work email", "business email", "company email"]),
    "department": frozenset(
        ["department", "dept", "department code", "unit", "org unit", "organisational unit", "abteilung"]
    ),
    "region": frozenset(["region", "region code", "country", "area", "location", "site"]),
    "manager": frozenset(
        [
            "manager",
            "manager id",
            "line manager",
            "reports to",
            "supervisor",
            "manager email",
            "manager number",
            "manager external id",
        ]
    ),
    "title": frozenset(["title", "job title", "position", "job", "role", "function"]),
    "brand": frozenset(["brand", "brands", "brand code"]),
    "started_on": frozenset(
        [
            "started on",
            "start date",
            "started",
            "start",
            "hire date",
            "hired on",
            "entry date",
            "joined",
            "joined on",
            "date of joining",
        ]
    ),
    "left_on": frozenset(
        [
            "left on",
            "leave date",
            "leaving date",
            "end date",
            "left",
            "last day",
            "last working day",
            "exit date",
            "termination date",
        ]
    ),
}


def folded(text: str) -> str:
    """A heading without case, punctuation and surplus space: "E-Mail Address " is "email address"."""
    words = " ".join(re.sub(r"[\W_]+", " ", text.casefold()).split())
    return re.sub(r"\be mail\b", "email", words)


@dataclass(frozen=True)
class ColumnMap:
    """Where each known column stands (0-based), which headings are not used, and which were meant twice."""

    positions: dict[str, int]
    ignored: list[str]
    doubled: list[tuple[str, str, str]]  # (column, first heading, second heading)

    @property
    def names(self) -> bool:
        """Whether the file has people's names, in one column or two."""
        return "name" in self.positions or {"first_name", "last_name"} <= self.positions.keys()


def recognise(header: Sequence[str]) -> ColumnMap:
    """Match headings to columns. Exact names win over aliases, so that "title" and "role" may both be there."""
    positions: dict[str, int] = {}
    ignored: list[str] = []
    doubled: list[tuple[str, str, str]] = []
    folds = [folded(heading) for heading in header]
    for index, fold in enumerate(folds):
        column = fold.replace(" ", "_")
        if column in ALIASES and column not in positions:
            positions[column] = index
    taken = set(positions.values())
    for index, fold in enumerate(folds):
        if index in taken:
            continue
        column = next((name for name, names in ALIASES.items() if fold in names), "")
        if not column:
            if header[index].strip():
                ignored.append(header[index].strip())
        elif column not in positions:
            positions[column] = index
        elif fold.replace(" ", "_") == column:
            doubled.append((column, header[positions[column]], header[index]))
        else:
            ignored.append(header[index].strip())
    return ColumnMap(positions, ignored, doubled)
