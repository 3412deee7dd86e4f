"""From the stored answers of a wave to its report: tables for the engine, its report, change since the wave before.

Only what may be shown is kept. Departments and regions are named by their codes, or "#id" where the unit is gone.
"""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fourleaf.assessment import questionnaire, reach
from fourleaf.assessment.models import Invitation, Remark, Sheet, Wave
from fourleaf.engine.survey.instrument import Instrument, SurveyDefaults
from fourleaf.engine.survey.precision import change
from fourleaf.engine.survey.report import SurveyReport, score
from fourleaf.engine.survey.scoring import keyed, leaf_means, mean_interval, points
from fourleaf.kernel import public

__all__ = ["WaveTables", "defaults_of", "parameters_of", "report_of", "tables_of"]

LEADS: Final = {True: "Leads others", False: "Does not lead others"}
_EARLY: Final = date(2000, 1, 1)


@dataclass(frozen=True)
class WaveTables:
    """A wave as the engine reads it: answers and people (see `engine.survey.answers`), and who was asked where."""

    answers: pa.Table
    people: pa.Table
    #: Department code, or "" for everybody -> ids of the people asked.
    asked: dict[str, frozenset[int]]
    #: "department" or "region" -> code -> people asked, whatever their answers keep of it.
    units: dict[str, dict[str, int]]


def defaults_of(wave: Wave) -> SurveyDefaults:
    """The rules of the wave's report."""
    return SurveyDefaults(k_scores=wave.k_scores, k_verbatim=wave.k_verbatim)


def _codes() -> tuple[dict[int, str], dict[int, str]]:
    departments = {one.id: one.code for one in public.departments().values()}
    regions = {one.id: one.code for one in public.regions().values()}
    return departments, regions


def _code(codes: dict[int, str], id: int | None) -> str | None:
    return None if id is None else codes.get(id, f"#{id}")


def tables_of(wave: Wave) -> WaveTables:
    """Answers and people of a wave. Five queries."""
    departments, regions = _codes()
    items = [row["id"] for row in wave.instrument["items"]]
    sheets = list(
        Sheet.objects.filter(wave=wave).order_by("pk").values_list(
            "department_id", "region_id", "leads", "late", "answers"
        )
    )  # fmt: skip
    columns: dict[str, pa.Array[Any]] = {
        item: pa.array([answers.get(item) for *_, answers in sheets], pa.int8()) for item in items
    }
    columns["department"] = pa.array([_code(departments, row[0]) for row in sheets], pa.string())
    columns["region"] = pa.array([_code(regions, row[1]) for row in sheets], pa.string())
    columns["leader"] = pa.array([row[2] for row in sheets], pa.bool_())
    columns["level"] = pa.array([None if row[2] is None else LEADS[row[2]] for row in sheets], pa.string())
    if any(row[3] for row in sheets) and not all(row[3] for row in sheets):
        # Two days stand for "before the first reminder" and "after it"; the engine wants days.
        columns["day"] = pa.array([_EARLY + timedelta(days=int(row[3])) for row in sheets], pa.date32())
    asked: dict[str, set[int]] = defaultdict(set)
    invited = list(
        Invitation.objects.filter(wave=wave).order_by("pk").values_list(
            "person_id", "cell_department_id", "cell_region_id", "cell_leads", "department_id", "region_id", "leads"
        )
    )  # fmt: skip
    for person, department, *_ in invited:
        asked[""].add(person)
        if (code := _code(departments, department)) is not None:
            asked[code].add(person)
    people = pa.table(
        {
            "department": pa.array([_code(departments, row[1]) for row in invited], pa.string()),
            "region": pa.array([_code(regions, row[2]) for row in invited], pa.string()),
            "level": pa.array([None if row[3] is None else LEADS[row[3]] for row in invited], pa.string()),
        }
    )
    units = {
        "department": Counter(code for row in invited if (code := _code(departments, row[4])) is not None),
        "region": Counter(code for row in invited if (code := _code(regions, row[5])) is not None),
        "level": Counter(LEADS[row[6]] for row in invited),
    }
    plain = {name: dict(sorted(counts.items())) for name, counts in units.items()}
    return WaveTables(pa.table(columns), people, {name: frozenset(ids) for name, ids in asked.items()}, plain)


def _name_everybody_asked(plain: dict[str, Any], units: dict[str, dict[str, int]], instrument: Instrument) -> None:
    """Put the true number asked beside the number whose answers keep their unit, and name units that none keeps.

    Both are known from the organisation alone. A unit that no answer keeps is shown as one with too few answers.
    """
    rows = {(row["dimension"], row["value"]): row for row in plain["composition"]}
    for dimension, counts in units.items():
        for code, asked in counts.items():
            if dimension == "level" and (dimension, code) not in rows:
                continue  # where no answer keeps a level there is nothing to put beside it
            nothing = {"dimension": dimension, "value": code, "invited": 0, "answered": None, "rate": None}
            rows.setdefault((dimension, code), nothing)["asked"] = asked
    places = {dimension: place for place, dimension in enumerate(units)}
    plain["composition"] = sorted(rows.values(), key=lambda row: (places[row["dimension"]], row["value"]))
    there = {tuple(row["key"].items()) for row in plain["breakdown"]}
    for dimension in plain["dimensions"]:
        for code in units.get(dimension, {}):
            if ((dimension, code),) not in there:
                plain["breakdown"].append(
                    {
                        "key": {dimension: code}, "shown": False, "empty": False, "n_band": None,
                        "leaves": dict.fromkeys(instrument.leaves), "clover": None,
                    }
                )  # fmt: skip


def report_of(wave: Wave) -> dict[str, Any]:
    """Everything that may be shown of a wave, as plain values: the engine's report (see `SurveyReport.as_dict`), and
    ``changes`` (department code or "" -> leaf -> change) and ``verbatims`` (department code or "" -> texts)."""
    instrument, defaults = questionnaire.from_json(wave.instrument), defaults_of(wave)
    tables = tables_of(wave)
    people = tables.people if tables.people.num_rows else None
    report = score(tables.answers, people=people, instrument=instrument, defaults=defaults)
    plain = report.as_dict()
    if report.response.published:
        _name_everybody_asked(plain, tables.units, instrument)
    plain["changes"] = _changes(wave, tables, report, instrument, defaults)
    plain["verbatims"] = _verbatims(wave, report)
    return plain


def _shown_departments(report: SurveyReport) -> list[str]:
    return [
        cell.key[0][1] for cell in report.breakdown if cell.shown and [name for name, _ in cell.key] == ["department"]
    ]


def _changes(
    wave: Wave, tables: WaveTables, report: SurveyReport, instrument: Instrument, defaults: SurveyDefaults
) -> dict[str, Any]:
    """Change of each leaf since the wave before, for the company and for departments shown in both waves.

    A leaf whose statements differ between the waves is not compared: it would compare questions, not people. Waves
    that asked different people are not compared as a whole, and departments only where both asked the same regions.
    """
    before = wave.previous
    result = getattr(before, "result", None)
    if before is None or result is None or not report.response.published:
        return {}
    earlier_report = result.report
    old = tables_of(before)
    old_instrument = questionnaire.from_json(before.instrument)
    same = [leaf for leaf in instrument.leaves if instrument.of_leaf(leaf) == old_instrument.of_leaf(leaf)]
    scores, old_scores = _scores(tables, instrument, defaults), _scores(old, old_instrument, defaults)
    old_shown = {
        row["key"]["department"]: row
        for row in earlier_report.get("breakdown", [])
        if row["shown"] and list(row["key"]) == ["department"]
    }
    company = {row["leaf"] for row in earlier_report.get("leaves", [])} & {one.leaf for one in report.leaves}
    found: dict[str, Any] = {}
    alike = [code for code in _shown_departments(report) if code in old_shown] if reach.same_units(wave, before) else []
    if not reach.same_scope(wave, before):
        said = _not_alike(wave, before, tables, old, bool(alike))
        nothing = {"reason": said, "delta": None, "low": None, "high": None, "g": None}
        found[""] = {leaf: dict(nothing) for leaf in same if leaf in company}
    for name in ([] if found else [""]) + alike:
        now, then = tables.asked.get(name, frozenset()), old.asked.get(name, frozenset())
        joined, left = len(now - then), len(then - now)
        for leaf in same:
            visible = (
                leaf in company
                if not name
                else bool(report.cell(department=name).leaves[leaf] and old_shown[name]["leaves"].get(leaf))
            )
            first = mean_interval(_of(tables, scores[leaf], name))
            second = mean_interval(_of(old, old_scores[leaf], name))
            if not visible or first is None or second is None:
                continue
            one = change(second, first, joined=joined, left=left, defaults=defaults)
            difference = one.difference
            found.setdefault(name, {})[leaf] = {
                "reason": one.reason,
                "delta": None if difference is None else round(float(points(difference.delta + 1)), 1),
                "low": None if difference is None or difference.low is None else round(25 * difference.low, 1),
                "high": None if difference is None or difference.high is None else round(25 * difference.high, 1),
                "g": None if difference is None or difference.g is None else round(difference.g, 2),
            }
    return found


def _not_alike(wave: Wave, before: Wave, tables: WaveTables, old: WaveTables, departments: bool) -> str:
    """Why two waves are not compared as a whole."""
    parts = reach.part_names([wave, before])
    asked = [
        f"{one.name} asked {len(there.asked.get('', ())):,} people" + (f" ({parts[one.pk]})" if one.pk in parts else "")
        for one, there in ((before, old), (wave, tables))
    ]
    more = " Departments that both asked are compared under Departments and regions." if departments else ""
    return f"{asked[0]}, {asked[1]}: a part and the whole, or two parts, cannot be compared.{more}"


def _scores(tables: WaveTables, instrument: Instrument, defaults: SurveyDefaults) -> dict[str, NDArray[np.float64]]:
    columns = [tables.answers[item.id].cast(pa.float64()).to_numpy(zero_copy_only=False) for item in instrument.scored]
    raw = np.column_stack(columns) if tables.answers.num_rows else np.empty((0, len(instrument.scored)))
    return leaf_means(keyed(raw, instrument.scored, instrument.options), instrument, defaults)


def _of(tables: WaveTables, values: NDArray[np.float64], department: str) -> NDArray[np.float64]:
    """Scores of one department, or of everybody ("")."""
    if not department:
        return values
    return values[np.array([one == department for one in tables.answers["department"].to_pylist()], np.bool_)]


def _verbatims(wave: Wave, report: SurveyReport) -> dict[str, list[str]]:
    """Remarks in random order: of departments with at least k_verbatim answers under their name, all others without.

    A department's remarks are named only if enough people in it answered *and* enough are left to hide the rest among.
    """
    rows = list(Remark.objects.filter(wave=wave).values_list("department_id", "text"))
    if not rows or not report.response.published or report.response.n < wave.k_verbatim:
        return {}
    departments, _ = _codes()
    answered: dict[str, int] = defaultdict(int)
    for department in Sheet.objects.filter(wave=wave).values_list("department_id", flat=True):
        answered[_code(departments, department) or ""] += 1
    shown = set(_shown_departments(report))
    named = {name for name, n in answered.items() if name in shown and n >= wave.k_verbatim}
    rest = sum(n for name, n in answered.items() if name not in named)
    if 0 < rest < wave.k_verbatim and named:
        # The others would stand out as a small group: the smallest named department joins them.
        named.remove(min(named, key=lambda name: (answered[name], name)))
    found: dict[str, list[str]] = defaultdict(list)
    for department, text in rows:
        name = _code(departments, department) or ""
        found[name if name in named else ""].append(text)
    chance = secrets.SystemRandom()
    for texts in found.values():
        chance.shuffle(texts)
    return dict(found)


def parameters_of(wave: Wave) -> dict[str, Any]:
    """The rules as they were when the report was made."""
    return asdict(defaults_of(wave))
