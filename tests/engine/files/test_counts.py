"""Counts as people and spreadsheets write them."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourleaf.engine.files.counts import CountError, count_of, counts_of


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("0", 0),
        ("1234", 1234),
        ("1,234", 1234),
        ("1.234", 1234),
        ("1 234 567", 1234567),
        ("12.0", 12),
        ("1.2K", 1200),
        ("1,2k", 1200),
        ("1.001K", 1001),
        ("3 M", 3_000_000),
        ("2b", 2_000_000_000),
        ("", None),
        ("n/a", None),
        ("-", None),
        ("NaN", None),
    ],
)
def test_what_a_cell_means(written: str, meant: int | None) -> None:
    assert count_of(written) == meant


@pytest.mark.parametrize("written", ["-3", "-1.2K", "−4", "many", "1.2.3", "0x10", "1e9", "9" * 30, "١٢x"])
def test_what_is_no_count(written: str) -> None:
    with pytest.raises(CountError):
        count_of(written)


def test_columns_report_the_bad_rows() -> None:
    counts, bad, sentences = counts_of(pa.array(["1", "-2", "1.5K", None, "", "lots"]))
    assert counts.to_pylist() == [1, None, 1500, None, None, None]
    assert bad.tolist() == [1, 5]
    assert "negative" in sentences[0]
    assert "not a count" in sentences[1]


@pytest.mark.parametrize("type_", [pa.int64(), pa.float64(), pa.int8(), pa.decimal128(22, 1)])
def test_columns_of_numbers(type_: pa.DataType) -> None:
    counts, bad, _ = counts_of(pa.array([1, None, -3, 5], pa.int64()).cast(type_))
    assert counts.to_pylist() == [1, None, None, 5]
    assert bad.tolist() == [2]


def test_a_fast_column_of_plain_numbers_finds_negatives() -> None:
    counts, bad, sentences = counts_of(pa.array(["1", "-2", ""]))
    assert counts.to_pylist() == [1, None, None]
    assert (bad.tolist(), len(sentences)) == ([1], 1)


@given(st.text(max_size=12))
def test_no_text_breaks_it(written: str) -> None:
    try:
        meant = count_of(written)
    except CountError:
        meant = None
    assert meant is None or meant >= 0


@given(st.integers(0, 10**15))
def test_grouping_is_undone(number: int) -> None:
    assert count_of(f"{number:,}") == number
