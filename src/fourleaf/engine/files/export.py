"""Cells that a spreadsheet will not run.

A cell that begins with = + - @, a tab or a carriage return is a formula to spreadsheet programs, and posts are
written by strangers. Such text gets an apostrophe in front, which the programs take as "this is text" (OWASP, "CSV
Injection"). Numbers stay numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

__all__ = ["safe_cell", "safe_row"]

# The full-width forms are folded to the plain ones by some spreadsheet programs.
_STARTERS: Final = tuple("=+-@\t\r\n|%＝＋－＠")
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


def safe_cell(value: object) -> object:
    """The value for a cell of a CSV or XLSX file: numbers, booleans and None as they are, text made harmless.

    NUL characters are taken out. Text that is a plain number ("-5", "+1.5e3") is kept, since it cannot be a formula.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value).replace("\0", "")
    begins = text.lstrip(" \u00a0\ufeff")
    if begins.startswith(_STARTERS) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def safe_row(values: Iterable[object]) -> list[object]:
    """`safe_cell` over a row."""
    return [safe_cell(value) for value in values]
