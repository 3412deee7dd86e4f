"""One call from answers to everything that may be shown: `score`."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fourleaf.engine.files.columnar import Column, compute
from fourleaf.engine.metrics.intervals import wilson
from fourleaf.engine.survey.agreement import Agreement, Icc, Views, agreement, icc, views
from fourleaf.engine.survey.answers import checked_answers, checked_people
from fourleaf.engine.survey.breakdown import Breakdown, Group, Key, Population, ShownCell, breakdown
from fourleaf.engine.survey.distribution import Band, cut_between, merged, parts_shown
from fourleaf.engine.survey.instrument import STANDARD, Instrument, Item, SurveyDefaults
from fourleaf.engine.survey.limits import limit_of
from fourleaf.engine.survey.precision import (
    CompositionRow,
    Difference,
    Response,
    composition,
    early_halves,
    leader_flag,
    respondents,
    response,
    welch,
)
from fourleaf.engine.survey.reliability import Reliability, reliability
from fourleaf.engine.survey.scoring import (
    Clover,
    Estimate,
    Share,
    clover,
    favourable,
    keyed,
    leaf_means,
    mean_interval,
    points,
    vein_means,
)

__all__ = ["ItemResult", "LeafResult", "SurveyReport", "VeinResult", "population_of", "score"]

Floats = NDArray[np.float64]
DIMENSIONS: Final = ("department", "region")


@dataclass(frozen=True)
class VeinResult:
    """A vein of a leaf for the company."""

    vein: str
    n: int
    mean: float
    points: float


@dataclass(frozen=True)
class LeafResult:
    """A leaf for the company. `interval` is in points. A divided leaf keeps its mean, but show `spread` first: the
    shares of people below 2.5, between, and from 3.5 on, None where one of them is fewer than k people; `views` says
    whether these are two camps."""

    leaf: str
    estimate: Estimate
    points: float
    interval: tuple[float, float] | None
    favourable: Share
    agreement: Agreement | None
    spread: tuple[float, float, float] | None
    reliability: Reliability
    icc: Icc | None
    leader_gap: Difference | None
    early_late: Difference | None
    views: Views
    veins: tuple[VeinResult, ...]


@dataclass(frozen=True)
class ItemResult:
    """One item for the company. `bands` are the answers as given, from strongly disagree on, as (first, last, people)
    with at least k people or nobody in each; `counts` are those of the single answers, None where some had to be put
    together. The mean and the share that agrees are after reversal for scored items; where answers are put together
    the mean has one decimal and the share is left out if it would tell of fewer than k. Nothing is shown when fewer
    than k answered, or all alike: `hidden` is then "few" or "alike"."""

    id: str
    text: str
    leaf: str | None
    reverse: bool
    n: int
    shown: bool
    counts: tuple[int, ...] | None
    mean: float | None
    favourable: Share | None
    agreement: float | None
    hidden: str = ""
    bands: tuple[Band, ...] | None = None


@dataclass(frozen=True)
class SurveyReport:
    """Everything that may be shown. Without publication (`response.published`) there are no results."""

    response: Response
    rows: int
    incomplete: int
    composition: tuple[CompositionRow, ...]
    leaves: tuple[LeafResult, ...]
    clover: Clover | None
    weights: Mapping[str, float]
    items: tuple[ItemResult, ...]
    willingness: tuple[ItemResult, ...]
    breakdown: tuple[ShownCell, ...]
    dimensions: tuple[str, ...]
    k: int
    level: float
    remarks: tuple[str, ...]

    def leaf(self, name: str) -> LeafResult:
        """The result of one leaf; KeyError when there is none."""
        for one in self.leaves:
            if one.leaf == name:
                return one
        raise KeyError(name)

    def cell(self, **chosen: str) -> ShownCell:
        """The cell of a breakdown, for example `cell(department="MKT", region="DE")`; KeyError when nobody is there."""
        key: Key = tuple((name, chosen[name]) for name in DIMENSIONS if name in chosen)
        for one in self.breakdown:
            if one.key == key:
                return one
        raise KeyError(key)

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values for JSON; numbers are rounded to six places."""
        plain: dict[str, Any] = _plain(self)
        for row, cell in zip(plain["breakdown"], self.breakdown, strict=True):
            row["key"] = dict(cell.key)
        return plain


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    if isinstance(value, np.generic):
        value = value.item()
    return round(value, 6) if isinstance(value, float) else value


def population_of(people: pa.Table) -> Population:
    """Who was invited, out of a people table (one row for each person)."""
    table = checked_people(people)
    by = {name: _tally(table[name]) for name in table.column_names}
    crossed: dict[Key, int] = {}
    if all(name in table.column_names for name in DIMENSIONS):
        pairs = table.group_by(list(DIMENSIONS)).aggregate([([], "count_all")]).to_pylist()
        for row in pairs:
            if None not in row.values():
                crossed[tuple((name, row[name]) for name in DIMENSIONS)] = row["count_all"]
    return Population(table.num_rows, by, crossed)


def _tally(column: Column) -> dict[str, int]:
    """Value -> rows, in order of the values; empty cells are left out."""
    found = {row["values"]: row["counts"] for row in compute.value_counts(column).to_pylist()}
    return {value: found[value] for value in sorted(value for value in found if value is not None)}


def score(
    answers: pa.Table,
    *,
    people: pa.Table | None = None,
    instrument: Instrument = STANDARD,
    defaults: SurveyDefaults | None = None,
    population: Population | None = None,
) -> SurveyReport:
    """Everything that may be shown of a survey.

    Parameters
        answers: one row for each respondent (see `answers.checked_answers`, which is applied).
        people: one row for each person invited; `population` gives the same as counts and takes precedence.

    Raises
        FileProblemError, AnswerErrors: the tables are not in order.
    """
    defaults = defaults or SurveyDefaults()
    table = checked_answers(answers, instrument)
    if population is None and people is not None:
        population = population_of(people)
    raw = _matrix(table, instrument.scored)
    enough = respondents(raw, defaults)
    table, raw = table.filter(pa.array(enough)), raw[enough]
    n = len(raw)
    facts = response(n, population.total if population else None, defaults)
    remarks = _remarks(table, population, len(enough) - n)
    dimensions = tuple(name for name in DIMENSIONS if name in table.column_names)
    if not facts.published:
        return SurveyReport(
            facts, len(enough), len(enough) - n, (), (), None, dict(instrument.weights), (), (), (), dimensions,
            defaults.k_scores, defaults.level, remarks,
        )  # fmt: skip
    values = keyed(raw, instrument.scored, instrument.options)
    scores = leaf_means(values, instrument, defaults)
    place = {item.id: at for at, item in enumerate(instrument.scored)}
    of_leaf = {leaf: values[:, [place[item.id] for item in instrument.of_leaf(leaf)]] for leaf in instrument.leaves}
    shown, apart = _groups(table, dimensions)
    cells = breakdown(scores, of_leaf, shown, apart, instrument, defaults, population)
    veins = vein_means(values, instrument, defaults)
    departments = next((group for group in shown if group.name == "department"), None)
    leaves = tuple(
        result
        for leaf in instrument.leaves
        if (
            result := _leaf(
                leaf, scores[leaf], of_leaf[leaf], veins, cells, departments, instrument, defaults, population
            )
        )
    )
    leaf_points = {one.leaf: one.points for one in leaves}
    complete = len(leaf_points) == len(instrument.leaves)
    return SurveyReport(
        response=facts,
        rows=len(enough),
        incomplete=len(enough) - n,
        composition=_composition(table, shown, population, cells, defaults),
        leaves=leaves,
        clover=_clover(leaves, leaf_points, instrument, defaults) if complete else None,
        weights=dict(instrument.weights),
        items=tuple(_item(item, values[:, place[item.id]], raw[:, place[item.id]], instrument, defaults)
                    for item in instrument.scored),
        willingness=_willingness(table, instrument, defaults),
        breakdown=(*cells.cells, *_nobody(cells, dimensions, population, instrument)),
        dimensions=dimensions,
        k=defaults.k_scores,
        level=defaults.level,
        remarks=remarks,
    )  # fmt: skip


def _clover(
    leaves: Sequence[LeafResult], leaf_points: Mapping[str, float], instrument: Instrument, defaults: SurveyDefaults
) -> Clover:
    """The index with what limits it, and whether that is certain."""
    border = defaults.three_leaf_below
    limit = limit_of(
        {one.leaf: one.estimate for one in leaves},
        leaf_points,
        {one.leaf: one.interval for one in leaves},
        border=border,
        level=defaults.level,
    )
    return dataclasses.replace(
        clover(leaf_points, instrument.weights, border),
        limiting=limit.leaf,
        limiting_certain=limit.certain,
        limiting_with=limit.tied,
        badge_certain=limit.below_certain,
    )


def _matrix(table: pa.Table, items: Sequence[Item]) -> Floats:
    """Answers as given, rows x items, NaN for none."""
    columns = [table[item.id].cast(pa.float64()).to_numpy() for item in items]
    return np.column_stack(columns) if columns else np.empty((table.num_rows, 0))


def _remarks(table: pa.Table, population: Population | None, incomplete: int) -> tuple[str, ...]:
    """What a reader should know of the answers before using the figures."""
    found = []
    if incomplete:
        rows = "row has" if incomplete == 1 else "rows have"
        found.append(f"{incomplete:,} {rows} answers to fewer than half of the items and are not counted.")
    for name in DIMENSIONS:
        if name not in table.column_names:
            continue
        if missing := table[name].null_count:
            found.append(f"{missing:,} respondents state no {name}; they count for the company only.")
        if population is None or name not in population.by:
            continue
        for value, came in _tally(table[name]).items():
            asked = population.by[name].get(value, 0)
            if not asked:
                found.append(f"The {name} {value!r} is not among those invited; is it written alike in both tables?")
            elif came > asked:
                found.append(f"The {name} {value!r} has more answers than people invited. Are rows repeated?")
    return tuple(found)


def _group(name: str, column: Column) -> Group:
    values = tuple(_tally(column))
    codes = compute.fill_null(compute.index_in(column, value_set=pa.array(values, pa.string())), -1)
    return Group(name, values, np.asarray(codes.to_numpy(), np.int64))


def _groups(table: pa.Table, dimensions: Sequence[str]) -> tuple[list[Group], list[Group]]:
    """Dimensions that are shown, and those compared for the company as a whole."""
    shown = [_group(name, table[name]) for name in dimensions]
    apart = []
    if "leader" in table.column_names:
        told = compute.fill_null(table["leader"].cast(pa.int64()), -1)
        apart.append(Group("leader", ("employees", "leaders"), np.asarray(told.to_numpy(), np.int64)))
    if "day" in table.column_names:
        days = compute.fill_null(table["day"].cast(pa.int32()).cast(pa.int64()), -1)
        halves = early_halves(np.asarray(days.to_numpy(), np.int64))
        if halves is not None:
            apart.append(Group("half", ("early", "late"), halves))
    return shown, apart


def _leaf(
    leaf: str,
    scores: Floats,
    values: Floats,
    veins: Mapping[tuple[str, str], Floats],
    cells: Breakdown,
    departments: Group | None,
    instrument: Instrument,
    defaults: SurveyDefaults,
    population: Population | None,
) -> LeafResult | None:
    """The company's result of a leaf; None when it may not be shown (too few have a score, or all the same)."""
    estimate = mean_interval(scores, population.total if population else None, defaults.level)
    if estimate is None or not cells.by_leaf[leaf].shows(()):
        return None
    options = instrument.options
    ends = None
    if estimate.low is not None and estimate.high is not None:
        low, high = np.clip(points([estimate.low, estimate.high], options), 0, 100)
        ends = (float(low), float(high))
    known = scores[~np.isnan(scores)]
    share = float(np.nanmean(np.where(np.isnan(values), np.nan, values >= options - 1)))
    bounds = wilson(share * len(known), len(known), defaults.level)
    middle = 1 + (options - 1) * 0.375, 1 + (options - 1) * 0.625
    below, above = float((known < middle[0]).mean()), float((known >= middle[1]).mean())
    found = []
    for (of, vein), means in veins.items():
        if of == leaf and (one := mean_interval(means)) is not None and one.n >= defaults.k_scores and one.sd:
            found.append(VeinResult(vein, one.n, one.mean, float(points(one.mean, options))))
    gap = _gap(cells, leaf, (("leader", "leaders"),), (("leader", "employees"),), defaults)
    agreed = agreement(values[~np.isnan(scores)], options, defaults)
    spread = below, 1 - below - above, above
    return LeafResult(
        leaf=leaf,
        estimate=estimate,
        points=float(points(estimate.mean, options)),
        interval=ends,
        favourable=Share(len(known), round(share * len(known)), share, *bounds),
        agreement=agreed,
        spread=spread if parts_shown(spread, len(known), defaults.k_scores) else None,
        reliability=reliability(values, tuple(item.id for item in instrument.of_leaf(leaf)), defaults),
        icc=icc(scores, departments.codes, defaults) if departments else None,
        leader_gap=dataclasses.replace(gap, flag=leader_flag(gap, defaults)) if gap else None,
        early_late=_gap(cells, leaf, (("half", "late"),), (("half", "early"),), defaults),
        views=views(agreed is None or not agreed.divided, spread, defaults),
        veins=tuple(found),
    )


def _gap(cells: Breakdown, leaf: str, first: Key, second: Key, defaults: SurveyDefaults) -> Difference | None:
    """The difference of two cells that are both shown."""
    there = cells.estimates[leaf]
    return welch(there[first], there[second], defaults.level) if first in there and second in there else None


def _item(item: Item, values: Floats, raw: Floats, instrument: Instrument, defaults: SurveyDefaults) -> ItemResult:
    given = raw[~np.isnan(raw)].astype(np.int64)
    n, options = len(given), instrument.options
    counts = tuple(np.bincount(given, minlength=options + 1)[1:].tolist())
    if n < defaults.k_scores or max(counts) == n:
        why = "few" if n < defaults.k_scores else "alike"
        return ItemResult(item.id, item.text, item.leaf, item.reverse, n, False, None, None, None, None, hidden=why)
    there = values[~np.isnan(values)]
    share: Share | None = favourable(there, options, defaults.level)
    one = agreement(there[:, None], options, defaults)
    mean = float(there.mean())
    bands = merged(counts, defaults.k_scores)
    whole = len(bands) == options
    if not whole:
        # Exact means and variances would give back what was put together.
        mean, one = round(mean, 1), None
    turned = bool(item.reverse and item.leaf)
    if not cut_between(bands, 2 if turned else options - 2):
        share = None
    return ItemResult(
        item.id, item.text, item.leaf, item.reverse, n, True, counts if whole else None, mean, share,
        one.value if one else None, bands=bands,
    )  # fmt: skip


def _willingness(table: pa.Table, instrument: Instrument, defaults: SurveyDefaults) -> tuple[ItemResult, ...]:
    """Items that are reported but never scored."""
    raw = _matrix(table, instrument.unscored)
    return tuple(
        _item(item, raw[:, at], raw[:, at], instrument, defaults) for at, item in enumerate(instrument.unscored)
    )


def _nobody(
    cells: Breakdown, dimensions: Sequence[str], population: Population | None, instrument: Instrument
) -> list[ShownCell]:
    """Units that were asked but stand in no answer, as hidden cells.

    They look like those in which too few answered. Who was asked says nothing of who answered, so naming them
    tells nobody anything; leaving them out would say that nobody did.
    """
    there = {cell.key for cell in cells.cells}
    keys: list[Key] = [
        ((name, value),) for name in dimensions for value in (population.by.get(name, {}) if population else ())
    ]
    nothing = dict.fromkeys(instrument.leaves)
    return [ShownCell(key, False, False, None, nothing, None, "few") for key in keys if key not in there]


def _composition(
    table: pa.Table, shown: Sequence[Group], population: Population | None, cells: Breakdown, defaults: SurveyDefaults
) -> tuple[CompositionRow, ...]:
    """Invited against answered for every dimension of which both are known."""
    if population is None:
        return ()
    rows: list[CompositionRow] = []
    for group in shown:
        if group.name in population.by:
            counts = _tally(table[group.name])
            rows += composition(group.name, population.by[group.name], counts, defaults, published=cells.published)
    if "level" in table.column_names and "level" in population.by:
        rows += composition("level", population.by["level"], _tally(table["level"]), defaults)
    return tuple(rows)
