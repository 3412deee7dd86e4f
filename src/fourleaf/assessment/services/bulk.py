"""Many answers at once: those collected elsewhere, from a file; and those of a sample organisation."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import pyarrow as pa
from django.db import transaction

from fourleaf.assessment import questionnaire
from fourleaf.assessment.cells import Cell, coarse_cells
from fourleaf.assessment.mixing import shuffle_all
from fourleaf.assessment.models import Invitation, Remark, Sheet, Wave
from fourleaf.assessment.selectors.waves import get_wave_for
from fourleaf.assessment.services.answering import LONGEST_REMARK, clean_answers
from fourleaf.assessment.services.waves import hold
from fourleaf.engine.files.errors import FileProblemError, RowError
from fourleaf.engine.survey.answers import AnswerErrors, read_answers
from fourleaf.engine.survey.precision import early_halves
from fourleaf.kernel import audit, public
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.contracts import DepartmentFacts, RegionFacts
from fourleaf.kernel.errors import InvalidError, TransitionError
from fourleaf.kernel.permissions import require

__all__ = [
    "BulkAnswer",
    "ImportNote",
    "ImportPreview",
    "add_answers",
    "import_answers",
    "preview_answers",
    "sample_file",
]

_RUN, _SEE = "assessment.run_waves", "assessment.view_results"
#: Faults of a file that are shown; the count names the rest.
_SHOWN: Final = 20
_LARGEST: Final = 20 * 1024 * 1024


@dataclass(frozen=True)
class ImportNote:
    """Something that an import will not keep, with the lines of the file that it is about."""

    text: str
    lines: list[int]

    @property
    def where(self) -> str:
        """The lines in words, the first twenty of them."""
        shown = ", ".join(f"{line:,}" for line in self.lines[:_SHOWN])
        more = f" and {len(self.lines) - _SHOWN:,} more" if len(self.lines) > _SHOWN else ""
        return f"line {shown}" if len(self.lines) == 1 else f"lines {shown}{more}"


@dataclass(frozen=True)
class ImportPreview:
    """What an import would store: answers, how many keep their department and their region, and what is lost where."""

    answers: int
    with_department: int
    with_region: int
    notes: list[ImportNote]


@dataclass(frozen=True)
class BulkAnswer:
    """An answer of somebody who was asked. It keeps the invitation's cell, as one from the sheet does."""

    invitation_id: int
    answers: Mapping[str, int]
    late: bool = False
    remark: str = ""


def _running(actor: Actor, wave_id: int) -> Wave:
    wave = get_wave_for(actor, wave_id)
    require(actor, _RUN, wave, seen_by=_SEE)
    if wave.state != "open":
        raise TransitionError("Answers can be added to a running wave only.")
    return wave


def add_answers(*, actor: Actor, wave_id: int, rows: Sequence[BulkAnswer]) -> int:
    """Store answers of people who were asked and have not answered; gives how many."""
    wave = _running(actor, wave_id)
    with transaction.atomic():
        if not hold(wave):
            raise TransitionError("The wave was closed a moment ago.")
        asked = {one.pk: one for one in Invitation.objects.filter(wave=wave, used=False)}
        taken = [(row, asked.pop(row.invitation_id)) for row in rows if row.invitation_id in asked]
        sheets = [
            Sheet(
                wave=wave,
                department_id=invitation.cell_department_id,
                region_id=invitation.cell_region_id,
                leads=invitation.cell_leads,
                late=row.late,
                answers=clean_answers(wave, row.answers),
            )
            for row, invitation in taken
        ]
        remarks = [
            Remark(wave=wave, department_id=invitation.cell_department_id, text=row.remark[:LONGEST_REMARK])
            for row, invitation in taken
            if row.remark and wave.asks_remark
        ]
        _store(wave, sheets, remarks)
        ids = [invitation.pk for _, invitation in taken]
        for start in range(0, len(ids), 500):
            Invitation.objects.filter(pk__in=ids[start : start + 500]).update(used=True)
        audit.record(actor, "assessment.answers.imported", wave, data={"answers": len(sheets)})
    return len(sheets)


def _store(wave: Wave, sheets: list[Sheet], remarks: list[Remark]) -> None:
    Sheet.objects.bulk_create(sheets, batch_size=500)
    Remark.objects.bulk_create(remarks, batch_size=500)
    shuffle_all(wave, Sheet)
    shuffle_all(wave, Remark)


def preview_answers(*, actor: Actor, wave_id: int, content: bytes) -> ImportPreview:
    """What an import of this file would store, and what of each answer's origin it would not. Stores nothing.

    `InvalidError` names all that is wrong with the file, with lines and columns.
    """
    wave = _running(actor, wave_id)
    table = _checked(wave, content)
    return _preview(table, _origins(table), wave.k_scores)


def import_answers(*, actor: Actor, wave_id: int, content: bytes, file_name: str = "answers.csv") -> int:
    """Answers collected elsewhere, in the format of ``fourleaf survey score``: all rows or none. Gives how many.

    Columns: one for each statement, and department and region by code or name, leader (yes or no), day. Origins that
    fewer than k rows share are kept coarser, as for answers from the sheet: see `preview_answers` first.
    `InvalidError` names lines and columns.
    """
    wave = _running(actor, wave_id)
    sheets = _sheets(wave, _checked(wave, content))
    with transaction.atomic():
        if not hold(wave):
            raise TransitionError("The wave was closed a moment ago.")
        _check_room(wave, len(sheets))
        _store(wave, sheets, [])
        audit.record(
            actor,
            "assessment.answers.imported",
            wave,
            data={"answers": len(sheets), "file": file_name[:200], "sha256": hashlib.sha256(content).hexdigest()},
        )
    return len(sheets)


def _check_room(wave: Wave, answers: int) -> None:
    asked, there = Invitation.objects.filter(wave=wave).count(), Sheet.objects.filter(wave=wave).count()
    if there + answers > asked:
        message = (
            f"The file holds {answers:,} answers and {there:,} are here already, but only {asked:,} people "
            "were asked. Take out the rows of people who answered by their link, or ask the missing people first."
        )
        raise InvalidError(fields={"file": [message]})


def _checked(wave: Wave, content: bytes) -> pa.Table:
    """The file's rows, with their lines; everything wrong with it is told at once."""
    if len(content) > _LARGEST:
        raise InvalidError(fields={"file": [f"This file is larger than {_LARGEST // 1024**2} MB."]})
    units = {
        "department": _codes(public.departments().values()),
        "region": _codes(public.regions().values()),
    }
    with TemporaryDirectory(prefix="fourleaf-answers-") as folder:
        path = Path(folder) / "answers.csv"
        path.write_bytes(content)
        try:
            table = read_answers(path, questionnaire.from_json(wave.instrument), units=units, with_lines=True)
        except FileProblemError as error:
            raise InvalidError(fields={"file": [str(error).replace(str(path), "The file")]}) from error
        except AnswerErrors as error:
            shown = [_sentence(one) for one in error.errors[:_SHOWN]]
            if error.total > len(shown):
                shown.append(f"And {error.total - len(shown):,} more. Nothing was imported.")
            raise InvalidError(fields={"file": shown}) from error
    if not table.num_rows:
        raise InvalidError(fields={"file": ["This file has headings but no answers."]})
    _check_room(wave, table.num_rows)
    return table


def _sentence(error: RowError) -> str:
    text = str(error)
    return text[0].upper() + text[1:]


def _codes(units: Iterable[DepartmentFacts | RegionFacts]) -> dict[str, str]:
    """Code or name, casefolded -> code; a code goes before a name."""
    rows = list(units)
    return {one.name.casefold(): one.code for one in rows} | {one.code.casefold(): one.code for one in rows}


def _origins(table: pa.Table) -> list[Cell]:
    ids = {
        "department": {one.code: one.id for one in public.departments().values()},
        "region": {one.code: one.id for one in public.regions().values()},
    }

    def column(name: str) -> list[int | None]:
        if name not in table.column_names:
            return [None] * table.num_rows
        return [None if value is None else ids[name][value] for value in table[name].to_pylist()]

    leads = table["leader"].to_pylist() if "leader" in table.column_names else [None] * table.num_rows
    return [
        Cell(department, region, bool(leader))
        for department, region, leader in zip(column("department"), column("region"), leads, strict=True)
    ]


def _levels_known(table: pa.Table) -> bool:
    return "leader" in table.column_names and not table["leader"].null_count


def _preview(table: pa.Table, origins: list[Cell], k: int) -> ImportPreview:
    cells = coarse_cells(origins, k)
    lines: list[int] = np.asarray(table["line"], np.int64).tolist()
    rows = list(zip(lines, origins, cells, strict=True))
    notes = []
    for name in ("department", "region"):
        unstated = [line for line, origin, _ in rows if getattr(origin, name) is None]
        notes.append(ImportNote(f"No {name} is given, so these count for the company only.", unstated))
        lost: dict[int, list[int]] = defaultdict(list)
        for line, origin, cell in rows:
            if getattr(origin, name) is not None and getattr(cell, name) is None:
                lost[getattr(origin, name)].append(line)
        units = public.departments() if name == "department" else public.regions()
        for unit, where in sorted(lost.items(), key=lambda pair: units[pair[0]].name):
            kept_elsewhere = any(getattr(cell, name) == unit for cell in cells)
            words = f"{units[unit].name}: the {name} is not kept"
            words += " for these rows" if kept_elsewhere else ""
            notes.append(ImportNote(f"{words}, since with fewer than {k} alike they could be recognised by it.", where))
    if not _levels_known(table):
        blank = [line for line, value in zip(lines, table["leader"].to_pylist(), strict=True) if value is None] \
            if "leader" in table.column_names else lines  # fmt: skip
        notes.append(ImportNote("It is not said who leads others, so no answer of this file keeps it.", blank))
    kept = sum(cell.department is not None for cell in cells), sum(cell.region is not None for cell in cells)
    return ImportPreview(table.num_rows, *kept, [note for note in notes if note.lines])


def _sheets(wave: Wave, table: pa.Table) -> list[Sheet]:
    cells = coarse_cells(_origins(table), wave.k_scores)
    known, late = _levels_known(table), _late(table)
    items = [row["id"] for row in wave.instrument["items"]]
    return [
        Sheet(
            wave=wave,
            department_id=cell.department,
            region_id=cell.region,
            leads=cell.leads if known else None,
            late=after,
            answers={item: row[item] for item in items if row[item] is not None},
        )
        for row, cell, after in zip(table.select(items).to_pylist(), cells, late, strict=True)
    ]


def _late(table: pa.Table) -> list[bool]:
    """Which half of the answers each came with, where days are given."""
    if "day" not in table.column_names:
        return [False] * table.num_rows
    days = np.array([-1 if day is None else day.toordinal() for day in table["day"].to_pylist()], np.int64)
    halves = early_halves(days)
    return [False] * table.num_rows if halves is None else (halves == 1).tolist()


def sample_file(wave: Wave) -> str:
    """A file with the right headings and one line, to fill in."""
    items = [row["id"] for row in wave.instrument["items"]]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["department", "region", "leader", "day", *items])
    writer.writerow(["MKT", "DE", "no", "2026-05-31", *(["4"] * (len(items) - 1)), ""])
    return out.getvalue()
