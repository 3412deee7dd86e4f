"""The few column operations that the texts are made with, on whole columns of strings."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute

from fourleaf.demo.mentions.chance import Integers

__all__ = [
    "Flags",
    "capital",
    "chain",
    "choose",
    "filled",
    "join",
    "lower",
    "numbers",
    "put",
    "replace",
    "take",
    "upper",
    "where",
]

Flags = npt.NDArray[np.bool_]

# The published types of Arrow refuse plain strings and numpy arrays where Arrow itself takes them.
_compute: Final[Any] = pyarrow.compute
_arrow: Final[Any] = pa


def join(*parts: pa.StringArray | str, between: str = "") -> pa.StringArray:
    """Row by row, one after the other; null where a part is null."""
    joined: pa.StringArray = _compute.binary_join_element_wise(*parts, between)
    return joined


def filled(*parts: pa.StringArray) -> pa.StringArray:
    """Row by row the parts that are not empty, with one space between."""
    nothing = pa.scalar(None, pa.string())
    present = [_compute.if_else(_compute.equal(part, ""), nothing, part) for part in parts]
    joined = _compute.binary_join_element_wise(*present, " ", null_handling="skip")
    result: pa.StringArray = _compute.fill_null(joined, "")
    return result


def take(
    values: pa.StringArray | tuple[str, ...] | list[str], at: Integers, absent: Flags | None = None
) -> pa.StringArray:
    """The values at the given positions; null where ``absent``."""
    column = values if isinstance(values, pa.Array) else pa.array(values, pa.string())
    taken: pa.StringArray = _arrow.Array.take(column, _arrow.array(at, mask=absent))
    return taken


def where(rows: Flags, yes: pa.StringArray | None, no: pa.StringArray) -> pa.StringArray:
    """``yes`` in the given rows (None: null), ``no`` in the others; all columns of the same length."""
    chosen: pa.StringArray = _compute.if_else(
        _arrow.array(rows), pa.scalar(None, pa.string()) if yes is None else yes, no
    )
    return chosen


def choose(values: pa.StringArray, rows: Flags) -> pa.StringArray:
    """Only the given rows."""
    chosen: pa.StringArray = _compute.filter(values, _arrow.array(rows))
    return chosen


def put(values: pa.StringArray, rows: Flags, new: pa.StringArray) -> pa.StringArray:
    """The values with ``new`` in the given rows, in order."""
    result: pa.StringArray = _compute.replace_with_mask(values, _arrow.array(rows), new)
    return result


def replace(values: pa.StringArray, pattern: str, new: str, *, most: int | None = 1) -> pa.StringArray:
    """Matches of a pattern (RE2) in each row replaced, at most so many (None: all)."""
    result: pa.StringArray = _compute.replace_substring_regex(values, pattern, new, max_replacements=most)
    return result


def chain(first: pa.StringArray, second: pa.StringArray) -> pa.StringArray:
    """One column after the other."""
    result: pa.StringArray = _arrow.concat_arrays([first, second])
    return result


def numbers(values: Integers, width: int) -> pa.StringArray:
    """Whole numbers as text, padded with zeros to a width."""
    text = _arrow.array(values, pa.int64()).cast(pa.string())
    result: pa.StringArray = _compute.utf8_lpad(text, width, "0")
    return result


def capital(values: pa.StringArray) -> pa.StringArray:
    """The first character in upper case, the rest untouched."""
    first = _compute.utf8_upper(_compute.utf8_slice_codeunits(values, 0, 1))
    return join(first, _compute.utf8_slice_codeunits(values, 1))


def lower(values: pa.StringArray) -> pa.StringArray:
    """All in small letters."""
    result: pa.StringArray = _compute.utf8_lower(values)
    return result


def upper(values: pa.StringArray) -> pa.StringArray:
    """All in capitals."""
    result: pa.StringArray = _compute.utf8_upper(values)
    return result
