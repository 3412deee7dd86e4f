"""The whole report: what it holds, what it withholds, and that an attacker with all of it learns of no small group."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from fourleaf.engine.survey import (
    STANDARD,
    Instrument,
    InstrumentError,
    Item,
    Population,
    SurveyReport,
    population_of,
    score,
)
from fourleaf.engine.survey.precision import composition

_SPEC = importlib.util.spec_from_file_location("survey_attacker", Path(__file__).with_name("attacker.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
attacker = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(attacker)

Answers = Callable[..., pa.Table]


def people_of(table: pa.Table, times: int = 2) -> pa.Table:
    return pa.concat_tables([table.select(["department", "region"])] * times)


def test_company_result(answers: Answers) -> None:
    table = answers(200)
    report = score(table, people=people_of(table))
    assert report.response.published
    assert (report.response.n, report.response.invited, report.response.rate) == (200, 400, 0.5)
    assert "may not represent" in (report.response.banner or "")
    assert [leaf.leaf for leaf in report.leaves] == list(STANDARD.leaves)
    culture = report.leaf("culture")
    assert culture.points == pytest.approx(25 * (culture.estimate.mean - 1))
    assert culture.interval is not None
    assert culture.interval[0] < culture.points < culture.interval[1]
    assert sum(culture.spread) == pytest.approx(1)
    assert len(culture.veins) == 3
    assert report.clover is not None
    assert report.clover.limiting == min(report.leaves, key=lambda leaf: leaf.points).leaf
    assert report.leaf("leadership").leader_gap is not None
    assert report.leaf("leadership").leader_gap.flag == "rosier"
    assert len(report.items) == 32
    assert [item.id for item in report.willingness] == ["W1", "W2"]


def test_scores_are_means_of_people(answers: Answers) -> None:
    table = answers(60, missing=0.2)
    report = score(table)
    means = []
    for row in table.to_pylist():
        given = [6 - row[i.id] if i.reverse else row[i.id] for i in STANDARD.scored if row[i.id] is not None]
        own = [6 - row[i.id] if i.reverse else row[i.id] for i in STANDARD.of_leaf("culture") if row[i.id] is not None]
        if len(given) >= 16 and len(own) >= 6:
            means.append(sum(own) / len(own))
    assert report.leaf("culture").estimate.n == len(means)
    assert report.leaf("culture").estimate.mean == pytest.approx(np.mean(means))


def test_cells_are_the_means_of_their_people(answers: Answers) -> None:
    table = answers(300, departments=2, regions=2, missing=0.0)
    report = score(table)
    cell = report.cell(department="D0", region="R1")
    kept = table.filter(pc.and_(pc.equal(table["department"], "D0"), pc.equal(table["region"], "R1")))
    values = np.array([[row[item.id] for item in STANDARD.of_leaf("technology")] for row in kept.to_pylist()], float)
    values[:, [2, 7]] = 6 - values[:, [2, 7]]
    found = cell.leaves["technology"]
    assert found is not None
    assert not found.divided
    assert found.mean == round(float(values.mean()), 1)
    assert found.points == round(25 * (float(values.mean()) - 1))
    assert found.favourable == round(float((values >= 4).mean()), 2)
    assert found.agreement == round(1 - float(values.var(axis=0, ddof=1).mean()) / 2, 2)


def test_json_holds_no_respondent_and_no_odd_number(answers: Answers) -> None:
    text = json.dumps(score(answers(120)).as_dict(), allow_nan=False)
    assert '"r17"' not in text
    row = json.loads(text)["breakdown"][0]
    assert row["key"] == {"department": "D0"}


def test_too_few_answers_give_no_result(answers: Answers) -> None:
    few = score(answers(29))
    assert not few.response.published
    assert "29 people" in few.response.reasons[0]
    assert (few.leaves, few.items, few.breakdown, few.clover) == ((), (), (), None)
    table = answers(40)
    low = score(table, population=Population(200, {}, {}))
    assert not low.response.published
    assert "20%" in low.response.reasons[0]


def test_half_of_the_items_makes_a_respondent(answers: Answers) -> None:
    table = answers(50, missing=0.0)
    for item in STANDARD.scored[:17]:
        table = table.set_column(
            table.column_names.index(item.id), item.id, pa.array([None, *table[item.id].to_pylist()[1:]], pa.int8())
        )
    report = score(table)
    assert (report.response.n, report.incomplete, report.rows) == (49, 1, 50)
    assert "1 row has answers to fewer than half" in report.remarks[0]


def test_remarks_name_what_does_not_fit(answers: Answers) -> None:
    table = answers(60)
    people = pa.table({"department": ["D0"] * 5 + ["D1"] * 60 + ["D2"] * 60, "region": ["R0"] * 125})
    words = " ".join(score(table, people=people).remarks)
    assert "'D0' has more answers than people invited" in words
    assert "'D3' is not among those invited" in words


def test_an_item_answered_alike_by_all_is_hidden(answers: Answers) -> None:
    table = answers(60)
    place = table.column_names.index("C1")
    report = score(table.set_column(place, "C1", pa.array([4] * 60, pa.int8())))
    item = report.items[0]
    assert (item.id, item.shown, item.counts, item.mean) == ("C1", False, None, None)
    assert item.hidden == "alike"
    assert report.items[1].bands is not None


def test_a_group_of_one_mind_is_hidden_and_cannot_be_worked_out(answers: Answers) -> None:
    table = answers(120, departments=2, regions=1, missing=0.0)
    first = [value == "D0" for value in table["department"].to_pylist()]
    for item in STANDARD.of_leaf("culture"):
        alike = [
            (2 if item.reverse else 4) if is_first else old
            for is_first, old in zip(first, table[item.id].to_pylist(), strict=True)
        ]
        table = table.set_column(table.column_names.index(item.id), item.id, pa.array(alike, pa.int8()))
    report = score(table.drop_columns(["region"]))
    assert report.cell(department="D0").leaves["culture"] is None
    assert report.cell(department="D1").leaves["culture"] is None
    assert report.cell(department="D0").leaves["technology"] is not None


def test_composition_hides_small_groups(answers: Answers) -> None:
    table = answers(80, departments=2)
    few = pa.array(["D9"] * 3 + table["department"].to_pylist()[3:])
    table = table.set_column(table.column_names.index("department"), "department", few)
    report = score(table, people=people_of(table))
    rows = {row.value: row for row in report.composition if row.dimension == "department"}
    assert (rows["D9"].invited, rows["D9"].answered, rows["D9"].rate) == (6, None, None)
    assert sum(row.answered is None for row in rows.values()) == 2


def test_population_is_counted_from_people() -> None:
    people = pa.table(
        {"Department": ["A", "A", "B", ""], "region": ["x", "y", "x", "x"], "email": ["a", "b", "c", "d"]}
    )
    found = population_of(people)
    assert found.total == 4
    assert found.of((("department", "A"),)) == 2
    assert found.of((("department", "A"), ("region", "x"))) == 1
    assert found.of((("level", "1"),)) is None


def attack(report: SurveyReport, table: pa.Table, leaf: str) -> list[tuple[int, ...]]:
    """Everything the report shows of a leaf, against the people who have a score there."""
    items = STANDARD.of_leaf(leaf)
    dimensions = ["department", "region", "leader", "half"]
    rows = []
    for number, row in enumerate(table.to_pylist()):
        if sum(row[item.id] is not None for item in items) >= 6:
            rows.append((row["department"], row["region"], row["leader"], number < table.num_rows // 2))
    atoms = sorted(set(rows))
    counts = [rows.count(atom) for atom in atoms]
    shown = [dict(cell.key) for cell in report.breakdown if cell.leaves[leaf] is not None]
    shown.append({})
    result = report.leaf(leaf)
    if result.leader_gap is not None:
        shown += [{"leader": True}, {"leader": False}]
    if result.early_late is not None:
        shown += [{"half": True}, {"half": False}]
    published = [
        [
            at
            for at, atom in enumerate(atoms)
            if all(atom[dimensions.index(name)] == value for name, value in one.items())
        ]
        for one in shown
    ]
    found: list[tuple[int, ...]] = attacker.disclosed(published, counts, 5)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_the_report_discloses_no_small_group(answers: Answers, seed: int) -> None:
    table = answers(40, departments=3, regions=2, seed=seed, missing=0.08)
    report = score(table)
    assert report.response.n == 40
    assert len(report.leaves) == 4
    for leaf in STANDARD.leaves:
        assert attack(report, table, leaf) == []


def test_a_leaf_that_too_few_answered_or_all_alike_is_left_out(answers: Answers) -> None:
    table = answers(60, missing=0.0)
    for item in STANDARD.of_leaf("technology"):
        table = table.set_column(table.column_names.index(item.id), item.id, pa.array([3] * 3 + [None] * 57, pa.int8()))
    for item in STANDARD.of_leaf("governance"):
        table = table.set_column(table.column_names.index(item.id), item.id, pa.array([3] * 60, pa.int8()))
    report = score(table)
    assert [leaf.leaf for leaf in report.leaves] == ["culture", "leadership"]
    assert report.clover is None
    assert all(cell.leaves["technology"] is None and cell.leaves["governance"] is None for cell in report.breakdown)
    assert all(cell.clover is None for cell in report.breakdown)
    json.dumps(report.as_dict(), allow_nan=False)


def test_columns_that_are_there_but_empty(answers: Answers) -> None:
    table = answers(40)
    for name, kind in (("leader", pa.bool_()), ("day", pa.date32()), ("department", pa.string())):
        table = table.set_column(table.column_names.index(name), name, pa.nulls(40, kind))
    report = score(table)
    culture = report.leaf("culture")
    assert (culture.leader_gap, culture.early_late, culture.icc) == (None, None, None)
    assert "40 respondents state no department; they count for the company only." in report.remarks
    assert {cell.key[0][0] for cell in report.breakdown} == {"region"}


def test_an_instrument_of_ones_own_with_seven_answers() -> None:
    items = tuple(
        Item(f"{letter}{number}", leaf, None, number == 2, {"en": f"Statement {number} on {leaf}."})
        for leaf, letter in (("make", "m"), ("mend", "n"))
        for number in (1, 2)
    )
    own = Instrument(items, {"make": 0.5, "mend": 0.5}, options=7)
    rng = np.random.default_rng(2)
    columns = {item: rng.integers(1, 8, 50) for item in ("m1", "m2", "n1", "n2")}
    with pytest.raises(InstrumentError, match="stands twice"):
        Instrument((*items, items[0]), own.weights, options=7)
    report = score(pa.table(columns), instrument=own)
    expected = (columns["m1"] + 8 - columns["m2"]).mean() / 2
    assert report.leaf("make").estimate.mean == pytest.approx(expected)
    assert report.leaf("make").points == pytest.approx((expected - 1) * 100 / 6)
    assert report.items[0].bands is not None
    assert (report.items[0].bands[0][0], report.items[0].bands[-1][1]) == (1, 7)


def test_no_rate_beside_the_number_asked_undoes_the_band() -> None:
    asked = {"A": 13, "B": 10, "C": 400, "D": 20, "E": 60}
    came = {"A": 11, "B": 10, "C": 200, "D": 0, "E": 57}
    rows = {row.value: row for row in composition("department", asked, came)}
    # Eleven of thirteen and ten of ten would be exact; who stayed silent among few would be known, too.
    assert (rows["A"].answered, rows["A"].rate) == ("5 or more", None)
    assert (rows["B"].answered, rows["B"].rate) == ("5 or more", None)
    assert (rows["C"].answered, rows["C"].rate) == ("50+", 0.5)
    assert (rows["D"].answered, rows["D"].rate) == (None, None)
    assert rows["E"].rate is None


def test_a_unit_that_nobody_answered_in_looks_like_one_with_too_few(answers: Answers) -> None:
    table = answers(80, departments=2)
    people = pa.table({"department": [*table["department"].to_pylist(), *["Quiet"] * 12]})
    cell = score(table, people=people).cell(department="Quiet")
    assert (cell.shown, cell.empty, cell.n_band) == (False, False, None)


def test_the_report_gives_the_weights_of_its_index(answers: Answers) -> None:
    plain = score(answers(80)).as_dict()
    assert plain["weights"] == {"culture": 0.266667, "leadership": 0.266667, "governance": 0.266667, "technology": 0.2}
