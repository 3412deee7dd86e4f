"""A trial reading of an uploaded file: its first posts as they would be stored, and the rows that could not be used."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fourleaf.engine.files import FileProblemError, RowError, RowErrors, read_posts
from fourleaf.engine.files.export import safe_row
from fourleaf.kernel.actors import Actor
from fourleaf.listening.errors import BadFileError
from fourleaf.listening.selectors.imports import get_import_for
from fourleaf.listening.uploads import file_of, read_rules

__all__ = ["Trial", "trial_fault_lines", "trial_of"]

#: How many data rows are looked at before somebody waits too long for a page.
LOOKED_AT = 50_000
_KEPT = 1_000


@dataclass(frozen=True)
class Trial:
    """``posts`` are the first ones; ``looked_at`` rows were read, which is the whole file when ``complete``."""

    posts: list[dict[str, Any]]
    looked_at: int
    usable: int
    complete: bool
    faults: list[RowError]
    faults_total: int
    warnings: list[str]


def trial_of(actor: Actor, import_id: int, *, posts: int = 20) -> Trial:
    """Read the beginning of a file as it would be imported; nothing is stored.

    Raises `NotFoundError`, or `BadFileError` with a sentence when the file cannot be read with these columns.
    """
    upload = get_import_for(actor, import_id)
    path = file_of(upload)
    if not upload.path or not path.exists():
        raise BadFileError(fields={"file": ["The uploaded file is no longer here. Upload it again."]})
    faults = RowErrors(keep=_KEPT)
    warnings: list[str] = []
    shown: list[dict[str, Any]] = []
    looked_at, usable, complete = 0, 0, True
    try:
        batches = read_posts(
            path, upload.mapping, rules=read_rules(upload), on_error=faults, on_warning=warnings.append
        )
        for batch in batches:
            if len(shown) < posts:
                shown += batch.posts.slice(0, posts - len(shown)).to_pylist()
            looked_at, usable = batch.offset, usable + batch.posts.num_rows
            if looked_at >= LOOKED_AT:
                complete = next(batches, None) is None
                break
    except FileProblemError as error:
        raise BadFileError(fields={"file": [f"{error.message} {error.hint}".strip()]}) from error
    said = [sentence.replace(str(path), upload.file_name) for sentence in warnings]
    return Trial(shown, looked_at, usable, complete, faults.kept, faults.total, said)


def trial_fault_lines(trial: Trial) -> Iterator[str]:
    """The faults of a trial as lines of a CSV file that no spreadsheet takes for formulas."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["line", "column", "problem", "value", "how to mend it"])
    for fault in trial.faults:
        writer.writerow(safe_row([fault.line, fault.column or "", fault.message, fault.value, fault.hint]))
    yield buffer.getvalue()
