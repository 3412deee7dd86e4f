"""Scores by department, region and both, and of leaders and employees, for the cells that may be shown.

All that is shown of a cell (n, means, variances, shares) is a sum over its people, so one decision about cells covers
every figure. The decision is taken once for everybody who answered, and then again for each leaf with the people who
have a score there. All dimensions are attacked together: that leaders and departments are never crossed in a table does
not stop anybody from subtracting one from the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fourleaf.engine.metrics.intervals import wilson
from fourleaf.engine.survey.agreement import Agreement, Views, from_variances, views
from fourleaf.engine.survey.distribution import parts_shown
from fourleaf.engine.survey.instrument import Instrument, SurveyDefaults
from fourleaf.engine.survey.limits import limit_apart
from fourleaf.engine.survey.scoring import Clover, Estimate, clover, points, t_half_width
from fourleaf.engine.survey.suppression import Cell, Published, band, publish

__all__ = ["Breakdown", "CellScore", "Group", "Key", "Population", "ShownCell", "breakdown"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
#: Pairs of (dimension, value); () is everybody.
Key = tuple[tuple[str, str], ...]

_ALIKE: Final = 1e-9
_FINEST: Final = 3


@dataclass(frozen=True)
class Population:
    """How many were invited: all, by value of a dimension, and by pairs of values for crossed cells."""

    total: int
    by: Mapping[str, Mapping[str, int]]
    crossed: Mapping[Key, int]

    def of(self, key: Key) -> int | None:
        """People invited in a cell, or None when that is not known."""
        if not key:
            return self.total
        if len(key) == 1:
            return self.by.get(key[0][0], {}).get(key[0][1])
        return self.crossed.get(key)


@dataclass(frozen=True)
class Group:
    """A dimension: its values, and each respondent's place among them (-1: not stated)."""

    name: str
    values: tuple[str, ...]
    codes: Ints


@dataclass(frozen=True)
class CellScore:
    """A leaf's score in a shown cell, rounded as it may be shown: the mean to one decimal, points to whole ones.

    A group that is not of one mind (`divided`) has no mean; where at least k_verbatim people answered, `spread` gives
    the shares of people below 2.5, between, and from 3.5 on, and `views` whether these are two camps.
    """

    n_band: str
    mean: float | None
    points: int | None
    interval: tuple[int, int] | None
    favourable: float
    favourable_interval: tuple[float, float]
    agreement: float
    agreement_label: str
    divided: bool
    spread: tuple[float, float, float] | None
    views: Views


@dataclass(frozen=True)
class ShownCell:
    """A cell of the breakdown. A hidden one has neither band nor scores; a leaf that is hidden is None.

    `hidden` says why a cell is: "few" answered, or to "protect" another group, which could be worked out otherwise.
    Suppression holds against readers who know all counts, so that saying it gives nothing away.
    """

    key: Key
    shown: bool
    empty: bool
    n_band: str | None
    leaves: Mapping[str, CellScore | None]
    clover: Clover | None
    hidden: str = ""


@dataclass(frozen=True)
class Breakdown:
    """Cells in order of dimension; `published` is the decision for everybody, `by_leaf` that for each leaf."""

    cells: tuple[ShownCell, ...]
    published: Published
    by_leaf: Mapping[str, Published]
    estimates: Mapping[str, Mapping[Key, Estimate]]


@dataclass(frozen=True)
class _Sums:
    """Sums over the people of each cell, for one leaf."""

    n: Ints
    total: Floats
    squares: Floats
    item_n: Floats
    item_total: Floats
    item_squares: Floats
    agreeing: Floats
    spread: Floats

    def mean(self, at: int) -> float:
        return float(self.total[at] / self.n[at])

    def variance(self, at: int) -> float:
        n = float(self.n[at])
        return max(float(self.squares[at] - self.total[at] ** 2 / n), 0.0) / max(n - 1, 1.0)

    def item_variances(self, at: int) -> Floats:
        n = self.item_n[at]
        usable = n >= 2
        n = n[usable]
        squares = self.item_squares[at, usable] - self.item_total[at, usable] ** 2 / n
        return np.asarray(np.maximum(squares, 0.0) / (n - 1), np.float64)


def breakdown(
    scores: Mapping[str, Floats],
    keyed_answers: Mapping[str, Floats],
    shown: Sequence[Group],
    apart: Sequence[Group],
    instrument: Instrument,
    defaults: SurveyDefaults,
    population: Population | None = None,
) -> Breakdown:
    """Scores of all cells that may be shown.

    Parameters
        scores: leaf -> score of each respondent; keyed_answers: leaf -> respondents x items.
        shown: at most two dimensions, which are also crossed with each other.
        apart: dimensions whose values are compared for the company as a whole (leaders, early and late).
    """
    if len(shown) > 2:
        raise ValueError("At most two dimensions are crossed.")
    people = len(next(iter(scores.values())))
    groups = [*shown, *apart]
    atoms, atom_of = _atoms(groups, people)
    cells = _cells(shown, apart, atoms)
    membership = np.zeros((len(cells), len(atoms)))
    for place, cell in enumerate(cells):
        membership[place, list(cell.atoms)] = 1.0
    everybody = publish(cells, np.bincount(atom_of, minlength=len(atoms)), defaults.k_scores)
    by_leaf: dict[str, Published] = {}
    sums: dict[str, _Sums] = {}
    for leaf in instrument.leaves:
        of_leaf = _sums(scores[leaf], keyed_answers[leaf], atom_of, membership, instrument.options)
        counts = np.bincount(atom_of[~np.isnan(scores[leaf])], minlength=len(atoms))
        alike = [at for at in range(len(cells)) if of_leaf.n[at] and of_leaf.variance(at) < _ALIKE]
        allowed = everybody.visible - {cells[at].key for at in alike}
        secrets = [cells[at].atoms for at in alike]
        by_leaf[leaf] = publish(cells, counts, defaults.k_scores, allowed=allowed, secrets=secrets)
        sums[leaf] = of_leaf
    listed = {group.name for group in shown}
    rows = tuple(
        _shown_cell(cell.key, at, everybody, by_leaf, sums, instrument, defaults, population)
        for at, cell in enumerate(cells)
        if isinstance(cell.key, tuple) and cell.key and all(name in listed for name, _ in cell.key)
    )
    estimates = {
        leaf: {
            cell.key: Estimate(
                int(sums[leaf].n[at]), sums[leaf].mean(at), float(np.sqrt(sums[leaf].variance(at))), None, None
            )
            for at, cell in enumerate(cells)
            if isinstance(cell.key, tuple) and by_leaf[leaf].shows(cell.key)
        }
        for leaf in instrument.leaves
    }
    return Breakdown(rows, everybody, by_leaf, estimates)


def _atoms(groups: Sequence[Group], people: int) -> tuple[Ints, Ints]:
    """Different combinations of codes (atoms x groups), and each person's atom."""
    if not groups:
        return np.zeros((1, 0), np.int64), np.zeros(people, np.int64)
    codes = np.column_stack([group.codes for group in groups])
    atoms, atom_of = np.unique(codes, axis=0, return_inverse=True)
    return np.asarray(atoms, np.int64), np.asarray(atom_of.reshape(-1), np.int64)


def _cells(shown: Sequence[Group], apart: Sequence[Group], atoms: Ints) -> list[Cell]:
    """Everybody, each value, each pair of values of the two shown dimensions that occurs, and the values set apart."""
    cells = [Cell((), tuple(range(len(atoms))), 0, keep=True)]

    def members(chosen: NDArray[np.bool_]) -> tuple[int, ...]:
        return tuple(np.flatnonzero(chosen).tolist())

    for place, group in enumerate([*shown, *apart]):
        depth = 1 if place < len(shown) or group.name == "leader" else _FINEST
        for code, value in enumerate(group.values):
            cells.append(Cell(((group.name, value),), members(atoms[:, place] == code), depth))
    if len(shown) == 2:
        first, second = shown
        pairs = np.unique(atoms[:, :2], axis=0).tolist() if len(atoms) else []
        for one, other in pairs:
            if one >= 0 and other >= 0:
                key = ((first.name, first.values[one]), (second.name, second.values[other]))
                cells.append(Cell(key, members((atoms[:, 0] == one) & (atoms[:, 1] == other)), 2))
    return cells


def _sums(scores: Floats, answers: Floats, atom_of: Ints, membership: Floats, options: int) -> _Sums:
    """Sums over atoms, then over cells."""
    scored = ~np.isnan(scores)
    values, answers, atom_of = scores[scored], answers[scored], atom_of[scored]
    size = membership.shape[1]

    def over(weights: Floats) -> Floats:
        return membership @ np.bincount(atom_of, weights, size)

    def over_items(weights: Floats) -> Floats:
        return np.column_stack([over(weights[:, at]) for at in range(weights.shape[1])])

    there = ~np.isnan(answers)
    filled = np.where(there, answers, 0.0)
    middle = 1 + (options - 1) * 0.375, 1 + (options - 1) * 0.625
    thirds = np.column_stack([values < middle[0], (values >= middle[0]) & (values < middle[1]), values >= middle[1]])
    agreeing = (filled >= options - 1).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    return _Sums(
        n=np.rint(over(np.ones(len(values)))).astype(np.int64),
        total=over(values),
        squares=over(values**2),
        item_n=over_items(there.astype(np.float64)),
        item_total=over_items(filled),
        item_squares=over_items(filled**2),
        agreeing=over(agreeing),
        spread=over_items(thirds.astype(np.float64)),
    )


def _shown_cell(
    key: Key,
    at: int,
    everybody: Published,
    by_leaf: Mapping[str, Published],
    sums: Mapping[str, _Sums],
    instrument: Instrument,
    defaults: SurveyDefaults,
    population: Population | None,
) -> ShownCell:
    n = everybody.counts[key]
    if not everybody.shows(key):
        why = "protect" if key in everybody.complementary else "few" if n else ""
        return ShownCell(key, False, n == 0, None, dict.fromkeys(instrument.leaves), None, why)
    size = population.of(key) if population is not None else None
    leaves = {
        leaf: _cell_score(sums[leaf], at, instrument, defaults, size) if by_leaf[leaf].shows(key) else None
        for leaf in instrument.leaves
    }
    scored = {leaf: float(score.points) for leaf, score in leaves.items() if score and score.points is not None}
    whole = clover(scored, instrument.weights, defaults.three_leaf_below) if len(scored) == len(leaves) else None
    if whole:
        limit = limit_apart(scored, {leaf: one.interval for leaf, one in leaves.items() if one})
        whole = replace(
            whole, limiting_certain=limit.certain, limiting_with=limit.tied, badge_certain=limit.below_certain
        )
    return ShownCell(key, True, False, band(n, defaults.k_scores), leaves, whole)


def _cell_score(
    sums: _Sums, at: int, instrument: Instrument, defaults: SurveyDefaults, population: int | None
) -> CellScore:
    n, mean, options = int(sums.n[at]), sums.mean(at), instrument.options
    found: Agreement = from_variances(sums.item_variances(at), n, options, defaults)
    half = float(t_half_width(np.sqrt(sums.variance(at)), n, population, defaults.level))
    low, high = (round(float(np.clip(points(end, options), 0, 100))) for end in (mean - half, mean + half))
    share = float(sums.agreeing[at]) / n
    ends = wilson(share * n, n, defaults.level)
    spread = None
    if found.divided and n >= defaults.k_verbatim:
        below, between, above = (round(float(part) / n, 2) for part in sums.spread[at])
        spread = (below, between, above)
    kind = views(not found.divided, spread, defaults)
    if spread is not None and not parts_shown(tuple(sums.spread[at] / n), n, defaults.k_scores):
        spread = None
    return CellScore(
        n_band=band(n, defaults.k_scores),
        mean=None if found.divided else round(mean, 1),
        points=None if found.divided else round(float(points(mean, options))),
        interval=None if found.divided else (low, high),
        favourable=round(share, 2),
        favourable_interval=(round(ends[0], 2), round(ends[1], 2)),
        agreement=round(found.value, 2),
        agreement_label=found.label,
        divided=found.divided,
        spread=spread,
        views=kind,
    )
