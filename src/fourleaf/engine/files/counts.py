"""Counts as people and spreadsheets write them: 1234, "1,234", "1.2K", "3 M"."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fourleaf.engine.files.columnar import Column
from fourleaf.engine.files.columnar import compute as pc

__all__ = ["CountError", "count_of", "counts_of"]

LARGEST: Final = 10**15
_NOTHING: Final = frozenset({"", "-", "–", "n/a", "na", "nan", "null", "none"})
_GROUPED: Final = re.compile(r"\d{1,3}([,.'’\u00a0\u202f ]\d{3})+")
_SCALED: Final = re.compile(r"(\d+(?:[.,]\d+)?)\s*([kmb])", re.IGNORECASE)
_PLAIN: Final = re.compile(r"\d+(?:\.0*)?")
_SCALE: Final = {"k": 10**3, "m": 10**6, "b": 10**9}


class CountError(ValueError):
    """Not a count; the message says why."""


def count_of(written: str) -> int | None:
    """The count that a cell means; None when it says nothing.

    A separator before exactly three digits groups thousands, whatever its character: a count has no fraction.

    Raises
        CountError: negative, too large, or not a number.
    """
    text = written.strip()
    if text.casefold() in _NOTHING:
        return None
    if _PLAIN.fullmatch(text):
        number = int(text.split(".")[0])
    elif _GROUPED.fullmatch(text):
        number = int(re.sub(r"\D", "", text))
    elif (scaled := _SCALED.fullmatch(text)) is not None:
        # Thousandths are exact here; binary fractions would make 1.001K 1000.
        whole, _, part = scaled[1].replace(",", ".").partition(".")
        number = int(whole + (part + "0" * 9)[:9]) * _SCALE[scaled[2].lower()] // 10**9
    elif text[0] in "-−" and re.fullmatch(r"[\d.,]+[kmb]?", text[1:].strip(), re.IGNORECASE):
        raise CountError("A count cannot be negative.")
    else:
        raise CountError("This is not a count.")
    if number > LARGEST:
        raise CountError("This count is too large to be true.")
    return number


def counts_of(values: Column) -> tuple[Column, npt.NDArray[np.int64], list[str]]:
    """(int64 counts, positions of the bad ones, a sentence for each) of a column.

    Takes strings, integers or floats; null stays null. Bad ones are null in the result.
    """
    if pa.types.is_null(values.type):
        return pa.nulls(len(values), pa.int64()), np.empty(0, np.int64), []
    if pa.types.is_integer(values.type):
        return _bounded(values.cast(pa.int64(), safe=False))
    if pa.types.is_floating(values.type) or pa.types.is_decimal(values.type):
        floats = values.cast(pa.float64()).to_numpy(zero_copy_only=False)
        numbers = np.where(np.isfinite(floats), floats, 0).clip(-1, LARGEST + 1.0).astype(np.int64)
        return _bounded(pa.array(numbers, mask=~np.isfinite(floats)))
    strings = values.cast(pa.string())
    try:
        blank = pc.equal(strings, "")
        return _bounded(pc.if_else(blank, None, strings).cast(pa.int64()))
    except pa.ArrowInvalid:
        return _one_by_one(strings)


def _bounded(counts: Column) -> tuple[Column, npt.NDArray[np.int64], list[str]]:
    """Take out negatives and impossibly large ones."""
    wrong = pc.or_(pc.less(counts, 0), pc.greater(counts, LARGEST)).fill_null(False)
    bad = np.flatnonzero(wrong.to_numpy(zero_copy_only=False))
    if not len(bad):
        return counts, bad, []
    sentences = [
        "A count cannot be negative." if counts[int(at)].as_py() < 0 else "This count is too large to be true."
        for at in bad
    ]
    return pc.if_else(wrong, None, counts), bad, sentences


def _one_by_one(strings: Column) -> tuple[Column, npt.NDArray[np.int64], list[str]]:
    """Every different way of writing is read once."""
    coded = strings.dictionary_encode()
    meant: list[int | None] = []
    wrong: dict[int, str] = {}
    for code, written in enumerate(coded.dictionary.to_pylist()):
        try:
            meant.append(count_of(written))
        except CountError as error:
            meant.append(None)
            wrong[code] = str(error)
    counts = pa.array(meant, pa.int64()).take(coded.indices)
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    bad = np.flatnonzero(np.isin(codes, list(wrong))) if wrong else np.empty(0, np.int64)
    return counts, bad, [wrong[int(code)] for code in codes[bad]]
