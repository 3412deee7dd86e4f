"""Cells that spreadsheets will not run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourleaf.engine.files.export import safe_cell, safe_row


@pytest.mark.parametrize(
    "formula",
    ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", " =1", "%0A", "|calc", "+1-2"],
)
def test_formulas_become_text(formula: str) -> None:
    assert safe_cell(formula) == "'" + formula


@pytest.mark.parametrize("value", [1, -1.5, True, None, "", "plain", "a=b", "-5", "+1.5e3", "-0.25", "it's"])
def test_the_rest_is_kept(value: object) -> None:
    assert safe_cell(value) == value


def test_rows_and_nuls() -> None:
    assert safe_row(["=a", 2, "x\0y"]) == ["'=a", 2, "xy"]


@given(st.text(max_size=20))
def test_nothing_begins_a_formula_but_numbers(text: str) -> None:
    cell = safe_cell(text)
    assert isinstance(cell, str)
    if cell[:1] in tuple("=+-@\t\r"):
        float(cell)
