"""Raw columns to the columns of `POST_SCHEMA`, whole columns at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fourleaf.engine.files.columnar import Column, as_strings
from fourleaf.engine.files.columnar import compute as pc
from fourleaf.engine.files.counts import counts_of
from fourleaf.engine.files.errors import FileProblemError, RowError, shorten
from fourleaf.engine.files.limits import Limits
from fourleaf.engine.files.raw import RawBatch
from fourleaf.engine.files.times import INSTANT, DayOrderError, TimeRules, parse_times
from fourleaf.engine.posts import POST_SCHEMA

__all__ = ["NO_TIME", "PostFields"]

#: What is said of a row without a time where one is needed.
NO_TIME: Final = "The post has no time."

_KINDS: Final = {
    "post": "post", "tweet": "post", "toot": "post", "status": "post", "original": "post", "comment": "reply",
    "reply": "reply", "answer": "reply", "repliedto": "reply",
    "reshare": "reshare", "share": "reshare", "retweet": "reshare", "retweeted": "reshare", "reblog": "reshare",
    "boost": "reshare", "repost": "reshare",
    "quote": "quote", "quoted": "quote", "quotetweet": "quote", "quotepost": "quote",
}  # fmt: skip
_COUNTS: Final = ("author_followers", "likes", "shares", "replies", "views")


class _Faults:
    """The first fault of each row of a batch."""

    def __init__(self, n: int) -> None:
        self.keep: npt.NDArray[np.bool_] = np.ones(n, bool)
        self._found: dict[int, tuple[str, str, str, str]] = {}

    def add(self, row: int, column: str, message: str, value: object, hint: str = "") -> None:
        if row not in self._found:
            self._found[row] = (column, message, shorten("" if value is None else value), hint)
            self.keep[row] = False

    def report(self, lines: npt.NDArray[np.int64], refuse: Callable[[RowError], None]) -> None:
        for row in sorted(self._found):
            column, message, value, hint = self._found[row]
            refuse(RowError(int(lines[row]), column, message, value, hint))


class _Emptied:
    """Optional cells that could not be read and were left empty: all of the kept posts are counted, some shown."""

    def __init__(self) -> None:
        self.total = 0
        self.first: list[RowError] = []
        self._waiting: list[tuple[str, npt.NDArray[np.int64], list[str], Column]] = []

    def add(self, column: str, bad: npt.NDArray[np.int64], sentences: list[str], values: Column) -> None:
        self._waiting.append((column, bad, sentences, values))

    def settle(self, keep: npt.NDArray[np.bool_], lines: npt.NDArray[np.int64]) -> None:
        """Take over what a batch had, as far as its posts are kept."""
        found = []
        for column, bad, sentences, values in self._waiting:
            kept = np.flatnonzero(keep[bad])
            self.total += len(kept)
            for at in kept[:_EMPTIED_SHOWN].tolist():
                row = int(bad[at])
                found.append(RowError(int(lines[row]), column, sentences[at], shorten(values[row].as_py())))
        self._waiting = []
        found.sort(key=lambda error: error.line)
        self.first += found[: _EMPTIED_SHOWN - len(self.first)]


#: Cells left empty that are shown with their line; the others are counted.
_EMPTIED_SHOWN: Final = 3
_TIME_HINT: Final = "Write times like 2026-06-12T18:40:00+02:00."
_TEXT_HINT: Final = "Fill it in, or take the row out."
_COUNT_HINT: Final = "Write digits, such as 1204, or leave the cell empty."


class PostFields:
    """Makes posts out of raw batches of one file. `fields` is field -> column."""

    def __init__(
        self,
        fields: Mapping[str, str],
        times: TimeRules,
        limits: Limits,
        platform: str,
        require_created_at: bool,
        on_warning: Callable[[str], None],
        path: str,
    ) -> None:
        self._fields = dict(fields)
        self._times = times
        self._limits = limits
        self._platform = platform
        self._require = require_created_at
        self._warn = on_warning
        self._path = path
        self._emptied = _Emptied()
        at = POST_SCHEMA.get_field_index("created_at")
        self.schema = POST_SCHEMA.set(at, POST_SCHEMA.field(at).with_nullable(not require_created_at))

    def make(self, raw: RawBatch, refuse: Callable[[RowError], None]) -> tuple[pa.RecordBatch, npt.NDArray[np.int64]]:
        """(posts, line of each) of a raw batch; rows that cannot be posts go to `refuse`."""
        faults = _Faults(len(raw))
        columns = {field: raw.columns[column] for field, column in self._fields.items()}
        strings = {
            field: self._string(field, array, faults)
            for field, array in columns.items()
            if field not in _COUNTS and field != "created_at"
        }
        text = self._text(strings["text"], faults)
        made: dict[str, Column] = {"text": text}
        made["platform"] = self._or(strings.get("platform"), self._platform, len(raw))
        made["author"] = _handle(strings.get("author"), len(raw))
        for field in ("author_name", "url", "parent_id"):
            made[field] = _null_if_empty(strings.get(field), len(raw))
        made["parent_id"] = _whole_number(made["parent_id"])
        made["created_at"] = self._instants(columns.get("created_at"), len(raw), faults)
        for field in _COUNTS:
            made[field] = self._counts(field, columns.get(field), len(raw))
        made["kind"] = self._kind(strings.get("kind"), text, made["parent_id"])
        made["id"] = self._ids(strings.get("id"), made, faults)
        batch = pa.RecordBatch.from_arrays([made[name] for name in self.schema.names], schema=self.schema)
        lines = raw.lines
        self._emptied.settle(faults.keep, lines)
        if not faults.keep.all():
            faults.report(lines, refuse)
            batch = batch.filter(pa.array(faults.keep))
            lines = lines[faults.keep]
        return batch, lines

    def warn_of_emptied(self) -> None:
        """Say how many cells without a readable count were left empty so far, and where the first ones stand."""
        total, first = self._emptied.total, self._emptied.first
        if total:
            more = f"; and {total - len(first):,} more" if total > len(first) else ""
            self._warn(
                f"{self._path}: {total:,} {'cell' if total == 1 else 'cells'} left empty; the posts are kept: "
                f"{'; '.join(map(str, first))}{more}. {_COUNT_HINT}"
            )

    def _column(self, field: str) -> str:
        return self._fields.get(field, field)

    def _string(self, field: str, array: Column, faults: _Faults) -> Column:
        """A column as strings, without values that are too long or hold NUL characters."""
        if not pa.types.is_string(array.type):
            array = as_strings(array)
        limit = self._limits.cell
        data = array.buffers()[2]
        if data is None:
            return array
        offsets = np.frombuffer(array.buffers()[1], np.int32)[array.offset : array.offset + len(array) + 1]
        for row in np.flatnonzero(np.diff(offsets) > limit).tolist():
            size = f"{limit / (1 << 20):g} MiB" if limit >= 1 << 20 else f"{limit:,} bytes"
            shown = bytes(data.slice(int(offsets[row]), 100)).decode("utf-8", "ignore")
            faults.add(row, self._column(field), f"The value is longer than {size}.", shown)
        window = np.frombuffer(data, np.uint8)[offsets[0] : offsets[-1]] if len(offsets) else np.empty(0, np.uint8)
        if len(window) and window.min() == 0:
            holds = pc.match_substring(array, "\0").fill_null(False).to_numpy(zero_copy_only=False)
            for row in np.flatnonzero(holds).tolist():
                message = "A NUL character (byte 0) stands in the value."
                faults.add(row, self._column(field), message, array[row].as_py(), "Remove it.")
        return array

    def _text(self, text: Column, faults: _Faults) -> Column:
        if text.null_count:
            for row in np.flatnonzero(text.is_null().to_numpy(zero_copy_only=False)).tolist():
                faults.add(row, self._column("text"), "The post has no text.", None, _TEXT_HINT)
            text = text.fill_null("")
        blank = pc.or_(pc.equal(text, ""), pc.utf8_is_space(text)).to_numpy(zero_copy_only=False)
        for row in np.flatnonzero(blank & faults.keep).tolist():
            faults.add(row, self._column("text"), "The post has no text.", text[row].as_py(), _TEXT_HINT)
        return text

    def _or(self, values: Column | None, default: str, n: int) -> Column:
        if values is None:
            return pa.array([default]).take(np.zeros(n, np.int8))
        trimmed = pc.utf8_trim_whitespace(values)
        return pc.if_else(pc.equal(trimmed, "").fill_null(True), default, trimmed)

    def _instants(self, values: Column | None, n: int, faults: _Faults) -> Column:
        if values is None:
            return pa.nulls(n, INSTANT)
        column = self._column("created_at")
        if pa.types.is_nested(values.type) or pa.types.is_boolean(values.type):
            values = as_strings(values)
        try:
            parsed = parse_times(values, self._times)
        except DayOrderError:
            raise FileProblemError(
                self._path,
                f"Dates in the column {column!r} can mean day/month or month/day.",
                "Say which comes first.",
                command="Say it with --dates day-first or --dates month-first.",
                field="day_first",
            ) from None
        except pa.ArrowInvalid as error:
            if "timezone" in str(error):
                raise FileProblemError(self._path, f"The time zone {self._times.zone!r} is not known here.") from None
            raise
        for row, sentence in zip(parsed.bad.tolist(), parsed.sentences, strict=True):
            faults.add(row, column, sentence, values[row].as_py(), _TIME_HINT)
        if self._require and parsed.instants.null_count:
            for row in np.flatnonzero(parsed.instants.is_null().to_numpy(zero_copy_only=False)).tolist():
                faults.add(row, column, NO_TIME, None, f"Fill it in. {_TIME_HINT}")
        return parsed.instants

    def _counts(self, field: str, values: Column | None, n: int) -> Column:
        if values is None:
            return pa.nulls(n, pa.int64())
        if pa.types.is_nested(values.type) or pa.types.is_temporal(values.type):
            values = as_strings(values)
        counts, bad, sentences = counts_of(values)
        if len(bad):
            self._emptied.add(self._column(field), bad, sentences, values)
        return counts

    def _kind(self, values: Column | None, text: Column, parent: Column) -> Column:
        """By the file's word; where it has none, by the text and the parent."""
        derived = pc.if_else(pc.starts_with(text, "RT @"), "reshare", pc.if_else(parent.is_valid(), "reply", "post"))
        if values is None:
            return derived
        coded = values.dictionary_encode()
        words = coded.dictionary.to_pylist()
        plain = ["".join(ch for ch in word.casefold() if ch.isalpha()) for word in words]
        unknown = [word for word, key in zip(words, plain, strict=True) if key and key not in _KINDS]
        if unknown:
            self._warn(
                f"{self._path}: the column {self._column('kind')!r} holds kinds that are not known, for example "
                f"{shorten(unknown[0])!r}; such posts count by their text and parent."
            )
        known = pa.array([_KINDS.get(key) for key in plain], pa.string())
        return pc.coalesce(known.take(coded.indices), derived)

    def _ids(self, values: Column | None, made: Mapping[str, Column], faults: _Faults) -> Column:
        if values is None:
            return _content_ids(made, np.arange(len(made["text"])))
        ids = _whole_number(pc.utf8_trim_whitespace(values))
        empty = pc.equal(ids, "").fill_null(True).to_numpy(zero_copy_only=False)
        if not empty.any():
            return ids
        rows = np.flatnonzero(empty)
        if (faults.keep[rows]).any():
            self._warn(
                f"{self._path}: some rows have no id in {self._column('id')!r}; theirs is made from their content."
            )
        return pc.replace_with_mask(ids, pa.array(empty), _content_ids(made, rows))


def _null_if_empty(values: Column | None, n: int) -> Column:
    if values is None:
        return pa.nulls(n, pa.string())
    trimmed = pc.utf8_trim_whitespace(values)
    return pc.if_else(pc.equal(trimmed, ""), None, trimmed)


def _handle(values: Column | None, n: int) -> Column:
    """Handles without a leading "@" and white space."""
    if values is None:
        return pa.nulls(n, pa.string())
    return _null_if_empty(pc.utf8_ltrim(pc.utf8_trim_whitespace(values), "@"), n)


def _whole_number(values: Column) -> Column:
    """Ids that a table program has turned into floats ("123.0") as they were."""
    if not pc.any(pc.ends_with(values, ".0")).as_py():
        return values
    return pc.replace_substring_regex(values, r"^(\d+)\.0$", r"\1")


def _content_ids(made: Mapping[str, Column], rows: npt.NDArray[np.int64]) -> Column:
    """An id for each of some rows from what they hold. The parts are set apart by a control character."""
    at = pa.array(rows)
    taken = {name: made[name].take(at) for name in ("platform", "author", "created_at", "text")}
    taken["created_at"] = taken["created_at"].cast(pa.int64())  # times are slow to write out
    parts = [values.cast(pa.string()).fill_null("") for values in taken.values()]
    # The digest is native code; only its call is a loop.
    joined = pc.binary_join_element_wise(*parts, "\x1f").cast(pa.binary()).to_pylist()
    return pa.array([blake2b(row, digest_size=16).hexdigest() for row in joined], pa.string())
