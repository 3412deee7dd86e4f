"""``fourleaf listen``: what people say, from files, without a server or a database."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from fourleaf.cli import LazyGroup
from fourleaf.cli.output import ExitCode, emit_csv, emit_json, fail, interruptible, note, progress

if TYPE_CHECKING:
    import pyarrow as pa

    from fourleaf.engine.files import ReadRules, RowErrors
    from fourleaf.engine.listening.analysis import Analysis

__all__ = ["listen"]

_SHOWN_ERRORS = 5


@click.group(cls=LazyGroup, lazy={"import": "fourleaf.cli.listen_import:import_files"})
def listen() -> None:
    """Find and count what people say."""


@dataclass
class _FileRead:
    """What came out of one file."""

    path: str
    errors: RowErrors
    posts: int = 0
    warnings: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "posts": self.posts,
            "rows_skipped": self.errors.total,
            "errors": [
                {
                    "line": error.line,
                    "column": error.column,
                    "message": error.message,
                    "value": error.value,
                    "hint": error.hint,
                }
                for error in self.errors.ordered
            ],
        }


@listen.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(), metavar="FILE...")
@click.option("--queries", "-q", "queries_path", required=True, type=click.Path(), help="YAML file of queries.")
@click.option("--map", "maps", multiple=True, metavar="COLUMN=FIELD", help="Column of the file that holds a field.")
@click.option("--zone", default="UTC", show_default=True, help="Time zone of the days, and of times without a zone.")
@click.option(
    "--dates",
    type=click.Choice(["day-first", "month-first"]),
    help="Order in dates like 03/04/2024, where the file does not settle it.",
)
@click.option("--platform", default="file", show_default=True, help="Platform of posts whose file does not name one.")
@click.option(
    "--input-format",
    type=click.Choice(["csv", "jsonl", "json", "parquet"]),
    help="Format of the files, where their content misleads.",
)
@click.option(
    "--encoding",
    type=click.Choice(["utf-8", "utf-16", "windows-1252"]),
    help="Encoding of the files, where it is not told right.",
)
@click.option(
    "--format", "output_format", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True
)
@click.option("--json", "as_json", is_flag=True, help="Short for --format json.")
@click.option("--strict", is_flag=True, help="End with code 1 when rows were left out.")
@click.option("--quiet", is_flag=True, help="No progress bar, no remarks on stderr.")
def analyse(
    files: tuple[str, ...],
    queries_path: str,
    maps: tuple[str, ...],
    zone: str,
    dates: str | None,
    platform: str,
    input_format: str | None,
    encoding: str | None,
    output_format: str,
    as_json: bool,
    strict: bool,
    quiet: bool,
) -> None:
    """Count what listening queries find in files of posts.

    FILE is CSV or TSV, JSON lines, a JSON array or Parquet, also packed with gzip or zip. Nothing leaves this machine.

    The queries are a YAML list of entries with name, role (own, competitor or topic) and query. Share of voice is
    taken over the posts that own and competitor queries found.

    Exit codes: 0 done (rows that had to be left out are counted and named); 1 done, but rows were left out and
    --strict was given; 2 wrong use, an unreadable file or a wrong query; 130 interrupted.
    """
    mapping = _mapping(maps)
    _check_zone(zone)
    with interruptible():
        from fourleaf.engine.files import FileProblemError
        from fourleaf.engine.files.queries import QueryFileErrors, read_queries
        from fourleaf.engine.listening.analysis import analyse as count

        try:
            specs, matcher = read_queries(queries_path)
            rules = _rules(zone, dates, platform, input_format, encoding)
            read: list[_FileRead] = []
            batches = _batches(files, mapping, rules, read, quiet=quiet)
            analysis = count(batches, specs, zone=zone, matcher=matcher)
        except FileProblemError as problem:
            fail(str(problem))
        except QueryFileErrors as wrong:
            fail(f"{wrong.path}, {error}" for error in wrong.errors)
        skipped = sum(file.errors.total for file in read)
        if skipped and not analysis.posts:
            _say_skipped(read)
            fail("No row of the files could be read as a post.")
        _say_results(analysis, read, "json" if as_json else output_format, quiet=quiet)
        if strict and skipped:
            sys.exit(int(ExitCode.FOUND))


def _mapping(maps: Sequence[str]) -> dict[str, str]:
    """Column -> field out of the options. A column's name may hold "=", a field's cannot."""
    mapping: dict[str, str] = {}
    for written in maps:
        column, equals, name = written.rpartition("=")
        if not equals or not column or not name:
            raise click.BadParameter(f"{written!r} is not of the form COLUMN=FIELD.", param_hint="--map")
        if column in mapping:
            raise click.BadParameter(f"The column {column!r} is mapped twice.", param_hint="--map")
        mapping[column] = name.strip()
    return mapping


def _check_zone(zone: str) -> None:
    import difflib
    import zoneinfo

    try:
        zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        names = {name.casefold(): name for name in zoneinfo.available_timezones()}
        close = difflib.get_close_matches(zone.casefold(), names, 1)
        meant = f"Did you mean {names[close[0]]}?" if close else "Names look like Europe/Berlin."
        raise click.BadParameter(f"There is no time zone {zone!r}. {meant}", param_hint="--zone") from None


def _rules(zone: str, dates: str | None, platform: str, input_format: Any, encoding: Any) -> ReadRules:
    from fourleaf.engine.files import ReadRules, TimeRules

    # A day of grace for clocks that go ahead.
    latest = datetime.fromtimestamp(time.time(), UTC) + timedelta(days=1)
    day_first = None if dates is None else dates == "day-first"
    times = TimeRules(zone=zone, day_first=day_first, latest=latest)
    return ReadRules(times=times, platform=platform, format=input_format, encoding=encoding)


def _batches(
    files: Sequence[str], mapping: dict[str, str], rules: ReadRules, read: list[_FileRead], *, quiet: bool
) -> Iterator[pa.RecordBatch]:
    """Posts of all files, with a bar; what happened to each file is added to `read`."""
    from fourleaf.engine.files import RowErrors, read_posts

    with progress("Reading", shown=not quiet) as bar:
        for number, path in enumerate(files):
            file = _FileRead(path, RowErrors())
            read.append(file)

            def on_progress(done: int, size: int, number: int = number) -> None:
                bar((number + done / max(size, 1)) / len(files))

            for batch in read_posts(
                path,
                mapping,
                rules=rules,
                on_error=file.errors,
                on_warning=file.warnings.append,
                on_progress=on_progress,
            ):
                file.posts += batch.posts.num_rows
                yield batch.posts


def _say_results(analysis: Analysis, read: Sequence[_FileRead], output_format: str, *, quiet: bool) -> None:
    warnings = [*(sentence for file in read for sentence in file.warnings), *analysis.warnings]
    skipped = sum(file.errors.total for file in read)
    if output_format == "json":
        document = analysis.as_json()
        document["rows_skipped"] = skipped
        document["files"] = [file.as_json() for file in read]
        document["warnings"] = warnings
        emit_json(document)
    elif output_format == "csv":
        from fourleaf.cli.listen_table import CSV_HEADER, csv_rows

        emit_csv(CSV_HEADER, csv_rows(analysis))
    else:
        from fourleaf.cli.listen_table import print_analysis

        print_analysis(analysis)
    if not quiet:
        for sentence in warnings:
            note(f"Note: {sentence}")
        _say_skipped(read)


def _say_skipped(read: Sequence[_FileRead]) -> None:
    for file in read:
        if not file.errors.total:
            continue
        rows = "row was" if file.errors.total == 1 else "rows were"
        note(f"Note: {file.path}: {file.errors.total:,} {rows} left out.")
        for error in file.errors.ordered[:_SHOWN_ERRORS]:
            note(f"  {error}")
        if file.errors.total > _SHOWN_ERRORS:
            note("  …" if file.errors.total > len(file.errors.kept) else "  … (--format json lists them)")
