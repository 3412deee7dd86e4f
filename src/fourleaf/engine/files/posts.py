"""Rows of a file as posts: the one place where raw columns become `POST_SCHEMA`.

`read_posts` puts the pieces together: look at the file, settle the mapping, read raw batches, and turn each into
posts. A row that cannot be a post becomes a `RowError`, and the rest goes on. A count that cannot be read (followers,
likes and their like, all optional) is left empty; how many were, and where, is said in one warning at the end.

How missing fields are filled
- `platform`: "file" (or what the caller names) where the file has none.
- `id`: where the file has none, 32 hexadecimal digits of BLAKE2b over platform, author, time and text, so that the
  same row gets the same id on every import.
- `kind`: by the file's own word; else "reshare" when the text begins with "RT @", "reply" when there is a parent,
  else "post".
- `created_at`: null is allowed only when the caller says so (`require_created_at=False`).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fourleaf.engine.files.columns import checked_mapping
from fourleaf.engine.files.delimited import DelimitedReader
from fourleaf.engine.files.errors import FileProblemError, RowError, RowErrors, shorten
from fourleaf.engine.files.fields import PostFields
from fourleaf.engine.files.jsonposts import JsonArrayReader, JsonLinesReader
from fourleaf.engine.files.limits import Limits
from fourleaf.engine.files.raw import RawBatch
from fourleaf.engine.files.sniff import FileFacts, Format, sniff
from fourleaf.engine.files.source import Encoding, Source
from fourleaf.engine.files.times import TimeRules, parse_times, slash_evidence

__all__ = ["PostBatch", "ReadRules", "read_posts"]

_SAMPLE_BAD: Final = 0.9


@dataclass(frozen=True, slots=True)
class PostBatch:
    """Some posts of a file.

    posts    record batch in `POST_SCHEMA` (with nullable `created_at` when the caller does not require it)
    rows     the line on which each post begins, int64, as in `RowError.line`
    offset   data rows of the file consumed so far, bad ones too; `read_posts(..., resume_after=offset)` goes on there
    """

    posts: pa.RecordBatch
    rows: npt.NDArray[np.int64]
    offset: int


@dataclass(frozen=True, slots=True)
class ReadRules:
    """How a file is read.

    times       how times are understood
    platform    what the platform is called if the file does not say
    format, encoding   what the file is, where its content misleads
    """

    times: TimeRules = field(default_factory=TimeRules)
    limits: Limits = field(default_factory=Limits)
    require_created_at: bool = False
    platform: str = "file"
    format: Format | None = None
    encoding: Encoding | None = None


def read_posts(
    path: str | Path,
    mapping: Mapping[str, str] | None = None,
    *,
    rules: ReadRules | None = None,
    resume_after: int = 0,
    on_error: Callable[[RowError], None] | None = None,
    on_warning: Callable[[str], None] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Generator[PostBatch, None, None]:
    """Posts of a file in batches of some ten thousand.

    Parameters
        mapping: file column -> field of `POST_SCHEMA`; columns with well-known names need none.
        resume_after: number of data rows to pass over (`PostBatch.offset` of the last batch that was kept).
        on_error: called for every row left out; nothing is called when it is None, and rows are left out silently.
        on_warning: called with a sentence about the file as a whole, once for each.
        on_progress: called with (bytes of the file read, its size) after each batch.

    Raises
        FileProblemError: at the first batch, or later when the file turns out to be damaged.
    """
    rules = rules or ReadRules()
    warn = _once(on_warning)
    refuse = on_error or RowErrors(keep=0)
    facts = sniff(path, limits=rules.limits, format=rules.format, encoding=rules.encoding, on_warning=warn)
    fields = checked_mapping(path, facts.columns, mapping)
    fields, rules = _settle_times(facts, fields, set((mapping or {}).values()), rules, warn)
    _warn_of_spoilt_ids(facts, fields, warn)
    maker = PostFields(fields, rules.times, rules.limits, rules.platform, rules.require_created_at, warn, str(path))
    reader, progress = _raw(facts, sorted(set(fields.values())), rules, resume_after, refuse, warn)
    nothing = not facts.sample and facts.format != "parquet" and not resume_after
    try:
        for raw in reader:
            posts, rows = maker.make(raw, refuse)
            nothing = False
            if on_progress is not None:
                on_progress(*progress())
            if len(rows):
                yield PostBatch(posts, rows, raw.offset)
    finally:
        maker.warn_of_emptied()
    if nothing:
        warn(f"{path}: a header, but no row that can be read.")


def _once(on_warning: Callable[[str], None] | None) -> Callable[[str], None]:
    """Pass each sentence on one time."""
    said: set[str] = set()

    def warn(sentence: str) -> None:
        if on_warning is not None and sentence not in said:
            said.add(sentence)
            on_warning(sentence)

    return warn


def _raw(
    facts: FileFacts,
    wanted: list[str],
    rules: ReadRules,
    skip: int,
    on_error: Callable[[RowError], None],
    warn: Callable[[str], None],
) -> tuple[Iterator[RawBatch], Callable[[], tuple[int, int]]]:
    """Raw batches of the wanted columns, and a function that tells how far the file is read."""
    if facts.format == "parquet":
        from fourleaf.engine.files.parquet import ParquetReader

        parquet = ParquetReader(facts.path, rules.limits, wanted, skip=skip)
        total = parquet.file.metadata.num_rows
        read = [0]

        def counted() -> Iterator[RawBatch]:
            for batch in parquet:
                read[0] = batch.offset
                yield batch

        return counted(), lambda: (read[0], total)
    if facts.format == "csv":
        reader = DelimitedReader(
            lambda: Source(facts.path, rules.limits, on_warning=warn, encoding=rules.encoding),
            facts.delimiter or ",",
            wanted,
            on_error=on_error,
            skip=skip,
        )
        return _closing(reader), lambda: (reader.source.packed_read, reader.source.packed_size)
    source = Source(facts.path, rules.limits, on_warning=warn, encoding=rules.encoding)
    json_reader: JsonLinesReader | JsonArrayReader
    if facts.format == "jsonl":
        types = {name: facts.types[name] for name in wanted if name in facts.types and "." not in name}
        complete = types if len(types) == len(wanted) else None
        json_reader = JsonLinesReader(source, wanted, types=complete, on_error=on_error, skip=skip)
    else:
        json_reader = JsonArrayReader(source, wanted, on_error=on_error, on_warning=warn, skip=skip)
    return _closing(json_reader), lambda: (source.packed_read, source.packed_size)


def _closing(reader: DelimitedReader | JsonLinesReader | JsonArrayReader) -> Iterator[RawBatch]:
    try:
        yield from reader
    finally:
        reader.source.close()


def _settle_times(
    facts: FileFacts,
    fields: dict[str, str],
    asked: set[str],
    rules: ReadRules,
    warn: Callable[[str], None],
) -> tuple[dict[str, str], ReadRules]:
    """Settle how `created_at` is read, or that it is not.

    A column that merely has a likely name but holds no times is left alone with a warning; one that was asked for
    is an error. Dates in doubtful order are looked for in the whole file.
    """
    column = fields.get("created_at")
    if column is None:
        if rules.require_created_at:
            raise FileProblemError(
                facts.path,
                "No column is known to hold the time of the posts.",
                "Say which column holds it.",
                command="Name it with --map COLUMN=created_at.",
                field="created_at",
            )
        return fields, rules
    values = [row.get(column) for row in facts.sample]
    try:
        sample = pa.array(values, from_pandas=True) if values else pa.nulls(0, pa.string())
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        sample = pa.array([None if value is None else str(value) for value in values], pa.string())
    if slash_evidence(sample)[0] and rules.times.day_first is None:
        rules = replace(rules, times=replace(rules.times, day_first=_order_in_file(facts, column, rules)))
    if not pa.types.is_nested(sample.type) and not pa.types.is_boolean(sample.type):
        parsed = parse_times(sample, rules.times)
        filled = len(sample) - sample.null_count
        if not filled or len(parsed.bad) < _SAMPLE_BAD * filled:
            return fields, rules
    shown = shorten(next((value for value in values if value not in (None, "")), ""))
    sentence = f"The column {column!r} holds no times that can be read, for example {shown!r}."
    if rules.require_created_at or "created_at" in asked:
        raise FileProblemError(facts.path, sentence, "Write times as 2024-05-31T14:30:00+02:00, or map another column.")
    warn(f"{facts.path}: {sentence} It is left aside.")
    return {name: col for name, col in fields.items() if name != "created_at"}, rules


def _order_in_file(facts: FileFacts, column: str, rules: ReadRules) -> bool:
    """Whether the day comes first in dates with slashes, by the first date in the file that can only be one.

    Raises
        FileProblemError: every date of the file can be read both ways.
    """
    reader, _ = _raw(facts, [column], rules, 0, RowErrors(keep=0), lambda _sentence: None)
    example = ""
    for raw in reader:
        values = raw.columns[column]
        _, day_first, month_first = slash_evidence(values)
        if day_first or month_first:
            if day_first and month_first:
                break
            return day_first
        example = example or next((value for value in values.to_pylist() if value), "")
    raise FileProblemError(
        facts.path,
        f"Dates like {shorten(example, 20)!r} in the column {column!r} can mean day/month or month/day, "
        "and the file does not settle it.",
        "Say which comes first.",
        command="Say it with --dates day-first or --dates month-first.",
        field="day_first",
    )


def _warn_of_spoilt_ids(facts: FileFacts, fields: Mapping[str, str], warn: Callable[[str], None]) -> None:
    """Long numbers that a spreadsheet has rounded, such as 5.69541E+17, no longer tell posts apart."""
    column = fields.get("id")
    values = [str(row.get(column)) for row in facts.sample if column is not None]
    spoilt = [value for value in values if "E+" in value.upper() and value[:1].isdigit()]
    if spoilt:
        warn(
            f"{facts.path}: ids such as {shorten(spoilt[0])} were rounded by a spreadsheet; different posts may look "
            "repeated. Export again with the id as text."
        )
