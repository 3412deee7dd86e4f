"""How commands speak: results on stdout, everything else on stderr, exit codes that scripts can rely on.

rich is only imported when something is drawn, so that `-h` stays quick.
"""

from __future__ import annotations

import contextlib
import csv
import json
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

__all__ = ["ExitCode", "console", "emit_csv", "emit_json", "fail", "interruptible", "new_table", "note", "progress"]

_PIPE_WIDTH = 110


class ExitCode(IntEnum):
    """0 done; 1 not done, or something was found; 2 wrong use or bad input; 4 a language that is not read; 130
    interrupted."""

    OK = 0
    FOUND = 1
    BAD_INPUT = 2
    UNREAD = 4
    INTERRUPTED = 130


def emit_json(value: Any) -> None:
    """One JSON document on stdout. Not-a-number is an error here rather than invalid JSON there."""
    for piece in json.JSONEncoder(ensure_ascii=False, indent=2, allow_nan=False).iterencode(value):
        sys.stdout.write(piece)
    sys.stdout.write("\n")


def emit_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A CSV table on stdout whose cells no spreadsheet will run."""
    from fourleaf.engine.files.export import safe_row

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow(safe_row(row))


def note(sentence: str) -> None:
    """A sentence on stderr."""
    click.echo(sentence, err=True)


def fail(sentences: str | Iterable[str], code: ExitCode = ExitCode.BAD_INPUT) -> NoReturn:
    """Say what is wrong on stderr and leave."""
    for sentence in [sentences] if isinstance(sentences, str) else sentences:
        click.echo(f"Error: {sentence}", err=True)
    sys.exit(int(code))


def console() -> Console:
    """A console on stdout; plain and of fixed width when nobody looks."""
    from rich.console import Console

    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else _PIPE_WIDTH
    return Console(width=width, highlight=False, markup=False, emoji=False)


def new_table(columns: Sequence[tuple[str, bool]]) -> Table:
    """A quiet table; a column is (heading, whether it holds numbers)."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for heading, numeric in columns:
        table.add_column(heading, justify="right" if numeric else "left", overflow="fold")
    return table


@contextlib.contextmanager
def progress(description: str, *, shown: bool = True) -> Iterator[Callable[[float], None]]:
    """A bar on stderr when that is a terminal. The function it gives takes the share that is done, 0 to 1."""
    if not (shown and sys.stderr.isatty()):
        yield lambda _share: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(description, total=1.0)
        yield lambda share: bar.update(task, completed=min(share, 1.0))


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Ctrl-C and SIGTERM end the command with a sentence and code 130."""

    def stop(_number: int, _frame: object) -> NoReturn:
        raise KeyboardInterrupt

    before = None
    # Only the main thread may set handlers; elsewhere the caller deals with signals.
    with contextlib.suppress(ValueError):
        before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except KeyboardInterrupt:
        click.echo("Interrupted; nothing was written.", err=True)
        sys.exit(int(ExitCode.INTERRUPTED))
    finally:
        if before is not None:
            signal.signal(signal.SIGTERM, before)
