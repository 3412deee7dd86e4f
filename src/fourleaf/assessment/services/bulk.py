"""Many answers at once: those collected elsewhere, from a file; and those of a sample organisation."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
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
from fourleaf.engine.files.errors import FileProblemError
from fourleaf.engine.survey.answers import AnswerErrors, read_answers
from fourleaf.engine.survey.precision import early_halves
from fourleaf.kernel import audit, public
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import InvalidError, TransitionError
from fourleaf.kernel.permissions import require

__all__ = ["BulkAnswer", "add_answers", "import_answers", "sample_file"]

_RUN, _SEE = "assessment.run_waves", "assessment.view_results"
#: Faults of a file that are shown; the count names the rest.
_SHOWN: Final = 20
_LARGEST: Final = 20 * 1024 * 1024


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


def import_answers(*, actor: Actor, wave_id: int, content: bytes, file_name: str = "answers.csv") -> int:
    """Answers collected elsewhere, in the format of ``fourleaf survey score``: all rows or none. Gives how many.

    Columns: one for each statement, and department and region by code, leader (yes or no), day. Origins that fewer than
    k rows share are kept coarser, as for answers from the sheet. `InvalidError` names lines and columns.
    """
    wave = _running(actor, wave_id)
    if len(content) > _LARGEST:
        raise InvalidError(fields={"file": [f"This file is larger than {_LARGEST // 1024**2} MB."]})
    table = _read(wave, content)
    sheets = _sheets(wave, table)
    if not sheets:
        raise InvalidError(fields={"file": ["This file has headings but no answers."]})
    with transaction.atomic():
        if not hold(wave):
            raise TransitionError("The wave was closed a moment ago.")
        asked, there = Invitation.objects.filter(wave=wave).count(), Sheet.objects.filter(wave=wave).count()
        if there + len(sheets) > asked:
            message = (
                f"The file holds {len(sheets):,} answers and {there:,} are here already, but only {asked:,} people "
                "were asked. Take out the rows of people who answered by their link, or ask the missing people first."
            )
            raise InvalidError(fields={"file": [message]})
        _store(wave, sheets, [])
        audit.record(
            actor,
            "assessment.answers.imported",
            wave,
            data={"answers": len(sheets), "file": file_name[:200], "sha256": hashlib.sha256(content).hexdigest()},
        )
    return len(sheets)


def _read(wave: Wave, content: bytes) -> pa.Table:
    with TemporaryDirectory(prefix="fourleaf-answers-") as folder:
        path = Path(folder) / "answers.csv"
        path.write_bytes(content)
        try:
            return read_answers(path, questionnaire.from_json(wave.instrument))
        except FileProblemError as error:
            raise InvalidError(fields={"file": [str(error).replace(str(path), "The file")]}) from error
        except AnswerErrors as error:
            shown = [str(one) for one in error.errors[:_SHOWN]]
            if error.total > len(shown):
                shown.append(f"And {error.total - len(shown):,} more. Nothing was imported.")
            raise InvalidError(fields={"file": shown}) from error


def _units(table: pa.Table, column: str, known: Mapping[str, int]) -> list[int | None]:
    if column not in table.column_names:
        return [None] * table.num_rows
    values = table[column].to_pylist()
    unknown = sorted({value for value in values if value is not None and value.casefold() not in known})
    if unknown:
        line = next(at for at, value in enumerate(values, 2) if value == unknown[0])
        raise InvalidError(
            fields={
                "file": [f"Line {line}, {column}: there is no {column} with the code “{unknown[0]}”. Add it first."]
            }
        )
    return [None if value is None else known[value.casefold()] for value in values]


def _sheets(wave: Wave, table: pa.Table) -> list[Sheet]:
    departments = _units(table, "department", {one.code.casefold(): one.id for one in public.departments().values()})
    regions = _units(table, "region", {one.code.casefold(): one.id for one in public.regions().values()})
    leads = table["leader"].to_pylist() if "leader" in table.column_names else [None] * table.num_rows
    origins = [
        Cell(department, region, bool(leader))
        for department, region, leader in zip(departments, regions, leads, strict=True)
    ]
    cells = coarse_cells(origins, wave.k_scores)
    known = "leader" in table.column_names and None not in leads
    late = _late(table)
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
