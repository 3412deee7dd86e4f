"""What a file would change: each row is matched, checked and compared with what is there. Writes nothing."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.services.people_import.findings import Finding, fault
from fourleaf.kernel.services.people_import.managers import check_managers, find_managers
from fourleaf.kernel.services.people_import.present import Present, Units
from fourleaf.kernel.services.people_import.reading import ParsedFile, Row

__all__ = ["Missing", "Plan", "Planned", "make_plan"]

#: A reference to a unit or a person: an id, or the text / row that will become one.
Ref = int | str | None


@dataclass(slots=True)
class Planned:
    """One row with the person it concerns (None: a new one) and what would change: field -> [before, after].

    Units that would be added first stand as their text; a manager who would be added first stands in ``manager_line``.
    """

    row: Row
    person_id: int | None
    values: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, list[Any]] = field(default_factory=dict)
    #: Line of the file on which a manager stands who would be added with it.
    manager_line: int | None = None


@dataclass
class Missing:
    """Units that the file names and that do not exist, with how many rows name them."""

    departments: Counter[str] = field(default_factory=Counter)
    regions: Counter[str] = field(default_factory=Counter)
    brands: Counter[str] = field(default_factory=Counter)

    def __bool__(self) -> bool:
        return bool(self.departments or self.regions or self.brands)


@dataclass
class Plan:
    """The comparison. ``rows`` are those without errors; the lists hold indexes into it, in the order of the file."""

    rows: list[Planned] = field(default_factory=list)
    new: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    leaving: list[int] = field(default_factory=list)
    returning: list[int] = field(default_factory=list)
    unchanged: int = 0
    #: People who work here and are not in the file; nothing happens to them.
    absent: int = 0
    findings: list[Finding] = field(default_factory=list)
    missing: Missing = field(default_factory=Missing)
    #: Missing units that would be added, as written in the file.
    to_add: Missing = field(default_factory=Missing)
    total: int = 0
    encoding: str = "utf-8"
    delimiter: str = ","
    unusable: bool = False

    @property
    def errors(self) -> list[Finding]:
        """Findings that keep their row out, in the order of the file."""
        return [finding for finding in self.findings if finding.severity == "error"]

    @property
    def warnings(self) -> list[Finding]:
        """Findings that are worth a look."""
        return [finding for finding in self.findings if finding.severity == "warning"]

    @property
    def faulty_rows(self) -> int:
        """How many rows would be left out."""
        return self.total - len(self.rows)

    @property
    def fingerprint(self) -> str:
        """Changes when the plan does: what was shown is what is put in place, or nobody is asked in vain."""
        digest = hashlib.sha256()
        for planned in self.rows:
            if planned.person_id is None or planned.changes:
                what = [planned.row.line, planned.person_id, planned.manager_line, planned.changes or planned.values]
                digest.update(json.dumps(what, default=str, sort_keys=True).encode())
        added = [sorted(units) for units in (self.to_add.departments, self.to_add.regions, self.to_add.brands)]
        digest.update(json.dumps([len(self.errors), added]).encode())
        return digest.hexdigest()


def make_plan(
    parsed: ParsedFile,
    present: Present,
    *,
    actor: Actor,
    today: date,
    add_missing: Collection[str] = (),
    progress: Callable[[int], None] | None = None,
) -> Plan:
    """Compare a file with what is there. ``add_missing``: kinds of units that may be added, see `ADDABLE`."""
    plan = Plan(
        findings=list(parsed.findings),
        total=len(parsed.rows),
        encoding=parsed.encoding,
        delimiter=parsed.delimiter,
        unusable=parsed.unusable,
    )
    if plan.unusable:
        return plan
    comparison = _Comparison(parsed, present, plan, actor, today, frozenset(add_missing))
    for index, row in enumerate(parsed.rows):
        comparison.take(row)
        if progress is not None and index % 5000 == 4999:
            progress(index + 1)
    comparison.check_administrators()
    find_managers(comparison.taken, present, plan.findings, parsed.columns)
    # A row that falls out keeps its e-mail and manager as they were, which may make another row impossible.
    found = -1
    while found != len(plan.findings):
        found = len(plan.findings)
        comparison.check_emails()
        check_managers(comparison.taken, present, plan.findings)
    plan.rows = [planned for planned in comparison.taken if not planned.row.faulty]
    comparison.sort_out()
    plan.findings.sort(key=lambda finding: (finding.line or 0, finding.column))
    return plan


class _Comparison:
    """The state of one comparison: who was met already, and what each row means."""

    def __init__(
        self,
        parsed: ParsedFile,
        present: Present,
        plan: Plan,
        actor: Actor,
        today: date,
        add_missing: frozenset[str],
    ) -> None:
        self.columns, self.present, self.plan = parsed.columns, present, plan
        self.actor, self.today, self.add_missing = actor, today, add_missing
        self.taken: list[Planned] = []
        self._lines: dict[tuple[str, object], int] = {}
        self._everywhere = actor.may("kernel.edit_people")
        self._decides_accounts = actor.may("kernel.grant_roles")
        self._adds_units = actor.may("kernel.edit_organisation")

    def _fault(self, row: Row, column: str, value: str, message: str, mend: str = "") -> None:
        row.faulty = True
        self.plan.findings.append(fault(row.line, column, value, message, mend))

    def take(self, row: Row) -> None:
        """Match one row and compare it."""
        person_id = self._match(row)
        self._met_before(row, person_id)
        planned = Planned(row, person_id)
        self.taken.append(planned)
        values = planned.values
        values["name"] = row.name
        for column in ("external_id", "email"):
            text = getattr(row, column)
            if text:
                values[column] = text
            elif text == "" and column == "email":
                values["email"] = None
        if row.title is not None:
            values["title"] = row.title
        for column in ("started_on", "left_on"):
            if column in self.columns:
                values[column] = getattr(row, column)
        if row.department is not None:
            values["department_id"] = self._unit(row, "department", row.department, self.present.departments)
        if row.region is not None:
            values["region_id"] = self._unit(row, "region", row.region, self.present.regions)
        if row.brand is not None:
            parts = [part.strip() for part in row.brand.replace("|", ";").replace(",", ";").split(";") if part.strip()]
            units = [self._unit(row, "brand", part, self.present.brands) for part in parts]
            values["brands"] = sorted({unit for unit in units if unit is not None}, key=str)
        self._compare(planned)
        self._check_rights(planned)

    def _match(self, row: Row) -> int | None:
        present = self.present
        by_number = present.by_external_id.get(row.external_id) if row.external_id else None
        by_email = present.by_email.get(row.email) if row.email else None
        if by_number is not None:
            return by_number
        if by_email is None:
            return None
        if row.external_id and present.people[by_email].external_id:
            return None  # somebody else's, who may let it go in the same file: `check_emails` sees to that
        return by_email

    def _met_before(self, row: Row, person_id: int | None) -> None:
        keys: list[tuple[str, object]] = []
        if row.external_id:
            keys.append(("external_id", row.external_id))
        if row.email:
            keys.append(("email", row.email))
        if person_id is not None:
            keys.append(("person", person_id))
        for kind, value in keys:
            first = self._lines.setdefault((kind, value), row.line)
            if first != row.line and not row.faulty:
                column = "external_id" if kind == "person" else kind
                shown = row.key if kind == "person" else str(value)
                self._fault(row, column, shown, f"{shown} stands in line {first} already.", "Keep one of the two rows.")

    def _unit(self, row: Row, kind: str, text: str, units: Units) -> Ref:
        if not text:
            return None
        found = units.ids.get(text.casefold())
        plural = f"{kind}s"
        if found is not None and found not in units.archived:
            return found
        if found is not None:
            self._fault(
                row, kind, text, f"The {kind} {text} is archived.", "Take it out of the archive, or change the row."
            )
            return None
        getattr(self.plan.missing, plural)[text] += 1
        if plural in self.add_missing and self._adds_units:
            getattr(self.plan.to_add, plural)[text] += 1
            return text
        close = _closest(text, units)
        guess = f" Did you mean {close}?" if close else ""
        self._fault(
            row,
            kind,
            text,
            f"There is no {kind} called {text}.{guess}",
            f"Correct it, add the {kind} under Organisation, or choose “add missing {plural}”.",
        )
        return None

    def _compare(self, planned: Planned) -> None:
        if planned.person_id is None:
            return
        someone = self.present.people[planned.person_id]
        for name, after in planned.values.items():
            before = sorted(someone.brands, key=str) if name == "brands" else getattr(someone, name)
            if before != after:
                planned.changes[name] = [before, after]
        row = planned.row
        started = planned.values.get("started_on", someone.started_on)
        left = planned.values.get("left_on", someone.left_on)
        if started and left and left < started and not row.faulty:
            self._fault(
                row, "left_on", str(left), f"The last day would lie before the first, {started}.", "Correct one."
            )

    def _check_rights(self, planned: Planned) -> None:
        row = planned.row
        someone = self.present.people.get(planned.person_id) if planned.person_id is not None else None
        if not self._everywhere:
            after = planned.values.get("region_id", someone.region_id if someone is not None else None)
            for region in {after} | ({someone.region_id} if someone is not None else set()):
                inside = isinstance(region, int) and self.actor.may_for("kernel.edit_people", "region", region)
                if not inside and not row.faulty:
                    self._fault(
                        row,
                        "region",
                        row.region or "",
                        "You keep the list of certain regions only, and this person is not in one of them.",
                        "Take the row out.",
                    )
        if someone is None or "email" not in planned.changes or self._decides_accounts:
            return
        if someone.id in self.present.privileged:
            self._fault(
                row,
                "email",
                row.email or "",
                f"{someone.name} holds roles, and the e-mail may decide who signs in with them.",
                "Ask an administrator to change this e-mail.",
            )

    def check_emails(self) -> None:
        """No e-mail may belong to two people once all is done, also to somebody who is not in the file."""
        final = dict(self.present.by_email)
        for planned in self.taken:
            if planned.person_id is not None and "email" in planned.changes and not planned.row.faulty:
                before = self.present.people[planned.person_id].email
                if before and final.get(before.lower()) == planned.person_id:
                    del final[before.lower()]
        for planned in self.taken:
            email = planned.values.get("email")
            if planned.row.faulty or not email or (planned.person_id is not None and "email" not in planned.changes):
                continue
            holder = final.get(email)
            if holder is not None and holder != planned.person_id:
                other = self.present.people[holder]
                number = f", who has the number {other.external_id}" if other.external_id else ""
                self._fault(
                    planned.row,
                    "email",
                    email,
                    f"This e-mail belongs to {other.name}{number}.",
                    "Correct the e-mail or the number, or give the other person another e-mail in the same file.",
                )

    def check_administrators(self) -> None:
        """The last administrator cannot leave by a file either."""
        gone = [
            planned
            for planned in self.taken
            if planned.person_id in self.present.administrators and planned.changes.get("left_on", [None, None])[1]
        ]
        if gone and len(gone) >= len(self.present.administrators):
            for planned in gone:
                self._fault(
                    planned.row,
                    "left_on",
                    str(planned.row.left_on),
                    f"Without {planned.row.name} nobody could administer the installation.",
                    "Grant the role Administrator to somebody who stays, then import again.",
                )

    def sort_out(self) -> None:
        """Fill the plan's lists and counts."""
        plan, met = self.plan, set()
        for index, planned in enumerate(plan.rows):
            if planned.person_id is None:
                plan.new.append(index)
                continue
            met.add(planned.person_id)
            if not planned.changes:
                plan.unchanged += 1
                continue
            plan.changed.append(index)
            if "left_on" in planned.changes:
                before, after = planned.changes["left_on"]
                if before is None and after is not None:
                    plan.leaving.append(index)
                elif before is not None and after is None:
                    plan.returning.append(index)
        met |= {planned.person_id for planned in self.taken if planned.person_id is not None}
        current = (p.id for p in self.present.people.values() if p.left_on is None or p.left_on >= self.today)
        plan.absent = sum(person_id not in met for person_id in current)


def _closest(text: str, units: Units) -> str | None:
    """A unit whose name differs by little, for the sentence of an error."""
    import difflib

    names = {units.names[pk].casefold(): units.names[pk] for pk in units.ids.values() if pk not in units.archived}
    near = difflib.get_close_matches(text.casefold(), list(names), n=1, cutoff=0.75)
    return names[near[0]] if near else None
