"""Alignment at a glance: programmes in rows, what each needs inside in columns, made of the stored findings."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from fourleaf.alignment.models import FindingRecord
from fourleaf.alignment.selectors.findings import findings_visible_to
from fourleaf.alignment.snapshot import READER, checked
from fourleaf.engine.alignment.checking import RULES
from fourleaf.engine.alignment.findings import Finding
from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.engine.alignment.plan import Programme
from fourleaf.kernel.actors import Actor
from fourleaf.planning.public import model_of

__all__ = ["COLUMNS", "Column", "Glance", "GlanceCell", "GlanceRow", "column_of", "glance", "shared_findings"]

#: A finding that holds up so many programmes, and so large a share of them, stands once in the common row.
_COMMON_LEAST: Final = 3
_COMMON_SHARE: Final = 0.5
#: For so many planned programmes it is worked out what would refuse their going live; each costs a few milliseconds.
_MOST_AHEAD: Final = 40
#: So many rules that are level are named with their titles; of more only the numbers.
_MOST_LEVEL: Final = 3
CellState = Literal["missing", "ahead", "weak", "common", "waived", "met", "not_needed"]
#: From the worst; a cell is as bad as its worst finding.
_WORST: Final[tuple[CellState, ...]] = ("missing", "ahead", "weak", "common", "waived", "met", "not_needed")


@dataclass(frozen=True)
class Column:
    """What a programme needs inside, and the rules that look at it."""

    code: str
    label: str
    about: str
    rules: frozenset[str]


def _column(code: str, label: str, about: str, rules: str) -> Column:
    return Column(code, label, about, frozenset(rules.split()))


COLUMNS: Final = (
    _column("purpose", "Purpose", "Objectives, audiences, resources, content mix.", "A01 A02 A03 A04 A05 A06 A07 A54"),
    _column(
        "policy",
        "Policy",
        "Rules in force for its channels, regions and languages, read and acknowledged.",
        "A08 A09 A10 A11 A12 A13 A51 A53 A56 A58",
    ),
    _column("people", "People", "Trained people, enough of them, willing.", "A14 A15 A16 A17 A29 A35 A36 A37 A38 A48"),
    _column("review", "Review", "Approval that hangs on nobody alone.", "A18 A23 A24 A25"),
    _column("duty", "Duty", "Somebody to decide at every hour; posts that can be paused.", "A19 A20 A21 A22"),
    _column("measure", "Measure", "Baselines, outcomes, pilots decided beforehand.", "A39 A40 A41 A42 A43 A44 A46 A55"),
    _column(
        "counterpart",
        "Counterpart",
        "The inside that makes the outside possible: internal work, leaders, committees, roadmap.",
        "A26 A27 A28 A30 A31 A32 A33 A34 A45 A47 A49 A50 A52 A57",
    ),
)
_BY_RULE: Final = {rule: column.code for column in COLUMNS for rule in column.rules}


def column_of(rule: str) -> str:
    """The column of a rule."""
    return _BY_RULE.get(rule, "purpose")


WORDS: Final[Mapping[CellState, str]] = {
    "missing": "Missing",
    "ahead": "Before live",
    "weak": "Weak",
    "common": "Shared",
    "waived": "Waived",
    "met": "Met",
    "not_needed": "Not needed",
}


@dataclass(frozen=True)
class GlanceCell:
    """One need of one programme. ``findings`` are those that are open or waived."""

    column: Column
    state: CellState
    findings: tuple[FindingRecord, ...] = ()
    why: str = ""
    #: Errors that would refuse a planned programme's going live, and that nothing says yet.
    ahead: int = 0

    @property
    def word(self) -> str:
        """The state as a word, with a number where there is more than one finding."""
        return WORDS[self.state]

    @property
    def waived_besides(self) -> int:
        """How many waived findings there are beside graver ones; 0 where the cell itself says waived."""
        return 0 if self.state == "waived" else sum(f.state == "waived" for f in self.findings)

    @property
    def count(self) -> int:
        """How many findings have the cell's state."""
        if self.state == "ahead":
            return self.ahead
        gravity = {"missing": 0, "weak": 1}.get(self.state)
        if self.state == "waived":
            return sum(f.state == "waived" for f in self.findings)
        return sum(f.state == "open" and (f.gravity == 0) == (gravity == 0) for f in self.findings)


@dataclass(frozen=True)
class GlanceRow:
    """A programme with its cells, or with None what most programmes lack alike.

    ``errors`` and ``warnings`` are numbers of open findings; those in the common row are not counted again.
    """

    programme: Programme | None
    cells: tuple[GlanceCell, ...]
    errors: int
    warnings: int

    @property
    def ahead(self) -> int:
        """How many errors would refuse going live, beside those that are open."""
        return sum(cell.ahead for cell in self.cells)

    @property
    def satisfied(self) -> str:
        """What needs no attention, by name: “Purpose, Review”."""
        return ", ".join(cell.column.label for cell in self.cells if cell.state in ("met", "not_needed"))

    @property
    def held_in_common(self) -> bool:
        """Whether an error in common holds the programme back."""
        return any(cell.state == "common" for cell in self.cells)

    @property
    def address(self) -> str:
        """The programme's address in the plan; "" for the common row."""
        return f"programmes/{self.programme.id}" if self.programme else ""


@dataclass(frozen=True)
class Glance:
    """The picture: rows of programmes, worst first, and what its sentence says.

    ``common`` holds what most programmes lack alike, such as one policy that covers them all; a committee decides it
    once, so it stands once. ``held_back`` counts programmes with errors of their own, ``common_counts`` says of
    each error in the common row how many it holds back, the most first. ``reasons`` are the rules whose errors of their
    own hold back most programmes, ``reason_programmes`` each; more than one where they are level.
    """

    rows: tuple[GlanceRow, ...]
    common: GlanceRow | None
    held_back: int
    common_counts: tuple[int, ...]
    reasons: tuple[str, ...]
    reason_programmes: int
    elsewhere: int

    @property
    def sentence(self) -> str:
        """The whole in one sentence or two."""
        total = len(self.rows)
        if not total:
            return "There is no external programme yet that could be held back."
        programmes = "programme" if total == 1 else "programmes"
        rule = self._reason
        if not self.common_counts:
            if not self.held_back:
                return self._nothing
            are = "is" if self.held_back == 1 else "are"
            return f"{self.held_back} of {total} {programmes} {are} held back; {rule}.{self._before_live}"
        first = self._shared(total, programmes)
        if not self.held_back:
            return f"{first}, and nothing else does.{self._before_live}"
        have = "programme has errors of its own" if self.held_back == 1 else "programmes have errors of their own"
        return f"{first}. {self.held_back} {have} besides; {rule}.{self._before_live}"

    def _shared(self, total: int, programmes: str) -> str:
        """“One error holds back all 10 programmes, another 5”: each shared error by what it really holds back."""
        said = ""
        for held, number in sorted(Counter(self.common_counts).items(), reverse=True):
            each = " each" if number > 1 and held < total else ""
            if said:
                said += f", another {held}" if number == 1 else f", {number} others {held}{each}"
                continue
            what = "One error holds" if number == 1 else f"{'The same ' if held == total else ''}{number} errors hold"
            said = f"{what} back {f'all {total}' if held == total else f'{held} of {total}'} {programmes}{each}"
        return said

    @property
    def _reason(self) -> str:
        """The rules that hold back most programmes by errors of their own; all that are level, if they are few."""
        if not self.reasons:
            return ""
        if self.reason_programmes == 1 and len(self.reasons) > 1:
            return "no rule holds back more than one of them"
        titles = [f"“{RULES[rule].title}” ({rule})" if rule in RULES else rule for rule in self.reasons]
        number = f"{self.reason_programmes} programme{'' if self.reason_programmes == 1 else 's'}"
        if len(titles) == 1:
            return f"the rule that holds back most of them is {titles[0]}: {number}"
        *most, last = titles if len(titles) <= _MOST_LEVEL else self.reasons
        return f"the rules that hold back most of them are {', '.join(most)} and {last}: {number} each"

    @property
    def _nothing(self) -> str:
        live = sum(row.programme is not None and row.programme.state != "planned" for row in self.rows)
        if not self._before_live:
            total = len(self.rows)
            return f"Nothing holds back any of the {total} external {'programme' if total == 1 else 'programmes'}."
        return f"{'Nothing that runs is held back.' if live else 'Nothing runs outside yet.'}{self._before_live}"

    @property
    def _before_live(self) -> str:
        refused = sum(row.ahead > 0 for row in self.rows)
        if not refused:
            return ""
        whom = "One planned programme" if refused == 1 else f"{refused} planned programmes"
        return f" {whom} could not go live yet."


def glance(actor: Actor, plan_id: int, found: Iterable[FindingRecord] | None = None) -> Glance:
    """The picture of a plan, as it was last checked, or of the findings that are given. Some five queries."""
    model = model_of(actor, plan_id)
    external = _external(model)
    if found is None:
        found = findings_visible_to(actor, plan_id).exclude(state="gone").filter(gravity__lt=2)
    records = [record for record in found if record.gravity < 2]
    addresses = {f"programmes/{p.id}" for p in external}
    in_common = _in_common(addresses, records)
    at: dict[str, list[FindingRecord]] = {}
    for record in records:
        if record not in in_common:
            for address in record.blocks:
                at.setdefault(address, []).append(record)
    shared: dict[str, set[str]] = {}
    for record in in_common:
        if record.state == "open" and record.gravity == 0:
            for address in record.blocks:
                shared.setdefault(address, set()).add(column_of(record.rule))
    ahead = _ahead(plan_id, [p for p in external if p.state == "planned"][:_MOST_AHEAD], records)
    rows = [
        _row(p, at.get(f"programmes/{p.id}", []), shared.get(f"programmes/{p.id}", set()), ahead.get(p.id, []))
        for p in sorted(external, key=lambda p: p.state != "planned")
    ]
    rows.sort(key=lambda row: (-row.errors, -row.ahead, -row.warnings))
    reasons = Counter(
        rule
        for row in rows
        for rule in {f.rule for cell in row.cells for f in cell.findings if f.state == "open" and f.gravity == 0}
    )
    often = max(reasons.values(), default=0)
    errors = [r for r in records if r.state == "open" and r.gravity == 0]
    return Glance(
        rows=tuple(rows),
        common=_row(None, in_common) if in_common else None,
        held_back=sum(row.errors > 0 for row in rows),
        common_counts=tuple(
            sorted((len(addresses.intersection(r.blocks)) for r in errors if r in in_common), reverse=True)
        ),
        reasons=tuple(sorted(rule for rule, number in reasons.items() if number == often)),
        reason_programmes=often,
        elsewhere=sum(addresses.isdisjoint(r.blocks) for r in errors),
    )


def _in_common(addresses: Collection[str], records: Iterable[FindingRecord]) -> list[FindingRecord]:
    least = max(_COMMON_LEAST, math.ceil(_COMMON_SHARE * len(addresses)))
    held = set(addresses)
    return [record for record in records if len(held.intersection(record.blocks)) >= least]


def shared_findings(actor: Actor, plan_id: int, found: Iterable[FindingRecord]) -> list[FindingRecord]:
    """Those of the findings that stand in the picture's common row, because they hold up so many programmes."""
    model = model_of(actor, plan_id)
    addresses = {f"programmes/{p.id}" for p in _external(model)}
    return _in_common(addresses, (record for record in found if record.gravity < 2))


def _external(model: PlanModel) -> list[Programme]:
    return [p for p in model.programmes if p.side == "external" and p.state != "ended"]


def _ahead(
    plan_id: int, planned: Sequence[Programme], records: Iterable[FindingRecord]
) -> Mapping[str, Sequence[Finding]]:
    """Id of a planned programme -> errors that would refuse its going live, without those open or waived already."""
    if not planned:
        return {}
    known = {(record.rule, record.object) for record in records}
    seen = checked(READER, plan_id)
    return {p.id: [f for f in seen.refused(p.id) if (f.rule, f.object) not in known] for p in planned}


def _row(
    programme: Programme | None,
    records: Sequence[FindingRecord],
    shared: Collection[str] = frozenset(),
    ahead: Sequence[Finding] = (),
) -> GlanceRow:
    """A row. ``shared``: columns in which an error in common holds the programme back; ``ahead``: of `_ahead`."""
    by_column: dict[str, list[FindingRecord]] = {}
    for record in records:
        by_column.setdefault(column_of(record.rule), []).append(record)
    spare = _not_needed(programme) if programme else {column.code: "Nothing that most lack." for column in COLUMNS}
    cells = tuple(
        _cell(
            column,
            by_column.get(column.code, []),
            spare.get(column.code, ""),
            common=column.code in shared,
            ahead=[f for f in ahead if column_of(f.rule) == column.code],
        )
        for column in COLUMNS
    )
    open_ones = [record for record in records if record.state == "open"]
    errors = sum(record.gravity == 0 for record in open_ones)
    return GlanceRow(programme, cells, errors, len(open_ones) - errors)


def _cell(
    column: Column, records: Sequence[FindingRecord], spare: str, *, common: bool = False, ahead: Sequence[Finding] = ()
) -> GlanceCell:
    states: list[CellState] = [
        "waived" if r.state == "waived" else "missing" if r.gravity == 0 else "weak" for r in records
    ]
    if ahead and "missing" not in states:
        why = " ".join(f"{f.rule}: {f.message}" for f in ahead)
        return GlanceCell(column, "ahead", tuple(records), f"Before it can go live: {why}", len(ahead))
    if not states:
        if common:
            return GlanceCell(
                column, "common", why="An error that most programmes share holds it back: see the first row."
            )
        return GlanceCell(column, "not_needed" if spare else "met", why=spare)
    worst = min(states, key=_WORST.index)
    ordered = sorted(records, key=lambda r: (r.state == "waived", r.gravity, r.rule))
    return GlanceCell(column, worst, tuple(ordered))


def _not_needed(programme: Programme) -> Mapping[str, str]:
    """column -> why a programme has no need of it now, where no rule says otherwise."""
    found = {}
    if programme.state != "live":
        found["duty"] = "It is not live."
    if programme.staffed_regions == () and not programme.authors:
        found["people"] = "It says that no region needs responders."
    return found
