"""Instants out of the ways in which exports write them.

Understood are ISO 8601 (with "T" or a space, with or without zone), seconds, milliseconds and microseconds since
1970, "Tue Feb 24 11:35:52 +0000 2015", RFC 2822, dd.mm.yyyy HH:MM, and dates with slashes or dashes whose order
(day or month first) is given.

A time without a zone is local time in a zone that the caller names. Where clocks are set back, the hour that
occurs twice is taken as its first occurrence (as PEP 495 does with fold=0); a time that clocks skip when they are
set forward is taken as the moment of the change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fourleaf.engine.files.columnar import Column
from fourleaf.engine.files.columnar import compute as pc

__all__ = ["INSTANT", "DayOrderError", "ParsedTimes", "TimeRules", "parse_times", "slash_evidence"]

INSTANT: Final = pa.timestamp("us", tz="UTC")
_LOCAL: Final = pa.timestamp("us")
_UNIX_LENGTH: Final = 30
_TRIED: Final = 8
_EPOCH: Final = re.compile(r"^\d{9,16}(\.\d+)?$")
# No array here: making one asks Arrow for pandas, where that is installed, and takes half a second of every start.
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_CLOCK: Final = r"(?P<h>\d{1,2}):(?P<mi>\d{2})(?::(?P<s>\d{2})(?:[.,](?P<f>\d{1,6})\d*)?)?"
_ZONE: Final = r"(?P<z>Z|z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?"
_HALF: Final = r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?"
_NAME: Final = r"(?P<mon>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
#: Regular expressions (?:RE2) with named parts; "a" and "b" are the two numbers whose order is in doubt.
_FORMS: Final[Mapping[str, str]] = {
    "iso": rf"^\s*(?P<y>\d{{4}})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})(?:[Tt ]\s*{_CLOCK}{_HALF}\s*{_ZONE})?\s*$",
    "dots": rf"^\s*(?P<d>\d{{1,2}})\.\s?(?P<m>\d{{1,2}})\.\s?(?P<y>\d{{4}})(?:,?\s+{_CLOCK}\s*{_ZONE})?\s*$",
    "slash": rf"^\s*(?P<a>\d{{1,2}})[/-](?P<b>\d{{1,2}})[/-](?P<y>\d{{4}})(?:,?\s+{_CLOCK}{_HALF}\s*{_ZONE})?\s*$",
    "unix": rf"^\s*\w{{3}},? {_NAME} +(?P<d>\d{{1,2}}) {_CLOCK} (?P<z>[+-]\d{{4}}|UTC|GMT) (?P<y>\d{{4}})\s*$",
    "mail": rf"^\s*(?:\w{{3}}, )?(?P<d>\d{{1,2}}) {_NAME} (?P<y>\d{{4}}),? {_CLOCK}\s*{_ZONE}\s*$",
}


class DayOrderError(ValueError):
    """Dates like 03/04/2024 can be read in two ways, and nobody said which."""


@dataclass(frozen=True, slots=True)
class TimeRules:
    """How times are read.

    zone         of times that name none (an IANA name)
    day_first    order of 03/04/2024; None means not known
    earliest, latest   instants outside are errors; `latest` is the caller's idea of now, since the engine has no clock
    """

    zone: str = "UTC"
    day_first: bool | None = None
    earliest: datetime = datetime(1990, 1, 1, tzinfo=UTC)
    latest: datetime = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ParsedTimes:
    """`instants` (timestamp us, UTC; null where empty or bad), positions of the bad ones, a sentence for each."""

    instants: Column
    bad: npt.NDArray[np.int64]
    sentences: list[str]


def parse_times(values: Column, rules: TimeRules) -> ParsedTimes:
    """Instants of a column of strings, numbers, dates or timestamps. Nulls and empty strings stay null.

    Raises
        DayOrderError: a date with slashes while `rules.day_first` is None.
    """
    if pa.types.is_null(values.type):
        return ParsedTimes(pa.nulls(len(values), INSTANT), np.empty(0, np.int64), [])
    if pa.types.is_timestamp(values.type) or pa.types.is_date(values.type):
        return _within(_from_native(values, rules), np.empty(0, np.int64), [], rules)
    if pa.types.is_integer(values.type) or pa.types.is_floating(values.type):
        numbers = values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        instants, bad = _from_numbers(numbers)
        return _within(instants, bad, [_NOT_A_TIME] * len(bad), rules)
    strings = values.cast(pa.string())
    empty = pc.equal(strings, "")
    if pc.any(empty).as_py():
        strings = pc.if_else(empty, None, strings)
    fast = _iso_whole(strings, rules)
    if fast is None:
        fast = _unix_whole(strings)
    if fast is not None:
        return _within(fast, np.empty(0, np.int64), [], rules)
    return _by_forms(strings, rules)


_NOT_A_TIME: Final = "This is not a time that can be read."
_NO_SUCH_DAY: Final = "There is no such day or time."


def _from_native(values: Column, rules: TimeRules) -> Column:
    if pa.types.is_date(values.type):
        values = values.cast(pa.timestamp("s"))
    # Nanoseconds are cut to microseconds, not refused; years beyond the range of microseconds cannot occur.
    values = values.cast(pa.timestamp("us", tz=values.type.tz), safe=False)
    return _placed(values, rules.zone) if values.type.tz is None else values.cast(INSTANT)


def _placed(local: Column, zone: str) -> Column:
    """Local times of a zone as instants."""
    return pc.assume_timezone(local, zone, ambiguous="earliest", nonexistent="latest").cast(INSTANT)


def _iso_whole(strings: Column, rules: TimeRules) -> Column | None:
    """The whole column by Arrow's own ISO 8601 parser, or None when any value is written otherwise."""
    for kind in (INSTANT, _LOCAL):
        try:
            # A cast that fails looks at every value first, so a few are tried before all.
            strings.slice(0, _TRIED).cast(kind)
            instants = strings.cast(kind)
        except pa.ArrowInvalid:
            continue
        return instants if kind is INSTANT else _placed(instants, rules.zone)
    return None


def _unix_whole(strings: Column) -> Column | None:
    """The whole column as "Tue Feb 24 11:35:52 +0000 2015" by fixed places, or None when any value is written
    otherwise. Ten times as fast as the regular expressions."""
    lengths = pc.min_max(pc.binary_length(strings)).as_py()
    if (lengths["min"], lengths["max"]) != (_UNIX_LENGTH, _UNIX_LENGTH):
        return None

    def part(start: int, stop: int) -> Column:
        return pc.utf8_slice_codeunits(strings, start, stop)

    months = pc.add(pc.index_in(pc.ascii_lower(part(4, 7)), pa.array(_MONTHS)), 1)
    if months.null_count > strings.null_count:
        return None
    day = pc.binary_join_element_wise(part(26, 30), pc.ascii_lpad(months.cast(pa.string()), 2, "0"), part(8, 10), "-")
    # Arrow reads offsets with a colon ten times as fast as those without.
    offset = pc.binary_join_element_wise(part(20, 23), part(23, 25), ":")
    stamp = pc.binary_join_element_wise(day, pc.binary_join_element_wise(part(11, 19), offset, ""), "T")
    try:
        return stamp.cast(INSTANT)
    except pa.ArrowInvalid:
        return None


def _from_numbers(numbers: npt.NDArray[np.float64]) -> tuple[Column, npt.NDArray[np.int64]]:
    """Seconds, milliseconds or microseconds since 1970, told apart by their size; NaN is null."""
    empty = np.isnan(numbers)
    size = np.abs(np.where(empty, 0.0, numbers))
    scale = np.select([size < 1e11, size < 1e14, size < 1e17], [1e6, 1e3, 1.0], 0.0)
    known = (scale > 0) & (size >= 1e8) & ~empty
    micros = np.round(np.where(known, numbers, 0) * np.where(known, scale, 0)).astype(np.int64)
    return pa.array(micros, mask=~known).cast(INSTANT), np.flatnonzero(~known & ~empty)


def _by_forms(strings: Column, rules: TimeRules) -> ParsedTimes:
    """Form after form over the values that no earlier form took."""
    n = len(strings)
    trimmed = pc.utf8_trim_whitespace(strings)
    micros = np.zeros(n, np.int64)
    done = pc.equal(trimmed, "").fill_null(True).to_numpy(zero_copy_only=False).copy()
    valid = np.zeros(n, bool)
    wrong: dict[int, str] = {}
    numeric = pc.match_substring_regex(trimmed, _EPOCH.pattern).fill_null(False).to_numpy(zero_copy_only=False)
    at = np.flatnonzero(numeric & ~done)
    if len(at):
        instants, bad = _from_numbers(trimmed.take(pa.array(at)).cast(pa.float64()).to_numpy())
        _put(micros, valid, at, instants)
        wrong |= {int(at[i]): _NOT_A_TIME for i in bad}
        done[at] = True
    for form, pattern in _FORMS.items():
        at = np.flatnonzero(~done)
        if not len(at):
            break
        parts = pc.extract_regex(trimmed.take(pa.array(at)), pattern)
        hit = parts.is_valid().to_numpy(zero_copy_only=False)
        if not hit.any():
            continue
        at = at[hit]
        instants = _assemble(form, parts.filter(pa.array(hit)), rules)
        _put(micros, valid, at, instants)
        wrong |= {int(i): _NO_SUCH_DAY for i in at[np.asarray(instants.is_null())]}
        done[at] = True
    wrong |= {int(i): _NOT_A_TIME for i in np.flatnonzero(~done)}
    bad = np.array(sorted(wrong), np.int64)
    result = pa.array(micros, mask=~valid).cast(INSTANT)
    return _within(result, bad, [wrong[int(i)] for i in bad], rules)


def _put(
    micros: npt.NDArray[np.int64], valid: npt.NDArray[np.bool_], at: npt.NDArray[np.int64], instants: Column
) -> None:
    micros[at] = instants.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    valid[at] = instants.is_valid().to_numpy(zero_copy_only=False)


def _assemble(form: str, parts: Column, rules: TimeRules) -> Column:
    """Instants from the named parts of a form; null where the day or time does not exist."""
    names = {parts.type.field(i).name: i for i in range(parts.type.num_fields)}

    def part(name: str, default: str) -> Column:
        if name not in names:
            return pa.array([default] * len(parts), pa.string())
        found = parts.field(names[name])
        return pc.if_else(pc.equal(found, ""), default, found)

    if form == "slash":
        if rules.day_first is None:
            raise DayOrderError("Dates like 03/04/2024 can be read in two ways.")
        day, month = ("a", "b") if rules.day_first else ("b", "a")
    else:
        day, month = "d", "m"
    if "mon" in names:
        place = pc.index_in(pc.ascii_lower(parts.field(names["mon"])), pa.array(_MONTHS))
        months = pc.add(place, 1).cast(pa.string())
    else:
        months = part(month, "1")
    hours = _hours(part("h", "0"), part("half", ""))
    two = [pc.ascii_lpad(p, 2, "0") for p in (months, part(day, "1"), hours, part("mi", "00"), part("s", "00"))]
    fraction = pc.ascii_rpad(part("f", "0"), 6, "0")
    stamp = pc.binary_join_element_wise(
        pc.binary_join_element_wise(part("y", ""), two[0], two[1], "-"),
        pc.binary_join_element_wise(two[2], two[3], two[4], ":"),
        "T",
    )
    stamp = pc.binary_join_element_wise(stamp, fraction, ".")
    zones = pc.replace_substring_regex(part("z", ""), "^(z|Z|UTC|GMT)$", "+00:00")
    return _cast_parts(stamp, zones, rules.zone)


def _hours(hours: Column, half: Column) -> Column:
    """Hours of the day; with "a" or "p" the twelve-hour clock (12 AM is 0, 13 PM does not exist)."""
    half = pc.ascii_lower(half)
    if pc.all(pc.equal(half, "")).as_py():
        return hours
    number = hours.cast(pa.int64())
    on_dial = pc.add(pc.if_else(pc.equal(number, 12), 0, number), pc.if_else(pc.equal(half, "p"), 12, 0))
    possible = pc.and_(pc.greater_equal(number, 1), pc.less_equal(number, 12))
    return pc.if_else(pc.equal(half, ""), number, pc.if_else(possible, on_dial, 99)).cast(pa.string())


def _cast_parts(stamp: Column, zones: Column, zone: str) -> Column:
    """Cast assembled ISO strings; only the values that Arrow refuses are looked at one by one."""
    naive = pc.equal(zones, "")
    both: list[Column] = []
    for kind, text in ((_LOCAL, stamp), (INSTANT, pc.binary_join_element_wise(stamp, zones, ""))):
        mine = naive if kind is _LOCAL else pc.invert(naive)
        chosen = pc.if_else(mine, text, None)
        try:
            instants = chosen.cast(kind)
        except pa.ArrowInvalid:
            instants = pa.array([_exists(value) for value in chosen.to_pylist()], pa.string()).cast(kind)
        both.append(_placed(instants, zone) if kind is _LOCAL else instants)
    return pc.coalesce(*both)


def _exists(stamp: str | None) -> str | None:
    """The ISO string itself when it names a real day, time and offset."""
    if stamp is None:
        return None
    try:
        pa.scalar(stamp).cast(INSTANT if len(stamp) > 26 else _LOCAL)
    except pa.ArrowInvalid:
        return None
    return stamp


def _within(instants: Column, bad: npt.NDArray[np.int64], sentences: list[str], rules: TimeRules) -> ParsedTimes:
    """Take out the instants that lie before `earliest` or after `latest`."""
    early = pc.less(instants, pa.scalar(rules.earliest, INSTANT)).fill_null(False)
    late = pc.greater(instants, pa.scalar(rules.latest, INSTANT)).fill_null(False)
    outside = pc.or_(early, late)
    if not pc.any(outside).as_py():
        return ParsedTimes(instants, bad, sentences)
    found = dict(zip(bad.tolist(), sentences, strict=True))
    for at in np.flatnonzero(early.to_numpy(zero_copy_only=False)).tolist():
        found[at] = f"This time lies before {rules.earliest:%Y-%m-%d}."
    for at in np.flatnonzero(late.to_numpy(zero_copy_only=False)).tolist():
        found[at] = "This time lies in the future."
    order = sorted(found)
    kept = pc.if_else(outside, None, instants)
    return ParsedTimes(kept, np.array(order, np.int64), [found[at] for at in order])


def slash_evidence(values: Column) -> tuple[bool, bool, bool]:
    """(any date with slashes or dashes in doubtful order, one that must be day first, one that must be month first)."""
    if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
        return False, False, False
    parts = pc.extract_regex(values, _FORMS["slash"])
    parts = parts.filter(parts.is_valid())
    if not len(parts):
        return False, False, False
    first, second = (
        parts.field(parts.type.get_field_index(name)).cast(pa.int64()).to_numpy(zero_copy_only=False) for name in "ab"
    )
    return True, bool(((first > 12) & (second <= 12)).any()), bool(((second > 12) & (first <= 12)).any())
