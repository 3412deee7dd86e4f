"""Answers and invited people out of files and tables, checked: every error named, nothing dropped in silence.

An answers table has one row for each respondent: a column for each item (1 to 5; empty or "cannot say" for no answer),
and optionally respondent, department, region, level, leader (yes or no) and day. A people table has one row for each
person who was invited: department, region, level, and optionally id.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fourleaf.engine.files.columnar import Column, as_strings, compute
from fourleaf.engine.files.delimited import DelimitedReader
from fourleaf.engine.files.errors import FileProblemError, RowError, RowErrors, shorten
from fourleaf.engine.files.limits import Limits
from fourleaf.engine.files.sniff import sniff
from fourleaf.engine.files.source import Source
from fourleaf.engine.survey.instrument import CANNOT_SAY, STANDARD, Instrument

__all__ = ["ABOUT", "AnswerErrors", "checked_answers", "checked_people", "read_answers", "read_people"]

#: Columns about a respondent -> other headings they are known by.
ABOUT: Final[Mapping[str, tuple[str, ...]]] = {
    "respondent": ("respondent_id", "respondent id", "id", "token"),
    "department": ("dept",),
    "region": (),
    "level": (),
    "leader": ("is_leader",),
    "day": ("date",),
}
_KEPT: Final = 1_000
_NOTHING: Final = frozenset({"", *(word.casefold() for word in CANNOT_SAY.values())})
_YES: Final = frozenset({"yes", "true", "1", "ja", "y"})
_NO: Final = frozenset({"no", "false", "0", "nein", "n"})


class AnswerErrors(ValueError):  # noqa: N818 - the name says that it holds several
    """A table of answers or people has wrong values. `errors` holds the first thousand, `total` counts all."""

    def __init__(self, where: str, found: RowErrors) -> None:
        self.where = where
        self.errors: list[RowError] = sorted(found.kept, key=lambda error: error.line)
        self.total = found.total
        more = f" (and {self.total - 1:,} more)" if self.total > 1 else ""
        super().__init__(f"{where}: {self.errors[0]}{more}")


def read_answers(
    path: str | Path,
    instrument: Instrument = STANDARD,
    *,
    units: Mapping[str, Mapping[str, str]] | None = None,
    with_lines: bool = False,
) -> pa.Table:
    """Checked answers out of a CSV or TSV file, also packed with gzip or zip.

    `units` as for `checked_answers`. `with_lines` adds a column `line`, where each row begins in the file.

    Raises
        FileProblemError: the file cannot be read at all, or a heading stands twice.
        AnswerErrors: headings, rows or values are wrong; all that is wrong, at once.
    """

    def check(table: pa.Table, lines: NDArray[np.int64], errors: RowErrors) -> pa.Table:
        found = checked_answers(table, instrument, lines=lines, where=str(path), errors=errors, units=units)
        return found.append_column("line", pa.array(lines, pa.int64())) if with_lines else found

    return _read(path, check)


def read_people(path: str | Path) -> pa.Table:
    """Checked people out of a CSV or TSV file; raises as `read_answers` does. Unknown columns are left aside."""
    return _read(path, lambda table, lines, errors: checked_people(table, lines=lines, where=str(path), errors=errors))


def _read(path: str | Path, check: Callable[[pa.Table, NDArray[np.int64], RowErrors], pa.Table]) -> pa.Table:
    limits = Limits()
    facts = sniff(path, limits=limits)
    if facts.format != "csv":
        raise FileProblemError(
            path, f"This is {facts.format}, not a table with a line of headings.", "Export it as CSV."
        )
    twice = sorted({name for name in facts.columns if facts.columns.count(name) > 1})
    if twice:
        names = " and ".join(repr(name) for name in twice)
        raise FileProblemError(path, f"The column {names} stands twice.", "Take one of them out.", line=1)
    errors = RowErrors(keep=_KEPT)
    reader = DelimitedReader(lambda: Source(facts.path, limits), facts.delimiter or ",", on_error=errors)
    try:
        batches = list(reader)
    finally:
        reader.source.close()
    columns = {
        name: pa.chunked_array([batch.columns[name] for batch in batches], pa.string()) for name in reader.columns
    }
    lines = np.concatenate([batch.lines for batch in batches]) if batches else np.empty(0, np.int64)
    return check(pa.table(columns), lines, errors)


def checked_answers(
    table: pa.Table,
    instrument: Instrument = STANDARD,
    *,
    lines: Iterable[int] | None = None,
    where: str = "answers",
    errors: RowErrors | None = None,
    units: Mapping[str, Mapping[str, str]] | None = None,
) -> pa.Table:
    """The table with the instrument's items as int8 (null for no answer), and the columns of `ABOUT` that it has:
    strings, `leader` as bool, `day` as date32. A table that was checked passes unchanged.

    Parameters
        units: column of `ABOUT` -> code or name, casefolded -> code. Values of these columns become codes; others are
            errors.

    Raises
        AnswerErrors: a column is unknown or missing, or a value is wrong; `lines` are the lines that the errors name
            (by default the row's number).
    """
    found = errors or RowErrors(keep=_KEPT)
    names = _headings(table.column_names, instrument, found)
    numbers = _lines(lines, table.num_rows)
    columns: dict[str, Column] = {}
    for item in instrument.ids:
        if item not in names:
            continue
        column = names[item]
        columns[item] = _answers(table[column], column, numbers, instrument.options, found)
    for about in ABOUT:
        if about in names:
            columns[about] = _about(about, table[names[about]], names[about], numbers, found)
            if units is not None and about in units:
                columns[about] = _known(about, columns[about], names[about], numbers, units[about], found)
    if found.total:
        raise AnswerErrors(where, found)
    return pa.table(columns)


def _known(
    about: str, column: Column, name: str, lines: NDArray[np.int64], units: Mapping[str, str], errors: RowErrors
) -> Column:
    """Codes for codes or names of units; one that is not known is an error, with the nearest that is."""
    codes, words = _words(column)
    values: list[str | None] = []
    for place, word in enumerate(words):
        code = units.get(word.casefold())
        values.append(code)
        if word and code is None:
            close = difflib.get_close_matches(word.casefold(), units, 1)
            hint = f"Did you mean {units[close[0]]}?" if close else f"Write a {about} that is set up here, or add it."
            for line in lines[codes == place].tolist():
                errors(RowError(line, name, f"There is no {about} with this code or name.", shorten(word), hint))
    return compute.take(pa.array(values, pa.string()), pa.array(codes))


def checked_people(
    table: pa.Table, *, lines: Iterable[int] | None = None, where: str = "people", errors: RowErrors | None = None
) -> pa.Table:
    """The columns department, region and level that the table has, as strings; raises as `checked_answers` does."""
    found = errors or RowErrors(keep=_KEPT)
    numbers = _lines(lines, table.num_rows)
    columns: dict[str, Column] = {}
    for about in ("respondent", "department", "region", "level"):
        for column in table.column_names:
            if column.strip().casefold() in (about, *ABOUT[about]):
                if about in columns:
                    raise FileProblemError(
                        where, f"Two columns hold the {about}.", f"Take {column!r} or the other out."
                    )
                columns[about] = _about(about, table[column], column, numbers, found)
    if found.total:
        raise AnswerErrors(where, found)
    kept = {name: values for name, values in columns.items() if name != "respondent"}
    if not kept:
        kept = {"department": pa.nulls(table.num_rows, pa.string())}
    return pa.table(kept)


def _lines(lines: Iterable[int] | None, rows: int) -> NDArray[np.int64]:
    return np.arange(1, rows + 1) if lines is None else np.asarray(list(lines), np.int64)


def _headings(columns: Sequence[str], instrument: Instrument, errors: RowErrors) -> dict[str, str]:
    """Item id or column of `ABOUT` -> the table's own heading. Whatever is wrong with them is an error of line 1."""
    meant = {item.casefold(): item for item in instrument.ids}
    for about, others in ABOUT.items():
        for name in (about, *others):
            meant.setdefault(name, about)
    names: dict[str, str] = {}
    for column in columns:
        name = meant.get(column.strip().casefold(), "")
        if not name:
            close = difflib.get_close_matches(column.strip().casefold(), meant, 1)
            hint = f"Did you mean {meant[close[0]]}? " if close else ""
            known = f"Columns are the items {instrument.ids[0]} to {instrument.ids[-1]}, and {', '.join(ABOUT)}."
            errors(RowError(1, shorten(column), "This column is not known.", hint=f"{hint}{known}"))
        elif name in names:
            other = f"This column and {names[name]!r} both hold {name}."
            errors(RowError(1, shorten(column), other, hint="Take one of them out."))
        else:
            names[name] = column
    missing = [item for item in instrument.ids if item not in names]
    if missing:
        hint = "Add it, with empty cells if it was not asked."
        errors(RowError(1, None, f"There is no column for {', '.join(missing)}.", hint=hint))
    return names


def _words(column: Column) -> tuple[NDArray[np.int64], list[str]]:
    """Place of each row's value among the different values, and these, trimmed."""
    encoded = compute.fill_null(compute.utf8_trim_whitespace(as_strings(column)), "")
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = pa.concat_arrays(encoded.chunks) if encoded.num_chunks else pa.array([], pa.string())
    coded = encoded.dictionary_encode()
    return np.asarray(coded.indices.to_numpy(zero_copy_only=False), np.int64), coded.dictionary.to_pylist()


def _answers(column: Column, name: str, lines: NDArray[np.int64], options: int, errors: RowErrors) -> Column:
    """Answers as int8; a value that is no answer is an error."""
    codes, words = _words(column)
    values = np.full(len(words) + 1, -1, np.int8)
    bad: dict[int, str] = {}
    for place, word in enumerate(words):
        plain = word[:-2] if word.endswith((".0", ",0")) else word
        if word.casefold() in _NOTHING:
            values[place] = 0
        elif plain.isascii() and plain.isdigit() and 1 <= int(plain[:9]) <= options:
            values[place] = int(plain)
        else:
            number = plain.lstrip("+-").replace(".", "", 1).replace(",", "", 1)
            bad[place] = "This is outside the scale." if number.isdigit() else "This is not an answer."
    for place, message in bad.items():
        for line in lines[codes == place].tolist():
            hint = f'Write a whole number from 1 to {options}, or leave it empty for "cannot say".'
            errors(RowError(line, name, message, shorten(words[place]), hint))
    found = values[codes]
    return pa.array(found, pa.int8(), mask=found <= 0)


def _about(about: str, column: Column, name: str, lines: NDArray[np.int64], errors: RowErrors) -> Column:
    """A column about the respondent in its own type; empty cells are null."""
    codes, words = _words(column)
    if about == "respondent":
        _refuse_doubles(codes, words, name, lines, errors)
    if about not in ("leader", "day"):
        values: list[Any] = [word or None for word in words]
        return compute.take(pa.array(values, pa.string()), pa.array(codes))
    values = []
    for place, word in enumerate(words):
        try:
            values.append(None if not word else _truth(word) if about == "leader" else dt.date.fromisoformat(word[:10]))
        except ValueError:
            values.append(None)
            what, hint = (
                ("This is neither yes nor no.", "Write yes or no, or leave it empty.")
                if about == "leader"
                else ("This is not a day.", "Write days as 2026-05-31.")
            )
            for line in lines[codes == place].tolist():
                errors(RowError(line, name, what, shorten(word), hint))
    return compute.take(pa.array(values, pa.bool_() if about == "leader" else pa.date32()), pa.array(codes))


def _truth(word: str) -> bool:
    folded = word.casefold()
    if folded not in _YES | _NO:
        raise ValueError(word)
    return folded in _YES


def _refuse_doubles(
    codes: NDArray[np.int64], words: Sequence[str], name: str, lines: NDArray[np.int64], errors: RowErrors
) -> None:
    """One row for each respondent: an id that stands again is an error at its later lines."""
    first = np.full(len(words), -1, np.int64)
    places = np.arange(len(codes))
    first[codes[::-1]] = places[::-1]
    for place in places[first[codes] != places].tolist():
        word = words[codes[place]]
        if word:
            line = int(lines[first[codes[place]]])
            hint = "Keep the answer that counts, and take the other out."
            errors(
                RowError(
                    int(lines[place]), name, f"This respondent stands on line {line:,} already.", shorten(word), hint
                )
            )
