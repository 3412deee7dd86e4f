"""Managers of a file: found by number, e-mail or unique name among its rows and the people there; no circles."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from fourleaf.kernel.services.people_import.findings import Finding, fault
from fourleaf.kernel.services.people_import.present import Present

if TYPE_CHECKING:
    from fourleaf.kernel.services.people_import.planning import Planned

__all__ = ["check_managers", "find_managers"]

#: A node of the reporting graph: ("person", id) or ("row", line of a new person).
Node = tuple[str, int]


def find_managers(taken: list[Planned], present: Present, findings: list[Finding], columns: frozenset[str]) -> None:
    """Set ``manager_id`` (or ``manager_line``) in each row's values and changes; who cannot be found is a finding."""
    if "manager" not in columns:
        return
    search = _Search(taken, present)
    for planned in taken:
        row = planned.row
        if row.faulty or row.manager is None:
            continue
        found = search.find(row.manager) if row.manager else None
        if isinstance(found, str):
            _fault(planned, findings, *found.split("\n"))
        elif found is None:
            _set(planned, present, None)
        elif found in (("person", planned.person_id), ("row", row.line)):
            _fault(planned, findings, "Nobody is their own manager.", "Name another, or none.")
        elif found[0] == "person":
            _set(planned, present, found[1])
        else:
            planned.manager_line = found[1]
            if planned.person_id is not None:
                before = present.people[planned.person_id].manager_id
                planned.changes["manager_id"] = [before, row.manager]


def check_managers(taken: list[Planned], present: Present, findings: list[Finding]) -> None:
    """No circles; and a row whose manager's own row is new and faulty is faulty too, and so on down the line:
    nobody is imported with a manager silently missing."""
    _break_circles(taken, present, findings)
    waiting: dict[int, list[Planned]] = defaultdict(list)  # line of a new manager -> rows that name them
    for planned in taken:
        if planned.manager_line is not None and not planned.row.faulty:
            waiting[planned.manager_line].append(planned)
    _follow_faults(taken, waiting, findings)


def _fault(planned: Planned, findings: list[Finding], message: str, mend: str) -> None:
    row = planned.row
    row.faulty = True
    findings.append(fault(row.line, "manager", row.manager or "", message, mend))


def _set(planned: Planned, present: Present, manager_id: int | None) -> None:
    planned.values["manager_id"] = manager_id
    if planned.person_id is not None:
        before = present.people[planned.person_id].manager_id
        if before != manager_id:
            planned.changes["manager_id"] = [before, manager_id]


class _Search:
    """Finds who is meant by a cell of the manager column."""

    def __init__(self, taken: list[Planned], present: Present) -> None:
        self._nodes: dict[str, Node] = {}
        self._names: dict[str, set[Node]] = defaultdict(set)
        for someone in present.people.values():
            node = ("person", someone.id)
            if someone.external_id:
                self._nodes[someone.external_id] = node
            if someone.email:
                self._nodes.setdefault(someone.email.lower(), node)
            self._names[someone.name.casefold()].add(node)
        # What the file says counts before what is there: an e-mail may change hands in it. Of rows with the same
        # number or e-mail the one that is taken is meant, and a faulty one only where there is no other.
        held: set[str] = set()
        for planned in sorted(taken, key=lambda planned: planned.row.faulty):
            row = planned.row
            marks = {mark for mark in (row.external_id, row.email) if mark}
            if row.faulty and marks & held:
                continue
            held |= marks
            node = ("row", row.line) if planned.person_id is None else ("person", planned.person_id)
            self._nodes.update(dict.fromkeys(marks, node))
            if row.name:
                self._names[row.name.casefold()].add(node)

    def find(self, text: str) -> Node | str:
        """The node, or two sentences separated by a line break: what is wrong, and how to mend it."""
        found = self._nodes.get(text) or self._nodes.get(text.lower())
        if found is not None:
            return found
        named = self._names.get(text.casefold(), set())
        if len(named) == 1:
            return next(iter(named))
        if named:
            return f"{len(named)} people are called {text}.\nWrite the manager's number or e-mail."
        return (
            f"The manager {text} is neither in this file nor on the list.\n"
            "Write the manager's number or e-mail, or add a row for them."
        )


def _break_circles(taken: list[Planned], present: Present, findings: list[Finding]) -> None:
    """Rows that lead back to themselves through managers are faulty; one walk over the whole company."""
    above: dict[Node, Node] = {
        ("person", p.id): ("person", p.manager_id) for p in present.people.values() if p.manager_id is not None
    }
    rows: dict[Node, Planned] = {}
    for planned in taken:
        node: Node = ("row", planned.row.line) if planned.person_id is None else ("person", planned.person_id)
        if planned.row.faulty:
            continue
        rows[node] = planned
        if planned.manager_line is not None:
            above[node] = ("row", planned.manager_line)
        elif planned.values.get("manager_id") is not None:
            above[node] = ("person", planned.values["manager_id"])
        elif "manager_id" in planned.values:
            above.pop(node, None)
    done: set[Node] = set()
    for start in list(above):
        path: dict[Node, int] = {}
        node_or_none: Node | None = start
        while node_or_none is not None and node_or_none not in done and node_or_none not in path:
            path[node_or_none] = len(path)
            node_or_none = above.get(node_or_none)
        if node_or_none is not None and node_or_none in path:
            circle = list(path)[path[node_or_none] :]
            _report_circle([rows[node] for node in circle if node in rows], findings)
        done.update(path)


def _report_circle(circle: list[Planned], findings: list[Finding]) -> None:
    names = " → ".join(planned.row.name for planned in circle[:5]) + (" → …" if len(circle) > 5 else "")
    for planned in circle:
        if not planned.row.faulty:
            _fault(
                planned,
                findings,
                f"These people would report to each other in a circle: {names}.",
                "Correct one of the managers.",
            )


def _follow_faults(taken: list[Planned], waiting: dict[int, list[Planned]], findings: list[Finding]) -> None:
    fresh = [planned.row.line for planned in taken if planned.row.faulty and planned.row.line in waiting]
    while fresh:
        line = fresh.pop()
        for planned in waiting[line]:
            if planned.row.faulty:
                continue
            message = f"The manager's own row, line {line}, has an error."
            _fault(planned, findings, message, "Mend that row first.")
            if planned.row.line in waiting:
                fresh.append(planned.row.line)
