"""Suppression: the reference's vectors, and an independent attacker who must find nothing."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fourleaf.engine.survey import Cell, Node, band, publish, publish_crossed, publish_tree
from fourleaf.engine.survey import disclosure as disclosure_module
from fourleaf.engine.survey.disclosure import Attack
from fourleaf.engine.survey.suppression import crossed_cells, tree_cells

# The suite imports by path, so that the attacker beside this file is loaded by path too.
_SPEC = importlib.util.spec_from_file_location("survey_attacker", Path(__file__).with_name("attacker.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
attacker = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(attacker)


def atoms_shown(cells, found) -> list[tuple[int, ...]]:
    return [cell.atoms for cell in cells if found.shows(cell.key)]


def test_unit_of_nine_with_three_and_six() -> None:
    found = publish_tree(Node("unit", 0, (Node("three", 3), Node("six", 6))))
    assert found.visible == {("unit",)}
    assert found.small == {("unit", "three")}
    assert found.complementary == {("unit", "six")}


def test_unit_of_thirteen_with_direct_members() -> None:
    found = publish_tree(Node("unit", 4, (Node("three", 3), Node("six", 6))))
    assert found.visible == {("unit",), ("unit", "six")}
    assert found.hidden == {("unit", "three"), ("unit", "")}


def test_the_sample_organisations_cases() -> None:
    """One hidden cell alone in its row and its column takes three more: the smallest that make a rectangle."""
    table = [[120, 40, 3], [33, 25, 20], [58, 31, 5], [44, 30, 12]]
    rows, columns = ("MKT", "COM", "PPL", "LRI"), ("DE", "UK", "IB")
    found = publish_crossed(table, ("department", rows), ("region", columns))
    assert found.small == {(("department", "MKT"), ("region", "IB"))}
    assert len(found.complementary) == 3
    assert found.shows(())
    assert all(found.shows((("department", row),)) for row in rows)
    cells = crossed_cells(("department", rows), ("region", columns))
    assert attacker.disclosed(atoms_shown(cells, found), np.ravel(table).tolist(), 5) == []


def test_nothing_is_hidden_without_need() -> None:
    found = publish_crossed([[5, 9], [7, 5]], ("a", "xy"), ("b", "uv"))
    assert not found.hidden
    assert len(found.visible) == 9
    two = publish_crossed([[2, 3], [3, 2], [9, 9]], ("a", "xyz"), ("b", "uv"))
    assert not two.complementary


def test_empty_cells_hide_nobody() -> None:
    found = publish_crossed([[0, 9], [7, 5]], ("a", "xy"), ("b", "uv"))
    assert found.empty == {(("a", "x"), ("b", "u"))}
    assert not found.hidden


def test_verbatims_at_ten() -> None:
    found = publish_tree(Node("unit", 0, (Node("nine", 9), Node("twelve", 12), Node("fifty", 50))), k=10)
    assert found.visible == {("unit",), ("unit", "fifty")}


def test_a_dimension_apart_is_attacked_together_with_the_others() -> None:
    """All leaders sit in one department: leaders and the department side by side tell about its two others."""
    cells = [
        Cell((), (0, 1, 2), 0, keep=True),
        Cell("finance", (0, 1)),
        Cell("works", (2,)),
        Cell("leaders", (0,)),
        Cell("employees", (1, 2)),
    ]
    counts = [6, 2, 30]
    found = publish(cells, counts)
    assert attacker.disclosed([cell.atoms for cell in cells], counts, 5) == [(1,)]
    assert found.complementary
    assert attacker.disclosed(atoms_shown(cells, found), counts, 5) == []


def test_secrets_of_any_size_stay_hidden() -> None:
    cells = [Cell((), (0, 1, 2), 0, keep=True), Cell("a", (0,)), Cell("b", (1,)), Cell("c", (2,))]
    found = publish(cells, [20, 30, 40], allowed={(), "b", "c"}, secrets=[(0,)])
    assert found.visible == {(), "c"}


def test_when_the_search_would_not_end_the_finest_cells_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disclosure_module, "_MOST", 3)
    names = [str(number) for number in range(6)]
    found = publish_crossed(np.full((6, 6), 1), ("a", names), ("b", names))
    assert found.shows(())
    assert len(found.complementary) >= 6  # one whole margin at least


def test_names_must_tell_units_apart() -> None:
    with pytest.raises(ValueError, match="one name"):
        tree_cells(Node("unit", 0, (Node("a", 5), Node("a", 6))))


@pytest.mark.parametrize(
    ("n", "k", "words"),
    [
        (4, 5, "fewer than 5"),
        (5, 5, "5-9"),
        (9, 5, "5-9"),
        (10, 5, "10-19"),
        (49, 5, "20-49"),
        (50, 5, "50+"),
        (9, 10, "fewer than 10"),
        (10, 10, "10-19"),
        (8, 7, "7-9"),
    ],
)
def test_bands(n: int, k: int, words: str) -> None:
    assert band(n, k) == words


small_counts = st.one_of(st.integers(0, 7), st.integers(0, 30))


@st.composite
def trees(draw: st.DrawFn, depth: int = 2) -> Node:
    children = draw(st.integers(0, 4)) if depth else 0
    below = tuple(draw(trees(depth - 1)) for _ in range(children))
    named = tuple(Node(str(number), child.direct, child.children) for number, child in enumerate(below))
    return Node("root", draw(small_counts), named)


@settings(max_examples=120, deadline=None)
@given(trees(), st.sampled_from([3, 5]))
def test_no_tree_discloses_anybody(tree: Node, k: int) -> None:
    found = publish_tree(tree, k)
    cells, counts = tree_cells(tree)
    assert attacker.disclosed(atoms_shown(cells, found), counts.tolist(), k) == []
    assert found.shows((tree.name,)) == (tree.n >= k)


tables = st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
    lambda shape: st.lists(small_counts, min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]).map(
        lambda values: np.array(values).reshape(shape)
    )
)


@settings(max_examples=150, deadline=None)
@given(tables, st.sampled_from([2, 5, 10]))
@example(np.array([[3, 9, 7], [9, 5, 14], [1, 19, 8]]), 5)
@example(np.array([[1, 1, 1], [1, 1, 1], [1, 1, 9]]), 10)
def test_no_crossed_table_discloses_anybody(table, k: int) -> None:
    names = [str(number) for number in range(4)]
    first, second = ("a", names[: table.shape[0]]), ("b", names[: table.shape[1]])
    found = publish_crossed(table, first, second, k)
    cells = crossed_cells(first, second)
    counts = table.ravel().tolist()
    assert attacker.disclosed(atoms_shown(cells, found), counts, k) == []
    sizes = {cell.key: sum(counts[atom] for atom in cell.atoms) for cell in cells}
    assert all(sizes[key] >= k for key in found.visible)
    assert found.visible | found.small | found.complementary | found.empty == set(sizes)


cell_sets = st.integers(2, 8).flatmap(
    lambda atoms: st.tuples(
        st.lists(small_counts, min_size=atoms, max_size=atoms),
        st.lists(st.lists(st.integers(0, atoms - 1), min_size=1, max_size=atoms, unique=True), min_size=1, max_size=8),
    )
)


@settings(max_examples=200, deadline=None)
@given(cell_sets)
def test_no_set_of_overlapping_cells_discloses_anybody(made) -> None:
    counts, members = made
    cells = [Cell(number, tuple(atoms)) for number, atoms in enumerate(members)]
    found = publish(cells, counts)
    assert attacker.disclosed(atoms_shown(cells, found), counts, 5) == []
    if not attacker.disclosed([cell.atoms for cell in cells], counts, 5):
        assert not found.hidden


@settings(max_examples=150, deadline=None)
@given(cell_sets)
def test_the_search_finds_what_the_attacker_finds(made) -> None:
    counts, members = made
    vectors = np.zeros((len(members), len(counts)), np.bool_)
    for place, atoms in enumerate(members):
        vectors[place, atoms] = True
    attack = Attack(vectors, np.array(counts))
    expected = attacker.disclosed(members, counts, 5)
    assert bool(attack.small_sets(5)) == bool(expected)
    assert all(attack.discloses(np.array(chosen)) for chosen in expected)
    for classes in attack.small_sets(5):
        behind = attack.cells_behind(classes)
        assert len(behind)
        assert attacker.disclosed([members[at] for at in behind], counts, 5)
